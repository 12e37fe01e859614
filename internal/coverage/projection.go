package coverage

import (
	"cmp"
	"context"
	"slices"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
)

// MaxPairs is how many pairs a projection may have.
const MaxPairs = 1_000_000

// Projection is the network of one set of nodes, two of which are linked when
// paths of a pattern from both of them meet in a node.
type Projection struct {
	Nodes []index.Node // by id
	Pairs []Pair       // by shared nodes, most first, then by A and B
	// Truncated tells that the bounds left no room for all: Nodes are then only the
	// first ones of the set. All else holds for them.
	Truncated bool

	ix   *index.Index
	ends [][]index.Node // of the paths from each node, by number
}

// Pair is two nodes that share others.
type Pair struct {
	A, B   uint32 // their places, A first
	Shared uint32 // how many
}

// Project makes the projection of the nodes, which are given by id and without
// repeats. The pattern must have been checked. The error is that of the context,
// or of code Limit where there is no room for one node.
func Project(ctx context.Context, ix *index.Index, nodes []index.Node, p Pattern) (*Projection, error) {
	return project(newWalker(ctx, ix, p, MaxLooks), nodes)
}

func project(w *walker, nodes []index.Node) (*Projection, error) {
	out := &Projection{Nodes: nodes, ix: w.ix}
	at := map[index.Node][]uint32{} // the nodes so far whose paths end there
	shared := make([]uint32, len(nodes))
	for i, n := range nodes {
		ends, partners, whole := w.meet(n, at, shared)
		if whole && len(out.Pairs)+len(partners) <= MaxPairs {
			for _, end := range ends {
				at[end] = append(at[end], uint32(i))
			}
			out.ends = append(out.ends, ends)
			for _, other := range partners {
				out.Pairs = append(out.Pairs, Pair{other, uint32(i), shared[other]})
			}
		} else if w.err == nil && i == 0 {
			return nil, kg.Errorf(kg.Limit, "projection: even for one node the paths take more than %d looks at links: choose a shorter pattern", MaxLooks)
		} else if w.err == nil {
			out.Nodes, out.Truncated = nodes[:i], true
			break
		}
		if w.err != nil {
			return nil, w.err
		}
		for _, other := range partners {
			shared[other] = 0
		}
	}
	slices.SortFunc(out.Pairs, func(a, b Pair) int {
		return cmp.Or(cmp.Compare(b.Shared, a.Shared), cmp.Compare(a.A, b.A), cmp.Compare(a.B, b.B))
	})
	return out, nil
}

// meet finds where the paths from the node end, and which of the nodes before
// it share how many of those ends. It reports false when it could not.
func (w *walker) meet(n index.Node, at map[index.Node][]uint32, shared []uint32) (ends []index.Node, partners []uint32, whole bool) {
	reached, whole := w.count(n, nil)
	if !whole {
		return nil, nil, false
	}
	ends = slices.Sorted(slices.Values(reached.nodes))
	for _, end := range ends {
		for _, other := range at[end] {
			if !w.goesOn() {
				return nil, partners, false
			}
			if shared[other] == 0 {
				partners = append(partners, other)
			}
			shared[other]++
		}
	}
	return ends, partners, true
}

// Shared lists the first nodes that the pair shares, by id, up to the limit.
func (p *Projection) Shared(pair Pair, limit int) []index.Node {
	a, b := p.ends[pair.A], p.ends[pair.B]
	var both []index.Node
	for len(a) > 0 && len(b) > 0 {
		switch {
		case a[0] < b[0]:
			a = a[1:]
		case a[0] > b[0]:
			b = b[1:]
		default:
			both = append(both, a[0])
			a, b = a[1:], b[1:]
		}
	}
	slices.SortFunc(both, p.ix.CompareNodes)
	return both[:min(limit, len(both))]
}

// Alone lists the nodes that are in no pair, by id.
func (p *Projection) Alone() []index.Node {
	linked := make([]bool, len(p.Nodes))
	for _, pair := range p.Pairs {
		linked[pair.A], linked[pair.B] = true, true
	}
	var list []index.Node
	for i, n := range p.Nodes {
		if !linked[i] {
			list = append(list, n)
		}
	}
	return list
}
