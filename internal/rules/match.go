package rules

import (
	"slices"

	"ecpgraph/internal/index"
	"ecpgraph/internal/ontology"
)

// path is one that fits a rule's pattern.
type path struct {
	rule     *Rule
	from, to index.Node
	links    []link // in the order of the pattern; belongs to the matcher
}

// matcher finds the paths that fit the pattern of one rule.
type matcher struct {
	*graph
	rule  *Rule
	links []link
	visit func(path) bool // false ends the search
}

func (g *graph) matcher(r *Rule, visit func(path) bool) *matcher {
	return &matcher{graph: g, rule: r, links: make([]link, len(r.steps)), visit: visit}
}

// from finds the paths from the node.
func (m *matcher) from(n index.Node) bool {
	if !m.rule.from[m.ix.TypePlace(n)] {
		return true
	}
	return m.forward(n, n, 0, nil)
}

// between finds the paths from the one node to the other.
func (m *matcher) between(from, to index.Node) bool {
	if !m.rule.from[m.ix.TypePlace(from)] {
		return true
	}
	return m.forward(from, from, 0, &to)
}

// through finds the paths that follow the link at the hop.
func (m *matcher) through(hop int, l link) bool {
	s := &m.rule.steps[hop]
	near, far := m.ends(l)
	if s.along.Direction() == ontology.In {
		near, far = far, near
	}
	if !m.admits(s, edge{far, l}) {
		return true
	}
	m.links[hop] = l
	return m.backward(near, hop-1, hop, func(start index.Node) bool { return m.forward(start, far, hop+1, nil) })
}

// backward finds the ways into the node by the hops up to that one, and calls
// found with where each starts. The links of the hops after it up to last are
// set.
func (m *matcher) backward(n index.Node, hop, last int, found func(start index.Node) bool) bool {
	if hop < 0 {
		return !m.rule.from[m.ix.TypePlace(n)] || found(n)
	}
	s := &m.rule.steps[hop]
	if !s.far[m.ix.TypePlace(n)] {
		return true
	}
	return m.along(n, s.along.Back(), func(e edge) bool {
		if !m.fits(s, e.link) || slices.Contains(m.links[hop+1:last+1], e.link) {
			return true
		}
		m.links[hop] = e.link
		return m.backward(e.far, hop-1, last, found)
	})
}

// forward goes on from the node by the hops from that one on, and visits each
// path that comes to the end; with an end, only those to it. The links of the
// hops before are set.
func (m *matcher) forward(start, n index.Node, hop int, end *index.Node) bool {
	if hop == len(m.rule.steps) {
		if start == n || end != nil && *end != n {
			return true
		}
		return m.visit(path{m.rule, start, n, m.links})
	}
	s := &m.rule.steps[hop]
	return m.along(n, s.along, func(e edge) bool {
		if !m.admits(s, e) || slices.Contains(m.links[:hop], e.link) {
			return true
		}
		m.links[hop] = e.link
		return m.forward(start, e.far, hop+1, end)
	})
}
