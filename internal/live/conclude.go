package live

import (
	"context"
	"maps"
	"slices"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
	"ecpgraph/internal/rules"
)

// ruleBook remembers the rules of the newest graph that was asked for.
type ruleBook struct {
	refs  []kg.Ref // of the rules' records
	nodes map[kg.ID]*kg.Node
	set   *rules.Set
}

// of returns the rules of the draft's graph: the same Set as long as they are
// the same.
func (b *ruleBook) of(ctx context.Context, d *draft) (*rules.Set, error) {
	var refs []kg.Ref
	for n := range rules.Nodes(d.index).From(0) {
		refs = append(refs, d.index.NodeRef(n))
	}
	if slices.Equal(refs, b.refs) {
		return b.set, nil
	}
	records, err := d.records(ctx, refs)
	if err != nil {
		return nil, err
	}
	next := ruleBook{refs: refs, nodes: map[kg.ID]*kg.Node{}}
	for i, r := range records {
		if r.Node == nil {
			return nil, mistaken(refs[i])
		}
		next.nodes[r.Node.ID] = r.Node
	}
	if next.set, err = rules.NewSet(d.index.Ontology(), slices.Collect(maps.Values(next.nodes))); err != nil {
		return nil, kg.Errorf(kg.Internal, "a rule of the graph does not hold any more: %w", err)
	}
	*b = next
	return b.set, nil
}

// rules are those after the change: the old Set where it changes none. What is
// wrong with a rule is a fault of the change.
func (p *planner) rules(old *rules.Set, known map[kg.ID]*kg.Node) *rules.Set {
	changed := false
	nodes := maps.Clone(known)
	for _, r := range p.records {
		switch {
		case r.Op == kg.PutNode && r.Node.Type == ontology.RuleType:
			if nodes == nil {
				nodes = map[kg.ID]*kg.Node{}
			}
			nodes[r.Node.ID], changed = r.Node, true
		case r.Op == kg.DeleteNode && known[r.ID] != nil:
			delete(nodes, r.ID)
			changed = true
		}
	}
	if !changed {
		return old
	}
	next, err := rules.NewSet(p.ix.Ontology(), slices.Collect(maps.Values(nodes)))
	p.fault(err)
	return next
}

// conclude adds what the rules make of the change: derived links that go before
// the other records, those that are written after them.
func (p *planner) conclude(ctx context.Context, d *draft, old, next *rules.Set) error {
	if old.Empty() && next.Empty() {
		return nil
	}
	c := rules.Change{
		Old: old, New: next, Before: p.ix,
		Links: d.links,
		After: func(gone []kg.ID) (*index.Index, error) {
			return p.ix.Apply(kg.Commit{Revision: p.ix.Head().Revision + 1, Records: append(p.withdrawals(gone), p.records...)})
		},
	}
	for _, r := range p.records {
		switch r.Op {
		case kg.DeleteLink:
			c.Altered = append(c.Altered, index.Link(r.Number))
		case kg.PutLink:
			c.Put = append(c.Put, r.Link.ID)
			if l, found := p.ix.Link(r.Link.ID); found {
				c.Altered = append(c.Altered, l)
			}
		}
	}
	if old == next && len(c.Altered)+len(c.Put) == 0 {
		return nil
	}
	put, gone, err := rules.Revise(ctx, c)
	if err != nil {
		return err
	}
	p.records = append(p.withdrawals(gone), p.records...)
	for _, l := range put {
		r := kg.Record{Op: kg.PutLink, Link: l}
		if known, found := p.ix.Link(l.ID); found {
			r.Number = uint32(known)
		} else {
			r.Number, p.nextLink = p.nextLink, p.nextLink+1
		}
		p.records = append(p.records, r)
	}
	p.outcome.Derived = len(put) + len(gone)
	return nil
}

// withdrawals are the records that delete the links of the ids.
func (p *planner) withdrawals(ids []kg.ID) []kg.Record {
	var records []kg.Record
	for _, id := range ids {
		l, _ := p.ix.Link(id) // it is one of the index
		records = append(records, kg.Record{Op: kg.DeleteLink, ID: id, Number: uint32(l)})
	}
	return records
}
