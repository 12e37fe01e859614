package query

import (
	"math"
	"slices"

	"ecpgraph/internal/index"
	"ecpgraph/internal/ontology"
)

// relation matches nodes with a link along the relation field that matches and
// leads to a node that matches.
type relation struct {
	near  *ontology.NodeType
	end   *ontology.End
	back  *ontology.End // the same relation from the far side
	links *linkFilter   // nil for all
	far   condition

	answers   memo
	matches   []index.Node // far nodes, once found
	isMatched bool
	guess     *estimate // made once
}

// some matches nodes of the type with a link along the end that matches, to a
// far node that matches. Without a link filter all links do.
func some(t *ontology.NodeType, end *ontology.End, links *linkFilter, far condition) condition {
	if far == constant(false) {
		return far
	}
	return &relation{near: t, end: end, back: reverse(end), links: links, far: far}
}

func reverse(end *ontology.End) *ontology.End {
	if end.Direction == ontology.Out {
		return &ontology.End{Relation: end.Relation, Direction: ontology.In}
	}
	return &ontology.End{Relation: end.Relation, Direction: ontology.Out}
}

func (r *relation) holds(s *Selector, n index.Node) bool {
	if r.far == constant(true) && r.links == nil {
		return s.ix.Links(n, r.end).Len() > 0
	}
	if answer, known := r.answers.get(n); known {
		return answer
	}
	answer := r.find(s, n)
	r.answers.put(s, n, answer)
	return answer
}

func (r *relation) find(s *Selector, n index.Node) bool {
	links := s.ix.Links(n, r.end)
	for i, size := 0, links.Len(); i < size; {
		run := links.Run(i)
		for j, e := range run {
			if j > 0 && e.Far == run[j-1].Far && r.links == nil {
				continue // a parallel link
			}
			if !s.looked(1) {
				return false
			}
			if !r.links.holds(s, e.Link) {
				continue
			}
			if r.far.holds(s, e.Far) {
				return true
			}
		}
		i += len(run)
	}
	return false
}

// To find all matching far nodes for an estimate may cost up to mostCost, and up
// to a tenth of a test of all near nodes.
const mostCost, worthwhile = 200_000, 0.1

func (r *relation) estimate(s *Selector) estimate {
	if r.guess != nil {
		return *r.guess
	}
	far := r.far.estimate(s)
	farType := r.end.Far().Single()
	farSize := float64(max(1, s.sizeOf(farType)))
	e := estimate{exact: true, reads: infinite, cost: infinite}
	in := 1.0 // links of a far node
	tried, nearSize := s.degree(r.near, r.end), float64(max(1, s.sizeOf(r.near)))
	far.test += r.links.cost()
	testAll := nearSize * (lookUpCost + tried*(stepCost+far.test))
	switch {
	case far.cost+far.reads*(stepCost+far.test) <= max(lookUpCost, min(mostCost, testAll*worthwhile)):
		const samples = 16
		nodes := r.matching(s)
		n, sum := min(len(nodes), samples), 0
		for i := range n {
			sum += s.ix.Links(nodes[i*len(nodes)/n], r.back).Len()
		}
		in = float64(sum) / float64(max(1, n))
		far.share = float64(len(nodes)) / farSize
		e.reads = float64(len(nodes)) * in
		e.cost = float64(len(nodes))*lookUpCost + e.reads*nearCost
	case farType != nil:
		in = s.degree(farType, r.back)
		e.reads = far.share * farSize * in
		e.cost = far.cost + far.reads*(stepCost+far.test) + far.share*farSize*lookUpCost + e.reads*nearCost
	}
	// Matching links fall on nodes at random; links are tried until one matches.
	e.share = 1 - math.Exp(-far.share*farSize*in/nearSize)
	if far.share > 0 {
		tried = min(tried, 1/far.share)
	}
	e.test = lookUpCost + tried*(stepCost+far.test)
	r.guess = &e
	return e
}

// matching lists the far nodes that match.
func (r *relation) matching(s *Selector) []index.Node {
	if !r.isMatched {
		exact := r.far.estimate(s).exact
		for _, n := range r.far.read(s) {
			if s.looked(1) && (exact || r.far.holds(s, n)) {
				r.matches = append(r.matches, n)
			}
		}
		r.isMatched = true
	}
	return r.matches
}

func (r *relation) read(s *Selector) []index.Node {
	var list []index.Node
	several := r.back.Far().Single() == nil
	matches := r.matching(s)
	for i, far := range matches {
		s.touched += s.ix.TouchLinksAhead(matches, i)
		links := s.ix.Links(far, r.back)
		for i, size := 0, links.Len(); i < size; {
			run := links.Run(i)
			if !s.looked(len(run)) {
				return nil
			}
			for _, e := range run {
				if (!several || s.ix.NodeType(e.Far) == r.near) && r.links.holds(s, e.Link) {
					list = append(list, e.Far)
				}
			}
			i += len(run)
		}
	}
	if len(matches) == 1 {
		return slices.Compact(list) // parallel links lie side by side
	}
	return s.unique(list)
}

func (r *relation) source() string {
	if r.far == constant(true) {
		return r.end.Field()
	}
	return r.end.Field() + "." + r.far.source()
}

func (r *relation) weight() int { return 10 + r.far.weight() }

// memo remembers answers about nodes, so that a node which is met along many
// links is looked at once. It takes its memory when it has been asked often.
type memo struct {
	asked int
	known []uint64 // two bits a node: whether it is known, and the answer
}

// rarely is how many answers are given before they are remembered.
const rarely = 64

func (m *memo) get(n index.Node) (answer, known bool) {
	if m.known == nil {
		return false, false
	}
	bits := m.known[n/32] >> (n % 32 * 2)
	return bits&2 != 0, bits&1 != 0
}

func (m *memo) put(s *Selector, n index.Node, answer bool) {
	if m.known == nil {
		if m.asked++; m.asked <= rarely {
			return
		}
		nodes, _ := s.ix.NextNumbers()
		m.known = make([]uint64, nodes/32+1)
	}
	bits := uint64(1)
	if answer {
		bits = 3
	}
	m.known[n/32] |= bits << (n % 32 * 2)
}
