package query_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/query"
)

// BenchmarkSearch searches for what people type. The words of the synthetic
// graph are few, and each is in 3 to 12 of 100 nodes.
func BenchmarkSearch(b *testing.B) {
	ix, g := synthetic(b, *benchNodes)
	word := func(i int) string {
		_, key, _ := strings.Cut(string(g.ID("Tool", i%g.Count("Tool"))), ":")
		return strings.Split(key, "-")[i%2]
	}
	n := 20
	for _, test := range []struct {
		name string
		text func(i int) string
	}{
		{"two words", func(i int) string { return word(2*i*7919) + " " + word(2*i*104729+1) }},
		{"one word", func(i int) string { return word(i * 7919) }},
		{"a misspelt word", func(i int) string { return "harvst " + word(i*7919) }},
		{"words that no node has together", func(int) string { return "alpine amber ancient annual autumn bright" }},
		{"a beginning of one letter", func(int) string { return "s" }},
	} {
		b.Run(test.name, func(b *testing.B) {
			b.ReportAllocs()
			i, sum := 0, 0
			for b.Loop() {
				h, err := query.Search(b.Context(), ix, query.SearchArgs{Text: test.text(i), Args: query.Args{First: &n}})
				if err != nil {
					b.Fatal(err)
				}
				total, _ := h.Total()
				sum += total
				i++
			}
			b.ReportMetric(float64(sum)/float64(i), "found/op")
		})
	}
}

// BenchmarkSearchManyTerms reads words among 350,000 terms.
func BenchmarkSearchManyTerms(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 1))
	syllables := []string{"ba", "cor", "den", "fil", "gam", "hol", "in", "jer", "kal", "lum", "mor", "nat", "op", "pra", "qui", "ros", "stra", "tion", "ul", "ver"}
	c := kg.Commit{Revision: 1}
	for i := range 35_000 {
		text := ""
		for range 10 {
			for range 3 + r.IntN(3) {
				text += syllables[r.IntN(len(syllables))]
			}
			text += " "
		}
		c.Records = append(c.Records, kg.Record{Op: kg.PutNode, Number: uint32(i), Node: &kg.Node{ID: kg.NodeID("Topic", fmt.Sprint(i)), Type: "Topic", Name: text}})
	}
	small, _ := synthetic(b, 500)
	ix, err := index.New(small.Ontology()).Apply(c)
	if err != nil {
		b.Fatal(err)
	}
	for name, text := range map[string]string{
		"one typo": "cordnfil ", "two typos, the first letter too": "xordnfilgam ", "nothing": "zzzzyyyyxxxx ", "a contraction": "strvr ", "a beginning": "c",
	} {
		b.Run(name, func(b *testing.B) {
			found := 0
			for b.Loop() {
				h, err := query.Search(b.Context(), ix, query.SearchArgs{Text: text})
				if err != nil {
					b.Fatal(err)
				}
				found, _ = h.Total()
			}
			b.ReportMetric(float64(ix.Terms().Len()), "terms")
			b.ReportMetric(float64(found), "found")
		})
	}
}
