package index

import (
	"cmp"
	"slices"
)

// Runs up to maxRun lie in pages; a longer one leaves its page and is a hub,
// until it has shrunk to minHub.
const (
	pageOwners = 16
	maxRun     = 256
	minHub     = 192
)

// runs keeps an ordered list of elements, which are of 32-bit words, for each
// pair of a number, the holder, and a kind below 1<<15. A page has the lists of
// 16 holders, in words: where the area of each holder starts and the last one
// ends; then the areas. An area has one entry for each list that is not empty,
// by kind, and then their elements in the same order. An entry is the kind
// above the number of elements, with a mark on the last; of a hub, the count is
// isHub and the page holds the slot of the list in hubs.
type runs[E comparable] struct {
	pages table[[]uint32]
	hubs  table[List[E]]
	slots uint32   // hubs that there are or were
	free  []uint32 // slots without a hub
}

const (
	lastEntry = 1 << 31
	isHub     = 1<<16 - 1
)

// list is the list of the holder and kind.
func (r *runs[E]) list(holder, kind uint32) List[E] {
	page := r.pages.at(holder / pageOwners)
	if page == nil {
		return List[E]{}
	}
	area := page[page[holder%pageOwners]:page[holder%pageOwners+1]]
	if len(area) == 0 {
		return List[E]{}
	}
	width := wordsOf[E]()
	skip, count, i := 0, -1, 0
	for {
		entry := area[i]
		i++
		n := int(entry & isHub)
		words := n * width
		if n == isHub {
			words = 1
		}
		switch k := entry &^ lastEntry >> 16; {
		case k == kind:
			count = n
		case k < kind:
			skip += words
		}
		if entry&lastEntry != 0 {
			break
		}
	}
	switch count {
	case -1:
		return List[E]{}
	case isHub:
		return r.hubs.at(area[i+skip])
	}
	return List[E]{run: elementsOf[E](area[i+skip : i+skip+count*width])}
}

// runEdit is an element that leaves or joins a list.
type runEdit[E any] struct {
	holder  uint32
	kind    uint32
	element E
}

// sortRunEdits returns the edits sorted by list and then by order.
func sortRunEdits[E any](edits []runEdit[E], compare func(a, b E) int) []runEdit[E] {
	compareEdits := func(a, b runEdit[E]) int {
		if c := a.compareList(b); c != 0 {
			return c
		}
		return compare(a.element, b.element)
	}
	if len(edits) < 1000 {
		slices.SortFunc(edits, compareEdits)
		return edits
	}
	// Bring each holder's edits together by counting, then sort those.
	low, high := edits[0].holder, edits[0].holder
	for _, e := range edits {
		low, high = min(low, e.holder), max(high, e.holder)
	}
	ends := make([]int, int(high-low)+2)
	for _, e := range edits {
		ends[e.holder-low+1]++
	}
	for i := 1; i < len(ends); i++ {
		ends[i] += ends[i-1]
	}
	sorted := make([]runEdit[E], len(edits))
	for _, e := range edits {
		at := &ends[e.holder-low]
		sorted[*at] = e
		*at++
	}
	start := 0
	for _, end := range ends[:len(ends)-1] {
		if end-start > 1 {
			slices.SortFunc(sorted[start:end], compareEdits)
		}
		start = end
	}
	return sorted
}

func (a runEdit[E]) compareList(b runEdit[E]) int {
	if a.holder != b.holder {
		return cmp.Compare(a.holder, b.holder)
	}
	return cmp.Compare(a.kind, b.kind)
}

// edit takes the removed elements out and puts the added ones in, each list
// being in the order that compare gives. Every page is made once.
func (r *runs[E]) edit(o *owner, removed, added []runEdit[E], compare func(a, b E) int) {
	r.editSorted(o, sortRunEdits(removed, compare), sortRunEdits(added, compare), compare)
}

// editSorted is edit with edits that are sorted.
func (r *runs[E]) editSorted(o *owner, removed, added []runEdit[E], compare func(a, b E) int) {
	e := runsEditor[E]{runs: r, owner: o, compare: compare, removed: removed, added: added}
	for len(e.removed)+len(e.added) > 0 {
		e.page(e.nextHolder() / pageOwners)
	}
}

// runsEditor is a pass over the pages that have edits. It consumes the edits
// from the front.
type runsEditor[E comparable] struct {
	*runs[E]
	owner          *owner
	removed, added []runEdit[E]
	compare        func(a, b E) int

	words, entries, content []uint32
	merged                  []E
	gone, come              []E
}

// nextHolder is the holder of the next edit, which is above all when there is none.
func (e *runsEditor[E]) nextHolder() uint32 {
	holder := ^uint32(0)
	if len(e.removed) > 0 {
		holder = e.removed[0].holder
	}
	if len(e.added) > 0 {
		holder = min(holder, e.added[0].holder)
	}
	return holder
}

// page makes the page anew.
func (e *runsEditor[E]) page(number uint32) {
	old := e.pages.at(number)
	room := max(len(old), pageOwners+1)
	for _, edit := range e.added {
		if edit.holder/pageOwners != number {
			break
		}
		room += 1 + wordsOf[E]()
	}
	e.words = make([]uint32, pageOwners+1, room)
	for i := range uint32(pageOwners) {
		e.words[i] = uint32(len(e.words))
		var area []uint32
		if old != nil {
			area = old[old[i]:old[i+1]]
		}
		if holder := number*pageOwners + i; len(e.removed)+len(e.added) > 0 && e.nextHolder() == holder {
			e.area(holder, area)
		} else {
			e.words = append(e.words, area...)
		}
	}
	e.words[pageOwners] = uint32(len(e.words))
	page := e.words
	switch {
	case len(page) == pageOwners+1:
		page = nil
	case cap(page)-len(page) > len(page)/16:
		page = slices.Clone(page)
	}
	e.pages.set(e.owner, number, page)
}

// area appends the holder's area to words.
func (e *runsEditor[E]) area(holder uint32, old []uint32) {
	const none = ^uint32(0)
	e.entries, e.content = e.entries[:0], e.content[:0]
	entries := old[:0]
	for i, entry := range old {
		if entry&lastEntry != 0 {
			entries, old = old[:i+1], old[i+1:]
			break
		}
	}
	for {
		kind, edit := none, none
		if len(entries) > 0 {
			kind = entries[0] &^ lastEntry >> 16
		}
		if len(e.removed)+len(e.added) > 0 && e.nextHolder() == holder {
			edit = e.nextKind(holder)
		}
		if kind == none && edit == none {
			break
		}
		var run []uint32
		entry := edit << 16
		if kind <= edit {
			entry = entries[0] &^ lastEntry
			size := 1
			if entry&isHub != isHub {
				size = int(entry&isHub) * wordsOf[E]()
			}
			run, old, entries = old[:size], old[size:], entries[1:]
		}
		if kind < edit {
			e.entries, e.content = append(e.entries, entry), append(e.content, run...)
			continue
		}
		e.takeEdits(holder, edit)
		e.list(edit, entry, run)
	}
	if len(e.entries) > 0 {
		e.entries[len(e.entries)-1] |= lastEntry
	}
	e.words = append(append(e.words, e.entries...), e.content...)
}

// nextKind is the kind of the holder's next edit.
func (e *runsEditor[E]) nextKind(holder uint32) uint32 {
	kind := ^uint32(0)
	if len(e.removed) > 0 && e.removed[0].holder == holder {
		kind = e.removed[0].kind
	}
	if len(e.added) > 0 && e.added[0].holder == holder {
		kind = min(kind, e.added[0].kind)
	}
	return kind
}

// takeEdits moves the edits of the list to gone and come.
func (e *runsEditor[E]) takeEdits(holder, kind uint32) {
	e.gone, e.removed = takeEdits(e.gone[:0], e.removed, holder, kind)
	e.come, e.added = takeEdits(e.come[:0], e.added, holder, kind)
}

func takeEdits[E any](to []E, edits []runEdit[E], holder, kind uint32) (taken []E, rest []runEdit[E]) {
	for len(edits) > 0 && edits[0].holder == holder && edits[0].kind == kind {
		to = append(to, edits[0].element)
		edits = edits[1:]
	}
	return to, edits
}

// list appends the list with gone and come to entries and content.
func (e *runsEditor[E]) list(kind, entry uint32, run []uint32) {
	itself := func(x E) E { return x }
	if entry&isHub == isHub {
		slot := run[0]
		list := edited(e.hubs.at(slot), e.gone, e.come, itself, e.compare)
		if list.Len() > minHub {
			e.hubs.set(e.owner, slot, list)
			e.entries, e.content = append(e.entries, entry), append(e.content, slot)
			return
		}
		e.hubs.set(e.owner, slot, List[E]{})
		e.free = append(slices.Clip(e.free), slot)
		e.merged = slices.AppendSeq(e.merged[:0], list.From(0))
	} else {
		e.merged = slices.Grow(e.merged[:0], len(run)/wordsOf[E]()+len(e.come))
		e.merged = merged(e.merged, elementsOf[E](run), e.gone, e.come, e.compare)
	}
	switch n := len(e.merged); {
	case n == 0:
	case n <= maxRun:
		e.entries, e.content = append(e.entries, kind<<16|uint32(n)), append(e.content, asWords(e.merged)...)
	default:
		slot := e.slots
		if last := len(e.free) - 1; last >= 0 {
			slot, e.free = e.free[last], e.free[:last]
		} else {
			e.slots++
		}
		e.hubs.set(e.owner, slot, newList(e.merged))
		e.entries, e.content = append(e.entries, kind<<16|isHub), append(e.content, slot)
	}
}

// merged appends the run without what is gone and with what comes.
func merged[E comparable](to, run, gone, come []E, compare func(a, b E) int) []E {
	for _, x := range run {
		if len(gone) > 0 && x == gone[0] {
			gone = gone[1:]
			continue
		}
		for len(come) > 0 && compare(come[0], x) <= 0 {
			to, come = append(to, come[0]), come[1:]
		}
		to = append(to, x)
	}
	if len(gone) > 0 {
		panic("index: a run lacks what is to be removed")
	}
	return append(to, come...)
}
