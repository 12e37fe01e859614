package badgerstore

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"ecpgraph/internal/kg"
	"ecpgraph/internal/store/storetest"
)

// contents are the files below the directory, by their paths.
func contents(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	files := map[string][]byte{}
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		files[path], err = os.ReadFile(path)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func wantUnchanged(t *testing.T, dir string, before map[string][]byte) {
	t.Helper()
	after := contents(t, dir)
	for path, b := range before {
		if !bytes.Equal(after[path], b) {
			t.Errorf("%s has changed", path)
		}
	}
	for path := range after {
		if _, known := before[path]; !known {
			t.Errorf("%s is new", path)
		}
	}
}

// TestReadOnly: all can be read, by several at a time, and nothing is written:
// no anchor in the place of one that is missing, no orphan removed.
func TestReadOnly(t *testing.T) {
	noLeaks(t)
	dir := t.TempDir()
	commits := append(storetest.Sample(1, 20), storetest.Nodes(300, 400))
	head := write(t, dir, commits...)
	if err := os.Remove(filepath.Join(dir, anchorFile)); err != nil {
		t.Fatal(err)
	}
	before := contents(t, dir)
	for range 2 {
		s, err := openStore(dir, Options{ReadOnly: true})
		if err != nil {
			t.Fatal(err)
		}
		second, err := openStore(dir, Options{ReadOnly: true})
		if err != nil {
			t.Fatal(err)
		}
		if err := second.Close(); err != nil {
			t.Fatal(err)
		}
		_, err = openStore(dir, Options{})
		if !errors.Is(err, ErrInUse) {
			t.Errorf("who writes beside it: %v", err)
		}
		var got []kg.Commit
		for c, err := range s.Commits(t.Context(), 0) {
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, c)
		}
		if !sameLog(got, commits) {
			t.Errorf("%d commits, want %d", len(got), len(commits))
		}
		_, err = s.Append(t.Context(), head, storetest.Sample(2, 1))
		wantFault(t, err, kg.Unavailable, "read only")
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	wantUnchanged(t, dir, before)
}

// TestReadOnlyAfterAKill: what must be recovered first is not touched.
func TestReadOnlyAfterAKill(t *testing.T) {
	running, dir := t.TempDir(), t.TempDir()
	s, err := openStore(running, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err = s.Append(t.Context(), kg.Head{}, storetest.Sample(1, 3)); err != nil {
		t.Fatal(err)
	}
	replace(t, dir, running, badgerDir) // as a kill leaves it
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	before := contents(t, dir)
	_, err = openStore(dir, Options{ReadOnly: true})
	wantFault(t, err, kg.Unavailable, dir, "not closed")
	if !errors.Is(err, ErrNotClosed) {
		t.Error(err)
	}
	wantUnchanged(t, dir, before)
	if got, _, err := read(dir); err != nil || len(got) != 3 {
		t.Errorf("%d commits, %v", len(got), err)
	}
	if s, err = openStore(dir, Options{ReadOnly: true}); err != nil {
		t.Fatalf("after it was closed: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

// TestReadOnlyIsNotMade: a directory that holds no store stays as it is.
func TestReadOnlyIsNotMade(t *testing.T) {
	dir := t.TempDir()
	if _, err := openStore(filepath.Join(dir, "none"), Options{ReadOnly: true}); err == nil {
		t.Error("opened")
	}
	wantUnchanged(t, dir, map[string][]byte{})
}
