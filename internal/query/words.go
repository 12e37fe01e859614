package query

import (
	"cmp"
	"math/bits"
	"slices"

	"ecpgraph/internal/index"
)

// wordSet is the nodes that have a word in one of its meanings: in pages when they
// are many, else a list.
type wordSet struct {
	pages []*index.Members // may be nil for pages without nodes
	list  []index.Node     // by number
	size  int
}

// setOf is the set of the nodes that have one of the terms.
func (s *Selector) setOf(terms []meaning) wordSet {
	count := pages(s.ix)
	if len(terms) == 1 {
		if p := s.ix.Postings(terms[0].term); p.Common() {
			w := wordSet{pages: make([]*index.Members, count), size: p.Len()}
			for i := range w.pages {
				w.pages[i] = p.Members(i)
			}
			return w
		}
	}
	all := reading{terms: terms}
	if few := all.size() <= count*len(index.Members{}); len(terms) == 1 || few {
		var w wordSet
		for _, m := range terms {
			for p := range s.ix.Postings(m.term).All() {
				w.list = append(w.list, p.Node)
			}
		}
		if len(terms) > 1 {
			slices.Sort(w.list)
			w.list = slices.Compact(w.list)
		}
		w.size = len(w.list)
		s.looked(w.size)
		return w
	}
	bits := newNodeSet(s.ix)
	for _, m := range terms {
		bits.addAll(s, s.ix.Postings(m.term))
	}
	w := wordSet{pages: make([]*index.Members, count), size: bits.size()}
	for i := range w.pages {
		w.pages[i] = bits.page(i)
	}
	return w
}

// has tells whether the node is in the set.
func (w *wordSet) has(n index.Node) bool {
	if w.pages == nil {
		_, found := slices.BinarySearch(w.list, n)
		return found
	}
	page := w.pages[n/index.PageNodes]
	return page != nil && page[n%index.PageNodes/64]>>(n%64)&1 != 0
}

// isList tells whether the set is a list.
func (w *wordSet) isList() bool { return w.pages == nil }

// meet lists the nodes that are in all of the sets, by number. The list may be that of
// a set.
func (s *Selector) meet(sets []wordSet) []index.Node {
	sets = listsFirst(sets)
	if sets[0].isList() {
		return s.amongAll(sets)
	}
	list := make([]index.Node, 0, sets[0].size>>(2*len(sets)-2))
	s.meetPages(sets, func(page int, members *index.Members) {
		for i, word := range members {
			for first := page*index.PageNodes + i*64; word != 0; word &= word - 1 {
				list = append(list, index.Node(first+bits.TrailingZeros64(word)))
			}
		}
	})
	return list
}

// countMeeting counts the nodes that are in all of the sets.
func (s *Selector) countMeeting(sets []wordSet) int {
	switch sets = listsFirst(sets); {
	case len(sets) == 1:
		return sets[0].size
	case sets[0].isList():
		return len(s.amongAll(sets))
	}
	n := 0
	s.meetPages(sets, func(_ int, members *index.Members) {
		for _, word := range members {
			n += bits.OnesCount64(word)
		}
	})
	return n
}

// listsFirst orders the sets: lists first, then by size.
func listsFirst(sets []wordSet) []wordSet {
	return slices.SortedFunc(slices.Values(sets), func(a, b wordSet) int {
		switch {
		case a.isList() == b.isList():
			return cmp.Compare(a.size, b.size)
		case a.isList():
			return -1
		}
		return 1
	})
}

// meetPages visits the pages of what is in all of the sets, of which none is a list.
func (s *Selector) meetPages(sets []wordSet, visit func(page int, members *index.Members)) {
	var meeting index.Members
	for i := range pages(s.ix) {
		if !s.looked(len(meeting)) {
			return
		}
		members := sets[0].pages[i]
		for w := 1; w < len(sets) && members != nil; w++ {
			others := sets[w].pages[i]
			if others == nil {
				members = nil
				break
			}
			for j := range meeting {
				meeting[j] = members[j] & others[j]
			}
			members = &meeting
		}
		if members != nil {
			visit(i, members)
		}
	}
}

// amongAll lists the nodes that are in all of the sets, of which the first is a
// list.
func (s *Selector) amongAll(sets []wordSet) []index.Node {
	list := sets[0].list
	for i := range sets[1:] {
		list = sets[1+i].among(s, list)
	}
	return list
}

// among are those nodes of the list that are in the set, both by number.
func (w *wordSet) among(s *Selector, list []index.Node) []index.Node {
	var found []index.Node
	if !w.isList() {
		for _, n := range list {
			if w.has(n) {
				found = append(found, n)
			}
		}
		s.looked(len(list))
		return found
	}
	rest := w.list
	for _, n := range list {
		rest = rest[seek(len(rest), func(i int) bool { return rest[i] >= n }):]
		if len(rest) > 0 && rest[0] == n {
			found = append(found, n)
		}
	}
	s.looked(len(list))
	return found
}

// seek is the first of the places from 0 up to n for which reached is true, n when
// there is none. It looks near the start first: ever twice as far, then back
// (Bentley and Yao, "An almost optimal algorithm for unbounded searching", 1976).
func seek(n int, reached func(i int) bool) int {
	lo, step := 0, 1
	for lo+step <= n && !reached(lo+step-1) {
		lo += step
		step *= 2
	}
	hi := min(n, lo+step-1)
	for lo < hi {
		if mid := (lo + hi) / 2; reached(mid) {
			hi = mid
		} else {
			lo = mid + 1
		}
	}
	return lo
}
