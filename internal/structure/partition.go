package structure

import (
	"cmp"
	"context"
	"slices"
)

// Partition puts every node into one group. Groups are numbered from 1, the
// largest first, of equal ones that with the first node.
type Partition struct {
	Of         []uint32 // by place
	Sizes      []int    // of the groups; group 1 is at 0
	Modularity float64  // of communities
}

// partition numbers the groups of the labels, which are less than the number of
// nodes.
func partition(labels []uint32) Partition {
	type group struct {
		label uint32
		size  int
	}
	at := make([]int, len(labels)) // by label: the place of its group, plus one
	var groups []group             // by their first node
	for _, label := range labels {
		if at[label] == 0 {
			groups = append(groups, group{label: label})
			at[label] = len(groups)
		}
		groups[at[label]-1].size++
	}
	slices.SortStableFunc(groups, func(a, b group) int { return cmp.Compare(b.size, a.size) })
	p := Partition{Of: make([]uint32, len(labels))}
	for i, g := range groups {
		at[g.label] = i + 1
		p.Sizes = append(p.Sizes, g.size)
	}
	for i, label := range labels {
		p.Of[i] = uint32(at[label])
	}
	return p
}

// Components are the groups of nodes that are joined by links, whatever their
// direction.
func (n *Network) Components(ctx context.Context) (Partition, error) {
	return n.components.get(ctx, func() (Partition, error) {
		size := len(n.Nodes)
		labels, seen := make([]uint32, size), make([]bool, size)
		var reached []uint32
		for first := range uint32(size) {
			if seen[first] {
				continue
			}
			if err := ctx.Err(); err != nil {
				return Partition{}, err
			}
			seen[first] = true
			for reached = append(reached[:0], first); len(reached) > 0; {
				at := reached[len(reached)-1]
				reached = reached[:len(reached)-1]
				labels[at] = first
				for _, to := range n.near.of(at) {
					if !seen[to] {
						seen[to] = true
						reached = append(reached, to)
					}
				}
			}
		}
		return partition(labels), nil
	})
}
