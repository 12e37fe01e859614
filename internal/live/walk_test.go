package live

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"sync"
	"testing"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/query"
	"ecpgraph/internal/reference"
	"ecpgraph/internal/store/memstore"
)

// TestWalksBesideWriters pages through connections while writers add and take
// away nodes and links: each page is of the newest revision. No walk meets a
// node twice, and none skips a node that was there throughout. ECPGRAPH_TEST_WALKS
// sets how many walks there are.
func TestWalksBesideWriters(t *testing.T) {
	walks := 500
	if text := os.Getenv("ECPGRAPH_TEST_WALKS"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil {
			t.Fatalf("ECPGRAPH_TEST_WALKS: %v", err)
		}
		walks = n
	}
	seed := reference.Seeds(t, 1)[0]
	t.Logf("%d walks, ECPGRAPH_TEST_SEED=%d", walks, seed)
	g := openGraph(t, openStore(t, memstore.New()))
	must(t, g, putNodes(
		&kg.Node{ID: "document:d", Type: "Document", Name: "D", Citations: cite("document:d", "title")},
		&kg.Node{ID: "body:hub", Type: "Body", Name: "Hub", Citations: cite("document:d", "title")},
		&kg.Node{ID: "body:a", Type: "Body", Name: "A", Citations: cite("document:d", "title")},
	))
	stay := map[kg.ID]bool{}
	r := rand.New(rand.NewPCG(seed, 0))
	var first kg.Change
	for i := range 60 {
		n, links := served(r, fmt.Sprintf("stays-%d", i))
		stay[n.ID] = true
		first.PutNodes, first.PutLinks = append(first.PutNodes, n), append(first.PutLinks, links...)
	}
	first.Author = "ada"
	must(t, g, first)

	ctx, stop := context.WithCancel(t.Context())
	var writers sync.WaitGroup
	for w := range 2 {
		writers.Go(func() { write(ctx, t, g, rand.New(rand.NewPCG(seed, uint64(w)+1)), w) })
	}
	for i := range walks {
		walkOnce(t, g, r, i, stay)
		if t.Failed() {
			break
		}
	}
	stop()
	writers.Wait()
	t.Logf("%v", g.Root().Head().Revision)
}

// served makes a goal with what it is ordered by: its rank or none, and the
// bodies that serve it.
func served(r *rand.Rand, key string) (*kg.Node, []*kg.Link) {
	n := goal(key, r.IntN(4))
	if r.IntN(3) == 0 {
		n.Props = nil
	}
	links := []*kg.Link{serves("body:hub", n.ID, "")}
	if r.IntN(2) == 0 {
		links = append(links, serves("body:a", n.ID, ""))
	}
	return n, links
}

// write adds goals with their links, and takes each away again, until the
// context ends.
func write(ctx context.Context, t *testing.T, g *Graph, r *rand.Rand, writer int) {
	var there []kg.Change // to take away
	for i := 0; ctx.Err() == nil; i++ {
		var c kg.Change
		if len(there) > 20 || len(there) > 0 && r.IntN(2) == 0 {
			at := r.IntN(len(there))
			c = there[at]
			there = slices.Delete(there, at, at+1)
		} else {
			n, links := served(r, fmt.Sprintf("%c-%d-%d", 'a'+rune(r.IntN(26)), writer, i))
			c = kg.Change{Author: "ada", PutNodes: []*kg.Node{n}, PutLinks: links}
			away := kg.Change{Author: "ada", DeleteNodes: []kg.ID{n.ID}}
			for _, l := range links {
				away.DeleteLinks = append(away.DeleteLinks, l.ID)
			}
			there = append(there, away)
		}
		if _, err := g.Commit(ctx, c); err != nil && ctx.Err() == nil {
			t.Error(err)
			return
		}
	}
}

var walkOrders = [][]map[string]any{
	nil,
	{{"field": "NAME", "direction": "DESC"}},
	{{"field": "RANK"}},
	{{"field": "RANK", "direction": "DESC"}, {"field": "NAME"}},
	{{"field": "SERVANTS", "direction": "DESC"}},
	{{"field": "SERVANTS", "far": "NAME"}, {"field": "RANK", "direction": "DESC"}},
}

// walkOnce pages through all goals, or all that the hub serves, from the start
// or from the end.
func walkOnce(t *testing.T, g *Graph, r *rand.Rand, number int, stay map[kg.ID]bool) {
	size, links, back := 1+r.IntN(12), r.IntN(2) == 0, r.IntN(2) == 0
	args := query.Args{OrderBy: walkOrders[r.IntN(len(walkOrders))]}
	if back {
		args.Last = &size
	} else {
		args.First = &size
	}
	if r.IntN(3) == 0 {
		args.Where = map[string]any{"servants": map[string]any{"count": map[string]any{"gte": 1}}}
	}
	seen := map[kg.ID]bool{}
	for {
		ids, cursor, more, err := walkPage(t.Context(), g.Root(), args, links, back)
		if err != nil {
			t.Fatal(err)
		}
		for _, id := range ids {
			if seen[id] {
				t.Errorf("walk %d, %+v, back %v: %s comes twice", number, args.OrderBy, back, id)
			}
			seen[id] = true
		}
		if !more {
			break
		}
		if back {
			args.Before = &cursor
		} else {
			args.After = &cursor
		}
	}
	for id := range stay {
		if !seen[id] {
			t.Errorf("walk %d, %+v, back %v: %s was skipped", number, args.OrderBy, back, id)
		}
	}
}

// walkPage is one page: the goals on it, the cursor to go on from, and whether
// there are more.
func walkPage(ctx context.Context, ix *index.Index, args query.Args, links, back bool) (ids []kg.ID, cursor string, more bool, err error) {
	s, err := query.Select(ctx, ix, ix.Ontology().NodeType("Goal"), args)
	if err != nil {
		return nil, "", false, err
	}
	if links {
		hub, _ := ix.Node("body:hub")
		var page query.Page[index.Edge]
		if err := s.Links(&page, hub, ix.Ontology().NodeType("Body").End("goals")); err != nil {
			return nil, "", false, err
		}
		for _, e := range page.Elements {
			ids = append(ids, ix.NodeID(e.Far))
		}
		cursor, more, err = goOn(&page, back)
		return ids, cursor, more, err
	}
	var page query.Page[index.Node]
	if err := s.Nodes(&page); err != nil {
		return nil, "", false, err
	}
	for _, n := range page.Elements {
		ids = append(ids, ix.NodeID(n))
	}
	cursor, more, err = goOn(&page, back)
	return ids, cursor, more, err
}

func goOn[E query.Element](p *query.Page[E], back bool) (cursor string, more bool, err error) {
	at := len(p.Elements) - 1
	if more, err = p.HasNext(); back {
		at = 0
		more, err = p.HasPrevious()
	}
	if len(p.Elements) == 0 {
		return "", false, err
	}
	return p.Cursor(at), more, err
}
