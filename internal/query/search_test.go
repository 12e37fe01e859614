package query_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/query"
	"ecpgraph/internal/reference"
)

// searcher asks both twins the same search.
type searcher struct {
	*testing.T
	*twins
	reference.Generator
	found, empty int
}

func (s *searcher) search(args query.SearchArgs) *query.Hits {
	s.Helper()
	h, err := query.Search(s.Context(), s.index, args)
	if err != nil {
		s.Fatalf("%q: %v", args.Text, err)
	}
	return h
}

// ask holds a page of a random search, and further pages by its cursors, against
// the naive search.
func (s *searcher) ask() {
	s.Helper()
	args := query.SearchArgs{Text: s.Text()}
	var types []string
	if s.IntN(3) == 0 {
		for range 1 + s.IntN(2) {
			t := s.graph.Ontology.NodeTypes[s.IntN(len(s.graph.Ontology.NodeTypes))]
			types, args.Types = append(types, t.Name), append(args.Types, t)
		}
	}
	if s.IntN(3) == 0 {
		args.Where = []map[string]any{
			{"text": s.Text()}, {"not": map[string]any{"text": s.Text()}}, {"type": map[string]any{"eq": "Tool"}},
			{"or": []any{map[string]any{"text": s.Text()}, map[string]any{"id": map[string]any{"contains": "1"}}}},
		}[s.IntN(4)]
	}
	want := s.graph.Search(args.Text, types, args.Where)
	if len(want) > 0 {
		s.found++
	} else {
		s.empty++
	}
	all := query.MaxPage
	args.First = &all
	whole := s.search(args)
	s.compare(args, whole, want, 0, len(want))
	if len(want) == 0 {
		return
	}
	for range 3 {
		n, from, to := s.IntN(5), -1, len(want)
		args.First, args.Last, args.After, args.Before = nil, nil, nil, nil
		if s.IntN(2) == 0 {
			from = s.IntN(len(want))
			c := whole.Cursor(from)
			args.After = &c
		}
		if s.IntN(2) == 0 {
			to = s.IntN(len(want))
			c := whole.Cursor(to)
			args.Before = &c
		}
		start, stop := from+1, max(from+1, to)
		if s.IntN(2) == 0 {
			args.First = &n
			stop = min(stop, start+n)
		} else {
			args.Last = &n
			start = max(start, stop-n)
		}
		s.compare(args, s.search(args), want, start, stop)
	}
}

// compare holds the page against those of all hits from start to stop.
func (s *searcher) compare(args query.SearchArgs, h *query.Hits, all []reference.Hit, start, stop int) {
	s.Helper()
	total, _ := h.Total()
	previous, _ := h.HasPrevious()
	next, _ := h.HasNext()
	got := []reference.Hit{}
	for i, n := range h.Elements {
		got = append(got, reference.Hit{ID: s.index.NodeID(n), Score: h.Scores[i]})
	}
	near := func(a, b reference.Hit) bool { return a.ID == b.ID && max(a.Score-b.Score, b.Score-a.Score) < 0.0002 }
	if !slices.EqualFunc(got, all[start:stop], near) || total != len(all) || previous != (start > 0) || next != (stop < len(all)) || h.Truncated {
		s.Fatalf("%q of %v where %v, first %v, last %v: %v, %d of %d, before %v, after %v\nwant %v of %v", args.Text, args.Types, args.Where, args.First, args.Last,
			got, len(got), total, previous, next, all[start:stop], all)
	}
}

// TestSearchAtRandom: random graphs, commits and searches; the naive search
// agrees, and a commit is in the very next answer.
func TestSearchAtRandom(t *testing.T) {
	found, empty := 0, 0
	for _, seed := range reference.Seeds(t, 60) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			s := &searcher{T: t, twins: newTwins(), Generator: reference.NewGenerator(seed)}
			for i := range 40 + s.IntN(60) {
				g, _, refusal := s.graph.Apply(s.Change(s.graph))
				if refusal == nil && g != s.graph {
					s.become(t, g)
				}
				if i > 20 {
					s.ask()
				}
			}
			found, empty = found+s.found, empty+s.empty
		})
	}
	t.Logf("%d searches found something, %d nothing", found, empty)
}

// library is an index of bodies with those names.
func library(t testing.TB, names ...string) *index.Index {
	t.Helper()
	c := kg.Commit{Revision: 1}
	for i, name := range names {
		c.Records = append(c.Records, kg.Record{Op: kg.PutNode, Number: uint32(i), Node: &kg.Node{ID: kg.NodeID("Body", fmt.Sprint(i)), Type: "Body", Name: name}})
	}
	ix, err := index.New(reference.Ontology()).Apply(c)
	if err != nil {
		t.Fatal(err)
	}
	return ix
}

// TestSearchReadsWords: what words stand for, one by one.
func TestSearchReadsWords(t *testing.T) {
	names := []string{
		"National Committees on Trade Facilitation", // 0
		"Who is who",                 // 1
		"WHO",                        // 2
		"Transit Guidelines",         // 3
		"Guideline",                  // 4
		"Élan vital",                 // 5
		"Harmonisation of centres",   // 6
		"AEOs in the SAFE Framework", // 7
		"a safe place",               // 8
	}
	ix := library(t, names...)
	for text, want := range map[string][]int{
		"natl comittee trade facilit": {0},
		"facilitating":                {0}, // the same stem
		"facilitat":                   {0}, // a beginning
		"facilitat ":                  {0}, // also when the word is not open, as there is no such word
		"fac":                         {0},
		"fa ":                         nil,
		"comittees":                   {0},
		"transot":                     {3}, // one letter of seven
		"trinsot":                     nil, // two of them
		"dational":                    {0}, // also the first
		"WHO":                         {2, 1},
		"who":                         {2, 1}, // its whole name
		"guideline":                   {4, 3},
		"tarnsit":                     {3}, // neighbours swapped
		"transit handbook":            {3}, // no node has both
		"transit vital":               {3, 5},
		"ELAN":                        {5},
		"e\u0301lan":                  {5},
		"harmonization centers":       {6},
		"AEO":                         {7},
		"aeo":                         {7},
		"SAFE":                        {7, 8},
		"the":                         nil,
		"":                            nil,
		"...":                         nil,
		"zzz":                         nil,
		"in of the":                   nil,
		"the safe":                    {8, 7},
	} {
		h, err := query.Search(t.Context(), ix, query.SearchArgs{Text: text})
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		got := []int{}
		for _, n := range h.Elements {
			got = append(got, int(n))
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q finds %v, want %v", text, got, want)
		}
	}
}

// TestSearchRefuses: what is wrong with a search is told, with what to do.
func TestSearchRefuses(t *testing.T) {
	ix := library(t, "alpha", "alpha beta", "alpha gamma")
	h, err := query.Search(t.Context(), ix, query.SearchArgs{Text: "alpha"})
	if err != nil {
		t.Fatal(err)
	}
	good := h.Cursor(0)
	later, err := ix.Apply(kg.Commit{Revision: 2})
	if err != nil {
		t.Fatal(err)
	}
	negative, bad := -1, "bad"
	for name, test := range map[string]struct {
		ix   *index.Index
		args query.SearchArgs
		code kg.Code
		want string
	}{
		"a long text":          {ix, query.SearchArgs{Text: strings.Repeat("x", 1001)}, kg.Limit, "text: 1001 bytes are more than the 1000"},
		"many words":           {ix, query.SearchArgs{Text: manyWords(33)}, kg.Limit, "text: 33 words are more than the 32"},
		"no text":              {ix, query.SearchArgs{Text: "\xff"}, kg.Invalid, "not UTF-8"},
		"a negative size":      {ix, query.SearchArgs{Text: "alpha", Args: query.Args{First: &negative}}, kg.Invalid, "first: -1 is negative"},
		"no cursor":            {ix, query.SearchArgs{Text: "alpha", Args: query.Args{After: &bad}}, kg.Invalid, `after: "bad" is not a cursor`},
		"another text":         {ix, query.SearchArgs{Text: "alpha ", Args: query.Args{Before: &good}}, kg.Invalid, "before: the cursor was made for another search"},
		"another filter":       {ix, query.SearchArgs{Text: "alpha", Args: query.Args{After: &good, Where: map[string]any{"text": "x"}}}, kg.Invalid, "another search"},
		"another revision":     {later, query.SearchArgs{Text: "alpha", Args: query.Args{After: &good}}, kg.Conflict, "after: the cursor was made at revision 1 and the graph is at 2"},
		"a filter of a number": {ix, query.SearchArgs{Text: "alpha", Args: query.Args{Where: map[string]any{"text": 7}}}, kg.Invalid, "where: text takes the words"},
		"a long filter":        {ix, query.SearchArgs{Text: "alpha", Args: query.Args{Where: map[string]any{"text": strings.Repeat("x", 1001)}}}, kg.Limit, "where: text: 1001 bytes"},
	} {
		_, err := query.Search(t.Context(), test.ix, test.args)
		if kg.CodeOf(err) != test.code || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v, want %s: %s", name, err, test.code, test.want)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := query.Search(ctx, library(t, slices.Repeat([]string{"alpha"}, 2000)...), query.SearchArgs{Text: "alpha"}); !errors.Is(err, context.Canceled) {
		t.Errorf("a search past its time: %v", err)
	}
}

func manyWords(n int) string {
	text := ""
	for i := range n {
		text += fmt.Sprint("w", i, " ")
	}
	return text
}

// TestSearchTellsWhatItCuts: a beginning of more words than are looked for.
func TestSearchTellsWhatItCuts(t *testing.T) {
	names := []string{"xa xb", "xa"}
	for i := range 200 {
		names = append(names, fmt.Sprintf("x%03d", i))
	}
	ix := library(t, names...)
	all := query.MaxPage
	h, err := query.Search(t.Context(), ix, query.SearchArgs{Text: "x", Args: query.Args{First: &all}})
	if err != nil {
		t.Fatal(err)
	}
	if total, _ := h.Total(); !h.Truncated || total != query.MaxReadings+1 || !slices.Contains(h.Elements, 0) || slices.Contains(h.Elements, 201) {
		t.Errorf("%d nodes, truncated %v", total, h.Truncated)
	}
	if h, err = query.Search(t.Context(), ix, query.SearchArgs{Text: "xa"}); err != nil || h.Truncated {
		t.Errorf("truncated %v, %v", h.Truncated, err)
	}
}

// TestTextFilterPlans: the filter reads postings, not the type.
func TestTextFilterPlans(t *testing.T) {
	names := []string{"rare bird"}
	for i := range 5000 {
		names = append(names, fmt.Sprintf("common bird %d", i))
	}
	ix := library(t, names...)
	s, err := query.Select(t.Context(), ix, ix.Ontology().NodeType("Body"), query.Args{Where: map[string]any{"text": "birds RARE"}})
	if err != nil {
		t.Fatal(err)
	}
	var page query.Page[index.Node]
	if err := s.Nodes(&page); err != nil {
		t.Fatal(err)
	}
	if got := s.Explain(); len(page.Elements) != 1 || page.Elements[0] != 0 || got != "read by text, sort by id" {
		t.Errorf("%v by %q", page.Elements, got)
	}
}
