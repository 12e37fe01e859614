package badgerstore

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"ecpgraph/internal/kg"
	"ecpgraph/internal/store/storetest"
)

// A crash test runs the test binary again as a child that appends to a store,
// and kills the child without warning. What the child must do is told by these
// variables.
const (
	crashDirVar  = "ECPGRAPH_CRASH_DIR"  // the data directory
	crashBulkVar = "ECPGRAPH_CRASH_BULK" // not empty: one bulk append in place of many small ones
)

// Every commit of the child follows from its revision, so that the parent
// knows what to find.
func crashCommit(revision kg.Revision) kg.Commit {
	c := storetest.Nodes(int(revision%40), 30+int(revision%7)*100)
	c.Reason = revision.String()
	return c
}

// bulkSize is the number of commits in a bulk append: about 18 MB, many Badger
// transactions.
const bulkSize = 600

func bulkCommits(after kg.Revision) []kg.Commit {
	commits := make([]kg.Commit, bulkSize)
	for i := range commits {
		commits[i] = storetest.Nodes(60, 500)
		commits[i].Reason = (after + kg.Revision(i) + 1).String()
	}
	return commits
}

// crashChild appends until it is killed and prints each acknowledged head.
func crashChild(dir string) {
	ctx := context.Background()
	fail := func(err error) {
		if err != nil {
			fmt.Println("error", err)
			os.Exit(1)
		}
	}
	bulk := os.Getenv(crashBulkVar) != ""
	s, err := openStore(dir, Options{AnchorEvery: time.Millisecond, Bulk: bulk})
	fail(err)
	head, err := s.Head(ctx)
	fail(err)
	if bulk {
		commits := bulkCommits(head.Revision)
		fmt.Println("ready")
		head, err = s.Append(ctx, head, commits)
		fail(err)
		fmt.Println("ack", uint64(head.Revision), head.Digest)
		return
	}
	fmt.Println("ready")
	for batch := 1; ; batch = batch%5 + 1 {
		var commits []kg.Commit
		for i := range batch {
			commits = append(commits, crashCommit(head.Revision+kg.Revision(i)+1))
		}
		head, err = s.Append(ctx, head, commits)
		fail(err)
		fmt.Println("ack", uint64(head.Revision), head.Digest)
	}
}

// crash starts a child, kills it the given time after it is ready, and returns
// the last head that it acknowledged, zero when there was none.
func crash(t *testing.T, dir string, bulk bool, after time.Duration) kg.Head {
	t.Helper()
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), crashDirVar+"="+dir)
	if bulk {
		child.Env = append(child.Env, crashBulkVar+"=yes")
	}
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	var acked kg.Head
	var kill *time.Timer
	for lines := bufio.NewScanner(out); lines.Scan(); {
		var revision uint64
		var digest []byte
		switch line := lines.Text(); {
		case line == "ready":
			kill = time.AfterFunc(after, func() { _ = child.Process.Kill() })
		case strings.HasPrefix(line, "ack "):
			// A line cut by the kill was not acknowledged as far as we know.
			if _, err := fmt.Sscanf(line, "ack %d %x", &revision, &digest); err == nil && len(digest) == len(acked.Digest) {
				acked = kg.Head{Revision: kg.Revision(revision), Digest: kg.Digest(digest)}
			}
		default:
			t.Errorf("the child says %q", line)
		}
	}
	_ = child.Wait() // it was killed
	if kill == nil {
		t.Fatal("the child did not start")
	}
	kill.Stop()
	return acked
}

// reopenAfterCrash checks the whole log and returns its heads by revision.
func reopenAfterCrash(t *testing.T, dir string, check func(kg.Commit) error) []kg.Head {
	t.Helper()
	s, err := openStore(dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	heads := []kg.Head{{}}
	for c, err := range s.Commits(t.Context(), 0) {
		if err == nil {
			err = check(c)
		}
		if err != nil {
			t.Fatal(err)
		}
		heads = append(heads, kg.Head{Revision: c.Revision, Digest: c.Digest})
	}
	if head, err := s.Head(t.Context()); err != nil || head != heads[len(heads)-1] {
		t.Fatalf("head %v, the log ends at %v, err %v", head, heads[len(heads)-1], err)
	}
	return heads
}

func TestKilledWhileAppending(t *testing.T) {
	noLeaks(t)
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	dir := t.TempDir()
	var acks int
	for cycle := range 8 {
		acked := crash(t, dir, false, time.Duration(random.IntN(250))*time.Millisecond)
		heads := reopenAfterCrash(t, dir, func(c kg.Commit) error {
			want := crashCommit(c.Revision)
			if c.Reason != want.Reason || len(c.Records) != len(want.Records) {
				return fmt.Errorf("%v is torn: %q with %d records", c.Revision, c.Reason, len(c.Records))
			}
			return nil
		})
		if int(acked.Revision) >= len(heads) || heads[acked.Revision] != acked {
			t.Fatalf("cycle %d: %v was acknowledged, the log ends at %v", cycle, acked, heads[len(heads)-1])
		}
		acks = max(acks, int(acked.Revision))
	}
	if acks == 0 {
		t.Error("no child lived long enough to append")
	}
}

func TestKilledInBulkAppend(t *testing.T) {
	noLeaks(t)
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	dir := t.TempDir()
	before, none := 0, 0
	for cycle := range 6 {
		acked := crash(t, dir, true, time.Duration(random.IntN(250))*time.Millisecond)
		heads := reopenAfterCrash(t, dir, func(c kg.Commit) error {
			if c.Reason != c.Revision.String() || len(c.Records) != 60 {
				return fmt.Errorf("%v is torn: %q with %d records", c.Revision, c.Reason, len(c.Records))
			}
			return nil
		})
		switch now := len(heads) - 1; {
		case now != before && now != before+bulkSize:
			t.Fatalf("cycle %d: %d of %d commits of a bulk append were kept", cycle, now-before, bulkSize)
		case acked.Revision > 0 && heads[now] != acked:
			t.Fatalf("cycle %d: %v was acknowledged, the log ends at %v", cycle, acked, heads[now])
		case now == before:
			none++
		default:
			before = now
		}
	}
	t.Logf("%d appends kept whole, %d kept not at all", before/bulkSize, none)
}

// The log of a large memory table outlives its process, and the next one, which
// is killed too once it has cut the log: both must open it with a table that is
// large enough, though they ask for a small one.
func TestKilledAfterBulkAppend(t *testing.T) {
	noLeaks(t)
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	dir := t.TempDir()
	for cycle := range 4 {
		crash(t, dir, true, time.Duration(50+random.IntN(200))*time.Millisecond)
		acked := crash(t, dir, false, time.Duration(random.IntN(20))*time.Millisecond)
		heads := reopenAfterCrash(t, dir, func(kg.Commit) error { return nil })
		if int(acked.Revision) >= len(heads) || acked.Revision > 0 && heads[acked.Revision] != acked {
			t.Fatalf("cycle %d: %v was acknowledged, the log ends at %v", cycle, acked, heads[len(heads)-1])
		}
	}
}
