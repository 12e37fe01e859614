package index_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
	"ecpgraph/internal/query"
	"ecpgraph/internal/reference"
)

func put(number uint32, n *kg.Node) kg.Record {
	return kg.Record{Op: kg.PutNode, Number: number, Node: n}
}

func putLink(number uint32, l *kg.Link) kg.Record {
	return kg.Record{Op: kg.PutLink, Number: number, Link: l}
}

func deleteNode(id kg.ID) kg.Record { return kg.Record{Op: kg.DeleteNode, ID: id} }
func deleteLink(id kg.ID) kg.Record { return kg.Record{Op: kg.DeleteLink, ID: id} }

func body(key string) *kg.Node { return &kg.Node{ID: kg.NodeID("Body", key), Type: "Body", Name: key} }
func goal(key string) *kg.Node { return &kg.Node{ID: kg.NodeID("Goal", key), Type: "Goal", Name: key} }

func serves(from, to kg.ID) *kg.Link {
	return &kg.Link{ID: kg.LinkID("Serves", from, to, ""), Relation: "Serves", From: from, To: to, Basis: kg.Stated, Modality: kg.Asserted}
}

// small has two bodies, a goal and a link, at revision 1.
func small(t *testing.T) *index.Index {
	ix, err := index.New(reference.Ontology()).Apply(kg.Commit{Revision: 1, Records: []kg.Record{
		put(0, body("a")), put(4, body("b")), put(5, goal("g")), putLink(2, serves("body:a", "goal:g")),
	}})
	if err != nil {
		t.Fatal(err)
	}
	return ix
}

// TestMisfits: a record that does not fit is named, and the index stays as it was.
func TestMisfits(t *testing.T) {
	otherType := body("a")
	otherType.Type = "Goal"
	unknown := serves("body:b", "goal:g")
	unknown.Relation = "Adores"
	for name, records := range map[string][]kg.Record{
		"an unknown type":           {put(6, &kg.Node{ID: "ship:s", Type: "Ship"})},
		"an unknown relation":       {putLink(3, unknown)},
		"an unknown operation":      {{Op: 9}},
		"a node number given twice": {put(4, body("c"))},
		"a node number left out":    {put(3, body("c"))},
		"a link number given twice": {putLink(2, serves("body:b", "goal:g"))},
		"a node with a new number":  {put(6, body("a"))},
		"a link with a new number":  {putLink(3, serves("body:a", "goal:g"))},
		"a node of another type":    {put(0, otherType)},
		"a link without from":       {putLink(3, serves("body:x", "goal:g"))},
		"a link without to":         {putLink(3, serves("body:b", "goal:x"))},
		"a link the wrong way":      {putLink(3, serves("goal:g", "body:b"))},
		"a link between like":       {putLink(3, serves("body:a", "body:b"))},
		"a node that is gone":       {deleteNode("body:b"), deleteNode("body:b")},
		"a link that is gone":       {deleteLink("serves:body:a>goal:g"), deleteLink("serves:body:a>goal:g")},
		"a node with links":         {deleteNode("goal:g")},
		"a node with a new link":    {putLink(3, serves("body:b", "goal:g")), deleteNode("body:b")},
	} {
		ix := small(t)
		before := reference.Dump(ix)
		c := kg.Commit{Revision: 2, Records: append([]kg.Record{put(9, body("new"))}, records...)}
		after, err := ix.Apply(c)
		if want := fmt.Sprintf("revision 2, record %d", len(records)); !errors.Is(err, kg.ErrCorrupt) || after != nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v; want an error of code %s that says %s", name, err, kg.Corrupt, want)
		}
		if reference.Dump(ix) != before {
			t.Errorf("%s: the index has changed", name)
		}
	}
	for _, revision := range []kg.Revision{0, 1, 3} {
		if _, err := small(t).Apply(kg.Commit{Revision: revision}); !errors.Is(err, kg.ErrCorrupt) {
			t.Errorf("%v after revision 1: %v", revision, err)
		}
	}
}

// TestNothing: no commits are no new index, an empty commit is one.
func TestNothing(t *testing.T) {
	ix := small(t)
	if same, err := ix.Apply(); same != ix || err != nil {
		t.Errorf("no commits: %v", err)
	}
	next, err := ix.Apply(kg.Commit{Revision: 2, Digest: kg.Digest{7}})
	if err != nil || next.Head() != (kg.Head{Revision: 2, Digest: kg.Digest{7}}) || ix.Head().Revision != 1 {
		t.Errorf("an empty commit: %v", err)
	}
	if d := next.WithDigest(kg.Digest{8}); d.Head().Digest != (kg.Digest{8}) || next.Head().Digest != (kg.Digest{7}) {
		t.Error("WithDigest changes the index that it is called on")
	}
	if zero := index.New(reference.Ontology()); zero.Head() != (kg.Head{}) || !zero.Time().IsZero() || zero.Node("body:a") != nil || zero.Link("x") != nil {
		t.Error("the empty graph is not empty")
	}
}

// TestAllAtOnce: applying many commits at once is applying them one by one.
func TestAllAtOnce(t *testing.T) {
	commits := []kg.Commit{
		{Revision: 1, Records: []kg.Record{put(0, body("a")), put(1, goal("g")), putLink(0, serves("body:a", "goal:g"))}},
		{Revision: 2, Records: []kg.Record{deleteLink("serves:body:a>goal:g"), deleteNode("body:a"), put(1, goal("g"))}},
		{Revision: 3, Records: []kg.Record{put(2, body("a")), putLink(1, serves("body:a", "goal:g")), putLink(1, serves("body:a", "goal:g"))}},
		{Revision: 4, Records: []kg.Record{put(3, body("b")), deleteNode("body:b"), deleteLink("serves:body:a>goal:g")}},
	}
	one := index.New(reference.Ontology())
	for i, c := range commits {
		var err error
		if one, err = one.Apply(c); err != nil {
			t.Fatal(err)
		}
		all, err := index.New(reference.Ontology()).Apply(commits[:i+1]...)
		if err != nil || reference.Dump(all) != reference.Dump(one) {
			t.Errorf("%v: %v\nat once:\n%s\none by one:\n%s", c.Revision, err, reference.Dump(all), reference.Dump(one))
		}
	}
	if node, link := one.NextNumbers(); node != 4 || link != 2 {
		t.Errorf("the next numbers are %d and %d", node, link)
	}
}

// large has 10 000 tools in a row of parts, of which every tenth serves a goal.
func large(b *testing.B) *index.Index {
	const size = 10_000
	c := kg.Commit{Revision: 1, Records: []kg.Record{put(0, goal("g"))}}
	for i := range size {
		c.Records = append(c.Records, put(uint32(i+1), tool(i, 0)))
	}
	for i := range size - 1 {
		from, to := tool(i, 0).ID, tool(i+1, 0).ID
		c.Records = append(c.Records, putLink(uint32(len(c.Records)), &kg.Link{
			ID: kg.LinkID("PartOf", from, to, ""), Relation: "PartOf", From: from, To: to,
		}))
		if i%10 == 0 {
			c.Records = append(c.Records, putLink(uint32(len(c.Records)), serves(from, "goal:g")))
		}
	}
	ix, err := index.New(reference.Ontology()).Apply(c)
	if err != nil {
		b.Fatal(err)
	}
	return ix
}

func tool(i, rank int) *kg.Node {
	return &kg.Node{
		ID: kg.NodeID("Tool", fmt.Sprintf("%05d", i)), Type: "Tool", Name: fmt.Sprintf("Tool %d", i),
		Props: kg.Props{"kind": "GUIDE", "rank": int64(rank + i%100), "adopted": fmt.Sprint(2000 + i%20)},
	}
}

func BenchmarkApply(b *testing.B) {
	ix := large(b)
	for i := 0; b.Loop(); i++ {
		n := tool(i%10_000, 1)
		var err error
		ix, err = ix.Apply(kg.Commit{Revision: ix.Head().Revision + 1, Records: []kg.Record{put(ix.Node(n.ID).Number, n)}})
		if err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkNodesPage(b *testing.B) {
	ix := large(b)
	tools := ix.Ontology().NodeType("Tool")
	for b.Loop() {
		page, err := query.Nodes(ix, tools, query.Args{
			Where:   map[string]any{"rank": map[string]any{"lt": 10}, "adopted": map[string]any{"gte": "2005"}},
			OrderBy: []map[string]any{{"field": "NAME"}},
		})
		if err != nil || page.Total != 500 {
			b.Fatal(page.Total, err)
		}
	}
}

func BenchmarkLinksPage(b *testing.B) {
	ix := large(b)
	end := ix.Ontology().NodeType("Goal").End("servants")
	if end.Direction != ontology.In {
		b.Fatal("servants look along the relation")
	}
	for b.Loop() {
		page, err := query.Links(ix, "goal:g", end, query.Args{})
		if err != nil || page.Total != 1000 {
			b.Fatal(page.Total, err)
		}
	}
}
