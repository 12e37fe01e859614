package live

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"ecpgraph/internal/kg"
	"ecpgraph/internal/reference"
)

// faultyStore is a store whose Append and Records do what the test says.
type faultyStore struct {
	kg.Store
	mu sync.Mutex
	// unreadable is the error of Records, read how often it was called.
	unreadable error
	read       int
	// before runs instead of the next appends, one each; it may call the real
	// one. When none is left, appends are real.
	before []func(parent kg.Head, commits []kg.Commit) (kg.Head, error)
}

func (s *faultyStore) Append(ctx context.Context, parent kg.Head, commits []kg.Commit) (kg.Head, error) {
	s.mu.Lock()
	var step func(kg.Head, []kg.Commit) (kg.Head, error)
	if len(s.before) > 0 {
		step, s.before = s.before[0], s.before[1:]
	}
	s.mu.Unlock()
	if step == nil {
		return s.Store.Append(ctx, parent, commits)
	}
	return step(parent, commits)
}

func (s *faultyStore) next(steps ...func(kg.Head, []kg.Commit) (kg.Head, error)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.before = steps
}

func (s *faultyStore) Records(ctx context.Context, refs []kg.Ref) ([]kg.Record, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.read++
	if s.unreadable != nil {
		return nil, s.unreadable
	}
	return s.Store.Records(ctx, refs)
}

var errDisk = kg.Errorf(kg.Unavailable, "the disk is full")

func fail(kg.Head, []kg.Commit) (kg.Head, error) { return kg.Head{}, errDisk }

func faulty(t *testing.T) (*Graph, *faultyStore) {
	s := &faultyStore{Store: engines["memstore"](t)()}
	g := openGraph(t, s)
	must(t, g, putNodes(paper("d"), body("a")))
	return g, s
}

// batched hands the changes to the committer as one batch and returns what
// became of each.
func batched(g *Graph, changes ...kg.Change) []*submission {
	var batch []*submission
	for _, c := range changes {
		batch = append(batch, &submission{ctx: context.Background(), change: c, done: make(chan struct{})})
	}
	g.commitBatch(batch)
	return batch
}

// stopped is a graph whose committer has ended, so that the test can take its
// place; the store stays open.
func stopped(t *testing.T) (*Graph, *faultyStore) {
	g, s := faulty(t)
	g.closeOnce.Do(func() { close(g.closing); <-g.stopped })
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return g, s
}

func TestStoreFailure(t *testing.T) {
	g, s := faulty(t)
	before, dump := g.Root(), reference.Dump(g.View())
	s.next(fail, fail)
	for range 2 {
		if outcome, err := g.Commit(context.Background(), putNodes(body("b"))); !errors.Is(err, errDisk) || outcome != (Outcome{}) {
			t.Errorf("%+v, %v; want %v", outcome, err, errDisk)
		}
		if g.Root() != before || reference.Dump(g.View()) != dump {
			t.Error("the root has changed")
		}
	}
	if outcome := must(t, g, putNodes(body("b"))); outcome != (Outcome{Revision: 2, Created: 1}) {
		t.Errorf("afterwards: %+v", outcome)
	}
}

// TestFailedBatch: what was decided on top of a commit that was then not
// written is not acknowledged either.
func TestFailedBatch(t *testing.T) {
	g, s := stopped(t)
	s.next(fail)
	batch := batched(g,
		putNodes(body("a")),                       // there before
		kg.Change{DeleteNodes: []kg.ID{"body:x"}}, // refused on its own account
		putNodes(body("b")),                       // fails
		putNodes(body("b")),                       // would be the same, were it written
		kg.Change{DeleteNodes: []kg.ID{"body:b"}}, // fails
		kg.Change{DeleteNodes: []kg.ID{"body:b"}}, // would be NotFound, were they written
	)
	if b := batch[0]; b.err != nil || b.outcome != (Outcome{Revision: 1, Same: 1}) {
		t.Errorf("what was there: %+v, %v", b.outcome, b.err)
	}
	if b := batch[1]; !errors.Is(b.err, kg.ErrNotFound) {
		t.Errorf("what was refused: %v", b.err)
	}
	for i, b := range batch[2:] {
		if !errors.Is(b.err, errDisk) || b.outcome != (Outcome{}) {
			t.Errorf("number %d: %+v, %v; want %v", i+2, b.outcome, b.err, errDisk)
		}
	}
	if holds(g.Root(), "body:b") {
		t.Error("the node is in the graph")
	}
}

// TestRefusedInBatch: a refused change harms no neighbour, and each sees those
// before it.
func TestRefusedInBatch(t *testing.T) {
	g, _ := stopped(t)
	batch := batched(g,
		putNodes(body("b")),
		kg.Change{PutNodes: []*kg.Node{body("c")}, PutLinks: []*kg.Link{serves("body:c", "goal:none", "")}},
		putNodes(body("b")),
		putNodes(goal("g", 1)),
		kg.Change{PutLinks: []*kg.Link{serves("body:b", "goal:g", "")}},
		kg.Change{DeleteNodes: []kg.ID{"body:b"}},
	)
	for i, want := range []Outcome{
		{Revision: 2, Created: 1}, {}, {Revision: 2, Same: 1}, {Revision: 3, Created: 1}, {Revision: 4, Created: 1}, {},
	} {
		if b := batch[i]; b.outcome != want || (b.err != nil) != (want == Outcome{}) {
			t.Errorf("number %d: %+v, %v; want %+v", i, b.outcome, b.err, want)
		}
	}
	if root := g.Root(); holds(root, "body:c") || !holds(root, "body:b") || root.Head().Revision != 4 {
		t.Errorf("the root: %s", reference.Dump(g.View()))
	}
	if batch[1].err == nil || batch[5].err == nil {
		t.Error("the refused ones were made")
	}
}

// TestOldVersionsInBatch: what a change finds in the graph may have been written
// by an earlier one of the batch, which is in no store yet.
func TestOldVersionsInBatch(t *testing.T) {
	g, s := stopped(t)
	wording := func(text string) kg.Change {
		l := serves("body:a", "goal:g", "")
		l.Props = kg.Props{kg.PropWording: text}
		return kg.Change{PutLinks: []*kg.Link{l}}
	}
	s.read = 0
	batch := batched(g,
		putNodes(goal("g", 1)),
		putNodes(goal("g", 1), body("a")), // one in the batch, one in the store
		putNodes(goal("g", 2)),
		putNodes(goal("g", 2)),
		putNodes(goal("g", 1)), // as it was first
		wording("one"),
		wording("two"),
		wording("two"),
		kg.Change{DeleteLinks: []kg.ID{"serves:body:a>goal:g"}},
		wording("two"), // is new again
	)
	for i, want := range []Outcome{
		{Revision: 2, Created: 1}, {Revision: 2, Same: 2}, {Revision: 3, Updated: 1}, {Revision: 3, Same: 1}, {Revision: 4, Updated: 1},
		{Revision: 5, Created: 1}, {Revision: 6, Updated: 1}, {Revision: 6, Same: 1}, {Revision: 7, Deleted: 1}, {Revision: 8, Created: 1},
	} {
		if b := batch[i]; b.err != nil || b.outcome != want {
			t.Errorf("number %d: %+v, %v; want %+v", i, b.outcome, b.err, want)
		}
	}
	if s.read != 1 {
		t.Errorf("the store was read %d times, want once: for what it holds", s.read)
	}
	if rank := node(t, g.View(), "goal:g").Props["rank"]; rank != int64(1) {
		t.Errorf("the rank is %v", rank)
	}
}

// TestUnreadableOldVersion: a change that cannot be compared with what is there
// fails with the store's error, and its neighbours do not.
func TestUnreadableOldVersion(t *testing.T) {
	g, s := stopped(t)
	s.unreadable = kg.Errorf(kg.Corrupt, "a bit has flipped")
	batch := batched(g, putNodes(body("b")), putNodes(body("a")), putNodes(body("c")))
	for i, want := range []Outcome{{Revision: 2, Created: 1}, {}, {Revision: 3, Created: 1}} {
		b := batch[i]
		if b.outcome != want || (b.err != nil) != (i == 1) {
			t.Errorf("number %d: %+v, %v; want %+v", i, b.outcome, b.err, want)
		}
	}
	if err := batch[1].err; kg.CodeOf(err) != kg.Corrupt || !errors.Is(err, s.unreadable) {
		t.Errorf("%v; want an error of code %s", err, kg.Corrupt)
	}
}

// foreign makes a node as another writer of the same store would, with the
// number that the graph would give next.
func foreign(t *testing.T, s kg.Store, g *Graph, key string) {
	t.Helper()
	ctx := context.Background()
	head, err := s.Head(ctx)
	if err != nil {
		t.Fatal(err)
	}
	number, _ := g.Root().NextNumbers()
	_, err = s.Append(ctx, head, []kg.Commit{{Author: "another", Records: []kg.Record{{Op: kg.PutNode, Number: number, Node: body(key)}}}})
	if err != nil {
		t.Fatal(err)
	}
}

// TestAnotherWriter: when the log has moved, the graph catches up and makes the
// changes on top.
func TestAnotherWriter(t *testing.T) {
	for name, engine := range engines {
		t.Run(name, func(t *testing.T) {
			open := engine(t)
			s := open()
			g := openGraph(t, s)
			must(t, g, putNodes(paper("d"), body("a")))
			foreign(t, s, g, "b")
			if outcome := must(t, g, putNodes(body("b"), body("c"))); outcome != (Outcome{Revision: 3, Created: 1, Same: 1}) {
				t.Errorf("%+v", outcome)
			}
			root := g.Root()
			b, hasB := root.Node("body:b")
			c, hasC := root.Node("body:c")
			if !hasB || !hasC || b == c || root.NodeRef(b).Revision != 2 {
				t.Errorf("nodes %d %t and %d %t", b, hasB, c, hasC)
			}
			dump := reference.Dump(g.View())
			closeGraph(t, g)
			if after := reference.Dump(openGraph(t, open()).View()); after != dump {
				t.Errorf("after opening again:\n%s\nbefore:\n%s", after, dump)
			}
		})
	}
}

// TestCatchUpPublishes: what another writer wrote is seen also when the change
// that met it comes to nothing.
func TestCatchUpPublishes(t *testing.T) {
	g, s := faulty(t)
	foreign(t, s.Store, g, "b")
	outcome, err := g.Commit(context.Background(), putNodes(body("b")))
	if err != nil || outcome != (Outcome{Revision: 2, Same: 1}) {
		t.Errorf("%+v, %v", outcome, err)
	}
	if !holds(g.Root(), "body:b") {
		t.Errorf("the root is at %v", g.Root().Head().Revision)
	}
}

// TestUnknownOutcome: an append that was made although it answered with an
// error is found by the next one, and making the change again changes nothing.
func TestUnknownOutcome(t *testing.T) {
	g, s := faulty(t)
	s.next(func(parent kg.Head, commits []kg.Commit) (kg.Head, error) {
		if _, err := s.Store.Append(context.Background(), parent, commits); err != nil {
			t.Error(err)
		}
		return kg.Head{}, errDisk
	})
	if _, err := g.Commit(context.Background(), putNodes(body("b"))); !errors.Is(err, errDisk) {
		t.Errorf("%v; want %v", err, errDisk)
	}
	if outcome := must(t, g, putNodes(body("b"))); outcome != (Outcome{Revision: 2, Same: 1}) {
		t.Errorf("once more: %+v", outcome)
	}
}

// TestConflictTwice: who loses the race twice is told, and may try again.
func TestConflictTwice(t *testing.T) {
	g, s := faulty(t)
	n := 0
	race := func(parent kg.Head, commits []kg.Commit) (kg.Head, error) {
		n++
		next, _ := g.Root().NextNumbers()
		record := kg.Record{Op: kg.PutNode, Number: next + uint32(n), Node: body(fmt.Sprint("racer-", n))}
		head, err := s.Store.Head(context.Background())
		if err != nil {
			t.Error(err)
		}
		if _, err := s.Store.Append(context.Background(), head, []kg.Commit{{Records: []kg.Record{record}}}); err != nil {
			t.Error(err)
		}
		return s.Store.Append(context.Background(), parent, commits)
	}
	s.next(race, race)
	if _, err := g.Commit(context.Background(), putNodes(body("b"))); !errors.Is(err, kg.ErrConflict) {
		t.Errorf("%v; want an error of code %s", err, kg.Conflict)
	}
	if outcome := must(t, g, putNodes(body("b"))); outcome != (Outcome{Revision: 4, Created: 1}) {
		t.Errorf("afterwards: %+v", outcome)
	}
	if !holds(g.Root(), "body:racer-2") {
		t.Error("the racers' nodes are not there")
	}
}

// TestForeignNonsense: a log that another writer spoilt is an error for the
// change and leaves the root as it is.
func TestForeignNonsense(t *testing.T) {
	g, s := faulty(t)
	before := g.Root()
	head, err := s.Head(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Store.Append(context.Background(), head, []kg.Commit{{Records: []kg.Record{{Op: kg.DeleteNode, ID: "body:x"}}}}); err != nil {
		t.Fatal(err)
	}
	if _, err := g.Commit(context.Background(), putNodes(body("b"))); !errors.Is(err, kg.ErrCorrupt) {
		t.Errorf("%v; want an error of code %s", err, kg.Corrupt)
	}
	if g.Root() != before {
		t.Error("the root has moved")
	}
}
