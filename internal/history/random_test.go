package history

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/live"
	"ecpgraph/internal/ontology"
	"ecpgraph/internal/reference"
	"ecpgraph/internal/store"
	"ecpgraph/internal/store/memstore"
)

const testSDL = `
"A document." type Document @node
"A tool." type Tool @node {
  "Its rank." rank: Int @index
}
"A goal." type Goal @node
"A tool serves a goal." type Serves @relation(from: Tool, to: Goal, forward: "goals", backward: "tools")
`

// state is the graph at one revision: what its nodes and links say.
type state struct {
	nodes map[kg.ID]*kg.Node
	links map[kg.ID]*kg.Link
}

func (s state) clone() state { return state{maps.Clone(s.nodes), maps.Clone(s.links)} }

// walker makes random commits and keeps the state after each of them.
type walker struct {
	*rand.Rand
	t      *testing.T
	graph  *live.Graph
	states []state // by revision
}

func newWalker(t *testing.T) *walker {
	seed := reference.NewSeed(t)
	o, err := ontology.Parse([]ontology.Source{{Name: "test.graphqls", Text: testSDL}})
	if err != nil {
		t.Fatal(err)
	}
	log, err := store.Open(t.Context(), memstore.New())
	if err != nil {
		t.Fatal(err)
	}
	g, err := live.Open(t.Context(), log, o, live.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := g.Close(); err != nil {
			t.Error(err)
		}
	})
	w := &walker{Rand: rand.New(rand.NewPCG(seed, 2)), t: t, graph: g}
	paper := &kg.Node{ID: "document:d", Type: "Document", Name: "A paper", Citations: cited}
	if _, err := g.Commit(t.Context(), kg.Change{PutNodes: []*kg.Node{paper}}); err != nil {
		t.Fatal(err)
	}
	w.states = []state{{}, {map[kg.ID]*kg.Node{paper.ID: paper}, map[kg.ID]*kg.Link{}}}
	return w
}

// cited is what everything cites.
var cited = []kg.Citation{{Document: "document:d", Locator: "para 1"}}

// step makes one commit of random writes and deletions.
func (w *walker) step() {
	w.t.Helper()
	next := w.states[len(w.states)-1].clone()
	change := kg.Change{Author: fmt.Sprint("author ", w.IntN(3)), Reason: fmt.Sprint("reason ", len(w.states))}
	deleted := map[kg.ID]bool{}
	for range 1 + w.IntN(6) {
		if id := kg.NodeID("Tool", fmt.Sprint(w.IntN(8))); w.IntN(4) == 0 && next.nodes[id] != nil && !slices.ContainsFunc(change.PutNodes, func(n *kg.Node) bool { return n.ID == id }) {
			for l, link := range next.links {
				if link.From == id && w.states[len(w.states)-1].links[l] != nil && !deleted[l] {
					change.DeleteLinks = append(change.DeleteLinks, l)
				}
				if link.From == id {
					delete(next.links, l)
					deleted[l] = true
					change.PutLinks = slices.DeleteFunc(change.PutLinks, func(put *kg.Link) bool { return put.ID == l })
				}
			}
			delete(next.nodes, id)
			deleted[id] = true
			change.DeleteNodes = append(change.DeleteNodes, id)
		}
	}
	put := func(n *kg.Node) {
		if !deleted[n.ID] && !slices.ContainsFunc(change.PutNodes, func(other *kg.Node) bool { return other.ID == n.ID }) {
			change.PutNodes = append(change.PutNodes, n)
			next.nodes[n.ID] = n
		}
	}
	for range w.IntN(4) {
		put(&kg.Node{ID: kg.NodeID("Tool", fmt.Sprint(w.IntN(8))), Type: "Tool", Name: fmt.Sprint("name ", w.IntN(2)), Props: kg.Props{"rank": int64(w.IntN(2))}, Citations: cited})
		put(&kg.Node{ID: kg.NodeID("Goal", fmt.Sprint(w.IntN(3))), Type: "Goal", Name: fmt.Sprint("goal ", w.IntN(3)), Citations: cited})
	}
	for range w.IntN(4) {
		from, to := kg.NodeID("Tool", fmt.Sprint(w.IntN(8))), kg.NodeID("Goal", fmt.Sprint(w.IntN(3)))
		l := &kg.Link{ID: kg.LinkID("Serves", from, to, ""), Relation: "Serves", From: from, To: to, Basis: kg.Stated, Modality: []kg.Modality{kg.Asserted, kg.Possible}[w.IntN(2)], Citations: cited}
		if next.nodes[from] == nil || next.nodes[to] == nil || deleted[l.ID] || slices.ContainsFunc(change.PutLinks, func(other *kg.Link) bool { return other.ID == l.ID }) {
			continue
		}
		change.PutLinks = append(change.PutLinks, l)
		next.links[l.ID] = l
	}
	outcome, err := w.graph.Commit(w.t.Context(), change)
	if err != nil {
		w.t.Fatal(err)
	}
	if outcome.Changed() {
		w.states = append(w.states, next)
	}
}

// naive is what differs between two states, found by looking at all there is.
func (w *walker) naive(from, to kg.Revision) []Item {
	a, b := w.states[from], w.states[to]
	var items []Item
	add := func(kind Kind, id kg.ID, typ, name string, before, after kg.Record) {
		changes := Changes(before, after)
		if len(changes) == 0 {
			return
		}
		item := Item{Kind: kind, ID: id, Type: typ, Name: name, Effect: Changed, Changes: changes}
		switch {
		case before.Op == 0:
			item.Effect = Added
		case after.Op == 0:
			item.Effect = Removed
		}
		items = append(items, item)
	}
	for id := range union(a.nodes, b.nodes) {
		var before, after kg.Record
		if n := a.nodes[id]; n != nil {
			before = kg.Record{Op: kg.PutNode, Node: n}
		}
		if n := b.nodes[id]; n != nil {
			after = kg.Record{Op: kg.PutNode, Node: n}
		}
		shown := after.Node
		if shown == nil || before.Node != nil && from > to {
			shown = before.Node
		}
		add(Node, id, shown.Type, shown.Name, before, after)
	}
	for id := range union(a.links, b.links) {
		var before, after kg.Record
		if l := a.links[id]; l != nil {
			before = kg.Record{Op: kg.PutLink, Link: l}
		}
		if l := b.links[id]; l != nil {
			after = kg.Record{Op: kg.PutLink, Link: l}
		}
		add(Link, id, "Serves", "", before, after)
	}
	slices.SortFunc(items, func(a, b Item) int { return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.ID, b.ID)) })
	return items
}

func union[V any](a, b map[kg.ID]V) map[kg.ID]bool {
	all := map[kg.ID]bool{}
	for id := range a {
		all[id] = true
	}
	for id := range b {
		all[id] = true
	}
	return all
}

func describe(items []Item) (list []string) {
	for _, i := range items {
		list = append(list, fmt.Sprintf("%v %s %s %q %v %q", i.Kind, i.ID, i.Type, i.Name, i.Effect, tell(i.Changes)))
	}
	return list
}

// TestDiffOfRandomRevisions holds differences, both ways and of some types
// only, against states that are compared whole.
func TestDiffOfRandomRevisions(t *testing.T) {
	w := newWalker(t)
	for range 120 {
		w.step()
	}
	view := w.graph.View()
	head := view.Index.Head().Revision
	if int(head) != len(w.states)-1 {
		t.Fatalf("the graph is at %v, the model at %d", head, len(w.states)-1)
	}
	tools, serves := view.Index.Ontology().NodeType("Tool"), view.Index.Ontology().Relation("Serves")
	for range 1000 {
		s := Scope{From: kg.Revision(w.IntN(len(w.states))), To: kg.Revision(w.IntN(len(w.states)))}
		want := w.naive(s.From, s.To)
		if w.IntN(3) == 0 {
			s.Types = []*ontology.NodeType{tools}
			want = slices.DeleteFunc(want, func(i Item) bool { return i.Type != "Tool" })
		} else if w.IntN(3) == 0 {
			s.Relations = []*ontology.Relation{serves}
			want = slices.DeleteFunc(want, func(i Item) bool { return i.Kind == Node })
		}
		d, err := Compare(t.Context(), view, s)
		if err != nil {
			t.Fatal(err)
		}
		items := make([]*Item, len(d.Items))
		for i := range d.Items {
			items[i] = &d.Items[i]
		}
		if err := ReadItems(t.Context(), view.Log, items); err != nil {
			t.Fatal(err)
		}
		if got, want := describe(d.Items), describe(want); !slices.Equal(got, want) || d.Truncated {
			t.Fatalf("from %v to %v:\n%q, want\n%q", s.From, s.To, got, want)
		}
		checkCounts(t, d)
	}
	for _, s := range []Scope{{From: head + 1}, {To: head + 1}} {
		if _, err := Compare(t.Context(), view, s); !errors.Is(err, kg.ErrNotFound) {
			t.Errorf("a revision that is not there: %v", err)
		}
	}
}

func checkCounts(t *testing.T, d *Diff) {
	t.Helper()
	var sum Count
	for _, c := range d.Counts {
		sum.Added, sum.Removed, sum.Changed = sum.Added+c.Added, sum.Removed+c.Removed, sum.Changed+c.Changed
		of := 0
		for _, i := range d.Items {
			if i.Kind == c.Kind && i.Type == c.Type {
				of++
			}
		}
		if of != c.Added+c.Removed+c.Changed {
			t.Fatalf("%v %s: %+v of %d items", c.Kind, c.Type, c, of)
		}
	}
	if sum.Added+sum.Removed+sum.Changed != len(d.Items) {
		t.Fatalf("%+v of %d items", d.Counts, len(d.Items))
	}
}

// TestVersions replays the history of every id there ever was: its versions are
// what the states had, and their changes lead from one to the next.
func TestVersions(t *testing.T) {
	w := newWalker(t)
	for range 120 {
		w.step()
	}
	view := w.graph.View()
	deletions := 0
	for key := range 8 {
		id := kg.NodeID("Tool", fmt.Sprint(key))
		h := view.Index.NodeHistory(id)
		versions := make([]*Version, h.Len())
		for i := range versions {
			v := VersionAt(id, &h, i)
			versions[i] = &v
		}
		if err := errors.Join(ReadCommits(t.Context(), view.Log, versions), ReadChanges(t.Context(), view.Log, versions)); err != nil {
			t.Fatal(err)
		}
		var want []string
		for r := 1; r < len(w.states); r++ {
			before, after := w.states[r-1].nodes[id], w.states[r].nodes[id]
			var old, now kg.Record
			change := index.Updated
			if before != nil {
				old = node(*before)
			} else {
				change = index.Created
			}
			if after != nil {
				now = node(*after)
			} else {
				change = index.Deleted
			}
			if changes := Changes(old, now); len(changes) > 0 {
				want = append(want, fmt.Sprint(r, change, "reason ", tell(changes)))
			}
		}
		var got []string
		for _, v := range versions {
			if v.Change == index.Deleted {
				deletions++
			}
			if v.Commit.Time.IsZero() || v.Commit.Author == "" {
				t.Fatalf("%s at %v: %+v", id, v.Ref, v.Commit)
			}
			got = append(got, fmt.Sprint(uint64(v.Ref.Revision), v.Change, v.Commit.Reason[:7], tell(v.Changes)))
		}
		if !slices.Equal(got, want) {
			t.Fatalf("%s:\n%q, want\n%q", id, got, want)
		}
	}
	if deletions == 0 {
		t.Error("nothing was ever deleted")
	}
}

// TestDiffIsBounded: more than a difference looks at is declared, and what is
// shown is right.
func TestDiffIsBounded(t *testing.T) {
	w := newWalker(t)
	var change kg.Change
	for i := range MaxDiff + 1 {
		change.PutNodes = append(change.PutNodes, &kg.Node{ID: kg.NodeID("Goal", fmt.Sprint(i)), Type: "Goal", Name: "g", Citations: cited})
	}
	if _, err := w.graph.Commit(t.Context(), change); err != nil {
		t.Fatal(err)
	}
	for _, s := range []Scope{{From: 1, To: 2}, {From: 2, To: 1}} {
		d, err := Compare(t.Context(), w.graph.View(), s)
		if err != nil || !d.Truncated || len(d.Items) != MaxDiff {
			t.Errorf("%v, %d items", err, len(d.Items))
		}
	}
	ended, end := context.WithCancel(t.Context())
	end()
	if _, err := Compare(ended, w.graph.View(), Scope{From: 1, To: 2}); !errors.Is(err, context.Canceled) {
		t.Errorf("after the end: %v", err)
	}
}
