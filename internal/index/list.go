package index

import (
	"iter"
	"sort"
)

// List is an immutable sequence, kept in blocks so that a changed one shares
// most of them with the list it came from. The zero List is empty. Making and
// reading one allocates nothing.
type List[E any] struct {
	run   []E       // all of a list of one block
	spine *spine[E] // of a list of several, else nil
}

// spine holds together the blocks of a list.
type spine[E any] struct {
	blocks [][]E    // none is empty
	starts []uint32 // the position of the first element of each block
	size   int
}

// Len is the number of elements.
func (l List[E]) Len() int {
	if l.spine != nil {
		return l.spine.size
	}
	return len(l.run)
}

// At is the i-th element, from 0.
func (l List[E]) At(i int) E {
	if l.spine == nil {
		return l.run[i]
	}
	b := l.spine.blockOf(i)
	return l.spine.blocks[b][i-int(l.spine.starts[b])]
}

// blockOf is the block that holds the i-th element.
func (s *spine[E]) blockOf(i int) int {
	return sort.Search(len(s.starts), func(b int) bool { return int(s.starts[b]) > i }) - 1
}

// Run is the elements from the i-th on that lie side by side: at least one, and
// as many as can be had without a copy. It is empty past the end. The caller
// must not change it.
func (l List[E]) Run(i int) []E {
	if i < 0 || i >= l.Len() {
		return nil
	}
	if l.spine == nil {
		return l.run[i:]
	}
	b := l.spine.blockOf(i)
	return l.spine.blocks[b][i-int(l.spine.starts[b]):]
}

// From yields the elements from the i-th on.
func (l List[E]) From(i int) iter.Seq[E] {
	return func(yield func(E) bool) {
		at := i
		for run := l.Run(at); len(run) > 0; run = l.Run(at) {
			for _, e := range run {
				if !yield(e) {
					return
				}
			}
			at += len(run)
		}
	}
}

// Before yields the elements before the i-th, last first.
func (l List[E]) Before(i int) iter.Seq[E] {
	return func(yield func(E) bool) {
		at := min(i, l.Len())
		for at > 0 {
			block, start := l.run, 0
			if l.spine != nil {
				b := l.spine.blockOf(at - 1)
				block, start = l.spine.blocks[b], int(l.spine.starts[b])
			}
			for ; at > start; at-- {
				if !yield(block[at-1-start]) {
					return
				}
			}
		}
	}
}

// Search is the position of the first element for which holds is true, Len when
// there is none. The list must be ordered so that holds, once true, stays true.
func (l List[E]) Search(holds func(E) bool) int {
	block, start := l.run, 0
	if s := l.spine; s != nil {
		b := sort.Search(len(s.blocks), func(b int) bool { return holds(s.blocks[b][len(s.blocks[b])-1]) })
		if b == len(s.blocks) {
			return s.size
		}
		block, start = s.blocks[b], int(s.starts[b])
	}
	return start + sort.Search(len(block), func(i int) bool { return holds(block[i]) })
}
