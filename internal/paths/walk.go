package paths

import (
	"context"
	"sync"

	"ecpgraph/internal/index"
)

// scratch is the memory of a walk. It grows with the index and is used again.
type scratch struct {
	sides     [2]marks // of a search from both ends
	closed    markedSet
	adjacency []index.Adjacency
	sets      [2]nodeSet
}

// marks are what a search knows of nodes from one end.
type marks struct {
	reached [MaxHops + 1]markedSet // by so many hops
	known   markedSet              // are not to be reached any more
	room    [2][]index.Node        // for levels, in turns
}

// forget takes all marks away that a search of so many hops looks at, and makes room
// for those of the index.
func (m *marks) forget(ix *index.Index, hops int) {
	for i := range m.reached[:hops+1] {
		m.reached[i].forget(ix)
	}
	m.known.forget(ix)
}

// markedSet is a set of nodes that is emptied in no more time than it took to fill it.
// Of many nodes, that takes a pass over its memory.
type markedSet struct {
	nodeSet
	first [64]index.Node // that were added
	added int
}

func (s *markedSet) add(n index.Node) {
	if s.added < len(s.first) {
		s.first[s.added] = n
	}
	s.added++
	s.nodeSet.add(n)
}

func (s *markedSet) forget(ix *index.Index) {
	if nodes, _ := ix.NextNumbers(); s.added > len(s.first) || int(nodes+63)/64 > len(s.nodeSet) {
		s.nodeSet.cleared(ix)
	} else {
		for _, n := range s.first[:s.added] {
			s.nodeSet[n/64] = 0
		}
	}
	s.added = 0
}

// nodeSet is a set of nodes, a bit for each node of the index.
type nodeSet []uint64

// cleared is the set without nodes, with room for those of the index.
func (s *nodeSet) cleared(ix *index.Index) nodeSet {
	nodes, _ := ix.NextNumbers()
	if words := int(nodes+63) / 64; words > len(*s) {
		*s = make(nodeSet, words+words/8)
	} else {
		clear(*s)
	}
	return *s
}

func (s nodeSet) has(n index.Node) bool { return s[n/64]>>(n%64)&1 != 0 }
func (s nodeSet) add(n index.Node)      { s[n/64] |= 1 << (n % 64) }

var scratches = sync.Pool{New: func() any { return new(scratch) }}

// walk is one walk over an index.
type walk struct {
	*scratch
	context context.Context
	index   *index.Index
	rules   *compiled
	looks   int    // links looked at
	touched uint32 // see index.TouchLinks
	tired   bool   // looks has come to what it may be
	err     error
	next    int // the looks at which the context is looked at
}

// newWalk starts a walk, which the caller ends.
func newWalk(ctx context.Context, ix *index.Index, rules *compiled) *walk {
	return &walk{scratch: scratches.Get().(*scratch), context: ctx, index: ix, rules: rules}
}

func (w *walk) end() {
	clear(w.adjacency[:cap(w.adjacency)])
	scratches.Put(w.scratch)
	w.scratch = nil
}

// links lists the links of the node. The list holds until the next call.
func (w *walk) links(n index.Node) []index.Adjacency {
	w.adjacency = w.index.AppendAdjacency(w.adjacency[:0], n)
	return w.adjacency
}

// look counts links that are about to be looked at, and reports whether the walk
// may go on.
func (w *walk) look(links int) bool {
	w.looks += links
	if w.looks > w.rules.looks {
		w.tired = true
	}
	if w.looks >= w.next {
		w.next = w.looks + 1000
		if w.err == nil {
			w.err = w.context.Err()
		}
	}
	return w.err == nil && !w.tired
}

// over reports whether the walk was ended before its end.
func (w *walk) over() bool { return w.err != nil || w.tired }
