package records

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/store"
	"ecpgraph/internal/store/memstore"
)

// graph is a log of random commits, and what each revision holds.
type graph struct {
	*maker
	log   *store.Log
	index *index.Index
	// What the newest revision holds; the maps of older ones are never changed.
	nodes map[kg.ID]*kg.Node
	links map[kg.ID]*kg.Link
}

// revision is the graph at one revision.
type revision struct {
	index *index.Index
	nodes map[kg.ID]*kg.Node
	links map[kg.ID]*kg.Link
}

func newGraph(t testing.TB, r *rand.Rand) *graph {
	o := testOntology(t)
	log, err := store.Open(t.Context(), memstore.New())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := log.Close(); err != nil {
			t.Error(err)
		}
	})
	g := &graph{&maker{r, o, []kg.ID{"document:a", "document:b"}}, log, index.New(o), map[kg.ID]*kg.Node{}, map[kg.ID]*kg.Link{}}
	g.commit(t, g.fill())
	return g
}

func (g *graph) revision() revision { return revision{g.index, g.nodes, g.links} }

const things = 60

// fill puts the documents, all things and some links anew.
func (g *graph) fill() []kg.Record {
	nextNode, nextLink := g.index.NextNumbers()
	var records []kg.Record
	put := func(n *kg.Node) {
		records = append(records, kg.Record{Op: kg.PutNode, Number: nextNode, Node: n})
		nextNode++
	}
	for _, id := range g.documents {
		put(&kg.Node{ID: id, Type: "Document", Name: string(id)})
	}
	for i := range things {
		put(g.thing(fmt.Sprint(i)))
	}
	for i := range things {
		if g.IntN(2) == 0 {
			l := g.near(kg.NodeID("Thing", fmt.Sprint(i)), kg.NodeID("Thing", fmt.Sprint(g.IntN(things))))
			records = append(records, kg.Record{Op: kg.PutLink, Number: nextLink, Link: l})
			nextLink++
		}
	}
	return records
}

// clear deletes everything.
func (g *graph) clear() []kg.Record {
	var records []kg.Record
	for _, id := range slices.Sorted(maps.Keys(g.links)) {
		l, _ := g.index.Link(id)
		records = append(records, kg.Record{Op: kg.DeleteLink, Number: uint32(l), ID: id})
	}
	// Documents go last.
	for _, id := range slices.Backward(slices.Sorted(maps.Keys(g.nodes))) {
		n, _ := g.index.Node(id)
		records = append(records, kg.Record{Op: kg.DeleteNode, Number: uint32(n), ID: id})
	}
	return records
}

// change puts new versions of some things and links.
func (g *graph) change() []kg.Record {
	var records []kg.Record
	nodes, links := slices.Sorted(maps.Keys(g.nodes)), slices.Sorted(maps.Keys(g.links))
	for range 1 + g.IntN(5) {
		if id := nodes[g.IntN(len(nodes))]; g.nodes[id].Type == "Thing" {
			n, _ := g.index.Node(id)
			_, key, _ := strings.Cut(string(id), ":")
			records = append(records, kg.Record{Op: kg.PutNode, Number: uint32(n), Node: g.thing(key)})
		}
		if len(links) > 0 {
			id := links[g.IntN(len(links))]
			l, _ := g.index.Link(id)
			records = append(records, kg.Record{Op: kg.PutLink, Number: uint32(l), Link: g.near(g.links[id].From, g.links[id].To)})
		}
	}
	return records
}

// commitRandom makes a change; now and then everything goes and comes again, so
// that ids get new numbers.
func (g *graph) commitRandom(t testing.TB) {
	if g.IntN(20) == 0 {
		g.commit(t, g.clear())
		g.commit(t, g.fill())
		return
	}
	g.commit(t, g.change())
}

func (g *graph) commit(t testing.TB, records []kg.Record) {
	t.Helper()
	if len(records) == 0 {
		return
	}
	c := kg.Commit{Author: "a", Reason: "r", Records: records, Revision: g.index.Head().Revision + 1}
	head, err := g.log.Append(t.Context(), g.index.Head(), []kg.Commit{c})
	if err != nil {
		t.Fatal(err)
	}
	c.Digest = head.Digest
	if g.index, err = g.index.Apply(c); err != nil {
		t.Fatal(err)
	}
	g.nodes, g.links = maps.Clone(g.nodes), maps.Clone(g.links)
	for _, r := range records {
		switch r.Op {
		case kg.PutNode:
			g.nodes[r.Node.ID] = r.Node
		case kg.PutLink:
			g.links[r.Link.ID] = r.Link
		case kg.DeleteNode:
			delete(g.nodes, r.ID)
		case kg.DeleteLink:
			delete(g.links, r.ID)
		}
	}
}

// check reads some of the revision by the batch and compares it with the data.
// The error says what is wrong.
func (rev revision) check(ctx context.Context, b *Batch, r *rand.Rand, ask int) error {
	o, resolve := rev.index.Ontology(), resolver(rev.index.Node)
	nodes, links := slices.Collect(maps.Keys(rev.nodes)), slices.Collect(maps.Keys(rev.links))
	asked := make([]kg.ID, ask)
	got := make([]Record, ask)
	for i := range asked {
		if len(links) > 0 && r.IntN(3) == 0 {
			asked[i] = links[r.IntN(len(links))]
			l, _ := rev.index.Link(asked[i])
			b.Link(l, &got[i])
		} else if len(nodes) > 0 {
			asked[i] = nodes[r.IntN(len(nodes))]
			n, _ := rev.index.Node(asked[i])
			b.Node(n, &got[i])
		}
	}
	if err := b.Fetch(ctx); err != nil {
		return err
	}
	for i, id := range asked {
		var is, want string
		if n := rev.nodes[id]; n != nil {
			t := o.NodeType(n.Type)
			is, want = tellNode(t, got[i]), resolve.node(t, n)
		} else if l := rev.links[id]; l != nil {
			rel := o.Relation(l.Relation)
			is, want = tellLink(rel, got[i]), resolve.link(rel, l)
		}
		if is != want {
			return fmt.Errorf("%v: %s says\n%s, want\n%s", rev.index.Head().Revision, id, is, want)
		}
	}
	return nil
}
