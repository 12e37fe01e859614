package index

import (
	"cmp"
	"slices"
	"strings"
	"sync"

	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
)

// manyLinks is how many touched links are worth a second goroutine.
const manyLinks = 10_000

// finish puts in place what waited for the last record.
func (tx *transaction) finish() {
	tx.finishNodes()
	links := len(tx.touchedLinks.changed) + len(tx.touchedLinks.fresh)
	tx.rankNodes(2 * links)
	var beside sync.WaitGroup
	if links >= manyLinks { // the two share nothing that either changes
		beside.Go(tx.finishCited)
	} else {
		tx.finishCited()
	}
	tx.finishLinks()
	beside.Wait()
	tx.finishRows()
	tx.finishSearch()
	tx.pastNodes.finish(tx.owner, &tx.leftNodes)
	tx.pastLinks.finish(tx.owner, &tx.leftLinks)
	tx.nodeHash.clip(tx.owner)
	tx.linkHash.clip(tx.owner)
}

// nodeChange is what a transaction did to a node in all.
type nodeChange struct {
	number Node
	was    bool     // there before
	now    *kg.Node // nil when it is gone
}

// finishNodes puts the texts, columns and orders of the touched nodes in place.
func (tx *transaction) finishNodes() {
	changes := make([][]nodeChange, len(tx.types))
	var ids, names, aliases []textEdit
	for n, node := range tx.touchedNodes.all() {
		was, typ := tx.base.nodes.at(n).ref != 0, tx.nodes.at(n).typ
		old, _ := tx.base.aliases.at(n)
		if now := packAliases(node); now != old {
			aliases = append(aliases, textEdit{at: n, text: now, absent: now == ""})
		}
		switch {
		case !was && node == nil:
			continue
		case node == nil:
			typ = tx.base.nodes.at(n).typ
			ids = append(ids, textEdit{at: n, absent: true})
			names = append(names, textEdit{at: n, absent: true})
		case !was:
			ids = append(ids, textEdit{at: n, text: string(node.ID)})
			names = append(names, textEdit{at: n, text: node.Name})
		case tx.base.NodeName(Node(n)) != node.Name:
			names = append(names, textEdit{at: n, text: node.Name})
		}
		changes[typ] = append(changes[typ], nodeChange{Node(n), was, node})
	}
	tx.ids.edit(tx.owner, ids)
	tx.names.edit(tx.owner, names)
	tx.aliases.edit(tx.owner, aliases)
	for typ, list := range changes {
		if len(list) > 0 {
			tx.finishType(tx.editType(uint16(typ)), tx.Columns(tx.Ontology().NodeTypes[typ]), list)
		}
	}
}

func (tx *transaction) finishType(t *typeIndex, columns []*Column, changes []nodeChange) {
	for _, c := range columns {
		var (
			removed, added []placed
			texts          []textEdit
		)
		for _, change := range changes {
			var old, now Value
			id := string(tx.changedID(change))
			if change.was {
				old = tx.base.Value(c, change.number)
			}
			if change.now != nil {
				now = c.of(change.now)
			}
			if change.was && change.now != nil && old == now {
				continue
			}
			if change.was {
				removed = append(removed, placed{old, id, change.number})
			}
			if change.now != nil {
				added = append(added, placed{now, id, change.number})
			}
			if c.source != fromProperty {
				continue
			}
			row := tx.nodes.at(uint32(change.number))
			if change.now == nil {
				row = tx.base.nodes.at(uint32(change.number))
			}
			if c.isText() {
				texts = append(texts, textEdit{row.slot, now.text, now.Absent()})
			} else {
				*t.columns[c.place].codes.edit(tx.owner, row.slot) = now.code
			}
		}
		slices.SortFunc(removed, placed.compare)
		slices.SortFunc(added, placed.compare)
		order := &t.byID
		isChanged := len(removed)+len(added) > 0
		switch c.source {
		case fromName:
			order = &t.byName
			if isChanged {
				t.nameTallies = new(tallies)
			}
		case fromProperty:
			data := &t.columns[c.place]
			data.texts.edit(tx.owner, texts)
			order = &data.order
			if isChanged {
				data.tallies = new(tallies)
			}
		}
		*order = edited(*order, removed, added, placed.element, func(p placed, n Node) int {
			if c := p.value.Compare(tx.base.Value(c, n)); c != 0 {
				return c
			}
			return strings.Compare(p.id, string(tx.base.NodeID(n)))
		})
	}
}

// changedID is the id of the node, which may be gone.
func (tx *transaction) changedID(c nodeChange) kg.ID {
	if c.now != nil {
		return c.now.ID
	}
	return tx.base.NodeID(c.number)
}

// placed is a node with its place in an order.
type placed struct {
	value Value
	id    string
	node  Node
}

func (p placed) element() Node { return p.node }

func (p placed) compare(q placed) int {
	if c := p.value.Compare(q.value); c != 0 {
		return c
	}
	return strings.Compare(p.id, q.id)
}

// finishLinks puts the texts and edges of the touched links in place.
func (tx *transaction) finishLinks() {
	var (
		texts, props   []textEdit
		removed, added []runEdit[Edge]
	)
	if n := len(tx.touchedLinks.fresh); n > 0 {
		added = make([]runEdit[Edge], 0, 2*n)
	}
	for l, link := range tx.touchedLinks.all() {
		old, now := tx.base.links.at(l), tx.links.at(l)
		if old.form != plainID || now.form != plainID {
			edit := textEdit{at: l, absent: now.form == plainID}
			if link != nil {
				_, edit.text = tx.schema.formOf(link, now.relation)
			}
			texts = append(texts, edit)
		}
		kept := ""
		if link != nil {
			kept = packProps(tx.schema.linkColumns[now.relation], link)
		}
		if before, _ := tx.base.linkProps.at(l); kept != before {
			props = append(props, textEdit{at: l, text: kept, absent: kept == ""})
		}
		if old.ref != 0 && now.ref != 0 && old.from == now.from && old.to == now.to && old.relation == now.relation {
			continue
		}
		if old.ref != 0 {
			removed = appendEdges(removed, Link(l), &old)
		}
		if now.ref != 0 {
			added = appendEdges(added, Link(l), &now)
		}
	}
	tx.linkTexts.edit(tx.owner, texts)
	tx.linkProps.edit(tx.owner, props)
	tx.adjacency.edit(tx.owner, removed, added, tx.compareEdges)
}

func appendEdges(to []runEdit[Edge], l Link, row *linkRow) []runEdit[Edge] {
	return append(to,
		runEdit[Edge]{uint32(row.from), kindOf(row.relation, ontology.Out), Edge{row.to, l}},
		runEdit[Edge]{uint32(row.to), kindOf(row.relation, ontology.In), Edge{row.from, l}})
}

// rankNodes numbers all nodes in the order of their ids, from 1, when so many
// comparisons are ahead that it pays.
func (tx *transaction) rankNodes(edits int) {
	if edits < 1000 || edits < int(tx.nextNode)/8 {
		return
	}
	all := make([]placed, 0, tx.nodeHash.entries)
	for _, t := range tx.types {
		for n := range t.byID.From(0) {
			all = append(all, placed{id: string(tx.NodeID(n)), node: n})
		}
	}
	slices.SortFunc(all, placed.compare)
	tx.ranks = make([]uint32, tx.nextNode)
	for i, p := range all {
		tx.ranks[p.node] = uint32(i) + 1
	}
}

// compareNodes orders nodes that are, or were before the transaction, by id.
func (tx *transaction) compareNodes(a, b Node) int {
	if a == b {
		return 0
	}
	if tx.ranks != nil && tx.ranks[a] != 0 && tx.ranks[b] != 0 {
		return cmp.Compare(tx.ranks[a], tx.ranks[b])
	}
	return strings.Compare(string(tx.nodeID(a)), string(tx.nodeID(b)))
}

// compareLinks orders links that are, or were before the transaction, by id.
func (tx *transaction) compareLinks(a, b Link) int {
	if a == b {
		return 0
	}
	if first := tx.base.nextLink; uint32(a) >= first && uint32(b) >= first {
		return strings.Compare(string(tx.freshLinkID(a)), string(tx.freshLinkID(b)))
	}
	p, q := tx.linkPieces(a), tx.linkPieces(b)
	return p.compare(&q)
}

func (tx *transaction) compareEdges(a, b Edge) int {
	if c := tx.compareNodes(a.Far, b.Far); c != 0 {
		return c
	}
	return tx.compareLinks(a.Link, b.Link)
}
