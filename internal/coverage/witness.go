package coverage

import (
	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
)

// MaxWitnesses is how many paths of one cell are listed.
const MaxWitnesses = 20

// Path is the hops from a row to a column.
type Path []Hop

// Hop is a link as it was followed.
type Hop struct {
	Link      index.Link
	From, To  index.Node // of the hop, whichever way the link points
	Direction ontology.Direction
}

// Witness lists the first paths of the cell, up to the limit: ordered hop by
// hop by the id of the node that it leads to, then by the link's, links along
// their direction before those against it. All calls share one bound on what is
// looked at; beyond it the error is of code Limit.
func (m *Matrix) Witness(c Cell, limit int) ([]Path, error) {
	w := newWalker(m.context, m.ix, m.pattern, m.looks)
	from, to := m.Rows[c.Row], m.Columns[c.Column]
	var found []Path
	through, _ := w.between([]index.Node{from}, []index.Node{to})
	if through != nil && limit > 0 {
		path := make(Path, 0, len(m.pattern.Steps))
		w.search(from, through, path, func(p Path) bool {
			found = append(found, append(Path(nil), p...))
			return len(found) < limit
		})
	}
	m.looks = w.looks
	switch {
	case w.err != nil:
		return nil, w.err
	case w.looks < 0:
		return nil, kg.Errorf(kg.Limit, "witness: the paths take more than %d looks at links; ask for them in fewer cells", MaxLooks)
	}
	return found, nil
}

// search visits the paths that go on from the node. It reports false when visit
// has, or when the walker does not go on.
func (w *walker) search(at index.Node, through []bits, path Path, visit func(Path) bool) bool {
	hop := len(path)
	if hop == len(w.pattern.Steps) {
		return visit(path)
	}
	return w.each(hop, at, func(e index.Edge, d ontology.Direction) bool {
		if !through[hop+1].has(e.Far) || hop > 0 && path[hop-1].Link == e.Link {
			return true
		}
		return w.search(e.Far, through, append(path, Hop{e.Link, at, e.Far, d}), visit)
	})
}
