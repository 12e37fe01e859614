package live

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/rules"
)

// plan turns a change into the records of one commit on top of the draft:
// checked, numbered, without what is already so. The records come in the order
// in which they can be applied: links go before the nodes they need, nodes come
// before the links that need them.
func plan(ctx context.Context, d *draft, change kg.Change) ([]kg.Record, Outcome, error) {
	nodes, links := slices.Clone(change.PutNodes), slices.Clone(change.PutLinks)
	slices.SortFunc(nodes, func(a, b *kg.Node) int { return cmp.Compare(a.ID, b.ID) })
	slices.SortFunc(links, func(a, b *kg.Link) int { return cmp.Compare(a.ID, b.ID) })
	sameNodes, sameLinks, err := d.unchanged(ctx, nodes, links)
	if err != nil {
		return nil, Outcome{}, err
	}
	p := &planner{
		ix: d.index, nodes: map[kg.ID]bool{}, gone: map[kg.ID]bool{}, rewritten: map[kg.ID]bool{},
		goneLinks: map[index.Link]bool{},
	}
	if len(change.DeleteNodes) > 0 {
		for _, n := range nodes {
			p.rewritten[n.ID] = true
		}
		for _, l := range links {
			p.rewritten[l.ID] = true
		}
	}
	p.nextNode, p.nextLink = p.ix.NextNumbers()
	p.deleteLinks(change.DeleteLinks)
	p.deleteNodes(change.DeleteNodes)
	p.putNodes(nodes, sameNodes)
	p.putLinks(links, sameLinks)
	old, err := d.rules.of(ctx, d)
	if err != nil {
		return nil, Outcome{}, err
	}
	next := p.rules(old, d.rules.nodes)
	if err := errors.Join(p.faults...); err != nil {
		return nil, Outcome{}, kg.Errorf(kg.CodeOf(p.faults[0]), "%w", err)
	}
	if err := p.conclude(ctx, d, old, next); err != nil {
		return nil, Outcome{}, err
	}
	return p.records, p.outcome, nil
}

type planner struct {
	ix                 *index.Index
	nextNode, nextLink uint32
	records            []kg.Record
	outcome            Outcome
	faults             []error
	nodes              map[kg.ID]bool      // new nodes of this change
	gone               map[kg.ID]bool      // nodes and links that this change deletes
	goneLinks          map[index.Link]bool // the links among them
	rewritten          map[kg.ID]bool      // nodes and links that this change puts
}

func (p *planner) fault(err error) {
	if err != nil {
		p.faults = append(p.faults, err)
	}
}

func (p *planner) deleteLinks(ids []kg.ID) {
	for _, id := range sorted(ids) {
		l, found := p.ix.Link(id)
		if !found {
			p.fault(kg.Errorf(kg.NotFound, "%s: there is no such link to delete", id))
			continue
		}
		if p.ix.LinkBasis(l) == kg.Derived {
			p.fault(kg.Invalidf("%s: it follows from other links: change those, or the rule", id))
			continue
		}
		p.gone[id], p.goneLinks[l] = true, true
		p.delete(kg.Record{Op: kg.DeleteLink, ID: id, Number: uint32(l)})
	}
}

func (p *planner) deleteNodes(ids []kg.ID) {
	ids = sorted(ids)
	for _, id := range ids {
		p.gone[id] = true
	}
	for _, id := range ids {
		n, found := p.ix.Node(id)
		if !found {
			p.fault(kg.Errorf(kg.NotFound, "%s: there is no such node to delete", id))
			continue
		}
		for _, end := range p.ix.NodeType(n).Ends {
			for e := range p.ix.Links(n, end).From(0) {
				// What is derived goes with the links that it follows from.
				if !p.goneLinks[e.Link] && p.ix.LinkBasis(e.Link) == kg.Stated {
					p.fault(kg.Invalidf("%s: link %s still needs it: delete the link too", id, p.ix.LinkID(e.Link)))
				}
			}
		}
		p.checkUncited(n)
		p.delete(kg.Record{Op: kg.DeleteNode, ID: id, Number: uint32(n)})
	}
}

// checkUncited reports what still cites the document that is to go, leaving out
// what this change deletes or writes anew: the new version is checked by itself.
func (p *planner) checkUncited(document index.Node) {
	for _, passage := range p.ix.Passages(document) {
		for n := range p.ix.CitingNodes(passage).From(0) {
			if id := p.ix.NodeID(n); !p.gone[id] && !p.rewritten[id] {
				p.fault(kg.Invalidf("%s: node %s still cites it: change or delete that node too", p.ix.NodeID(document), id))
			}
		}
		for l := range p.ix.CitingLinks(passage).From(0) {
			if p.goneLinks[l] {
				continue
			}
			if id := p.ix.LinkID(l); !p.rewritten[id] {
				p.fault(kg.Invalidf("%s: link %s still cites it: change or delete that link too", p.ix.NodeID(document), id))
			}
		}
	}
}

func (p *planner) delete(r kg.Record) {
	p.records = append(p.records, r)
	p.outcome.Deleted++
}

// putNodes writes the nodes, which come by id, but for those that are the same
// in the graph.
func (p *planner) putNodes(nodes []*kg.Node, same []bool) {
	for i, n := range nodes {
		if err := p.ix.Ontology().CheckNode(n); err != nil {
			p.fault(err)
			continue
		}
		if i > 0 && nodes[i-1].ID == n.ID || p.gone[n.ID] {
			p.fault(kg.Invalidf("%s: the change names it twice", n.ID))
			continue
		}
		if same[i] {
			p.outcome.Same++
			continue
		}
		r := kg.Record{Op: kg.PutNode, Node: n}
		if old, found := p.ix.Node(n.ID); found {
			r.Number = uint32(old)
			p.outcome.Updated++
		} else {
			p.nodes[n.ID] = true
			r.Number, p.nextNode = p.nextNode, p.nextNode+1
			p.outcome.Created++
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

// putLinks writes the links, which come by id, but for those that are the same
// in the graph.
func (p *planner) putLinks(links []*kg.Link, same []bool) {
	for i, l := range links {
		if err := p.ix.Ontology().CheckLink(l); err != nil {
			p.fault(err)
			continue
		}
		if l.Basis == kg.Derived {
			p.fault(kg.Invalidf("%s: derived links are concluded by rules: put a rule, or state the link", l.ID))
			continue
		}
		if l.ID == rules.LinkID(p.ix.Ontology().Relation(l.Relation), l.From, l.To) {
			p.fault(kg.Invalidf("%s: the key %q is that of derived links: choose another", l.ID, rules.Key))
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
		if same[i] {
			p.outcome.Same++
			continue
		}
		r := kg.Record{Op: kg.PutLink, Link: l}
		if old, found := p.ix.Link(l.ID); found {
			from, to := p.ix.LinkEnds(old)
			if p.ix.NodeID(from) != l.From || p.ix.NodeID(to) != l.To || p.ix.LinkRelation(old).Name != l.Relation {
				p.fault(kg.Invalidf("%s: a link keeps its relation and ends: delete it and make another", l.ID))
			}
			r.Number = uint32(old)
			p.outcome.Updated++
		} else {
			r.Number, p.nextLink = p.nextLink, p.nextLink+1
			p.outcome.Created++
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
	if p.nodes[id] {
		return true
	}
	_, found := p.ix.Node(id)
	return found && !p.gone[id]
}

func sorted(ids []kg.ID) []kg.ID {
	ids = slices.Clone(ids)
	slices.Sort(ids)
	return slices.Compact(ids)
}
