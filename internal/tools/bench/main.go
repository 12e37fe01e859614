// Bench measures the server on a synthetic graph and prints one Markdown table:
// what each named question costs it, against a bare net/http handler that writes
// the same bytes, and what load, start, memory and disk come to. Or it compares
// what the questions cost at two sizes of the graph. It needs Linux.
// docs/performance.md says what the rows mean.
//
//	go run ./internal/tools/bench -nodes 100000 -out table.md
//	go run ./internal/tools/bench -quick
//	go run ./internal/tools/bench -scale 500,100000
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"ecpgraph/graph/schema"
	"ecpgraph/internal/ontology"
)

// settings are what the command line says.
type settings struct {
	nodes, links int
	scale        [2]int // sizes to compare instead of the table; zero for none
	seed         uint64
	binary       string   // of the server; "" builds it
	dir          string   // keeps graphs and data directories between runs
	scratch      string   // is removed when the run ends
	out          string   // file for the table; "" is standard output
	only         []string // names of questions; none means all
	serverFlags  []string // further flags for `ecpgraph serve`
	executor     bool     // ask gqlgen's executor too
	gate         bool     // fail when a question costs far more than its bar

	connections int
	draws       int           // requests of their own variables a question
	window      time.Duration // of load at a time
	rounds      int           // windows a question; medians are taken
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:])
	stop()
	if err != nil {
		if !errors.Is(err, flag.ErrHelp) {
			fmt.Fprintln(os.Stderr, "bench:", err)
		}
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	var s settings
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.IntVar(&s.nodes, "nodes", 100_000, "size of the graph")
	flags.IntVar(&s.links, "links", 0, "links a node (default as synth)")
	flags.Uint64Var(&s.seed, "seed", 1, "what the graph and the requests are drawn from")
	flags.StringVar(&s.binary, "server-binary", "", "measure this ecpgraph (default: build ./cmd/ecpgraph)")
	flags.StringVar(&s.dir, "dir", filepath.Join(os.TempDir(), "ecpgraph-bench"), "keep graphs and data directories here")
	flags.StringVar(&s.out, "out", "", "write the table to this file (default: standard output)")
	flags.IntVar(&s.connections, "connections", 16, "connections at a time")
	flags.DurationVar(&s.window, "window", 4*time.Second, "how long each measurement goes on; shorter than a few garbage collections it swings")
	flags.IntVar(&s.rounds, "rounds", 3, "measurements of each figure; the table has the median")
	flags.BoolVar(&s.executor, "executor", false, "ask the questions of gqlgen's own executor too")
	flags.BoolVar(&s.gate, "gate", false, fmt.Sprintf("fail when a question costs more than %d times its bar, or its goal without one", gateSlack))
	scale := flags.String("scale", "", "instead of the table compare what questions cost at two sizes: 500,1000000")
	only := flags.String("only", "", "ask these questions only: q1,q7")
	serverFlags := flags.String("server-flags", "", "further flags for the server, with blanks between")
	quick := flags.Bool("quick", false, "a graph of 500 nodes and short windows: seconds, to see that all runs")
	ceiling := flags.String("ceiling", "", "serve the recordings of this file; bench starts itself so")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() > 0 {
		return fmt.Errorf("no argument %q: bench takes flags only", flags.Arg(0))
	}
	if *ceiling != "" {
		return serveCeiling(ctx, *ceiling)
	}
	s.draws = 64
	if *quick {
		s.nodes, s.window, s.rounds, s.draws = 500, 200*time.Millisecond, 3, 16
	}
	if s.connections < 1 || s.rounds < 1 {
		return errors.New("-connections and -rounds start at 1")
	}
	if *scale != "" {
		if _, err := fmt.Sscanf(*scale, "%d,%d", &s.scale[0], &s.scale[1]); err != nil ||
			*scale != fmt.Sprintf("%d,%d", s.scale[0], s.scale[1]) || s.scale[0] < 1 || s.scale[1] <= s.scale[0] {
			return fmt.Errorf("-scale %s: want a small and a large number of nodes, such as 500,1000000", *scale)
		}
		if s.gate || s.executor {
			return errors.New("-scale goes neither with -gate nor with -executor")
		}
	}
	if *only != "" {
		s.only = strings.Split(*only, ",")
	}
	s.serverFlags = strings.Fields(*serverFlags)
	return s.run(ctx)
}

// run measures, writes the table, and then looks at the gate.
func (s settings) run(ctx context.Context) (err error) {
	o, err := ontology.Read(schema.Files, schema.OntologyDir)
	if err != nil {
		return err
	}
	if s.scratch, err = os.MkdirTemp("", "ecpgraph-bench-run-"); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(s.scratch)) }()
	if s.binary == "" {
		if s.binary, err = build(ctx, s.scratch, "ecpgraph/cmd/ecpgraph"); err != nil {
			return err
		}
	}
	if s.scale != [2]int{} {
		g, err := measureGrowth(ctx, s, o)
		if err != nil {
			return err
		}
		return s.write(g.markdown())
	}
	r, err := measure(ctx, s, o)
	if err != nil {
		return err
	}
	if err := s.write(r.markdown()); err != nil || !s.gate {
		return err
	}
	return r.gate()
}

func (s settings) write(table string) error {
	if s.out == "" {
		_, err := fmt.Print(table)
		return err
	}
	return os.WriteFile(s.out, []byte(table), 0o644)
}

// sayf reports progress on standard error.
func sayf(format string, args ...any) { fmt.Fprintf(os.Stderr, "bench: "+format+"\n", args...) }
