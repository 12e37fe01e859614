package query

import (
	"slices"
	"sort"

	"ecpgraph/internal/index"
)

// cut is a place in the order of a column's values: right before the value, or
// right after it.
type cut struct {
	value index.Value
	after bool
}

// below reports whether the cut lies below the value.
func (c cut) below(v index.Value) bool {
	order := c.value.Compare(v)
	return order < 0 || order == 0 && !c.after
}

func (c cut) compare(d cut) int {
	if order := c.value.Compare(d.value); order != 0 {
		return order
	}
	switch {
	case c.after == d.after:
		return 0
	case d.after:
		return -1
	}
	return 1
}

// set is a set of values of one column, absence among them, as the places in
// their order where one comes into it or out of it. Every comparison is such a
// set, so conditions on one column come down to one set, and it to a few ranges
// of the column's order.
type set struct {
	first bool  // whether it holds the lowest values
	cuts  []cut // ascending, each once
}

func everyValue() set { return set{first: true} }

// points is the set of the values.
func points(values ...index.Value) set {
	slices.SortFunc(values, index.Value.Compare)
	s := set{cuts: make([]cut, 0, 2*len(values))}
	for i, v := range values {
		if i == 0 || v != values[i-1] {
			s.cuts = append(s.cuts, cut{v, false}, cut{v, true})
		}
	}
	return s
}

// upTo is the set of the values below the cut.
func upTo(c cut) set { return set{first: true, cuts: []cut{c}} }

// from is the set of the values above the cut, without absence.
func from(c cut) set {
	return set{cuts: []cut{c}}.and(present())
}

// present is the set of all values but absence.
func present() set { return upTo(cut{index.Value{}, false}) }

func (s set) isEverything() bool { return s.first && len(s.cuts) == 0 }
func (s set) isNothing() bool    { return !s.first && len(s.cuts) == 0 }

// has reports whether the value is in the set.
func (s set) has(v index.Value) bool {
	if len(s.cuts) > 8 {
		below := sort.Search(len(s.cuts), func(i int) bool { return !s.cuts[i].below(v) })
		return s.first != (below%2 == 1)
	}
	in := s.first
	for i := range s.cuts {
		if !s.cuts[i].below(v) {
			break
		}
		in = !in
	}
	return in
}

func (s set) not() set { return set{!s.first, s.cuts} }

func (s set) and(t set) set { return s.with(t, func(a, b bool) bool { return a && b }) }
func (s set) or(t set) set  { return s.with(t, func(a, b bool) bool { return a || b }) }

// with is the set of the values for which join is true of whether s and t have
// them.
func (s set) with(t set, join func(inS, inT bool) bool) set {
	inS, inT := s.first, t.first
	joined := set{first: join(inS, inT)}
	in := joined.first
	i, j := 0, 0
	for i < len(s.cuts) || j < len(t.cuts) {
		order := 0
		switch {
		case i == len(s.cuts):
			order = 1
		case j == len(t.cuts):
			order = -1
		default:
			order = s.cuts[i].compare(t.cuts[j])
		}
		var c cut
		if order <= 0 {
			c, inS = s.cuts[i], !inS
			i++
		}
		if order >= 0 {
			c, inT = t.cuts[j], !inT
			j++
		}
		if now := join(inS, inT); now != in {
			joined.cuts, in = append(joined.cuts, c), now
		}
	}
	return joined
}

// values lists the values of a set of single ones; false when it is another.
func (s set) values() ([]index.Value, bool) {
	if s.first || len(s.cuts)%2 == 1 {
		return nil, false
	}
	var list []index.Value
	for i := 0; i < len(s.cuts); i += 2 {
		from, to := s.cuts[i], s.cuts[i+1]
		if from.after || !to.after || from.value != to.value {
			return nil, false
		}
		list = append(list, from.value)
	}
	return list, true
}

// span is the positions of a list from lo up to hi.
type span struct{ lo, hi int }

func (s span) len() int { return s.hi - s.lo }

// meet is what two spans share.
func (s span) meet(t span) span {
	lo := max(s.lo, t.lo)
	return span{lo, max(lo, min(s.hi, t.hi))}
}

// spans are where the values of the set stand in the order of the column,
// ascending.
func (s set) spans(ix *index.Index, c *index.Column) []span {
	list := ix.Order(c)
	var spans []span
	lo, in := 0, s.first
	for _, cut := range s.cuts {
		at := list.Search(func(n index.Node) bool { return cut.below(ix.Value(c, n)) })
		if in && at > lo {
			spans = append(spans, span{lo, at})
		}
		lo, in = at, !in
	}
	if n := list.Len(); in && n > lo {
		spans = append(spans, span{lo, n})
	}
	return spans
}

func total(spans []span) int {
	n := 0
	for _, s := range spans {
		n += s.len()
	}
	return n
}
