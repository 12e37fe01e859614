package index

import (
	"flag"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"
	"time"

	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
	"ecpgraph/internal/tools/synth/generate"
)

var benchNodes = flag.Int("nodes", 20_000, "the nodes of the graph for benchmarks, with ten times as many links")

// realOntology is that of the product.
func realOntology(t testing.TB) *ontology.Ontology {
	t.Helper()
	files, err := filepath.Glob("../../graph/schema/ontology/*.graphqls")
	if err != nil || len(files) == 0 {
		t.Fatal("no ontology: ", err)
	}
	var sources []ontology.Source
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		sources = append(sources, ontology.Source{Name: file, Text: string(text)})
	}
	o, err := ontology.Parse(sources)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// synthetic is a commit of a whole synthetic graph.
func synthetic(t testing.TB, o *ontology.Ontology, nodes int) kg.Commit {
	t.Helper()
	g, err := generate.New(o, generate.Options{Nodes: nodes, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	c := kg.Commit{Revision: 1}
	number := uint32(0)
	for n := range g.Nodes() {
		c.Records = append(c.Records, kg.Record{Op: kg.PutNode, Number: number, Node: n})
		number++
	}
	number = 0
	for l := range g.Links() {
		c.Records = append(c.Records, kg.Record{Op: kg.PutLink, Number: number, Link: l})
		number++
	}
	return c
}

func apply(t testing.TB, ix *Index, commits ...kg.Commit) *Index {
	t.Helper()
	next, err := ix.Apply(commits...)
	if err != nil {
		t.Fatal(err)
	}
	return next
}

func liveHeap() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// BenchmarkBuild applies a whole graph in one commit.
func BenchmarkBuild(b *testing.B) {
	o := realOntology(b)
	c := synthetic(b, o, *benchNodes)
	before := liveHeap()
	var ix *Index
	for b.Loop() {
		ix = apply(b, New(o), c)
	}
	b.ReportMetric(float64(liveHeap()-before)/1e6, "MB")
	c.Records = nil
	liveHeap()
	start := time.Now()
	runtime.GC()
	b.ReportMetric(float64(time.Since(start).Microseconds()), "us/collection")
	runtime.KeepAlive(ix)
}

// BenchmarkBuildInBatches applies a graph in commits of 200,000 records.
func BenchmarkBuildInBatches(b *testing.B) {
	o := realOntology(b)
	c := synthetic(b, o, *benchNodes)
	for b.Loop() {
		ix := New(o)
		for records := range slices.Chunk(c.Records, 200_000) {
			ix = apply(b, ix, kg.Commit{Revision: ix.Head().Revision + 1, Records: records})
		}
	}
}

// BenchmarkSnapshot writes the index to nowhere and reads it from memory.
func BenchmarkSnapshot(b *testing.B) {
	ix, _ := built(b)
	bytes := snapshotOf(b, ix)
	b.Run("write", func(b *testing.B) {
		for b.Loop() {
			if _, err := ix.WriteTo(io.Discard); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(len(bytes))/1e6, "MB")
	})
	b.Run("read", func(b *testing.B) {
		for b.Loop() {
			if _, err := Read(ix.Ontology(), bytes); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// built is the graph that the benchmarks of small commits start from.
func built(b *testing.B) (*Index, kg.Commit) {
	o := realOntology(b)
	c := synthetic(b, o, *benchNodes)
	return apply(b, New(o), c), c
}

// BenchmarkApply applies one small commit after the other.
func BenchmarkApply(b *testing.B) {
	ix, load := built(b)
	var updates, links []kg.Record
	for _, r := range load.Records {
		if r.Link != nil && len(links) < 10_000 {
			links = append(links, r)
		} else if r.Node != nil && r.Node.Type == "Tool" {
			updates = append(updates, r)
		}
	}
	run := func(name string, records func(ix *Index, i int) []kg.Record) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			ix := ix
			i := 0
			for b.Loop() {
				ix = apply(b, ix, kg.Commit{Revision: ix.Head().Revision + 1, Records: records(ix, i)})
				i++
			}
		})
	}
	run("a node and 3 links", func(ix *Index, i int) []kg.Record {
		node, link := ix.NextNumbers()
		n := *updates[i*7919%len(updates)].Node
		n.ID += kg.ID("-" + time.Now().Format("150405.000000000"))
		list := []kg.Record{{Op: kg.PutNode, Number: node, Node: &n}}
		for j := range uint32(3) {
			to := updates[(i*3+int(j))*104729%len(updates)].Node.ID
			l := &kg.Link{
				ID: kg.LinkID("ComparedWith", n.ID, to, ""), Relation: "ComparedWith", From: n.ID, To: to,
				Basis: kg.Stated, Modality: kg.Asserted, Citations: n.Citations,
			}
			list = append(list, kg.Record{Op: kg.PutLink, Number: link + j, Link: l})
		}
		return list
	})
	run("one field", func(_ *Index, i int) []kg.Record {
		r := updates[i*7919%len(updates)]
		n := *r.Node
		n.Name += time.Now().Format(".000000000")
		r.Node = &n
		return []kg.Record{r}
	})
	run("nothing that is indexed", func(_ *Index, i int) []kg.Record {
		return []kg.Record{updates[i*7919%len(updates)]}
	})
	run("delete a link and put it back", func(ix *Index, i int) []kg.Record {
		l := links[i*7919%len(links)].Link
		_, next := ix.NextNumbers()
		return []kg.Record{{Op: kg.DeleteLink, ID: l.ID}, {Op: kg.PutLink, Number: next, Link: l}}
	})
}

// BenchmarkDelete deletes a node with all its links.
func BenchmarkDelete(b *testing.B) {
	ix, _ := built(b)
	tools := ix.NodesOf(ix.Ontology().NodeType("Tool"))
	i, deleted := 0, 0
	for b.Loop() {
		n := tools.At(i * 7919 % tools.Len())
		c := kg.Commit{Revision: ix.Head().Revision + 1}
		for _, end := range ix.NodeType(n).Ends {
			for e := range ix.Links(n, end).From(0) {
				if from, to := ix.LinkEnds(e.Link); from != to || end.Direction == ontology.Out {
					c.Records = append(c.Records, kg.Record{Op: kg.DeleteLink, ID: ix.LinkID(e.Link)})
				}
			}
		}
		deleted += len(c.Records)
		c.Records = append(c.Records, kg.Record{Op: kg.DeleteNode, ID: ix.NodeID(n)})
		apply(b, ix, c)
		i++
	}
	b.ReportMetric(float64(deleted)/float64(i), "links/op")
}

func BenchmarkRead(b *testing.B) {
	ix, load := built(b)
	tools := ix.Ontology().NodeType("Tool")
	list := ix.NodesOf(tools)
	b.Run("Node", func(b *testing.B) {
		i := 0
		for b.Loop() {
			ix.Node(load.Records[i*7919%10_000].Node.ID)
			i++
		}
	})
	b.Run("NodeID", func(b *testing.B) {
		i := 0
		for b.Loop() {
			ix.NodeID(list.At(i * 7919 % list.Len()))
			i++
		}
	})
	for _, c := range ix.Columns(tools) {
		b.Run("Value of "+c.Name, func(b *testing.B) {
			i := 0
			for b.Loop() {
				ix.Value(c, list.At(i*7919%list.Len()))
				i++
			}
		})
	}
	b.Run("Links", func(b *testing.B) {
		b.ReportAllocs()
		i := 0
		end := tools.Ends[0]
		for b.Loop() {
			ix.Links(list.At(i*7919%list.Len()), end)
			i++
		}
	})
}
