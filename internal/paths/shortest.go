package paths

import (
	"context"
	"slices"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
)

// Between asks for paths between two nodes.
type Between struct {
	Rules
	Avoid    Avoid
	From, To kg.ID
	K        int // how many, at least 1
	MaxHops  int // that a path has; not heeded with a pattern
	// Pattern, when it is not nil, has the steps of each hop: a path has exactly
	// as many hops. It goes without Via.
	Pattern [][]index.Step
}

// Paths is what was found.
type Paths struct {
	From  index.Node
	Paths [][]Hop // without a hop from a node to itself
	// Truncated tells that the search gave up after MaxLooks links. The paths are
	// then the first of those that there are.
	Truncated bool
	Explored  int // links looked at
}

// Shortest finds the K shortest of the simple paths, which pass no node twice.
// They are ordered by length, then hop by hop by the ids of the node that it
// leads to and of its link. Links of one relation that lead the same way between
// the same nodes are one hop, so paths differ in a node or in a relation.
// The errors are of the codes NotFound, Invalid and Limit, or that of the
// context.
//
// The paths that are left when some are found are those that leave one of them
// somewhere: each such part of all paths is searched by itself (Yen, "Finding
// the K shortest loopless paths in a network", 1971; Lawler, 1972). With a
// pattern all paths are equally long, and are listed depth first.
func Shortest(ctx context.Context, ix *index.Index, b Between) (*Paths, error) {
	if err := b.check(); err != nil {
		return nil, err
	}
	from, err := find(ix, "from", b.From)
	if err != nil {
		return nil, err
	}
	to, err := find(ix, "to", b.To)
	if err != nil {
		return nil, err
	}
	rules, err := b.compile(ix, b.Pattern, b.Avoid)
	if err != nil {
		return nil, err
	}
	p := &Paths{From: from}
	if from == to {
		if len(b.Pattern) == 0 {
			p.Paths = [][]Hop{{}}
		}
		return p, nil
	}
	s := &search{walk: newWalk(ctx, ix, rules), target: to, pattern: b.Pattern != nil}
	defer s.end()
	hops := b.MaxHops
	if s.pattern {
		hops = len(b.Pattern)
	}
	p.Paths = s.shortest(from, b.K, hops)
	p.Truncated, p.Explored = s.tired, s.looks
	return p, s.err
}

func (b *Between) check() error {
	switch {
	case b.K < 1:
		return kg.Invalidf("k: %d paths cannot be asked for, 1 is the least", b.K)
	case b.K > MaxPaths:
		return kg.Errorf(kg.Limit, "k: %d is more than %d", b.K, MaxPaths)
	case b.Pattern != nil && b.Via != nil:
		return kg.Invalidf("via and pattern: give one of them")
	case len(b.Pattern) > MaxHops:
		return kg.Errorf(kg.Limit, "pattern: %d hops are more than %d", len(b.Pattern), MaxHops)
	}
	return checkHops("maxHops", b.MaxHops)
}

// space is the paths that begin with some hops and go on with none of some turns.
type space struct {
	begin    []Hop
	without  []turn
	shortest [][]Hop // the shortest ones, or the first of them
	taken    int     // of these
}

func (s *space) best() []Hop { return s.shortest[s.taken] }

// shortest finds the paths. What it has found when the walk is over is right as
// far as it goes.
func (s *search) shortest(from index.Node, k, hops int) (found [][]Hop) {
	var spaces []*space // all with a best path
	add := func(n *space) {
		if s.fill(n, from, k-len(found), s.worth(spaces, k-len(found), hops)); len(n.shortest) > 0 {
			spaces = append(spaces, n)
		}
	}
	for add(&space{}); len(spaces) > 0 && !s.over(); {
		i := 0
		for j := range spaces {
			if s.compare(spaces[j].best(), spaces[i].best()) < 0 {
				i = j
			}
		}
		best := spaces[i]
		found = append(found, best.best())
		if len(found) == k {
			break
		}
		if best.taken++; best.taken < len(best.shortest) {
			continue
		}
		spaces = slices.Delete(spaces, i, i+1)
		if s.pattern {
			continue // all of them were found at once
		}
		for _, part := range best.parts() {
			add(part)
		}
	}
	return found
}

// worth is how many hops a path may have that can still be among so many of the
// shortest.
func (s *search) worth(spaces []*space, missing, hops int) int {
	var lengths []int
	for _, n := range spaces {
		for _, path := range n.shortest[n.taken:] {
			lengths = append(lengths, len(path))
		}
	}
	if len(lengths) < missing {
		return hops
	}
	slices.Sort(lengths)
	return lengths[missing-1]
}

// fill finds the shortest paths of the space, at most so many.
func (s *search) fill(n *space, from index.Node, most, hops int) {
	if s.over() {
		return
	}
	s.begin(hops)
	for _, avoided := range s.rules.avoided {
		s.close(avoided)
	}
	s.start, s.without = from, n.without
	for _, hop := range n.begin {
		s.close(hop.From)
		s.start = hop.To
	}
	s.hops = hops - len(n.begin)
	length, found := s.run()
	if !found {
		return
	}
	for _, rest := range s.paths(length, most) {
		n.shortest = append(n.shortest, append(slices.Clip(n.begin), rest...))
	}
	if s.over() {
		n.shortest = nil
	}
}

// parts divides what the space has besides its shortest paths by where a path
// leaves them: after which hops that it has in common with one of them.
func (s *space) parts() []*space {
	var parts []*space
	for depth := len(s.begin); depth < len(s.shortest[0]); depth++ {
		var part *space
		for _, path := range s.shortest {
			if part == nil || !slices.Equal(part.begin, path[:depth]) {
				part = &space{begin: path[:depth:depth]}
				if depth == len(s.begin) {
					part.without = slices.Clone(s.without)
				}
				parts = append(parts, part)
			}
			part.without = append(part.without, turn{path[depth].step, path[depth].To})
		}
	}
	return parts
}

// compare orders paths from one node.
func (s *search) compare(a, b []Hop) int {
	if len(a) != len(b) {
		return len(a) - len(b)
	}
	for i := range a {
		if c := compareHops(s.index, a[i], b[i]); c != 0 {
			return c
		}
	}
	return 0
}
