package outline

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ecpgraph/internal/kg"
)

// node is a document that holds the outline.
func node(o *Outline) *kg.Node {
	return &kg.Node{ID: o.Document, Type: "Document", Props: o.Props()}
}

// faulty is a document whose outline has every fault there is.
func faulty() *kg.Node {
	return &kg.Node{ID: "document:almanac", Props: kg.Props{
		PropIgnore:  []any{"("},
		PropOutline: []any{kg.Props{"locator": "a", "checksum": "xyz"}, kg.Props{"locator": "a", "match": "x"}},
	}}
}

// TestProps: a node of a document gives back the outline that it was given.
func TestProps(t *testing.T) {
	o, text := almanac()
	taken(o, text)
	o.Passages[0].Kind, o.Passages[3].Uncited = "TITLE", "a heading"
	o.Passages[5].Checksum = ""
	n := node(o)
	got, err := Of(n)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(n.Props, got.Props()); diff != "" || got.Document != o.Document {
		t.Errorf("outline of %s (-want +got):\n%s", got.Document, diff)
	}
	if i, ok := got.Place("appendix"); i != 3 || !ok || got.Passage("none") != nil {
		t.Errorf("appendix at %d (%v)", i, ok)
	}
	delete(n.Props, PropOutline)
	if got, err := Of(n); got != nil || err != nil {
		t.Errorf("without an outline: %v, %v", got, err)
	}
}

func TestPropsFaults(t *testing.T) {
	n := faulty()
	_, err := Of(n)
	want := `document:almanac: file: want the name of the file that outline is of
document:almanac: ignore: want a regular expression, not "("
document:almanac: outline: "a": match: want a regular expression, not ""
document:almanac: outline: "a": checksum: want 64 hex digits, not "xyz"
document:almanac: outline: "a": the locator is given twice`
	if diff := cmp.Diff(want, fmt.Sprint(err)); diff != "" {
		t.Errorf("faults (-want +got):\n%s", diff)
	}
}
