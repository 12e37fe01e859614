package coverage

import (
	"context"

	"ecpgraph/internal/index"
	"ecpgraph/internal/ontology"
)

// MaxLooks is how many links are looked at for one answer.
const MaxLooks = 5_000_000

// walker follows a pattern through an index.
type walker struct {
	context context.Context
	ix      *index.Index
	pattern Pattern
	looks   int // that are left
	err     error
	now     counts
	next    counts
}

func newWalker(ctx context.Context, ix *index.Index, p Pattern, looks int) *walker {
	return &walker{context: ctx, ix: ix, pattern: p, looks: looks}
}

// goesOn takes a look. It reports false when there are none left, or when the
// context has ended, which is then the walker's error.
func (w *walker) goesOn() bool {
	const often = 1024
	if w.looks--; w.looks%often == 0 {
		w.err = w.context.Err()
	}
	return w.looks >= 0 && w.err == nil
}

// each calls visit for the links by which the hop can be made from the node. It
// reports false when visit has, or when the walker does not go on.
func (w *walker) each(hop int, n index.Node, visit func(e index.Edge, d ontology.Direction) bool) bool {
	ends := w.pattern.Steps[hop].Ends
	for i, end := range ends {
		links := w.ix.Links(n, end)
		for at, size := 0, links.Len(); at < size; {
			run := links.Run(at)
			for _, e := range run {
				if !w.goesOn() {
					return false
				}
				loop := i == 1 && e.Far == n // from either end it is the same
				if !loop && w.pattern.Admits(w.ix, e.Link) && !visit(e, end.Direction) {
					return false
				}
			}
			at += len(run)
		}
	}
	return true
}

// bits is a set of nodes.
type bits []uint64

func newBits(ix *index.Index) bits {
	nodes, _ := ix.NextNumbers()
	return make(bits, nodes/64+1)
}

func (b bits) has(n index.Node) bool { return b[n/64]>>(n%64)&1 != 0 }
func (b bits) add(n index.Node)      { b[n/64] |= 1 << (n % 64) }

func bitsOf(ix *index.Index, nodes []index.Node) bits {
	b := newBits(ix)
	for _, n := range nodes {
		b.add(n)
	}
	return b
}

// reach finds, before each hop and after the last, the nodes that a walk from
// one of the sources may come to. It reports false when it could not.
func (w *walker) reach(sources []index.Node) (levels [][]index.Node, whole bool) {
	levels = append(levels, sources)
	for hop := range w.pattern.Steps {
		seen := newBits(w.ix)
		var next []index.Node
		for _, n := range levels[hop] {
			if !w.each(hop, n, func(e index.Edge, _ ontology.Direction) bool {
				if !seen.has(e.Far) {
					seen.add(e.Far)
					next = append(next, e.Far)
				}
				return true
			}) {
				return nil, false
			}
		}
		levels = append(levels, next)
	}
	return levels, true
}

// between finds, before each hop and after the last, the nodes that a walk from
// one of the sources to one of the targets may come through. It reports false
// when it could not.
func (w *walker) between(sources, targets []index.Node) (through []bits, whole bool) {
	levels, whole := w.reach(sources)
	if !whole {
		return nil, false
	}
	last := len(w.pattern.Steps)
	through = make([]bits, last+1)
	through[last] = bitsOf(w.ix, targets)
	for hop := last - 1; hop >= 0; hop-- {
		through[hop] = newBits(w.ix)
		for _, n := range levels[hop] {
			w.each(hop, n, func(e index.Edge, _ ontology.Direction) bool {
				if through[hop+1].has(e.Far) {
					through[hop].add(n)
					return false
				}
				return true
			})
			if w.looks < 0 || w.err != nil {
				return nil, false
			}
		}
	}
	return through, true
}

// counts are how many walks came to each node. MaxSteps hops within MaxLooks
// links cannot make more of them than a number holds: every two hops multiply
// them by at most MaxLooks/MaxSteps.
type counts struct {
	nodes []index.Node // with a count, in the order of arrival
	of    []uint64     // by node
	along map[arrival]uint64
}

// arrival is a link with the node that it was followed to.
type arrival struct {
	link index.Link
	node index.Node
}

func (c *counts) clear(ix *index.Index) {
	if c.of == nil {
		nodes, _ := ix.NextNumbers()
		c.of = make([]uint64, nodes)
	}
	for _, n := range c.nodes {
		c.of[n] = 0
	}
	c.nodes = c.nodes[:0]
	if len(c.along) > 0 {
		c.along = nil
	}
}

func (c *counts) add(n index.Node, count uint64) {
	if c.of[n] == 0 {
		c.nodes = append(c.nodes, n)
	}
	c.of[n] += count
}

// count counts the paths from the source to each node, by way of the nodes that
// through holds for each level; nil for all. It reports false when it could
// not. The counts hold until the next call.
func (w *walker) count(source index.Node, through []bits) (*counts, bool) {
	w.now.clear(w.ix)
	w.now.add(source, 1)
	for hop := range w.pattern.Steps {
		w.next.clear(w.ix)
		repeats := w.pattern.repeats(hop)
		keeps := hop+1 < len(w.pattern.Steps) && w.pattern.repeats(hop+1)
		if keeps {
			w.next.along = map[arrival]uint64{}
		}
		for _, n := range w.now.nodes {
			total := w.now.of[n]
			if !w.each(hop, n, func(e index.Edge, _ ontology.Direction) bool {
				if through != nil && !through[hop+1].has(e.Far) {
					return true
				}
				paths := total
				if repeats {
					paths -= w.now.along[arrival{e.Link, n}]
				}
				if paths == 0 {
					return true
				}
				w.next.add(e.Far, paths)
				if keeps {
					w.next.along[arrival{e.Link, e.Far}] += paths
				}
				return true
			}) {
				return nil, false
			}
		}
		w.now, w.next = w.next, w.now
	}
	return &w.now, true
}
