package graph_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"ecpgraph/internal/kg"
	"ecpgraph/internal/live"
	"ecpgraph/internal/records"
)

// found is a node that a search finds.
type found struct {
	Score   float64
	Node    struct{ ID, Name, Description string }
	Matches []struct {
		Field, Text string
		Ranges      []struct{ Start, End int }
	}
}

type searchAnswer struct {
	Data struct {
		Search struct {
			TotalCount int
			Truncated  bool
			Edges      []found
		}
	}
	Errors []any
}

func find(t *testing.T, view records.View, text, types string) searchAnswer {
	t.Helper()
	document := fmt.Sprintf(`{ search(text: %q, first: 20%s) { totalCount truncated edges { score node { id name } matches { field text ranges { start end } } } } }`, text, types)
	var a searchAnswer
	if err := json.Unmarshal(ask(t, view, document, nil), &a); err != nil || len(a.Errors) > 0 {
		t.Fatalf("%q: %v %v", text, err, a.Errors)
	}
	return a
}

// misspelt is the text with a letter left out of its longest word, a long way
// from both ends.
func misspelt(text string) string {
	longest := ""
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return r < 'A' || r > 'z' }) {
		if len(word) > len(longest) {
			longest = word
		}
	}
	at := len(longest) / 2
	return strings.Replace(text, longest, longest[:at]+longest[at+1:], 1)
}

// named is a node with its names.
type named struct {
	ID, Name string
	Aliases  []struct{ Name string }
}

// TestRelevance: for each tool, body and action its name, each of its aliases
// and its name with a mistake find it before all else. Where several nodes have
// that name, each must be among the first so many.
func TestRelevance(t *testing.T) {
	view := seeded(t).View()
	all := map[string][]named{}
	namesakes := map[string]map[string]bool{} // the ids of the nodes of one name, in lower case
	note := func(name, id string) {
		name = strings.ToLower(name)
		if namesakes[name] == nil {
			namesakes[name] = map[string]bool{}
		}
		namesakes[name][id] = true
	}
	for _, nodeType := range served(t).NodeTypes {
		var answer struct {
			Data map[string]struct{ Nodes []named }
		}
		document := "{ " + nodeType.Plural + "(first: 500) { nodes { id name aliases { name } } } }"
		if err := json.Unmarshal(ask(t, view, document, nil), &answer); err != nil {
			t.Fatal(err)
		}
		all[nodeType.Name] = answer.Data[nodeType.Plural].Nodes
		for _, n := range all[nodeType.Name] {
			note(n.Name, n.ID)
			for _, a := range n.Aliases {
				note(a.Name, n.ID)
			}
		}
	}
	asked, shared := 0, 0
	for _, typ := range []string{"Tool", "WorkingBody", "Action"} {
		for _, n := range all[typ] {
			texts := []string{n.Name, misspelt(n.Name), strings.ToLower(n.Name)}
			for _, a := range n.Aliases {
				texts = append(texts, a.Name)
			}
			for _, text := range texts {
				asked++
				of := len(namesakes[strings.ToLower(text)])
				if of > 1 {
					shared++
					t.Logf("%q is the name of %d nodes", text, of)
				}
				edges := find(t, view, text, "").Data.Search.Edges
				if !slices.ContainsFunc(edges[:min(len(edges), max(1, of))], func(e found) bool { return e.Node.ID == n.ID }) {
					t.Errorf("%s %q is not what %q finds first:", n.ID, n.Name, text)
					for _, e := range edges[:min(3, len(edges))] {
						t.Logf("    %v %s %q", e.Score, e.Node.ID, e.Node.Name)
					}
				}
			}
		}
	}
	t.Logf("%d texts, %d of them the name of several nodes", asked, shared)
}

// TestSearchForWords: what people type.
func TestSearchForWords(t *testing.T) {
	view := seeded(t).View()
	for text, want := range map[string]string{
		"natl comittee trade facilit": "tool:guidance-nctf",
		"NCTF guid":                   "tool:guidance-nctf",
	} {
		edges := find(t, view, text, ", types: [TOOL]").Data.Search.Edges
		if len(edges) == 0 || edges[0].Node.ID != want {
			t.Errorf("%q: %+v, want %s first", text, edges, want)
		}
	}
}

// TestSearchShowsWhere: matches are the texts with words of the search in them,
// and ranges are in UTF-16 code units.
func TestSearchShowsWhere(t *testing.T) {
	g := seeded(t)
	commit(t, g, &kg.Node{
		ID: "topic:clef", Type: "Topic", Name: "The 𝄞 clefs", Aliases: []kg.Alias{{Name: "G", Citations: source}, {Name: "clef de sol", Citations: source}},
		Props: kg.Props{"kind": "CONCEPT", kg.PropDescription: "A sign; no word of it."}, Citations: source,
	})
	edges := find(t, g.View(), "clef", "").Data.Search.Edges
	if len(edges) != 1 || len(edges[0].Matches) != 2 {
		t.Fatalf("%+v", edges)
	}
	for i, want := range []string{"NAME The 𝄞 clefs: clefs", "ALIAS clef de sol: clef"} {
		m := edges[0].Matches[i]
		units := utf16.Encode([]rune(m.Text))
		got := m.Field + " " + m.Text + ":"
		for _, r := range m.Ranges {
			got += " " + string(utf16.Decode(units[r.Start:r.End]))
		}
		if got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

var source = []kg.Citation{{Document: "document:ecp-action-plan-phase-iii", Locator: "para 4"}}

func commit(t *testing.T, g *live.Graph, n *kg.Node) {
	t.Helper()
	if _, err := g.Commit(t.Context(), kg.Change{Author: "test", Reason: "search", PutNodes: []*kg.Node{n}}); err != nil {
		t.Fatal(err)
	}
}

// TestNeverStale: what a commit wrote is in the next answer, and what it took
// away is not, in a search and in a filter; an answer from before stays.
func TestNeverStale(t *testing.T) {
	g := seeded(t)
	ids := func(view records.View, text string) string {
		document := fmt.Sprintf(`{ search(text: %[1]q) { nodes { id } } topics(where: {text: %[1]q}) { nodes { id } } }`, text)
		var a struct {
			Data map[string]struct{ Nodes []struct{ ID string } }
		}
		if err := json.Unmarshal(ask(t, view, document, nil), &a); err != nil {
			t.Fatal(err)
		}
		list := ""
		for _, name := range []string{"search", "topics"} {
			for _, n := range a.Data[name].Nodes {
				list += " " + n.ID
			}
		}
		return list
	}
	node := func(i int, word string) *kg.Node {
		return &kg.Node{ID: kg.NodeID("Topic", fmt.Sprint("new-", i)), Type: "Topic", Name: fmt.Sprint("Topic number ", i), Citations: source,
			Props: kg.Props{"kind": "CONCEPT", kg.PropDescription: "It is about " + word + "."}}
	}
	for i := range 100 {
		before := g.View()
		old, now := fmt.Sprintf("quark%dx", i), fmt.Sprintf("boson%dx", i)
		commit(t, g, node(i, old))
		if got, want := ids(g.View(), old), fmt.Sprintf(" topic:new-%d topic:new-%[1]d", i); got != want {
			t.Fatalf("after its commit %q finds%s, want%s", old, got, want)
		}
		written := g.View()
		commit(t, g, node(i, now))
		if ids(g.View(), old) != "" || ids(g.View(), now) != ids(written, old) || ids(before, old) != "" {
			t.Fatalf("after its words changed: %q finds%s, %q finds%s", old, ids(g.View(), old), now, ids(g.View(), now))
		}
		if _, err := g.Commit(t.Context(), kg.Change{Author: "test", Reason: "search", DeleteNodes: []kg.ID{node(i, "").ID}}); err != nil {
			t.Fatal(err)
		}
		if ids(g.View(), now) != "" || ids(written, old) == "" {
			t.Fatalf("after it was deleted: %q finds%s", now, ids(g.View(), now))
		}
	}
}
