package index

import (
	"cmp"
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
	lists := map[string]map[Node]*counts{}
	called := map[string]map[Node]bool{}
	lengthsOf := map[Node]lengths{}
	for id, n := range m.nodes {
		var l lengths
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
						lists[term] = map[Node]*counts{}
					}
					if lists[term][Node(n.number)] == nil {
						lists[term][Node(n.number)] = new(counts)
					}
					lists[term][Node(n.number)][f]++
				}
			}
			l[f] += len(words)
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
		if got := ix.NameLength(Node(n.number)); got != l[NameField] {
			t.Fatalf("%v: the name of %s has %d words, want %d", m.revision, id, got, l[NameField])
		}
		lengthsOf[Node(n.number)] = l
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
		want := map[Node]worth{}
		for n, c := range lists[text] {
			l := lengthsOf[n]
			want[n] = worthOf(c, &l)
		}
		checkPostings(t, fmt.Sprintf("%v: %q", m.revision, text), ix, ix.Postings(term), want)
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

// checkPostings holds every way to read the postings against what each node has.
func checkPostings(t testing.TB, what string, ix *Index, p Postings, want map[Node]worth) {
	t.Helper()
	got := map[Node]worth{}
	last := -1
	for q := range p.All() {
		if int(q.Node) <= last {
			t.Fatalf("%s: node %d after %d", what, q.Node, last)
		}
		last = int(q.Node)
		got[q.Node] = q.worth
	}
	if !maps.Equal(got, want) || p.Len() != len(want) {
		t.Fatalf("%s: %d nodes: %v, want %v", what, p.Len(), got, want)
	}
	var ranked []Posting
	for n := range Node(ix.nextNode) {
		if _, has := want[n]; !has && !p.Common() && n%64 > 0 {
			continue // there are many such terms
		}
		q, found := p.Find(n)
		if w, has := want[n]; has != found || w != q.worth {
			t.Fatalf("%s: node %d has %v, %v, want %v, %v", what, n, q, found, w, has)
		}
		if q.Impact() >= LeastRanked {
			ranked = append(ranked, q)
		}
		if p.Common() {
			page := p.Members(int(n) / PageNodes)
			if is := page != nil && page[n%PageNodes/64]>>(n%64)&1 == 1; is != found {
				t.Fatalf("%s: node %d is among the members: %v, want %v", what, n, is, found)
			}
		}
	}
	if !p.Common() {
		return
	}
	slices.SortFunc(ranked, func(a, b Posting) int {
		return cmp.Or(cmp.Compare(b.Impact(), a.Impact()), cmp.Compare(a.Node, b.Node))
	})
	if got := slices.Collect(p.Ranked().From(0)); !slices.Equal(got, ranked) {
		t.Fatalf("%s: ranked %v, want %v", what, got, ranked)
	}
	checkBlocks(t, what, p.Ranked())
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
	checkIndex(t, ix, m)
	// However often a word is repeated, it is held against all words there are.
	term, _ := ix.Term("noise")
	if p, found := ix.Postings(term).Find(1); !found || p.InName() || p.Impact() != 2.0183 {
		t.Errorf("noise: %v, %v", p, found)
	}
}
