package storetest

import (
	"context"
	"errors"
	"fmt"
	"math"
	"reflect"
	"time"

	"ecpgraph/internal/kg"
)

func testRecordsOrder(h *harness) {
	h.append(Nodes(200, 100), Nodes(5, 10))
	refs := []kg.Ref{{Revision: 2, Ordinal: 4}, {Revision: 1, Ordinal: 199}, {Revision: 1, Ordinal: 0}, {Revision: 2, Ordinal: 4}, {Revision: 1, Ordinal: 17}, {Revision: 1, Ordinal: 16}, {Revision: 1, Ordinal: 199}}
	for range 2 { // the second time, layouts are known
		got, err := h.Records(h.ctx, refs)
		h.must(err)
		for i, ref := range refs {
			if want := kg.ID(fmt.Sprintf("tool:%d", ref.Ordinal)); got[i].Node.ID != want {
				h.Errorf("place %d holds %s, want %s", i, got[i].Node.ID, want)
			}
		}
	}
	got, err := h.Records(h.ctx, nil)
	if err != nil || len(got) != 0 {
		h.Errorf("no refs: %v, %v", got, err)
	}
}

func testRecordsAbsent(h *harness) {
	h.append(Nodes(3, 10), Nodes(100, 200), kg.Commit{})
	good := kg.Ref{Revision: 1, Ordinal: 2}
	for range 2 {
		for _, ref := range []kg.Ref{
			{}, {Ordinal: 1}, {Revision: 1, Ordinal: 3}, {Revision: 2, Ordinal: 100}, {Revision: 2, Ordinal: math.MaxUint32},
			{Revision: 3}, {Revision: 4}, {Revision: math.MaxUint64, Ordinal: math.MaxUint32},
		} {
			if _, err := h.Records(h.ctx, []kg.Ref{good, ref}); !errors.Is(err, kg.ErrNotFound) {
				h.Errorf("%v: error %v, want code %s", ref, err, kg.NotFound)
			}
		}
	}
	if _, err := h.Records(h.ctx, []kg.Ref{good, {Revision: 2, Ordinal: 99}}); err != nil {
		h.Error(err)
	}
}

func testCommitsWalk(h *harness) {
	commits := Sample(11, 12)
	h.append(commits[:10]...)
	for after := range kg.Revision(13) {
		h.wantWalk(commits[:10], after)
	}
	h.wantWalk(commits[:10], math.MaxUint64)

	// A walk ends at the head at the time of the call, may be walked twice, and
	// may be left early.
	walk := h.Commits(h.ctx, 8)
	h.append(commits[10:]...)
	for range 2 {
		count := 0
		for _, err := range walk {
			h.must(err)
			count++
		}
		if count != 2 {
			h.Errorf("the walk yields %d commits, want the 2 up to the head when it was made", count)
		}
		for range walk {
			break
		}
	}
	// A walk may write to the store that it walks.
	for c, err := range h.Commits(h.ctx, 11) {
		h.must(err)
		h.append(kg.Commit{Reason: c.Revision.String()})
	}
	if head := h.head(); head.Revision != 13 {
		h.Errorf("head %v", head)
	}
}

func testHeadAt(h *harness) {
	heads := []kg.Head{{}}
	wantHeads := func() {
		h.Helper()
		for _, want := range heads {
			if got, err := h.HeadAt(h.ctx, want.Revision); err != nil || got != want {
				h.Errorf("%v: head %v, %v; want %v", want.Revision, got, err, want)
			}
		}
		for _, past := range []kg.Revision{kg.Revision(len(heads)), math.MaxUint64} {
			if head, err := h.HeadAt(h.ctx, past); !errors.Is(err, kg.ErrNotFound) || head != (kg.Head{}) {
				h.Errorf("%v: head %v, %v; want code %s", past, head, err, kg.NotFound)
			}
		}
	}
	wantHeads()
	for _, c := range append(Sample(15, 6), Nodes(200, 100), kg.Commit{}) {
		heads = append(heads, h.append(c))
	}
	wantHeads()
	h.reopen()
	wantHeads()
}

func testCommitHeads(h *harness) {
	commits := append(Sample(16, 8), Nodes(200, 100), kg.Commit{})
	h.append(commits...)
	for range 2 {
		// In any order, and one of them twice.
		revisions := []kg.Revision{0, 10, 3}
		for r := range kg.Revision(10) {
			revisions = append(revisions, r+1)
		}
		got, err := h.CommitHeads(h.ctx, revisions)
		h.must(err)
		for i, r := range revisions {
			var want kg.CommitHead
			if r > 0 {
				c := commits[r-1]
				head, err := h.HeadAt(h.ctx, r)
				h.must(err)
				want = kg.CommitHead{Head: head, Time: c.Time.UTC().Truncate(time.Millisecond), Author: c.Author, Reason: c.Reason, Records: uint32(len(c.Records)), Wrote: &kg.Counts{}}
				for _, record := range c.Records {
					if !want.Wrote.Count(record.Op) {
						h.Errorf("%v: an unknown operation %d", r, record.Op)
					}
				}
				if want.Wrote.Records() != uint64(len(c.Records)) {
					h.Errorf("%v: %d records counted of %d", r, want.Wrote.Records(), len(c.Records))
				}
			}
			if !reflect.DeepEqual(got[i], want) {
				h.Errorf("%v:\n got %+v\nwant %+v", r, got[i], want)
			}
		}
		h.reopen()
	}
	for _, past := range []kg.Revision{11, math.MaxUint64} {
		if _, err := h.CommitHeads(h.ctx, []kg.Revision{1, past}); !errors.Is(err, kg.ErrNotFound) {
			h.Errorf("%v: error %v, want code %s", past, err, kg.NotFound)
		}
	}
	if got, err := h.CommitHeads(h.ctx, nil); err != nil || len(got) != 0 {
		h.Errorf("no revisions: %v, %v", got, err)
	}
}

// soon bounds what must not take long; a test that waits for it has failed.
const soon = 20 * time.Second

// wait returns what the function returns, or fails when it does not.
func (h *harness) wait(results <-chan error) error {
	h.Helper()
	select {
	case err := <-results:
		return err
	case <-time.After(soon):
		h.Fatal("the call does not return")
		return nil
	}
}

func (h *harness) follow(ctx context.Context, after kg.Revision) <-chan error {
	results := make(chan error, 1)
	go func() { results <- h.Follow(ctx, after) }()
	return results
}

func testFollowWakes(h *harness) {
	var waiting []<-chan error
	for range 5 {
		waiting = append(waiting, h.follow(h.ctx, 0))
	}
	past := h.follow(h.ctx, 1)
	h.append(kg.Commit{})
	for _, w := range waiting {
		h.must(h.wait(w))
	}
	h.must(h.wait(h.follow(h.ctx, 0))) // at once where it is past already
	select {
	case err := <-past:
		h.Fatalf("woke at the revision it had: %v", err)
	case <-time.After(20 * time.Millisecond):
	}
	h.append(kg.Commit{}, kg.Commit{})
	h.must(h.wait(past))
}

func testFollowEnds(h *harness) {
	ctx, cancel := context.WithCancel(h.ctx)
	waiting := h.follow(ctx, 0)
	cancel()
	if err := h.wait(waiting); !errors.Is(err, context.Canceled) {
		h.Errorf("cancelled: %v", err)
	}
	ctx, cancel = context.WithTimeout(h.ctx, time.Millisecond)
	defer cancel()
	if err := h.wait(h.follow(ctx, 0)); !errors.Is(err, context.DeadlineExceeded) {
		h.Errorf("past its deadline: %v", err)
	}
	waiting = h.follow(h.ctx, 0)
	time.Sleep(5 * time.Millisecond)
	closed := make(chan error, 1)
	go func() { closed <- h.Close() }()
	h.wantCode(h.wait(waiting), kg.Unavailable)
	h.must(h.wait(closed))
}

func testContexts(h *harness) {
	commits := Sample(12, 2)
	h.append(commits...)
	head := h.head()
	ctx, cancel := context.WithCancel(h.ctx)
	walk := h.Commits(ctx, 0)
	cancel()
	var walkErr error
	for _, err := range walk {
		walkErr = err
	}
	_, headErr := h.Head(ctx)
	_, appendErr := h.Append(ctx, head, commits)
	_, recordsErr := h.Records(ctx, []kg.Ref{{Revision: 1}})
	_, headAtErr := h.HeadAt(ctx, 1)
	_, headsErr := h.CommitHeads(ctx, []kg.Revision{1})
	for name, err := range map[string]error{
		"Head": headErr, "HeadAt": headAtErr, "CommitHeads": headsErr, "Append": appendErr, "Records": recordsErr, "Commits": walkErr, "Follow": h.Follow(ctx, 0),
	} {
		if !errors.Is(err, context.Canceled) {
			h.Errorf("%s: %v, want the context's error", name, err)
		}
	}
	h.wantLog(commits)
}

func testClosed(h *harness) {
	commits := Sample(13, 3)
	head := h.append(commits...)
	walk := h.Commits(h.ctx, 0)
	steps := 0
	var walkErr error
	for _, err := range walk { // closing within a walk ends it
		steps++
		walkErr = err
		h.must(h.Close())
	}
	if steps != 2 {
		h.Errorf("%d steps, want a commit and an error", steps)
	}
	h.must(h.Close())
	_, headErr := h.Head(h.ctx)
	_, appendErr := h.Append(h.ctx, head, commits)
	_, recordsErr := h.Records(h.ctx, nil)
	_, headAtErr := h.HeadAt(h.ctx, 0)
	_, headsErr := h.CommitHeads(h.ctx, nil)
	var laterErr error
	for _, err := range h.Commits(h.ctx, 0) {
		laterErr = err
	}
	for name, err := range map[string]error{
		"a walk under way": walkErr, "Head": headErr, "HeadAt": headAtErr, "Append": appendErr, "Records": recordsErr,
		"CommitHeads": headsErr, "Commits": laterErr, "Follow": h.Follow(h.ctx, 0),
	} {
		if !errors.Is(err, kg.ErrUnavailable) {
			h.Errorf("%s: %v, want code %s", name, err, kg.Unavailable)
		}
	}
	h.reopen()
	h.wantLog(commits)
}

func testReopen(h *harness) {
	var commits []kg.Commit
	h.reopen()
	for seed := range uint64(6) {
		next := Sample(100+seed, 5)
		head := h.append(next...)
		commits = append(commits, next...)
		h.reopen()
		if now := h.head(); now != head {
			h.Fatalf("head %v after reopening, was %v", now, head)
		}
		h.wantLog(commits)
	}
}
