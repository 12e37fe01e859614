package paths_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
	"ecpgraph/internal/paths"
	"ecpgraph/internal/reference"
)

// twins are the naive graph and the index of the same revision.
type twins struct {
	reference.Generator
	graph   *reference.Graph
	index   *index.Index
	numbers map[kg.ID]uint32
	nodes   uint32 // numbers that were given
	links   uint32
}

func newTwins(seed uint64) *twins {
	o := reference.Ontology()
	return &twins{Generator: reference.NewGenerator(seed), graph: reference.New(o), index: index.New(o), numbers: map[kg.ID]uint32{}}
}

// change makes a random change to both.
func (w *twins) change(t *testing.T) {
	t.Helper()
	for {
		g, _, refusal := w.graph.Apply(w.Change(w.graph))
		if refusal == nil && g != w.graph {
			w.become(t, g)
			return
		}
	}
}

// thicken links few nodes in many ways.
func (w *twins) thicken(t *testing.T) {
	t.Helper()
	for range 30 + w.IntN(60) {
		l := w.Link(w.graph)
		if w.graph.Nodes[l.From] == nil || w.graph.Nodes[l.To] == nil {
			continue
		}
		if g, _, refusal := w.graph.Apply(kg.Change{Author: "ada", PutLinks: []*kg.Link{l}}); refusal == nil && g != w.graph {
			w.become(t, g)
		}
	}
}

// become makes the index follow the graph.
func (w *twins) become(t *testing.T, g *reference.Graph) {
	t.Helper()
	c := kg.Commit{Revision: g.Revision}
	drop := func(op kg.Op, id kg.ID) {
		c.Records = append(c.Records, kg.Record{Op: op, ID: id, Number: w.numbers[id]})
		delete(w.numbers, id)
	}
	number := func(id kg.ID, next *uint32) uint32 {
		if _, known := w.numbers[id]; !known {
			w.numbers[id] = *next
			*next++
		}
		return w.numbers[id]
	}
	for _, id := range slices.Sorted(maps.Keys(w.graph.Links)) {
		if g.Links[id] == nil {
			drop(kg.DeleteLink, id)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(w.graph.Nodes)) {
		if g.Nodes[id] == nil {
			drop(kg.DeleteNode, id)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(g.Nodes)) {
		if n := g.Nodes[id]; n.Revision == g.Revision {
			c.Records = append(c.Records, kg.Record{Op: kg.PutNode, Number: number(id, &w.nodes), Node: n.Node})
		}
	}
	for _, id := range slices.Sorted(maps.Keys(g.Links)) {
		if l := g.Links[id]; l.Revision == g.Revision {
			c.Records = append(c.Records, kg.Record{Op: kg.PutLink, Number: number(id, &w.links), Link: l.Link})
		}
	}
	ix, err := w.index.Apply(c)
	if err != nil {
		t.Fatal(err)
	}
	w.graph, w.index = g, ix
}

func some[E any](w *twins, list []E, most int) []E {
	picked := []E{}
	for range w.IntN(most + 1) {
		picked = append(picked, list[w.IntN(len(list))])
	}
	return picked
}

func (w *twins) oneIn(n int) bool { return w.IntN(n) == 0 }

func (w *twins) ids() []kg.ID { return slices.Sorted(maps.Keys(w.graph.Nodes)) }

func (w *twins) id() kg.ID { ids := w.ids(); return ids[w.IntN(len(ids))] }

func (w *twins) steps(most int) []index.Step {
	steps := []index.Step{}
	for _, r := range some(w, w.graph.Ontology.Relations, most) {
		out, in := w.index.StepOf(r, ontology.Out), w.index.StepOf(r, ontology.In)
		steps = append(steps, [][]index.Step{{out}, {in}, {out, in}}[w.IntN(3)]...)
	}
	return steps
}

func (w *twins) rules() (r paths.Rules) {
	if w.oneIn(2) {
		r.Via = w.steps(5)
	}
	if w.oneIn(4) {
		r.Types = some(w, w.graph.Ontology.NodeTypes, 4)
	}
	r.ThroughDocuments = w.oneIn(3)
	return r
}

func (w *twins) between() paths.Between {
	b := paths.Between{Rules: w.rules(), From: w.id(), To: w.id(), K: 1 + w.IntN(4)*w.IntN(6), MaxHops: w.IntN(6)}
	if w.oneIn(3) {
		b.Via, b.Pattern = nil, [][]index.Step{}
		for range w.IntN(6) {
			steps := w.steps(4)
			if !w.oneIn(4) {
				steps = nil
			}
			b.Pattern = append(b.Pattern, steps)
		}
	}
	if w.oneIn(3) {
		b.Avoid = paths.Avoid{
			Types: some(w, w.graph.Ontology.NodeTypes, 2), IDs: some(w, append(w.ids(), "tool:none"), 4),
			Relations: some(w, w.graph.Ontology.Relations, 2),
		}
	}
	return b
}

// checkPaths asks both for paths; short of links, the index may know the first
// of them only, and says so.
func (w *twins) checkPaths(t *testing.T, b paths.Between, short bool) {
	t.Helper()
	n := &naive{Graph: w.graph, ix: w.index}
	want, known := n.paths(b)
	if !known {
		return
	}
	if short {
		b.LookAtMost(1 + w.IntN(100))
	}
	found, err := paths.Shortest(t.Context(), w.index, b)
	if err != nil {
		t.Fatalf("%+v: %v", b, err)
	}
	var got [][]hop
	for _, path := range found.Paths {
		line, at := []hop(nil), found.From
		for _, h := range path {
			if from, to := w.index.LinkEnds(h.Link); h.From != at || h.Direction() == ontology.Out && (from != h.From || to != h.To) ||
				h.Direction() == ontology.In && (from != h.To || to != h.From) {
				t.Fatalf("%+v: hop %+v from %d by a link from %d to %d", b, h, at, from, to)
			}
			links, count := h.Links(w.index, 2)
			if want := n.parallel(w.index.LinkID(h.Link)); count != len(want) || len(links) != min(2, count) || links[0] != h.Link ||
				len(links) > 1 && w.index.LinkID(links[1]) != want[1] {
				t.Fatalf("%+v: hop %+v by %v of %d links, want %v", b, h, links, count, want)
			}
			at = h.To
			line = append(line, hop{w.index.LinkID(h.Link), h.Direction() == ontology.Out, w.index.NodeID(h.To)})
		}
		got = append(got, line)
	}
	if found.Truncated {
		want = want[:min(len(got), len(want))]
	}
	if found.Truncated && !short || fmt.Sprint(got) != fmt.Sprint(want) {
		t.Fatalf("%+v\nanswers %v, truncated %v\nwant    %v", b, got, found.Truncated, want)
	}
}

func (w *twins) checkSurroundings(t *testing.T, short bool) {
	t.Helper()
	a := paths.Around{Rules: w.rules(), IDs: some(w, w.ids(), 3), Hops: w.IntN(5), Limit: w.IntN(40), Linked: w.oneIn(2)}
	wantNodes, wantLinks, wantTruncated := (&naive{Graph: w.graph, ix: w.index}).surroundings(a)
	if short {
		a.LookAtMost(1 + w.IntN(60))
	}
	s, err := paths.Surroundings(t.Context(), w.index, a)
	if err != nil {
		t.Fatalf("%+v: %v", a, err)
	}
	var nodes, links []kg.ID
	for _, n := range s.Nodes {
		nodes = append(nodes, w.index.NodeID(n))
	}
	for _, l := range s.Links {
		links = append(links, w.index.LinkID(l))
	}
	same := slices.Equal(nodes, wantNodes) && (slices.Equal(links, wantLinks) || !a.Linked) && s.Truncated == wantTruncated
	if !same && !(short && s.Truncated) {
		t.Fatalf("%+v\nanswers %v, %v, %v\nwant    %v, %v, %v", a, nodes, links, s.Truncated, wantNodes, wantLinks, wantTruncated)
	}
}

// checkReachable walks all pages.
func (w *twins) checkReachable(t *testing.T, short bool) {
	t.Helper()
	r := paths.Reach{Rules: w.rules(), From: w.id(), MaxHops: w.IntN(6), First: 1 + w.IntN(12)}
	if w.oneIn(3) {
		r.Listed = some(w, w.graph.Ontology.NodeTypes, 3)
	}
	want := (&naive{Graph: w.graph, ix: w.index}).reachable(r)
	if short {
		r.LookAtMost(1 + w.IntN(60))
	}
	var got []reached
	for {
		r.Counted = w.oneIn(2)
		page, err := paths.Reachable(t.Context(), w.index, r)
		if err != nil {
			t.Fatalf("%+v: %v", r, err)
		}
		if page.Truncated {
			if !short {
				t.Fatalf("%+v: truncated", r)
			}
			for len(want) > len(got)+len(page.Nodes) && !more(page) {
				want = want[:len(want)-1]
			}
		}
		if previous, _ := page.HasPrevious(); previous != (len(got) > 0) {
			t.Fatalf("%+v: previous %v after %d", r, previous, len(got))
		}
		for i, n := range page.Nodes {
			got = append(got, reached{page.Distance[i], w.index.NodeID(n)})
		}
		total, _ := page.Total()
		next, _ := page.HasNext()
		if r.Counted && !page.Truncated && total != len(want) || !short && next != (len(got) < len(want)) {
			t.Fatalf("%+v: %d in all, %v follow after %d; want %d", r, total, next, len(got), len(want))
		}
		if !next {
			break
		}
		cursor := page.Cursor(len(page.Nodes) - 1)
		r.After = &cursor
	}
	if !slices.Equal(got, want) {
		t.Fatalf("%+v\nanswers %v\nwant    %v", r, got, want)
	}
}

// TestRandom holds all three against the naive graph, over random graphs that
// change in between. A seed is one sequence.
func TestRandom(t *testing.T) {
	for _, seed := range reference.Seeds(t, 150) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			w := newTwins(seed)
			for range 20 + w.IntN(80) {
				w.change(t)
			}
			if w.oneIn(2) {
				w.thicken(t)
			}
			for range 25 {
				if w.oneIn(2) {
					w.change(t)
				}
				short := w.oneIn(4)
				w.checkPaths(t, w.between(), short)
				w.checkSurroundings(t, short)
				w.checkReachable(t, short)
			}
		})
	}
}

func more(page *paths.Reached) bool { next, _ := page.HasNext(); return next }
