// Synth writes a synthetic graph of the real ontology as JSON Lines, for load
// tests and benchmarks. Equal arguments give equal bytes.
//
//	go run ./internal/tools/synth -nodes 100000 -seed 1 > graph.jsonl
//	ecpgraph load graph.jsonl --data ./synthetic
package main

import (
	"bufio"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"

	"ecpgraph/graph/schema"
	"ecpgraph/internal/ontology"
	"ecpgraph/internal/tools/synth/generate"
)

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		if !errors.Is(err, flag.ErrHelp) {
			fmt.Fprintln(os.Stderr, "synth:", err)
		}
		os.Exit(1)
	}
}

func run(args []string, out io.Writer) error {
	flags := flag.NewFlagSet("synth", flag.ContinueOnError)
	nodes := flags.Int("nodes", 500, "how many nodes")
	links := flags.Int("links", 0, "how many links a node, about (default 10 up to 100,000 nodes, 5 above)")
	seed := flags.Uint64("seed", 1, "what the graph is drawn from")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() > 0 {
		return fmt.Errorf("no argument %q: synth takes flags only", flags.Arg(0))
	}
	o, err := ontology.Read(schema.Files, schema.OntologyDir)
	if err != nil {
		return err
	}
	g, err := generate.New(o, generate.Options{Nodes: *nodes, LinksPerNode: *links, Seed: *seed})
	if err != nil {
		return err
	}
	return g.Write(bufio.NewWriterSize(out, 1<<20))
}
