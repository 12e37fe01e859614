package live

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/query"
	"ecpgraph/internal/reference"
)

// pair writes two goals of one rank: a reader never sees one without the other.
func pair(key string, rank int) kg.Change {
	return putNodes(goal("left-"+key, rank), goal("right-"+key, rank))
}

// checkPairs says how the root breaks the rule of pair.
func checkPairs(ix *index.Index) error {
	ranks := map[string][]any{}
	for _, n := range ix.NodesOf(ix.Ontology().NodeType("Goal")) {
		_, key, _ := strings.Cut(string(n.ID), "-")
		ranks[key] = append(ranks[key], n.Props["rank"])
	}
	for key, pair := range ranks {
		if len(pair) != 2 || pair[0] != pair[1] {
			return fmt.Errorf("%v: the pair %s has ranks %v", ix.Head().Revision, key, pair)
		}
	}
	return nil
}

func TestReadersSeeWholeCommits(t *testing.T) {
	for name, engine := range engines {
		t.Run(name, func(t *testing.T) {
			open := engine(t)
			g := openGraph(t, open())
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
						if rank := root.Node(kg.ID(fmt.Sprintf("goal:left-%d", w))).Props["rank"]; rank != int64(i) || root.Head().Revision < outcome.Revision {
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
						root := g.Root()
						if err := checkPairs(root); err != nil || root.Head().Revision < last {
							t.Errorf("%v, after %v: %v", root.Head().Revision, last, err)
							return
						}
						last = root.Head().Revision
					}
				})
			}
			writing.Wait()
			close(done)
			reading.Wait()
			if got, want := g.Root().Head().Revision, kg.Revision(1+writers*rounds); got != want {
				t.Errorf("the root is at %v, want %v", got, want)
			}
			dump := reference.Dump(g.Root())
			closeGraph(t, g)
			if after := reference.Dump(openGraph(t, open()).Root()); after != dump {
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
				if root.Node(id) == nil {
					t.Errorf("%s was acknowledged and is lost", id)
				}
			}
			if got := len(root.NodesOf(root.Ontology().NodeType("Body"))); got != len(acknowledged) {
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
	if root := g.Root(); root.Node("body:b") == nil || root.Node("body:c") != nil {
		t.Errorf("what was being written is there and what waited is not, not so in\n%s", reference.Dump(root))
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
		page, err := query.Nodes(root, root.Ontology().NodeType("Goal"), args)
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range page.Elements {
			seen[n.ID]++
		}
		if more := forward && page.HasNext || !forward && page.HasPrevious; !more {
			return seen
		}
		at := 0
		if forward {
			at = len(page.Elements) - 1
		}
		next := page.Cursor(at)
		cursor = &next
		loose := kg.ID(fmt.Sprintf("goal:loose-%02d", r.IntN(60)))
		victims := []kg.ID{loose, page.Elements[at].ID} // also the node that the cursor stands on
		victim := victims[r.IntN(2)]
		switch {
		case g.Root().Node(victim) == nil:
			_, key, _ := strings.Cut(string(victim), ":")
			must(t, g, putNodes(goal(key, r.IntN(5))))
		case strings.HasPrefix(string(victim), "goal:loose-"):
			must(t, g, kg.Change{DeleteNodes: []kg.ID{victim}})
		}
	}
}
