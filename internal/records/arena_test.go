package records

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"

	"ecpgraph/internal/kg"
)

// content is bytes that tell whose they are.
func content(s subject, ref kg.Ref, length int) Record {
	b := binary.LittleEndian.AppendUint32(nil, s.number)
	b = append(b, byte(s.kind))
	b = binary.LittleEndian.AppendUint64(b, uint64(ref.Revision))
	b = binary.LittleEndian.AppendUint32(b, ref.Ordinal)
	for len(b) < length {
		b = append(b, byte(len(b))^byte(s.number)^byte(ref.Ordinal))
	}
	return b
}

func node(number int) subject { return subject{nodeKind, uint32(number)} }
func link(number int) subject { return subject{linkKind, uint32(number)} }

func at(revision, ordinal int) kg.Ref {
	return kg.Ref{Revision: kg.Revision(revision), Ordinal: uint32(ordinal)}
}

func TestVersions(t *testing.T) {
	a := newArena(leastBound)
	old, now := content(node(7), at(1, 2), 50), content(node(7), at(3, 0), 60)
	if a.get(node(7), at(1, 2)) != nil {
		t.Error("an empty arena has a record")
	}
	if got := a.put(node(7), at(1, 2), old); !bytes.Equal(got, old) || &got[0] == &old[0] {
		t.Errorf("put gave %v, want a copy", got)
	}
	if got := a.get(node(7), at(1, 2)); !bytes.Equal(got, old) || cap(got) != len(got) {
		t.Errorf("got %v", got)
	}
	for _, other := range []struct {
		s   subject
		ref kg.Ref
	}{{node(7), at(1, 1)}, {node(7), at(2, 2)}, {node(8), at(1, 2)}, {link(7), at(1, 2)}, {node(1 << 31), at(1, 2)}} {
		if got := a.get(other.s, other.ref); got != nil {
			t.Errorf("%v at %v: got %v", other.s, other.ref, got)
		}
	}
	kept := a.put(node(7), at(3, 0), now)
	if got := a.put(node(7), at(3, 0), now); &got[0] != &kept[0] {
		t.Error("the same version is kept twice")
	}
	if a.put(node(7), at(1, 2), old) != nil || a.get(node(7), at(1, 2)) != nil || !bytes.Equal(a.get(node(7), at(3, 0)), now) {
		t.Error("an old version has ousted a newer one")
	}
	if newer(at(3, 0), at(3, 0)) || !newer(at(3, 1), at(3, 0)) || newer(at(2, 9), at(3, 0)) {
		t.Error("newer is wrong")
	}
	if a.records.Load() != 1 || a.evictions.Load() != 0 {
		t.Errorf("%d records, %d evictions", a.records.Load(), a.evictions.Load())
	}
}

func TestBoundBelowTheLeast(t *testing.T) {
	for _, bound := range []int64{-1, 0, 1, leastBound - 1} {
		a := newArena(bound)
		if a.put(node(0), at(1, 0), content(node(0), at(1, 0), 20)) != nil || a.get(node(0), at(1, 0)) != nil || a.bytes.Load() != 0 {
			t.Errorf("bound %d: a record is kept", bound)
		}
	}
}

func TestLargeRecords(t *testing.T) {
	a := newArena(64 << 20)
	if a.blockSize != largestBlock {
		t.Fatalf("blocks of %d", a.blockSize)
	}
	most := largestBlock/largestPart - headerSize
	if a.put(node(0), at(1, 0), content(node(0), at(1, 0), most+1)) != nil {
		t.Error("a record that is too large is kept")
	}
	for i := range 5 { // the fifth needs a block of its own
		want := content(node(i), at(1, i), most)
		a.put(node(i), at(1, i), want)
		if got := a.get(node(i), at(1, i)); !bytes.Equal(got, want) {
			t.Errorf("record %d is another", i)
		}
	}
	if a.newest != 2 {
		t.Errorf("%d blocks, want 2", a.newest)
	}
}

// TestBound: whatever is put, memory stays in the bound, and what is found is
// what was put last.
func TestBound(t *testing.T) {
	r := random(t)
	for _, c := range []struct {
		bound   int64
		numbers int
	}{
		{leastBound, 200}, {leastBound, 3000}, {leastBound, 1 << 22}, {leastBound, 1 << 32}, {1 << 20, 5000}, {1 << 20, 1 << 20}, {5 << 20, 1 << 20},
	} {
		t.Run(fmt.Sprint(c), func(t *testing.T) {
			a := newArena(c.bound)
			latest := map[subject]kg.Ref{}
			found := 0
			for i := range 30_000 {
				s := subject{kind(r.IntN(2)), uint32(r.IntN(c.numbers))}
				if r.IntN(2) == 0 {
					s.number = uint32(r.IntN(min(c.numbers, 100))) // some are asked for more often
				}
				ref, known := latest[s]
				if known {
					if got := a.get(s, ref); got != nil {
						found++
						if !bytes.Equal(got, content(s, ref, len(got))) {
							t.Fatalf("%v: another record", s)
						}
						if r.IntN(10) > 0 {
							continue
						}
					}
				}
				ref = at(1+i, r.IntN(100))
				latest[s] = ref
				want := content(s, ref, 17+r.IntN(600))
				if got := a.put(s, ref, want); got != nil && !bytes.Equal(got, want) {
					t.Fatalf("%v: put gives another record", s)
				}
				if i%20 == 0 {
					checkArena(t, a)
				}
			}
			if found == 0 {
				t.Error("nothing was ever found")
			}
			if a.evictions.Load() == 0 {
				t.Error("nothing was ever evicted")
			}
		})
	}
}

// checkArena compares the counts of memory with what there is.
func checkArena(t *testing.T, a *arena) {
	t.Helper()
	var is int64
	for i := range a.ring {
		if b := a.ring[i].Load(); b != nil {
			is += int64(len(b.bytes))
		}
	}
	for i := range a.tables {
		pages := a.tables[i].pages.Load()
		if pages == nil {
			continue
		}
		is += int64(len(*pages)) * pointerLength
		for j := range *pages {
			if (*pages)[j].Load() != nil {
				is += pageLength
			}
		}
	}
	if got := a.bytes.Load(); got != is || got > a.bound {
		t.Fatalf("%d bytes counted, %d taken, bound %d", got, is, a.bound)
	}
}

// reachable counts the records that get would find.
func reachable(a *arena) (count int64) {
	for i := range a.tables {
		pages := a.tables[i].pages.Load()
		if pages == nil {
			continue
		}
		for j := range *pages {
			p := (*pages)[j].Load()
			for k := 0; p != nil && k < pageSize; k++ {
				if a.entry(location(p[k].Load())) != nil {
					count++
				}
			}
		}
	}
	return count
}

func TestCounts(t *testing.T) {
	r := random(t)
	for _, numbers := range []int{50, 500, 50_000} {
		a := newArena(leastBound)
		for i := range 20_000 {
			s := subject{kind(r.IntN(2)), uint32(r.IntN(numbers))}
			a.put(s, at(i+1, 0), content(s, at(i+1, 0), 17+r.IntN(300)))
			a.get(s, at(i+1, 0))
			if i%500 == 0 && a.records.Load() != reachable(a) {
				t.Fatalf("%d numbers: %d records counted, %d reachable", numbers, a.records.Load(), reachable(a))
			}
		}
	}
}

// TestSecondChance: what is read again and again outlives a stream of what is
// read once.
func TestSecondChance(t *testing.T) {
	a := newArena(1 << 20)
	const often = 100
	for i := range often {
		a.put(node(i), at(1, i), content(node(i), at(1, i), 500))
	}
	lost := 0
	for i := range 100_000 {
		a.put(node(1000+i%2000), at(i+2, 0), content(node(1000+i%2000), at(i+2, 0), 500))
		if i%10 == 0 {
			if n := i / 10 % often; a.get(node(n), at(1, n)) == nil {
				lost++
			}
		}
	}
	if lost > 0 {
		t.Errorf("lost %d times", lost)
	}
	if a.evictions.Load() == 0 {
		t.Error("nothing was evicted")
	}
}

// TestHeldRecords: what was read stays what it is after its block is gone.
func TestHeldRecords(t *testing.T) {
	a := newArena(leastBound)
	held := map[int]Record{}
	for i := range 5000 {
		s, ref := node(i%1000), at(i+1, 0)
		a.put(s, ref, content(s, ref, 100))
		if i%50 == 0 {
			held[i] = a.get(s, ref)
		}
	}
	for i, r := range held {
		if !bytes.Equal(r, content(node(i%1000), at(i+1, 0), 100)) {
			t.Errorf("record %d has changed", i)
		}
	}
}

// TestArenaConcurrent: many put and get a few records of several versions; each
// finds the version that it asks for, or none.
func TestArenaConcurrent(t *testing.T) {
	seed := random(t).Uint64()
	a := newArena(leastBound)
	var group sync.WaitGroup
	for g := range 8 {
		group.Go(func() {
			r := rand.New(rand.NewPCG(seed, uint64(g)))
			for range 20_000 {
				s, ref := subject{kind(r.IntN(2)), uint32(r.IntN(1500))}, at(1+r.IntN(3), 0)
				want := content(s, ref, 20+int(s.number)%400)
				got := a.get(s, ref)
				if got == nil {
					got = a.put(s, ref, want)
				}
				if got != nil && !bytes.Equal(got, want) {
					t.Errorf("%v at %v: another record", s, ref)
					return
				}
			}
		})
	}
	group.Wait()
	checkArena(t, a)
	if a.records.Load() != reachable(a) {
		t.Errorf("%d records counted, %d reachable", a.records.Load(), reachable(a))
	}
}

// TestForgery: a reader who has looked a location up just before the block went
// does not find the record, whatever bytes now stand where it was.
func TestForgery(t *testing.T) {
	a := newArena(leastBound)
	a.put(node(1), at(1, 0), content(node(1), at(1, 0), 100))
	offset := a.used
	a.put(node(2), at(1, 1), content(node(2), at(1, 1), 30))
	location := location(a.tables[nodeKind].at(2).Load())
	forged := make(Record, 1900)
	writeEntry(forged[offset-headerSize:], node(2), at(1, 1), content(node(2), at(1, 1), 30))
	for i := range 10 * len(a.ring) * a.blockSize / len(forged) {
		a.put(node(3+i%100), at(2+i, 0), forged)
		if a.oldest > 1 && a.entry(location) != nil {
			t.Fatalf("found in block %d", a.newest)
		}
	}
}
