// Executor serves a data directory as `ecpgraph serve` does, but without plans:
// every query runs on gqlgen's own executor. Package bench measures against it.
// It prints where it listens and serves until it is told to stop.
//
//	go run ./internal/tools/bench/executor -data ./data
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"

	"ecpgraph/graph"
	"ecpgraph/graph/schema"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/live"
	"ecpgraph/internal/ontology"
	"ecpgraph/internal/server"
	"ecpgraph/internal/store"
	"ecpgraph/internal/store/badgerstore"
)

func main() {
	data := flag.String("data", "", "the data directory")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := serve(ctx, *data)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "executor:", err)
		os.Exit(1)
	}
}

func serve(ctx context.Context, data string) (err error) {
	if !badgerstore.Exists(data) {
		return fmt.Errorf("-data %q: there is no graph", data)
	}
	logger := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	running, err := open(ctx, data, logger)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, running.Close()) }()
	handler, err := graph.NewHandler(running, graph.Options{Logger: logger, WithoutPlans: true})
	if err != nil {
		return err
	}
	s, err := server.New(server.Config{
		GraphQL: handler, UI: http.NotFoundHandler(), SDL: graph.SDL(), Graph: served{running}, Logger: logger,
	})
	if err != nil {
		return err
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Printf("http://%s/\n", listener.Addr())
	return s.Serve(ctx, listener)
}

func open(ctx context.Context, data string, logger *slog.Logger) (*live.Graph, error) {
	o, err := ontology.Read(schema.Files, schema.OntologyDir)
	if err != nil {
		return nil, err
	}
	engine, err := badgerstore.Open(ctx, data, badgerstore.Options{Logger: logger})
	if err != nil {
		return nil, err
	}
	log, err := store.Open(ctx, engine)
	if err != nil {
		return nil, err
	}
	running, err := live.Open(ctx, log, o, live.Options{RecordCache: 256 << 20})
	if err != nil {
		return nil, errors.Join(err, log.Close())
	}
	return running, nil
}

// served is the graph as the server sees it. It exports nothing.
type served struct{ *live.Graph }

// Head implements server.Graph.
func (s served) Head() kg.Head { return s.Root().Head() }

// Ready implements server.Graph.
func (served) Ready(context.Context) error { return nil }

// Export implements server.Graph.
func (s served) Export() (kg.Head, func(context.Context, io.Writer) error) {
	return s.Head(), func(context.Context, io.Writer) error { return errors.ErrUnsupported }
}
