package records

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
)

// TestEachRevisionSeesItsOwn reads old and new revisions at random through
// caches of different sizes.
func TestEachRevisionSeesItsOwn(t *testing.T) {
	g := newGraph(t, random(t))
	history := []revision{g.revision()}
	caches := []*Cache{New(g.log, 0), New(g.log, 64<<10), New(g.log, 300<<10), New(g.log, 64<<20)}
	for range 150 {
		g.commitRandom(t)
		history = append(history, g.revision())
		for _, c := range caches {
			rev := history[g.IntN(len(history))]
			b := c.Batch(rev.index)
			for range 2 {
				if err := rev.check(t.Context(), b, g.Rand, 1+g.IntN(60)); err != nil {
					t.Fatal(err)
				}
			}
			rev = history[len(history)-1]
			b.Reset(rev.index)
			if err := rev.check(t.Context(), b, g.Rand, 30); err != nil {
				t.Fatal(err)
			}
		}
	}
	none, small, large := caches[0].Stats(), caches[1].Stats(), caches[3].Stats()
	if none.Hits != 0 || none.Bytes != 0 || none.Misses == 0 {
		t.Errorf("a cache of nothing has %+v", none)
	}
	if small.Evictions == 0 || small.Hits == 0 || large.Evictions != 0 || large.Hits < small.Hits || large.Records == 0 {
		t.Errorf("the small cache has %+v, the large one %+v", small, large)
	}
}

// TestConcurrentViews: readers on all revisions while commits go on.
func TestConcurrentViews(t *testing.T) {
	r := random(t)
	seed := r.Uint64()
	for _, bound := range []int64{64 << 10, 8 << 20} {
		g := newGraph(t, r)
		c := New(g.log, bound)
		var mu sync.Mutex
		history := []revision{g.revision()}
		var done atomic.Bool
		var readers sync.WaitGroup
		for i := range 6 {
			readers.Go(func() {
				r := rand.New(rand.NewPCG(seed, uint64(i)))
				b := c.Batch(nil)
				for !done.Load() {
					mu.Lock()
					rev := history[len(history)-1]
					if r.IntN(3) == 0 {
						rev = history[r.IntN(len(history))]
					}
					mu.Unlock()
					b.Reset(rev.index)
					for range 3 {
						if err := rev.check(t.Context(), b, r, 1+r.IntN(20)); err != nil {
							t.Error(err)
							return
						}
					}
				}
			})
		}
		for range 150 {
			g.commitRandom(t)
			mu.Lock()
			history = append(history, g.revision())
			mu.Unlock()
		}
		done.Store(true)
		readers.Wait()
		if s := c.Stats(); s.Hits == 0 || s.Misses == 0 {
			t.Errorf("bound %d: %+v", bound, s)
		}
	}
}

// watched is a source that notes what it is asked for, and may fail.
type watched struct {
	Source
	calls [][]kg.Ref
	fault error
	alter func([]kg.Record) []kg.Record
}

func (w *watched) Records(ctx context.Context, refs []kg.Ref) ([]kg.Record, error) {
	w.calls = append(w.calls, slices.Clone(refs))
	if w.fault != nil {
		return nil, w.fault
	}
	records, err := w.Source.Records(ctx, refs)
	if w.alter != nil {
		records = w.alter(records)
	}
	return records, err
}

func TestBatch(t *testing.T) {
	g := newGraph(t, random(t))
	source := &watched{Source: g.log}
	c := New(source, 64<<20)
	b := c.Batch(g.index)
	if err := b.Fetch(t.Context()); err != nil || len(source.calls) != 0 {
		t.Errorf("an empty batch asks for %v, %v", source.calls, err)
	}

	ids := slices.Sorted(maps.Keys(g.links))
	x, _ := g.index.Node("thing:1")
	y, _ := g.index.Link(ids[0])
	refs := []kg.Ref{g.index.NodeRef(x), g.index.LinkRef(y)}
	var places [4]Record
	ask := func() {
		b.Node(x, &places[0])
		b.Link(y, &places[1])
		b.Node(x, &places[2])
		b.Link(y, &places[3])
	}

	source.fault = kg.Errorf(kg.Unavailable, "not now")
	places[0] = Record("what was there before")
	ask()
	if err := b.Fetch(t.Context()); !errors.Is(err, kg.ErrUnavailable) {
		t.Errorf("%v, want an error of code %s", err, kg.Unavailable)
	}
	for i, r := range places {
		if r != nil {
			t.Errorf("after an error place %d has %q", i, r)
		}
	}

	source.fault, source.calls = nil, nil
	ask()
	if err := b.Fetch(t.Context()); err != nil || len(source.calls) != 1 || !slices.Equal(source.calls[0], refs) {
		t.Fatalf("asked for %v, %v, want once for %v", source.calls, err, refs)
	}
	thing, near := g.o.NodeType("Thing"), g.o.Relation("Near")
	resolve := resolver(g.index.Node)
	check := func() {
		t.Helper()
		for i, r := range places {
			if i%2 == 0 && tellNode(thing, r) != resolve.node(thing, g.nodes["thing:1"]) ||
				i%2 == 1 && tellLink(near, r) != resolve.link(near, g.links[ids[0]]) {
				t.Errorf("place %d has another record", i)
			}
		}
	}
	check()

	places = [4]Record{}
	ask()
	check() // before Fetch
	if err := b.Fetch(t.Context()); err != nil || len(source.calls) != 1 {
		t.Errorf("what the cache holds was asked for again: %v, %v", source.calls, err)
	}
	if s := c.Stats(); s.Hits != 4 || s.Misses != 8 || s.Records != 2 || s.Evictions != 0 || s.Bytes == 0 {
		t.Errorf("%+v", s)
	}
}

// TestLargeRecord: a record that the cache does not take is read each time.
func TestLargeRecord(t *testing.T) {
	g := newGraph(t, random(t))
	n, _ := g.index.Node("thing:1")
	large := g.thing("1")
	large.Props["description"] = strings.Repeat("text ", 10_000)
	g.commit(t, []kg.Record{{Op: kg.PutNode, Number: uint32(n), Node: large}})
	source := &watched{Source: g.log}
	b := New(source, 64<<10).Batch(g.index)
	for range 2 {
		var r Record
		b.Node(n, &r)
		if err := b.Fetch(t.Context()); err != nil || string(r.JSON(0)) != `"`+large.Props["description"].(string)+`"` {
			t.Fatalf("%.40q, %v", r.JSON(0), err)
		}
	}
	if len(source.calls) != 2 {
		t.Errorf("%d calls, want 2", len(source.calls))
	}
}

func TestNodesAndLinks(t *testing.T) {
	g := newGraph(t, random(t))
	source := &watched{Source: g.log}
	c := New(source, 1<<20)
	var nodes []index.Node
	var links []index.Link
	for _, id := range slices.Backward(slices.Sorted(maps.Keys(g.nodes))) {
		n, _ := g.index.Node(id)
		nodes = append(nodes, n, n)
	}
	for _, id := range slices.Backward(slices.Sorted(maps.Keys(g.links))) {
		l, _ := g.index.Link(id)
		links = append(links, l)
	}
	gotNodes, err := c.Nodes(t.Context(), g.index, nodes)
	if err != nil || len(gotNodes) != len(nodes) {
		t.Fatalf("%d nodes, %v", len(gotNodes), err)
	}
	for i, n := range gotNodes {
		if want := g.nodes[g.index.NodeID(nodes[i])]; !n.Equal(want) {
			t.Errorf("got %+v, want %+v", n, want)
		}
	}
	gotLinks, err := c.Links(t.Context(), g.index, links)
	if err != nil || len(gotLinks) != len(links) {
		t.Fatalf("%d links, %v", len(gotLinks), err)
	}
	for i, l := range gotLinks {
		if want := g.links[g.index.LinkID(links[i])]; !l.Equal(want) {
			t.Errorf("got %+v, want %+v", l, want)
		}
	}
	if len(source.calls) != 2 || c.Stats() != (Stats{}) {
		t.Errorf("%d calls, want 2; %+v", len(source.calls), c.Stats())
	}
	if n, err := c.Nodes(t.Context(), g.index, nil); err != nil || len(n) != 0 || len(source.calls) != 2 {
		t.Errorf("no nodes: %v, %v", n, err)
	}
}

// TestForeignRecords: a source that gives what the index does not expect.
func TestForeignRecords(t *testing.T) {
	g := newGraph(t, random(t))
	n, _ := g.index.Node("thing:1")
	l, _ := g.index.Link(slices.Sorted(maps.Keys(g.links))[0])
	for name, c := range map[string]struct {
		alter func(r *kg.Record)
		code  kg.Code
	}{
		"another number": {func(r *kg.Record) { r.Number++ }, kg.Corrupt},
		"another id": {func(r *kg.Record) {
			if r.Node != nil {
				r.Node.ID += "x"
			} else {
				r.Link.ID += "x"
			}
		}, kg.Corrupt},
		"another type": {func(r *kg.Record) {
			if r.Node != nil {
				r.Node.Type = "Document"
			} else {
				r.Link.Relation = "Far"
			}
		}, kg.Corrupt},
		"a deletion": {func(r *kg.Record) { *r = kg.Record{Op: r.Op + 1, Number: r.Number, ID: "thing:1"} }, kg.Corrupt},
		"another kind": {func(r *kg.Record) {
			if r.Node != nil {
				*r = kg.Record{Op: kg.PutLink, Number: r.Number, Link: &kg.Link{ID: r.Node.ID}}
			} else {
				*r = kg.Record{Op: kg.PutNode, Number: r.Number, Node: &kg.Node{ID: r.Link.ID}}
			}
		}, kg.Corrupt},
		"an empty record": {func(r *kg.Record) { r.Node, r.Link = nil, nil }, kg.Corrupt},
		"an unknown document": {func(r *kg.Record) {
			citations := []kg.Citation{{Document: "document:unknown", Locator: "1"}}
			if r.Node != nil {
				r.Node.Citations = citations
			} else {
				r.Link.Citations = citations
			}
		}, kg.Corrupt},
		"too few": {nil, kg.Internal},
	} {
		t.Run(name, func(t *testing.T) {
			source := &watched{Source: g.log, alter: func(records []kg.Record) []kg.Record {
				if c.alter == nil {
					return records[1:]
				}
				for i := range records {
					c.alter(&records[i])
				}
				return records
			}}
			cache := New(source, 1<<20)
			b := cache.Batch(g.index)
			var node, link Record
			b.Node(n, &node)
			nodeErr := b.Fetch(t.Context())
			b.Link(l, &link)
			linkErr := b.Fetch(t.Context())
			_, nodesErr := cache.Nodes(t.Context(), g.index, []index.Node{n})
			_, linksErr := cache.Links(t.Context(), g.index, []index.Link{l})
			if name == "an unknown document" {
				nodesErr, linksErr = nodeErr, linkErr // it concerns Records alone
			}
			for what, err := range map[string]error{"Node": nodeErr, "Link": linkErr, "Nodes": nodesErr, "Links": linksErr} {
				if kg.CodeOf(err) != c.code || err == nil {
					t.Errorf("%s: %v, want an error of code %s", what, err, c.code)
				}
			}
			if node != nil || link != nil || cache.Stats().Records != 0 {
				t.Errorf("got %q and %q, %+v", node, link, cache.Stats())
			}
		})
	}
}

// TestManyMisses: a batch is as good after a large use as before.
func TestManyMisses(t *testing.T) {
	g := newGraph(t, random(t))
	next, _ := g.index.NextNumbers()
	var records []kg.Record
	for i := range uint32(manyRefs + 1) {
		n := &kg.Node{ID: kg.NodeID("Thing", fmt.Sprint("many-", i)), Type: "Thing", Name: "n", Props: kg.Props{"number": int64(i)}}
		records = append(records, kg.Record{Op: kg.PutNode, Number: next + i, Node: n})
	}
	g.commit(t, records)
	b := New(g.log, 64<<20).Batch(g.index)
	for range 2 {
		places := make([]Record, len(records))
		for i := range places {
			b.Node(index.Node(next)+index.Node(i), &places[i])
		}
		if err := b.Fetch(t.Context()); err != nil {
			t.Fatal(err)
		}
		for i, r := range places {
			if got := string(r.JSON(2)); got != fmt.Sprint(i) {
				t.Fatalf("place %d has number %s", i, got)
			}
		}
	}
}

func TestHitsDoNotAllocate(t *testing.T) {
	g := newGraph(t, random(t))
	b := New(g.log, 8<<20).Batch(g.index)
	var nodes []index.Node
	for _, id := range slices.Sorted(maps.Keys(g.nodes)) {
		n, _ := g.index.Node(id)
		nodes = append(nodes, n)
	}
	l, _ := g.index.Link(slices.Sorted(maps.Keys(g.links))[0])
	places := make([]Record, len(nodes)+1)
	var out []byte
	read := func() {
		for i, n := range nodes {
			b.Node(n, &places[i])
		}
		b.Link(l, &places[len(nodes)])
		if err := b.Fetch(t.Context()); err != nil {
			t.Fatal(err)
		}
		out = out[:0]
		for i, n := range nodes {
			if g.index.NodeType(n).Name == "Thing" {
				out = walk(out, places[i])
			}
		}
		premises := places[len(nodes)].Premises()
		for id, ok := premises.Next(); ok; id, ok = premises.Next() {
			out = append(out, id...)
		}
	}
	read()
	if allocations := testing.AllocsPerRun(20, read); allocations > 0 {
		t.Errorf("%v allocations", allocations)
	}
}

// walk appends what a thing says.
func walk(out []byte, r Record) []byte {
	for place := range 8 {
		out = append(out, r.JSON(place)...)
	}
	out = append(out, r.Value(8).JSON(0)...)
	values := r.Values(9)
	for v, ok := values.Next(); ok; v, ok = values.Next() {
		out = append(out, v.JSON(0)...)
	}
	aliases := r.Aliases()
	for a, ok := aliases.Next(); ok; a, ok = aliases.Next() {
		out = append(out, a.Name...)
	}
	citations := r.Citations()
	for c, ok := citations.Next(); ok; c, ok = citations.Next() {
		out = append(out, c.Locator...)
	}
	return out
}
