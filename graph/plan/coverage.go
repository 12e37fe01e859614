package plan

import (
	"github.com/vektah/gqlparser/v2/ast"

	"ecpgraph/internal/coverage"
	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/query"
)

// matrix is the answer to coverage.
type matrix struct {
	*coverage.Matrix
	made          string // its arguments
	rows, columns []coverage.Total
	paths         uint64
}

// coverage is the field for the matrix of two sets.
func (c *compiler) coverage(g *group) field[root] {
	return computed(c, g, c.matrix(g), func(r *run, _ root) (*matrix, bool, error) {
		args := r.arguments(g.field)
		rows, from, err := args.nodeSet(r, "rows")
		if err != nil {
			return nil, false, err
		}
		columns, to, err := args.nodeSet(r, "columns")
		if err != nil {
			return nil, false, err
		}
		p, err := args.pattern(c.ontology)
		if err == nil {
			err = p.Check(from, to)
		}
		if err != nil {
			return nil, false, err
		}
		ix, err := inferred(r.index, args["inference"])
		if err != nil {
			return nil, false, err
		}
		m := &matrix{made: args.text()}
		if m.Matrix, err = coverage.Cover(r.context, ix, rows, columns, p); err != nil {
			return nil, false, err
		}
		m.rows, m.columns = m.Totals()
		for _, t := range m.rows {
			m.paths += t.Paths
		}
		return m, true, nil
	})
}

func (c *compiler) matrix(g *group) *object[*matrix] {
	totals := func(g *group, of func(*matrix) []coverage.Total) field[*matrix] {
		return listed(c, g, c.total, nil, func(r *run, m *matrix) (ranked[coverage.Total], error) {
			list := of(m)
			return ranked[coverage.Total]{
				size: len(list), at: func(i int) coverage.Total { return list[i] },
				rank: func(i int) rank { return rank{ids: [2]kg.ID{r.index.NodeID(list[i].Node)}} },
				made: m.made,
			}, nil
		})
	}
	gaps := func(g *group, of func(*matrix) []coverage.Total) field[*matrix] {
		return listedNodes(c, g, func(_ *run, m *matrix) ([]index.Node, string) { return coverage.Gaps(of(m)), m.made })
	}
	rows, columns := func(m *matrix) []coverage.Total { return m.rows }, func(m *matrix) []coverage.Total { return m.columns }
	return compile(c, c.schema.Types["Coverage"], g.selections, func(g *group) field[*matrix] {
		switch g.field.Name {
		case "cells":
			return listed(c, g, c.cell, nil, func(r *run, m *matrix) (ranked[cell], error) {
				return ranked[cell]{
					size: len(m.Cells), at: func(i int) cell { return cell{m, m.Cells[i]} },
					rank: func(i int) rank {
						e := cell{m, m.Cells[i]}
						return rank{ids: [2]kg.ID{r.index.NodeID(e.row()), r.index.NodeID(e.column())}}
					},
					made: m.made,
				}, nil
			})
		case "rows":
			return totals(g, rows)
		case "columns":
			return totals(g, columns)
		case "emptyRows":
			return gaps(g, rows)
		case "emptyColumns":
			return gaps(g, columns)
		case "filled":
			return count(g, func(_ *run, m *matrix) int { return len(m.Cells) })
		case "possible":
			return count(g, func(_ *run, m *matrix) int { return len(m.Rows) * len(m.Columns) })
		case "paths":
			return count(g, func(_ *run, m *matrix) uint64 { return m.paths })
		case "truncated":
			return truth(g, func(_ *run, m *matrix) bool { return m.Truncated })
		}
		return unknown[*matrix](g)
	})
}

func (c *compiler) total(selections ast.SelectionSet) composite[coverage.Total] {
	return compile(c, c.schema.Types["CoverageTotal"], selections, func(g *group) field[coverage.Total] {
		switch g.field.Name {
		case "node":
			return far(c, g, nil, func(_ *run, t coverage.Total) index.Node { return t.Node })
		case "filled":
			return count(g, func(_ *run, t coverage.Total) int { return t.Filled })
		case "paths":
			return count(g, func(_ *run, t coverage.Total) uint64 { return t.Paths })
		}
		return unknown[coverage.Total](g)
	})
}

// cell is one of a matrix.
type cell struct {
	*matrix
	coverage.Cell
}

func (e cell) row() index.Node    { return e.Rows[e.Row] }
func (e cell) column() index.Node { return e.Columns[e.Column] }

func (c *compiler) cell(selections ast.SelectionSet) composite[cell] {
	return compile(c, c.schema.Types["CoverageCell"], selections, func(g *group) field[cell] {
		switch g.field.Name {
		case "row":
			return far(c, g, nil, func(_ *run, e cell) index.Node { return e.row() })
		case "column":
			return far(c, g, nil, func(_ *run, e cell) index.Node { return e.column() })
		case "count":
			return count(g, func(_ *run, e cell) uint64 { return e.Paths })
		case "witness":
			return computedList(c, g, c.path(g), func(r *run, e cell) ([]coverage.Path, error) {
				limit, err := r.arguments(g.field).limited("limit", coverage.MaxWitnesses)
				if err != nil {
					return nil, err
				}
				return e.Witness(e.Cell, limit)
			})
		}
		return unknown[cell](g)
	})
}

func (c *compiler) path(g *group) *object[coverage.Path] {
	return compile(c, c.schema.Types["CoveragePath"], g.selections, func(g *group) field[coverage.Path] {
		if g.field.Name == "hops" {
			return many(g, c.hop(g), func(p coverage.Path) int { return len(p) }, func(p coverage.Path, i int) coverage.Hop { return p[i] })
		}
		return unknown[coverage.Path](g)
	})
}

func (c *compiler) hop(g *group) *object[coverage.Hop] {
	return compile(c, c.schema.Types["CoverageHop"], g.selections, func(g *group) field[coverage.Hop] {
		switch g.field.Name {
		case "link":
			return linkFrom(c, g, func(_ *run, h coverage.Hop) (index.Link, bool) { return h.Link, true })
		case "from":
			return far(c, g, nil, func(_ *run, h coverage.Hop) index.Node { return h.From })
		case "to":
			return far(c, g, nil, func(_ *run, h coverage.Hop) index.Node { return h.To })
		case "direction":
			return text(g, func(_ *run, h coverage.Hop) string { return h.Direction.String() })
		}
		return unknown[coverage.Hop](g)
	})
}

// projection is the answer to projection.
type projection struct {
	*coverage.Projection
	made string // its arguments
}

// projection is the field for the network of one set.
func (c *compiler) projection(g *group) field[root] {
	child := compile(c, c.schema.Types["Projection"], g.selections, func(g *group) field[*projection] {
		switch g.field.Name {
		case "pairs":
			return listed(c, g, c.pair, nil, func(r *run, p *projection) (ranked[pair], error) {
				return ranked[pair]{
					size: len(p.Pairs), at: func(i int) pair { return pair{p, p.Pairs[i]} },
					rank: func(i int) rank {
						e := p.Pairs[i]
						return rank{float64(e.Shared), [2]kg.ID{r.index.NodeID(p.Nodes[e.A]), r.index.NodeID(p.Nodes[e.B])}}
					},
					made: p.made,
				}, nil
			})
		case "alone":
			return listedNodes(c, g, func(_ *run, p *projection) ([]index.Node, string) { return p.Alone(), p.made })
		case "size":
			return count(g, func(_ *run, p *projection) int { return len(p.Nodes) })
		case "truncated":
			return truth(g, func(_ *run, p *projection) bool { return p.Truncated })
		}
		return unknown[*projection](g)
	})
	return computed(c, g, child, func(r *run, _ root) (*projection, bool, error) {
		args := r.arguments(g.field)
		nodes, from, err := args.nodeSet(r, "nodes")
		if err != nil {
			return nil, false, err
		}
		p, err := args.pattern(c.ontology)
		if err == nil {
			err = p.Check(from, nil)
		}
		if err != nil {
			return nil, false, err
		}
		ix, err := inferred(r.index, args["inference"])
		if err != nil {
			return nil, false, err
		}
		made, err := coverage.Project(r.context, ix, nodes, p)
		return &projection{made, args.text()}, err == nil, err
	})
}

// pair is one of a projection.
type pair struct {
	*projection
	coverage.Pair
}

func (c *compiler) pair(selections ast.SelectionSet) composite[pair] {
	return compile(c, c.schema.Types["NodePair"], selections, func(g *group) field[pair] {
		switch g.field.Name {
		case "a":
			return far(c, g, nil, func(_ *run, p pair) index.Node { return p.Nodes[p.A] })
		case "b":
			return far(c, g, nil, func(_ *run, p pair) index.Node { return p.Nodes[p.B] })
		case "weight":
			return count(g, func(_ *run, p pair) int { return int(p.Pair.Shared) })
		case "shared":
			return computedList(c, g, c.node(nil, g.selections), func(r *run, p pair) ([]*node, error) {
				limit, err := r.arguments(g.field).limited("limit", query.MaxPage)
				if err != nil {
					return nil, err
				}
				shared := p.projection.Shared(p.Pair, limit)
				list := make([]*node, len(shared))
				for i, n := range shared {
					list[i] = r.nodeAt(n)
				}
				return list, nil
			})
		}
		return unknown[pair](g)
	})
}
