package records

import "sync/atomic"

// table says where the records of nodes, or of links, lie, by their numbers. It
// is read without locks and changed under that of its arena.
type table struct {
	pages atomic.Pointer[[]atomic.Pointer[page]]
}

// page is the part of a table for pageSize numbers in a row.
type page [pageSize]atomic.Uint64

// The measures of a table; lengths in bytes.
const (
	pageSize      = 512
	pageLength    = pageSize * 8
	pointerLength = 8
)

// at is where the location for the number stands, nil when there is no room for
// it yet.
func (t *table) at(number uint32) *atomic.Uint64 {
	pages := t.pages.Load()
	if pages == nil || int(number/pageSize) >= len(*pages) {
		return nil
	}
	p := (*pages)[number/pageSize].Load()
	if p == nil {
		return nil
	}
	return &p[number%pageSize]
}

// growth is the number of bytes that room for the number takes.
func (t *table) growth(number uint32) int64 {
	have := t.length()
	switch {
	case int(number/pageSize) >= have:
		return pageLength + int64(lengthFor(number)-have)*pointerLength
	case (*t.pages.Load())[number/pageSize].Load() == nil:
		return pageLength
	}
	return 0
}

// lengthFor is how many pages a table that does not reach to the number is
// given: a quarter more than it takes, so that growing stays cheap.
func lengthFor(number uint32) int {
	pages := int(number/pageSize) + 1
	return pages + pages/4
}

// grow makes room for the number, of so many bytes as growth says.
func (t *table) grow(number uint32) *atomic.Uint64 {
	if have := t.length(); int(number/pageSize) >= have {
		larger := make([]atomic.Pointer[page], lengthFor(number))
		for i := range have {
			larger[i].Store((*t.pages.Load())[i].Load())
		}
		t.pages.Store(&larger)
	}
	if slot := &(*t.pages.Load())[number/pageSize]; slot.Load() == nil {
		slot.Store(new(page))
	}
	return t.at(number)
}

// forget gives all locations up.
func (t *table) forget() { t.pages.Store(nil) }

// length is the number of pages there is room for.
func (t *table) length() int {
	pages := t.pages.Load()
	if pages == nil {
		return 0
	}
	return len(*pages)
}

// location is a place in an arena: which block, where in it, and whether the
// record there was read since it was put there. The zero location is none.
type location uint64

const (
	readBit    = 1
	offsetBits = 20
)

func locationOf(generation uint64, offset int) location {
	return location(generation<<(offsetBits+1) | uint64(offset)<<1)
}

func (l location) generation() uint64 { return uint64(l) >> (offsetBits + 1) }
func (l location) offset() int        { return int(l>>1) & (1<<offsetBits - 1) }
func (l location) read() bool         { return l&readBit != 0 }

// sameAs compares the places alone.
func (l location) sameAs(m location) bool { return l|readBit == m|readBit }
