package records

import (
	"math/rand/v2"
	"strings"
	"testing"

	"ecpgraph/graph/schema"
	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
	"ecpgraph/internal/store"
	"ecpgraph/internal/store/memstore"
	"ecpgraph/internal/tools/synth/generate"
)

// synthetic is a graph of the real ontology in one commit, and where it is kept.
func synthetic(b *testing.B, nodes int) (*index.Index, *store.Log, kg.Commit) {
	o, err := ontology.Read(schema.Files, schema.OntologyDir)
	if err != nil {
		b.Fatal(err)
	}
	g, err := generate.New(o, generate.Options{Nodes: nodes, LinksPerNode: 3, Seed: 1})
	if err != nil {
		b.Fatal(err)
	}
	c := kg.Commit{Revision: 1}
	for n := range g.Nodes() {
		c.Records = append(c.Records, kg.Record{Op: kg.PutNode, Number: uint32(len(c.Records)), Node: n})
	}
	links := 0
	for l := range g.Links() {
		c.Records = append(c.Records, kg.Record{Op: kg.PutLink, Number: uint32(links), Link: l})
		links++
	}
	log, err := store.Open(b.Context(), memstore.New())
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := log.Close(); err != nil {
			b.Error(err)
		}
	})
	head, err := log.Append(b.Context(), kg.Head{}, []kg.Commit{c})
	if err != nil {
		b.Fatal(err)
	}
	c.Digest = head.Digest
	ix, err := index.New(o).Apply(c)
	if err != nil {
		b.Fatal(err)
	}
	return ix, log, c
}

// BenchmarkBatch asks for 100 random nodes and 100 random links at a time: with
// all of them held, and with none.
func BenchmarkBatch(b *testing.B) {
	ix, log, c := synthetic(b, 20_000)
	nodes, links := 20_000, len(c.Records)-20_000
	for name, bound := range map[string]int64{"hit": 256 << 20, "miss": 0} {
		b.Run(name, func(b *testing.B) {
			cache := New(log, bound)
			batch := cache.Batch(ix)
			places := make([]Record, 200)
			if bound > 0 {
				all := make([]Record, nodes+links)
				for n := range nodes {
					batch.Node(index.Node(n), &all[n])
				}
				for l := range links {
					batch.Link(index.Link(l), &all[nodes+l])
				}
				if err := batch.Fetch(b.Context()); err != nil {
					b.Fatal(err)
				}
			}
			r := rand.New(rand.NewPCG(1, 2))
			asked := make([]uint32, 10_000)
			for i := range asked {
				asked[i] = r.Uint32()
			}
			i := 0
			for b.Loop() {
				for k := range 100 {
					i = (i + 1) % len(asked)
					batch.Node(index.Node(asked[i]%uint32(nodes)), &places[k])
					batch.Link(index.Link(asked[i]%uint32(links)), &places[100+k])
				}
				if err := batch.Fetch(b.Context()); err != nil {
					b.Fatal(err)
				}
			}
			s := cache.Stats()
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/200, "ns/record")
			b.ReportMetric(float64(s.Bytes)/float64(max(1, s.Records)), "B/held")
		})
	}
}

// BenchmarkGet reads from an arena alone.
func BenchmarkGet(b *testing.B) {
	a := newArena(64 << 20)
	const numbers = 50_000
	for i := range numbers {
		a.put(node(i), at(1, i), content(node(i), at(1, i), 600))
	}
	for name, stride := range map[string]int{"in order": 1, "scattered": 7919} {
		b.Run(name, func(b *testing.B) {
			i := 0
			for b.Loop() {
				i = (i + stride) % numbers
				if a.get(node(i), at(1, i)) == nil {
					b.Fatal("not held")
				}
			}
		})
	}
	b.Run("parallel", func(b *testing.B) {
		b.RunParallel(func(pb *testing.PB) {
			i := 0
			for pb.Next() {
				i = (i + 7919) % numbers
				if a.get(node(i), at(1, i)) == nil {
					b.Fail()
				}
			}
		})
	})
}

// BenchmarkPut fills an arena over and over.
func BenchmarkPut(b *testing.B) {
	a := newArena(16 << 20)
	r := content(node(1), at(1, 1), 600)
	i := 0
	for b.Loop() {
		i++
		a.put(node(i%100_000), at(i, 0), r)
	}
	b.ReportMetric(float64(a.evictions.Load())/float64(b.N), "evictions/op")
}

func BenchmarkEncode(b *testing.B) {
	ix, _, c := synthetic(b, 2000)
	var nodes, links []kg.Record
	for _, r := range c.Records {
		if r.Op == kg.PutNode {
			nodes = append(nodes, r)
		} else {
			links = append(links, r)
		}
	}
	e := encoder{ix.Node}
	var scratch []byte
	run := func(name string, records []kg.Record, encode func(kg.Record) error) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			i, bytes := 0, 0
			for b.Loop() {
				i = (i + 1) % len(records)
				if err := encode(records[i]); err != nil {
					b.Fatal(err)
				}
				bytes += len(scratch)
			}
			b.ReportMetric(float64(bytes)/float64(b.N), "B/record")
		})
	}
	run("node", nodes, func(r kg.Record) (err error) {
		scratch, err = e.node(scratch[:0], ix.NodeType(index.Node(r.Number)), r.Node)
		return err
	})
	run("link", links, func(r kg.Record) (err error) {
		scratch, err = e.link(scratch[:0], ix.LinkRelation(index.Link(r.Number)), r.Link)
		return err
	})
}

// BenchmarkJSON copies 8 scalars of a Record.
func BenchmarkJSON(b *testing.B) {
	o := testOntology(b)
	r, err := encoder{documents}.node(nil, o.NodeType("Thing"), &kg.Node{Props: kg.Props{
		"description": strings.Repeat("What it is, in our own words. ", 10), "remark": "A short text", "number": int64(12),
		"flag": true, "day": "2018-07-31", "kind": "LARGE", "words": []any{"a", "b"}, "numbers": []any{int64(1), int64(2)},
	}})
	if err != nil {
		b.Fatal(err)
	}
	var out []byte
	b.ReportAllocs()
	for b.Loop() {
		out = out[:0]
		for place := range 8 {
			out = append(out, Record(r).JSON(place)...)
		}
	}
	b.SetBytes(int64(len(out)))
}

func BenchmarkAppendString(b *testing.B) {
	text := strings.Repeat("The Permanent Technical Committee \"PTC\" examines the guidelines. ", 8)
	id := "responsible-for:working-body:ptc>action:ecp-3/9"
	for name, s := range map[string]string{"text": text, "id": id, "word": "LARGE"} {
		for name2, f := range map[string]func([]byte, string) []byte{"words": AppendString, "bytes": appendByBytes} {
			b.Run(name+"/"+name2, func(b *testing.B) {
				var out []byte
				b.SetBytes(int64(len(s)))
				for b.Loop() {
					out = f(out[:0], s)
				}
			})
		}
	}
}
