package badgerstore

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"ecpgraph/internal/kg"
	"ecpgraph/internal/store/storetest"
)

// TestFlippedBits damages one bit of a file at a time: the store must give the
// right data, or refuse with a named error.
func TestFlippedBits(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	commits := storetest.Sample(1, 30)
	for name, test := range map[string]struct {
		pattern string
		make    func(t *testing.T, dir string)
		part    float64 // of the used bytes, from the front
	}{
		// Killed, so that the log of the memory table is what opening reads.
		"write-ahead log": {"*.mem", func(t *testing.T, dir string) {
			running := t.TempDir()
			s, err := openStore(running, Options{})
			if err != nil {
				t.Fatal(err)
			}
			head, err := s.Append(t.Context(), kg.Head{}, commits[:20])
			if err == nil {
				_, err = s.Append(t.Context(), head, commits[20:])
			}
			if err != nil {
				t.Fatal(err)
			}
			replace(t, dir, running, badgerDir)
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			replace(t, dir, running, anchorFile)
		}, 1},
		// The index at the end of a table is read by a goroutine of Badger's own,
		// whose panic nobody can catch.
		"table":    {"*.sst", func(t *testing.T, dir string) { write(t, dir, commits...) }, 0.8},
		"manifest": {"MANIFEST", func(t *testing.T, dir string) { write(t, dir, commits...) }, 1},
		"anchor":   {anchorFile, func(t *testing.T, dir string) { write(t, dir, commits...) }, 1},
	} {
		t.Run(name, func(t *testing.T) {
			good := t.TempDir()
			test.make(t, good)
			twin := func() string {
				dir := t.TempDir()
				replace(t, dir, good, badgerDir)
				replace(t, dir, good, anchorFile)
				return dir
			}
			if got, _, err := read(twin()); err != nil || !sameLog(got, commits) {
				t.Fatalf("undamaged, %d commits, err %v", len(got), err)
			}
			outcomes := map[string]int{}
			for range 25 {
				dir := twin()
				files, err := filepath.Glob(filepath.Join(dir, badgerDir, test.pattern))
				if test.pattern == anchorFile {
					files, err = []string{filepath.Join(dir, anchorFile)}, nil
				}
				if err != nil || len(files) == 0 {
					t.Fatal("no file to damage", err)
				}
				path := files[random.IntN(len(files))]
				b, err := os.ReadFile(path)
				if err != nil {
					t.Fatal(err)
				}
				used := float64(len(bytes.TrimRight(b, "\x00"))) * test.part
				at, bit := random.IntN(int(used)), byte(1)<<random.IntN(8)
				flip(t, path, at, bit)

				got, _, err := read(dir)
				switch {
				case errors.Is(err, kg.ErrCorrupt), test.pattern == "MANIFEST" && errors.Is(err, kg.ErrUnavailable):
					outcomes["refused"]++ // a bit of the manifest may look like another format
				case err != nil:
					t.Errorf("byte %d bit %#x of %s: unnamed error %v", at, bit, filepath.Base(path), err)
				case !sameLog(got, commits):
					t.Errorf("byte %d bit %#x of %s: %d commits of %d, silently", at, bit, filepath.Base(path), len(got), len(commits))
				default:
					outcomes["right"]++
				}
			}
			t.Log(outcomes)
		})
	}
}

func sameLog(got, want []kg.Commit) bool {
	for i := range got {
		if i >= len(want) || got[i].Reason != want[i].Reason || len(got[i].Records) != len(want[i].Records) ||
			len(want[i].Records) > 0 && !reflect.DeepEqual(got[i].Records, want[i].Records) {
			return false
		}
	}
	return len(got) == len(want)
}

func flip(t *testing.T, path string, at int, bit byte) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	var b [1]byte
	_, err = f.ReadAt(b[:], int64(at))
	b[0] ^= bit
	_, writeErr := f.WriteAt(b[:], int64(at))
	if err := errors.Join(err, writeErr, f.Close()); err != nil {
		t.Fatal(err)
	}
}

func remove(t *testing.T, dir, name string) {
	t.Helper()
	if err := os.RemoveAll(filepath.Join(dir, name)); err != nil {
		t.Fatal(err)
	}
}

// replace puts a copy of the file or directory of that name from one directory
// into the other. The copy is sparse, as Badger's files are.
func replace(t *testing.T, to, from, name string) {
	t.Helper()
	remove(t, to, name)
	err := filepath.WalkDir(filepath.Join(from, name), func(path string, entry os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		relative, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		target := filepath.Join(to, relative)
		if entry.IsDir() {
			return os.Mkdir(target, 0o750)
		}
		return copySparse(target, path)
	})
	if err != nil {
		t.Fatal(fmt.Errorf("copying: %w", err))
	}
}

func copySparse(to, from string) error {
	b, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	f, err := os.Create(to)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, bytes.NewReader(bytes.TrimRight(b, "\x00")))
	return errors.Join(err, f.Truncate(int64(len(b))), f.Close())
}
