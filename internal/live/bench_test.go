package live

import (
	"context"
	"flag"
	"fmt"
	"path/filepath"
	"runtime"
	"testing"

	"ecpgraph/graph/schema"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
	"ecpgraph/internal/store/badgerstore"
	"ecpgraph/internal/tools/synth/generate"
)

var benchNodes = flag.Int("nodes", 20_000, "nodes of the synthetic graph of the benchmarks; it has ten times as many links")

// synthetic is a change that makes the synthetic graph.
func synthetic(b *testing.B) (*ontology.Ontology, kg.Change) {
	b.Helper()
	o, err := ontology.Read(schema.Files, schema.OntologyDir)
	if err != nil {
		b.Fatal(err)
	}
	g, err := generate.New(o, generate.Options{Nodes: *benchNodes, Seed: 1})
	if err != nil {
		b.Fatal(err)
	}
	c := kg.Change{Author: "bench", Reason: "synthetic"}
	for n := range g.Nodes() {
		c.PutNodes = append(c.PutNodes, n)
	}
	for l := range g.Links() {
		c.PutLinks = append(c.PutLinks, l)
	}
	return o, c
}

// onDisk loads the synthetic graph into a data directory.
func onDisk(b *testing.B) (o *ontology.Ontology, open func(Options) *Graph) {
	b.Helper()
	o, change := synthetic(b)
	dir := b.TempDir()
	open = func(options Options) *Graph {
		engine, err := badgerstore.Open(context.Background(), dir, badgerstore.Options{})
		if err != nil {
			b.Fatal(err)
		}
		g, err := Open(context.Background(), openStore(b, engine), o, options)
		if err != nil {
			b.Fatal(err)
		}
		return g
	}
	g := open(Options{})
	must(b, g, change)
	closeGraph(b, g)
	return o, open
}

// BenchmarkOpen opens the graph with and without a snapshot of its index.
func BenchmarkOpen(b *testing.B) {
	_, open := onDisk(b)
	file := filepath.Join(b.TempDir(), "index.snapshot")
	for name, options := range map[string]Options{"log": {}, "snapshot": {Snapshot: file}} {
		b.Run(name, func(b *testing.B) {
			closeGraph(b, open(options)) // writes the file
			for b.Loop() {
				g := open(options)
				b.StopTimer()
				closeGraph(b, g)
				b.StartTimer()
			}
		})
	}
}

// BenchmarkHeap tells the memory of an open graph.
func BenchmarkHeap(b *testing.B) {
	_, open := onDisk(b)
	var before, after runtime.MemStats
	for b.Loop() {
		runtime.GC()
		runtime.ReadMemStats(&before)
		g := open(Options{})
		runtime.GC()
		runtime.ReadMemStats(&after)
		nodes, links := g.Root().Size()
		closeGraph(b, g)
		b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/float64(nodes+links), "B/element")
	}
}

// BenchmarkLoad makes the whole graph in one commit, and makes it again, which
// changes nothing.
func BenchmarkLoad(b *testing.B) {
	o, change := synthetic(b)
	for _, again := range []bool{false, true} {
		b.Run(fmt.Sprint("again=", again), func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				g, err := Open(context.Background(), engines["badgerstore"](b)(), o, Options{})
				if err != nil {
					b.Fatal(err)
				}
				if again {
					must(b, g, change)
				}
				b.StartTimer()
				must(b, g, change)
				b.StopTimer()
				closeGraph(b, g)
				b.StartTimer()
			}
		})
	}
}

// BenchmarkCommit makes one node, durably.
func BenchmarkCommit(b *testing.B) {
	_, open := onDisk(b)
	g := open(Options{})
	defer closeGraph(b, g)
	root := g.Root()
	n := root.NodesOf(root.Ontology().NodeType("Tool")).At(0)
	view, i := g.View(), 0
	tool := node(b, view, root.NodeID(n))
	for b.Loop() {
		i++
		same := *tool
		same.ID = kg.NodeID("Tool", fmt.Sprint("bench-", i))
		must(b, g, putNodes(&same))
	}
}
