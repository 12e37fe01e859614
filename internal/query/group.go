package query

import (
	"math"
	"sort"

	"ecpgraph/internal/index"
)

// grouped is a walk by a column whose values stand in another direction than
// the ids within them, or have other keys within them: value by value.
type grouped struct {
	s     *Selector
	list  index.List[index.Node]
	depth int
	back  bool
	visit func(index.Node) bool
}

func (g *grouped) value(i int) index.Value {
	return g.s.ix.Value(g.s.levels[g.depth].column, g.list.At(i))
}

// search is the position of the first node whose value lies above the cut.
func (g *grouped) search(c cut) int {
	column := g.s.levels[g.depth].column
	return g.list.Search(func(n index.Node) bool { return c.below(g.s.ix.Value(column, n)) })
}

// along visits the spans of the list.
func (g *grouped) along(within []span, m *mark) bool {
	k := &g.s.levels[g.depth]
	all := span{0, g.list.Len()}
	if !k.descending {
		return g.part(within, all, !g.back, m)
	}
	// Down over the values, and then over what has none.
	absent := g.search(cut{index.Value{}, false})
	valued, rest := span{0, absent}, span{absent, all.hi}
	inRest := m != nil && m.keys[k.place].Absent()
	if !g.back {
		if inRest {
			return g.part(within, rest, true, m)
		}
		return g.part(within, valued, false, m) && g.part(within, rest, true, nil)
	}
	if m != nil && !inRest {
		return g.part(within, valued, true, m)
	}
	return g.part(within, rest, true, m) && g.part(within, valued, true, nil)
}

// part visits what the spans share with the part of the list, up or down.
func (g *grouped) part(within []span, part span, up bool, m *mark) bool {
	var own span // where the values of the mark are
	if m != nil {
		v := m.keys[g.s.levels[g.depth].place]
		own = span{g.search(cut{v, false}), g.search(cut{v, true})}
		if up {
			part.lo = max(part.lo, own.lo)
		} else {
			part.hi = min(part.hi, own.hi)
		}
	}
	for i := range within {
		if !up {
			i = len(within) - 1 - i
		}
		left := within[i].meet(part)
		for left.len() > 0 {
			var group span
			if up {
				group = span{left.lo, g.end(left)}
				left.lo = group.hi
			} else {
				group = span{g.start(left), left.hi}
				left.hi = group.lo
			}
			at := m
			if group != own {
				at = nil
			}
			if !g.group(group, at) {
				return false
			}
		}
	}
	return true
}

// end is where the first value of the span ends.
func (g *grouped) end(at span) int {
	v := g.value(at.lo)
	step := 1
	lo := at.lo // holds the value
	for lo+step < at.hi && g.value(lo+step) == v {
		lo += step
		step *= 2
	}
	hi := min(lo+step, at.hi)
	return lo + 1 + sort.Search(hi-lo-1, func(i int) bool { return g.value(lo+1+i) != v })
}

// start is where the last value of the span starts.
func (g *grouped) start(at span) int {
	v := g.value(at.hi - 1)
	step := 1
	hi := at.hi - 1 // holds the value
	for hi-step >= at.lo && g.value(hi-step) == v {
		hi -= step
		step *= 2
	}
	lo := max(hi-step, at.lo-1)
	return lo + 1 + sort.Search(hi-lo-1, func(i int) bool { return g.value(lo+1+i) == v })
}

// group visits the nodes of one value.
func (g *grouped) group(at span, m *mark) bool {
	s, next := g.s, g.depth+1
	if next == len(s.levels) || at.len() == 1 {
		return s.alongSpan(g.list, at, s.place(next), m, g.back, g.visit)
	}
	// Sort the group; or walk over all nodes by the keys that are left, which
	// may go on to the end when there are no more of the group.
	size, all := float64(at.len()), float64(g.list.Len())
	aside := 2 * all / size * math.Min(s.visits, size) * valueCost
	if s.levels[next].end != nil {
		aside = infinite // no index is in that order
	}
	if s.choose(size*sortCost, aside) == 0 {
		return g.sorted(at, m)
	}
	column, v := s.levels[g.depth].column, g.value(at.lo)
	return s.alongNodes(next, nil, m, g.back, func(n index.Node) bool {
		if !s.looked(1) {
			return false
		}
		if s.ix.Value(column, n) != v {
			return true
		}
		return g.visit(n)
	})
}

// sorted visits the nodes of the group in order, which it finds as far as it
// is asked for.
func (g *grouped) sorted(at span, m *mark) bool {
	s, next := g.s, g.depth+1
	h := heap{s: s, depth: next, back: g.back, rows: make([]row, 0, at.len())}
	k := &s.levels[next]
	for i := at.lo; i < at.hi; i++ {
		n := g.list.At(i)
		if m != nil {
			if c := s.compareNode(n, m, s.place(next)); c < 0 && !g.back || c > 0 && g.back {
				continue
			}
		}
		if !s.looked(1) {
			return false
		}
		h.rows = append(h.rows, row{s.value(&k.orderKey, n), index.Edge{Far: n}})
	}
	h.order()
	for len(h.rows) > 0 {
		if !g.visit(h.pop().edge.Far) {
			return false
		}
	}
	return true
}
