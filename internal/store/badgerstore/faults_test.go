package badgerstore

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/dgraph-io/badger/v4"

	"ecpgraph/internal/kg"
	"ecpgraph/internal/store"
	"ecpgraph/internal/store/storetest"
)

// write opens the directory, appends the commits and closes it again.
func write(t *testing.T, dir string, commits ...kg.Commit) kg.Head {
	t.Helper()
	s, err := openStore(dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	head, err := s.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if head, err = s.Append(t.Context(), head, commits); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return head
}

// read opens the directory and returns all commits and what was logged.
func read(dir string) ([]kg.Commit, string, error) {
	var log bytes.Buffer
	s, err := openStore(dir, Options{Logger: slog.New(slog.NewTextHandler(&log, nil))})
	if err != nil {
		return nil, log.String(), err
	}
	var commits []kg.Commit
	for c, stepErr := range s.Commits(context.Background(), 0) {
		if err = stepErr; err == nil {
			commits = append(commits, c)
		}
	}
	err = errors.Join(err, s.Close())
	return commits, log.String(), err
}

func wantFault(t *testing.T, err error, code kg.Code, words ...string) {
	t.Helper()
	if err == nil || kg.CodeOf(err) != code {
		t.Fatalf("error %v, want one of code %s", err, code)
	}
	for _, w := range words {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("error %q does not say %q", err, w)
		}
	}
}

// editBadger changes the keys behind the engine's back.
func editBadger(t *testing.T, dir string, edit func(*badger.Txn) error) {
	t.Helper()
	db, err := badger.Open(Options{}.withDefaults().badgerOptions(filepath.Join(dir, badgerDir), smallMemTable))
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(db.Update(edit), db.Close()); err != nil {
		t.Fatal(err)
	}
}

func TestSecondProcess(t *testing.T) {
	noLeaks(t)
	dir := t.TempDir()
	s, err := openStore(dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	_, err = openStore(dir, Options{})
	want := "the data directory " + dir + " is in use by another ecpgraph process; stop it"
	if !errors.Is(err, kg.ErrUnavailable) || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
	if _, err := s.Append(t.Context(), kg.Head{}, storetest.Sample(1, 1)); err != nil {
		t.Errorf("the first one: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if _, _, err := read(dir); err != nil {
		t.Error(err)
	}
}

func TestFormatMismatch(t *testing.T) {
	t.Run("key", func(t *testing.T) {
		dir := t.TempDir()
		write(t, dir, storetest.Sample(1, 1)...)
		editBadger(t, dir, func(txn *badger.Txn) error { return txn.Set(keyFormat, []byte{9}) })
		_, _, err := read(dir)
		wantFault(t, err, kg.Unavailable, dir, "format 09", "format 1")
	})
	t.Run("magic", func(t *testing.T) {
		dir := t.TempDir()
		db, err := badger.Open(Options{}.withDefaults().badgerOptions(filepath.Join(dir, badgerDir), smallMemTable).WithExternalMagic(9))
		if err != nil {
			t.Fatal(err)
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		_, _, err = read(dir)
		wantFault(t, err, kg.Unavailable, dir, "format 9", "format 1")
	})
	for name, key := range map[string][]byte{"no format": keyFormat, "no head": keyHead} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			write(t, dir, storetest.Sample(1, 1)...)
			editBadger(t, dir, func(txn *badger.Txn) error { return txn.Delete(key) })
			_, _, err := read(dir)
			wantFault(t, err, kg.Corrupt, dir)
		})
	}
}

func TestEmptyLogFilesOfAPowerCut(t *testing.T) {
	for _, name := range []string{"00009.mem", "000009.vlog"} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			commits := storetest.Sample(1, 3)
			write(t, dir, commits...)
			path := filepath.Join(dir, badgerDir, name)
			if err := os.WriteFile(path, nil, 0o600); err != nil {
				t.Fatal(err)
			}
			twin := t.TempDir() // a failed try changes the file
			replace(t, twin, dir, badgerDir)
			if _, err := badger.Open(Options{}.withDefaults().badgerOptions(filepath.Join(twin, badgerDir), smallMemTable)); err == nil {
				t.Fatal("Badger opens with an empty log file by now: the removal is not needed any more")
			}
			got, log, err := read(dir)
			if err != nil || len(got) != len(commits) {
				t.Fatalf("%d commits, %v", len(got), err)
			}
			if !strings.Contains(log, path) {
				t.Errorf("the removal of %s is not logged: %s", path, log)
			}
		})
	}
}

func TestOrphansAreRemoved(t *testing.T) {
	noLeaks(t)
	dir := t.TempDir()
	commits := storetest.Sample(1, 3)
	write(t, dir, commits...)
	editBadger(t, dir, func(txn *badger.Txn) error {
		for i := range uint32(20) {
			if err := txn.Set(chunkKey(store.ChunkRef{Revision: 4 + kg.Revision(i/10), Chunk: 3 + i%10}), []byte("orphan")); err != nil {
				return err
			}
		}
		return nil
	})
	got, log, err := read(dir)
	if err != nil || len(got) != 3 || !strings.Contains(log, "chunks=20") {
		t.Fatalf("%d commits, log %q, %v", len(got), log, err)
	}
	write(t, dir, storetest.Sample(2, 2)...)
	if got, _, err = read(dir); err != nil || len(got) != 5 {
		t.Fatalf("%d commits, %v", len(got), err)
	}
}

// countdown is a context that ends after so many looks at it.
type countdown struct {
	context.Context
	looks int
}

func (c *countdown) Err() error {
	if c.looks--; c.looks < 0 {
		return context.Canceled
	}
	return nil
}

// A bulk append that is given up in the middle leaves nothing that a later,
// smaller append would take for its own.
func TestAbandonedBulkAppend(t *testing.T) {
	noLeaks(t)
	dir := t.TempDir()
	e, err := Open(t.Context(), dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	packed := []store.Packed{{Revision: 1}}
	for range 40 {
		packed[0].Chunks = append(packed[0].Chunks, bytes.Repeat([]byte("x"), 200<<10))
	}
	head := kg.Head{Revision: 1}
	if err := e.Append(&countdown{t.Context(), 4}, kg.Head{}, head, packed); !errors.Is(err, context.Canceled) {
		t.Fatalf("error %v, want the context's", err)
	}
	if !e.orphans {
		t.Fatal("the append ended before it wrote: the test tests nothing")
	}
	if got, err := e.Scan(t.Context(), 0); err != nil || len(got) != 0 {
		t.Errorf("a scan finds %d commits, %v", len(got), err)
	}
	small := []store.Packed{{Revision: 1, Chunks: [][]byte{{1}}}}
	if err := e.Append(t.Context(), kg.Head{}, head, small); err != nil {
		t.Fatal(err)
	}
	if got, err := e.Scan(t.Context(), 0); err != nil || !reflect.DeepEqual(got, small) {
		t.Errorf("a scan finds %v, %v", got, err)
	}
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
}

// After a write that failed with unknown outcome the engine writes no more, but reads.
func TestFailedWriteStopsWriting(t *testing.T) {
	noLeaks(t)
	dir := t.TempDir()
	write(t, dir, storetest.Sample(1, 2)...)
	e, err := Open(t.Context(), dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	parent, _ := e.Head(t.Context())
	head := kg.Head{Revision: 3}
	next := []store.Packed{{Revision: 3, Chunks: [][]byte{{1}}}}
	if err := e.db.Close(); err != nil { // Badger now refuses writes
		t.Fatal(err)
	}
	for range 2 {
		wantFault(t, e.Append(t.Context(), parent, head, next), kg.Unavailable, "started anew")
	}
	if now, _ := e.Head(t.Context()); now != parent {
		t.Errorf("head %v, want %v", now, parent)
	}
	e.anchorer.close()
}

// The largest record that the store takes must not reach Badger's value log.
func TestValueLogStaysEmpty(t *testing.T) {
	noLeaks(t)
	dir := t.TempDir()
	write(t, dir, storetest.Nodes(3, store.MaxRecord-200), storetest.Nodes(64, 40<<10))
	logs, err := filepath.Glob(filepath.Join(dir, badgerDir, "*.vlog"))
	if err != nil || len(logs) == 0 {
		t.Fatal(logs, err)
	}
	for _, path := range logs {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		const fileHeader = 20
		if rest := bytes.Trim(b[min(fileHeader, len(b)):], "\x00"); len(rest) > 0 {
			t.Errorf("%s holds %d bytes", path, len(rest))
		}
	}
}

func TestLogger(t *testing.T) {
	var b bytes.Buffer
	l := badgerLogger{slog.New(slog.NewTextHandler(&b, nil))}
	l.Errorf("one %d\n", 1)
	l.Warningf("two")
	l.Infof("three")
	l.Debugf("four")
	got := b.String()
	for _, want := range []string{`level=ERROR msg="badger: one 1"`, `level=WARN msg="badger: two"`} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not in %s", want, got)
		}
	}
	if strings.Contains(got, "three") || strings.Contains(got, "four") {
		t.Errorf("Badger's chatter is passed on: %s", got)
	}
}
