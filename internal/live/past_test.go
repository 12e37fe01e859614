package live

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/query"
	"ecpgraph/internal/records"
	"ecpgraph/internal/reference"
)

// TestPastEqualsReplay: the graph at any of 200 random revisions is what a
// replay of the log up to there makes: nodes, links, pages with their filters and
// counts, search, records. Meanwhile others commit, and the graph is opened again
// so that there is a snapshot to start from.
func TestPastEqualsReplay(t *testing.T) {
	for name, engine := range engines {
		t.Run(name, func(t *testing.T) {
			const starts = 2
			each := map[string]int{"memstore": 60, "badgerstore": 40}[name] // checks a start
			for _, seed := range reference.Seeds(t, 1) {
				t.Logf("ECPGRAPH_TEST_SEED=%d", seed)
				open, options := engine(t), Options{RecordCache: 1 << 20, Snapshot: snapshotFile(t)}
				r, changes := reference.NewGenerator(seed), reference.NewGenerator(seed+1000)
				want, found, derived := reference.New(reference.Ontology()), 0, 0
				for start := range starts {
					s := &walked{Store: open()}
					g := openWith(t, s, options)
					s.after = nil
					commit := func(to kg.Revision) error {
						for want.Revision < to {
							c := changes.Change(want)
							if _, err := g.Commit(context.Background(), c); err == nil {
								want, _, _ = want.Apply(c)
							} else if code := kg.CodeOf(err); code != kg.Invalid && code != kg.NotFound {
								return err
							}
						}
						return nil
					}
					if err := commit(kg.Revision(120 + start*120)); err != nil {
						t.Fatal(err)
					}
					var writing sync.WaitGroup
					failed := make(chan error, 1)
					writing.Go(func() { failed <- commit(kg.Revision(240 + start*120)) })
					for range each {
						revision := kg.Revision(r.IntN(int(g.Root().Head().Revision) + 1))
						found += comparePast(t, g, r, revision)
					}
					writing.Wait()
					if err := <-failed; err != nil {
						t.Fatal(err)
					}
					derived += len(s.after)
					if start > 0 && !slices.Contains(s.after, 240) {
						t.Errorf("no graph was derived from the snapshot: the log was read after %v", s.after)
					}
					closeGraph(t, g)
				}
				t.Logf("%d walks of the log, %d searches that found something", derived, found)
				if derived < each/4 || found < each {
					t.Error("too little happened for a test")
				}
			}
		})
	}
}

// comparePast holds the graph at the revision against the log, and returns how
// many searches found something.
func comparePast(t *testing.T, g *Graph, r reference.Generator, revision kg.Revision) (found int) {
	t.Helper()
	v, err := g.At(t.Context(), revision)
	if err != nil {
		t.Fatal(err)
	}
	want, err := logged(g.store, revision)
	if err == nil {
		err = reference.CompareAll(want, v)
	}
	for range 3 {
		if err == nil {
			_, err = reference.Compare(want, v, r.Question(want))
		}
	}
	if err != nil {
		t.Fatalf("%v: %v", revision, err)
	}
	replayed, _, err := replay(t.Context(), g.store, index.New(reference.Ontology()), revision, replayBatch)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := reference.Dump(v), reference.Dump(records.View{Index: replayed, Records: v.Records}); got != want {
		t.Fatalf("%v:\n%s\nwant\n%s", revision, got, want)
	}
	all := query.MaxPage
	for range 4 {
		text := r.Text()
		hits, err := query.Search(t.Context(), v.Index, query.SearchArgs{Text: text, Args: query.Args{First: &all}})
		if err != nil {
			t.Fatal(err)
		}
		expected := want.Search(text, nil, nil)
		var got, ids []kg.ID
		for _, n := range hits.Elements {
			got = append(got, v.Index.NodeID(n))
		}
		for _, h := range expected {
			ids = append(ids, h.ID)
		}
		if !slices.Equal(got, ids) {
			t.Fatalf("%v: a search for %q finds %v, want %v", revision, text, got, ids)
		}
		if len(got) > 0 {
			found++
		}
	}
	return found
}

// TestRecentIsKept: the roots that were published last are there at once, the
// log is not read for them.
func TestRecentIsKept(t *testing.T) {
	s := &walked{Store: engines["memstore"](t)()}
	g := openGraph(t, s)
	must(t, g, putNodes(paper("d")))
	var roots []*index.Index
	for i := range 2 * recentRoots {
		must(t, g, putNodes(body(fmt.Sprint(i))))
		roots = append(roots, g.Root())
	}
	s.after = nil
	for _, root := range roots[len(roots)-recentRoots:] {
		v, err := g.At(t.Context(), root.Head().Revision)
		if err != nil || v.Index != root {
			t.Errorf("%v: another index, %v", root.Head().Revision, err)
		}
	}
	if len(s.after) > 0 {
		t.Errorf("the log was read after %v", s.after)
	}
	if n := len(g.past.recent); n != recentRoots {
		t.Errorf("%d roots are kept", n)
	}
	if _, err := g.At(t.Context(), 2); err != nil || len(s.after) != 1 {
		t.Errorf("an older one: the log was read after %v, %v", s.after, err)
	}
	g.past.remember(g.Root(), recentRecords+1)
	if n := len(g.past.recent); n != 1 {
		t.Errorf("%d roots are kept that share little", n)
	}
}

// TestPastIsDerivedOnce: those who ask for one revision at a time wait for one
// derivation; what was asked for lately is there at once.
func TestPastIsDerivedOnce(t *testing.T) {
	s := &walked{Store: engines["memstore"](t)()}
	g := openGraph(t, s)
	must(t, g, putNodes(paper("d")))
	for i := range 2 * recentRoots {
		must(t, g, putNodes(body(fmt.Sprint(i))))
	}
	s.after = nil
	var asking sync.WaitGroup
	for range 20 {
		asking.Go(func() {
			if v, err := g.At(t.Context(), 30); err != nil || v.Index.Head().Revision != 30 || v.Past == nil || v.Log == nil {
				t.Errorf("%+v, %v", v, err)
			}
		})
	}
	asking.Wait()
	at := func(revision kg.Revision) {
		t.Helper()
		if _, err := g.At(t.Context(), revision); err != nil {
			t.Error(err)
		}
	}
	for r := range kg.Revision(derivedKept - 1) {
		at(40 + r)
		at(30)
	}
	if want := []kg.Revision{0, 30, 40, 41}; !slices.Equal(s.after, want) {
		t.Errorf("the log was read after %v, want %v", s.after, want)
	}
	at(50) // the one used longest ago goes
	at(40)
	if want := []kg.Revision{0, 30, 40, 41, 42, 30}; !slices.Equal(s.after, want) {
		t.Errorf("the log was read after %v, want %v", s.after, want)
	}
}

// TestNoSuchPast: what is not there, and what is too far back.
func TestNoSuchPast(t *testing.T) {
	open := engines["memstore"](t)
	g := openWith(t, open(), Options{Replay: 40})
	if v, err := g.At(t.Context(), 0); err != nil || v.Index != g.Root() {
		t.Errorf("the empty graph: %v", err)
	}
	wantError := func(err error, code kg.Code, words string) {
		t.Helper()
		if err == nil || kg.CodeOf(err) != code || !strings.Contains(err.Error(), words) {
			t.Errorf("error %v, want one of code %s that says %q", err, code, words)
		}
	}
	_, err := g.AtTime(t.Context(), time.Now())
	wantError(err, kg.NotFound, "nothing was committed yet")
	must(t, g, putNodes(paper("d")))
	for i := range 2 * recentRoots {
		must(t, g, putNodes(body(fmt.Sprint(i))))
	}
	for _, past := range []kg.Revision{2*recentRoots + 2, math.MaxUint64} {
		_, err = g.At(t.Context(), past)
		wantError(err, kg.NotFound, fmt.Sprintf("the newest is %d", 2*recentRoots+1))
	}
	_, err = g.AtTime(t.Context(), time.Unix(0, 0))
	wantError(err, kg.NotFound, "the first revision is of 2")
	if v, err := g.At(t.Context(), 0); err != nil || v.Index.Head() != (kg.Head{}) || v.Index == g.Root() {
		t.Errorf("the empty graph: %v", err)
	}
	if _, err := g.At(t.Context(), 40); err != nil {
		t.Error(err)
	}
	if _, err := g.At(t.Context(), 60); err != nil { // from 40 on
		t.Error(err)
	}
	closeGraph(t, g)

	s := &walked{Store: open()}
	g = openWith(t, s, Options{Replay: 40})
	s.after = nil
	_, err = g.At(t.Context(), 41)
	wantError(err, kg.Limit, "more than 40 records")
	wantError(err, kg.Limit, "replay-records")
	if len(s.after) > 0 {
		t.Error("the log was read all the same")
	}
}

// TestPastByTime: an instant names the newest revision that was there.
func TestPastByTime(t *testing.T) {
	g := openGraph(t, engines["memstore"](t)())
	must(t, g, putNodes(paper("d")))
	for i := range 40 {
		must(t, g, putNodes(body(fmt.Sprint(i))))
		if i%3 == 0 {
			time.Sleep(2 * time.Millisecond)
		}
	}
	var revisions []kg.Revision
	for r := range g.Root().Head().Revision {
		revisions = append(revisions, r+1)
	}
	heads, err := g.store.CommitHeads(t.Context(), revisions)
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range heads {
		for _, shift := range []time.Duration{-1, 0, 1} {
			instant := h.Time.Add(shift)
			var want kg.Revision
			for _, other := range heads {
				if !other.Time.After(instant) {
					want = other.Revision
				}
			}
			v, err := g.AtTime(t.Context(), instant)
			if want == 0 && errors.Is(err, kg.ErrNotFound) {
				continue
			}
			if err != nil || v.Index.Head().Revision != want {
				t.Errorf("%v: %v, %v; want %v", instant, v.Index.Head(), err, want)
			}
		}
	}
	if v, err := g.AtTime(t.Context(), time.Now().Add(time.Hour)); err != nil || v.Index != g.Root() {
		t.Errorf("the future: %v", err)
	}
	now := time.Now()
	if got := later(now, now.Add(time.Second)); !got.Equal(now.Add(time.Second)) {
		t.Errorf("after the clock was set back: %v", got)
	}
	if got := later(now, now.Add(-time.Second)); !got.Equal(now) {
		t.Errorf("the time of a commit: %v", got)
	}
}

// slow is a store whose log is not read before it may be.
type slow struct {
	kg.Store
	started, may chan struct{}
}

func (s *slow) Commits(ctx context.Context, after kg.Revision) iter.Seq2[kg.Commit, error] {
	walk := s.Store.Commits(ctx, after)
	return func(yield func(kg.Commit, error) bool) {
		if s.started != nil {
			close(s.started)
			<-s.may
		}
		walk(yield)
	}
}

// TestPastHeedsContexts: who waits for a derivation, or derives, goes when told
// to, and others can go on.
func TestPastHeedsContexts(t *testing.T) {
	s := &slow{Store: engines["memstore"](t)()}
	g := openGraph(t, s)
	must(t, g, putNodes(paper("d")))
	for i := range 2 * recentRoots {
		must(t, g, putNodes(body(fmt.Sprint(i))))
	}
	s.started, s.may = make(chan struct{}), make(chan struct{})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		_, err := g.At(ctx, 30)
		done <- err
	}()
	<-s.started
	waiting, giveUp := context.WithTimeout(t.Context(), time.Millisecond)
	defer giveUp()
	if _, err := g.At(waiting, 31); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("who waits: %v", err)
	}
	cancel()
	close(s.may)
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("who derives: %v", err)
	}
	s.started = nil
	if _, err := g.At(t.Context(), 30); err != nil {
		t.Error(err)
	}
}

// TestPastWithoutSnapshot: a snapshot that is gone or damaged costs time only.
func TestPastWithoutSnapshot(t *testing.T) {
	open, file := engines["memstore"](t), snapshotFile(t)
	grown(t, open(), file, 1)
	g := openWith(t, open(), Options{Snapshot: file})
	saved := g.Root().Head().Revision
	for i := range 2 * recentRoots {
		must(t, g, putNodes(late(fmt.Sprint(i))))
	}
	if err := os.WriteFile(file, []byte("damaged"), 0o600); err != nil {
		t.Fatal(err)
	}
	comparePast(t, g, reference.NewGenerator(1), saved+5)
}
