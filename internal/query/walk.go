package query

import (
	"sort"

	"ecpgraph/internal/index"
)

// A walk visits a selection in its order, from a place on, either way. It may
// first visit a few elements on the near side of the place: scan drops them.

// gap is a place between the elements of an order: before the mark or after it.
// The zero gap is the start of a walk forward and the end of a walk back.
type gap struct {
	*mark
	after bool
}

// walk is an order that an index keeps.
type walk struct {
	kind kind
	way  way
	all  index.List[index.Edge] // of links
	// of nodes, or of links by their far nodes: the nodes of the type, by level
	// after level
	within []span // of the order of the first level, where not nil
}

// way is how a walk goes.
type way uint8

const (
	byID     way = iota // along the list itself
	byIDDown            // along a list of links, far nodes from the last on
	byColumn            // along the orders of columns
)

// scan visits the elements beyond the gap that match the filter until yield
// returns false. It stops when the context ends. It reports whether it came to
// the end.
func (w *walk) scan(s *Selector, g gap, back bool, yield func(index.Edge) bool) (whole bool) {
	near := g.mark != nil
	visit := func(e index.Edge) bool {
		if near {
			c := s.compare(w.kind, e, g.mark)
			if c == 0 && g.after == back {
				c = 1
			} else if back {
				c = -c
			}
			if c <= 0 {
				return true
			}
			near = false
		}
		if !s.looked(1) {
			return false
		}
		if !s.keeps(e) {
			return true
		}
		whole = yield(e)
		return whole
	}
	whole = true
	switch {
	case w.way == byID && w.kind == nodeLinks:
		s.alongLinks(w.all, g, back, visit)
	case w.way == byIDDown:
		s.downLinks(w.all, g, back, visit)
	case w.kind == nodeLinks:
		s.alongNodes(0, w.within, g.mark, back, func(n index.Node) bool { return s.linksTo(w.all, n, back, visit) })
	case w.way == byID:
		list := s.ix.NodesOf(s.of)
		s.alongSpan(list, span{0, list.Len()}, 0, g.mark, back, func(n index.Node) bool { return visit(index.Edge{Far: n}) })
	default:
		s.alongNodes(0, w.within, g.mark, back, func(n index.Node) bool { return visit(index.Edge{Far: n}) })
	}
	return whole && s.err == nil
}

// alongLinks visits the links as the list has them.
func (s *Selector) alongLinks(list index.List[index.Edge], g gap, back bool, visit func(index.Edge) bool) {
	at := 0
	if back {
		at = list.Len()
	}
	if g.mark != nil {
		at = list.Search(func(e index.Edge) bool {
			c := s.compare(nodeLinks, e, g.mark)
			return c > 0 || c == 0 && !g.after
		})
	}
	each := list.From(at)
	if back {
		each = list.Before(at)
	}
	each(visit)
}

// downLinks visits the links by far nodes from the last id on, those to one
// node by their own id.
func (s *Selector) downLinks(list index.List[index.Edge], g gap, back bool, visit func(index.Edge) bool) {
	size := list.Len()
	same := func(i, j int) bool { return list.At(i).Far == list.At(j).Far }
	if !back {
		hi := size
		if g.mark != nil {
			id := g.keys[0].Text()
			hi = list.Search(func(e index.Edge) bool { return string(s.ix.NodeID(e.Far)) > id })
		}
		for hi > 0 {
			lo := hi - 1
			for lo > 0 && same(lo-1, lo) {
				lo--
			}
			for i := lo; i < hi; i++ {
				if !visit(list.At(i)) {
					return
				}
			}
			hi = lo
		}
		return
	}
	lo := 0
	if g.mark != nil {
		id := g.keys[0].Text()
		lo = list.Search(func(e index.Edge) bool { return string(s.ix.NodeID(e.Far)) >= id })
	}
	for lo < size {
		hi := lo + 1
		for hi < size && same(lo, hi) {
			hi++
		}
		for i := hi - 1; i >= lo; i-- {
			if !visit(list.At(i)) {
				return
			}
		}
		lo = hi
	}
}

// linksTo visits the links of the list to the node. It reports whether to go
// on.
func (s *Selector) linksTo(list index.List[index.Edge], n index.Node, back bool, visit func(index.Edge) bool) bool {
	if !s.looked(1) {
		return false
	}
	lo := s.searchLinks(list, n)
	hi, size := lo, list.Len()
	for hi < size && list.At(hi).Far == n {
		hi++
	}
	for i := lo; i < hi; i++ {
		at := i
		if back {
			at = lo + hi - 1 - i
		}
		if !visit(list.At(at)) {
			return false
		}
	}
	return true
}

// searchLinks is the position in the list of the first link to the node, or
// where it would be.
func (s *Selector) searchLinks(list index.List[index.Edge], n index.Node) int {
	return list.Search(func(e index.Edge) bool { return e.Far == n || s.ix.CompareNodes(e.Far, n) > 0 })
}

// alongNodes visits the nodes of the Selector's type by its levels from the
// depth on, from the mark on and with the node that the mark stands on. It
// reports whether to go on.
func (s *Selector) alongNodes(depth int, within []span, m *mark, back bool, visit func(index.Node) bool) bool {
	if depth == len(s.levels) {
		list := s.ix.NodesOf(s.of)
		return s.alongSpan(list, span{0, list.Len()}, s.place(depth), m, back, visit)
	}
	k := &s.levels[depth]
	list := s.ix.Order(k.column)
	if within == nil {
		within = []span{{0, list.Len()}}
	}
	if depth == len(s.levels)-1 && !k.descending {
		for i := range within {
			if back {
				i = len(within) - 1 - i
			}
			if !s.alongSpan(list, within[i], s.place(depth), m, back, visit) {
				return false
			}
		}
		return true
	}
	g := grouped{s: s, list: list, depth: depth, back: back, visit: visit}
	return g.along(within, m)
}

// place is that of the first key of the order that is not the same for all
// nodes at the depth.
func (s *Selector) place(depth int) int {
	if depth == 0 {
		return 0
	}
	return s.levels[depth-1].place + 1
}

// alongSpan visits the nodes of the span, which are ordered by the keys from
// the place on.
func (s *Selector) alongSpan(list index.List[index.Node], at span, place int, m *mark, back bool, visit func(index.Node) bool) bool {
	if m != nil {
		beyond := at.lo + sort.Search(at.len(), func(i int) bool {
			c := s.compareNode(list.At(at.lo+i), m, place)
			return c > 0 || c == 0 && !back
		})
		if back {
			at.hi = beyond
		} else {
			at.lo = beyond
		}
	}
	if back {
		i := at.hi
		for n := range list.Before(at.hi) {
			if i--; i < at.lo {
				break
			}
			if !visit(n) {
				return false
			}
		}
		return true
	}
	for i := at.lo; i < at.hi; {
		run := list.Run(i)
		run = run[:min(len(run), at.hi-i)]
		for _, n := range run {
			if !visit(n) {
				return false
			}
		}
		i += len(run)
	}
	return true
}
