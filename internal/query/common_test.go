package query_test

import (
	"fmt"
	"maps"
	"testing"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/query"
	"ecpgraph/internal/reference"
)

// TestSearchOfCommonWords: a graph of which many nodes have the same few words, so
// that these are common terms in several pages and the best are found without a
// look at the others, while nodes change; the naive search agrees.
func TestSearchOfCommonWords(t *testing.T) {
	s := &searcher{T: t, twins: newTwins(), Generator: reference.NewGenerator(reference.NewSeed(t))}
	const nodes = 5000
	g := &reference.Graph{Ontology: s.graph.Ontology, Revision: 1, Nodes: map[kg.ID]*reference.Node{}, Links: map[kg.ID]*reference.Link{}}
	next := func() {
		s.become(t, g)
		g = &reference.Graph{Ontology: g.Ontology, Revision: g.Revision + 1, Nodes: maps.Clone(g.Nodes), Links: g.Links}
	}
	for i := range nodes {
		if s.write(g, i); i%(nodes/3) == 0 {
			next()
			s.nodesGiven += index.PageNodes // so that there are pages, and one without nodes
		}
	}
	next()
	best := 0
	for range 6 {
		for range 1 + s.IntN(400) {
			i := s.IntN(nodes)
			if delete(g.Nodes, kg.NodeID("Body", fmt.Sprint(i))); s.IntN(3) > 0 {
				s.write(g, i)
			}
		}
		next()
		for range 10 {
			args := query.SearchArgs{Text: s.common(1 + s.IntN(3))}
			if s.IntN(2) == 0 {
				args.Text += " "
			}
			size := []int{1, 3, 20, 100}[s.IntN(4)]
			args.First = &size
			if s.IntN(5) == 0 {
				args.Where = map[string]any{"text": s.common(1)}
			}
			want := s.graph.Search(args.Text, nil, args.Where)
			h := s.search(args)
			s.compare(args, h, want, 0, min(size, len(want)))
			if query.OnlyBest(h) {
				best++
			}
		}
	}
	if t.Logf("the best alone were looked at %d times of 60", best); best < 10 {
		t.Error("the best alone are hardly ever looked at")
	}
}

// common is so many words, most of which many nodes have.
func (s *searcher) common(words int) string {
	text := ""
	for i := range words {
		if i > 0 {
			text += " "
		}
		if s.IntN(12) == 0 {
			text += fmt.Sprint("mil", s.IntN(40)) // rare, and begins as mill does
		} else {
			text += []string{"mill", "mills", "river", "stone", "bridge", "Tidal", "ISO", "mi", "old", "new"}[s.IntN(10)]
		}
	}
	return text
}

// write puts a new version of the i-th node into the graph.
func (s *searcher) write(g *reference.Graph, i int) {
	n := &kg.Node{ID: kg.NodeID("Body", fmt.Sprint(i)), Type: "Body", Name: s.common(1 + s.IntN(4)), Props: kg.Props{}}
	for range s.IntN(8) / 6 {
		n.Aliases = append(n.Aliases, kg.Alias{Name: s.common(1 + s.IntN(2))})
	}
	if s.IntN(2) == 0 {
		n.Props[kg.PropDescription] = s.common(1 + s.IntN(12))
	}
	g.Nodes[n.ID] = &reference.Node{Node: n, Revision: g.Revision}
}
