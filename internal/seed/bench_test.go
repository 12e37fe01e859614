package seed_test

import (
	"bytes"
	"testing"

	"ecpgraph/graph/schema"
	"ecpgraph/internal/ontology"
	"ecpgraph/internal/seed"
	"ecpgraph/internal/tools/synth/generate"
)

// BenchmarkReadLines reads a synthetic graph of the real ontology, some 55,000
// lines.
func BenchmarkReadLines(b *testing.B) {
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
	lines := bytes.Count(text.Bytes(), []byte("\n"))
	b.SetBytes(int64(text.Len()))
	b.ReportAllocs()
	for b.Loop() {
		set, err := seed.ReadLines(bytes.NewReader(text.Bytes()), "bench", o, nil)
		if err != nil || len(set.Nodes)+len(set.Links) != lines {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(lines), "ns/line")
}
