package index

import (
	"fmt"
	"slices"
	"testing"

	"ecpgraph/internal/kg"
)

// TestHubs grows a run past all its sizes and shrinks it again, in small steps
// and in one, so that it becomes a hub and stops being one.
func TestHubs(t *testing.T) {
	r := seeded(t)
	for _, step := range []int{1, 7, 100, 2000} {
		t.Run(fmt.Sprint("in steps of ", step), func(t *testing.T) {
			const size = 1200
			w := &writer{Rand: r, model: newModel(), keys: 1}
			w.revision++
			w.add(w.putNode(&kg.Node{ID: "goal:g", Type: "Goal"}, w.ref()))
			w.add(w.putNode(&kg.Node{ID: "document:d", Type: "Document"}, w.ref()))
			cited := []kg.Citation{{Document: "document:d", Locator: "para 1"}}
			var ids []kg.ID
			for i := range size {
				n := &kg.Node{ID: kg.NodeID("Body", fmt.Sprint(i)), Type: "Body", Citations: cited}
				w.add(w.putNode(n, w.ref()))
				ids = append(ids, n.ID)
			}
			ix := apply(t, New(testOntology(t)), kg.Commit{Revision: 1, Records: w.records})
			r.Shuffle(size, func(i, j int) { ids[i], ids[j] = ids[j], ids[i] })
			most := 0
			for round, sign := range []int{1, -1, 1, -1} {
				for chunk := range slices.Chunk(ids, step) {
					w.revision++
					w.records = nil
					for _, id := range chunk {
						l := &kg.Link{ID: kg.LinkID("Serves", id, "goal:g", ""), Relation: "Serves", From: id, To: "goal:g", Citations: cited}
						if sign > 0 {
							w.add(w.putLink(l, w.ref()))
						} else {
							w.add(w.deleteLink(l.ID, w.ref()))
						}
					}
					ix = apply(t, ix, kg.Commit{Revision: w.revision, Records: w.records})
					if w.IntN(300) == 0 {
						checkIndex(t, ix, w.model)
					}
					most = max(most, len(w.links))
				}
				checkIndex(t, ix, w.model)
				if round == 0 && ix.Links(0, ix.Ontology().NodeType("Goal").End("servants")).spine == nil {
					t.Error("a run of 1200 is no hub")
				}
			}
			if most != size || len(ix.adjacency.free) != int(ix.adjacency.slots) || ix.adjacency.slots != 1 {
				t.Errorf("%d links; %d hubs of which %d are free", most, ix.adjacency.slots, len(ix.adjacency.free))
			}
		})
	}
}

// TestTurnover: one commit takes many nodes from a hub and gives it many others,
// so many that nodes are ranked first.
func TestTurnover(t *testing.T) {
	r := seeded(t)
	w := &writer{Rand: r, model: newModel(), keys: 1}
	ix := New(testOntology(t))
	fresh := 0
	for round := range 6 {
		w.revision++
		w.records = nil
		if round == 0 {
			w.add(w.putNode(&kg.Node{ID: "goal:g", Type: "Goal"}, w.ref()))
		}
		for _, id := range sortedIDs(w.nodes) {
			if id != "goal:g" && r.IntN(3) > 0 {
				w.dropNode(id)
			}
		}
		for range 1000 {
			fresh++
			n := &kg.Node{ID: kg.NodeID("Body", fmt.Sprint(fresh*7919%100_003)), Type: "Body"}
			w.add(w.putNode(n, w.ref()))
			for _, key := range []string{"", "k"}[:1+r.IntN(2)] {
				w.add(w.putLink(&kg.Link{ID: kg.LinkID("Serves", n.ID, "goal:g", key), Relation: "Serves", From: n.ID, To: "goal:g"}, w.ref()))
			}
		}
		ix = apply(t, ix, kg.Commit{Revision: w.revision, Records: w.records})
		checkIndex(t, ix, w.model)
	}
}

// TestHubsOfTwoSuccessors: two indexes that follow one do not share the slots of
// hubs that they free and take.
func TestHubsOfTwoSuccessors(t *testing.T) {
	compare := func(a, b Node) int { return int(a) - int(b) }
	long := func(holders ...uint32) []runEdit[Node] {
		var edits []runEdit[Node]
		for _, h := range holders {
			for i := range Node(maxRun + 1) {
				edits = append(edits, runEdit[Node]{holder: h, element: Node(h)*1000 + i})
			}
		}
		return edits
	}
	var base runs[Node]
	base.edit(new(owner), nil, long(0, 1, 2, 3, 4, 5), compare)
	for _, h := range []uint32{0, 1, 2} { // which leaves room in the list of free slots
		base.edit(new(owner), long(h), nil, compare)
	}
	one, other := base, base
	one.edit(new(owner), long(3), nil, compare)
	other.edit(new(owner), long(4), nil, compare)
	one.edit(new(owner), nil, long(6), compare)
	other.edit(new(owner), nil, long(7), compare)
	for what, test := range map[string]struct {
		runs runs[Node]
		long []uint32
	}{"base": {base, []uint32{3, 4, 5}}, "one": {one, []uint32{4, 5, 6}}, "other": {other, []uint32{3, 5, 7}}} {
		for h := range uint32(8) {
			var want []Node
			if slices.Contains(test.long, h) {
				for _, e := range long(h) {
					want = append(want, e.element)
				}
			}
			checkList(t, fmt.Sprint(what, ": holder ", h), test.runs.list(h, 0), want)
		}
	}
}
