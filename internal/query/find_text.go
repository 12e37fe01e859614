package query

import (
	"math/bits"
	"slices"

	"ecpgraph/internal/index"
	"ecpgraph/internal/ontology"
	"ecpgraph/internal/search"
)

// nodeSet is a set of nodes: a bit for each number.
type nodeSet []uint64

func newNodeSet(ix *index.Index) nodeSet {
	nodes, _ := ix.NextNumbers()
	return make(nodeSet, nodes/64+1)
}

func (s nodeSet) add(n index.Node)      { s[n/64] |= 1 << (n % 64) }
func (s nodeSet) remove(n index.Node)   { s[n/64] &^= 1 << (n % 64) }
func (s nodeSet) has(n index.Node) bool { return s[n/64]>>(n%64)&1 != 0 }

func (s nodeSet) size() int {
	n := 0
	for _, word := range s {
		n += bits.OnesCount64(word)
	}
	return n
}

// each calls visit with the nodes by number until it returns false.
func (s nodeSet) each(visit func(index.Node) bool) {
	for i, word := range s {
		for ; word != 0; word &= word - 1 {
			if !visit(index.Node(i*64 + bits.TrailingZeros64(word))) {
				return
			}
		}
	}
}

// withTerms is the set of the nodes that have one of the terms and are within,
// where that is not nil.
func (s *Selector) withTerms(terms []meaning, within nodeSet) nodeSet {
	set := newNodeSet(s.ix)
	for _, m := range terms {
		list := s.ix.Postings(m.term)
		for i, size := 0, list.Len(); i < size; {
			run := list.Run(i)
			if !s.looked(len(run)) {
				return set
			}
			for _, p := range run {
				if within == nil || within.has(p.Node) {
					set.add(p.Node)
				}
			}
			i += len(run)
		}
	}
	return set
}

// textCondition matches nodes whose names or descriptions have all of the words,
// each in one of its forms.
type textCondition struct {
	of       *ontology.NodeType // nil for any
	readings []reading          // one at least, the rarest first
	least    int                // postings of the rarest
	all      int                // postings of all

	set nodeSet // once it was needed
}

// textHas is the condition that search finds the text, without taking words for
// misspelt or unfinished.
func textHas(ix *index.Index, t *ontology.NodeType, text string) condition {
	c := &textCondition{of: t}
	for _, w := range distinct(search.Words(nil, text)) {
		r := forms(ix, w)
		if len(r.terms) == 0 {
			return constant(false)
		}
		c.readings = append(c.readings, r)
	}
	if len(c.readings) == 0 {
		return constant(false)
	}
	slices.SortStableFunc(c.readings, func(a, b reading) int { return a.size() - b.size() })
	c.least = c.readings[0].size()
	for i := range c.readings {
		c.all += c.readings[i].size()
	}
	return c
}

// distinct are the words without those that came before.
func distinct(words []search.Word) []search.Word {
	list := words[:0]
	for _, w := range words {
		if !slices.ContainsFunc(list, func(v search.Word) bool { return v.Text == w.Text && v.Acronym == w.Acronym }) {
			list = append(list, w)
		}
	}
	return list
}

// matching is the set of all nodes that match, of whatever type.
func (c *textCondition) matching(s *Selector) nodeSet {
	if c.set == nil {
		for _, r := range c.readings {
			c.set = s.withTerms(r.terms, c.set)
		}
	}
	return c.set
}

func (c *textCondition) holds(s *Selector, n index.Node) bool { return c.matching(s).has(n) }

func (c *textCondition) estimate(s *Selector) estimate {
	size := float64(max(1, s.sizeOf(nil)))
	// Words meet more often than by chance: each but the rarest halves the rest.
	matches := float64(c.least) / float64(int(1)<<min(len(c.readings)-1, 10))
	return estimate{
		share: min(1, matches/size), reads: min(matches, float64(s.sizeOf(c.of))), cost: float64(c.all) * stepCost, test: stepCost, exact: true,
	}
}

func (c *textCondition) read(s *Selector) []index.Node {
	var list []index.Node
	c.matching(s).each(func(n index.Node) bool {
		if c.of == nil || s.ix.NodeType(n) == c.of {
			list = append(list, n)
		}
		return s.looked(1)
	})
	return list
}

func (c *textCondition) source() string { return "text" }
func (c *textCondition) weight() int    { return 1 }
