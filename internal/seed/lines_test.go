package seed

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
	"ecpgraph/internal/outline"

	"github.com/google/go-cmp/cmp"
)

// roundTrip writes, reads and writes again, and wants the same graph and bytes.
func roundTrip(t *testing.T, o *ontology.Ontology, nodes []*kg.Node, links []*kg.Link) {
	t.Helper()
	var first, second bytes.Buffer
	if err := WriteLines(&first, nodes, links); err != nil {
		t.Fatal(err)
	}
	set, err := ReadLines(bytes.NewReader(first.Bytes()), "stream", o, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := WriteLines(&second, set.Nodes, set.Links); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(first.String(), second.String()); diff != "" {
		t.Fatalf("written again, the lines differ:\n%s", diff)
	}
	if diff := cmp.Diff(nodes, set.Nodes); diff != "" {
		t.Errorf("nodes differ:\n%s", diff)
	}
	if diff := cmp.Diff(links, set.Links); diff != "" {
		t.Errorf("links differ:\n%s", diff)
	}
}

func TestLineFaults(t *testing.T) {
	text, err := os.ReadFile("testdata/lines/faults.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	set, err := ReadLines(bytes.NewReader(text), "faults.jsonl", readOntology(t), nil)
	if kg.CodeOf(err) != kg.Invalid || set != nil {
		t.Fatalf("set %v, error %v: want one of code %s alone", set, err, kg.Invalid)
	}
	golden(t, "lines/faults.golden", err.Error()+"\n")
}

func TestLongLines(t *testing.T) {
	o := readOntology(t)
	line := func(length int) string { // a node whose line has that many bytes
		const form = `{"kind":"node","id":"document:d","type":"Document","name":"%s","citations":[{"document":"document:d","locator":"x"}]}`
		return fmt.Sprintf(form, strings.Repeat("n", length-len(form)+len("%s")))
	}
	for _, end := range []string{"", "\n", "\n\n"} {
		set, err := ReadLines(strings.NewReader(line(MaxLine)+end), "s", o, nil)
		if err != nil || len(set.Nodes) != 1 {
			t.Fatalf("a line of MaxLine bytes with end %q: %v", end, err)
		}
		if err := WriteLines(&bytes.Buffer{}, set.Nodes, nil); err != nil {
			t.Error(err)
		}
		set.Nodes[0].Name += "n"
		if err := WriteLines(&bytes.Buffer{}, set.Nodes, nil); !errors.Is(err, kg.ErrInvalid) {
			t.Errorf("writing a line of one byte more: %v, want an error", err)
		}
		_, err = ReadLines(strings.NewReader("\n"+line(MaxLine+1)+end+"{}\n"), "s", o, nil)
		if err == nil || !strings.Contains(err.Error(), "s:2: the line has more than the 1048576 bytes allowed") {
			t.Errorf("one byte more: %v", err)
		}
		if hasThird := strings.Contains(err.Error(), "s:3: kind is required"); end == "\n" && !hasThird {
			t.Errorf("the line after a long one is not read: %v", err)
		}
	}
}

// What a fault says does not depend on which block its line fell into.
func TestBlocks(t *testing.T) {
	o := readOntology(t)
	const form = `{"kind":"node","id":"document:%d","type":"Document","name":"%s","citations":[{"document":"document:%d","locator":"x"%s}]}` + "\n"
	var text, want strings.Builder
	name := strings.Repeat("n", 500)
	for i := range 2000 { // some eight blocks
		line := i + 1
		switch {
		case i%400 == 399: // the first of them lies blocks before
			fmt.Fprintf(&text, form, i-399, name, 0, "")
			fmt.Fprintf(&want, "s:%d: document:%d is given twice, first at s:%d\n", line, i-399, line-399)
		case i%400 == 200:
			fmt.Fprintf(&text, form, i, name, 400, `,"checksum":""`) // right without it
			fmt.Fprintf(&want, "s:%d: document:%d: citations: checksum: want 64 hex digits, not the text \"\"\n", line, i)
		case i%400 == 300:
			fmt.Fprintf(&text, form, i, "", i, "")
			fmt.Fprintf(&want, "s:%d: document:%d: no name\n", line, i)
		case i == 1001:
			text.WriteString("\n")
		case i == 1002:
			text.WriteString(strings.Repeat("x", MaxLine+1) + "\n")
			fmt.Fprintf(&want, "s:%d: the line has more than the 1048576 bytes allowed\n", line)
		case i == 1003:
			fmt.Fprintf(&text, form, i, name, 9999, "")
			fmt.Fprintf(&want, "s:%d: document:%d: cites \"document:9999\", which no line defines\n", line, i)
		default:
			fmt.Fprintf(&text, form, i, name, max(i-i%400, 400), "")
		}
	}
	_, err := ReadLines(strings.NewReader(text.String()), "s", o, nil)
	if err == nil {
		t.Fatal("want faults")
	}
	if diff := cmp.Diff(want.String(), err.Error()+"\n"); diff != "" {
		t.Errorf("faults (-want +got):\n%s", diff)
	}
}

func TestLinesKnownIDs(t *testing.T) {
	o := readOntology(t)
	text := `{"kind":"link","id":"part-of:tool:a>tool:b","rel":"PART_OF","from":"tool:a","to":"tool:b","basis":"STATED","props":{"place":"x"},"citations":[{"document":"document:d","locator":"x"}]}`
	known := map[kg.ID]bool{"tool:a": true, "tool:b": true, "document:d": true}
	set, err := ReadLines(strings.NewReader(text), "s", o, func(id kg.ID) bool { return known[id] })
	if err != nil {
		t.Fatal(err)
	}
	if l := set.Links[0]; l.Relation != "PartOf" || l.Modality != kg.Asserted {
		t.Errorf("link %+v", l)
	}
	for id := range known {
		_, err := ReadLines(strings.NewReader(text), "s", o, func(other kg.ID) bool { return known[other] && other != id })
		if err == nil || !strings.Contains(err.Error(), string(id)) {
			t.Errorf("without %s: %v", id, err)
		}
	}
}

func TestLinesReaderError(t *testing.T) {
	_, err := ReadLines(iotest.ErrReader(os.ErrDeadlineExceeded), "s", readOntology(t), nil)
	if !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("error %v: want that of the reader", err)
	}
}

func TestWriteFaults(t *testing.T) {
	cite := []kg.Citation{{Document: "document:d", Locator: "x"}}
	for name, n := range map[string]*kg.Node{
		"name":        {ID: "tool:a", Name: "a\xff"},
		"after slash": {ID: "tool:a", Name: "a\\\xff"},
		"first":       {ID: "tool:a", Props: kg.Props{"tags": []any{"\xff"}}},
		"alias twice": {ID: "tool:a", Aliases: []kg.Alias{{Name: "x", Citations: cite}, {Name: "x"}}},
	} {
		if err := WriteLines(&bytes.Buffer{}, []*kg.Node{n}, nil); !errors.Is(err, kg.ErrInvalid) {
			t.Errorf("%s: %v, want an error of code %s", name, err, kg.Invalid)
		}
	}
	if err := WriteLines(&bytes.Buffer{}, []*kg.Node{{ID: "tool:a", Name: "\ufffd and \\ufffd"}}, nil); err != nil {
		t.Errorf("a text that holds U+FFFD is valid: %v", err)
	}
}

// TestRandomRoundTrip holds for any graph that the ontology allows.
func TestRandomRoundTrip(t *testing.T) {
	o := readOntology(t)
	start := uint64(time.Now().UnixNano())
	for seed := start; seed < start+200; seed++ {
		nodes, links := randomGraph(rand.New(rand.NewPCG(seed, 0)))
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) { roundTrip(t, o, nodes, links) })
		if t.Failed() {
			t.Fatalf("seed %d failed", seed)
		}
	}
}

// randomGraph makes nodes and links, sorted by id, that the test ontology allows.
func randomGraph(r *rand.Rand) ([]*kg.Node, []*kg.Link) {
	text := func() string {
		alphabet := []rune("ab <>&\"'\\/\u2028\u00e9\u0301\U0001F33F\ufffd\t\n{}[]:,u0")
		runes := []rune{'x'} // never empty: names must not be
		for range r.IntN(12) {
			runes = append(runes, alphabet[r.IntN(len(alphabet))])
		}
		return string(runes)
	}
	maybe := func() bool { return r.IntN(2) == 0 }
	documents := 1 + r.IntN(3)
	citations := func() []kg.Citation {
		var list []kg.Citation
		for range 1 + r.IntN(3) {
			c := kg.Citation{Document: kg.ID(fmt.Sprint("document:", r.IntN(documents))), Locator: text()}
			if maybe() {
				c.Checksum = outline.Checksum(c.Locator)
			}
			list = append(list, c)
		}
		return list
	}
	season := func() kg.Props {
		p := kg.Props{"wording": text()}
		if maybe() {
			p["weeks"] = int64(r.IntN(100) - 50)
		}
		return p
	}
	set := &Set{}
	for i := range documents {
		set.Nodes = append(set.Nodes, &kg.Node{ID: kg.ID(fmt.Sprint("document:", i)), Type: "Document", Name: text(), Citations: citations()})
	}
	for i := range 1 + r.IntN(4) {
		n := &kg.Node{ID: kg.ID(fmt.Sprint("tool:é/", i)), Type: "Tool", Name: text(), Citations: citations(), Props: kg.Props{"kind": "NO"}}
		if maybe() {
			n.Language = "de-CH"
		}
		for j := range r.IntN(3) {
			a := kg.Alias{Name: fmt.Sprint(j, text()), Citations: n.Citations}
			if maybe() {
				a.Citations = citations()
			}
			if maybe() {
				a.Language = []kg.Language{"fr", "zh-Hant"}[r.IntN(2)]
				a.Label = !slices.ContainsFunc(n.Aliases, func(b kg.Alias) bool { return b.Label && b.Language == a.Language })
			}
			n.Aliases = append(n.Aliases, a)
		}
		for name, value := range map[string]func() any{
			"description": func() any { return text() },
			"madeIn":      func() any { return []string{"2017", "2017-07", "2016-02-29"}[r.IntN(3)] },
			"season":      func() any { return season() },
			"seasons":     func() any { return []any{season(), season()} },
			"stock":       func() any { return int64(int32(r.Uint32())) },
			"lent":        func() any { return maybe() },
			"tags":        func() any { return []any{text(), ""} },
		} {
			if maybe() {
				n.Props[name] = value()
			}
		}
		set.Nodes = append(set.Nodes, n)
	}
	modalities := []kg.Modality{kg.Asserted, kg.Planned, kg.Proposed, kg.Possible}
	for i := range r.IntN(5) {
		from, to := set.Nodes[r.IntN(documents)].ID, set.Nodes[r.IntN(len(set.Nodes))].ID
		l := &kg.Link{
			ID: kg.LinkID("Mentions", from, to, fmt.Sprint("k", i)), Relation: "Mentions", From: from, To: to,
			Basis: kg.Stated, Modality: modalities[r.IntN(4)], Citations: citations(),
		}
		if maybe() {
			l.Props = kg.Props{"times": int64(i), "wording": text()}
		}
		if i > 0 && maybe() {
			l.Basis, l.Premises = kg.Derived, []kg.ID{set.Links[0].ID}
		}
		set.Links = append(set.Links, l)
	}
	set.sort()
	return set.Nodes, set.Links
}

// FuzzReadLines wants no panic, and that what is read can be written and read
// again as the same bytes.
func FuzzReadLines(f *testing.F) {
	for _, name := range []string{"testdata/good.jsonl", "testdata/lines/faults.jsonl"} {
		text, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
		for line := range bytes.Lines(text) {
			f.Add(line)
		}
	}
	o := readOntology(f)
	everything := func(kg.ID) bool { return true }
	f.Fuzz(func(t *testing.T, text []byte) {
		set, err := ReadLines(bytes.NewReader(text), "fuzz", o, everything)
		if err != nil {
			return
		}
		var first, second bytes.Buffer
		if err := WriteLines(&first, set.Nodes, set.Links); err != nil {
			t.Fatal(err)
		}
		again, err := ReadLines(bytes.NewReader(first.Bytes()), "again", o, everything)
		if err != nil {
			t.Fatalf("%v\nin what was written:\n%s", err, &first)
		}
		if err := WriteLines(&second, again.Nodes, again.Links); err != nil || !bytes.Equal(first.Bytes(), second.Bytes()) {
			t.Fatalf("error %v; first\n%ssecond\n%s", err, &first, &second)
		}
	})
}
