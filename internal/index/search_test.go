package index

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"ecpgraph/internal/kg"
	"ecpgraph/internal/search"
)

// checkSearch holds all that search reads against the texts of the model.
func checkSearch(t testing.TB, ix *Index, m *model) {
	t.Helper()
	type count [Fields]int
	lists := map[string]map[Node]count{}
	called := map[string]map[Node]bool{}
	var total, having [Fields]int
	for id, n := range m.nodes {
		var lengths Lengths
		add := func(f Field, text string, language kg.Language) {
			words := search.Words(nil, text)
			for _, w := range words {
				for i, term := range []string{w.Text, w.Acronym} {
					if term == "" {
						continue
					}
					if i == 0 && language != kg.English {
						term += search.Unstemmed
					}
					if lists[term] == nil {
						lists[term] = map[Node]count{}
					}
					c := lists[term][Node(n.number)]
					c[f]++
					lists[term][Node(n.number)] = c
				}
			}
			lengths[f] += uint16(len(words))
			if f != DescriptionField {
				key := search.Key(words)
				if called[key] == nil {
					called[key] = map[Node]bool{}
				}
				called[key][Node(n.number)] = true
			}
		}
		add(NameField, n.Name, n.Language)
		for _, a := range n.Aliases {
			add(AliasField, a.Name, a.Language)
		}
		if text, ok := n.Props[kg.PropDescription].(string); ok {
			add(DescriptionField, text, kg.English)
		}
		if got := ix.Lengths(Node(n.number)); got != lengths {
			t.Fatalf("%v: lengths of %s: %v, want %v", m.revision, id, got, lengths)
		}
		for f, length := range lengths {
			total[f] += int(length)
			if length > 0 {
				having[f]++
			}
		}
	}
	for f := range Fields {
		want := 1.0
		if having[f] > 0 {
			want = float64(total[f]) / float64(having[f])
		}
		if got := ix.MeanLength(f); got != want {
			t.Fatalf("%v: mean length of field %d: %v, want %v", m.revision, f, got, want)
		}
	}
	var terms []string
	for term := range ix.Terms().From(0) {
		terms = append(terms, ix.TermText(term))
	}
	if want := slices.Sorted(maps.Keys(lists)); !slices.Equal(terms, want) {
		t.Fatalf("%v: terms %q, want %q", m.revision, terms, want)
	}
	checkBlocks(t, "terms", ix.Terms())
	byStem := map[string][]string{}
	for _, text := range terms {
		byStem[search.Stem(text)] = append(byStem[search.Stem(text)], text)
		term, ok := ix.Term(text)
		if !ok || ix.TermText(term) != text {
			t.Fatalf("%v: term %q is found as %q, %v", m.revision, text, ix.TermText(term), ok)
		}
		got := map[Node]count{}
		last := -1
		for p := range ix.Postings(term).From(0) {
			if int(p.Node) <= last {
				t.Fatalf("%v: %q: node %d after %d", m.revision, text, p.Node, last)
			}
			last = int(p.Node)
			got[p.Node] = count{p.Count(NameField), p.Count(AliasField), p.Count(DescriptionField)}
		}
		if !maps.Equal(got, lists[text]) {
			t.Fatalf("%v: nodes with %q: %v, want %v", m.revision, text, got, lists[text])
		}
	}
	for stem, want := range byStem {
		var got []string
		for _, term := range ix.TermsOfStem(stem) {
			got = append(got, ix.TermText(term))
		}
		if !slices.Equal(got, want) {
			t.Fatalf("%v: terms of stem %q: %q, want %q", m.revision, stem, got, want)
		}
	}
	for key, want := range called {
		got := map[Node]bool{}
		for _, n := range ix.NodesCalled(nil, key) {
			got[n] = true
		}
		if !maps.Equal(got, want) {
			t.Fatalf("%v: nodes called %q: %v, want %v", m.revision, key, got, want)
		}
	}
	if _, ok := ix.Term("no such word"); ok || len(ix.NodesCalled(nil, "no such name")) > 0 || len(ix.TermsOfStem("no such stem")) > 0 {
		t.Fatalf("%v: what no node has is found", m.revision)
	}
}

// TestManyTexts: enough nodes for several readers, terms that fill hubs, and
// counts beyond what is kept.
func TestManyTexts(t *testing.T) {
	m := newModel()
	m.revision = 1
	c := kg.Commit{Revision: 1}
	for i := range manyTexts + 10 {
		n := &kg.Node{ID: kg.NodeID("Body", fmt.Sprint(i)), Type: "Body", Name: fmt.Sprint("Body ", i, " of ", i%7)}
		if i%2 == 0 {
			n.Props = kg.Props{kg.PropDescription: "a common body"}
		}
		c.Records = append(c.Records, m.putNode(n, kg.Ref{Revision: 1, Ordinal: uint32(i)}))
	}
	ix := apply(t, New(testOntology(t)), c)
	checkIndex(t, ix, m)

	m.revision = 2
	loud := &kg.Node{ID: "body:1", Type: "Body", Name: strings.Repeat("Loud ", 300), Props: kg.Props{kg.PropDescription: strings.Repeat("noise ", 70_000)}}
	ix = apply(t, ix, kg.Commit{Revision: 2, Records: []kg.Record{m.putNode(loud, kg.Ref{Revision: 2})}})
	for text, want := range map[string][2]int{"loud": {255, 0}, "noise": {0, 65_535}} {
		term, _ := ix.Term(text)
		p := ix.Postings(term).At(0)
		if got := [2]int{p.Count(NameField), p.Count(DescriptionField)}; got != want {
			t.Errorf("%q is counted %v times, want %v", text, got, want)
		}
	}
	if n, _ := ix.Node("body:1"); ix.Lengths(n) != (Lengths{300, 0, 65_535}) {
		t.Errorf("lengths %v", ix.Lengths(n))
	}
}
