package query

import (
	"context"
	"slices"

	"ecpgraph/internal/index"
	"ecpgraph/internal/ontology"
)

// Matching lists all nodes of the type, which must not be nil, that match the
// `where` argument, by id. The error is of code Invalid, or the context's.
func Matching(ctx context.Context, ix *index.Index, t *ontology.NodeType, where map[string]any) ([]index.Node, error) {
	s, err := Select(ctx, ix, t, Args{Where: where})
	if err != nil {
		return nil, err
	}
	if s.filter == nil {
		return slices.Collect(ix.NodesOf(t).From(0)), nil
	}
	var list []index.Node
	w := &walk{kind: typeNodes, way: byID}
	if s.choose(s.countCosts(w)) == 0 {
		w.scan(s, gap{}, false, func(e index.Edge) bool {
			list = append(list, e.Far)
			return true
		})
		return list, s.err
	}
	s.estimate()
	for _, n := range s.read() {
		if s.looked(1) && s.left.holds(s, n) {
			list = append(list, n)
		}
	}
	slices.SortFunc(list, ix.CompareNodes)
	return list, s.err
}
