package plan

import (
	"strconv"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"ecpgraph/graph/model"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/records"
)

// revision is the field for one revision: that of the view, or one by its
// number.
func (c *compiler) revision(g *group) field[root] {
	child := c.revisionOf(g.selections)
	if g.field.Arguments.ForName("number") == nil {
		return computed(c, g, child, func(r *run, _ root) (*model.Revision, bool, error) {
			return model.NewRevision(r.view), true, nil
		})
	}
	return computed(c, g, child, func(r *run, _ root) (*model.Revision, bool, error) {
		given := r.arguments(g.field)["number"]
		if given == nil {
			return model.NewRevision(r.view), true, nil
		}
		number, err := graphql.UnmarshalInt(given)
		if err != nil {
			return nil, false, err
		}
		found, err := model.FindRevision(r.context, r.view, number)
		return found, found != nil, err
	})
}

// revisions is the field for a page of them. The log is read for those on it.
func (c *compiler) revisions(g *group) field[root] {
	child := listOf(c, g, c.revisionOf, nil)
	return computed(c, g, child, func(r *run, _ root) (*listPage[*model.Revision], bool, error) {
		head := r.index.Head().Revision
		number := func(i int) kg.Revision { return head - kg.Revision(i) }
		l, err := newListing(g.field, r, "", int(head), recordListing, func(i int) rank {
			return rank{value: float64(number(i))}
		})
		if err != nil {
			return nil, false, err
		}
		p := &listPage[*model.Revision]{page: page{selected: l, size: l.stop - l.start}}
		if p.size > 0 {
			p.elements, err = model.ListRevisions(r.context, r.view.Log, number(l.start), p.size)
		}
		return p, err == nil, err
	})
}

// revisionOf compiles what is asked of a revision.
func (c *compiler) revisionOf(selections ast.SelectionSet) composite[*model.Revision] {
	o := compile(c, c.schema.Types["Revision"], selections, func(g *group) field[*model.Revision] {
		switch name := g.field.Name; name {
		case "number":
			return count(g, func(_ *run, v *model.Revision) int { return v.Number() })
		case "digest":
			return text(g, func(_ *run, v *model.Revision) string { return v.Digest() })
		case "committedAt":
			return scalar(g, func(_ *run, b []byte, v *model.Revision) ([]byte, bool) {
				at := v.CommittedAt()
				if at == nil {
					return b, false
				}
				return records.AppendString(b, *at), true
			})
		case "author":
			return committed(g, func(b []byte, c *kg.CommitHead) ([]byte, bool) { return records.AppendString(b, c.Author), true })
		case "message":
			return committed(g, func(b []byte, c *kg.CommitHead) ([]byte, bool) { return records.AppendString(b, c.Reason), true })
		case "parent":
			return computed(c, g, c.revisionOf(g.selections), func(r *run, v *model.Revision) (*model.Revision, bool, error) {
				parent, err := v.Parent(r.context)
				return parent, parent != nil, err
			})
		default:
			wrote := model.WroteCounts[name]
			if wrote == nil {
				return unknown[*model.Revision](g)
			}
			return committed(g, func(b []byte, c *kg.CommitHead) ([]byte, bool) {
				if c.Wrote == nil {
					return b, false
				}
				return strconv.AppendUint(b, uint64(wrote(*c.Wrote)), 10), true
			})
		}
	})
	return o.reading(func(r *run, v *model.Revision) {
		_, err := v.Commit(r.context)
		r.goesOn(err)
	})
}

// committed is a field that the commit of a revision says; null for the empty
// graph.
func committed(g *group, of func(b []byte, c *kg.CommitHead) ([]byte, bool)) field[*model.Revision] {
	f := scalar(g, func(r *run, b []byte, v *model.Revision) ([]byte, bool) {
		c, err := v.Commit(r.context)
		if !r.goesOn(err) || c == nil {
			return b, false
		}
		return of(b, c)
	})
	f.reads = true
	return f
}
