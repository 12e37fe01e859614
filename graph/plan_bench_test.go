package graph

import "testing"

// BenchmarkAnswer runs one document by a plan and by gqlgen's executor, parsed
// and validated anew each time in both.
func BenchmarkAnswer(b *testing.B) {
	w, _ := newTwin(seedView(b))
	for _, document := range []struct{ name, text string }{
		{"one node", `{ tool(id: "tool:transit-handbook") { id name description kind } }`},
		{"90 nodes of 5 fields", `{ topics(first: 90) { nodes { id name description kind __typename } } }`},
		{"nested", `{ workingBodies { nodes { name actions(first: 20) { edges { wording node { name number responsibleBodies { nodes { id name } } } } } } } }`},
	} {
		b.Run(document.name+"/plan", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				ask(b, w.planned, document.text, nil)
			}
		})
		b.Run(document.name+"/gqlgen", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				ask(b, w.plain, document.text, nil)
			}
		})
	}
}
