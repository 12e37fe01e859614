package index

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"ecpgraph/internal/kg"
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
func small(t *testing.T) *Index {
	return apply(t, New(testOntology(t)), kg.Commit{Revision: 1, Records: []kg.Record{
		put(0, body("a")), put(4, body("b")), put(5, goal("g")), putLink(2, serves("body:a", "goal:g")),
	}})
}

// TestMisfits: a record that does not fit is named, and the index stays as it was.
func TestMisfits(t *testing.T) {
	otherType := body("a")
	otherType.Type = "Goal"
	unknown, baseless, hesitant := serves("body:b", "goal:g"), serves("body:b", "goal:g"), serves("body:b", "goal:g")
	unknown.Relation, baseless.Basis, hesitant.Modality = "Adores", "GUESSED", "MAYBE"
	for name, test := range map[string]struct {
		records []kg.Record
		want    string
	}{
		"an unknown type":           {[]kg.Record{put(10, &kg.Node{ID: "ship:s", Type: "Ship"})}, `ship:s: the ontology has no type "Ship"`},
		"an unknown relation":       {[]kg.Record{putLink(3, unknown)}, `the ontology has no relation "Adores"`},
		"an unknown operation":      {[]kg.Record{{Op: 9}}, "no operation 9"},
		"an unknown basis":          {[]kg.Record{putLink(3, baseless)}, `no basis "GUESSED"`},
		"an unknown modality":       {[]kg.Record{putLink(3, hesitant)}, `no modality "MAYBE"`},
		"a node number given twice": {[]kg.Record{put(4, body("c"))}, "body:c: node number 4 was given before"},
		"a node number left out":    {[]kg.Record{put(3, body("c"))}, "body:c: node number 3 was given before"},
		"a node number far away":    {[]kg.Record{put(1<<31, body("c"))}, "body:c: node number 2147483648 is far above 10"},
		"a link number given twice": {[]kg.Record{putLink(2, serves("body:b", "goal:g"))}, "link number 2 was given before"},
		"a link number far away":    {[]kg.Record{putLink(1<<32-1, serves("body:b", "goal:g"))}, "link number 4294967295 is far above 3"},
		"a node with a new number":  {[]kg.Record{put(10, body("a"))}, "body:a: a new version must keep number 0 and type Body"},
		"a link with a new number":  {[]kg.Record{putLink(3, serves("body:a", "goal:g"))}, "a new version must keep number 2"},
		"a node of another type":    {[]kg.Record{put(0, otherType)}, "body:a: a new version must keep number 0 and type Body"},
		"a link without from":       {[]kg.Record{putLink(3, serves("body:x", "goal:g"))}, "there is no node body:x to link"},
		"a link without to":         {[]kg.Record{putLink(3, serves("body:b", "goal:x"))}, "there is no node goal:x to link"},
		"a link the wrong way":      {[]kg.Record{putLink(3, serves("goal:g", "body:b"))}, "the ontology lets no Goal stand at that end, where goal:g is"},
		"a link between like":       {[]kg.Record{putLink(3, serves("body:a", "body:b"))}, "the ontology lets no Body stand at that end, where body:b is"},
		"a node that is gone":       {[]kg.Record{deleteNode("body:b"), deleteNode("body:b")}, "body:b: there is no such node to delete"},
		"a link that is gone":       {[]kg.Record{deleteLink("serves:body:a>goal:g"), deleteLink("serves:body:a>goal:g")}, "there is no such link to delete"},
		"a node with links":         {[]kg.Record{deleteNode("goal:g")}, "goal:g: link serves:body:a>goal:g still needs it"},
		"a node with a new link":    {[]kg.Record{putLink(3, serves("body:b", "goal:g")), deleteNode("body:b")}, "body:b: link serves:body:b>goal:g still needs it"},
		"a node with two links":     {[]kg.Record{putLink(3, serves("body:new", "goal:g")), deleteNode("goal:g")}, "goal:g: link serves:body:a>goal:g still needs it"},
		"a node with another link": {
			[]kg.Record{putLink(3, serves("body:b", "goal:g")), deleteLink("serves:body:a>goal:g"), deleteNode("goal:g")},
			"goal:g: link serves:body:b>goal:g still needs it",
		},
	} {
		ix := small(t)
		before := string(snapshotOf(t, ix))
		c := kg.Commit{Revision: 2, Records: append([]kg.Record{put(9, body("new"))}, test.records...)}
		after, err := ix.Apply(c)
		if want := fmt.Sprintf("index: revision 2, record %d: ", len(test.records)); !errors.Is(err, kg.ErrCorrupt) || after != nil ||
			!strings.HasPrefix(err.Error(), want) || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v; want an error of code %s that says %s… %s", name, err, kg.Corrupt, want, test.want)
		}
		if string(snapshotOf(t, ix)) != before {
			t.Errorf("%s: the index has changed", name)
		}
		apply(t, ix, kg.Commit{Revision: 2, Records: []kg.Record{put(9, body("new"))}})
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
	next := apply(t, ix, kg.Commit{Revision: 2, Digest: kg.Digest{7}})
	if next.Head() != (kg.Head{Revision: 2, Digest: kg.Digest{7}}) || ix.Head().Revision != 1 {
		t.Error("an empty commit changes the head wrongly")
	}
	if d := next.WithDigest(kg.Digest{8}); d.Head().Digest != (kg.Digest{8}) || next.Head().Digest != (kg.Digest{7}) {
		t.Error("WithDigest changes the index that it is called on")
	}
	zero := New(testOntology(t))
	if zero.Head() != (kg.Head{}) || !zero.Time().IsZero() {
		t.Error("the empty graph has a head")
	}
	checkIndex(t, zero, newModel())
}

// TestAllAtOnce: applying many commits at once is applying them one by one.
func TestAllAtOnce(t *testing.T) {
	m := newModel()
	var commits []kg.Commit
	for _, records := range [][]func() kg.Record{
		{m.put(body("a")), m.put(goal("g")), m.link(serves("body:a", "goal:g"))},
		{m.drop("serves:body:a>goal:g"), m.drop("body:a"), m.put(goal("g"))},
		{m.put(body("a")), m.link(serves("body:a", "goal:g")), m.link(serves("body:a", "goal:g"))},
		{m.put(body("b")), m.drop("body:b"), m.drop("serves:body:a>goal:g"), m.drop("body:a"), m.put(body("a"))},
	} {
		m.revision++
		c := kg.Commit{Revision: m.revision}
		for i, record := range records {
			m.at = kg.Ref{Revision: m.revision, Ordinal: uint32(i)}
			c.Records = append(c.Records, record())
		}
		commits = append(commits, c)
		one := New(testOntology(t))
		for _, c := range commits {
			one = apply(t, one, c)
		}
		checkIndex(t, one, m)
		checkIndex(t, apply(t, New(testOntology(t)), commits...), m)
	}
}

// put, link and drop are what makes a record when its turn comes.
func (m *model) put(n *kg.Node) func() kg.Record {
	return func() kg.Record { return m.putNode(n, m.at) }
}

func (m *model) link(l *kg.Link) func() kg.Record {
	return func() kg.Record { return m.putLink(l, m.at) }
}

func (m *model) drop(id kg.ID) func() kg.Record {
	return func() kg.Record {
		if _, ok := m.nodes[id]; ok {
			return m.deleteNode(id, m.at)
		}
		return m.deleteLink(id, m.at)
	}
}

// TestReadersBesideAWriter: readers of old and new indexes see each as it was
// published, while commits go on, some of which are given up.
func TestReadersBesideAWriter(t *testing.T) {
	type version struct {
		*Index
		*model
	}
	w := &writer{Rand: seeded(t), model: newModel(), keys: 20}
	ix := New(testOntology(t))
	versions := make(chan version)
	var readers sync.WaitGroup
	for range 4 {
		readers.Go(func() {
			for v := range versions {
				checkIndex(t, v.Index, v.model)
				snapshotOf(t, v.Index)
			}
		})
	}
	for range 100 {
		given := &writer{Rand: w.Rand, model: w.clone(), keys: w.keys}
		apply(t, ix, given.commit(10))
		ix = apply(t, ix, w.commit(10))
		if t.Failed() {
			break
		}
		versions <- version{ix, w.clone()}
	}
	close(versions)
	readers.Wait()
}

// TestReadsAllocateNothing: what queries do for each node and link.
func TestReadsAllocateNothing(t *testing.T) {
	w := &writer{Rand: seeded(t), model: newModel(), keys: 60}
	ix := apply(t, New(testOntology(t)), w.commit(2000))
	var nodes []Node
	var ids []kg.ID
	for id, n := range w.nodes {
		nodes, ids = append(nodes, Node(n.number)), append(ids, id)
	}
	var links []Link
	var linkIDs []kg.ID
	for id, l := range w.links {
		links, linkIDs = append(links, Link(l.number)), append(linkIDs, id)
	}
	sum := 0
	if n := testing.AllocsPerRun(10, func() {
		for i, n := range nodes {
			_, ok := ix.Node(ids[i])
			sum += len(ix.NodeID(n)) + len(ix.NodeName(n)) + truth(ok) + ix.CompareNodes(n, nodes[0])
			typ := ix.NodeType(n)
			for _, end := range typ.Ends {
				for e := range ix.Links(n, end).From(0) {
					sum += int(e.Far)
				}
			}
			for _, c := range ix.Columns(typ) {
				sum += ix.Value(c, n).Compare(Value{}) + ix.Order(c).Len()
			}
		}
		for i, l := range links {
			_, ok := ix.Link(linkIDs[i])
			sum += truth(ok) + ix.CompareLinks(l, links[0]) + len(ix.LinkBasis(l)) + len(ix.LinkModality(l))
		}
	}); n > 0 {
		t.Errorf("%v allocations", n)
	}
	if sum == 0 {
		t.Error("nothing was read")
	}
}
