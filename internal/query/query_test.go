package query_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
	"ecpgraph/internal/query"
	"ecpgraph/internal/reference"
)

// indexOf is a graph of the nodes and links, in their order.
func indexOf(t testing.TB, nodes []*kg.Node, links ...*kg.Link) *index.Index {
	t.Helper()
	c := kg.Commit{Revision: 1}
	for i, n := range nodes {
		c.Records = append(c.Records, kg.Record{Op: kg.PutNode, Number: uint32(i), Node: n})
	}
	for i, l := range links {
		c.Records = append(c.Records, kg.Record{Op: kg.PutLink, Number: uint32(i), Link: l})
	}
	ix, err := index.New(reference.Ontology()).Apply(c)
	if err != nil {
		t.Fatal(err)
	}
	return ix
}

func tool(key, name string, props kg.Props) *kg.Node {
	if props == nil {
		props = kg.Props{}
	}
	if props["kind"] == nil {
		props["kind"] = "GUIDE"
	}
	return &kg.Node{ID: kg.NodeID("Tool", key), Type: "Tool", Name: name, Props: props}
}

func partOf(from, to kg.ID, key string) *kg.Link {
	return &kg.Link{ID: kg.LinkID("PartOf", from, to, key), Relation: "PartOf", From: from, To: to, Basis: kg.Stated, Modality: kg.Asserted}
}

type m = map[string]any

// nodesPage is a page of the nodes of the type.
func nodesPage(ix *index.Index, t *ontology.NodeType, args query.Args) (*query.Page[index.Node], error) {
	s, err := query.Select(context.Background(), ix, t, args)
	if err != nil {
		return nil, err
	}
	page := new(query.Page[index.Node])
	return page, s.Nodes(page)
}

// linksPage is a page of the links of the node along the end.
func linksPage(ix *index.Index, id kg.ID, end *ontology.End, args query.Args) (*query.Page[index.Edge], error) {
	s, err := query.Select(context.Background(), ix, end.Far().Single(), args)
	if err != nil {
		return nil, err
	}
	n, found := ix.Node(id)
	if !found {
		return nil, fmt.Errorf("no node %s", id)
	}
	page := new(query.Page[index.Edge])
	return page, s.Links(page, n, end)
}

// around is what a page says beside its elements.
type around struct {
	total          int
	previous, next bool
}

func aroundOf[E query.Element](t testing.TB, p *query.Page[E]) around {
	t.Helper()
	var a around
	var errs [3]error
	a.next, errs[0] = p.HasNext()
	a.previous, errs[1] = p.HasPrevious()
	a.total, errs[2] = p.Total()
	if err := errors.Join(errs[:]...); err != nil {
		t.Fatal(err)
	}
	return a
}

// found are the keys of the tools that the filter selects, joined.
func found(t *testing.T, ix *index.Index, where m, orderBy ...m) string {
	t.Helper()
	page, err := nodesPage(ix, ix.Ontology().NodeType("Tool"), query.Args{Where: where, OrderBy: orderBy})
	if err != nil {
		t.Fatalf("%v: %v", where, err)
	}
	return keysOf(ix, page.Elements)
}

func keysOf(ix *index.Index, nodes []index.Node) string {
	var keys []string
	for _, n := range nodes {
		keys = append(keys, strings.TrimPrefix(string(ix.NodeID(n)), "tool:"))
	}
	return strings.Join(keys, " ")
}

func TestPartialDateOperators(t *testing.T) {
	const year, month, day = "2018", "2018-07", "2018-07-31"
	for _, test := range []struct {
		value, operand string
		holds          string // of lt lte gt gte eq
	}{
		{year, year, "lte gte eq"},
		{month, year, "lte gte"},
		{year, month, ""},
		{day, month, "lte gte"},
		{month, day, "lte"},
		{"2018-07-01", month, "lte gte"},
		{month, "2018-07-01", "gte"},
		{"2017-12-31", year, "lt lte"},
		{"2019", year, "gt gte"},
		{year, "2017-12", "gt gte"},
		{"2016-02-29", "2016-02", "lte gte"},
		{"2016-02", "2016-03-01", "lt lte"},
		{"2018-12-31", year, "lte gte"},
		{year, "2018-12-31", "lte"},
		{"0000", "0000-01-01", "gte"},
		{"0000-01-01", "0000-01", "lte gte"},
		{"0000", "0000", "lte gte eq"},
		{"9999-12-31", "9999", "lte gte"},
		{"9999", "9999-12-31", "lte"},
	} {
		ix := indexOf(t, []*kg.Node{tool("a", "A", kg.Props{"adopted": test.value}), tool("none", "N", nil)})
		var holds []string
		for _, op := range []string{"lt", "lte", "gt", "gte", "eq"} {
			if got := found(t, ix, m{"adopted": m{op: test.operand}}); got == "a" {
				holds = append(holds, op)
			} else if got != "" {
				t.Errorf("%s %s selects %q: what has no date matches no operator", op, test.operand, got)
			}
		}
		if got := strings.Join(holds, " "); got != test.holds {
			t.Errorf("of %s, %q hold against %s; want %q", test.value, got, test.operand, test.holds)
		}
	}
}

func TestFilters(t *testing.T) {
	ix := indexOf(t, []*kg.Node{
		tool("a", "Transit Guide", kg.Props{"rank": int64(1), "open": true, "code": "ÉLAN", "period": kg.Props{"weeks": int64(3), "firm": false}}),
		tool("b", "transit table", kg.Props{"rank": int64(2), "kind": "TABLE", "period": kg.Props{}}),
		tool("c", "Other", kg.Props{"rank": int64(-1), "open": false, "code": "elan"}),
	}, partOf("tool:a", "tool:b", ""), partOf("tool:a", "tool:b", "x"), partOf("tool:b", "tool:b", ""))
	for _, test := range []struct {
		where m
		want  string
	}{
		{nil, "a b c"},
		{m{}, "a b c"},
		{m{"name": nil}, "a b c"},
		{m{"name": m{}}, "a b c"},
		{m{"name": m{"eq": "Other"}}, "c"},
		{m{"name": m{"eq": "other"}}, ""},
		{m{"name": m{"contains": "TRANSIT"}}, "a b"},
		{m{"name": m{"startsWith": "tRANSIT G"}}, "a"},
		{m{"name": m{"startsWith": "guide"}}, ""},
		{m{"code": m{"contains": "éla"}}, "a"},
		{m{"code": m{"contains": ""}}, "a c"},
		{m{"code": m{"isNull": true}}, "b"},
		{m{"code": m{"isNull": false}}, "a c"},
		{m{"code": m{"ne": "elan"}}, "a b"},
		{m{"code": m{"notIn": []any{"elan", "ÉLAN"}}}, "b"},
		{m{"code": m{"in": []any{}}}, ""},
		{m{"code": m{"notIn": []any{}}}, "a b c"},
		{m{"code": m{"in": "elan"}}, "c"}, // GraphQL takes one value for a list
		{m{"code": m{"lt": "zzz"}}, "c"},  // byte-wise, É after z
		{m{"rank": m{"gte": 1, "lt": json.Number("2")}}, "a"},
		{m{"rank": m{"in": []any{float64(2), int64(-1)}}}, "b c"},
		{m{"open": m{"eq": false}}, "c"},
		{m{"open": m{"ne": true}}, "b c"},
		{m{"kind": m{"eq": "TABLE"}}, "b"},
		{m{"period": m{"weeks": m{"gt": 2}}}, "a"},
		{m{"period": m{"weeks": m{"isNull": true}}}, "b c"},
		{m{"period": m{"firm": nil}}, "a b c"},
		{m{"and": []any{}}, "a b c"},
		{m{"or": []any{}}, ""},
		{m{"or": []any{m{"rank": m{"eq": 1}}, m{"kind": m{"eq": "TABLE"}}}}, "a b"},
		{m{"not": m{"rank": m{"gt": 0}}}, "c"},
		{m{"not": m{}}, ""},
		{m{"wholes": m{"some": m{}}}, "a b"},
		{m{"wholes": m{"none": m{}}}, "c"},
		{m{"wholes": m{"every": m{"kind": m{"eq": "GUIDE"}}}}, "c"},
		{m{"parts": m{"some": m{"rank": m{"eq": 1}}}}, "b"},
		{m{"wholes": m{"some": m{"wholes": m{"some": m{"id": m{"eq": "tool:b"}}}}}}, "a b"},
		{m{"wholes": m{"some": m{}, "none": m{}}}, ""},
		{m{"mentionedIn": m{"none": m{"issued": m{"isNull": false}}}}, "a b c"},
	} {
		if got := found(t, ix, test.where); got != test.want {
			t.Errorf("%v selects %q, want %q", test.where, got, test.want)
		}
	}
}

// TestFilterFaults: what is no filter is refused, and never selects everything.
func TestFilterFaults(t *testing.T) {
	ix := indexOf(t, []*kg.Node{tool("a", "A", kg.Props{"period": kg.Props{"notes": []any{"n"}}, "earlier": []any{kg.Props{"weeks": int64(1)}}})})
	for _, where := range []m{
		{"nothing": m{"eq": 1}},
		{"type": m{"eq": "Tool"}},
		{"page": m{"eq": "https://example.org/"}}, // without @index
		{"tags": m{"eq": "x"}},
		{"description": m{"eq": "x"}},
		{"earlier": m{"weeks": m{"eq": 1}}},
		{"period": m{"wording": m{"eq": "x"}}}, // without @index
		{"period": m{"notes": m{"contains": "n"}}},
		{"period": m{"nothing": m{"eq": 1}}},
		{"period": m{"eq": 1}},
		{"name": "A"},
		{"name": []any{m{"eq": "A"}}},
		{"name": m{"like": "A"}},
		{"name": m{"eq": nil}},
		{"name": m{"eq": 1}},
		{"name": m{"eq": []any{"A", "B"}}},
		{"name": m{"in": []any{nil}}},
		{"name": m{"isNull": "yes"}},
		{"rank": m{"eq": "1"}},
		{"rank": m{"eq": 1.5}},
		{"rank": m{"contains": 1}},
		{"open": m{"eq": "true"}},
		{"adopted": m{"lt": "July"}},
		{"wholes": m{"any": m{}}},
		{"wholes": m{"some": "tool:a"}},
		{"wholes": "tool:a"},
		{"not": "A"},
		{"or": []any{"A"}},
		{"and": []any{nil}},
	} {
		_, err := nodesPage(ix, ix.Ontology().NodeType("Tool"), query.Args{Where: where})
		if !errors.Is(err, kg.ErrInvalid) {
			t.Errorf("%v: %v; want an error of code %s", where, err, kg.Invalid)
		}
	}
	for _, by := range []m{{"field": "TAGS"}, {"field": "PERIOD_WORDING"}, {"field": "TYPE"}, {}, {"field": "NAME", "direction": "DOWN"}} {
		_, err := nodesPage(ix, ix.Ontology().NodeType("Tool"), query.Args{OrderBy: []map[string]any{by}})
		if !errors.Is(err, kg.ErrInvalid) {
			t.Errorf("order %v: %v; want an error of code %s", by, err, kg.Invalid)
		}
	}
}

func TestOrder(t *testing.T) {
	ix := indexOf(t, []*kg.Node{
		tool("a", "b", kg.Props{"rank": int64(10), "adopted": "2018", "open": true}),
		tool("b", "B", kg.Props{"rank": int64(9), "adopted": "2018-12-31"}),
		tool("c", "a", kg.Props{"adopted": "2018-07", "period": kg.Props{"end": "2019"}}),
		tool("d", "é", kg.Props{"rank": int64(10), "open": false, "period": kg.Props{"end": "2018"}}),
	})
	for _, test := range []struct {
		orderBy []m
		want    string
	}{
		{nil, "a b c d"},
		{[]m{{"field": "ID", "direction": "DESC"}}, "d c b a"},
		{[]m{{"field": "NAME"}}, "b c a d"}, // byte-wise: B a b é
		{[]m{{"field": "NAME", "direction": "DESC"}}, "d a c b"},
		{[]m{{"field": "RANK", "direction": "ASC"}}, "b a d c"},
		{[]m{{"field": "RANK", "direction": "DESC"}}, "a d b c"},
		{[]m{{"field": "RANK", "direction": "DESC"}, {"field": "NAME", "direction": "DESC"}}, "d a b c"},
		{[]m{{"field": "ADOPTED"}}, "c a b d"},
		{[]m{{"field": "ADOPTED", "direction": "DESC"}}, "b a c d"},
		{[]m{{"field": "OPEN"}}, "d a b c"},
		{[]m{{"field": "PERIOD_END"}}, "d c a b"},
	} {
		if got := found(t, ix, nil, test.orderBy...); got != test.want {
			t.Errorf("%v: %q, want %q", test.orderBy, got, test.want)
		}
	}
}

func TestPageSizes(t *testing.T) {
	var nodes []*kg.Node
	for i := range 600 {
		nodes = append(nodes, tool(fmt.Sprintf("%03d", i), "T", nil))
	}
	ix := indexOf(t, nodes)
	of := func(n int) *int { return &n }
	for _, test := range []struct {
		name        string
		first, last *int
		code        kg.Code // "" for none
		from, to    int     // the page
	}{
		{"neither", nil, nil, "", 0, 50},
		{"first 0", of(0), nil, "", 0, 0},
		{"first 500", of(500), nil, "", 0, 500},
		{"last 500", nil, of(500), "", 100, 600},
		{"last 0", nil, of(0), "", 600, 600},
		{"first 501", of(501), nil, kg.Limit, 0, 0},
		{"last 501", nil, of(501), kg.Limit, 0, 0},
		{"first -1", of(-1), nil, kg.Invalid, 0, 0},
		{"last -1", nil, of(-1), kg.Invalid, 0, 0},
		{"both", of(1), of(1), kg.Invalid, 0, 0},
	} {
		page, err := nodesPage(ix, ix.Ontology().NodeType("Tool"), query.Args{First: test.first, Last: test.last})
		if test.code != "" {
			if err == nil || kg.CodeOf(err) != test.code {
				t.Errorf("%s: %v; want an error of code %s", test.name, err, test.code)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", test.name, err)
			continue
		}
		if got, want := aroundOf(t, page), (around{600, test.from > 0, test.to < 600}); len(page.Elements) != test.to-test.from || got != want {
			t.Errorf("%s: %d elements, %+v; want %d, %+v", test.name, len(page.Elements), got, test.to-test.from, want)
		}
		if len(page.Elements) > 0 && ix.NodeID(page.Elements[0]) != nodes[test.from].ID {
			t.Errorf("%s starts with %s", test.name, ix.NodeID(page.Elements[0]))
		}
	}
}

// TestParallelAndSelfLinks: links are paged one by one, also those between the
// same two nodes, and a link to itself is seen from both sides.
func TestParallelAndSelfLinks(t *testing.T) {
	ix := indexOf(t, []*kg.Node{tool("a", "A", nil), tool("b", "B", nil)},
		partOf("tool:a", "tool:b", "2"), partOf("tool:a", "tool:b", ""), partOf("tool:a", "tool:b", "1"), partOf("tool:a", "tool:a", ""))
	for field, want := range map[string][]kg.ID{
		"wholes": {"part-of:tool:a>tool:a", "part-of:tool:a>tool:b", "part-of:tool:a>tool:b#1", "part-of:tool:a>tool:b#2"},
		"parts":  {"part-of:tool:a>tool:a"},
	} {
		var got []kg.ID
		one, after := 1, (*string)(nil)
		for {
			page, err := linksPage(ix, "tool:a", ix.Ontology().NodeType("Tool").End(field), query.Args{First: &one, After: after})
			if err != nil {
				t.Fatal(err)
			}
			around := aroundOf(t, page)
			if around.total != len(want) || len(page.Elements) != 1 {
				t.Fatalf("%s: %d elements of %d", field, len(page.Elements), around.total)
			}
			got = append(got, ix.LinkID(page.Elements[0].Link))
			cursor := page.Cursor(0)
			if after = &cursor; !around.next {
				break
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", field, got, want)
		}
	}
}
