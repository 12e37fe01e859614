package query

import (
	"slices"

	"ecpgraph/internal/index"
)

// row is an element that is sorted, with its first key.
type row struct {
	key  index.Value
	edge index.Edge
}

// compareRows orders rows by the levels from the depth on, the first of which
// is their key, then by id.
func (s *Selector) compareRows(of kind, depth int, a, b *row) int {
	if depth < len(s.levels) {
		if c := s.levels[depth].compare(a.key, b.key); c != 0 {
			return c
		}
		for i := depth + 1; i < len(s.levels); i++ {
			k := &s.levels[i]
			if c := k.compare(s.value(&k.orderKey, a.edge.Far), s.value(&k.orderKey, b.edge.Far)); c != 0 {
				return c
			}
		}
	}
	if a.edge.Far != b.edge.Far {
		return s.ix.CompareNodes(a.edge.Far, b.edge.Far)
	}
	if of.ofNodes() {
		return 0
	}
	return s.ix.CompareLinks(a.edge.Link, b.edge.Link)
}

// row makes the row of an element.
func (s *Selector) row(e index.Edge) row {
	r := row{edge: e}
	if len(s.levels) > 0 {
		r.key = s.value(&s.levels[0].orderKey, e.Far)
	}
	return r
}

// cutRows finds the page among all rows of a selection, which it reorders:
// which rows it is, and how many stand before them.
func (s *Selector) cutRows(of kind, rows []row) (page []row, before int) {
	start, stop := 0, len(rows) // of the window
	inside := rows[:0:len(rows)]
	if s.after.mark != nil || s.before.mark != nil {
		start, stop = 0, 0
		for i := range rows {
			r := rows[i]
			beyond := s.after.mark == nil || s.compare(of, r.edge, s.after.mark) > 0
			within := s.before.mark == nil || s.compare(of, r.edge, s.before.mark) < 0
			if !beyond {
				start++
			}
			if within {
				stop++
			}
			if beyond && within {
				inside = append(inside, r)
			}
		}
		stop = max(start, stop)
	} else {
		inside = rows
	}
	page = s.extreme(of, inside)
	if s.fromEnd {
		return page, stop - len(page)
	}
	return page, start
}

// extreme is the first rows of a page's size, or the last, in order.
func (s *Selector) extreme(of kind, rows []row) []row {
	if s.inOrder {
		if s.fromEnd {
			return rows[max(0, len(rows)-s.size):]
		}
		return rows[:min(len(rows), s.size)]
	}
	compare := func(a, b row) int { return s.compareRows(of, 0, &a, &b) }
	if len(rows) <= 2*s.size {
		slices.SortFunc(rows, compare)
		if s.fromEnd {
			return rows[max(0, len(rows)-s.size):]
		}
		return rows[:min(len(rows), s.size)]
	}
	// The best so far, the worst of them first.
	h := heap{s: s, kind: of, back: !s.fromEnd, rows: rows[:s.size]}
	h.order()
	for i := s.size; i < len(rows) && s.size > 0; i++ {
		if h.less(&h.rows[0], &rows[i]) {
			h.rows[0], rows[i] = rows[i], h.rows[0]
			h.down(0)
		}
	}
	slices.SortFunc(h.rows, compare)
	return h.rows
}

// heap gives rows one by one in order, or from the last on.
type heap struct {
	s     *Selector
	kind  kind
	depth int
	back  bool
	rows  []row
}

func (h *heap) less(a, b *row) bool {
	if h.back {
		a, b = b, a
	}
	return h.s.compareRows(h.kind, h.depth, a, b) < 0
}

func (h *heap) order() {
	for i := len(h.rows)/2 - 1; i >= 0; i-- {
		h.down(i)
	}
}

func (h *heap) down(i int) {
	for {
		child := 2*i + 1
		if child >= len(h.rows) {
			return
		}
		if other := child + 1; other < len(h.rows) && h.less(&h.rows[other], &h.rows[child]) {
			child = other
		}
		if !h.less(&h.rows[child], &h.rows[i]) {
			return
		}
		h.rows[i], h.rows[child] = h.rows[child], h.rows[i]
		i = child
	}
}

// pop takes the first row out.
func (h *heap) pop() row {
	first, last := h.rows[0], len(h.rows)-1
	h.rows[0] = h.rows[last]
	h.rows = h.rows[:last]
	h.down(0)
	return first
}
