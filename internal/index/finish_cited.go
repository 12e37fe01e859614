package index

import (
	"slices"
	"strings"

	"ecpgraph/internal/kg"
)

// finishCited puts in place what the touched nodes and links cite, all but their
// rows.
func (tx *transaction) finishCited() {
	nodes, links := &tx.citingNodes, &tx.citingLinks
	for n, node := range tx.touchedNodes.all() {
		nodes.start(n, tx.base.nodes.at(n).cites)
		if node != nil {
			nodes.cite(tx, node.Citations)
			for _, a := range node.Aliases {
				nodes.cite(tx, a.Citations)
			}
		}
		nodes.end(Node(n))
	}
	for l, link := range tx.touchedLinks.all() {
		links.start(l, tx.base.links.at(l).cites)
		if link != nil {
			links.cite(tx, link.Citations)
		}
		links.end(Link(l))
	}
	c := &tx.cited
	c.documents.texts.edit(tx.owner, tx.new.documents.texts)
	c.locators.texts.edit(tx.owner, tx.new.locators.texts)
	c.ofNodes.edit(tx.owner, nodes.texts)
	c.ofLinks.edit(tx.owner, links.texts)
	c.nodes.edit(tx.owner, nodes.removed, nodes.added, tx.compareNodes)
	c.links.edit(tx.owner, links.removed, links.added, tx.compareLinks)

	var touched []Passage // by some that no longer do
	for _, e := range nodes.removed {
		touched = append(touched, Passage(e.holder))
	}
	for _, e := range links.removed {
		touched = append(touched, Passage(e.holder))
	}
	slices.Sort(touched)
	tx.finishPassages(slices.Compact(touched))
}

// finishRows puts what finishCited found into the rows of what is still there.
func (tx *transaction) finishRows() {
	for _, r := range tx.citingNodes.rows {
		if row := tx.nodes.edit(tx.owner, r.number); row.ref != 0 {
			row.cites = r.cites
		}
	}
	for _, r := range tx.citingLinks.rows {
		if row := tx.links.edit(tx.owner, r.number); row.ref != 0 {
			row.cites = r.cites
		}
	}
}

// citing gathers who cites something that was not cited before, or no longer
// does.
type citing[E comparable] struct {
	lists          *texts // of what cites several passages, before
	removed, added []runEdit[E]
	texts          []textEdit
	rows           []citesRow

	// Of the node or link at hand:
	number, cites uint32 // cites as it was
	old, now      []Passage
}

// citesRow is what the field cites of a row is to be.
type citesRow struct{ number, cites uint32 }

// start begins with a node or link that cited this before.
func (c *citing[E]) start(number, cites uint32) {
	c.number, c.cites = number, cites
	c.old, c.now = appendCites(c.old[:0], cites, c.lists, number), c.now[:0]
}

// cite notes what it cites now.
func (c *citing[E]) cite(tx *transaction, citations []kg.Citation) {
	for _, citation := range citations {
		c.now = append(c.now, tx.passageOf(citation))
	}
}

// end notes the differences.
func (c *citing[E]) end(e E) {
	slices.Sort(c.now)
	c.now = slices.Compact(c.now)
	if slices.Equal(c.old, c.now) {
		return
	}
	for _, p := range c.old {
		if _, still := slices.BinarySearch(c.now, p); !still {
			c.removed = append(c.removed, runEdit[E]{holder: uint32(p), element: e})
		}
	}
	for _, p := range c.now {
		if _, before := slices.BinarySearch(c.old, p); !before {
			c.added = append(c.added, runEdit[E]{holder: uint32(p), element: e})
		}
	}
	cites, text := citesOf(c.now)
	if c.cites == several || cites == several {
		c.texts = append(c.texts, textEdit{c.number, text, cites != several})
	}
	c.rows = append(c.rows, citesRow{c.number, cites})
}

// newPassages are the passages that a transaction makes.
type newPassages struct {
	documents, locators dictionaryEdit
	passages            map[passageRow]Passage
	added               []runEdit[Passage]
}

// passageOf finds or makes the passage.
func (tx *transaction) passageOf(citation kg.Citation) Passage {
	c := &tx.cited
	row := passageRow{
		document: tx.new.documents.number(tx.owner, &c.documents, string(citation.Document)),
		locator:  tx.new.locators.number(tx.owner, &c.locators, citation.Locator),
	}
	p, found := tx.new.passages[row]
	if found {
		return p
	}
	if p, found = tx.base.cited.passage(row.document, citation.Locator); !found {
		p = Passage(c.nextPassage)
		c.nextPassage++
		*c.passages.edit(tx.owner, uint32(p)) = row
		tx.new.added = append(tx.new.added, runEdit[Passage]{holder: row.document, element: p})
	}
	if tx.new.passages == nil {
		tx.new.passages = map[passageRow]Passage{}
	}
	tx.new.passages[row] = p
	return p
}

// finishPassages enters the new passages among those of their document, and
// forgets those of the touched ones that nothing cites any more.
func (tx *transaction) finishPassages(touched []Passage) {
	c := &tx.cited
	var removed []runEdit[Passage]
	for _, p := range touched {
		if tx.CitingNodes(p).Len()+tx.CitingLinks(p).Len() == 0 {
			removed = append(removed, runEdit[Passage]{holder: c.passages.at(uint32(p)).document, element: p})
		}
	}
	c.ofDocument.edit(tx.owner, removed, tx.new.added, func(p, q Passage) int {
		return strings.Compare(c.locator(p), c.locator(q))
	})
	for _, e := range removed {
		*c.passages.edit(tx.owner, uint32(e.element)) = passageRow{}
	}
}
