package live

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/reference"
	"ecpgraph/internal/store"
	"ecpgraph/internal/store/memstore"
)

// packedLog is a grown log as packed commits, with its head, and the snapshot of a
// revision in the middle.
func packedLog(t *testing.T) (packed []store.Packed, head kg.Head, file string) {
	t.Helper()
	engine := memstore.New()
	file = snapshotFile(t)
	grown(t, openStore(t, engine), file, 1)
	g := openWith(t, openStore(t, engine), Options{}) // the snapshot stays behind
	for i := range 5 {
		must(t, g, putNodes(late(fmt.Sprint(i))))
	}
	head = g.Root().Head()
	closeGraph(t, g)
	for len(packed) < int(head.Revision) {
		more, err := engine.Scan(t.Context(), kg.Revision(len(packed)))
		if err != nil {
			t.Fatal(err)
		}
		packed = append(packed, more...)
	}
	return packed, head, file
}

// verify verifies the log of the commits.
func verify(t *testing.T, packed []store.Packed, head kg.Head, file string) (Verified, error) {
	t.Helper()
	engine := memstore.New()
	if err := engine.Append(t.Context(), kg.Head{}, head, packed); err != nil {
		t.Fatal(err)
	}
	log, err := store.Open(t.Context(), engine)
	if err != nil {
		return Verified{}, err
	}
	defer log.Close()
	return Verify(t.Context(), log, reference.Ontology(), file)
}

// TestVerify: a sound log is told so, with and without a snapshot.
func TestVerify(t *testing.T) {
	packed, head, file := packedLog(t)
	none := snapshotFile(t)
	foreign := snapshotFile(t)
	if err := os.WriteFile(foreign, make([]byte, 100), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, state := range map[string]SnapshotState{file: SnapshotAgrees, none: SnapshotMissing, "": SnapshotMissing, foreign: SnapshotForeign} {
		v, err := verify(t, packed, head, name)
		if err != nil || v.Head != head || v.Snapshot != state || v.Records < 100 {
			t.Errorf("%+v, %v; want %v, snapshot %s", v, err, head, state)
		}
		if state == SnapshotAgrees && v.Saved.Revision != head.Revision-5 {
			t.Errorf("the snapshot is of %v", v.Saved)
		}
	}
	if v, err := verify(t, nil, kg.Head{}, ""); err != nil || v != (Verified{Snapshot: SnapshotMissing}) {
		t.Errorf("an empty log: %+v, %v", v, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Verify(ctx, openStore(t, memstore.New()), reference.Ontology(), ""); !errors.Is(err, context.Canceled) {
		t.Errorf("who gives up: %v", err)
	}
}

// TestVerifyNamesDamage: a forged or altered commit is named, before the
// revision of the snapshot or after it.
func TestVerifyNamesDamage(t *testing.T) {
	packed, head, file := packedLog(t)
	copied := func() []store.Packed {
		twin := make([]store.Packed, len(packed))
		for i, p := range packed {
			twin[i].Revision = p.Revision
			for _, c := range p.Chunks {
				twin[i].Chunks = append(twin[i].Chunks, []byte(string(c)))
			}
		}
		return twin
	}
	for _, at := range []int{3, int(head.Revision) - 3} {
		// The same commits but for one that says something else, from there on as
		// the chain would have it.
		engine := memstore.New()
		log := openStore(t, engine)
		parent := kg.Head{}
		var forged []store.Packed
		for c, err := range openPacked(t, packed, head).Commits(t.Context(), 0) {
			if err == nil && int(c.Revision) == at {
				c.Author = "somebody else"
			}
			if err == nil {
				parent, err = log.Append(t.Context(), parent, []kg.Commit{c})
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		for len(forged) < len(packed) {
			more, err := engine.Scan(t.Context(), kg.Revision(len(forged)))
			if err != nil {
				t.Fatal(err)
			}
			forged = append(forged, more...)
		}
		for name, test := range map[string]struct {
			spoil func(p []store.Packed) []store.Packed
			want  string
		}{
			"a forged commit":        {func(p []store.Packed) []store.Packed { p[at-1] = forged[at-1]; return p }, fmt.Sprintf("the digest chain breaks at revision %d", at+1)},
			"a forged commit's body": {func(p []store.Packed) []store.Packed { p[at-1].Chunks[0][60] ^= 1; return p }, fmt.Sprintf("revision %d", at)},
			"the last bytes":         {func(p []store.Packed) []store.Packed { c := &p[at-1].Chunks[0]; *c = (*c)[:len(*c)-3]; return p }, fmt.Sprintf("of revision %d is damaged", at)},
		} {
			if _, err := verify(t, test.spoil(copied()), head, file); !errors.Is(err, kg.ErrCorrupt) || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), "backup") {
				t.Errorf("%s at %d: %v; want %s", name, at, err, test.want)
			}
		}
		_, err := verify(t, forged, parent, file)
		if at == 3 {
			if !errors.Is(err, kg.ErrCorrupt) || !strings.Contains(err.Error(), "another log") {
				t.Errorf("a log forged from %d on, and the snapshot: %v", at, err)
			}
		} else if err != nil {
			t.Errorf("another log that agrees up to the snapshot: %v", err)
		}
	}
	short := packed[:len(packed)-6]
	last, err := store.CommitDigest(short[len(short)-1].Revision, short[len(short)-1].Chunks[0])
	if err != nil {
		t.Fatal(err)
	}
	_, err = verify(t, short, kg.Head{Revision: short[len(short)-1].Revision, Digest: last}, file)
	if !errors.Is(err, kg.ErrCorrupt) || !strings.Contains(err.Error(), "the log was shortened") {
		t.Errorf("a log that ends before the snapshot: %v", err)
	}
}

func openPacked(t *testing.T, packed []store.Packed, head kg.Head) kg.Store {
	t.Helper()
	engine := memstore.New()
	if err := engine.Append(t.Context(), kg.Head{}, head, packed); err != nil {
		t.Fatal(err)
	}
	return openStore(t, engine)
}

// TestVerifyNamesSnapshots: a snapshot that is damaged, or says something else
// than the log, is named; the log is sound.
func TestVerifyNamesSnapshots(t *testing.T) {
	packed, head, file := packedLog(t)
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	saved, err := index.Read(reference.Ontology(), b)
	if err != nil {
		t.Fatal(err)
	}
	// An index at the same head that lacks one commit.
	wrong, err := index.New(reference.Ontology()).Apply(commitsOf(t, packed, head, int(saved.Head().Revision)-1)...)
	if err != nil {
		t.Fatal(err)
	}
	wrong, err = wrong.Apply(kg.Commit{Revision: saved.Head().Revision, Time: saved.Time()})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := writeSnapshot(file, wrong.WithDigest(saved.Head().Digest)); err != nil {
		t.Fatal(err)
	}
	v, err := verify(t, packed, head, file)
	if !errors.Is(err, kg.ErrCorrupt) || !strings.Contains(err.Error(), "differs from the index derived from the log") || !strings.Contains(err.Error(), "remove the file") || v.Head != head || v.Snapshot != "" {
		t.Errorf("%+v, %v", v, err)
	}
	b[len(b)/2] ^= 1
	if err := os.WriteFile(file, b, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err = verify(t, packed, head, file); !errors.Is(err, kg.ErrCorrupt) || !strings.Contains(err.Error(), "is damaged") || !strings.Contains(err.Error(), "remove the file") {
		t.Errorf("%v", err)
	}
}

// commitsOf are the first commits of the log.
func commitsOf(t *testing.T, packed []store.Packed, head kg.Head, count int) (commits []kg.Commit) {
	t.Helper()
	for c, err := range openPacked(t, packed, head).Commits(t.Context(), 0) {
		if err != nil {
			t.Fatal(err)
		}
		if len(commits) < count {
			commits = append(commits, c)
		}
	}
	return commits
}
