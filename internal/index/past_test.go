package index

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"ecpgraph/internal/kg"
)

// checkPast holds the histories of all ids there ever were, and what revisions
// touched, against the records that were written.
func checkPast(t testing.TB, ix *Index, m *model) {
	t.Helper()
	nodes, links := map[kg.ID][]Version{}, map[kg.ID][]Version{}
	for _, r := range m.log {
		histories, id, deletes := nodes, r.ID, r.Op == kg.DeleteNode || r.Op == kg.DeleteLink
		switch {
		case r.Node != nil:
			id = r.Node.ID
		case r.Link != nil:
			histories, id = links, r.Link.ID
		case r.Op == kg.DeleteLink:
			histories = links
		}
		v := Version{Ref: r.ref, Change: Updated}
		switch n := len(histories[id]); {
		case deletes:
			v.Change = Deleted
		case n == 0 || histories[id][n-1].Change == Deleted:
			v.Change = Created
		}
		histories[id] = append(histories[id], v)
	}
	random := rand.New(rand.NewPCG(uint64(m.revision), uint64(len(m.log))))
	for _, kind := range []struct {
		name    string
		want    map[kg.ID][]Version
		history func(kg.ID) History
		touched func(after, upTo kg.Revision) []kg.ID
	}{
		{"node", nodes, ix.NodeHistory, func(after, upTo kg.Revision) []kg.ID { return slices.Collect(ix.TouchedNodes(after, upTo)) }},
		{"link", links, ix.LinkHistory, func(after, upTo kg.Revision) []kg.ID { return slices.Collect(ix.TouchedLinks(after, upTo)) }},
	} {
		for id, want := range kind.want {
			checkHistory(t, fmt.Sprintf("%v: %s %s", m.revision, kind.name, id), kind.history(id), want, kg.Revision(random.Uint64N(uint64(m.revision)+2)))
		}
		for _, id := range []kg.ID{"", "body:never", "serves:never"} {
			if h := kind.history(id); h.Len() > 0 {
				t.Fatalf("%v: %s %q has %d versions", m.revision, kind.name, id, h.Len())
			}
		}
		after, upTo := kg.Revision(random.Uint64N(uint64(m.revision)+1)), kg.Revision(random.Uint64N(uint64(m.revision)+1))
		want := map[kg.ID]bool{}
		for id, versions := range kind.want {
			for _, v := range versions {
				if v.Ref.Revision > after && v.Ref.Revision <= upTo {
					want[id] = true
				}
			}
		}
		got := kind.touched(after, upTo)
		slices.Sort(got)
		if got = slices.Compact(got); !slices.Equal(got, slices.Sorted(maps.Keys(want))) {
			t.Fatalf("%v: %ss touched after %v up to %v: %v, want %v", m.revision, kind.name, after, upTo, got, slices.Sorted(maps.Keys(want)))
		}
	}
}

func checkHistory(t testing.TB, what string, h History, want []Version, r kg.Revision) {
	t.Helper()
	if h.Len() != len(want) {
		t.Fatalf("%s: %d versions, want %v", what, h.Len(), want)
	}
	for i, v := range want {
		if h.At(i) != v {
			t.Fatalf("%s: version %d is %v, want %v", what, i, h.At(i), v)
		}
	}
	var then Version
	for _, v := range want {
		if v.Ref.Revision <= r {
			then = v
		}
	}
	if got, ok := h.AsOf(r); got != then || ok != (then != Version{}) {
		t.Fatalf("%s: as of %v it is %v, %v, want %v", what, r, got, ok, then)
	}
}

// TestLoadedOnceHasNoPast: what was never changed takes no memory for a past.
func TestLoadedOnceHasNoPast(t *testing.T) {
	ix := apply(t, New(testOntology(t)), (&writer{Rand: seeded(t), model: newModel(), keys: 40}).load(400))
	for _, p := range []past{ix.pastNodes, ix.pastLinks} {
		if len(p.versions.pages.leaves)+len(p.ids.pages.leaves)+p.hash.entries > 0 {
			t.Errorf("%+v", p)
		}
	}
}

// load draws a commit that puts everything once.
func (w *writer) load(nodes int) kg.Commit {
	w.revision++
	for range nodes {
		if n := w.node(); w.nodes[n.ID].Node == nil {
			w.add(w.putNode(n, w.ref()))
		}
	}
	for range 3 * nodes {
		if l, ok := w.link(); ok && w.links[l.ID].Link == nil {
			w.add(w.putLink(l, w.ref()))
		}
	}
	return kg.Commit{Revision: w.revision, Records: w.records}
}

// TestLongHistory: a node that is written a thousand times, some of them in one
// commit, keeps all its versions through a snapshot, its deletion and its
// return.
func TestLongHistory(t *testing.T) {
	o := testOntology(t)
	w := &writer{Rand: seeded(t), model: newModel(), keys: 1}
	ix := New(o)
	for i := range 700 {
		w.revision++
		w.records = nil
		for j := range 1 + i%3 {
			w.add(w.putNode(&kg.Node{ID: "goal:g", Type: "Goal", Name: fmt.Sprint(i, j)}, w.ref()))
		}
		if i == 500 {
			w.dropNode("goal:g")
			w.add(w.putNode(goal("g"), w.ref()))
			w.dropNode("goal:g")
		}
		ix = apply(t, ix, kg.Commit{Revision: w.revision, Records: w.records})
		if i%100 == 0 {
			read, err := Read(o, snapshotOf(t, ix))
			if err != nil {
				t.Fatal(err)
			}
			ix = read
			checkIndex(t, ix, w.model)
		}
	}
	checkIndex(t, ix, w.model)
	if h := ix.NodeHistory("goal:g"); len(h.lives) != 3 || h.Len() < 1300 {
		t.Errorf("%d versions in %d lives", h.Len(), len(h.lives))
	}
}
