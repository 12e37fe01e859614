package compare

import (
	"context"
	"slices"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
	"ecpgraph/internal/records"
)

// What comparing plans knows of the ontology by name.
var (
	planTypes = []string{"ActionPlan", "PlanVersion"}

	// parts are the relations from a part of a plan to what it is a part of.
	parts = []string{"VersionOf", "SectionOfVersion", "SectionOfPlan", "WithinSection", "ListedIn"}
)

// holding is what a plan holds: its parts and what they are linked to, with the
// links that say so, all of them stated by documents.
type holding struct {
	parts   map[index.Node]bool // the plan itself is one
	members map[index.Node]*member
}

type member struct {
	links  []index.Link
	fields []string // of the parts, that lead to it
}

// Plans compares what two plans, or versions of plans, hold: their versions,
// sections and actions, and all that these and the plan itself are linked to. A
// node is in the comparison once, however many links lead to it. Items are about
// nodes of the types, nil for all.
//
// The ids must be of two different plans or versions, else the error is of code
// Invalid or NotFound.
func Plans(ctx context.Context, view records.View, ids []kg.ID, types []*ontology.NodeType) (*Comparison, error) {
	c := newComparer(ctx, view, types)
	first, second, err := find(c.index, "plans", ids, planTypes...)
	if err != nil {
		return nil, err
	}
	before, err := c.partsOf(first)
	if err != nil {
		return nil, err
	}
	after, err := c.partsOf(second)
	if err != nil {
		return nil, err
	}
	for _, h := range []*holding{before, after} {
		if err := c.membersOf(h, before, after); err != nil {
			return nil, err
		}
	}
	for n, m := range before.members {
		switch {
		case !c.wants(n):
		case after.members[n] != nil:
			c.made.Kept++
		default:
			c.made.Items = append(c.made.Items, Item{Kind: Dropped, Node: n, Before: m.side(c.index)})
		}
	}
	for n, m := range after.members {
		if c.wants(n) && before.members[n] == nil {
			c.made.Items = append(c.made.Items, Item{Kind: Added, Node: n, After: m.side(c.index)})
		}
	}
	return c.done(), nil
}

// partsOf finds the parts of the plan, which are members too.
func (c *comparer) partsOf(plan index.Node) (*holding, error) {
	h := &holding{map[index.Node]bool{plan: true}, map[index.Node]*member{}}
	for waiting := []index.Node{plan}; len(waiting) > 0; {
		whole := waiting[0]
		waiting = waiting[1:]
		for _, end := range c.index.NodeType(whole).Ends {
			if end.Direction != ontology.In || !slices.Contains(parts, end.Relation.Name) {
				continue
			}
			for e := range c.index.Links(whole, end).From(0) {
				if err := c.look(); err != nil {
					return nil, err
				}
				if !c.states(e.Link) {
					continue
				}
				if !h.parts[e.Far] {
					h.parts[e.Far] = true
					waiting = append(waiting, e.Far)
				}
				if e.Far != plan {
					h.add(e, end)
				}
			}
		}
	}
	return h, nil
}

// membersOf finds what the parts are linked to besides parts of either plan.
func (c *comparer) membersOf(h *holding, before, after *holding) error {
	for part := range h.parts {
		for _, end := range c.index.NodeType(part).Ends {
			// In which state documents saw it, and what it may be mistaken for, is
			// nothing that a plan holds.
			if end.Relation.Claims(ontology.Status) || end.Relation.Claims(ontology.Identity) {
				continue
			}
			for e := range c.index.Links(part, end).From(0) {
				if err := c.look(); err != nil {
					return err
				}
				if c.states(e.Link) && !before.parts[e.Far] && !after.parts[e.Far] {
					h.add(e, end)
				}
			}
		}
	}
	return nil
}

func (h *holding) add(e index.Edge, end *ontology.End) {
	m := h.members[e.Far]
	if m == nil {
		m = &member{}
		h.members[e.Far] = m
	}
	m.links, m.fields = append(m.links, e.Link), append(m.fields, end.Field())
}

// side is what the plan has of the member.
func (m *member) side(ix *index.Index) *Side {
	slices.SortFunc(m.links, ix.CompareLinks)
	slices.Sort(m.fields)
	return &Side{Text: list(slices.Compact(m.fields)), links: slices.Compact(m.links)}
}
