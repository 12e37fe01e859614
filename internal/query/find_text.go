package query

import (
	"math/bits"
	"slices"

	"ecpgraph/internal/index"
	"ecpgraph/internal/ontology"
	"ecpgraph/internal/search"
)

// nodeSet is a set of nodes: a bit for each number, in whole pages.
type nodeSet []uint64

func newNodeSet(ix *index.Index) nodeSet { return make(nodeSet, pages(ix)*len(index.Members{})) }

// pages is how many pages of index.PageNodes nodes there are.
func pages(ix *index.Index) int {
	nodes, _ := ix.NextNumbers()
	return (int(nodes) + index.PageNodes - 1) / index.PageNodes
}

func (s nodeSet) page(i int) *index.Members {
	return (*index.Members)(s[i*len(index.Members{}):])
}

func (s nodeSet) add(n index.Node)      { s[n/64] |= 1 << (n % 64) }
func (s nodeSet) has(n index.Node) bool { return s[n/64]>>(n%64)&1 != 0 }

func (s nodeSet) size() int {
	n := 0
	for _, word := range s {
		n += bits.OnesCount64(word)
	}
	return n
}

// addAll adds the nodes of the postings.
func (s nodeSet) addAll(by *Selector, p index.Postings) {
	if !p.Common() {
		list := p.List()
		for i, size := 0, list.Len(); i < size; {
			run := list.Run(i)
			if !by.looked(len(run)) {
				return
			}
			for _, p := range run {
				s.add(p.Node)
			}
			i += len(run)
		}
		return
	}
	for i := range pages(by.ix) {
		if from := p.Members(i); from != nil && by.looked(len(from)) {
			to := s.page(i)
			for j, word := range from {
				to[j] |= word
			}
		}
	}
}

// textCondition matches nodes whose names or descriptions have all of the words,
// each in one of its forms.
type textCondition struct {
	of       *ontology.NodeType // nil for any
	readings []reading          // one at least, the rarest first
	least    int                // postings of the rarest
	all      int                // postings of all

	list []index.Node // that match, of whatever type, by number
	set  nodeSet      // the same; once they were needed
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

// match finds what matches.
func (c *textCondition) match(s *Selector) {
	if c.set != nil {
		return
	}
	sets := make([]wordSet, len(c.readings))
	for i := range sets {
		sets[i] = s.setOf(c.readings[i].terms)
	}
	c.list, c.set = s.meet(sets), newNodeSet(s.ix)
	for _, n := range c.list {
		c.set.add(n)
	}
}

func (c *textCondition) holds(s *Selector, n index.Node) bool {
	c.match(s)
	return c.set.has(n)
}

func (c *textCondition) estimate(s *Selector) estimate {
	size := float64(max(1, s.sizeOf(nil)))
	// Words meet more often than by chance: each but the rarest halves the rest.
	matches := float64(c.least) / float64(int(1)<<min(len(c.readings)-1, 10))
	return estimate{
		share: min(1, matches/size), reads: min(matches, float64(s.sizeOf(c.of))), cost: float64(c.all) * stepCost, test: stepCost, exact: true,
	}
}

func (c *textCondition) read(s *Selector) []index.Node {
	c.match(s)
	if c.of == nil {
		return c.list
	}
	var list []index.Node
	for _, n := range c.list {
		if s.ix.NodeType(n) == c.of {
			list = append(list, n)
		}
		if !s.looked(1) {
			break
		}
	}
	return list
}

func (c *textCondition) source() string { return "text" }
func (c *textCondition) weight() int    { return 1 }
