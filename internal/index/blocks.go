package index

import (
	"slices"
	"sort"
)

// Blocks hold at most maxBlock elements; new ones are filled so far that they
// can take some more. No two neighbours fit into half a block together.
const (
	maxBlock  = 512
	fillBlock = 384
)

// edited is the list without the removed elements and with the added ones. Both
// are in the order of the list, which compare gives: it holds an edit against
// an element of the list. All that is removed must be there. The list itself
// stays as it is, and every block without an edit is shared.
//
// An edit is of a type of its own, so that it can carry the key that its
// element has before (when removed) or after (when added).
func edited[E comparable, X any](l List[E], removed, added []X, element func(X) E, compare func(x X, e E) int) List[E] {
	old := [][]E{l.run}
	switch {
	case len(removed)+len(added) == 0:
		return l
	case l.spine != nil:
		old = l.spine.blocks
	case len(l.run) == 0:
		old = nil
	}
	out := blocks[E]{made: make([][]E, 0, len(old)+2)}
	next := 0 // the first block not yet taken over
	for len(removed)+len(added) > 0 {
		// The block of the first edit.
		b := next + sort.Search(len(old)-next, func(i int) bool {
			last := old[next+i][len(old[next+i])-1]
			return len(removed) > 0 && compare(removed[0], last) <= 0 || len(added) > 0 && compare(added[0], last) <= 0
		})
		b = min(b, len(old)-1) // what comes after all goes into the last block
		if b >= next {
			out.share(old[next:b])
		}
		var block []E
		rm, ad := len(removed), len(added)
		if b >= 0 {
			block = old[b]
			if b < len(old)-1 {
				last := block[len(block)-1]
				rm = sort.Search(rm, func(i int) bool { return compare(removed[i], last) > 0 })
				ad = sort.Search(ad, func(i int) bool { return compare(added[i], last) > 0 })
			}
		}
		made, at := make([]E, 0, len(block)+ad-rm), 0
		for r, a := 0, 0; r < rm || a < ad; {
			isAdded := r == rm
			var p int
			if r < rm {
				p = at + position(block[at:], removed[r], compare)
			}
			if a < ad {
				if q := at + position(block[at:], added[a], compare); isAdded || q <= p {
					isAdded, p = true, q
				}
			}
			made = append(made, block[at:p]...)
			at = p
			if isAdded {
				made = append(made, element(added[a]))
				a++
				continue
			}
			if block[at] != element(removed[r]) {
				panic("index: a list lacks what is to be removed")
			}
			at++
			r++
		}
		made = append(made, block[at:]...)
		out.add(made)
		removed, added = removed[rm:], added[ad:]
		next = b + 1
	}
	out.share(old[next:])
	return out.list()
}

// position is that of the first element not before the edit.
func position[E, X any](block []E, x X, compare func(x X, e E) int) int {
	return sort.Search(len(block), func(i int) bool { return compare(x, block[i]) <= 0 })
}

// newList is a list of the elements, which are copied.
func newList[E any](elements []E) List[E] {
	var out blocks[E]
	out.add(slices.Clone(elements))
	return out.list()
}

// blocks is a list in the making.
type blocks[E any] struct {
	made [][]E
}

// share takes over blocks as they are.
func (b *blocks[E]) share(list [][]E) {
	for i, block := range list {
		if i > 0 || !b.join(block) {
			b.made = append(b.made, list[i:]...)
			return
		}
	}
}

// join puts the elements into one block with the last, if the two are small.
func (b *blocks[E]) join(elements []E) bool {
	last := len(b.made) - 1
	if last < 0 || len(b.made[last])+len(elements) > maxBlock/2 {
		return false
	}
	b.made[last] = slices.Concat(b.made[last], elements)
	return true
}

// add cuts the elements into blocks. It may keep them.
func (b *blocks[E]) add(elements []E) {
	if len(elements) == 0 || b.join(elements) {
		return
	}
	if len(elements) <= maxBlock {
		b.made = append(b.made, elements)
		return
	}
	for n := (len(elements) + fillBlock - 1) / fillBlock; n > 0; n-- {
		size := len(elements) / n
		b.made = append(b.made, slices.Clone(elements[:size]))
		elements = elements[size:]
	}
}

func (b *blocks[E]) list() List[E] {
	switch len(b.made) {
	case 0:
		return List[E]{}
	case 1:
		return List[E]{run: b.made[0]}
	}
	s := &spine[E]{blocks: b.made, starts: make([]uint32, len(b.made))}
	for i, block := range b.made {
		s.starts[i] = uint32(s.size)
		s.size += len(block)
	}
	return List[E]{spine: s}
}
