package records

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
)

// documents are two, of numbers that take one byte and five.
func documents(id kg.ID) (index.Node, bool) {
	switch id {
	case "document:a":
		return 3, true
	case "document:b":
		return 1 << 31, true
	}
	return 0, false
}

// TestRecordsSayWhatTheDataSays compares random nodes and links with their
// Records, which stand behind other bytes as they do in a scratch buffer.
func TestRecordsSayWhatTheDataSays(t *testing.T) {
	o := testOntology(t)
	m := &maker{random(t), o, []kg.ID{"document:a", "document:b"}}
	thing, near := o.NodeType("Thing"), o.Relation("Near")
	e := encoder{documents}
	for i := range 3000 {
		before := make([]byte, m.IntN(3))
		n := m.thing(fmt.Sprint(i))
		b, err := e.node(before, thing, n)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := tellNode(thing, b[len(before):]), resolver(documents).node(thing, n); got != want {
			t.Fatalf("node %#v:\n%s, want\n%s", n, got, want)
		}
		l := m.near(n.ID, n.ID)
		if b, err = e.link(before, near, l); err != nil {
			t.Fatal(err)
		}
		if got, want := tellLink(near, b[len(before):]), resolver(documents).link(near, l); got != want {
			t.Fatalf("link %#v:\n%s, want\n%s", l, got, want)
		}
	}
}

// TestRecord is one node by hand, so that the comparison above cannot be wrong
// in both halves.
func TestRecord(t *testing.T) {
	o := testOntology(t)
	thing := o.NodeType("Thing")
	r, err := encoder{documents}.node(nil, thing, &kg.Node{
		ID: "thing:a", Type: "Thing", Name: "in the index",
		Props: kg.Props{
			"description": "Say \"so\".", "number": int64(-7), "flag": false,
			"words": []any{"a", "b\n"}, "numbers": []any{},
			"span":  kg.Props{"end": "2018-07", "exact": true},
			"spans": []any{kg.Props{"wording": "1"}, kg.Props{}},
		},
		Aliases:   []kg.Alias{{Name: "A", Citations: []kg.Citation{{Document: "document:a", Locator: "p. 1"}}}},
		Citations: []kg.Citation{{Document: "document:b", Locator: "p. 2", Checksum: "abc"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	record := Record(r)
	for place, want := range []string{`"Say \"so\"."`, "", "-7", "false", "", "", `["a","b\n"]`, "[]"} {
		if got := record.JSON(place); string(got) != want || (got == nil) != (want == "") {
			t.Errorf("place %d: %q, want %q", place, got, want)
		}
	}
	span := record.Value(8)
	if got := string(span.JSON(1)); got != `"2018-07"` || span.JSON(0) != nil || string(span.JSON(4)) != "true" {
		t.Errorf("the span ends %s", got)
	}
	spans := record.Values(9)
	first, _ := spans.Next()
	second, two := spans.Next()
	if _, three := spans.Next(); !two || three || string(first.JSON(0)) != `"1"` || second == nil || second.JSON(0) != nil {
		t.Errorf("the spans are %q, %q", first, second)
	}
	citations := record.Citations()
	c, _ := citations.Next()
	if _, more := citations.Next(); more || c.Document != 1<<31 || string(c.Locator) != `"p. 2"` || string(c.Checksum) != `"abc"` {
		t.Errorf("the citation is %+v", c)
	}
	aliases := record.Aliases()
	a, _ := aliases.Next()
	c, _ = a.Citations.Next()
	if _, more := aliases.Next(); more || string(a.Name) != `"A"` || c.Document != 3 || string(c.Locator) != `"p. 1"` || c.Checksum != nil {
		t.Errorf("the alias is %s, %+v", a.Name, c)
	}
}

// TestMisfits: values that the ontology no longer knows count as absent.
func TestMisfits(t *testing.T) {
	thing := testOntology(t).NodeType("Thing")
	r, err := encoder{documents}.node(nil, thing, &kg.Node{Type: "Thing", Props: kg.Props{
		"remark": kg.Props{}, "number": []any{int64(1)}, "words": []any{kg.Props{}, "a", nil, "b", []any{}}, "numbers": int64(1),
		"span": "long ago", "spans": []any{"once", kg.Props{"wording": "w"}}, "gone": "gone",
	}})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := tellNode(thing, r), `words=["a","b"];spans={wording="w";};in ""`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got := string(Record(r).JSON(6)); !json.Valid([]byte(got)) {
		t.Errorf("%s is no JSON", got)
	}
}

func TestUnknownDocument(t *testing.T) {
	o := testOntology(t)
	e := encoder{documents}
	bad := []kg.Citation{{Document: "document:c", Locator: "1"}}
	_, inNode := e.node(nil, o.NodeType("Thing"), &kg.Node{Citations: bad})
	_, inAlias := e.node(nil, o.NodeType("Thing"), &kg.Node{Aliases: []kg.Alias{{Citations: bad}}})
	_, inLink := e.link(nil, o.Relation("Near"), &kg.Link{Citations: bad})
	for what, err := range map[string]error{"node": inNode, "alias": inAlias, "link": inLink} {
		if !errors.Is(err, kg.ErrCorrupt) || !strings.Contains(err.Error(), "document:c") {
			t.Errorf("%s: %v, want an error of code %s that names the document", what, err, kg.Corrupt)
		}
	}
}

func TestNilRecord(t *testing.T) {
	var r Record
	values, citations, aliases, premises := r.Values(1), r.Citations(), r.Aliases(), r.Premises()
	_, v := values.Next()
	_, c := citations.Next()
	_, a := aliases.Next()
	_, p := premises.Next()
	if r.JSON(0) != nil || r.Value(3) != nil || v || c || a || p {
		t.Error("nil says something")
	}
}

// FuzzRecord: no bytes make a Record read outside of them. Checks that fail may
// panic, a fault of memory ends the process.
func FuzzRecord(f *testing.F) {
	o := testOntology(f)
	m := &maker{rand.New(rand.NewPCG(1, 2)), o, []kg.ID{"document:a", "document:b"}}
	e := encoder{documents}
	for i := range 20 {
		n, err := e.node(nil, o.NodeType("Thing"), m.thing(fmt.Sprint(i)))
		if err != nil {
			f.Fatal(err)
		}
		l, err := e.link(nil, o.Relation("Near"), m.near("thing:a", "thing:b"))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(n)
		f.Add(l)
	}
	f.Add(binary.LittleEndian.AppendUint32(nil, 1<<31))
	f.Fuzz(func(t *testing.T, b []byte) {
		before := bytes.Clone(b)
		tell := func(teller func(Record) string) {
			defer func() { _ = recover() }()
			teller(b[:len(b):len(b)])
		}
		tell(func(r Record) string { return tellNode(o.NodeType("Thing"), r) })
		tell(func(r Record) string { return tellLink(o.Relation("Near"), r) })
		if !bytes.Equal(b, before) {
			t.Error("reading has changed the Record")
		}
	})
}
