package timeline

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
	"ecpgraph/internal/reference"
)

// indexOf is a graph of the nodes.
func indexOf(t *testing.T, nodes []*kg.Node) *index.Index {
	t.Helper()
	c := kg.Commit{Revision: 1}
	for i, n := range nodes {
		c.Records = append(c.Records, kg.Record{Op: kg.PutNode, Number: uint32(i), Node: n})
	}
	ix, err := index.New(reference.Ontology()).Apply(c)
	if err != nil {
		t.Fatal(err)
	}
	return ix
}

// random is a graph of random nodes, naive and indexed.
func random(t *testing.T, r reference.Generator) (*reference.Graph, *index.Index) {
	g := &reference.Graph{Ontology: reference.Ontology(), Nodes: map[kg.ID]*reference.Node{}}
	put := func(id kg.ID) {
		n := r.Node(g, id)
		n.Citations, n.Aliases = []kg.Citation{{Document: "document:0", Locator: "title"}}, nil
		g.Nodes[id] = &reference.Node{Node: n}
	}
	put("document:0")
	for i := range 40 + r.IntN(60) {
		put(kg.NodeID(pick(r, "Tool", "Tool", "Document", "Goal", "Body"), fmt.Sprint(i)))
	}
	var nodes []*kg.Node
	for _, n := range g.Nodes {
		nodes = append(nodes, n.Node)
	}
	slices.SortFunc(nodes, func(a, b *kg.Node) int { return strings.Compare(string(a.ID), string(b.ID)) })
	return g, indexOf(t, nodes)
}

func pick[E any](r reference.Generator, list ...E) E { return list[r.IntN(len(list))] }

// TestLikeReference draws timelines of random graphs as the naive one does.
func TestLikeReference(t *testing.T) {
	for _, seed := range reference.Seeds(t, 60) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			r := reference.NewGenerator(seed)
			g, ix := random(t, r)
			for range 20 {
				var q Question
				names := []string{"Document", "Tool"} // those with dates
				if r.IntN(2) == 0 {
					names = pick(r, []string{"Goal"}, []string{"Tool", "Body", "Tool"}, []string{"Tool"})
					for _, name := range names {
						q.Types = append(q.Types, ix.Ontology().NodeType(name))
					}
				}
				if r.IntN(3) > 0 {
					from, to := r.Dates()
					q.From, q.To = kg.PartialDate(from), kg.PartialDate(to)
				}
				line, err := Draw(t.Context(), ix, q)
				if err != nil {
					t.Fatal(err)
				}
				entries, unbounded, undated := g.Timeline(names, string(q.From), string(q.To))
				if got := describe(ix, line.Entries); !slices.Equal(got, entries) {
					t.Fatalf("%v: entries %v\nwant %v", q, got, entries)
				}
				if got := describe(ix, line.Unbounded); !slices.Equal(got, unbounded) {
					t.Fatalf("%v: unbounded %v\nwant %v", q, got, unbounded)
				}
				var got []kg.ID
				for _, n := range line.Undated {
					got = append(got, ix.NodeID(n))
				}
				if !slices.Equal(got, undated) || line.Truncated {
					t.Fatalf("%v: undated %v\nwant %v", q, got, undated)
				}
				checkGroups(t, line, pick(r, Decade, Year, Quarter, Month, Day))
			}
		})
	}
}

func describe(ix *index.Index, entries []Entry) []reference.Dated {
	var list []reference.Dated
	for _, e := range entries {
		list = append(list, reference.Dated{Node: ix.NodeID(e.Node), Property: e.Dating.Property, Start: string(e.Span.Start), End: string(e.Span.End)})
	}
	return list
}

// checkGroups: each entry is in one group, whose span holds all days of where it
// stands, and groups follow one another.
func checkGroups(t *testing.T, line *Timeline, u Unit) {
	t.Helper()
	seen := map[int]bool{}
	groups := line.Groups(u)
	for i, g := range groups {
		if i > 0 && groups[i-1].End.Last().After(g.End.Last()) {
			t.Errorf("%s stands before %s", groups[i-1].Key, g.Key)
		}
		if !slices.IsSorted(g.Entries) || len(g.Entries) == 0 {
			t.Errorf("%s: entries %v", g.Key, g.Entries)
		}
		for _, at := range g.Entries {
			date := line.Entries[at].Span.At()
			if seen[at] || date.First().Before(g.Start.First()) || date.Last().After(g.End.Last()) {
				t.Errorf("%s is in %s, or twice in groups", date, g.Key)
			}
			seen[at] = true
		}
	}
	if len(seen) != len(line.Entries) {
		t.Errorf("%d of %d entries are in groups by %s", len(seen), len(line.Entries), u)
	}
}

func TestGroupOf(t *testing.T) {
	for _, test := range []struct {
		at   kg.PartialDate
		unit Unit
		want Group
	}{
		{"2017-07-31", Decade, Group{Key: "2010s", Start: "2010", End: "2019"}},
		{"2017", Decade, Group{Key: "2010s", Start: "2010", End: "2019"}},
		{"2017-07", Year, Group{Key: "2017", Start: "2017", End: "2017"}},
		{"2017", Quarter, Group{Key: "2017", Start: "2017", End: "2017"}},
		{"2017-07", Quarter, Group{Key: "2017-Q3", Start: "2017-07", End: "2017-09"}},
		{"2017-12-31", Quarter, Group{Key: "2017-Q4", Start: "2017-10", End: "2017-12"}},
		{"2017", Month, Group{Key: "2017", Start: "2017", End: "2017"}},
		{"2017-07-31", Month, Group{Key: "2017-07", Start: "2017-07", End: "2017-07"}},
		{"2017-07", Day, Group{Key: "2017-07", Start: "2017-07", End: "2017-07"}},
		{"2017-07-31", Day, Group{Key: "2017-07-31", Start: "2017-07-31", End: "2017-07-31"}},
	} {
		if got := groupOf(test.at, test.unit); got.Key != test.want.Key || got.Start != test.want.Start || got.End != test.want.End {
			t.Errorf("%s by %s: %+v, want %+v", test.at, test.unit, got, test.want)
		}
	}
}

// TestBounds: what is not looked at is told, and a context that ends ends it.
func TestBounds(t *testing.T) {
	var nodes []*kg.Node
	for i := range 5000 {
		nodes = append(nodes, &kg.Node{ID: kg.NodeID("Tool", fmt.Sprintf("%04d", i)), Type: "Tool", Name: "T", Props: kg.Props{"kind": "GUIDE", "adopted": "2017"}})
	}
	ix := indexOf(t, nodes)
	tools := []*ontology.NodeType{ix.Ontology().NodeType("Tool")}
	for most, truncated := range map[int]bool{10: true, 4999: true, 5000: false, 5001: false} {
		line, err := draw(t.Context(), ix, Question{Types: tools}, most)
		if err != nil || line.Truncated != truncated || len(line.Entries) != min(most, 5000) {
			t.Errorf("%d at most: %d entries, truncated %v, %v", most, len(line.Entries), line.Truncated, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Draw(ctx, ix, Question{}); !errors.Is(err, context.Canceled) {
		t.Errorf("%v; want the context's error", err)
	}
}

// TestDatings: what dates nodes of a type is as the ontology says.
func TestDatings(t *testing.T) {
	ix := indexOf(t, nil)
	var got []string
	for _, d := range DatingsOf(ix, ix.Ontology().NodeType("Tool")) {
		got = append(got, fmt.Sprint(d.Property, d.Wording))
	}
	if want := []string{"use[]", "period[period wording]"}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	if d := DatingsOf(ix, ix.Ontology().NodeType("Document")); len(d) != 1 || d[0].Property != "issued" {
		t.Errorf("documents: %v", d)
	}
}
