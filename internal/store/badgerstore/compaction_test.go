package badgerstore

import (
	"errors"
	"path/filepath"
	"testing"

	"github.com/dgraph-io/badger/v4"

	"ecpgraph/internal/kg"
)

// TestHistorySurvivesCompaction: whatever Badger merges, moves and throws away,
// every commit ever written is still there, as it was.
func TestHistorySurvivesCompaction(t *testing.T) {
	noLeaks(t)
	dir := t.TempDir()
	var want []kg.Commit
	for revision := kg.Revision(1); revision <= 30; revision++ {
		c := crashCommit(revision)
		want = append(want, c)
		write(t, dir, c) // each open and close makes a table of its own
	}
	bulk := bulkCommits(30)
	want = append(want, bulk...)
	head := write(t, dir, bulk...)

	db, err := badger.Open(Options{}.withDefaults().badgerOptions(filepath.Join(dir, badgerDir), smallMemTable))
	if err != nil {
		t.Fatal(err)
	}
	unmerged := func() (count int) { // tables that were not merged yet
		for _, table := range db.Tables() {
			if table.Level == 0 {
				count++
			}
		}
		return count
	}
	before := unmerged()
	err = db.Flatten(2)
	after := unmerged()
	gc := db.RunValueLogGC(0.01)
	if errors.Is(gc, badger.ErrNoRewrite) { // nothing of the log was to be had
		gc = nil
	}
	if err := errors.Join(err, gc, db.Close()); err != nil {
		t.Fatal(err)
	}
	if before == 0 || after > 0 {
		t.Errorf("%d tables to merge before, %d after: nothing was compacted", before, after)
	}
	got, log, err := read(dir)
	if err != nil || log != "" {
		t.Fatal(err, log)
	}
	if !sameLog(got, want) || got[len(got)-1].Digest != head.Digest {
		t.Errorf("%d commits up to %s, want %d up to %s", len(got), got[len(got)-1].Digest, len(want), head.Digest)
	}
}
