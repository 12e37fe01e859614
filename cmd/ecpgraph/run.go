package main

import (
	"context"
	"io"
	"log/slog"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
)

// commandLine is the whole command line. A flag with the tag `setting` can also
// be given in the environment and in the configuration file; see settings.
type commandLine struct {
	Config configFile `placeholder:"FILE" setting:"" help:"YAML file of settings, such as data: /srv/ecpgraph."`

	Serve   serveCommand   `cmd:"" help:"Serve the graph over HTTP: GraphQL, GraphiQL, explorer."`
	Load    loadCommand    `cmd:"" help:"Load a seed folder or JSON Lines into the graph, all or nothing."`
	Export  exportCommand  `cmd:"" help:"Write the whole graph as JSON Lines."`
	Check   checkCommand   `cmd:"" help:"Check a seed folder or JSON Lines, and citations against the source documents."`
	Fsck    fsckCommand    `cmd:"" help:"Check the log of the graph, and what was derived from it."`
	Query   queryCommand   `cmd:"" help:"Run a GraphQL document and print the answer as JSON."`
	Report  reportCommand  `cmd:"" help:"Write a report on the graph as Markdown or HTML."`
	Version versionCommand `cmd:"" help:"Print the version of the program, and of a server."`
}

const description = `A GraphQL knowledge graph of the World Customs Organization's Economic Competitiveness
Package, with the source of every fact on the fact.

  ecpgraph serve                                       serve the graph on http://127.0.0.1:8080
  ecpgraph query -e '{ tools(first: 3) { nodes { name } } }'
  ecpgraph export --out graph.jsonl
  ecpgraph load graph.jsonl --data ./copy

Flags win over the environment (ECPGRAPH_…, named beside each flag), and the environment
wins over the file of --config.

Exit codes:
  0  done                       5    the store is busy or damaged
  1  failure                    6    the server cannot be reached
  2  wrong usage                7    the GraphQL answer has errors
  3  not found                  130  interrupted
  4  invalid data`

// session is what a command has of the world around it.
type session struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	env            map[string]string
	logger         *slog.Logger // warnings of the store, for all commands but serve
}

// run executes the command line and returns the exit code. The environment is
// given as "NAME=value" each.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer, environ []string) (code int) {
	s := &session{
		stdin: stdin, stdout: stdout, stderr: stderr, env: map[string]string{},
		logger: slog.New(slog.NewTextHandler(stderr, &slog.HandlerOptions{Level: slog.LevelWarn})),
	}
	for _, entry := range environ {
		name, value, _ := strings.Cut(entry, "=")
		s.env[name] = value
	}
	// Kong prints the help of --help and then wants the process to exit, from
	// the depth of its parser.
	type exit struct{ code int }
	defer func() {
		switch fault := recover().(type) {
		case nil:
		case exit:
			code = fault.code
		default:
			panic(fault)
		}
	}()
	settings := &settings{env: s.env}
	var cli commandLine
	parser, err := kong.New(&cli,
		kong.Name("ecpgraph"), kong.Description(description),
		kong.Writers(stdout, stderr), kong.Exit(func(code int) { panic(exit{code}) }),
		kong.ConfigureHelp(kong.HelpOptions{NoAppDescFormat: true, Compact: true, WrapUpperBound: 100, ValueFormatter: settingHelp}),
		kong.ValueFormatter(settingHelp),
		kong.Resolvers(settings), kong.Bind(s, settings), kong.BindTo(ctx, (*context.Context)(nil)),
	)
	if err != nil {
		return s.fail(ctx, err)
	}
	parser.Model.HelpFlag.Help = "Show this help."
	if len(args) == 0 {
		args = []string{"--help"}
	}
	if path := s.env[envName("config")]; path != "" && !slices.ContainsFunc(args, isConfigFlag) {
		if err := settings.load(path, parser.Model); err != nil {
			return s.fail(ctx, err)
		}
	}
	command, err := parser.Parse(args)
	if err != nil {
		return s.fail(ctx, usageError(err))
	}
	if err := command.Run(); err != nil {
		return s.fail(ctx, err)
	}
	return exitDone
}

func isConfigFlag(arg string) bool {
	return arg == "--config" || strings.HasPrefix(arg, "--config=")
}
