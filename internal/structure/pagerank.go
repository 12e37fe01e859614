package structure

import (
	"context"
	"math"
)

// Damping is the share of PageRank that goes along links.
const Damping = 0.85

// The ranks of one round and the next may differ by this much altogether, when
// the last has been reached.
const (
	rankTolerance = 1e-12
	rankRounds    = 300
)

// PageRank is the share of time that a reader spends at each node who, at every
// step, follows one of the links that start there, each as likely, with
// probability Damping, and else, or where none starts, goes to any node at all.
// The shares of all nodes make 1. They are found by power iteration (Page,
// Brin, Motwani, Winograd: The PageRank Citation Ranking, 1999).
func (n *Network) PageRank(ctx context.Context) ([]float64, error) {
	return n.pageRank.get(ctx, func() ([]float64, error) {
		ranks, err := n.rank(ctx)
		return round(ranks), err
	})
}

func (n *Network) rank(ctx context.Context) ([]float64, error) {
	size := len(n.Nodes)
	now, next := make([]float64, size), make([]float64, size)
	for i := range now {
		now[i] = 1 / float64(size)
	}
	for round := range rankRounds {
		if err := say(ctx, "PageRank", round, rankRounds); err != nil {
			return nil, err
		}
		free := 0.0 // goes to any node
		clear(next)
		for i, rank := range now {
			targets := n.out.of(uint32(i))
			if len(targets) == 0 {
				free += rank
				continue
			}
			free += (1 - Damping) * rank
			share := Damping * rank / float64(len(targets))
			for _, to := range targets {
				next[to] += share
			}
		}
		// What stays with a node that no link leaves is spread as well: free
		// holds all of it.
		change, each := 0.0, free/float64(size)
		for i := range next {
			next[i] += each
			change += math.Abs(next[i] - now[i])
		}
		now, next = next, now
		if change < rankTolerance {
			break
		}
	}
	return now, nil
}
