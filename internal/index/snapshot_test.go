package index

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cespare/xxhash/v2"

	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
)

func snapshotOf(t testing.TB, ix *Index) []byte {
	t.Helper()
	var out bytes.Buffer
	n, err := ix.WriteTo(&out)
	if err != nil || n != int64(out.Len()) {
		t.Fatalf("%d bytes written, told %d: %v", out.Len(), n, err)
	}
	return out.Bytes()
}

// TestSnapshot reads snapshots of random graphs, holds them against the model,
// and goes on from them.
func TestSnapshot(t *testing.T) {
	r := seeded(t)
	o := testOntology(t)
	w := &writer{Rand: r, model: newModel(), keys: 60}
	ix := New(o)
	for i := range 40 {
		if i%4 == 0 {
			b := snapshotOf(t, ix)
			if r.IntN(2) == 0 { // where no word starts
				b = append(make([]byte, 1, len(b)+1), b...)[1:]
			}
			read, err := Read(o, b)
			if err != nil {
				t.Fatal(err)
			}
			if read.Head() != ix.Head() || !read.Time().Equal(ix.Time()) || read.Time().IsZero() != ix.Time().IsZero() {
				t.Fatalf("%v at %v, want %v at %v", read.Head(), read.Time(), ix.Head(), ix.Time())
			}
			checkIndex(t, read, w.model)
			if !bytes.Equal(snapshotOf(t, read), b) {
				t.Fatal("the snapshot of what was read differs")
			}
			if r.IntN(2) == 0 {
				old, frozen := read, w.model.clone()
				defer func() { checkIndex(t, old, frozen) }()
				ix = read
			}
		}
		c := w.commit(1 + r.IntN(100))
		c.Time = time.Date(2024, 1, 1, 0, 0, i, int(3*time.Millisecond), time.UTC)
		ix = apply(t, ix, c)
		checkIndex(t, ix, w.model)
	}
}

// TestSnapshotOfHubs: lists of several blocks survive.
func TestSnapshotOfHubs(t *testing.T) {
	m := newModel()
	m.revision = 1
	c := kg.Commit{Revision: 1}
	ref := func() kg.Ref { return kg.Ref{Revision: 1, Ordinal: uint32(len(c.Records))} }
	c.Records = append(c.Records, m.putNode(&kg.Node{ID: "goal:g", Type: "Goal"}, ref()))
	for i := range 3000 {
		n := &kg.Node{ID: kg.NodeID("Body", fmt.Sprint(i)), Type: "Body", Citations: []kg.Citation{{Document: "document:d", Locator: "x"}}}
		c.Records = append(c.Records, m.putNode(n, ref()))
		l := &kg.Link{ID: kg.LinkID("Serves", n.ID, "goal:g", ""), Relation: "Serves", From: n.ID, To: "goal:g", Citations: n.Citations}
		c.Records = append(c.Records, m.putLink(l, ref()))
	}
	o := testOntology(t)
	ix, err := Read(o, snapshotOf(t, apply(t, New(o), c)))
	if err != nil {
		t.Fatal(err)
	}
	checkIndex(t, ix, m)
}

// TestDamagedSnapshot: no flipped bit and no cut goes unseen.
func TestDamagedSnapshot(t *testing.T) {
	r := seeded(t)
	o := testOntology(t)
	w := &writer{Rand: r, model: newModel(), keys: 9}
	b := snapshotOf(t, apply(t, New(o), w.commit(60)))
	check := func(what string, b []byte) {
		t.Helper()
		if _, err := Read(o, b); !errors.Is(err, kg.ErrCorrupt) && !errors.Is(err, ErrOtherSnapshot) {
			t.Errorf("%s: %v", what, err)
		}
	}
	for i := range b {
		damaged := slices.Clone(b)
		damaged[i] ^= 1 << r.IntN(8)
		check(fmt.Sprint("a bit of byte ", i), damaged)
	}
	for range 500 {
		n := r.IntN(len(b))
		check(fmt.Sprint("cut to ", n), b[:n:n])
	}
	check("nothing", nil)
	check("one byte more", append(slices.Clone(b), 0))
}

// TestForeignSnapshot: an ontology whose index would look otherwise cannot read
// it, one that differs in nothing of that can.
func TestForeignSnapshot(t *testing.T) {
	b := snapshotOf(t, New(testOntology(t)))
	for _, test := range []struct {
		old, new string
		fits     bool
	}{
		{"A tool.", "A thing.", true},
		{"rank: Int @index", "rank: Int", false},
		{"rank: Int @index", "rank: String @index", false},
		{`"A guide." GUIDE`, `"A guide." GUIDES`, false},
		{"ServesWell", "ServesBadly", false},
		{"type Body", "type Corpus", false},
	} {
		text := strings.ReplaceAll(strings.ReplaceAll(testSDL, test.old, test.new), "[Tool, Body]", map[bool]string{true: "[Tool, Corpus]", false: "[Tool, Body]"}[test.new == "type Corpus"])
		o, err := ontology.Parse([]ontology.Source{{Name: "other.graphqls", Text: text}})
		if err != nil {
			t.Fatal(err)
		}
		if _, err = Read(o, b); test.fits != (err == nil) || !test.fits && !errors.Is(err, ErrOtherSnapshot) {
			t.Errorf("%s to %s: %v", test.old, test.new, err)
		}
	}
}

// FuzzRead: bytes of any content give an Index or a typed error. The checksum
// is made right, so that the parts are reached.
func FuzzRead(f *testing.F) {
	o := testOntology(f)
	w := &writer{Rand: rand.New(rand.NewPCG(1, 1)), model: newModel(), keys: 9}
	b := snapshotOf(f, apply(f, New(o), w.commit(40)))
	f.Add(b[headerSize : len(b)-trailerSize])
	f.Add([]byte{})
	header := b[:headerSize]
	f.Fuzz(func(t *testing.T, body []byte) {
		b := append(slices.Clone(header), body...)
		b = binary.NativeEndian.AppendUint64(b, xxhash.Sum64(b))
		if _, err := Read(o, b); err != nil && !errors.Is(err, kg.ErrCorrupt) {
			t.Error(err)
		}
		for _, b := range [][]byte{body, append(body, header...)} {
			if _, err := Read(o, b); err == nil || !errors.Is(err, kg.ErrCorrupt) && !errors.Is(err, ErrOtherSnapshot) {
				t.Error(err)
			}
		}
	})
}
