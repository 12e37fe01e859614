package store_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"testing"

	"go.uber.org/goleak"

	"ecpgraph/internal/kg"
	"ecpgraph/internal/store"
	"ecpgraph/internal/store/memstore"
	"ecpgraph/internal/store/storetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// small is a log of a few commits, one of them in several chunks.
func small(t *testing.T) (commits []kg.Commit, packed []store.Packed, head kg.Head) {
	t.Helper()
	commits = append(storetest.Sample(3, 3), storetest.Nodes(20, 500), storetest.Nodes(2, 10))
	engine := memstore.New()
	l, err := store.Open(t.Context(), engine)
	if err != nil {
		t.Fatal(err)
	}
	if head, err = l.Append(t.Context(), kg.Head{}, commits); err != nil {
		t.Fatal(err)
	}
	if packed, err = engine.Scan(t.Context(), 0); err != nil {
		t.Fatal(err)
	}
	if len(packed[3].Chunks) < 2 {
		t.Fatal("no commit has several chunks")
	}
	return commits, packed, head
}

// copyOf copies the log so that it can be damaged.
func copyOf(packed []store.Packed) []store.Packed {
	twin := slices.Clone(packed)
	for i := range twin {
		twin[i].Chunks = slices.Clone(twin[i].Chunks)
		for j := range twin[i].Chunks {
			twin[i].Chunks[j] = slices.Clone(twin[i].Chunks[j])
		}
	}
	return twin
}

// judge opens the bytes as a store and reads all there is. Every read must give
// what was written or an error of code Corrupt. It returns whether any failed.
func judge(t *testing.T, what string, head kg.Head, packed []store.Packed, want []kg.Commit) (noticed bool) {
	t.Helper()
	ctx := context.Background()
	engine := memstore.New()
	if err := engine.Append(ctx, kg.Head{}, head, packed); err != nil {
		t.Fatal(err)
	}
	named := func(err error) bool {
		if err != nil && !errors.Is(err, kg.ErrCorrupt) {
			t.Errorf("%s: unnamed error %v", what, err)
		}
		noticed = noticed || err != nil
		return err == nil
	}
	l, err := store.Open(ctx, engine)
	if !named(err) {
		return noticed
	}
	defer l.Close()
	seen := 0
	for c, err := range l.Commits(ctx, 0) {
		if !named(err) {
			break
		}
		if seen >= len(want) || !reflect.DeepEqual(c.Records, want[seen].Records) || c.Reason != want[seen].Reason || !c.Time.Equal(want[seen].Time) {
			t.Errorf("%s: the walk gives wrong data at revision %d", what, seen+1)
		}
		seen++
	}
	if !noticed && seen != len(want) {
		t.Errorf("%s: the walk ends at revision %d, silently", what, seen)
	}
	for i, c := range want {
		var refs []kg.Ref
		for ordinal := range c.Records {
			refs = append(refs, kg.Ref{Revision: kg.Revision(i + 1), Ordinal: uint32(ordinal)})
		}
		got, err := l.Records(ctx, refs)
		if named(err) {
			if len(refs) > 0 && !reflect.DeepEqual(got, c.Records) {
				t.Errorf("%s: the records of revision %d are wrong", what, i+1)
			}
			continue
		}
		for ordinal, ref := range refs { // one bad record need not spoil its neighbours
			got, err := l.Records(ctx, []kg.Ref{ref})
			if named(err) && !reflect.DeepEqual(got[0], c.Records[ordinal]) {
				t.Errorf("%s: record %d of revision %d is wrong", what, ordinal, i+1)
			}
		}
	}
	return noticed
}

// Every byte of a log is flipped in turn: nothing wrong may come out, and the
// walk, which checks the digests, must notice each.
func TestEveryFlippedByte(t *testing.T) {
	commits, packed, head := small(t)
	if judge(t, "undamaged", head, copyOf(packed), commits) {
		t.Fatal("the undamaged log fails")
	}
	flips := 0
	for i := range packed {
		for j := range packed[i].Chunks {
			for k := range packed[i].Chunks[j] {
				if k > 150 && k%23 != 0 {
					continue // past the header, one byte is as good as another
				}
				bit := byte(1) << ((k + j) % 8)
				bad := copyOf(packed)
				bad[i].Chunks[j][k] ^= bit
				what := fmt.Sprintf("byte %d of chunk %d of revision %d, bit %#x", k, j, i+1, bit)
				if !judge(t, what, head, bad, commits) {
					t.Errorf("%s: nobody noticed", what)
				}
				flips++
			}
		}
	}
	t.Logf("%d bytes flipped", flips)
}

// Damage larger than a bit: lost, cut, swapped and foreign bytes.
func TestLostAndSwapped(t *testing.T) {
	commits, packed, head := small(t)
	for name, spoil := range map[string]func(p []store.Packed) []store.Packed{
		"a lost last commit":     func(p []store.Packed) []store.Packed { return p[:4] },
		"a lost first commit":    func(p []store.Packed) []store.Packed { return p[1:] },
		"a lost middle commit":   func(p []store.Packed) []store.Packed { return slices.Delete(p, 1, 2) },
		"swapped commits":        func(p []store.Packed) []store.Packed { p[0], p[1] = p[1], p[0]; return p },
		"a commit in two places": func(p []store.Packed) []store.Packed { p[1].Chunks = p[0].Chunks; return p },
		"a lost chunk":           func(p []store.Packed) []store.Packed { p[3].Chunks = p[3].Chunks[:1]; return p },
		"no chunks":              func(p []store.Packed) []store.Packed { p[3].Chunks = nil; return p },
		"an empty chunk":         func(p []store.Packed) []store.Packed { p[3].Chunks[1] = []byte{}; return p },
		"an extra chunk":         func(p []store.Packed) []store.Packed { p[3].Chunks = append(p[3].Chunks, p[3].Chunks[1]); return p },
		"swapped chunks": func(p []store.Packed) []store.Packed {
			p[3].Chunks[0], p[3].Chunks[1] = p[3].Chunks[1], p[3].Chunks[0]
			return p
		},
		"bytes behind": func(p []store.Packed) []store.Packed { p[0].Chunks[0] = append(p[0].Chunks[0], 0); return p },
		"half a chunk": func(p []store.Packed) []store.Packed {
			p[3].Chunks[1] = p[3].Chunks[1][:len(p[3].Chunks[1])/2]
			return p
		},
	} {
		if !judge(t, name, head, spoil(copyOf(packed)), commits) {
			t.Errorf("%s: nobody noticed", name)
		}
	}
	for i := range 32 {
		wrong := head
		wrong.Digest[i] ^= 4
		if !judge(t, "a wrong head digest", wrong, copyOf(packed), commits) {
			t.Errorf("byte %d of the head's digest is wrong: nobody noticed", i)
		}
	}
}

// Forged history is told from the real one even where all its checksums hold:
// the commits of another log after the same beginning.
func TestForeignCommit(t *testing.T) {
	commits, packed, head := small(t)
	engine := memstore.New()
	l, err := store.Open(t.Context(), engine)
	if err != nil {
		t.Fatal(err)
	}
	other := slices.Clone(commits)
	other[1].Reason = "another reason"
	if _, err := l.Append(t.Context(), kg.Head{}, other); err != nil {
		t.Fatal(err)
	}
	foreign, err := engine.Scan(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	for i := 1; i < 4; i++ {
		bad := copyOf(packed)
		bad[i] = foreign[i]
		ctx := t.Context()
		engine := memstore.New()
		if err := engine.Append(ctx, kg.Head{}, head, bad); err != nil {
			t.Fatal(err)
		}
		l, err := store.Open(ctx, engine)
		if err != nil {
			t.Fatal(err)
		}
		var broken error
		for _, err := range l.Commits(ctx, 0) {
			broken = err
		}
		if !errors.Is(broken, kg.ErrCorrupt) {
			t.Errorf("commit %d of another log: the walk says %v", i+1, broken)
		}
		l.Close()
	}
}

// closable counts how often it is closed.
type closable struct {
	*memstore.Engine
	closed int
}

func (c *closable) Close() error {
	c.closed++
	return c.Engine.Close()
}

// The log closes its engine once, also where opening fails.
func TestEngineIsClosedOnce(t *testing.T) {
	_, packed, head := small(t)
	for name, wrong := range map[string]bool{"opened": false, "refused": true} {
		engine, head := &closable{Engine: memstore.New()}, head
		if wrong {
			head.Digest[0] ^= 1
		}
		if err := engine.Append(t.Context(), kg.Head{}, head, packed); err != nil {
			t.Fatal(err)
		}
		l, err := store.Open(t.Context(), engine)
		if (err != nil) != wrong {
			t.Fatalf("%s: %v", name, err)
		}
		if err == nil {
			for range 2 {
				if err := l.Close(); err != nil {
					t.Error(err)
				}
			}
		}
		if engine.closed != 1 {
			t.Errorf("%s: closed %d times", name, engine.closed)
		}
	}
}

// The errors of damage name the place.
func TestDamageIsNamed(t *testing.T) {
	_, packed, head := small(t)
	bad := copyOf(packed)
	last := bad[3].Chunks[1]
	last[len(last)-10] ^= 1
	engine := memstore.New()
	if err := engine.Append(t.Context(), kg.Head{}, head, bad); err != nil {
		t.Fatal(err)
	}
	l, err := store.Open(t.Context(), engine)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, err = l.Records(t.Context(), []kg.Ref{{Revision: 4, Ordinal: 19}})
	want := "record 19 of revision 4 is damaged: the checksum is wrong; restore the store from a backup"
	if !errors.Is(err, kg.ErrCorrupt) || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
}
