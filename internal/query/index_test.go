package query_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/query"
)

// TestIndexedFieldsAreNotScanned: a filter for a rare value of any indexed
// field, also of far nodes, is read from the index of that field, and a page of
// what it finds, with all that it can tell, looks at little else.
func TestIndexedFieldsAreNotScanned(t *testing.T) {
	rare := kg.Props{"kind": "GUIDE", "rank": int64(7), "open": true, "code": "R", "adopted": "2001-02", "retired": "2003",
		"period": kg.Props{"start": "2001", "end": "2002", "weeks": int64(7), "firm": true, "sort": "GUIDE"}}
	common := kg.Props{"kind": "MODEL", "rank": int64(1), "open": false, "code": "C", "adopted": "1999", "retired": "1999",
		"period": kg.Props{"start": "1999", "end": "1999", "weeks": int64(1), "firm": false, "sort": "MODEL"}}
	nodes := []*kg.Node{tool("rare", "Rare", rare)}
	links := []*kg.Link{partOf("tool:0", "tool:rare", "")}
	for i := range 3000 {
		nodes = append(nodes, tool(fmt.Sprint(i), "Common", common))
	}
	ix := indexOf(t, nodes, links...)
	tools := ix.Ontology().NodeType("Tool")
	n, _ := ix.Node("tool:rare")
	columns := ix.Columns(tools)
	if len(columns) < 12 {
		t.Fatalf("%d columns", len(columns))
	}
	for _, c := range columns {
		value := c.Plain(ix.Value(c, n))
		filters := []m{{"eq": value}, {"in": []any{value}}}
		switch value.(type) {
		case int64:
			filters = append(filters, m{"gte": value}, m{"gt": int64(6), "lt": int64(8)})
		case string:
			if strings.HasSuffix(string(c.Kind), "Date") {
				filters = append(filters, m{"gte": value})
			}
		}
		for _, filter := range filters {
			where := m{c.Name: filter}
			if outer, inner, within := strings.Cut(c.Name, "."); within {
				where = m{outer: m{inner: filter}}
			}
			for _, test := range []struct {
				where m
				reads string
			}{
				{where, "read by " + c.Name + ", sort by id"},
				{m{"wholes": m{"some": where}}, "read by wholes." + c.Name + ", sort by id"},
			} {
				s, err := query.Select(t.Context(), ix, tools, query.Args{Where: test.where})
				if err != nil {
					t.Fatal(err)
				}
				var page query.Page[index.Node]
				if err := s.Nodes(&page); err != nil {
					t.Fatal(err)
				}
				if got := aroundOf(t, &page).total; got != 1 || s.Explain() != test.reads || query.Looks(s) > 12 {
					t.Errorf("%v: %d nodes by %q with %d looks; want 1 by %q", test.where, got, s.Explain(), query.Looks(s), test.reads)
				}
			}
		}
	}
}

// TestMoreFilterFaults: what a filter or an order cannot be says what it can.
func TestMoreFilterFaults(t *testing.T) {
	ix := wideGraph(t)
	tools := ix.Ontology().NodeType("Tool")
	for _, test := range []struct {
		args query.Args
		code kg.Code
		says string
	}{
		{query.Args{Where: m{"name": m{"matches": "("}}}, kg.Invalid, "regular expression"},
		{query.Args{Where: m{"name": m{"matches": strings.Repeat("a", query.MaxPattern+1)}}}, kg.Limit, "at most 200 bytes"},
		{query.Args{Where: m{"name": m{"matches": "(a{1,500}){1,2}b{900}"}}}, kg.Limit, "repeat less"},
		{query.Args{Where: m{"aliases": m{"lte": 1}}}, kg.Invalid, "aliases"},
		{query.Args{Where: m{"parts": m{"link": m{"basis": m{"eq": "STATED"}}}}}, kg.Invalid, "give one of them"},
		{query.Args{Where: m{"parts": m{"link": m{"strength": m{"eq": 1}}, "some": m{}}}}, kg.Invalid, `no field "strength"`},
		{query.Args{Where: m{"parts": m{"all": m{}}}}, kg.Invalid, "count and link"},
		{query.Args{Where: m{"parts": m{"count": m{"contains": "1"}}}}, kg.Invalid, "count"},
		{query.Args{OrderBy: []m{{"field": "NAME", "far": "NAME"}}}, kg.Invalid, "not a relation"},
		{query.Args{OrderBy: []m{{"field": "GOALS", "far": "KIND"}}}, kg.Invalid, "ID, NAME, RANK"},
		{query.Args{OrderBy: []m{{"field": "NONE"}}}, kg.Invalid, `no field "NONE"`},
	} {
		_, err := query.Select(t.Context(), ix, tools, test.args)
		if kg.CodeOf(err) != test.code || !strings.Contains(err.Error(), test.says) {
			t.Errorf("%v: %v; want %s with %q", test.args, err, test.code, test.says)
		}
	}
	for _, names := range [][]string{{"NONE"}, {"ID"}} {
		if _, err := query.FacetKeys(ix, tools, names); kg.CodeOf(err) != kg.Invalid {
			t.Errorf("%s: %v", names, err)
		}
	}
	if kg.CodeOf(query.CheckBuckets(-1)) != kg.Invalid || kg.CodeOf(query.CheckBuckets(query.MaxBuckets+1)) != kg.Limit || query.CheckBuckets(0) != nil {
		t.Error("wrong sizes of facets pass")
	}
}

// TestFacetLooks: counting all nodes of a type by an indexed field looks at the
// borders of the values.
func TestFacetLooks(t *testing.T) {
	ix := wideGraph(t)
	tools := ix.Ontology().NodeType("Tool")
	s, err := query.Select(t.Context(), ix, tools, query.Args{})
	if err != nil {
		t.Fatal(err)
	}
	var page query.Page[index.Node]
	if err := s.Nodes(&page); err != nil {
		t.Fatal(err)
	}
	keys, err := query.FacetKeys(ix, tools, []string{"RANK", "OPEN"})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, key := range keys {
		f, err := page.Facet(key, 2)
		if err != nil {
			t.Fatal(err)
		}
		for _, b := range f.Buckets {
			got = append(got, fmt.Sprintf("%v: %d of %d", key.Column.Plain(b.Value), b.Count, f.Distinct))
		}
	}
	want := []string{"2: 4975 of 3", "1: 25 of 3", "false: 2500 of 3", "true: 2500 of 3"}
	if !slices.Equal(got, want) || query.Looks(s) > 8 {
		t.Errorf("%q with %d looks, want %q", got, query.Looks(s), want)
	}
}
