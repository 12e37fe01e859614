package structure

import (
	"context"
	"slices"
)

// Communities are groups of nodes with more links inside than one would expect
// of links that fall at random between nodes of the same degrees: the groups
// that the Louvain method finds (Blondel, Guillaume, Lambiotte, Lefebvre: Fast
// unfolding of communities in large networks, 2008). Direction does not count,
// links side by side do. Nodes are visited in their order, so there is nothing
// random in it. Modularity is how much more: from -1/2 to 1 (Newman: Analysis of
// weighted networks, 2004).
func (n *Network) Communities(ctx context.Context) (Partition, error) {
	return n.communities.get(ctx, func() (Partition, error) {
		g := n.weighted()
		labels := make([]uint32, len(n.Nodes))
		for i := range labels {
			labels[i] = uint32(i)
		}
		for {
			if err := say(ctx, "communities", 0, 1); err != nil { // nobody knows how many levels there are
				return Partition{}, err
			}
			groups, moved, err := g.move(ctx)
			if err != nil {
				return Partition{}, err
			}
			if !moved {
				break
			}
			for i, label := range labels {
				labels[i] = groups[label]
			}
			g = g.merge(groups)
		}
		p := partition(labels)
		p.Modularity = rounded(n.weighted().modularity(p.Of))
		return p, nil
	})
}

// weighted is a network of groups of nodes. Edges lie both ways.
type weighted struct {
	arcs
	inside []float64 // by group: twice the weight of what lies inside
	degree []float64 // by group: the weight of what lies at it, twice for inside
	total  float64   // of all degrees
}

// weighted is the network with each node for itself.
func (n *Network) weighted() *weighted {
	g := &weighted{arcs: n.near, inside: make([]float64, len(n.Nodes))}
	for i := range g.inside {
		for _, to := range n.out.of(uint32(i)) {
			if to == uint32(i) {
				g.inside[i] += 2
			}
		}
	}
	return g.weigh()
}

func (g *weighted) weigh() *weighted {
	g.degree = slices.Clone(g.inside)
	for i := range g.degree {
		for _, weight := range g.weightsOf(uint32(i)) {
			g.degree[i] += float64(weight)
		}
		g.total += g.degree[i]
	}
	return g
}

// leastGain is how much a node must gain to move, in links, so that a gain which
// is none but for rounding moves nothing to and fro.
const leastGain = 1e-9

// move puts each node, one after the other, into the group of a neighbour that
// gains most, until none gains. It returns the groups, numbered from 0 by their
// first nodes, and whether any node has moved.
func (g *weighted) move(ctx context.Context) (groups []uint32, moved bool, err error) {
	size := len(g.inside)
	groups = make([]uint32, size)
	for i := range groups {
		groups[i] = uint32(i)
	}
	degree := slices.Clone(g.degree) // of groups
	links := make([]float64, size)   // of the node to groups
	var beside []uint32              // groups that it has links to
	for again := true; again; {
		again = false
		for i := range uint32(size) {
			if i%1024 == 0 && ctx.Err() != nil {
				return nil, false, ctx.Err()
			}
			own := groups[i]
			beside = append(beside[:0], own)
			weights := g.weightsOf(i)
			for k, to := range g.of(i) {
				group := groups[to]
				if links[group] == 0 && group != own {
					beside = append(beside, group)
				}
				links[group] += float64(weights[k])
			}
			degree[own] -= g.degree[i]
			gain := func(group uint32) float64 { return links[group] - degree[group]*g.degree[i]/g.total }
			best, most := own, gain(own)
			for _, group := range beside[1:] {
				if more := gain(group); more > most+leastGain {
					best, most = group, more
				}
			}
			degree[best] += g.degree[i]
			groups[i] = best
			again = again || best != own
			for _, group := range beside {
				links[group] = 0
			}
		}
		moved = moved || again
	}
	numbers := make([]uint32, size)
	count := uint32(0)
	for i, group := range groups {
		if numbers[group] == 0 {
			count++
			numbers[group] = count
		}
		groups[i] = numbers[group] - 1
	}
	return groups, moved, nil
}

// merge makes each group one node.
func (g *weighted) merge(groups []uint32) *weighted {
	size := int(slices.Max(groups)) + 1
	members := make([][]uint32, size)
	for i, group := range groups {
		members[group] = append(members[group], uint32(i))
	}
	m := &weighted{arcs: arcs{starts: make([]uint32, 1, size+1)}, inside: make([]float64, size)}
	sums := make([]uint32, size)
	var beside []uint32
	for group, nodes := range members {
		beside = beside[:0]
		for _, i := range nodes {
			m.inside[group] += g.inside[i]
			weights := g.weightsOf(i)
			for k, to := range g.of(i) {
				far := groups[to]
				if int(far) == group {
					m.inside[group] += float64(weights[k])
					continue
				}
				if sums[far] == 0 {
					beside = append(beside, far)
				}
				sums[far] += weights[k]
			}
		}
		slices.Sort(beside)
		for _, far := range beside {
			m.targets, m.weights = append(m.targets, far), append(m.weights, sums[far])
			sums[far] = 0
		}
		m.starts = append(m.starts, uint32(len(m.targets)))
	}
	return m.weigh()
}

// modularity is that of the groups, which are numbered from 1; 0 without links.
func (g *weighted) modularity(groups []uint32) float64 {
	if g.total == 0 {
		return 0
	}
	inside, degree := make([]float64, len(groups)+1), make([]float64, len(groups)+1)
	for i, group := range groups {
		degree[group] += g.degree[i]
		inside[group] += g.inside[i]
		weights := g.weightsOf(uint32(i))
		for k, to := range g.of(uint32(i)) {
			if groups[to] == group {
				inside[group] += float64(weights[k])
			}
		}
	}
	sum := 0.0
	for group := range inside {
		share := degree[group] / g.total
		sum += inside[group]/g.total - share*share
	}
	return sum
}
