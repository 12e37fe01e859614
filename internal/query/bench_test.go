package query_test

import (
	"context"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
	"ecpgraph/internal/query"
	"ecpgraph/internal/tools/synth/generate"
)

var benchNodes = flag.Int("nodes", 20_000, "the nodes of the graph for benchmarks, with ten times as many links")

// synthetic is the index of a synthetic graph over the ontology of the product.
func synthetic(t testing.TB, nodes int) (*index.Index, *generate.Graph) {
	t.Helper()
	files, err := filepath.Glob("../../graph/schema/ontology/*.graphqls")
	if err != nil || len(files) == 0 {
		t.Fatal("no ontology: ", err)
	}
	var sources []ontology.Source
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		sources = append(sources, ontology.Source{Name: file, Text: string(text)})
	}
	o, err := ontology.Parse(sources)
	if err != nil {
		t.Fatal(err)
	}
	g, err := generate.New(o, generate.Options{Nodes: nodes, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	c := kg.Commit{Revision: 1}
	number := uint32(0)
	for n := range g.Nodes() {
		c.Records = append(c.Records, kg.Record{Op: kg.PutNode, Number: number, Node: n})
		number++
	}
	number = 0
	for l := range g.Links() {
		c.Records = append(c.Records, kg.Record{Op: kg.PutLink, Number: number, Link: l})
		number++
	}
	ix, err := index.New(o).Apply(c)
	if err != nil {
		t.Fatal(err)
	}
	return ix, g
}

func BenchmarkNodes(b *testing.B) {
	ix, g := synthetic(b, *benchNodes)
	of := func(n int) *int { return &n }
	byName := []m{{"field": "NAME"}}
	descending := []m{{"field": "NAME", "direction": "DESC"}}
	byKind := []m{{"field": "KIND"}, {"field": "NAME"}}
	tools, bodies := ix.Ontology().NodeType("Tool"), ix.Ontology().NodeType("WorkingBody")
	deep := func(orderBy []m) *string {
		s, err := query.Select(b.Context(), ix, tools, query.Args{OrderBy: orderBy, Where: m{"id": m{"eq": string(g.ID("Tool", g.Count("Tool")/2))}}})
		if err != nil {
			b.Fatal(err)
		}
		var page query.Page[index.Node]
		if err := s.Nodes(&page); err != nil {
			b.Fatal(err)
		}
		cursor := page.Cursor(0)
		return &cursor
	}
	plan := m{"some": m{"id": m{"eq": string(g.ID("ActionPlan", 0))}}}
	for _, test := range []struct {
		name  string
		of    *ontology.NodeType
		args  query.Args
		total bool
	}{
		{"first", tools, query.Args{}, true},
		{"by name", tools, query.Args{First: of(100), OrderBy: byName}, false},
		{"by name deep", tools, query.Args{First: of(100), OrderBy: byName, After: deep(byName)}, false},
		{"by name down deep", tools, query.Args{First: of(100), OrderBy: descending, After: deep(descending)}, false},
		{"by kind and name deep", tools, query.Args{First: of(100), OrderBy: byKind, After: deep(byKind)}, false},
		{"kind, date and plan by name, count", tools, query.Args{First: of(50), OrderBy: byName, Where: m{
			"kind": m{"eq": "GUIDELINES"}, "issuedIn": m{"gte": "2005"}, "madeUnder": plan,
		}}, true},
		{"kind by name, count", tools, query.Args{First: of(50), OrderBy: byName, Where: m{"kind": m{"eq": "GUIDELINES"}}}, true},
		{"kind and date by name, count", tools, query.Args{First: of(50), OrderBy: byName, Where: m{
			"kind": m{"eq": "GUIDELINES"}, "issuedIn": m{"gte": "2005"},
		}}, true},
		{"contains by name, count", tools, query.Args{First: of(50), OrderBy: byName, Where: m{"name": m{"contains": "valuation"}}}, true},
		{"bodies over four relations", bodies, query.Args{Where: m{"actions": m{"some": m{"tools": m{"some": m{"madeUnder": plan}}}}}}, true},
		{"bodies over loose relations", bodies, query.Args{Where: m{"actions": m{"some": m{"tools": m{"some": m{"madeUnder": m{"some": m{"name": m{"contains": "qqq"}}}}}}}}}, true},
	} {
		b.Run(test.name, func(b *testing.B) {
			b.ReportAllocs()
			test.args.Counted = test.total
			how := ""
			for b.Loop() {
				s, err := query.Select(context.Background(), ix, test.of, test.args)
				if err != nil {
					b.Fatal(err)
				}
				var page query.Page[index.Node]
				if err := s.Nodes(&page); err != nil {
					b.Fatal(err)
				}
				if _, err := page.HasNext(); err != nil {
					b.Fatal(err)
				}
				if test.total {
					if _, err := page.Total(); err != nil {
						b.Fatal(err)
					}
				}
				if n := len(page.Elements); n > 0 {
					page.Cursor(n - 1)
				}
				how = s.Explain()
			}
			b.Log(how)
		})
	}
}

func BenchmarkLinks(b *testing.B) {
	ix, g := synthetic(b, *benchNodes)
	actions := ix.Ontology().NodeType("Action")
	end := actions.End("tools")
	parents := make([]index.Node, 0, 100)
	for i := range 100 {
		n, _ := ix.Node(g.ID("Action", i*7%g.Count("Action")))
		parents = append(parents, n)
	}
	ten := 10
	for _, test := range []struct {
		name string
		args query.Args
	}{
		{"plain", query.Args{First: &ten}},
		{"filter", query.Args{First: &ten, Where: m{"kind": m{"ne": "GUIDELINES"}}}},
		{"order", query.Args{First: &ten, OrderBy: []m{{"field": "NAME"}}}},
	} {
		b.Run(test.name, func(b *testing.B) {
			s, err := query.Select(context.Background(), ix, end.Far().Single(), test.args)
			if err != nil {
				b.Fatal(err)
			}
			pages := make([]query.Page[index.Edge], len(parents))
			b.ReportAllocs()
			links := 0
			for i := 0; b.Loop(); i++ {
				p := &pages[i%len(pages)]
				if err := s.Links(p, parents[i%len(parents)], end); err != nil {
					b.Fatal(err)
				}
				links += len(p.Elements)
			}
			b.ReportMetric(float64(links)/float64(b.N), "links/op")
		})
	}
	// The largest hub there is of one relation to one type.
	hub, size := index.Node(0), 0
	var hubEnd *ontology.End
	for _, t := range ix.Ontology().NodeTypes {
		for _, e := range t.Ends {
			if e.Far().Single() == nil {
				continue
			}
			for n := range ix.NodesOf(t).From(0) {
				if k := ix.Links(n, e).Len(); k > size {
					hub, hubEnd, size = n, e, k
				}
			}
		}
	}
	far := hubEnd.Far().Single()
	for name, args := range map[string]query.Args{
		"hub by name":           {First: &ten, OrderBy: []m{{"field": "NAME"}}},
		"hub by name down":      {First: &ten, OrderBy: []m{{"field": "NAME", "direction": "DESC"}}},
		"hub one id":            {First: &ten, Where: m{"id": m{"eq": string(g.ID(far.Name, 1))}}},
		"hub filter, no index ": {First: &ten, Where: m{"name": m{"contains": "qqq"}}},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			how := ""
			for b.Loop() {
				s, err := query.Select(context.Background(), ix, far, args)
				if err != nil {
					b.Fatal(err)
				}
				var p query.Page[index.Edge]
				if err := s.Links(&p, hub, hubEnd); err != nil {
					b.Fatal(err)
				}
				how = s.Explain()
			}
			b.Log(size, "links of", ix.NodesOf(far).Len(), how)
		})
	}
}
