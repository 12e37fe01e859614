package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strings"
	"syscall"
	"time"

	"ecpgraph/graph"
	"ecpgraph/graph/limits"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
	"ecpgraph/internal/seed"
	"ecpgraph/internal/server"
	"ecpgraph/internal/sources"
	"ecpgraph/internal/webui"
	"ecpgraph/seeds"
)

type serveCommand struct {
	dataFlag
	Listen     string     `default:"127.0.0.1:8080" placeholder:"ADDR" setting:"" help:"Address to listen on (default: 127.0.0.1:8080)."`
	CORSOrigin []string   `name:"cors-origin" placeholder:"ORIGIN" setting:"" help:"Another origin whose pages may use the server, such as https://example.org; repeats."`
	Seeds      string     `xor:"seeds" placeholder:"FOLDER" setting:"" help:"Seed folder to load when the graph is empty (default: the embedded seeds)."`
	NoSeeds    bool       `name:"no-seeds" xor:"seeds" help:"Leave an empty graph empty."`
	LogLevel   slog.Level `default:"info" placeholder:"LEVEL" setting:"" help:"debug, info, warn or error (default: info)."`
	LogFormat  string     `enum:"text,json" default:"text" placeholder:"FORMAT" setting:"" help:"text or json (default: text)."`
	textsFlag
	Trusted   string        `placeholder:"FOLDER" setting:"" help:"Folder of .graphql files that clients may name by their SHA-256."`
	StopDelay time.Duration `default:"0s" placeholder:"DURATION" setting:"" help:"How long /readyz fails before the stop begins, for load balancers (default: 0s)."`

	RecordCache   byteSize `default:"256MiB" placeholder:"SIZE" setting:"" help:"Memory for records that were read, beside the index; 0 keeps none (default: 256MiB)."`
	ResponseCache byteSize `default:"64MiB" placeholder:"SIZE" setting:"" help:"Memory for answers to queries that are asked again; 0 keeps none (default: 64MiB)."`

	replayFlag

	Explain bool `setting:"" help:"For operators: requests with {\"extensions\": {\"plan\": true}} get in extensions.plan how their connections were found. No answers are kept then."`

	limits.Settings `embed:"" group:"Limits, explained in docs/limits.md:"`
}

func (serveCommand) Help() string {
	return `Serves until it is told to stop (Ctrl-C or SIGTERM), then lets running requests finish. On the first
start it loads the embedded seeds into the data directory. Nothing asks who calls: by default nobody
but this machine can, so think before you listen on another address.

Examples:

	ecpgraph serve
	ecpgraph serve --listen 127.0.0.1:9000 --cors-origin http://localhost:5173
	ecpgraph serve --sources ../sources
	ECPGRAPH_DATA=/srv/ecpgraph ecpgraph serve --log-format json`
}

func (c *serveCommand) Run(ctx context.Context, s *session) (err error) {
	if err := server.CheckOrigins(c.CORSOrigin); err != nil {
		return failf(exitUsage, "--cors-origin: %w", err)
	}
	logger := c.logger(s.stderr)
	o, err := readOntology()
	if err != nil {
		return err
	}
	listener, err := c.listen(ctx)
	if err != nil {
		return err
	}
	defer listener.Close() // Serve closes it too
	db, err := open(ctx, c.Data, o, use{recordCache: int64(c.RecordCache), replay: c.ReplayRecords}, logger)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if err := c.plant(ctx, db, o, logger); err != nil {
		return err
	}
	texts, err := c.attach(ctx, db.View(), logger)
	if err != nil {
		return err
	}
	handler, err := c.handler(db, texts, logger)
	if err != nil {
		return err
	}
	srv, err := c.server(db, handler, logger)
	if err != nil {
		return err
	}
	if err := c.banner(s.stdout, listener.Addr(), db); err != nil {
		return err
	}
	if tcp, ok := listener.Addr().(*net.TCPAddr); ok && !tcp.IP.IsLoopback() {
		logger.Warn("other machines can reach this address, and nothing asks who calls", "listen", listener.Addr().String())
	}
	err = srv.Serve(ctx, listener)
	stats := handler.Stats()
	logger.Debug("caches", "responses", stats.Responses, "documents", stats.Documents, "persisted", stats.Persisted,
		"costs", stats.Costs, "plans", stats.Plans, "records", stats.Records)
	return err
}

func (c *serveCommand) logger(w io.Writer) *slog.Logger {
	options := &slog.HandlerOptions{Level: c.LogLevel}
	if c.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(w, options))
	}
	return slog.New(slog.NewTextHandler(w, options))
}

func (c *serveCommand) listen(ctx context.Context) (net.Listener, error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", c.Listen)
	var address *net.AddrError
	var lookup *net.DNSError
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, failf(exitFailure, "another program listens on %s: stop it, or choose another address with --listen, such as --listen 127.0.0.1:8081", c.Listen)
	case errors.As(err, &address), errors.As(err, &lookup):
		return nil, failf(exitUsage, "--listen %s: %w; want HOST:PORT, such as 127.0.0.1:8080", c.Listen, err)
	case err != nil:
		return nil, failf(exitFailure, "--listen %s: %w", c.Listen, err)
	}
	return listener, nil
}

// plant loads the seeds into an empty graph.
func (c *serveCommand) plant(ctx context.Context, db *database, o *ontology.Ontology, logger *slog.Logger) error {
	if c.NoSeeds || db.Root().Head().Revision > 0 {
		return nil
	}
	name := "the embedded seeds"
	read := func() (*seed.Set, error) { return seed.ReadFolder(seeds.Files, seeds.ECP, o) }
	if c.Seeds != "" {
		name = c.Seeds
		read = func() (*seed.Set, error) { return readSeedFolder(c.Seeds, o) }
		if _, err := os.Stat(c.Seeds); err != nil {
			return notThere(err, c.Seeds)
		}
	}
	set, err := read()
	if err != nil {
		return refused(err, name)
	}
	outcome, err := db.Commit(ctx, set.Change("ecpgraph", "first start: "+name))
	if err != nil {
		return refused(err, name)
	}
	logger.Info("loaded "+name, "nodes", len(set.Nodes), "links", len(set.Links), "revision", uint64(outcome.Revision))
	return nil
}

// handler answers GraphQL from the database.
func (c *serveCommand) handler(db *database, texts *sources.Texts, logger *slog.Logger) (*graph.Handler, error) {
	options := graph.Options{Logger: logger, Origins: c.CORSOrigin, Limits: c.Settings, ResponseCache: int(c.ResponseCache), Sources: texts, Explain: c.Explain}
	if c.Trusted != "" {
		if _, err := os.Stat(c.Trusted); err != nil {
			return nil, notThere(err, c.Trusted)
		}
		options.Trusted = os.DirFS(c.Trusted)
	}
	handler, err := graph.NewHandler(db.Graph, options)
	if err != nil {
		return nil, failf(exitInvalid, "--trusted %s: %w", c.Trusted, err)
	}
	return handler, nil
}

func (c *serveCommand) server(db *database, handler http.Handler, logger *slog.Logger) (*server.Server, error) {
	examples, err := server.ReadExamples(seeds.Files, seeds.Queries)
	if err != nil {
		return nil, err
	}
	build := thisBuild()
	sdl := ""
	if c.Introspection {
		sdl = graph.SDL()
	}
	return server.New(server.Config{
		GraphQL:   handler,
		UI:        webui.Handler(webui.Options{GraphQLPath: "/graphql", Version: build.Version}),
		SDL:       sdl,
		Examples:  examples,
		Build:     build,
		Graph:     served{db},
		Logger:    logger,
		Origins:   c.CORSOrigin,
		StopDelay: c.StopDelay,
	})
}

// banner tells where everything is.
func (c *serveCommand) banner(w io.Writer, address net.Addr, db *database) error {
	base := baseURL(address)
	nodes, links := db.Root().Size()
	var out strings.Builder
	fmt.Fprintf(&out, "\necpgraph %s serves %v: %d nodes, %d links\n\n", thisBuild().Version, db.Root().Head().Revision, nodes, links)
	for _, line := range [][2]string{
		{"Start page", "/"}, {"GraphQL endpoint", "/graphql"}, {"GraphiQL", "/graphiql"}, {"Explorer", "/explore"},
		{"Schema", "/schema.graphql"}, {"Health", "/healthz"},
	} {
		fmt.Fprintf(&out, "  %-18s%s%s\n", line[0], base, line[1])
	}
	if !webui.Built() {
		fmt.Fprint(&out, "\nThe browser pages are not built in: `make ui` builds them with Node. The API is whole.\n")
	}
	fmt.Fprintf(&out, "\nThe data is in %s. Ctrl-C stops the server.\n\n", c.Data)
	_, err := io.WriteString(w, out.String())
	return err
}

// baseURL is where a browser on this machine finds the address.
func baseURL(address net.Addr) string {
	tcp, ok := address.(*net.TCPAddr)
	if ok && tcp.IP.IsUnspecified() {
		return fmt.Sprintf("http://localhost:%d", tcp.Port)
	}
	return "http://" + address.String()
}

// served is a database as the server sees it.
type served struct{ *database }

// Head implements server.Graph.
func (s served) Head() kg.Head { return s.Root().Head() }

// Ready implements server.Graph.
func (s served) Ready(ctx context.Context) error {
	_, err := s.store.Head(ctx)
	return err
}

// Export implements server.Graph.
func (s served) Export() (kg.Head, func(context.Context, io.Writer) error) {
	v := s.View()
	return v.Index.Head(), func(ctx context.Context, w io.Writer) error { return exportLines(ctx, w, v) }
}
