package records

import (
	"math/bits"
	"sync"
	"sync/atomic"

	"ecpgraph/internal/kg"
)

// arena keeps encoded records up to a bound. They are appended to blocks; when
// there is no room for another block the oldest goes, after the records in it
// that were read since they were put there have moved to the new one: a
// second-chance (CLOCK) queue that frees a block at a time. Reading takes no
// lock. What was read stays valid for as long as it is held.
type arena struct {
	bound     int64
	blockSize int
	ring      []atomic.Pointer[block] // by generation, modulo its length, a power of two
	tables    [2]table                // by kind

	_ [64]byte // keeps what all readers read apart from what writers change

	mu     sync.Mutex // of all changes
	oldest uint64     // the generation of the oldest block
	newest uint64     // the generation of the block that is filled; oldest-1 when there is none
	used   int        // bytes of the newest block
	places int64      // bytes of the tables

	bytes, records, evictions atomic.Int64
}

// block is a piece of memory that is filled from its start, and never changed
// where it is filled.
type block struct {
	generation uint64
	bytes      []byte
}

const (
	largestBlock = 1 << offsetBits
	// leastBlocks is how many blocks a small bound is divided into, and
	// leastBound the bound below which it is not worth it.
	leastBlocks = 8
	leastBound  = leastBlocks * 8 << 10
	// A record over that part of a block is not kept, so that at most as much of
	// a block is left empty.
	largestPart = 4
)

func newArena(bound int64) *arena {
	a := &arena{bound: bound, oldest: 1}
	if bound >= leastBound {
		a.blockSize = int(min(bound/leastBlocks, largestBlock))
		a.ring = make([]atomic.Pointer[block], 1<<bits.Len64(uint64(bound)/uint64(a.blockSize)))
	}
	return a
}

// get returns that version of the subject's record, nil when it is not there.
func (a *arena) get(s subject, ref kg.Ref) Record {
	slot := a.tables[s.kind].at(s.number)
	if slot == nil {
		return nil
	}
	at := location(slot.Load())
	e := a.entry(at)
	if e == nil || e.ref() != ref {
		return nil
	}
	if !at.read() {
		slot.CompareAndSwap(uint64(at), uint64(at|readBit)) // else it has just moved
	}
	return e.record()
}

// entry is what lies at the location, nil when its block is gone.
func (a *arena) entry(at location) entry {
	if at == 0 {
		return nil
	}
	b := a.slot(at.generation()).Load()
	if b == nil || b.generation != at.generation() {
		return nil
	}
	return b.bytes[at.offset():]
}

func (a *arena) slot(generation uint64) *atomic.Pointer[block] {
	return &a.ring[generation&uint64(len(a.ring)-1)]
}

// put keeps a copy of the record and returns it. It returns nil when the record
// is too large to be kept, or when a newer version is: most readers want that
// one.
func (a *arena) put(s subject, ref kg.Ref, r Record) Record {
	if len(a.ring) == 0 || headerSize+len(r) > a.blockSize/largestPart {
		return nil
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	slot := a.place(s)
	if slot == nil {
		return nil
	}
	if old := a.entry(location(slot.Load())); old != nil {
		switch was := old.ref(); {
		case was == ref:
			return old.record()
		case newer(was, ref):
			return nil
		}
	}
	if a.newest < a.oldest || a.used+headerSize+len(r) > a.blockSize {
		a.turn()
	}
	if a.entry(location(slot.Load())) == nil {
		a.records.Add(1)
	}
	at := locationOf(a.newest, a.used)
	to := a.entry(at)
	writeEntry(to, s, ref, r)
	a.used += to.size()
	slot.Store(uint64(at))
	return to.record()
}

func newer(a, b kg.Ref) bool {
	return a.Revision > b.Revision || a.Revision == b.Revision && a.Ordinal > b.Ordinal
}

// place is where the location of the subject goes, nil when the bound allows no
// room for it. The tables take half of the bound at most; then all is forgotten
// and they start anew.
func (a *arena) place(s subject) *atomic.Uint64 {
	t := &a.tables[s.kind]
	growth := t.growth(s.number)
	if growth > 0 && a.places+growth > a.bound/2 {
		if pageLength+int64(lengthFor(s.number))*pointerLength > a.bound/2 {
			return nil
		}
		for i := range a.tables {
			a.tables[i].forget()
		}
		a.evictions.Add(a.records.Swap(0))
		a.bytes.Add(-a.places)
		a.places = 0
		growth = t.growth(s.number)
	}
	a.places += growth
	a.bytes.Add(growth)
	slot := t.grow(s.number)
	a.salvage(a.letGo(0))
	return slot
}

// turn begins a new block.
func (a *arena) turn() {
	gone := a.letGo(1)
	a.newest++
	a.used = 0
	a.slot(a.newest).Store(&block{generation: a.newest, bytes: make([]byte, a.blockSize)})
	a.bytes.Add(int64(a.blockSize))
	a.salvage(gone)
}

// letGo takes the oldest blocks out for which there is no room beside so many
// new ones.
func (a *arena) letGo(coming uint64) (gone []*block) {
	room := uint64(a.bound-a.places) / uint64(a.blockSize) // leastBlocks/2 at least
	for a.newest+1-a.oldest+coming > room {
		gone = append(gone, a.slot(a.oldest).Swap(nil))
		a.oldest++
		a.bytes.Add(-int64(a.blockSize))
	}
	return gone
}

// salvage moves what was read of the blocks to the newest one, up to half of
// it, and counts the rest as evicted.
func (a *arena) salvage(gone []*block) {
	for _, b := range gone {
		a.salvageBlock(b)
	}
}

func (a *arena) salvageBlock(b *block) {
	for offset := 0; offset+headerSize <= len(b.bytes); {
		e := entry(b.bytes[offset:])
		at, size := locationOf(b.generation, offset), e.size()
		if size == headerSize {
			return
		}
		offset += size
		s := e.subject()
		slot := a.tables[s.kind].at(s.number)
		if slot == nil || !location(slot.Load()).sameAs(at) {
			continue // there is a newer version, or it is forgotten
		}
		if !location(slot.Load()).read() || a.used+size > a.blockSize/2 {
			slot.Store(0)
			a.records.Add(-1)
			a.evictions.Add(1)
			continue
		}
		at = locationOf(a.newest, a.used)
		copy(a.entry(at), e[:size])
		a.used += size
		slot.Store(uint64(at))
	}
}
