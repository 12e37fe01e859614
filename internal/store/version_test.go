package store_test

import (
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"ecpgraph/internal/kg"
	"ecpgraph/internal/store"
	"ecpgraph/internal/store/memstore"
	"ecpgraph/internal/store/storetest"
)

// version1 is the log that version 1 of the codec wrote, from its golden file.
func version1(t *testing.T) (packed []store.Packed, head kg.Head) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "format-1.golden"))
	if err != nil {
		t.Fatal(err)
	}
	var encoded []byte // the head
	into := &encoded
	for line := range strings.Lines(string(text)) {
		var revision kg.Revision
		var chunk int
		switch n, _ := fmt.Sscanf(line, "revision %d chunk %d", &revision, &chunk); {
		case n == 2:
			if chunk == 0 {
				packed = append(packed, store.Packed{Revision: revision})
			}
			last := &packed[len(packed)-1]
			last.Chunks = append(last.Chunks, nil)
			into = &last.Chunks[chunk]
		case strings.HasPrefix(line, "head "):
			encoded = nil // that of the last commit counts
			into = &encoded
		default:
			bytes, err := hex.DecodeString(strings.ReplaceAll(line[10:58], " ", ""))
			if err != nil {
				t.Fatal(err)
			}
			*into = append(*into, bytes...)
		}
	}
	if head, err = store.DecodeHead(encoded); err != nil {
		t.Fatal(err)
	}
	return packed, head
}

// TestVersion1: a log that was written with version 1 of the codec is read, goes
// on with commits of version 2, and says of each commit what it knows.
func TestVersion1(t *testing.T) {
	packed, head := version1(t)
	engine, ctx := memstore.New(), t.Context()
	if err := engine.Append(ctx, kg.Head{}, head, packed); err != nil {
		t.Fatal(err)
	}
	l, err := store.Open(ctx, engine)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	commits := append(store.GoldenCommits(), storetest.Nodes(30, 500))
	if _, err := l.Append(ctx, head, commits[len(packed):]); err != nil {
		t.Fatal(err)
	}
	revision := kg.Revision(0)
	for got, err := range l.Commits(ctx, 0) {
		if err != nil {
			t.Fatal(err)
		}
		revision++
		want := commits[revision-1]
		want.Revision, want.Digest, want.Time = revision, got.Digest, got.Time
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%v:\n got %+v\nwant %+v", revision, got, want)
		}
		heads, err := l.CommitHeads(ctx, []kg.Revision{revision})
		if err != nil {
			t.Fatal(err)
		}
		h := heads[0]
		if h.Digest != got.Digest || !h.Time.Equal(got.Time) || h.Author != got.Author || h.Reason != got.Reason || int(h.Records) != len(got.Records) {
			t.Errorf("%v: %+v", revision, h)
		}
		if old := int(revision) <= len(packed); old != (h.Wrote == nil) || !old && h.Wrote.NodesPut != 30 {
			t.Errorf("%v: counts %+v", revision, h.Wrote)
		}
		for ordinal := range got.Records {
			found, err := l.Records(ctx, []kg.Ref{{Revision: revision, Ordinal: uint32(ordinal)}})
			if err != nil || !reflect.DeepEqual(found[0], got.Records[ordinal]) {
				t.Errorf("record %d of %v: %+v, %v", ordinal, revision, found, err)
			}
		}
	}
	if int(revision) != len(commits) || len(packed) != 3 {
		t.Errorf("%d commits, want %d", revision, len(commits))
	}
	// A chunk of another version than its commit is damage.
	packed[2].Chunks[1][0] = 2
	if !judge(t, "a chunk of another version", head, packed, store.GoldenCommits()) {
		t.Error("nobody noticed")
	}
}
