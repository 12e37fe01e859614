package model

import (
	"ecpgraph/internal/index"
	"ecpgraph/internal/outline"
	"ecpgraph/internal/query"
)

// DocumentCoverage is the Go side of the GraphQL type.
type DocumentCoverage struct {
	Size, Cited, Excused, Open int
	Nodes, Links               int

	counts   []*PassageCoverage
	unlisted []*PassageCoverage
}

// PassageCoverage is the Go side of the GraphQL type.
type PassageCoverage struct {
	Passage      *Passage
	Nodes, Links int
}

// Coverage counts what cites the document.
func (n *Document) Coverage() *DocumentCoverage {
	ix, o := n.reader.Index, n.readOutline()
	d := &DocumentCoverage{Size: len(o.Passages)}
	nodes, links := map[index.Node]bool{}, map[index.Link]bool{}
	count := func(p *Passage) *PassageCoverage {
		c := &PassageCoverage{Passage: p}
		if cited, ok := ix.Passage(n.node.number, p.locator); ok {
			for node := range ix.CitingNodes(cited).From(0) {
				nodes[node] = true
				c.Nodes++
			}
			for link := range ix.CitingLinks(cited).From(0) {
				links[link] = true
				c.Links++
			}
		}
		return c
	}
	for place, p := range o.Passages {
		c := count(n.passage(o, place))
		d.counts = append(d.counts, c)
		switch {
		case c.Nodes+c.Links > 0:
			d.Cited++
		case p.Uncited != "":
			d.Excused++
		default:
			d.Open++
		}
	}
	for _, cited := range ix.Passages(n.node.number) {
		if locator := ix.Locator(cited); o.Passage(locator) == nil {
			d.unlisted = append(d.unlisted, count(&Passage{n, o, -1, locator}))
		}
	}
	d.Nodes, d.Links = len(nodes), len(links)
	return d
}

// Passages are those of the outline, up to the limit, after the one at that
// place.
func (d *DocumentCoverage) Passages(limit int, after *string) ([]*PassageCoverage, error) {
	return stretch(d.counts, func(c *PassageCoverage) string { return c.Passage.locator }, limit, after)
}

// Unlisted are those that the outline does not have, up to the limit, after the
// one at that place.
func (d *DocumentCoverage) Unlisted(limit int, after *string) ([]*PassageCoverage, error) {
	return stretch(d.unlisted, func(c *PassageCoverage) string { return c.Passage.locator }, limit, after)
}

// Uncited are those of the outline that nothing cites, up to the limit, after
// the one at that place.
func (d *DocumentCoverage) Uncited(limit int, after *string) ([]*Passage, error) {
	var list []*Passage
	for _, c := range d.counts {
		if c.Nodes+c.Links == 0 {
			list = append(list, c.Passage)
		}
	}
	return stretch(list, func(p *Passage) string { return p.locator }, limit, after)
}

// stretch is the part of the list that limit and after say.
func stretch[E any](list []E, locator func(E) string, limit int, after *string) ([]E, error) {
	locators := make([]string, len(list))
	for i, e := range list {
		locators[i] = locator(e)
	}
	start, stop, err := query.Stretch(locators, limit, after)
	return list[start:stop], err
}

// passages are those of the outline.
func (n *Document) passages(o *outline.Outline) []*Passage {
	list := make([]*Passage, len(o.Passages))
	for place := range list {
		list[place] = n.passage(o, place)
	}
	return list
}
