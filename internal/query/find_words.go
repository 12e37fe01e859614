package query

import "ecpgraph/internal/index"

// find finds the nodes that are wanted and have all of the words, or, where there
// is none, those that have the most of them; of the former the best ones only,
// when those are all that the hits will show. It tells how many there are in all.
func (c *scorer) find(h *Hits) (list []found, total int) {
	if len(c.words) == 0 {
		return nil, 0
	}
	var nodes []index.Node
	if c.nothing == 0 {
		sets := c.sets()
		if c.filter == nil && c.given[0] == nil && c.given[1] == nil && !c.fromEnd {
			total := c.countMeeting(sets)
			if best, sure := c.best(total, h.compare); sure {
				h.onlyBest = true
				return best, total
			}
		}
		nodes = c.wanted(c.meet(sets))
	}
	if len(nodes) == 0 && len(c.words)+c.nothing > 1 {
		nodes = c.withMost()
	}
	if c.err != nil {
		return nil, 0
	}
	return c.scored(nodes), len(nodes)
}

// wanted are those of the nodes that the filter wants.
func (c *scorer) wanted(nodes []index.Node) []index.Node {
	if c.filter == nil {
		return nodes
	}
	var wanted []index.Node // the nodes may be those of a set
	for _, n := range nodes {
		if c.filter.holds(c.Selector, n) {
			wanted = append(wanted, n)
		}
		if !c.looked(1) {
			return nil
		}
	}
	return wanted
}

// withMost lists the nodes that are wanted and have the most of the words, by
// number.
func (c *scorer) withMost() []index.Node {
	counts := make([]uint8, pages(c.ix)*index.PageNodes)
	most := uint8(0)
	for i := range c.words {
		for _, n := range c.meet([]wordSet{c.words[i].wordSet}) {
			counts[n]++
			most = max(most, counts[n])
		}
	}
	for ; most > 0 && c.err == nil; most-- {
		var list []index.Node
		for n, count := range counts {
			if count == most {
				list = append(list, index.Node(n))
			}
		}
		if list = c.wanted(list); len(list) > 0 {
			return list
		}
	}
	return nil
}
