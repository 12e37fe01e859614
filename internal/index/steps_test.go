package index

import (
	"fmt"
	"slices"
	"testing"

	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
)

// TestAppendAdjacency: all links of a node at once are those of each step in
// turn, also of hubs.
func TestAppendAdjacency(t *testing.T) {
	r := seeded(t)
	for _, keys := range []int{6, 40} {
		w := &writer{Rand: r, model: newModel(), keys: keys}
		ix := New(testOntology(t))
		for range 40 {
			ix = apply(t, ix, w.commit(20))
			checkAdjacency(t, ix)
		}
		if tool, ok := w.someOf("Tool"); ok {
			w.revision++
			w.records = nil
			for i := range maxRun + 10 {
				l := &kg.Link{Relation: "PartOf", From: tool, To: tool, Basis: kg.Stated, Modality: kg.Asserted}
				l.ID = kg.LinkID(l.Relation, l.From, l.To, fmt.Sprint("hub-", i))
				w.add(w.putLink(l, w.ref()))
			}
			ix = apply(t, ix, kg.Commit{Revision: w.revision, Records: w.records})
			checkAdjacency(t, ix)
			if n, _ := ix.Node(tool); ix.Degree(n) < 2*(maxRun+10) {
				t.Errorf("%s has the degree %d", tool, ix.Degree(n))
			}
		}
	}
}

func checkAdjacency(t *testing.T, ix *Index) {
	t.Helper()
	o := ix.Ontology()
	for n := range Node(ix.nextNode) {
		if ix.nodes.at(uint32(n)) == (nodeRow{}) {
			continue
		}
		got := map[Step][]Edge{}
		previous, degree := -1, 0
		for _, a := range ix.AppendAdjacency(nil, n) {
			if int(a.Step) <= previous || a.Edges.Len() == 0 {
				t.Fatalf("node %d: step %d with %d links follows step %d", n, a.Step, a.Edges.Len(), previous)
			}
			previous = int(a.Step)
			got[a.Step] = slices.Collect(a.Edges.From(0))
			degree += a.Edges.Len()
		}
		if degree != ix.Degree(n) {
			t.Fatalf("node %d: %d links, and the degree %d", n, degree, ix.Degree(n))
		}
		for i, relation := range o.Relations {
			for _, d := range []ontology.Direction{ontology.Out, ontology.In} {
				s := ix.StepOf(relation, d)
				if s.Relation() != i || s.Direction() != d || s.Back().Back() != s || s.Back() == s || int(s) >= ix.Steps() {
					t.Fatalf("step %d of %s %v", s, relation.Name, d)
				}
				if want := slices.Collect(ix.Links(n, &ontology.End{Relation: relation, Direction: d}).From(0)); !slices.Equal(got[s], want) {
					t.Fatalf("node %d, %s %v: %v, want %v", n, relation.Name, d, got[s], want)
				}
			}
		}
		if o.NodeTypes[ix.TypePlace(n)] != ix.NodeType(n) {
			t.Fatalf("node %d is of type %d", n, ix.TypePlace(n))
		}
	}
}
