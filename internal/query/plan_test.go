package query_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/query"
)

const manyTools = 5000

// wideGraph has many tools, of which those with an odd number are open, five in
// a thousand have rank 1, all are part of tool:hub, and one in ten of it twice.
func wideGraph(t testing.TB) *index.Index {
	nodes := []*kg.Node{tool("hub", "Hub", nil)}
	var links []*kg.Link
	for i := range manyTools {
		rank := int64(2)
		if i%200 == 0 {
			rank = 1
		}
		n := tool(fmt.Sprintf("%04d", i), fmt.Sprintf("T %04d", (i*37)%manyTools), kg.Props{"rank": rank, "open": i%2 == 1})
		nodes = append(nodes, n)
		links = append(links, partOf(n.ID, "tool:hub", ""))
		if i%10 == 0 {
			links = append(links, partOf(n.ID, "tool:hub", "again"))
		}
	}
	return indexOf(t, nodes, links...)
}

// TestLooks: a page looks at what it holds, and a filter on an indexed field at
// what matches it, not at all nodes of the type or all links of the node.
func TestLooks(t *testing.T) {
	ix := wideGraph(t)
	ten := 10
	middle := func(orderBy []m) *string {
		page, err := nodesPage(ix, ix.Ontology().NodeType("Tool"), query.Args{OrderBy: orderBy, Where: m{"id": m{"eq": "tool:2500"}}})
		if err != nil {
			t.Fatal(err)
		}
		cursor := page.Cursor(0)
		return &cursor
	}
	descending, several := []m{{"field": "NAME", "direction": "DESC"}}, []m{{"field": "OPEN"}, {"field": "NAME"}}
	for _, test := range []struct {
		args       query.Args
		looks      int // at most, for the page and all that it can tell
		total      int
		reads      string // for nodes
		readsLinks string // for links
	}{
		{query.Args{OrderBy: []m{{"field": "NAME"}}}, 40, manyTools + 1, "walk by name", "walk by name"},
		{query.Args{OrderBy: descending, After: middle(descending)}, 40, manyTools + 1, "walk by name down", ""},
		{query.Args{OrderBy: several, After: middle(several)}, 120, manyTools + 1, "walk by open, name", ""},
		{query.Args{Where: m{"rank": m{"eq": 1}}}, 90, 25, "read by rank, sort by id", "read by rank, sort by id"},
		{query.Args{Where: m{"rank": m{"eq": 1}}, OrderBy: descending}, 90, 25, "read by rank, sort by name down", "read by rank, sort by name down"},
		{query.Args{Where: m{"rank": m{"lt": 2}, "open": m{"eq": false}}}, 90, 25, "read by rank and open, sort by id", "read by rank and open, sort by id"},
		{query.Args{Where: m{"or": []any{m{"rank": m{"eq": 1}}, m{"name": m{"eq": "T 0001"}}}}}, 120, 26, "read by (rank or name), sort by id", ""},
		{query.Args{Where: m{"or": []any{m{"rank": m{"eq": 1}}, m{"name": m{"eq": "T 0000"}}}}}, 120, 25, "read by (rank or name), sort by id", ""},
		{query.Args{Where: m{"id": m{"in": []any{"tool:0001", "tool:0002"}}}}, 10, 2, "read by id, sort by id", "read by id, sort by id"},
		{query.Args{Where: m{"parts": m{"some": m{"id": m{"eq": "tool:0001"}}}}}, 10, 1, "read by parts.id, sort by id", ""},
		{query.Args{Where: m{"rank": m{"gte": 2}}, OrderBy: []m{{"field": "RANK"}}}, 60, manyTools - 25, "walk by rank, test rank", ""},
	} {
		test.args.First = &ten
		s, err := query.Select(t.Context(), ix, ix.Ontology().NodeType("Tool"), test.args)
		if err != nil {
			t.Fatal(err)
		}
		var page query.Page[index.Node]
		if err := s.Nodes(&page); err != nil {
			t.Fatal(err)
		}
		if got := aroundOf(t, &page).total; got != test.total {
			t.Errorf("%v: %d nodes, want %d", test.args, got, test.total)
		}
		if s.Explain() != test.reads || query.Looks(s) > test.looks {
			t.Errorf("%v: %d looks by %q; want at most %d by %q", test.args, query.Looks(s), s.Explain(), test.looks, test.reads)
		}
		if test.readsLinks == "" {
			continue
		}
		if s, err = query.Select(t.Context(), ix, ix.Ontology().NodeType("Tool"), test.args); err != nil {
			t.Fatal(err)
		}
		hub, _ := ix.Node("tool:hub")
		var links query.Page[index.Edge]
		if err := s.Links(&links, hub, ix.Ontology().NodeType("Tool").End("parts")); err != nil {
			t.Fatal(err)
		}
		aroundOf(t, &links)
		if s.Explain() != test.readsLinks || query.Looks(s) > test.looks {
			t.Errorf("links %v: %d looks by %q; want at most %d by %q", test.args, query.Looks(s), s.Explain(), test.looks, test.readsLinks)
		}
	}
}

// TestRelationsLookOnce: a filter over several relations looks at each node once
// on every level, however many ways lead to it.
func TestRelationsLookOnce(t *testing.T) {
	const width = 80 // more answers than those that are not remembered
	var nodes []*kg.Node
	var links []*kg.Link
	for level := range 6 {
		for i := range width {
			n := tool(fmt.Sprintf("%d-%d", level, i), "T", nil)
			nodes = append(nodes, n)
			for j := range width {
				if level > 0 {
					links = append(links, partOf(n.ID, kg.NodeID("Tool", fmt.Sprintf("%d-%d", level-1, j)), ""))
				}
			}
		}
	}
	ix := indexOf(t, nodes, links...)
	most := query.MaxPage
	for name, total := range map[string]int{"no such name": 0, "t": width} {
		where := m{"name": m{"contains": name}}
		for range 5 {
			where = m{"wholes": m{"some": where}}
		}
		s, err := query.Select(t.Context(), ix, ix.Ontology().NodeType("Tool"), query.Args{First: &most, Where: where})
		if err != nil {
			t.Fatal(err)
		}
		query.Whimsical(s, func(int) int { return 0 }) // to test each node
		for range 2 {                                  // answers are remembered from one page to the next
			var page query.Page[index.Node]
			if err := s.Nodes(&page); err != nil {
				t.Fatal(err)
			}
			if got := aroundOf(t, &page); got != (around{total: total}) || len(page.Elements) != total {
				t.Errorf("%q: %d elements, %+v; want %d", name, len(page.Elements), got, total)
			}
		}
		// The first answers on each of five levels are not remembered.
		if query.Looks(s) > 2*5*(len(links)+66*width) {
			t.Errorf("%q: %d looks along %d links", name, query.Looks(s), len(links))
		}
	}
}

// TestContextEnds: no walk goes on when nobody waits for it.
func TestContextEnds(t *testing.T) {
	ix := wideGraph(t)
	tools := ix.Ontology().NodeType("Tool")
	hub, _ := ix.Node("tool:hub")
	nothing := m{"name": m{"contains": "no such name"}}
	for name, fill := range map[string]func(s *query.Selector) error{
		"nodes": func(s *query.Selector) error { return s.Nodes(new(query.Page[index.Node])) },
		"links": func(s *query.Selector) error { return s.Links(new(query.Page[index.Edge]), hub, tools.End("parts")) },
		"many parents": func(s *query.Selector) (err error) {
			child, _ := ix.Node("tool:0001")
			for range manyTools {
				if err = s.Links(new(query.Page[index.Edge]), child, tools.End("wholes")); err != nil {
					break
				}
			}
			return err
		},
	} {
		ctx, cancel := context.WithCancel(t.Context())
		s, err := query.Select(ctx, ix, tools, query.Args{Where: nothing})
		if err != nil {
			t.Fatal(err)
		}
		cancel()
		if err := fill(s); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v after %d looks; want %v", name, err, query.Looks(s), context.Canceled)
		}
		if looks := query.Looks(s); looks > 2200 {
			t.Errorf("%s: %d looks", name, looks)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	one := 1
	s, err := query.Select(ctx, ix, tools, query.Args{First: &one, Where: m{"name": m{"contains": "T 0000"}}})
	if err != nil {
		t.Fatal(err)
	}
	var page query.Page[index.Node]
	if err := s.Nodes(&page); err != nil {
		t.Fatal(err)
	}
	cancel()
	if _, err := page.Total(); !errors.Is(err, context.Canceled) {
		t.Errorf("the total: %v, want %v", err, context.Canceled)
	}
	if _, err := page.HasNext(); !errors.Is(err, context.Canceled) {
		t.Errorf("what follows: %v, want %v", err, context.Canceled)
	}
}

// TestAllocations: nothing is allocated an element, nor for a plain page of
// links.
func TestAllocations(t *testing.T) {
	ix := wideGraph(t)
	tools := ix.Ontology().NodeType("Tool")
	hub, _ := ix.Node("tool:hub")
	child, _ := ix.Node("tool:0010")
	ten, most := 10, query.MaxPage
	for _, test := range []struct {
		name   string
		args   query.Args
		parent index.Node
		field  string
		most   float64
	}{
		{"plain, small", query.Args{First: &ten}, child, "wholes", 0},
		{"plain, large", query.Args{First: &ten}, hub, "parts", 0},
		{"filter, small", query.Args{Where: m{"rank": m{"isNull": true}}}, child, "wholes", 1},
		{"order, small", query.Args{OrderBy: []m{{"field": "NAME"}}}, child, "wholes", 1},
		{"order, large", query.Args{First: &most, OrderBy: []m{{"field": "NAME", "direction": "DESC"}}}, hub, "parts", 20},
		{"filter, large", query.Args{First: &most, Where: m{"name": m{"contains": "9"}}}, hub, "parts", 20},
	} {
		s, err := query.Select(t.Context(), ix, tools, test.args)
		if err != nil {
			t.Fatal(err)
		}
		var page query.Page[index.Edge]
		got := testing.AllocsPerRun(100, func() {
			if err := s.Links(&page, test.parent, tools.End(test.field)); err != nil {
				t.Fatal(err)
			}
		})
		if got > test.most {
			t.Errorf("%s: %v allocations, want at most %v", test.name, got, test.most)
		}
	}
	for name, args := range map[string]query.Args{
		"by name":     {First: &most, OrderBy: []m{{"field": "NAME", "direction": "DESC"}}},
		"by a filter": {First: &most, Where: m{"open": m{"eq": true}, "name": m{"contains": "T"}}, Counted: true},
	} {
		got := testing.AllocsPerRun(20, func() {
			page, err := nodesPage(ix, tools, args)
			if err != nil {
				t.Fatal(err)
			}
			aroundOf(t, page)
		})
		if got > 80 {
			t.Errorf("%s: %v allocations for %d nodes", name, got, most)
		}
	}
}
