package query_test

import (
	"errors"
	"strings"
	"testing"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/query"
)

// TestCited: what cites a passage is paged by id, nodes of all types together.
func TestCited(t *testing.T) {
	document := &kg.Node{ID: "document:d", Type: "Document", Name: "D"}
	cites := []kg.Citation{{Document: document.ID, Locator: "para 1"}}
	a, b, goal := tool("a", "A", nil), tool("b", "B", nil), &kg.Node{ID: "goal:g", Type: "Goal", Name: "G", Citations: cites}
	a.Citations, b.Aliases = cites, []kg.Alias{{Name: "b", Citations: cites}}
	first, second := partOf(a.ID, b.ID, ""), partOf(b.ID, b.ID, "")
	first.Citations, second.Citations = cites, cites
	ix := indexOf(t, []*kg.Node{document, a, b, goal}, second, first)
	number, err := query.FindDocument(ix, document.ID)
	if err != nil {
		t.Fatal(err)
	}
	passage := query.PassageAt(ix, number, "para 1")
	nodes := func(args query.Args) (*query.Page[index.Node], error) {
		s, err := query.Select(t.Context(), ix, nil, args)
		if err != nil {
			return nil, err
		}
		page := new(query.Page[index.Node])
		return page, s.CitingNodes(page, passage)
	}
	for _, test := range []struct {
		args query.Args
		want string
	}{
		{query.Args{}, "goal:g a b"},
		{query.Args{OrderBy: []m{{"field": "ID", "direction": "DESC"}}}, "b a goal:g"},
		{query.Args{Where: m{"type": m{"in": []any{"Tool", "Goal"}}}, OrderBy: []m{{"field": "TYPE", "direction": "DESC"}}}, "a b goal:g"},
		{query.Args{Where: m{"type": m{"contains": "OO"}}}, "a b"},
		{query.Args{Where: m{"id": m{"in": []any{"goal:g", "tool:x"}}}}, "goal:g"},
	} {
		page, err := nodes(test.args)
		if err != nil || keysOf(ix, page.Elements) != test.want {
			t.Errorf("%+v: %v, %v; want %s", test.args, page, err, test.want)
			continue
		}
		if got := aroundOf(t, page); got != (around{total: len(page.Elements)}) {
			t.Errorf("%+v: %+v", test.args, got)
		}
		cursor, rest := page.Cursor(0), strings.Join(strings.Split(test.want, " ")[1:], " ")
		test.args.After = &cursor
		if page, err = nodes(test.args); err != nil || keysOf(ix, page.Elements) != rest {
			t.Errorf("%+v: %v, %v; want %s", test.args, page, err, rest)
		}
	}
	if _, err := nodes(query.Args{Where: m{"rank": m{"eq": 1}}}); !errors.Is(err, kg.ErrInvalid) {
		t.Errorf("a field that not all types have: %v", err)
	}
	if c := query.LookUp(ix, nil, "rank"); c != nil {
		t.Errorf("LookUp finds %v", c)
	}

	s, err := query.Select(t.Context(), ix, nil, query.Args{})
	if err != nil {
		t.Fatal(err)
	}
	var links query.Page[index.Link]
	if err := s.CitingLinks(&links, passage); err != nil {
		t.Fatal(err)
	}
	if got := aroundOf(t, &links); got.total != 2 || ix.LinkID(links.Elements[0]) != first.ID || ix.LinkID(links.Elements[1]) != second.ID {
		t.Errorf("%v, %+v; want %s and %s", links.Elements, got, first.ID, second.ID)
	}
	cursor := links.Cursor(0)
	if s, err = query.Select(t.Context(), ix, nil, query.Args{After: &cursor}); err != nil {
		t.Fatal(err)
	}
	if err := s.CitingLinks(&links, passage); err != nil || len(links.Elements) != 1 || ix.LinkID(links.Elements[0]) != second.ID {
		t.Errorf("%v, %v; want %s", links.Elements, err, second.ID)
	}
	if err := s.CitingNodes(new(query.Page[index.Node]), passage); !errors.Is(err, kg.ErrInvalid) {
		t.Errorf("a cursor of the links that cite the same passage: %v; want an error of code %s", err, kg.Invalid)
	}
	passage = query.PassageAt(ix, number, "para 2")
	if page, err := nodes(query.Args{}); err != nil || aroundOf(t, page) != (around{}) {
		t.Errorf("what nothing cites: %v, %v", page, err)
	}
	for _, id := range []kg.ID{"document:x", goal.ID} {
		if _, err := query.FindDocument(ix, id); !errors.Is(err, kg.ErrNotFound) {
			t.Errorf("%s: %v; want an error of code %s", id, err, kg.NotFound)
		}
	}
}

func TestStretch(t *testing.T) {
	list, after, none := []string{"a", "b", "c"}, "a", "x"
	for _, test := range []struct {
		limit       int
		after       *string
		start, stop int
		code        kg.Code
	}{
		{limit: 2, stop: 2}, {limit: 500, stop: 3}, {limit: 0}, {limit: 1, after: &after, start: 1, stop: 2}, {limit: 9, after: &list[2], start: 3, stop: 3},
		{limit: -1, code: kg.Invalid}, {limit: 501, code: kg.Limit}, {limit: 1, after: &none, code: kg.Invalid},
	} {
		start, stop, err := query.Stretch(list, test.limit, test.after)
		if start != test.start || stop != test.stop || (err != nil) != (test.code != "") || err != nil && kg.CodeOf(err) != test.code {
			t.Errorf("%+v: %d, %d, %v", test, start, stop, err)
		}
	}
}
