package query_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/query"
	"ecpgraph/internal/records"
	"ecpgraph/internal/reference"
)

// twins are the naive graph and the index of the same revision.
type twins struct {
	graph                *reference.Graph
	index                *index.Index
	nodeNumber           map[kg.ID]uint32
	linkNumber           map[kg.ID]uint32
	nodesGiven, linksGot uint32
}

func newTwins() *twins {
	o := reference.Ontology()
	return &twins{
		graph: reference.New(o), index: index.New(o),
		nodeNumber: map[kg.ID]uint32{}, linkNumber: map[kg.ID]uint32{},
	}
}

// become makes the index follow the graph.
func (w *twins) become(t *testing.T, g *reference.Graph) {
	t.Helper()
	c := kg.Commit{Revision: g.Revision}
	for _, id := range slices.Sorted(maps.Keys(w.graph.Links)) {
		if g.Links[id] == nil {
			c.Records = append(c.Records, kg.Record{Op: kg.DeleteLink, ID: id, Number: w.linkNumber[id]})
			delete(w.linkNumber, id)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(w.graph.Nodes)) {
		if g.Nodes[id] == nil {
			c.Records = append(c.Records, kg.Record{Op: kg.DeleteNode, ID: id, Number: w.nodeNumber[id]})
			delete(w.nodeNumber, id)
		}
	}
	number := func(numbers map[kg.ID]uint32, next *uint32, id kg.ID) uint32 {
		n, known := numbers[id]
		if !known {
			n = *next
			numbers[id] = n
			*next++
		}
		return n
	}
	for _, id := range slices.Sorted(maps.Keys(g.Nodes)) {
		if n := g.Nodes[id]; n.Revision == g.Revision {
			c.Records = append(c.Records, kg.Record{Op: kg.PutNode, Number: number(w.nodeNumber, &w.nodesGiven, id), Node: n.Node})
		}
	}
	for _, id := range slices.Sorted(maps.Keys(g.Links)) {
		if l := g.Links[id]; l.Revision == g.Revision {
			c.Records = append(c.Records, kg.Record{Op: kg.PutLink, Number: number(w.linkNumber, &w.linksGot, id), Link: l.Link})
		}
	}
	ix, err := w.index.Apply(c)
	if err != nil {
		t.Fatal(err)
	}
	w.graph, w.index = g, ix
}

// answer is what a page says, in any order of asking.
func answer[E query.Element](t *testing.T, r reference.Generator, p *query.Page[E], id func(E) kg.ID) (a reference.Answer) {
	t.Helper()
	asks := []func() (err error){
		func() (err error) { a.Total, err = p.Total(); return },
		func() (err error) { a.HasPrevious, err = p.HasPrevious(); return },
		func() (err error) { a.HasNext, err = p.HasNext(); return },
		func() (err error) { a.HasNext, err = p.HasNext(); return },
	}
	r.Shuffle(len(asks), func(i, j int) { asks[i], asks[j] = asks[j], asks[i] })
	for _, ask := range asks {
		if err := ask(); err != nil {
			t.Fatal(err)
		}
	}
	for i, e := range p.Elements {
		a.IDs = append(a.IDs, id(e))
		a.Marks = append(a.Marks, &reference.Mark{Cursor: p.Cursor(i)})
	}
	return a
}

// ask puts the question to both and returns the answer of the reference, with
// cursors in its marks.
func (w *twins) ask(t *testing.T, r reference.Generator, q reference.Question) reference.Answer {
	t.Helper()
	args := query.Args{First: q.First, Last: q.Last, Where: q.Where, OrderBy: q.OrderBy, Counted: r.IntN(2) == 0}
	if q.After != nil {
		args.After = &q.After.Cursor
	}
	if q.Before != nil {
		args.Before = &q.Before.Cursor
	}
	ix := w.index
	of := ix.Ontology().NodeType(q.Type)
	target := of
	if q.Node != "" {
		target = of.End(q.Field).Far().Single()
		args.Links, args.Relation = q.Links, of.End(q.Field).Relation
	}
	s, err := query.Select(t.Context(), ix, target, args)
	if err != nil {
		t.Fatalf("%v: %v", q, err)
	}
	whims := r.IntN(4) > 0
	if whims {
		query.Whimsical(s, r.IntN)
	}
	var got reference.Answer
	if q.Node == "" {
		var page query.Page[index.Node]
		if err := s.Nodes(&page); err != nil {
			t.Fatalf("%v: %v", q, err)
		}
		got = answer(t, r, &page, ix.NodeID)
	} else {
		n, _ := ix.Node(q.Node)
		var page query.Page[index.Edge]
		for range 1 + r.IntN(2) { // a Selector is used again
			if err := s.Links(&page, n, of.End(q.Field)); err != nil {
				t.Fatalf("%v: %v", q, err)
			}
			got = answer(t, r, &page, func(e index.Edge) kg.ID { return ix.LinkID(e.Link) })
		}
	}
	want := w.graph.Answer(q)
	if !slices.Equal(got.IDs, want.IDs) || got.Total != want.Total || got.HasPrevious != want.HasPrevious || got.HasNext != want.HasNext {
		t.Fatalf("%v\nby %q, whims %v\nanswers %v, %d, %v, %v\nwant    %v, %d, %v, %v", q, s.Explain(), whims,
			got.IDs, got.Total, got.HasPrevious, got.HasNext, want.IDs, want.Total, want.HasPrevious, want.HasNext)
	}
	for i, m := range want.Marks {
		m.Cursor = got.Marks[i].Cursor
	}
	return want
}

// TestRandom pages through random selections of random graphs, with changes
// between the pages and with all plans that there are.
func TestRandom(t *testing.T) {
	for _, seed := range reference.Seeds(t, 60) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			w, r := newTwins(), reference.NewGenerator(seed)
			change := func() {
				for {
					if g, _, refusal := w.graph.Apply(r.Change(w.graph)); refusal == nil && g != w.graph {
						w.become(t, g)
						return
					}
				}
			}
			for range 20 + r.IntN(60) {
				change()
			}
			for range 40 {
				q := r.Question(w.graph)
				if err := reference.CompareFacet(w.graph, records.View{Index: w.index}, q, r.FacetKey(w.graph, q)); err != nil {
					t.Fatal(err)
				}
				seen := w.ask(t, r, q).Marks
				for range 4 {
					if r.IntN(3) == 0 {
						change()
					}
					if q.Node != "" && w.graph.Nodes[q.Node] == nil {
						break
					}
					q = r.Next(q, seen)
					seen = append(seen, w.ask(t, r, q).Marks...)
				}
			}
		})
	}
}

// TestRandomPeriods asks random graphs when their tools are, by all plans that
// there are.
func TestRandomPeriods(t *testing.T) {
	for _, seed := range reference.Seeds(t, 30) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			w, r := newTwins(), reference.NewGenerator(seed)
			for w.graph.Revision < 60 {
				if g, _, refusal := w.graph.Apply(r.Change(w.graph)); refusal == nil && g != w.graph {
					w.become(t, g)
				}
			}
			for range 60 {
				w.ask(t, r, reference.Question{Type: "Tool", Where: r.Periods(w.graph)})
			}
		})
	}
}

// TestRandomLarge is about lists that are long enough for every plan to be the
// cheapest at times.
func TestRandomLarge(t *testing.T) {
	for _, seed := range reference.Seeds(t, 2) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			w, r := newTwins(), reference.NewGenerator(seed)
			g := &reference.Graph{Ontology: w.graph.Ontology, Revision: 1, Nodes: map[kg.ID]*reference.Node{}, Links: map[kg.ID]*reference.Link{}}
			add := func(n *kg.Node) { g.Nodes[n.ID] = &reference.Node{Node: n, Revision: 1} }
			add(&kg.Node{ID: "document:0", Type: "Document", Name: "D"})
			add(&kg.Node{ID: "goal:0", Type: "Goal", Name: "G"})
			add(&kg.Node{ID: "body:0", Type: "Body", Name: "B"})
			for i := range 700 {
				n := r.Node(g, kg.NodeID("Tool", fmt.Sprint(i)))
				n.Citations, n.Aliases = []kg.Citation{{Document: "document:0", Locator: "para 1"}}, nil
				add(n)
			}
			link := func(relation string, from, to kg.ID) {
				l := &kg.Link{ID: kg.LinkID(relation, from, to, fmt.Sprint(r.IntN(2))), Relation: relation, From: from, To: to, Basis: kg.Stated, Modality: kg.Asserted}
				g.Links[l.ID] = &reference.Link{Link: l, Revision: 1}
			}
			tool := func() kg.ID { return kg.NodeID("Tool", fmt.Sprint(r.IntN(700))) }
			for range 600 {
				link("Serves", tool(), "goal:0")
				link("PartOf", tool(), "tool:1")
				link("Mentions", "document:0", tool())
			}
			w.become(t, g)
			for range 200 {
				q := r.Question(g)
				if relations(q) > 1 {
					continue
				}
				if q.Type != "Tool" || q.Node != "" {
					continue // its filter and order are not about tools
				}
				switch r.IntN(4) {
				case 0:
					q.Type, q.Node, q.Field = "Goal", "goal:0", "servants"
					q.Where, q.OrderBy = nil, q.OrderBy[:0]
				case 1, 2:
					q.Node, q.Field = "tool:1", "parts"
				}
				seen := w.ask(t, r, q).Marks
				for range 3 {
					q = r.Next(q, seen)
					seen = append(seen, w.ask(t, r, q).Marks...)
				}
			}
		})
	}
}

// relations is how deep the filter of the question goes over relations.
func relations(q reference.Question) int {
	var depth func(where any) int
	depth = func(where any) int {
		deepest := 0
		switch where := where.(type) {
		case map[string]any:
			for name, inner := range where {
				d := depth(inner)
				if name == "some" || name == "none" || name == "every" {
					d++
				}
				deepest = max(deepest, d)
			}
		case []any:
			for _, inner := range where {
				deepest = max(deepest, depth(inner))
			}
		}
		return deepest
	}
	return depth(q.Where)
}
