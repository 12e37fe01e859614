package live

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/query"
	"ecpgraph/internal/records"
	"ecpgraph/internal/reference"
)

// pair writes two goals of one rank: a reader never sees one without the other.
func pair(key string, rank int) kg.Change {
	return putNodes(goal("left-"+key, rank), goal("right-"+key, rank))
}

// checkPairs says how the view breaks the rule of pair: in its index, in the
// records of the cache, or between the two.
func checkPairs(v records.View) error {
	ix := v.Index
	goals := ix.Ontology().NodeType("Goal")
	nodes := slices.Collect(ix.NodesOf(goals).From(0))
	places := make([]records.Record, len(nodes))
	batch := v.Records.Batch(ix)
	for i, n := range nodes {
		batch.Node(n, &places[i])
	}
	if err := batch.Fetch(context.Background()); err != nil {
		return err
	}
	rank := rankOf(ix)
	ranks := map[string][]any{}
	for i, n := range nodes {
		value := rank.Plain(ix.Value(rank, n))
		if got := string(places[i].JSON(1)); got != fmt.Sprint(value) {
			return fmt.Errorf("%v: the rank of %s is %v in the index and %s in the record", ix.Head().Revision, ix.NodeID(n), value, got)
		}
		_, key, _ := strings.Cut(string(ix.NodeID(n)), "-")
		ranks[key] = append(ranks[key], value)
	}
	for key, pair := range ranks {
		if len(pair) != 2 || pair[0] != pair[1] {
			return fmt.Errorf("%v: the pair %s has ranks %v", ix.Head().Revision, key, pair)
		}
	}
	return nil
}

// rankOf is the column of the ranks of goals.
func rankOf(ix *index.Index) *index.Column {
	columns := ix.Columns(ix.Ontology().NodeType("Goal"))
	return columns[slices.IndexFunc(columns, func(c *index.Column) bool { return c.Name == "rank" })]
}

// tiny is a record cache in which hardly any record of fat stays.
const tiny = 64 << 10

// fat makes the nodes and links of the change so long that a tiny cache cannot
// hold those of a graph.
func fat(c kg.Change) kg.Change {
	long := func(props kg.Props, name string, id kg.ID) kg.Props {
		props = maps.Clone(props)
		if props == nil {
			props = kg.Props{}
		}
		props[name] = strings.Repeat(string(id)+" ", 1200/len(id))
		return props
	}
	for _, n := range c.PutNodes {
		n.Props = long(n.Props, kg.PropDescription, n.ID)
	}
	for _, l := range c.PutLinks {
		l.Props = long(l.Props, kg.PropWording, l.ID)
	}
	return c
}

func TestReadersSeeWholeCommits(t *testing.T) {
	for name, engine := range engines {
		t.Run(name, func(t *testing.T) {
			open := engine(t)
			g := openWith(t, open(), Options{RecordCache: tiny})
			must(t, g, putNodes(paper("d")))
			const writers, readers, rounds = 8, 3, 15
			var writing, reading sync.WaitGroup
			done := make(chan struct{})
			for w := range writers {
				writing.Go(func() {
					for i := range rounds {
						outcome, err := g.Commit(context.Background(), pair(fmt.Sprint(w), i))
						if err != nil || !outcome.Changed() {
							t.Errorf("writer %d, round %d: %+v, %v", w, i, outcome, err)
						}
						root := g.Root() // it has the change on return
						n, _ := root.Node(kg.ID(fmt.Sprintf("goal:left-%d", w)))
						if rank := rankOf(root).Plain(root.Value(rankOf(root), n)); rank != int64(i) || root.Head().Revision < outcome.Revision {
							t.Errorf("writer %d, round %d: the root has rank %v", w, i, rank)
						}
					}
				})
			}
			for range readers {
				reading.Go(func() {
					last := kg.Revision(0)
					for {
						select {
						case <-done:
							return
						default:
						}
						view := g.View()
						if err := checkPairs(view); err != nil || view.Index.Head().Revision < last {
							t.Errorf("%v, after %v: %v", view.Index.Head().Revision, last, err)
							return
						}
						last = view.Index.Head().Revision
					}
				})
			}
			writing.Wait()
			close(done)
			reading.Wait()
			if got, want := g.Root().Head().Revision, kg.Revision(1+writers*rounds); got != want {
				t.Errorf("the root is at %v, want %v", got, want)
			}
			dump := reference.Dump(g.View())
			closeGraph(t, g)
			if after := reference.Dump(openGraph(t, open()).View()); after != dump {
				t.Errorf("after opening again:\n%s\nbefore:\n%s", after, dump)
			}
		})
	}
}

func TestFollow(t *testing.T) {
	g := openGraph(t, engines["memstore"](t)())
	ctx := context.Background()
	var waiting sync.WaitGroup
	for after := range kg.Revision(3) {
		waiting.Go(func() {
			if err := g.Follow(ctx, after); err != nil || g.Root().Head().Revision <= after {
				t.Errorf("after %v: %v, the root is at %v", after, err, g.Root().Head().Revision)
			}
		})
	}
	must(t, g, putNodes(paper("d")))
	must(t, g, putNodes(body("a")))
	must(t, g, putNodes(body("b")))
	waiting.Wait()

	ended, cancel := context.WithCancel(ctx)
	cancel()
	if err := g.Follow(ended, 3); !errors.Is(err, context.Canceled) {
		t.Errorf("with an ended context: %v", err)
	}
	result := make(chan error)
	go func() { result <- g.Follow(ctx, 3) }()
	select {
	case err := <-result:
		t.Errorf("Follow returned %v before anything moved", err)
	case <-time.After(20 * time.Millisecond):
	}
	closeGraph(t, g)
	if err := <-result; !errors.Is(err, kg.ErrUnavailable) {
		t.Errorf("when the graph is closed: %v", err)
	}
	if err := g.Follow(ctx, 2); err != nil {
		t.Errorf("past the revision on a closed graph: %v", err)
	}
}

// TestCloseWhileCommitting: what was acknowledged is in the log; all else was
// refused with code Unavailable.
func TestCloseWhileCommitting(t *testing.T) {
	for name, engine := range engines {
		t.Run(name, func(t *testing.T) {
			open := engine(t)
			g := openGraph(t, open())
			must(t, g, putNodes(paper("d")))
			var mu sync.Mutex
			var acknowledged []kg.ID
			var count atomic.Int64
			var writing sync.WaitGroup
			for w := range 8 {
				writing.Go(func() {
					for i := 0; ; i++ {
						n := body(fmt.Sprintf("%d-%d", w, i))
						if _, err := g.Commit(context.Background(), putNodes(n)); err != nil {
							if !errors.Is(err, kg.ErrUnavailable) {
								t.Errorf("refused with %v", err)
							}
							return
						}
						count.Add(1)
						mu.Lock()
						acknowledged = append(acknowledged, n.ID)
						mu.Unlock()
					}
				})
			}
			for count.Load() < 30 {
				time.Sleep(time.Millisecond)
			}
			closeGraph(t, g)
			writing.Wait()
			closeGraph(t, g) // once more is no fault
			root := openGraph(t, open()).Root()
			for _, id := range acknowledged {
				if !holds(root, id) {
					t.Errorf("%s was acknowledged and is lost", id)
				}
			}
			if got := root.NodesOf(root.Ontology().NodeType("Body")).Len(); got != len(acknowledged) {
				t.Errorf("%d nodes in the log, %d acknowledged", got, len(acknowledged))
			}
		})
	}
}

func TestCommitContext(t *testing.T) {
	g, s := faulty(t)
	entered, release := make(chan struct{}), make(chan struct{})
	s.next(func(parent kg.Head, commits []kg.Commit) (kg.Head, error) {
		close(entered)
		<-release
		return s.Store.Append(context.Background(), parent, commits)
	})
	writing, cancel := context.WithCancel(context.Background())
	result := make(chan error, 2)
	commit := func(key string) {
		_, err := g.Commit(writing, putNodes(body(key)))
		result <- err
	}
	go commit("b")
	<-entered
	go commit("c") // waits behind the first
	for len(g.submissions) == 0 {
		time.Sleep(time.Millisecond)
	}
	cancel()
	for range 2 {
		if err := <-result; !errors.Is(err, context.Canceled) {
			t.Errorf("%v; want the context's error", err)
		}
	}
	close(release)
	must(t, g, putNodes(body("e")))
	if root := g.Root(); !holds(root, "body:b") || holds(root, "body:c") {
		t.Errorf("what was being written is there and what waited is not, not so in\n%s", reference.Dump(g.View()))
	}
}

// TestPageWalk walks through all goals page by page while others are made,
// renamed and deleted: none comes twice, and none is missed that stayed as it was.
func TestPageWalk(t *testing.T) {
	for _, seed := range reference.Seeds(t, 10) {
		r := reference.NewGenerator(seed)
		g := openGraph(t, engines["memstore"](t)())
		c := putNodes(paper("d"))
		steady := map[kg.ID]bool{}
		for i := range 60 {
			n := goal(fmt.Sprintf("steady-%02d", i), r.IntN(5))
			steady[n.ID] = true
			c.PutNodes = append(c.PutNodes, n)
		}
		for i := range 30 {
			c.PutNodes = append(c.PutNodes, goal(fmt.Sprintf("loose-%02d", i), r.IntN(5)))
		}
		must(t, g, c)
		for _, orderBy := range [][]map[string]any{nil, {{"field": "RANK", "direction": "DESC"}}, {{"field": "RANK"}, {"field": "NAME", "direction": "DESC"}}} {
			for _, forward := range []bool{true, false} {
				seen := walk(t, g, r, orderBy, forward)
				for id := range steady {
					if seen[id] != 1 {
						t.Errorf("ECPGRAPH_TEST_SEED=%d, order %v, forward %v: %s came %d times", seed, orderBy, forward, id, seen[id])
					}
				}
			}
		}
		closeGraph(t, g)
	}
}

// walk counts the nodes that came. What is deleted in between does not come back.
func walk(t *testing.T, g *Graph, r reference.Generator, orderBy []map[string]any, forward bool) map[kg.ID]int {
	seen := map[kg.ID]int{}
	var cursor *string
	for {
		size := 1 + r.IntN(9)
		args := query.Args{First: &size, After: cursor, OrderBy: orderBy}
		if !forward {
			args = query.Args{Last: &size, Before: cursor, OrderBy: orderBy}
		}
		root := g.Root()
		s, err := query.Select(context.Background(), root, root.Ontology().NodeType("Goal"), args)
		if err != nil {
			t.Fatal(err)
		}
		var page query.Page[index.Node]
		if err := s.Nodes(&page); err != nil {
			t.Fatal(err)
		}
		for _, n := range page.Elements {
			seen[root.NodeID(n)]++
		}
		more := page.HasNext
		if !forward {
			more = page.HasPrevious
		}
		if more, err := more(); err != nil || !more {
			return seen
		}
		at := 0
		if forward {
			at = len(page.Elements) - 1
		}
		next := page.Cursor(at)
		cursor = &next
		loose := kg.ID(fmt.Sprintf("goal:loose-%02d", r.IntN(60)))
		victims := []kg.ID{loose, root.NodeID(page.Elements[at])} // also the node that the cursor stands on
		victim := victims[r.IntN(2)]
		switch {
		case !holds(g.Root(), victim):
			_, key, _ := strings.Cut(string(victim), ":")
			must(t, g, putNodes(goal(key, r.IntN(5))))
		case strings.HasPrefix(string(victim), "goal:loose-"):
			must(t, g, kg.Change{DeleteNodes: []kg.ID{victim}})
		}
	}
}

// TestViewsBesideWriters compares views with the log while several writers make
// random changes and hardly any record stays cached.
func TestViewsBesideWriters(t *testing.T) {
	for name, engine := range engines {
		t.Run(name, func(t *testing.T) {
			for _, seed := range reference.Seeds(t, 2) {
				t.Logf("ECPGRAPH_TEST_SEED=%d", seed)
				s := engine(t)()
				g := openWith(t, s, Options{RecordCache: tiny})
				const writers, readers, revisions = 4, 2, 80
				var writing, reading sync.WaitGroup
				done := make(chan struct{})
				for w := range writers {
					r := reference.NewGenerator(seed*100 + uint64(w))
					writing.Go(func() {
						for g.Root().Head().Revision < revisions {
							want, err := logged(s, g.Root().Head().Revision)
							if err != nil {
								t.Error(err)
								return
							}
							// Others may have moved the graph since: then it may be refused.
							_, err = g.Commit(context.Background(), fat(r.Change(want)))
							if code := kg.CodeOf(err); err != nil && code != kg.Invalid && code != kg.NotFound {
								t.Error(err)
							}
						}
					})
				}
				var compared atomic.Int64
				for range readers {
					reading.Go(func() {
						var old records.View
						for more := true; more; compared.Add(1) {
							select {
							case <-done:
								more = false // once more, on the last
							default:
							}
							view := g.View()
							for _, v := range []records.View{view, old} { // an old one evicts new versions
								if v.Index == nil {
									continue
								}
								want, err := logged(s, v.Index.Head().Revision)
								if err == nil {
									err = reference.CompareAll(want, v)
								}
								if err != nil {
									t.Errorf("%v: %v", v.Index.Head().Revision, err)
									return
								}
							}
							old = view
						}
					})
				}
				writing.Wait()
				close(done)
				reading.Wait()
				revision, cached := g.Root().Head().Revision, g.View().Records.Stats()
				t.Logf("%d comparisons up to %v; records %+v", compared.Load(), revision, cached)
				if compared.Load() < 2*readers || min(cached.Hits, cached.Evictions) == 0 {
					t.Error("too little happened for a test")
				}
				closeGraph(t, g)
			}
		})
	}
}

// logged is the graph that the log tells up to the revision.
func logged(s kg.Store, revision kg.Revision) (*reference.Graph, error) {
	g := reference.New(reference.Ontology())
	for c, err := range s.Commits(context.Background(), 0) {
		if err != nil {
			return nil, err
		}
		if c.Revision > revision {
			break
		}
		g.Revision = c.Revision
		for _, r := range c.Records {
			switch r.Op {
			case kg.PutNode:
				g.Nodes[r.Node.ID] = &reference.Node{Node: r.Node, Revision: c.Revision}
			case kg.DeleteNode:
				delete(g.Nodes, r.ID)
			case kg.PutLink:
				g.Links[r.Link.ID] = &reference.Link{Link: r.Link, Revision: c.Revision}
			case kg.DeleteLink:
				delete(g.Links, r.ID)
			}
		}
	}
	return g, nil
}
