package store

import (
	"bytes"
	"testing"
	"time"

	"ecpgraph/graph/schema"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
	"ecpgraph/internal/seed"
	"ecpgraph/internal/tools/synth/generate"
)

// BenchmarkPack packs a synthetic graph as one commit, some 55,000 records.
func BenchmarkPack(b *testing.B) {
	o, err := ontology.Read(schema.Files, schema.OntologyDir)
	if err != nil {
		b.Fatal(err)
	}
	g, err := generate.New(o, generate.Options{Nodes: 5000, Seed: 1})
	if err != nil {
		b.Fatal(err)
	}
	var text bytes.Buffer
	if err := g.Write(&text); err != nil {
		b.Fatal(err)
	}
	set, err := seed.ReadLines(&text, "bench", o, nil)
	if err != nil {
		b.Fatal(err)
	}
	commit := kg.Commit{Time: time.UnixMilli(0)}
	for _, n := range set.Nodes {
		commit.Records = append(commit.Records, kg.Record{Op: kg.PutNode, Node: n})
	}
	for _, l := range set.Links {
		commit.Records = append(commit.Records, kg.Record{Op: kg.PutLink, Link: l})
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := pack(kg.Head{}, &commit); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(commit.Records)), "ns/record")
}
