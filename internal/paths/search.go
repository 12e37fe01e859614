package paths

import (
	"slices"

	"ecpgraph/internal/index"
	"ecpgraph/internal/ontology"
)

// search is for the shortest paths between two nodes in a part of the graph, by
// breadth-first search from both ends (Pohl, "Bi-directional search", 1971), a
// level at a time and from the end whose level has fewer links.
//
// With a pattern a path has as many hops as the pattern, and a node has a place
// in each level that leads to it; without, only in the first.
type search struct {
	*walk
	start, target index.Node
	without       []turn // that no path starts with
	pattern       bool
	hops          int // of the paths: at most, or with a pattern exactly

	forward, backward side
	layers            [][]index.Node // what forward was, by hops from the start
}

// side is a search from one end. What the search from the target has reached by so
// many hops includes, once both have met, what leads to the target in so many.
type side struct {
	level
	*marks
}

// from starts the search at the node.
func (s *side) from(n index.Node) {
	s.reached[0].add(n)
	s.become(append(s.room[0][:0], n), 0)
}

// become makes the nodes the level at that depth. Those of the level before are
// lost with the next one.
func (s *side) become(nodes []index.Node, depth int) {
	s.level, s.room[depth%2] = level{nodes: nodes, depth: depth}, nodes
}

// turn is where a hop goes: links of one step that lead to the same node are one
// hop.
type turn struct {
	step index.Step
	to   index.Node
}

// level is the nodes at one distance from one end.
type level struct {
	nodes   []index.Node
	links   int // that the first of them have
	counted int // how many nodes these are
	depth   int
}

// hasMore tells whether there are more links than that to look at to go on from
// the level. It counts no further than it takes to tell.
func (l *level) hasMore(links int, ix *index.Index) bool {
	for l.links <= links && l.counted < len(l.nodes) {
		l.links += ix.Degree(l.nodes[l.counted])
		l.counted++
	}
	return l.links > links
}

// hasMoreThan tells whether the level has more links to look at than the other. It
// counts a few at a time on either side, as one may have very many.
func (l *level) hasMoreThan(other *level, ix *index.Index) bool {
	for links := 64; ; links *= 2 {
		mine, others := l.hasMore(links, ix), other.hasMore(links, ix)
		switch {
		case mine && others:
		case mine || others:
			return mine
		default:
			return l.links > other.links
		}
	}
}

// begin takes all marks away for a search of so many hops.
func (s *search) begin(hops int) {
	for i, side := range []*side{&s.forward, &s.backward} {
		side.marks = &s.sides[i]
		side.forget(s.index, hops)
	}
	s.closed.forget(s.index)
}

// close makes the node one that a path must not pass.
func (s *search) close(n index.Node) {
	s.closed.add(n)
	s.forward.known.add(n)
	s.backward.known.add(n)
}

// run finds how many hops the shortest path has. It leaves marks by which paths
// lists the paths.
func (s *search) run() (length int, found bool) {
	s.forward.from(s.start)
	s.backward.from(s.target)
	s.close(s.start)
	s.close(s.target)
	s.layers = append(s.layers[:0], slices.Clone(s.forward.nodes))
	for {
		length = s.forward.depth + s.backward.depth + 1
		if length > s.hops || len(s.forward.nodes) == 0 || len(s.backward.nodes) == 0 {
			return 0, false
		}
		if s.forward.hasMoreThan(&s.backward.level, s.index) {
			found = s.expand(&s.backward, &s.forward, length)
		} else if found = s.expand(&s.forward, &s.backward, length); !found {
			s.layers = append(s.layers, slices.Clone(s.forward.nodes))
		}
		if s.over() {
			return 0, false
		}
		if found {
			s.mend(length)
			return length, !s.over()
		}
	}
}

// expand goes one hop on from a side. When that meets what was reached from the
// other, by a path of that length, it reports so, with the nodes of the last layer
// marked that lead to the target; else the level becomes the next one.
func (s *search) expand(side, other *side, length int) (met bool) {
	ahead := side == &s.forward
	hop := side.depth
	if !ahead {
		hop = s.hops - side.depth - 1
	}
	followed := s.rules.hop(hop)
	joins := !s.pattern || length == s.hops
	// Without a pattern, what the other side has reached before its last level is not
	// met here: its links were followed, so both would have met before. So all that
	// it knows serves as its edge, but for what is closed.
	edge, known := &other.reached[other.depth], !s.pattern && other.depth > 0
	if known {
		edge = &other.known
	}
	leading := &s.backward.reached[length-s.forward.depth]
	reached, next := &side.reached[side.depth+1], side.room[(side.depth+1)%2][:0]
nodes:
	for i, n := range side.nodes {
		s.touched += s.index.TouchLinksAhead(side.nodes, i)
		for _, a := range s.links(n) {
			step := a.Step
			if !ahead {
				step = step.Back()
			}
			if !followed[step] || s.rules.barred[a.Step] && other.depth > 0 {
				continue // the ends apart, no path has what is barred
			}
			for i := 0; i < a.Edges.Len(); {
				run := a.Edges.Run(i)
				i += len(run)
				if !s.look(len(run)) {
					return false
				}
				for _, e := range run {
					if len(s.without) > 0 && s.isWithout(step, n, e.Far, ahead) {
						continue
					}
					switch {
					case joins && edge.has(e.Far) && !(known && s.closed.has(e.Far)):
						met = true
						if ahead {
							leading.add(n)
							continue nodes
						}
						leading.add(e.Far)
					case met || side.known.has(e.Far) || s.pattern && reached.has(e.Far) || !s.rules.passes(s.index, a.Step, e.Far):
					default:
						if s.pattern || !ahead {
							reached.add(e.Far)
						}
						if !s.pattern {
							side.known.add(e.Far)
						}
						next = append(next, e.Far)
					}
				}
			}
		}
	}
	side.become(next, side.depth+1)
	return met
}

// isWithout tells whether the link is a turn that no path starts with. It was
// found at near, from the start or from the target on.
func (s *search) isWithout(step index.Step, near, far index.Node, ahead bool) bool {
	if !ahead {
		near, far = far, near
	}
	return near == s.start && slices.Contains(s.without, turn{step, far})
}

// mend marks which nodes of the layers before the last lead to the target in
// the hops that are left, as the last layer and all behind it are marked.
func (s *search) mend(length int) {
	for depth := len(s.layers) - 2; depth > 0; depth-- {
		followed, rest := s.rules.hop(depth), length-depth
		for _, n := range s.layers[depth] {
			if s.leads(n, followed, &s.backward.reached[rest-1]) {
				s.backward.reached[rest].add(n)
			}
			if s.over() {
				return
			}
		}
	}
}

// leads tells whether a link of the node leads to one of the set.
func (s *search) leads(n index.Node, followed []bool, to *markedSet) bool {
	for _, a := range s.links(n) {
		if !followed[a.Step] {
			continue
		}
		for i := 0; i < a.Edges.Len(); {
			run := a.Edges.Run(i)
			i += len(run)
			if !s.look(len(run)) {
				return false
			}
			for _, e := range run {
				if to.has(e.Far) {
					return true
				}
			}
		}
	}
	return false
}

// paths lists the first paths of that length that run has found, at most so
// many, ordered by the ids of nodes and links along them.
func (s *search) paths(length, most int) [][]Hop {
	c := chain{search: s, most: most, hops: make([]Hop, length), width: most}
	if s.pattern {
		c.width = 0 // a choice may lead to no simple path
	}
	c.from(s.start, 0)
	return c.found
}

// chain lists paths depth first.
type chain struct {
	*search
	hops        []Hop // of the path so far, and room for the rest
	found       [][]Hop
	most, width int // of found, and of choices at a node; 0 for no bound
}

func (c *chain) from(n index.Node, depth int) {
	if depth == len(c.hops) {
		c.found = append(c.found, slices.Clone(c.hops))
		return
	}
	for _, hop := range c.choices(n, depth) {
		if c.pattern && c.passed(hop.To, depth) {
			continue
		}
		c.hops[depth] = hop
		c.from(hop.To, depth+1)
		if len(c.found) == c.most || c.over() {
			return
		}
	}
}

// passed tells whether the path has the node already.
func (c *chain) passed(n index.Node, depth int) bool {
	return slices.ContainsFunc(c.hops[:depth], func(h Hop) bool { return h.To == n })
}

// choices are the hops from the node that lead on to the target, in order. The
// links of a step are in order already, so of each as many are enough as are
// wanted of all.
func (c *chain) choices(n index.Node, depth int) []Hop {
	var choices []Hop
	followed, leading := c.rules.hop(depth), &c.backward.reached[len(c.hops)-depth-1]
	for _, a := range c.links(n) {
		if !followed[a.Step] {
			continue
		}
		size := len(choices)
	list:
		for i := 0; i < a.Edges.Len(); {
			run := a.Edges.Run(i)
			i += len(run)
			if !c.look(len(run)) {
				return nil
			}
			for _, e := range run {
				if !leading.has(e.Far) || n == c.start && slices.Contains(c.without, turn{a.Step, e.Far}) {
					continue
				}
				if len(choices) > size && choices[len(choices)-1].To == e.Far {
					continue // the links to one node follow each other
				}
				choices = append(choices, Hop{Link: e.Link, From: n, To: e.Far, step: a.Step})
				if c.width > 0 && len(choices) == size+c.width {
					break list
				}
			}
		}
	}
	slices.SortFunc(choices, func(a, b Hop) int { return compareHops(c.index, a, b) })
	if c.width > 0 && len(choices) > c.width {
		choices = choices[:c.width]
	}
	return choices
}

// Hop goes from a node to another along the links of one relation.
type Hop struct {
	Link     index.Link // the first of the links, by id
	From, To index.Node
	step     index.Step
}

// Direction tells whether the hop follows its links or goes against them.
func (h Hop) Direction() ontology.Direction { return h.step.Direction() }

// Links are all links of the hop, by id: the most of them that are asked for,
// and how many there are.
func (h Hop) Links(ix *index.Index, most int) (links []index.Link, count int) {
	list, far := ix.Along(h.From, h.step), h.To
	if back := ix.Along(h.To, h.step.Back()); back.Len() < list.Len() { // the same links are in both
		list, far = back, h.From
	}
	const few = 64 // are looked through as fast as one is looked up
	at := 0
	if list.Len() > few {
		at = list.Search(func(e index.Edge) bool { return ix.CompareNodes(e.Far, far) >= 0 })
	}
	for e := range list.From(at) {
		switch {
		case e.Far == far:
			if count++; count <= most {
				links = append(links, e.Link)
			}
		case count > 0 || at > 0:
			return links, count
		}
	}
	return links, count
}

// compareHops orders hops from one node by what they lead to, then by their link.
func compareHops(ix *index.Index, a, b Hop) int {
	if c := ix.CompareNodes(a.To, b.To); c != 0 {
		return c
	}
	return ix.CompareLinks(a.Link, b.Link)
}
