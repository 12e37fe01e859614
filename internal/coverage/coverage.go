package coverage

import (
	"cmp"
	"context"
	"slices"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
)

// MaxCells is how many cells a matrix may have.
const MaxCells = 1_000_000

// Matrix is which rows meet which columns.
type Matrix struct {
	Rows, Columns []index.Node // by id
	Cells         []Cell       // those with a path, by row and column
	// Truncated tells that the bounds left no room for all: Rows, or Columns where they
	// were fewer, are then only the first ones of the set. All else holds for them.
	Truncated bool

	context context.Context
	ix      *index.Index
	pattern Pattern
	looks   int // left for paths
}

// Cell is a row and a column with paths between them.
type Cell struct {
	Row, Column uint32 // their places in the matrix
	Paths       uint64
}

// Cover makes the matrix of two sets of nodes, each by id and without repeats.
// The pattern must have been checked. It works from the smaller set. The error
// is that of the context, or of code Limit where there is no room for one node.
func Cover(ctx context.Context, ix *index.Index, rows, columns []index.Node, p Pattern) (*Matrix, error) {
	m := &Matrix{Rows: rows, Columns: columns, context: ctx, ix: ix, pattern: p, looks: MaxLooks}
	from, to, along, turned := rows, columns, p, len(columns) < len(rows)
	if turned {
		from, to, along = columns, rows, p.reversed()
	}
	done, err := m.fill(newWalker(ctx, ix, along, MaxLooks), from, to)
	if err != nil {
		return nil, err
	}
	if m.Truncated = done < len(from); m.Truncated && done == 0 {
		return nil, kg.Errorf(kg.Limit, "coverage: even for one node the paths take more than %d looks at links: choose smaller sets or a shorter pattern", MaxLooks)
	}
	if !turned {
		m.Rows = from[:done]
		return m, nil
	}
	m.Columns = from[:done]
	for i := range m.Cells {
		c := &m.Cells[i]
		c.Row, c.Column = c.Column, c.Row
	}
	slices.SortFunc(m.Cells, func(a, b Cell) int {
		return cmp.Or(cmp.Compare(a.Row, b.Row), cmp.Compare(a.Column, b.Column))
	})
	return m, nil
}

// fill makes the cells as if from were the rows. It returns how many of those
// it came to.
func (m *Matrix) fill(w *walker, from, to []index.Node) (done int, err error) {
	through, whole := w.between(from, to)
	if !whole {
		return 0, w.err
	}
	places := make([]uint32, len(through[0])*64)
	for i, n := range to {
		places[n] = uint32(i)
	}
	for i, n := range from {
		if !through[0].has(n) {
			continue
		}
		start := len(m.Cells)
		ends, whole := w.count(n, through)
		if !whole || start+len(ends.nodes) > MaxCells {
			return i, w.err
		}
		for _, end := range ends.nodes {
			m.Cells = append(m.Cells, Cell{uint32(i), places[end], ends.of[end]})
		}
		slices.SortFunc(m.Cells[start:], func(a, b Cell) int { return cmp.Compare(a.Column, b.Column) })
	}
	return len(from), w.err
}

// Total is what the cells of one row or column come to.
type Total struct {
	Node   index.Node
	Filled int // cells with a path
	Paths  uint64
}

// Totals are those of the rows and of the columns, in their order.
func (m *Matrix) Totals() (rows, columns []Total) {
	of := func(nodes []index.Node) []Total {
		list := make([]Total, len(nodes))
		for i, n := range nodes {
			list[i].Node = n
		}
		return list
	}
	rows, columns = of(m.Rows), of(m.Columns)
	for _, c := range m.Cells {
		for _, t := range []*Total{&rows[c.Row], &columns[c.Column]} {
			t.Filled++
			t.Paths += c.Paths
		}
	}
	return rows, columns
}

// Gaps lists the nodes without a filled cell, in their order.
func Gaps(totals []Total) []index.Node {
	var list []index.Node
	for _, t := range totals {
		if t.Filled == 0 {
			list = append(list, t.Node)
		}
	}
	return list
}
