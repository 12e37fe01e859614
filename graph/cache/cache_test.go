package cache

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"go.uber.org/goleak"

	"ecpgraph/internal/kg"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func at(revision int) Scope { return Scope{Head: kg.Head{Revision: kg.Revision(revision)}} }

// ask asks a document under a spelling of its own, and executes it by returning
// the body.
func ask(c *Cache, s Scope, document, spelling, body string) *Answer {
	return c.Request(s, "", []byte(spelling)).Do(context.Background(), Operation{Document: document}, func() []byte { return []byte(body) })
}

func body(a *Answer) string {
	if a == nil {
		return "nothing"
	}
	return string(a.Body)
}

func TestFindAndDo(t *testing.T) {
	c := New(1<<20, "")
	if a := c.Request(at(1), "", []byte("q")).Find(); a != nil {
		t.Fatalf("found %s in an empty cache", body(a))
	}
	first := ask(c, at(1), "Q", "q", "one")
	for name, a := range map[string]*Answer{
		"the same words":     c.Request(at(1), "", []byte("q")).Find(),
		"another spelling":   ask(c, at(1), "Q", "Q", "executed again"),
		"the other spelling": c.Request(at(1), "", []byte("Q")).Find(),
	} {
		if a != first {
			t.Errorf("%s: %s", name, body(a))
		}
	}
	for name, a := range map[string]*Answer{
		"another way":  c.Request(at(1), "URL", []byte("q")).Find(),
		"other words":  c.Request(at(1), "", []byte("r")).Find(),
		"old revision": c.Request(at(0), "", []byte("q")).Find(),
	} {
		if a != nil {
			t.Errorf("%s: %s", name, body(a))
		}
	}
	if s := c.Stats(); s.Hits != 3 || s.Misses != 1 || s.Waits != 0 || s.Entries != 3 {
		t.Errorf("%+v", s)
	}
	if len(first.Tag) != 22 || first.Tag == ask(c, at(1), "R", "r", "one").Tag {
		t.Errorf("tag %q", first.Tag)
	}
}

// TestNewRevision: a commit lets all answers go, and what is executed on an
// older revision afterwards is not kept.
func TestNewRevision(t *testing.T) {
	c := New(1<<20, "")
	old := ask(c, at(1), "Q", "q", "one")
	late := c.Request(at(1), "", []byte("late"))
	if got := ask(c, at(2), "Q", "q", "two"); body(got) != "two" || got.Tag == old.Tag {
		t.Errorf("after a commit: %s", body(got))
	}
	if s := c.Stats(); s.Entries != 2 || s.Evictions != 0 {
		t.Errorf("the old answers are still there: %+v", s)
	}
	got := late.Do(context.Background(), Operation{Document: "L"}, func() []byte { return []byte("late") })
	if body(got) != "late" || late.Find() != nil || c.Stats().Entries != 2 {
		t.Errorf("a late answer: %s, %+v", body(got), c.Stats())
	}
}

func TestCacheIsBounded(t *testing.T) {
	const limit = 100_000
	c := New(limit, "")
	large := strings.Repeat("x", limit/8)
	if a := ask(c, at(1), "large", "large", large); body(a) != large || c.Request(at(1), "", []byte("large")).Find() != nil {
		t.Error("what fills an eighth of the cache should be answered and not kept")
	}
	var popular *Answer
	for i := range 1000 {
		popular = ask(c, at(1), "popular", "popular", "popular")
		a := ask(c, at(1), fmt.Sprint(i), fmt.Sprint(i), strings.Repeat("x", i))
		if encoded := c.Encoded(a, "twice", func(b []byte) []byte { return append(b, b...) }); len(encoded) != 2*i {
			t.Fatalf("encoded to %d bytes", len(encoded))
		}
		if s := c.Stats(); s.Bytes > limit {
			t.Fatalf("%+v", s)
		}
	}
	if s := c.Stats(); s.Evictions == 0 || s.Bytes < limit/2 || s.Misses != 1002 {
		t.Errorf("%+v", s)
	}
	if c.Request(at(1), "", []byte("popular")).Find() != popular {
		t.Error("what is asked all the time was let go")
	}
}

func TestEncodedOnce(t *testing.T) {
	c := New(1<<20, "")
	a := ask(c, at(1), "Q", "q", "abc")
	before := c.Stats().Bytes
	var made atomic.Int64
	var group sync.WaitGroup
	for range 20 {
		group.Go(func() {
			for _, encoding := range []string{"x", "y"} {
				got := c.Encoded(a, encoding, func(b []byte) []byte { made.Add(1); return []byte(encoding + string(b)) })
				if string(got) != encoding+"abc" {
					t.Errorf("%s: %s", encoding, got)
				}
			}
		})
	}
	group.Wait()
	if made.Load() != 2 || c.Stats().Bytes != before+8 || body(a) != "abc" {
		t.Errorf("made %d times, %d bytes more", made.Load(), c.Stats().Bytes-before)
	}
}

// crowd is a number of equal requests of which one executes while the others
// wait.
type crowd struct {
	cache    *Cache
	executed atomic.Int64
	release  chan func() []byte // what the next one that executes does
	answers  chan string
}

func gather(n int) *crowd {
	g := &crowd{cache: New(1<<20, ""), release: make(chan func() []byte), answers: make(chan string, 100)}
	for range n {
		go g.ask(context.Background())
	}
	synctest.Wait()
	return g
}

func (g *crowd) ask(ctx context.Context) {
	defer func() {
		if fault := recover(); fault != nil {
			g.answers <- fmt.Sprint("panic: ", fault)
		}
	}()
	g.answers <- body(g.cache.Request(at(1), "", []byte("q")).Do(ctx, Operation{Document: "Q"}, func() []byte {
		g.executed.Add(1)
		select {
		case outcome := <-g.release:
			return outcome()
		case <-ctx.Done():
			return nil
		}
	}))
}

// counts is how often each answer came, of those that are there now.
func (g *crowd) counts() map[string]int {
	synctest.Wait()
	counts := map[string]int{}
	for len(g.answers) > 0 {
		counts[<-g.answers]++
	}
	return counts
}

func (g *crowd) expect(t *testing.T, executed int, want map[string]int) {
	t.Helper()
	if got := g.counts(); fmt.Sprint(got) != fmt.Sprint(want) || int(g.executed.Load()) != executed {
		t.Errorf("answers %v after %d executions, want %v after %d", got, g.executed.Load(), want, executed)
	}
}

func answers(text string) func() []byte { return func() []byte { return []byte(text) } }

func TestOneExecutes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := gather(10)
		g.expect(t, 1, map[string]int{})
		g.release <- answers("shared")
		g.expect(t, 1, map[string]int{"shared": 10})
		g.ask(context.Background())
		g.expect(t, 1, map[string]int{"shared": 1})
		if s := g.cache.Stats(); s.Misses != 1 || s.Waits != 9 || s.Hits != 1 {
			t.Errorf("%+v", s)
		}
	})
}

// TestLeaderGivenUp: another one takes the place of a request whose context
// ends while it executes, and the others go on waiting, even when it had an
// answer of its own.
func TestLeaderGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := gather(0)
		ctx, cancel := context.WithCancel(context.Background())
		go g.ask(ctx)
		synctest.Wait()
		for range 4 {
			go g.ask(context.Background())
		}
		g.expect(t, 1, map[string]int{})
		cancel()
		g.expect(t, 2, map[string]int{"nothing": 1})
		g.release <- answers("shared")
		g.expect(t, 2, map[string]int{"shared": 4})
	})
}

// TestWaiterGivenUp: one that waits goes when its own context ends.
func TestWaiterGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := gather(1)
		ctx, cancel := context.WithCancel(context.Background())
		go g.ask(ctx)
		g.expect(t, 1, map[string]int{})
		cancel()
		g.expect(t, 1, map[string]int{"nothing": 1})
		g.release <- answers("shared")
		synctest.Wait()
		if a := g.cache.Request(at(1), "", []byte("q")).Find(); body(a) != "shared" {
			t.Errorf("the leader kept %s", body(a))
		}
	})
}

// TestNothingToShare: what came of an execution without an answer, or of one
// that panics, is nobody else's. All others then execute at the same time.
func TestNothingToShare(t *testing.T) {
	for name, first := range map[string]struct {
		outcome func() []byte
		answer  string
	}{
		"no answer": {func() []byte { return nil }, "nothing"},
		"panic":     {func() []byte { panic(errors.New("broken")) }, "panic: broken"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				g := gather(5)
				g.release <- first.outcome
				g.expect(t, 5, map[string]int{first.answer: 1})
				for i := range 4 {
					g.release <- answers(fmt.Sprint(i))
				}
				g.expect(t, 5, map[string]int{"0": 1, "1": 1, "2": 1, "3": 1})
				if len(g.cache.flights) != 0 {
					t.Errorf("%d flights", len(g.cache.flights))
				}
			})
		})
	}
}

// TestEndedAnswer: an answer of a context that ended is not shared.
func TestEndedAnswer(t *testing.T) {
	c := New(1<<20, "")
	ctx, cancel := context.WithCancel(context.Background())
	r := c.Request(at(1), "", []byte("q"))
	got := r.Do(ctx, Operation{Document: "Q"}, func() []byte { cancel(); return []byte("half") })
	if got != nil || r.Find() != nil {
		t.Errorf("%s, %s", body(got), body(r.Find()))
	}
}

// TestOtherRevisionsDoNotWait: a request for a newer revision does not get the
// answer that is executed for an older one.
func TestOtherRevisionsDoNotWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := gather(1)
		if a := ask(g.cache, at(2), "Q", "q", "newer"); body(a) != "newer" {
			t.Errorf("%s", body(a))
		}
		g.release <- answers("older")
		g.expect(t, 1, map[string]int{"older": 1})
		if a := g.cache.Request(at(2), "", []byte("q")).Find(); body(a) != "newer" {
			t.Errorf("%s", body(a))
		}
	})
}
