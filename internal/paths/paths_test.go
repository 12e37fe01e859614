package paths_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
	"ecpgraph/internal/paths"
	"ecpgraph/internal/reference"
)

// graph is an index of tools with the ids tool:<name>, and links that are
// written "a b": a is a part of b. The same link twice has keys.
func graph(t testing.TB, links ...string) *index.Index {
	t.Helper()
	c := kg.Commit{Revision: 1}
	numbers, keys := map[kg.ID]bool{}, map[string]int{}
	var records []kg.Record
	for i, text := range links {
		a, b, _ := strings.Cut(text, " ")
		for _, name := range []string{a, b} {
			id := kg.NodeID("Tool", name)
			if !numbers[id] {
				n := &kg.Node{ID: id, Type: "Tool", Name: name, Props: kg.Props{"kind": "GUIDE"}}
				c.Records = append(c.Records, kg.Record{Op: kg.PutNode, Number: uint32(len(numbers)), Node: n})
				numbers[id] = true
			}
		}
		l := &kg.Link{Relation: "PartOf", From: kg.NodeID("Tool", a), To: kg.NodeID("Tool", b), Basis: kg.Stated, Modality: kg.Asserted}
		key := ""
		if keys[text]++; keys[text] > 1 {
			key = fmt.Sprint(keys[text])
		}
		l.ID = kg.LinkID(l.Relation, l.From, l.To, key)
		records = append(records, kg.Record{Op: kg.PutLink, Number: uint32(i), Link: l})
	}
	c.Records = append(c.Records, records...)
	ix, err := index.New(reference.Ontology()).Apply(c)
	if err != nil {
		t.Fatal(err)
	}
	return ix
}

func write(ix *index.Index, p *paths.Paths) string {
	var lines []string
	for _, path := range p.Paths {
		line := string(ix.NodeID(p.From))
		for _, h := range path {
			way := " > "
			if h.Direction() == ontology.In {
				way = " < "
			}
			line += way + string(ix.NodeID(h.To))
		}
		lines = append(lines, strings.ReplaceAll(line, "tool:", ""))
	}
	return strings.Join(lines, ", ")
}

// TestShortest is about what order means, and what simple is.
func TestShortest(t *testing.T) {
	part := func(ix *index.Index, d ontology.Direction) index.Step {
		return ix.StepOf(ix.Ontology().Relation("PartOf"), d)
	}
	for _, test := range []struct {
		name, links string
		ask         func(ix *index.Index, b *paths.Between)
		want        string
	}{
		{"direct", "a z", nil, "a > z"},
		{"against the link", "z a", nil, "a < z"},
		{"by ids when equally long", "a c,c z,a b,z b", nil, "a > b < z, a > c > z"},
		{"parallel links are one hop, links both ways two", "a z,a z,z a", nil, "a > z, a < z"},
		{"no node twice", "a b,b a,b z", nil, "a > b > z, a < b > z"},
		{"longer ones later", "a z,a b,b z,b c,c z", nil, "a > z, a > b > z, a > b > c > z"},
		{"at most k", "a z,a b,b z,b c,c z", func(_ *index.Index, b *paths.Between) { b.K = 2 }, "a > z, a > b > z"},
		{"at most maxHops", "a z,a b,b z,b c,c z", func(_ *index.Index, b *paths.Between) { b.MaxHops = 2 }, "a > z, a > b > z"},
		{"no hop", "a z", func(_ *index.Index, b *paths.Between) { b.MaxHops = 0 }, ""},
		{"to itself", "a z", func(_ *index.Index, b *paths.Between) { b.To = b.From }, "a"},
		{"one way", "a b,z b,a c,c z", func(ix *index.Index, b *paths.Between) { b.Via = []index.Step{part(ix, ontology.Out)} }, "a > c > z"},
		{"a pattern", "a b,z b,a c,c z", func(ix *index.Index, b *paths.Between) {
			b.Pattern = [][]index.Step{{part(ix, ontology.Out)}, {part(ix, ontology.In)}}
		}, "a > b < z"},
		{"a pattern turns back for another way round", "a b,b c,c b,b d,c e,d e,e z", func(ix *index.Index, b *paths.Between) {
			b.Pattern = [][]index.Step{nil, nil, nil, nil}
		}, "a > b > c > e > z, a > b < c > e > z, a > b > d > e > z"},
		{"an avoided node", "a b,b z,a c,c z", func(_ *index.Index, b *paths.Between) { b.Avoid.IDs = []kg.ID{"tool:b", "tool:a"} }, "a > c > z"},
		{"nothing but the ends", "a b,b z,a z", func(_ *index.Index, b *paths.Between) { b.Types = []*ontology.NodeType{} }, "a > z"},
	} {
		t.Run(test.name, func(t *testing.T) {
			ix := graph(t, strings.Split(test.links, ",")...)
			b := paths.Between{From: "tool:a", To: "tool:z", K: paths.MaxPaths, MaxHops: paths.MaxHops}
			if test.ask != nil {
				test.ask(ix, &b)
			}
			p, err := paths.Shortest(t.Context(), ix, b)
			if err != nil {
				t.Fatal(err)
			}
			if got := write(ix, p); got != test.want || p.Truncated {
				t.Errorf("%s, truncated %v; want %s", got, p.Truncated, test.want)
			}
		})
	}
}

// TestNoPathAmongMany: a pattern that only walks over nodes twice can fill, in
// more ways than can be tried, is given up and says so.
func TestNoPathAmongMany(t *testing.T) {
	var links []string
	for i := range 8 {
		for j := range i {
			links = append(links, fmt.Sprintf("m%d m%d", i, j), fmt.Sprintf("m%d m%d", j, i))
		}
	}
	ix := graph(t, append(links, "a m0", "m1 z")...)
	b := paths.Between{From: "tool:a", To: "tool:z", K: 1, Pattern: make([][]index.Step, paths.MaxHops)}
	p, err := paths.Shortest(t.Context(), ix, b)
	if err != nil || !p.Truncated || len(p.Paths) > 0 || p.Explored <= paths.MaxLooks {
		t.Errorf("%+v, %v; want no path, and to be told that not all was tried", p, err)
	}
}

// TestLimitsOfASubgraph: more links than there is room for, a hub of which few
// nodes are shown, and links of a node to itself.
func TestLimitsOfASubgraph(t *testing.T) {
	var links []string
	for range paths.MaxLinks + 1 {
		links = append(links, "a b")
	}
	ix := graph(t, links...)
	s, err := paths.Surroundings(t.Context(), ix, paths.Around{IDs: []kg.ID{"tool:a"}, Hops: 1, Limit: 2, Linked: true})
	if err != nil || len(s.Nodes) != 2 || len(s.Links) != paths.MaxLinks || !s.Truncated {
		t.Errorf("%d nodes, %d links, truncated %v, %v", len(s.Nodes), len(s.Links), s.Truncated, err)
	}
	links = []string{"hub hub"}
	for i := range 1000 {
		links = append(links, fmt.Sprintf("hub t%04d", i))
	}
	ix = graph(t, append(links, "t0001 t0000", "t0500 t0501")...)
	s, err = paths.Surroundings(t.Context(), ix, paths.Around{IDs: []kg.ID{"tool:t0500", "tool:hub", "tool:t0500"}, Hops: 2, Limit: 5, Linked: true})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, n := range s.Nodes {
		got = append(got, string(ix.NodeID(n)))
	}
	for _, l := range s.Links {
		got = append(got, string(ix.LinkID(l)))
	}
	want := "tool:hub tool:t0500 tool:t0000 tool:t0001 tool:t0002 " +
		"part-of:tool:hub>tool:hub part-of:tool:hub>tool:t0000 part-of:tool:hub>tool:t0001 part-of:tool:hub>tool:t0002 part-of:tool:hub>tool:t0500 " +
		"part-of:tool:t0001>tool:t0000"
	if strings.Join(got, " ") != want || !s.Truncated {
		t.Errorf("%s, truncated %v\nwant %s", strings.Join(got, " "), s.Truncated, want)
	}
}

// TestRefusals: what cannot be asked for is an error that names the argument.
func TestRefusals(t *testing.T) {
	ix := graph(t, "a b")
	ctx := t.Context()
	shortest := func(b paths.Between) error {
		_, err := paths.Shortest(ctx, ix, b)
		return err
	}
	around := func(a paths.Around) error {
		_, err := paths.Surroundings(ctx, ix, a)
		return err
	}
	reach := func(r paths.Reach) error {
		_, err := paths.Reachable(ctx, ix, r)
		return err
	}
	cursor := func(text string) *string { return &text }
	page, err := paths.Reachable(ctx, ix, paths.Reach{From: "tool:a", MaxHops: 1, First: 1})
	if err != nil {
		t.Fatal(err)
	}
	many := make([]kg.ID, paths.MaxIDs+1)
	for _, test := range []struct {
		err  error
		code kg.Code
		want string
	}{
		{shortest(paths.Between{From: "tool:a", To: "tool:b"}), kg.Invalid, "k: 0"},
		{shortest(paths.Between{From: "tool:a", To: "tool:b", K: paths.MaxPaths + 1}), kg.Limit, "k: 21"},
		{shortest(paths.Between{From: "tool:a", To: "tool:b", K: 1, MaxHops: paths.MaxHops + 1}), kg.Limit, "maxHops: 11"},
		{shortest(paths.Between{From: "tool:a", To: "tool:b", K: 1, MaxHops: -1}), kg.Invalid, "maxHops: -1"},
		{shortest(paths.Between{From: "tool:a", To: "tool:b", K: 1, Pattern: make([][]index.Step, 11)}), kg.Limit, "pattern: 11"},
		{shortest(paths.Between{From: "tool:a", To: "tool:b", K: 1, Rules: paths.Rules{Via: []index.Step{0}}, Pattern: [][]index.Step{}}), kg.Invalid, "via and pattern"},
		{shortest(paths.Between{From: "tool:c", To: "tool:b", K: 1}), kg.NotFound, `from: there is no node "tool:c"`},
		{shortest(paths.Between{From: "tool:a", To: "tool:c", K: 1}), kg.NotFound, "to: there is no node"},
		{shortest(paths.Between{From: "tool:a", To: "tool:b", K: 1, Avoid: paths.Avoid{IDs: many}}), kg.Limit, "avoid: 501 ids"},
		{around(paths.Around{Limit: -1}), kg.Invalid, "limit: -1"},
		{around(paths.Around{Limit: paths.MaxNodes + 1}), kg.Limit, "limit: 1001"},
		{around(paths.Around{Hops: paths.MaxSurroundingHops + 1}), kg.Limit, "hops: 6"},
		{around(paths.Around{Hops: -1}), kg.Invalid, "hops: -1"},
		{around(paths.Around{IDs: many}), kg.Limit, "ids: 501"},
		{around(paths.Around{IDs: []kg.ID{"tool:a", "tool:c"}}), kg.NotFound, "ids: there is no node"},
		{reach(paths.Reach{From: "tool:c"}), kg.NotFound, "from: there is no node"},
		{reach(paths.Reach{From: "tool:a", First: -1}), kg.Invalid, "first: -1"},
		{reach(paths.Reach{From: "tool:a", First: paths.MaxPage + 1}), kg.Limit, "first: 501"},
		{reach(paths.Reach{From: "tool:a", MaxHops: paths.MaxHops + 1}), kg.Limit, "maxHops: 11"},
		{reach(paths.Reach{From: "tool:a", MaxHops: 1, After: cursor("?")}), kg.Invalid, `after: "?" is not a cursor`},
		{reach(paths.Reach{From: "tool:a", MaxHops: 1, After: cursor("WyJhIl0")}), kg.Invalid, "is not a cursor"},
		{reach(paths.Reach{From: "tool:a", MaxHops: 1, After: cursor("WyJhIiwiYiIsImMiXQ")}), kg.Invalid, "is not a cursor"},
		{reach(paths.Reach{From: "tool:a", MaxHops: 2, After: cursor(page.Cursor(0))}), kg.Invalid, "made for another"},
		{reach(paths.Reach{From: "tool:b", MaxHops: 1, After: cursor(page.Cursor(0))}), kg.Invalid, "made for another"},
	} {
		if kg.CodeOf(test.err) != test.code || !strings.Contains(fmt.Sprint(test.err), test.want) {
			t.Errorf("%v; want %s: …%s…", test.err, test.code, test.want)
		}
	}
}

// TestContextEndsAWalk: a walk that takes long heeds its context.
func TestContextEndsAWalk(t *testing.T) {
	var links []string
	for i := range 3000 {
		links = append(links, fmt.Sprintf("a t%d", i))
	}
	ix := graph(t, links...)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := paths.Shortest(ctx, ix, paths.Between{From: "tool:a", To: "tool:t7", K: 20, MaxHops: 10})
	_, err2 := paths.Surroundings(ctx, ix, paths.Around{IDs: []kg.ID{"tool:a"}, Hops: 1, Limit: 10, Linked: true})
	_, err3 := paths.Reachable(ctx, ix, paths.Reach{From: "tool:a", MaxHops: 1, First: 1})
	for _, err := range []error{err, err2, err3} {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%v", err)
		}
	}
}
