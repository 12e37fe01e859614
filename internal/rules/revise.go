package rules

import (
	"cmp"
	"context"
	"slices"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
)

// Change is what happens to a graph, as far as rules look at it.
type Change struct {
	// Old and New are the rules before and after the change. Where they differ,
	// all is concluded anew.
	Old, New *Set
	// Before is the graph before the change, with all that Old concludes.
	Before *index.Index
	Links  Links // of Before
	// Altered are the links of Before that the change deletes or writes anew, and
	// Put those that it writes, derived ones apart.
	Altered []index.Link
	Put     []kg.ID
	// After makes the graph after the change, without the derived links of those
	// ids.
	After func(gone []kg.ID) (*index.Index, error)
}

// Revise finds what the change does to the conclusions: the derived links to
// write, new ones and new versions, and those to delete; both by id. The error
// has code Limit when the patterns fit too many paths.
func Revise(ctx context.Context, c Change) (put []*kg.Link, gone []kg.ID, err error) {
	p := newPast(ctx, c.Links)
	anew := c.Old != c.New
	var shaken []index.Link
	if anew {
		shaken, err = everyConclusion(ctx, c.Old, c.Before)
	} else {
		shaken, err = retract(ctx, c.Old, c.Before, p, c.Altered)
	}
	if err != nil {
		return nil, nil, err
	}
	lost := map[kg.ID]*kg.Link{}
	var ids []kg.ID
	for _, l := range shaken {
		id := c.Before.LinkID(l)
		lost[id] = p.link(link(l))
		ids = append(ids, id)
	}
	if p.err != nil {
		return nil, nil, p.err
	}
	after, err := c.After(ids)
	if err != nil {
		return nil, nil, err
	}
	conclude := newConcluder(ctx, c.New, after, p)
	if anew {
		conclude.everything()
	} else {
		conclude.again(c.Before, shaken)
		for _, id := range c.Put {
			if l, found := after.Link(id); found {
				conclude.from(link(l))
			}
		}
	}
	if err := conclude.run(); err != nil {
		return nil, nil, err
	}
	for _, l := range conclude.revised() {
		old := lost[l.ID]
		delete(lost, l.ID)
		if known, found := after.Link(l.ID); found {
			old = p.link(link(known))
		}
		if old == nil || !old.Equal(l) { // the same may have come to be worth more
			put = append(put, l)
		}
	}
	for id := range lost {
		gone = append(gone, id)
	}
	slices.Sort(gone)
	return put, gone, nil
}

// everyConclusion lists all links that the rules have concluded.
func everyConclusion(ctx context.Context, s *Set, ix *index.Index) (list []index.Link, err error) {
	if s.Empty() {
		return nil, nil
	}
	g := newGraph(ctx, ix)
	for _, r := range s.concluded() {
		along := index.Step(2 * s.place(r))
		for _, t := range r.From.Types {
			for n := range ix.NodesOf(t).From(0) {
				g.along(n, along, func(e edge) bool {
					if ix.LinkBasis(index.Link(e.link)) == kg.Derived {
						list = append(list, index.Link(e.link))
					}
					return true
				})
			}
		}
	}
	return list, g.err
}

// retract lists the derived links whose proof, as they are kept with it, rests
// on one of the links, at whatever remove.
func retract(ctx context.Context, s *Set, ix *index.Index, p *past, links []index.Link) (shaken []index.Link, err error) {
	g := newGraph(ctx, ix)
	known := map[index.Link]bool{}
	for queue := slices.Clone(links); len(queue) > 0; queue = queue[1:] {
		l := queue[0]
		id := ix.LinkID(l)
		considered := map[key]bool{}
		for _, at := range s.positions[g.relation(link(l))] {
			relation := s.place(at.rule.Concludes)
			g.matcher(at.rule, func(found path) bool {
				k := key{relation, found.from, found.to}
				if considered[k] {
					return true
				}
				considered[k] = true
				d, there := ix.Link(k.id(ix))
				if there && !known[d] && ix.LinkBasis(d) == kg.Derived && slices.Contains(p.link(link(d)).Premises, id) {
					known[d] = true
					shaken, queue = append(shaken, d), append(queue, d)
				}
				return p.err == nil
			}).through(at.hop, link(l))
		}
		if err := cmp.Or(g.err, p.err); err != nil {
			return nil, err
		}
	}
	return shaken, nil
}

// everything offers all paths that fit the rules.
func (c *concluder) everything() {
	if c.set.Empty() {
		return
	}
	for _, r := range c.set.rules {
		m := c.matcher(r, c.offer)
		for i, t := range c.ix.Ontology().NodeTypes {
			if !r.from[i] {
				continue
			}
			for n := range c.ix.NodesOf(t).From(0) {
				if !m.from(n) {
					return
				}
			}
		}
	}
}

// again offers the paths between the ends of the links of an earlier index,
// where these are still there.
func (c *concluder) again(before *index.Index, shaken []index.Link) {
	for _, l := range shaken {
		from, to := before.LinkEnds(l)
		for _, end := range []*index.Node{&from, &to} {
			if n, found := c.ix.Node(before.NodeID(*end)); found {
				*end = n
			} else {
				from = to // nothing is concluded of a node and itself
			}
		}
		if from == to {
			continue
		}
		for _, r := range c.set.concluding(before.LinkRelation(l)) {
			if !c.matcher(r, c.offer).between(from, to) {
				return
			}
		}
	}
}

// revised lists the conclusions that were made anew, by id.
func (c *concluder) revised() (list []*kg.Link) {
	for _, s := range c.stands {
		if s == nil || !s.anew {
			continue
		}
		l := &kg.Link{
			ID: s.id(c.ix), Relation: c.ix.Ontology().Relations[s.relation].Name,
			From: c.ix.NodeID(s.from), To: c.ix.NodeID(s.to),
			Basis: kg.Derived, Modality: kg.Modalities[s.worth.firmness],
		}
		for _, premise := range s.premises {
			l.Premises = append(l.Premises, c.id(premise))
		}
		list = append(list, l)
	}
	slices.SortFunc(list, func(a, b *kg.Link) int { return cmp.Compare(a.ID, b.ID) })
	return list
}
