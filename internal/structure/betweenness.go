package structure

import (
	"context"
	"math/rand/v2"

	"ecpgraph/internal/kg"
)

// Betweenness is the share of the shortest paths between two other nodes that
// run through a node, on average over all pairs of other nodes; a pair that no
// path joins counts as 0. It is 1 for the middle of a star. Direction does not
// count, nor how many links lie side by side.
type Betweenness struct {
	Of []float64 // by place
	// Sources is from how many nodes paths were followed: all, or as many as
	// betweennessWork allows. The values are then estimates.
	Sources int
}

const (
	// betweennessWork bounds sources times the nodes and links that are looked
	// at for one.
	betweennessWork = 40_000_000
	// fewestSources is how few make an estimate.
	fewestSources = 16
	sampleSeed    = 1
)

// Betweenness finds it by following the shortest paths from every node
// (Brandes: A Faster Algorithm for Betweenness Centrality, 2001); in a large
// network from some nodes, drawn at random (Brandes, Pich: Centrality
// Estimation in Large Networks, 2007). A network that is too large even for
// that is an error of code Limit.
func (n *Network) Betweenness(ctx context.Context) (Betweenness, error) {
	return n.betweenness.get(ctx, func() (Betweenness, error) {
		size := len(n.Nodes)
		sources := min(size, betweennessWork/max(1, size+len(n.near.targets)))
		if sources < min(size, fewestSources) {
			return Betweenness{}, kg.Errorf(kg.Limit, "betweenness: %d nodes with %d links are too many; choose types or relations", size, n.Links)
		}
		values, err := n.between(ctx, sources)
		return Betweenness{values, sources}, err
	})
}

func (n *Network) between(ctx context.Context, sources int) ([]float64, error) {
	size := len(n.Nodes)
	order := make([]uint32, size)
	for i := range order {
		order[i] = uint32(i)
	}
	if sources < size {
		random := rand.New(rand.NewPCG(sampleSeed, 0))
		for i := range sources {
			j := i + random.IntN(size-i)
			order[i], order[j] = order[j], order[i]
		}
	}
	b := brandes{near: &n.near, distance: make([]int32, size), paths: make([]float64, size), through: make([]float64, size), sum: make([]float64, size)}
	for i := range b.distance {
		b.distance[i] = -1
	}
	for i, source := range order[:sources] {
		if err := say(ctx, "betweenness", i, sources); err != nil {
			return nil, err
		}
		b.from(source)
	}
	if size > 2 {
		// Each pair was met from both ends.
		scale := float64(size) / float64(sources) / (float64(size-1) * float64(size-2))
		for i := range b.sum {
			b.sum[i] *= scale
		}
	}
	return round(b.sum), nil
}

// brandes is the state of the algorithm, by place. Between two sources all but
// sum is as it was made.
type brandes struct {
	near     *arcs
	distance []int32 // from the source; negative for not reached
	paths    []float64
	through  []float64 // the dependency of the source on a node
	reached  []uint32  // by distance
	sum      []float64
}

func (b *brandes) from(source uint32) {
	b.reached = append(b.reached[:0], source)
	b.distance[source], b.paths[source] = 0, 1
	for i := 0; i < len(b.reached); i++ {
		at := b.reached[i]
		for _, to := range b.near.of(at) {
			if b.distance[to] < 0 {
				b.distance[to] = b.distance[at] + 1
				b.reached = append(b.reached, to)
			}
			if b.distance[to] == b.distance[at]+1 {
				b.paths[to] += b.paths[at]
			}
		}
	}
	for i := len(b.reached) - 1; i > 0; i-- {
		at := b.reached[i]
		share := (1 + b.through[at]) / b.paths[at]
		for _, to := range b.near.of(at) {
			if b.distance[to] == b.distance[at]-1 {
				b.through[to] += b.paths[to] * share
			}
		}
		b.sum[at] += b.through[at]
	}
	for _, at := range b.reached {
		b.distance[at], b.paths[at], b.through[at] = -1, 0, 0
	}
}
