package live

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
	"ecpgraph/internal/reference"
	"ecpgraph/internal/store"
	"ecpgraph/internal/store/badgerstore"
)

// walked is a store that notes from where its log is read.
type walked struct {
	kg.Store
	after []kg.Revision
}

func (s *walked) Commits(ctx context.Context, after kg.Revision) iter.Seq2[kg.Commit, error] {
	s.after = append(s.after, after)
	return s.Store.Commits(ctx, after)
}

// warnings is a log of warnings.
type warnings struct {
	mu  sync.Mutex
	out bytes.Buffer
}

func (w *warnings) Write(b []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.out.Write(b)
}

func (w *warnings) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.out.String()
}

func (w *warnings) logger() *slog.Logger {
	return slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{Level: slog.LevelWarn}))
}

// snapshotFile is a path for a snapshot of its own.
func snapshotFile(t *testing.T) string { return filepath.Join(t.TempDir(), "index.snapshot") }

// grown makes a graph of random changes over the store, saved in the file, and
// returns its dump.
func grown(t *testing.T, s kg.Store, file string, seed uint64) string {
	t.Helper()
	g := openWith(t, s, Options{Snapshot: file})
	r, want := reference.NewGenerator(seed), reference.New(reference.Ontology())
	for range 60 {
		c := r.Change(want)
		if _, err := g.Commit(context.Background(), c); err == nil {
			want, _, _ = want.Apply(c)
		}
	}
	dump := reference.Dump(g.View())
	closeGraph(t, g)
	return dump
}

// late is a body for a graph that has grown: its first node is document:0.
func late(key string) *kg.Node {
	n := body(key)
	n.Citations = cite("document:0", "title")
	return n
}

func exists(t *testing.T, file string) bool {
	t.Helper()
	_, err := os.Stat(file)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	return err == nil
}

// TestSnapshot: a start with a snapshot reads only what the log has since, and
// the file is written when there is something new in it, not otherwise.
func TestSnapshot(t *testing.T) {
	for name, engine := range engines {
		t.Run(name, func(t *testing.T) {
			open, file := engine(t), snapshotFile(t)
			dump := grown(t, open(), file, 1)

			s := &walked{Store: open()}
			var told warnings
			g := openWith(t, s, Options{Snapshot: file, Logger: told.logger()})
			head := g.Root().Head()
			if len(s.after) != 1 || s.after[0] != head.Revision || head.Revision == 0 {
				t.Errorf("the log was read after %v; the graph is at %v", s.after, head.Revision)
			}
			if got := reference.Dump(g.View()); got != dump {
				t.Errorf("from the snapshot:\n%s\nwant\n%s", got, dump)
			}
			if err := os.Remove(file); err != nil {
				t.Fatal(err)
			}
			closeGraph(t, g)
			if exists(t, file) {
				t.Error("a graph that has not moved was saved again")
			}

			g = openWith(t, open(), Options{Snapshot: file, Logger: told.logger()}) // the file is missing
			g.snapshot.saving.Wait()
			if !exists(t, file) {
				t.Error("an index derived from the whole log was not saved")
			}
			must(t, g, putNodes(late("new")))
			closeGraph(t, g)
			s = &walked{Store: open()}
			g = openWith(t, s, Options{Snapshot: file, Logger: told.logger()})
			if s.after[0] != head.Revision+1 || !holds(g.Root(), "body:new") {
				t.Errorf("after one more change, the log was read after %v", s.after)
			}
			closeGraph(t, g)

			// What the snapshot lacks comes from the log.
			g = openWith(t, open(), Options{})
			must(t, g, putNodes(late("newer")))
			dump = reference.Dump(g.View())
			closeGraph(t, g)
			s = &walked{Store: open()}
			g = openWith(t, s, Options{Snapshot: file, Logger: told.logger()})
			if got := reference.Dump(g.View()); got != dump || s.after[0] != head.Revision+1 {
				t.Errorf("from an older snapshot, read after %v:\n%s\nwant\n%s", s.after, got, dump)
			}
			if told.String() != "" {
				t.Errorf("warned: %s", &told)
			}
		})
	}
}

// TestSnapshotAfterLongReplay: a start that had much to read beyond the snapshot
// saves a newer one at once, beside the first requests.
func TestSnapshotAfterLongReplay(t *testing.T) {
	open, file := engines["memstore"](t), snapshotFile(t)
	grown(t, open(), file, 1)
	for _, test := range []struct {
		count int
		saved bool
	}{{maxReplay, false}, {maxReplay + 1, true}} {
		g := openWith(t, open(), Options{}) // without the file
		c := putNodes()
		for i := range test.count {
			c.PutNodes = append(c.PutNodes, late(fmt.Sprint(test.count, "-", i)))
		}
		must(t, g, c)
		closeGraph(t, g)
		g = openWith(t, open(), Options{Snapshot: file})
		g.snapshot.saving.Wait()
		if saved := g.snapshot.saved == g.Root().Head(); saved != test.saved {
			t.Errorf("after %d records: saved %v, want %v", test.count, saved, test.saved)
		}
		g.snapshot.path = "" // closing must not save it either
		closeGraph(t, g)
		s := &walked{Store: open()}
		closeGraph(t, openWith(t, s, Options{Snapshot: file}))
		if test.saved != (s.after[0] == g.Root().Head().Revision) {
			t.Errorf("after %d records, the next start reads after %v", test.count, s.after)
		}
	}
}

// TestSnapshotUnusable: whatever is wrong with the file, the graph is right, the
// operator is told, and the next file is good.
func TestSnapshotUnusable(t *testing.T) {
	const seed = 3
	open, file := engines["memstore"](t), snapshotFile(t)
	dump := grown(t, open(), file, seed)
	good, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	other := snapshotFile(t)
	grown(t, engines["memstore"](t)(), other, seed+1)
	foreign, err := os.ReadFile(other)
	if err != nil {
		t.Fatal(err)
	}
	log := open()
	ahead := longerSnapshot(t, log, engines["memstore"](t)()) // of which the log here is a backup
	if err := log.Close(); err != nil {
		t.Fatal(err)
	}

	// check opens the graph with the bytes as its snapshot.
	check := func(name string, b []byte, says string) {
		t.Helper()
		if err := os.WriteFile(file, b, 0o600); err != nil {
			t.Fatal(err)
		}
		var told warnings
		g := openWith(t, open(), Options{Snapshot: file, Logger: told.logger()})
		if got := reference.Dump(g.View()); got != dump {
			t.Fatalf("%s:\n%s\nwant\n%s", name, got, dump)
		}
		closeGraph(t, g)
		if text := told.String(); strings.Count(text, "level=WARN") != 1 || !strings.Contains(text, file) || !strings.Contains(text, says) {
			t.Errorf("%s: told %q", name, text)
		}
		told = warnings{}
		s := &walked{Store: open()}
		g = openWith(t, s, Options{Snapshot: file, Logger: told.logger()})
		if now := g.Root().Head(); told.String() != "" || s.after[0] != now.Revision {
			t.Errorf("%s: the file was not made good: told %q, the log was read after %v", name, &told, s.after)
		}
		closeGraph(t, g)
	}
	check("empty", nil, "")
	check("something else", []byte("what is this?"), "")
	check("of another log", foreign, " log")
	check("ahead of the log", ahead, "the log does not hold")
	check("doubled", append(bytes.Clone(good), good...), "")

	random := rand.New(rand.NewPCG(seed, 5))
	for range 20 {
		size := random.IntN(len(good))
		check(fmt.Sprint("cut to ", size), good[:size], "")
	}
	for range 60 {
		damaged := bytes.Clone(good)
		at, bit := random.IntN(len(good)), byte(1)<<random.IntN(8)
		damaged[at] ^= bit
		check(fmt.Sprintf("byte %d of %d damaged by %#x", at, len(good), bit), damaged, "")
	}
}

// longerSnapshot copies the log of the first store into the second, adds to it,
// and returns the snapshot of that.
func longerSnapshot(t *testing.T, from, to kg.Store) []byte {
	t.Helper()
	ctx := context.Background()
	for c, err := range from.Commits(ctx, 0) {
		if err != nil {
			t.Fatal(err)
		}
		head, err := to.Head(ctx)
		if err == nil {
			_, err = to.Append(ctx, head, []kg.Commit{c})
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	file := snapshotFile(t)
	g := openWith(t, to, Options{Snapshot: file})
	must(t, g, putNodes(late("ahead")))
	closeGraph(t, g)
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestSnapshotOfAnotherOntology: after the ontology has changed, the index is
// derived anew.
func TestSnapshotOfAnotherOntology(t *testing.T) {
	open, file := engines["memstore"](t), snapshotFile(t)
	grown(t, open(), file, 1)
	text := strings.Replace(reference.SDL, `"Its code." code: String @index`, `"Its code." code: String`, 1)
	if text == reference.SDL {
		t.Fatal("the ontology is as it was")
	}
	changed, err := ontology.Parse([]ontology.Source{{Name: "changed.graphqls", Text: text}})
	if err != nil {
		t.Fatal(err)
	}
	dumpWith := func(options Options) string {
		g, err := Open(context.Background(), open(), changed, options)
		if err != nil {
			t.Fatal(err)
		}
		defer closeGraph(t, g)
		return reference.Dump(g.View())
	}
	var told warnings
	if got, want := dumpWith(Options{Snapshot: file, Logger: told.logger()}), dumpWith(Options{}); got != want {
		t.Errorf("with the snapshot:\n%s\nwithout:\n%s", got, want)
	}
	if !strings.Contains(told.String(), "ontology") {
		t.Errorf("told %q", &told)
	}
}

// TestSnapshotOverBadLog: a snapshot does not hide that the log after it does
// not fit.
func TestSnapshotOverBadLog(t *testing.T) {
	open, file := engines["memstore"](t), snapshotFile(t)
	grown(t, open(), file, 1)
	s := open()
	head, err := s.Head(context.Background())
	if err == nil {
		_, err = s.Append(context.Background(), head, []kg.Commit{{Records: []kg.Record{{Op: kg.DeleteNode, ID: "body:x"}}}})
	}
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if _, err := Open(context.Background(), s, reference.Ontology(), Options{Snapshot: file}); !errors.Is(err, kg.ErrCorrupt) || !strings.Contains(err.Error(), "body:x") {
		t.Errorf("%v; want an error of code %s", err, kg.Corrupt)
	}
}

// TestSnapshotCannotBeSaved: that is a warning, and no more.
func TestSnapshotCannotBeSaved(t *testing.T) {
	var told warnings
	open, file := engines["memstore"](t), filepath.Join(t.TempDir(), "absent", "index.snapshot")
	g := openWith(t, open(), Options{Snapshot: file, Logger: told.logger()})
	must(t, g, putNodes(paper("d")))
	closeGraph(t, g)
	if text := told.String(); strings.Count(text, "level=WARN") != 1 || !strings.Contains(text, "cannot be saved") || !strings.Contains(text, file) {
		t.Errorf("told %q", text)
	}
}

// killedDir names the data directory of a process that saves snapshots until it
// is killed.
const killedDir = "ECPGRAPH_TEST_SNAPSHOTS"

// saveUntilKilled opens and changes the graph in the directory again and again.
func saveUntilKilled(dir string) error {
	for i := 0; ; i++ {
		ctx := context.Background()
		engine, err := badgerstore.Open(ctx, dir, badgerstore.Options{})
		if err != nil {
			return err
		}
		log, err := store.Open(ctx, engine)
		if err != nil {
			return err
		}
		g, err := Open(ctx, log, reference.Ontology(), Options{Snapshot: filepath.Join(dir, "index.snapshot")})
		if err != nil {
			return err
		}
		c := putNodes(paper("d"))
		for k := range 2000 {
			c.PutNodes = append(c.PutNodes, goal(fmt.Sprint(k), i+int(g.Root().Head().Revision)))
		}
		if _, err := g.Commit(ctx, c); err != nil {
			return err
		}
		for range 30 {
			if _, err := writeSnapshot(g.snapshot.path, g.Root()); err != nil {
				return err
			}
		}
		if err := g.Close(); err != nil {
			return err
		}
		fmt.Println("saved")
	}
}

// TestKilledWhileSaving kills a process that saves snapshots at random times:
// the file that is left is whole, of the newest revision or an older one.
func TestKilledWhileSaving(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	dir := t.TempDir()
	const kills = 8
	leftovers := 0
	for range kills {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), killedDir+"="+dir)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		if _, err := out.Read(make([]byte, 1)); err != nil { // it has saved once
			t.Fatal(err)
		}
		time.Sleep(time.Duration(random.IntN(60_000)) * time.Microsecond)
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		if err := cmd.Wait(); err == nil {
			t.Fatal("the process has ended by itself")
		}
		file := filepath.Join(dir, "index.snapshot")
		if exists(t, file+".tmp") {
			leftovers++
		}
		open := func() kg.Store {
			engine, err := badgerstore.Open(context.Background(), dir, badgerstore.Options{})
			if err != nil {
				t.Fatal(err)
			}
			return openStore(t, engine)
		}
		whole := openWith(t, open(), Options{})
		want := reference.Dump(whole.View())
		closeGraph(t, whole)
		var told warnings
		g := openWith(t, open(), Options{Snapshot: file, Logger: told.logger()})
		if got := reference.Dump(g.View()); got != want || told.String() != "" {
			t.Errorf("the graph differs: %v; told %q", got != want, &told)
		}
		closeGraph(t, g)
	}
	t.Logf("killed %d times, %d times while a file was being written", kills, leftovers)
}
