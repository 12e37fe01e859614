// Package storetest is the behaviour that every store engine has to show. An
// engine's test calls Run; there are no exceptions to ask for.
package storetest

import (
	"context"
	"reflect"
	"testing"
	"time"

	"ecpgraph/internal/kg"
)

// Open opens a store. Called again after the store was closed, it opens the
// same data.
type Open func() (kg.Store, error)

// Run runs every test as a subtest. Fresh makes the place for an empty store
// of its own for each.
func Run(t *testing.T, fresh func(t testing.TB) Open) {
	for _, test := range []struct {
		name string
		run  func(*harness)
	}{
		{"Empty", testEmpty},
		{"AppendAndRead", testAppendAndRead},
		{"EveryOp", testEveryOp},
		{"Values", testValues},
		{"EmptyIsAbsent", testEmptyIsAbsent},
		{"BadRecords", testBadRecords},
		{"Limits", testLimits},
		{"LargeValues", testLargeValues},
		{"BigCommit", testBigCommit},
		{"ManyCommits", testManyCommits},
		{"PackingBorders", testPackingBorders},
		{"AllOrNothing", testAllOrNothing},
		{"Conflict", testConflict},
		{"ConcurrentAppenders", testConcurrentAppenders},
		{"ReadersBesideWriter", testReadersBesideWriter},
		{"RecordsOrder", testRecordsOrder},
		{"RecordsAbsent", testRecordsAbsent},
		{"CommitsWalk", testCommitsWalk},
		{"HeadAt", testHeadAt},
		{"CommitHeads", testCommitHeads},
		{"FollowWakes", testFollowWakes},
		{"FollowEnds", testFollowEnds},
		{"Contexts", testContexts},
		{"Closed", testClosed},
		{"Reopen", testReopen},
		{"SameDigests", testSameDigests},
		{"Model", testModel},
	} {
		t.Run(test.name, func(t *testing.T) {
			h := &harness{failer: t, t: t, ctx: t.Context(), fresh: fresh, open: fresh(t)}
			h.reopen()
			defer func() { h.must(h.Close()) }()
			test.run(h)
		})
	}
}

// harness is one test with its own store.
type harness struct {
	failer
	kg.Store
	t     *testing.T
	ctx   context.Context
	fresh func(testing.TB) Open
	open  Open
}

// failer is what *testing.T and *rapid.T have in common.
type failer interface {
	Helper()
	Error(args ...any)
	Errorf(format string, args ...any)
	Fatal(args ...any)
	Fatalf(format string, args ...any)
}

// reopen closes the store, if there is one, and opens its data again.
func (h *harness) reopen() {
	h.Helper()
	if h.Store != nil {
		h.must(h.Close())
	}
	s, err := h.open()
	h.must(err)
	h.Store = s
}

func (h *harness) must(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

// wantCode checks the code of the error.
func (h *harness) wantCode(err error, code kg.Code) {
	h.Helper()
	if err == nil || kg.CodeOf(err) != code {
		h.Errorf("error %v, want one of code %s", err, code)
	}
}

func (h *harness) head() kg.Head {
	h.Helper()
	head, err := h.Head(h.ctx)
	h.must(err)
	return head
}

// append adds the commits at the head.
func (h *harness) append(commits ...kg.Commit) kg.Head {
	h.Helper()
	before := h.head()
	head, err := h.Append(h.ctx, before, commits)
	h.must(err)
	if want := before.Revision + kg.Revision(len(commits)); head.Revision != want {
		h.Fatalf("the append returned %v, want revision %d", head, want)
	}
	if now := h.head(); now != head {
		h.Fatalf("the append returned %v, Head says %v", head, now)
	}
	return head
}

// wantLog checks that the log holds the commits, read as a walk from every
// given revision and as single records.
func (h *harness) wantLog(want []kg.Commit) {
	h.Helper()
	h.wantWalk(want, 0)
	var refs []kg.Ref
	var records []kg.Record
	for i, c := range want {
		for ordinal, r := range c.Records {
			refs = append(refs, kg.Ref{Revision: kg.Revision(i + 1), Ordinal: uint32(ordinal)})
			records = append(records, r)
		}
	}
	got, err := h.Records(h.ctx, refs)
	h.must(err)
	for i := range refs {
		if !reflect.DeepEqual(got[i], records[i]) {
			h.Fatalf("record %v:\n got %+v\nwant %+v", refs[i], got[i], records[i])
		}
	}
}

// wantWalk checks what Commits yields after the revision.
func (h *harness) wantWalk(want []kg.Commit, after kg.Revision) {
	h.Helper()
	at := after
	var digest kg.Digest
	for got, err := range h.Commits(h.ctx, after) {
		h.must(err)
		at++
		if got.Revision != at || uint64(at) > uint64(len(want)) {
			h.Fatalf("the walk after %d yields %v in place %d of %d", after, got.Revision, at, len(want))
		}
		digest = got.Digest
		if !sameCommit(got, want[at-1]) {
			h.Fatalf("%v:\n got %+v\nwant %+v", at, got, want[at-1])
		}
	}
	if at != max(after, kg.Revision(len(want))) {
		h.Fatalf("the walk after %d ends at %d, want %d", after, at, len(want))
	}
	if head := h.head(); at > after && digest != head.Digest {
		h.Fatalf("the last commit has digest %v, the head %v", digest, head.Digest)
	}
}

// sameCommit compares what a caller gave with what came back.
func sameCommit(got, want kg.Commit) bool {
	return got.Time.Equal(want.Time.Truncate(time.Millisecond)) && got.Time.Location() == time.UTC &&
		got.Author == want.Author && got.Reason == want.Reason &&
		len(got.Records) == len(want.Records) &&
		(len(got.Records) == 0 || reflect.DeepEqual(got.Records, want.Records))
}
