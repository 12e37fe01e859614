package live

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"ecpgraph/internal/kg"
	"ecpgraph/internal/reference"
)

// planned opens a graph with two documents that cite each other, a goal, two
// bodies that serve it, and a third body that cites the other document.
func planned(t *testing.T) *Graph {
	g := openGraph(t, engines["memstore"](t)())
	d, e, c := paper("d"), paper("e"), body("c")
	d.Citations = append(d.Citations, cite(e.ID, "para 7")...)
	e.Citations = append(e.Citations, cite(d.ID, "para 7")...)
	c.Aliases = []kg.Alias{{Name: "Third", Citations: cite(e.ID, "para 8")}}
	must(t, g, kg.Change{
		PutNodes: []*kg.Node{d, e, body("a"), body("b"), c, goal("g", 1)},
		PutLinks: []*kg.Link{serves("body:a", "goal:g", ""), serves("body:b", "goal:g", "")},
	})
	return g
}

const linkA, linkB = kg.ID("serves:body:a>goal:g"), kg.ID("serves:body:b>goal:g")

func TestRefusals(t *testing.T) {
	badPrefix := serves("body:a", "goal:g", "")
	badPrefix.ID = "part-of:body:a>goal:g"
	enumName := serves("body:a", "goal:g", "x")
	enumName.Relation = "SERVES"
	citesNothing := body("a")
	citesNothing.Citations = cite("document:none", "para 1")
	derived := serves("body:a", "goal:g", "x")
	derived.Basis, derived.Premises, derived.Citations = kg.Derived, []kg.ID{linkA}, nil
	otherEnds := serves("body:b", "goal:g", "")
	otherEnds.ID = linkA
	for _, test := range []struct {
		name   string
		change kg.Change
		code   kg.Code
		says   []string // each in the message
	}{
		{"a node that is not there", kg.Change{DeleteNodes: []kg.ID{"body:x"}}, kg.NotFound, []string{"body:x"}},
		{"a link that is not there", kg.Change{DeleteLinks: []kg.ID{"serves:x"}}, kg.NotFound, []string{"serves:x"}},
		{"a node with links", kg.Change{DeleteNodes: []kg.ID{"body:a"}}, kg.Invalid, []string{"body:a", string(linkA)}},
		{"a cited document", kg.Change{DeleteNodes: []kg.ID{"document:e"}}, kg.Invalid, []string{"document:d", "body:c"}},
		{"deleted and put", kg.Change{DeleteNodes: []kg.ID{"body:c"}, PutNodes: []*kg.Node{body("c")}}, kg.Invalid, []string{"body:c", "twice"}},
		{"put twice", putNodes(body("c"), body("c")), kg.Invalid, []string{"body:c", "twice"}},
		{"a dangling link", kg.Change{PutLinks: []*kg.Link{serves("body:x", "goal:y", "")}}, kg.NotFound, []string{"body:x", "goal:y"}},
		{"a link the wrong way", kg.Change{PutLinks: []*kg.Link{serves("goal:g", "body:a", "")}}, kg.Invalid, []string{"goal:g"}},
		{"other ends", kg.Change{PutLinks: []*kg.Link{otherEnds}}, kg.Invalid, []string{string(linkA)}},
		{"a link id of another relation", kg.Change{PutLinks: []*kg.Link{badPrefix}}, kg.Invalid, []string{`"serves:"`}},
		{"a relation under its name in answers", kg.Change{PutLinks: []*kg.Link{enumName}}, kg.Invalid, []string{`"SERVES"`, `"Serves"`}},
		{"a document that is not there", putNodes(citesNothing), kg.NotFound, []string{"body:a", "document:none"}},
		{"a derived link", kg.Change{PutLinks: []*kg.Link{derived}}, kg.Invalid, []string{"serves:body:a>goal:g#x", "rules"}},
		{"all faults at once", kg.Change{DeleteNodes: []kg.ID{"body:x", "goal:x"}, PutNodes: []*kg.Node{citesNothing}}, kg.NotFound, []string{"body:x", "goal:x", "document:none"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			g := planned(t)
			before := g.Root()
			outcome, err := g.Commit(context.Background(), test.change)
			if err == nil || kg.CodeOf(err) != test.code || outcome != (Outcome{}) {
				t.Fatalf("%+v, %v; want an error of code %s", outcome, err, test.code)
			}
			for _, part := range test.says {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("%q does not say %s", err, part)
				}
			}
			if g.Root() != before {
				t.Error("the root has moved")
			}
		})
	}
}

// TestWholeAfterwards: what counts is that nothing dangles after the change,
// in whatever order the change names things.
func TestWholeAfterwards(t *testing.T) {
	d, c := paper("d"), body("c")
	linkElsewhere := serves("body:a", "goal:g", "")
	linkElsewhere.Citations = cite("document:e", "para 1")
	for _, test := range []struct {
		name   string
		change kg.Change
		want   Outcome
	}{
		{"a node with its link", kg.Change{DeleteNodes: []kg.ID{"body:a"}, DeleteLinks: []kg.ID{linkA}}, Outcome{Revision: 2, Deleted: 2}},
		{"named twice for deletion", kg.Change{DeleteLinks: []kg.ID{linkA, linkA}}, Outcome{Revision: 2, Deleted: 1}},
		{"everything, documents that cite each other included", kg.Change{
			DeleteNodes: []kg.ID{"document:d", "document:e", "body:a", "body:b", "body:c", "goal:g"}, DeleteLinks: []kg.ID{linkA, linkB},
		}, Outcome{Revision: 2, Deleted: 8}},
		{"a document whose citations are taken back", kg.Change{DeleteNodes: []kg.ID{"document:e"}, PutNodes: []*kg.Node{d, c}},
			Outcome{Revision: 2, Updated: 2, Deleted: 1}},
	} {
		t.Run(test.name, func(t *testing.T) {
			g := planned(t)
			if got := must(t, g, test.change); got != test.want {
				t.Errorf("%+v, want %+v", got, test.want)
			}
		})
	}
}

// TestEmptyListsAfterReopening: the log does not tell nil lists and groups from
// empty ones, so a change that says either is no change.
func TestEmptyListsAfterReopening(t *testing.T) {
	open := engines["memstore"](t)
	tool := &kg.Node{ID: "tool:t", Type: "Tool", Name: "T", Citations: cite("document:d", "title"), Props: kg.Props{
		"kind": "GUIDE", "tags": []any(nil), "period": kg.Props(nil), "earlier": []any{kg.Props(nil), kg.Props{"notes": []any(nil)}},
	}}
	g := openGraph(t, open())
	must(t, g, putNodes(paper("d"), tool))
	closeGraph(t, g)
	if outcome := must(t, openGraph(t, open()), putNodes(tool)); outcome.Changed() {
		t.Errorf("the same once more: %+v", outcome)
	}
}

// TestNumbersAreNeverReused: what comes back after a deletion is another node.
func TestNumbersAreNeverReused(t *testing.T) {
	open := engines["memstore"](t)
	g := openGraph(t, open())
	must(t, g, putNodes(paper("d"), body("a")))
	var numbers []uint32
	for range 3 {
		n, _ := g.Root().Node("body:a")
		numbers = append(numbers, uint32(n))
		must(t, g, kg.Change{DeleteNodes: []kg.ID{"body:a"}})
		closeGraph(t, g)
		g = openGraph(t, open())
		must(t, g, putNodes(body("a")))
	}
	if want := []uint32{0, 2, 3}; !slices.Equal(numbers, want) {
		t.Errorf("numbers %v, want %v", numbers, want)
	}
}

// TestForeignOntology: a log that does not fit the ontology is refused at the start.
func TestForeignOntology(t *testing.T) {
	s := engines["memstore"](t)()
	defer s.Close()
	_, err := s.Append(context.Background(), kg.Head{}, []kg.Commit{{Records: []kg.Record{{
		Op: kg.PutNode, Node: &kg.Node{ID: "ship:a", Type: "Ship", Name: "A"},
	}}}})
	if err != nil {
		t.Fatal(err)
	}
	_, err = Open(context.Background(), s, reference.Ontology(), Options{})
	if !errors.Is(err, kg.ErrCorrupt) || !strings.Contains(err.Error(), "Ship") || !strings.Contains(err.Error(), "revision 1, record 0") {
		t.Errorf("%v; want an error that names the type and the record", err)
	}
}
