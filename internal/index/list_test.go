package index

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// TestLists edits lists at random and holds every way to read them against a
// plain slice; old lists must stay as they were.
func TestLists(t *testing.T) {
	r := seeded(t)
	for range 30 {
		type version struct {
			list List[int]
			want []int
		}
		var versions []version
		var list List[int]
		var want []int
		span := 1 + r.IntN(5000)
		for range 60 {
			var next version
			for range 1 + r.IntN(2) { // two lists may come from one
				removed, added := drawEdits(r, want, span)
				next.list = edited(list, removed, added, itself, cmp.Compare[int])
				next.want = slices.DeleteFunc(slices.Clone(want), func(x int) bool { _, found := slices.BinarySearch(removed, x); return found })
				next.want = append(next.want, added...)
				slices.Sort(next.want)
				versions = append(versions, next)
			}
			list, want = next.list, next.want
		}
		for i, v := range versions {
			checkReads(t, r, fmt.Sprint("after ", i), v.list, v.want)
		}
	}
}

func itself(x int) int { return x }

// drawEdits draws elements to take out and others to put in, of which some have
// just been taken out.
func drawEdits(r *rand.Rand, have []int, span int) (removed, added []int) {
	if r.IntN(10) == 0 {
		removed = slices.Clone(have)
	} else if len(have) > 0 {
		from := r.IntN(len(have))
		for _, x := range have[from:min(len(have), from+r.IntN(700))] {
			if r.IntN(4) > 0 {
				removed = append(removed, x)
			}
		}
	}
	for range []int{0, 1, 3, 50, 2000}[r.IntN(5)] {
		x := r.IntN(span)
		_, have := slices.BinarySearch(have, x)
		_, leaves := slices.BinarySearch(removed, x)
		if !have || leaves {
			added = append(added, x)
		}
	}
	slices.Sort(added)
	return removed, slices.Compact(added)
}

func checkReads(t *testing.T, r *rand.Rand, what string, list List[int], want []int) {
	t.Helper()
	checkList(t, what, list, want)
	for i, x := range want {
		if list.At(i) != x {
			t.Fatalf("%s: element %d is %d, want %d", what, i, list.At(i), x)
		}
	}
	for _, i := range []int{0, len(want), r.IntN(len(want) + 1)} {
		if got := slices.Collect(list.From(i)); !slices.Equal(got, want[i:]) {
			t.Fatalf("%s: from %d: %v", what, i, got)
		}
		backwards := slices.Clone(want[:i])
		slices.Reverse(backwards)
		if got := slices.Collect(list.Before(i)); !slices.Equal(got, backwards) {
			t.Fatalf("%s: before %d: %v", what, i, got)
		}
		run := list.Run(i)
		if i < len(want) == (len(run) == 0) || !slices.Equal(run, want[i:i+len(run)]) {
			t.Fatalf("%s: run %d: %v", what, i, run)
		}
		x := r.IntN(6000)
		at, _ := slices.BinarySearch(want, x)
		if got := list.Search(func(e int) bool { return e >= x }); got != at {
			t.Fatalf("%s: %d is at %d, want %d", what, x, got, at)
		}
	}
	if list.Run(-1) != nil || list.Run(len(want)) != nil {
		t.Fatalf("%s: a run outside of the list", what)
	}
	for range list.From(0) {
		break // an early end is heeded
	}
	for range list.Before(len(want)) {
		break
	}
}

// TestWholeBlocksAreShared: an edit copies the block it falls in, no other.
func TestWholeBlocksAreShared(t *testing.T) {
	var elements []int
	for i := range 10_000 {
		elements = append(elements, 2*i)
	}
	before := newList(elements)
	after := edited(before, []int{8000}, []int{8001}, itself, cmp.Compare[int])
	other := 0
	for i, b := range after.spine.blocks {
		if &b[0] != &before.spine.blocks[i][0] {
			other++
		}
	}
	if other != 1 || len(after.spine.blocks) != len(before.spine.blocks) {
		t.Errorf("%d of %d blocks are new", other, len(after.spine.blocks))
	}
}

// TestTwoSuccessors: two lists that follow one do not share the room behind a
// block that both put together with its neighbour.
func TestTwoSuccessors(t *testing.T) {
	var elements []int
	for i := range 300 {
		elements = append(elements, i)
	}
	b := blocks[int]{made: [][]int{append(make([]int, 0, 400), elements[:200]...), elements[200:]}}
	list := b.list()
	var lists []List[int]
	for _, from := range []int{200, 240} {
		lists = append(lists, edited(list, elements[from:from+60], nil, itself, cmp.Compare[int]))
	}
	checkList(t, "one", lists[0], slices.Delete(slices.Clone(elements), 200, 260))
	checkList(t, "other", lists[1], slices.Delete(slices.Clone(elements), 240, 300))
	checkList(t, "base", list, elements)
}

// TestHashes holds hash tables, old ones too, against maps.
func TestHashes(t *testing.T) {
	r := seeded(t)
	type version struct {
		hashes
		want map[uint32]uint32 // hash by number
	}
	v := version{want: map[uint32]uint32{}}
	var versions []version
	for range 40 {
		o := new(owner)
		next := version{v.hashes, map[uint32]uint32{}}
		for number, hash := range v.want {
			next.want[number] = hash
		}
		for range []int{1, 20, 3000}[r.IntN(3)] {
			number := uint32(r.IntN(6000))
			if hash, found := next.want[number]; found {
				next.remove(o, hash, number)
				delete(next.want, number)
			} else {
				hash := uint32(r.IntN(1<<r.IntN(32))) * 0x9e3779b1
				next.insert(o, hash, number)
				next.want[number] = hash
			}
		}
		next.clip(o)
		versions = append(versions, next)
		if r.IntN(4) > 0 { // else it is given up
			v = next
		}
	}
	for i, v := range versions {
		found := 0
		for b := range v.count {
			found += len(v.buckets.at(b))
		}
		if found != len(v.want) || v.entries != len(v.want) {
			t.Fatalf("after %d: %d entries, told %d, want %d", i, found, v.entries, len(v.want))
		}
		for number, hash := range v.want {
			if !slices.Contains(v.bucket(hash), uint64(hash)<<32|uint64(number)) {
				t.Fatalf("after %d: %d is not in the bucket of %x", i, number, hash)
			}
		}
	}
}

// TestTexts holds tables of texts, old ones too, against maps.
func TestTexts(t *testing.T) {
	r := seeded(t)
	type version struct {
		texts
		want map[uint32]string
	}
	v := version{want: map[uint32]string{}}
	var versions []version
	for range 60 {
		next := version{v.texts, map[uint32]string{}}
		for at, text := range v.want {
			next.want[at] = text
		}
		var edits []textEdit
		for at := uint32(0); at < 300; at += 1 + uint32(r.IntN(40)) {
			e := textEdit{at: at, absent: r.IntN(3) == 0}
			if !e.absent {
				e.text = fmt.Sprint(r.IntN(1000))[r.IntN(2):]
				next.want[at] = e.text
			} else {
				delete(next.want, at)
			}
			edits = append(edits, e)
		}
		next.edit(new(owner), edits)
		versions = append(versions, next)
		v = next
	}
	for i, v := range versions {
		for at := range uint32(400) {
			want, present := v.want[at]
			if got, ok := v.at(at); got != want || ok != present {
				t.Fatalf("after %d: text %d is %q, %v; want %q, %v", i, at, got, ok, want, present)
			}
		}
	}
}
