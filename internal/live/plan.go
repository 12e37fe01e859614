package live

import (
	"cmp"
	"errors"
	"slices"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
)

// plan turns a change into the records of one commit on top of the index:
// checked, numbered, without what is already so. The records come in the order
// in which they can be applied: links go before the nodes they need, nodes come
// before the links that need them.
func plan(ix *index.Index, change kg.Change) ([]kg.Record, Outcome, error) {
	p := &planner{ix: ix, nodes: map[kg.ID]bool{}, gone: map[kg.ID]bool{}, rewritten: map[kg.ID]bool{}}
	for _, n := range change.PutNodes {
		p.rewritten[n.ID] = true
	}
	for _, l := range change.PutLinks {
		p.rewritten[l.ID] = true
	}
	p.nextNode, p.nextLink = ix.NextNumbers()
	p.deleteLinks(change.DeleteLinks)
	p.deleteNodes(change.DeleteNodes)
	p.putNodes(change.PutNodes)
	p.putLinks(change.PutLinks)
	if err := errors.Join(p.faults...); err != nil {
		return nil, Outcome{}, kg.Errorf(kg.CodeOf(p.faults[0]), "%w", err)
	}
	return p.records, p.outcome, nil
}

type planner struct {
	ix                 *index.Index
	nextNode, nextLink uint32
	records            []kg.Record
	outcome            Outcome
	faults             []error
	nodes              map[kg.ID]bool // new nodes of this change
	gone               map[kg.ID]bool // nodes and links that this change deletes
	rewritten          map[kg.ID]bool // nodes and links that this change puts
}

func (p *planner) fault(err error) {
	if err != nil {
		p.faults = append(p.faults, err)
	}
}

func (p *planner) deleteLinks(ids []kg.ID) {
	for _, id := range sorted(ids) {
		if p.ix.Link(id) == nil {
			p.fault(kg.Errorf(kg.NotFound, "%s: there is no such link to delete", id))
			continue
		}
		p.gone[id] = true
		p.delete(kg.Record{Op: kg.DeleteLink, ID: id, Number: p.ix.Link(id).Number})
	}
}

func (p *planner) deleteNodes(ids []kg.ID) {
	ids = sorted(ids)
	for _, id := range ids {
		p.gone[id] = true
	}
	for _, id := range ids {
		n := p.ix.Node(id)
		if n == nil {
			p.fault(kg.Errorf(kg.NotFound, "%s: there is no such node to delete", id))
			continue
		}
		for _, end := range n.NodeType.Ends {
			for _, l := range p.ix.Links(id, end) {
				if !p.gone[l.ID] {
					p.fault(kg.Invalidf("%s: link %s still needs it: delete the link too", id, l.ID))
				}
			}
		}
		p.checkUncited(id)
		p.delete(kg.Record{Op: kg.DeleteNode, ID: id, Number: n.Number})
	}
}

// checkUncited reports what still cites the document that is to go, leaving out
// what this change deletes or writes anew: the new version is checked by itself.
func (p *planner) checkUncited(document kg.ID) {
	for _, locator := range p.ix.CitedPassages(document) {
		cited := p.ix.Cited(document, locator)
		for _, n := range cited.Nodes {
			if !p.gone[n.ID] && !p.rewritten[n.ID] {
				p.fault(kg.Invalidf("%s: node %s still cites it: change or delete that node too", document, n.ID))
			}
		}
		for _, l := range cited.Links {
			if !p.gone[l.ID] && !p.rewritten[l.ID] {
				p.fault(kg.Invalidf("%s: link %s still cites it: change or delete that link too", document, l.ID))
			}
		}
	}
}

func (p *planner) delete(r kg.Record) {
	p.records = append(p.records, r)
	p.outcome.Deleted++
}

func (p *planner) putNodes(nodes []*kg.Node) {
	nodes = slices.Clone(nodes)
	slices.SortFunc(nodes, func(a, b *kg.Node) int { return cmp.Compare(a.ID, b.ID) })
	for i, n := range nodes {
		if err := p.ix.Ontology().CheckNode(n); err != nil {
			p.fault(err)
			continue
		}
		if i > 0 && nodes[i-1].ID == n.ID || p.gone[n.ID] {
			p.fault(kg.Invalidf("%s: the change names it twice", n.ID))
			continue
		}
		r := kg.Record{Op: kg.PutNode, Node: n}
		if old := p.ix.Node(n.ID); old == nil {
			p.nodes[n.ID] = true
			r.Number, p.nextNode = p.nextNode, p.nextNode+1
			p.outcome.Created++
		} else if old.Equal(n) {
			p.outcome.Same++
			continue
		} else {
			r.Number = old.Number
			p.outcome.Updated++
		}
		p.records = append(p.records, r)
	}
	for _, n := range nodes {
		p.checkDocuments(n.ID, n.Citations)
		for _, a := range n.Aliases {
			p.checkDocuments(n.ID, a.Citations)
		}
	}
}

func (p *planner) putLinks(links []*kg.Link) {
	links = slices.Clone(links)
	slices.SortFunc(links, func(a, b *kg.Link) int { return cmp.Compare(a.ID, b.ID) })
	for i, l := range links {
		if err := p.ix.Ontology().CheckLink(l); err != nil {
			p.fault(err)
			continue
		}
		if i > 0 && links[i-1].ID == l.ID || p.gone[l.ID] {
			p.fault(kg.Invalidf("%s: the change names it twice", l.ID))
			continue
		}
		for _, end := range []kg.ID{l.From, l.To} {
			if !p.willExist(end) {
				p.fault(kg.Errorf(kg.NotFound, "%s: there is no node %s to link", l.ID, end))
			}
		}
		p.checkDocuments(l.ID, l.Citations)
		r := kg.Record{Op: kg.PutLink, Link: l}
		if old := p.ix.Link(l.ID); old == nil {
			r.Number, p.nextLink = p.nextLink, p.nextLink+1
			p.outcome.Created++
		} else if old.Equal(l) {
			p.outcome.Same++
			continue
		} else {
			if old.From != l.From || old.To != l.To || old.Relation != l.Relation {
				p.fault(kg.Invalidf("%s: a link keeps its relation and ends: delete it and make another", l.ID))
			}
			r.Number = old.Number
			p.outcome.Updated++
		}
		p.records = append(p.records, r)
	}
}

// checkDocuments reports citations of documents that will not be in the graph.
func (p *planner) checkDocuments(about kg.ID, citations []kg.Citation) {
	for _, c := range citations {
		if !p.willExist(c.Document) {
			p.fault(kg.Errorf(kg.NotFound, "%s: there is no document %s to cite", about, c.Document))
		}
	}
}

func (p *planner) willExist(id kg.ID) bool {
	return p.nodes[id] || p.ix.Node(id) != nil && !p.gone[id]
}

func sorted(ids []kg.ID) []kg.ID {
	ids = slices.Clone(ids)
	slices.Sort(ids)
	return slices.Compact(ids)
}
