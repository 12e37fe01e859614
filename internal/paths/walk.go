package paths

import (
	"context"
	"sync"

	"ecpgraph/internal/index"
)

// mark is what a walk knows of a node.
type mark struct {
	epoch uint32 // of the walk that left it
	// out and in are sets of numbers of hops: bit i of out says that the node is
	// reached by i hops from the start, bit i of in that i hops lead from it to
	// the target.
	out, in uint16
}

// closed, in out, is of a node that a path must not pass: another bit than
// those of hops.
const closed = 1 << 15

// scratch is the memory of a walk. It grows with the index and is used again.
type scratch struct {
	marks     []mark // by node
	epoch     uint32
	adjacency []index.Adjacency
	sets      [2]nodeSet
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
	looks   int  // links looked at
	tired   bool // looks has come to what it may be
	err     error
	next    int // the looks at which the context is looked at
}

// newWalk starts a walk, which the caller ends.
func newWalk(ctx context.Context, ix *index.Index, rules *compiled) *walk {
	w := &walk{scratch: scratches.Get().(*scratch), context: ctx, index: ix, rules: rules}
	if nodes, _ := ix.NextNumbers(); int(nodes) > len(w.marks) {
		w.marks, w.epoch = make([]mark, int(nodes)+int(nodes)/8), 0
	}
	w.forget()
	return w
}

func (w *walk) end() {
	clear(w.adjacency[:cap(w.adjacency)])
	scratches.Put(w.scratch)
	w.scratch = nil
}

// forget takes all marks away.
func (w *walk) forget() {
	w.epoch++
	if w.epoch == 0 {
		clear(w.marks)
		w.epoch = 1
	}
}

// at is the mark of the node.
func (w *walk) at(n index.Node) *mark {
	m := &w.marks[n]
	if m.epoch != w.epoch {
		*m = mark{epoch: w.epoch}
	}
	return m
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
