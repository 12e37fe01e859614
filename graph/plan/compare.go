package plan

import (
	"slices"

	"github.com/vektah/gqlparser/v2/ast"

	"ecpgraph/internal/compare"
	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/records"
)

// comparison is the answer to compare, without its page.
type comparison struct {
	counts []kindCount
	kept   int
}

type kindCount struct {
	kind  compare.Kind
	count int
}

// comparedItem is an element of the page.
type comparedItem struct {
	*compare.Item
	before, after *side
}

// side is what one of the two says, as the answer shows it.
type side struct {
	*compare.Side
	citations []records.Citation
}

// compare is the field for what differs between two documents or plans.
func (c *compiler) compare(g *group) field[root] {
	told := false // whether what the sides say is asked for
	child := listOf(c, g, func(selections ast.SelectionSet) composite[*comparedItem] { return c.comparedItem(selections, &told) },
		func(g *group) field[*listPage[*comparedItem]] {
			of := func(p *listPage[*comparedItem]) *comparison { return p.owner.(*comparison) }
			switch g.field.Name {
			case "counts":
				return members(g, c.kindCount(g.selections), func(p *listPage[*comparedItem]) []kindCount { return of(p).counts })
			case "kept":
				return count(g, func(_ *run, p *listPage[*comparedItem]) int { return of(p).kept })
			}
			return unknown[*listPage[*comparedItem]](g)
		})
	return computed(c, g, child, func(r *run, _ root) (*listPage[*comparedItem], bool, error) {
		args := r.arguments(g.field)
		made, err := args.compare(r)
		if err != nil {
			return nil, false, err
		}
		p, err := pageOf(r, g.field, ranked[*comparedItem]{
			size: len(made.Items), at: func(i int) *comparedItem { return &comparedItem{Item: &made.Items[i]} },
			rank: func(i int) rank {
				item := &made.Items[i]
				return rank{value: -float64(item.Kind), ids: [2]kg.ID{r.index.NodeID(item.Node), kg.ID(item.Key)}}
			},
			made: args.made(), owner: &comparison{countKinds(made.Items), made.Kept}, pages: recordListing,
		})
		if err == nil && told {
			err = readSides(r, p.elements)
		}
		return p, err == nil, err
	})
}

// compare makes the comparison that the arguments ask for.
func (a arguments) compare(r *run) (*compare.Comparison, error) {
	if err := a.named("kinds", "types"); err != nil {
		return nil, err
	}
	between, ids := compare.Documents, "documents"
	switch {
	case (a["documents"] == nil) == (a["plans"] == nil):
		return nil, kg.Invalidf("give either documents or plans")
	case a["plans"] != nil:
		between, ids = compare.Plans, "plans"
	}
	made, err := between(r.context, r.view, words[kg.ID](a, ids), a.types(r.index.Ontology()))
	if err != nil {
		return nil, err
	}
	if kinds := words[string](a, "kinds"); kinds != nil {
		made.Items = slices.DeleteFunc(made.Items, func(i compare.Item) bool { return !slices.Contains(kinds, i.Kind.String()) })
	}
	return made, nil
}

// countKinds counts the items, which are in the order of their kinds.
func countKinds(items []compare.Item) (counts []kindCount) {
	for _, item := range items {
		if n := len(counts); n == 0 || counts[n-1].kind != item.Kind {
			counts = append(counts, kindCount{kind: item.Kind})
		}
		counts[len(counts)-1].count++
	}
	return counts
}

// readSides finds what the sides of the items say.
func readSides(r *run, list []*comparedItem) error {
	items := make([]*compare.Item, len(list))
	for i, e := range list {
		items[i] = e.Item
	}
	if err := compare.Read(r.context, r.view, items); err != nil {
		return err
	}
	for _, e := range list {
		e.before, e.after = showSide(r, e.Before), showSide(r, e.After)
	}
	return nil
}

func showSide(r *run, s *compare.Side) *side {
	if s == nil {
		return nil
	}
	shown := &side{Side: s}
	for _, c := range s.Citations {
		document, ok := r.index.Node(c.Document)
		if !ok {
			continue // no commit lets a document go that is cited
		}
		citation := records.Citation{Document: document, Locator: records.AppendString(nil, c.Locator)}
		if c.Checksum != "" {
			citation.Checksum = records.AppendString(nil, c.Checksum)
		}
		shown.citations = append(shown.citations, citation)
	}
	return shown
}

func (c *compiler) kindCount(selections ast.SelectionSet) *object[kindCount] {
	return compile(c, c.schema.Types["ComparisonCount"], selections, func(g *group) field[kindCount] {
		switch g.field.Name {
		case "kind":
			return text(g, func(_ *run, n kindCount) string { return n.kind.String() })
		case "count":
			return count(g, func(_ *run, n kindCount) int { return n.count })
		}
		return unknown[kindCount](g)
	})
}

func (c *compiler) comparedItem(selections ast.SelectionSet, told *bool) *object[*comparedItem] {
	return compile(c, c.schema.Types["ComparisonItem"], selections, func(g *group) field[*comparedItem] {
		switch g.field.Name {
		case "kind":
			return text(g, func(_ *run, i *comparedItem) string { return i.Kind.String() })
		case "node":
			return far(c, g, nil, func(_ *run, i *comparedItem) index.Node { return i.Node })
		case "relation":
			return textOrNull(g, func(_ *run, i *comparedItem) string {
				if i.Relation == nil {
					return ""
				}
				return i.Relation.EnumName()
			})
		case "before":
			*told = true
			return one(g, c.side(g.selections), func(_ *run, i *comparedItem) (*side, bool) { return i.before, i.before != nil })
		case "after":
			*told = true
			return one(g, c.side(g.selections), func(_ *run, i *comparedItem) (*side, bool) { return i.after, i.after != nil })
		}
		return unknown[*comparedItem](g)
	})
}

func (c *compiler) side(selections ast.SelectionSet) *object[*side] {
	return compile(c, c.schema.Types["ComparisonSide"], selections, func(g *group) field[*side] {
		switch g.field.Name {
		case "text":
			return text(g, func(_ *run, s *side) string { return s.Text })
		case "citations":
			return members(g, c.citation(g.selections), func(s *side) []records.Citation { return s.citations })
		case "links":
			return computedList(c, g, c.link(g.selections), func(r *run, s *side) ([]*link, error) {
				limit, err := r.arguments(g.field).limited("limit", compare.MaxLinks)
				if err != nil {
					return nil, err
				}
				return r.linksAt(s.Links[:min(limit, len(s.Links))]), nil
			})
		case "linkCount":
			return count(g, func(_ *run, s *side) int { return s.LinkCount })
		}
		return unknown[*side](g)
	})
}
