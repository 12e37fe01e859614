package plan

import (
	"github.com/vektah/gqlparser/v2/ast"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
)

// link compiles what is asked of the type Link.
func (c *compiler) link(selections ast.SelectionSet) *object[*index.Link] {
	same := func(l *index.Link) *index.Link { return l }
	return compile(c, c.schema.Types["Link"], selections, func(g *group) field[*index.Link] {
		end := func(of func(*index.Link) kg.ID) field[*index.Link] {
			return one(g, c.node(nil, g.selections), func(r *run, l *index.Link) (*index.Node, bool) { return r.index.Node(of(l)), true })
		}
		switch g.field.Name {
		case "id":
			return text(g, func(l *index.Link) string { return string(l.ID) })
		case "relation":
			return text(g, func(l *index.Link) string { return l.Rel.EnumName() })
		case "from":
			return end(func(l *index.Link) kg.ID { return l.From })
		case "to":
			return end(func(l *index.Link) kg.ID { return l.To })
		case "premises":
			return many(g, c.link(g.selections), func(r *run, l *index.Link) []*index.Link {
				list := make([]*index.Link, 0, len(l.Premises))
				for _, id := range l.Premises {
					if premise := r.index.Link(id); premise != nil {
						list = append(list, premise)
					}
				}
				return list
			})
		}
		return linkField(c, g, same)
	})
}

// linkField is a field that Link and the edges of relations share, or a
// property of the relation.
func linkField[V any](c *compiler, g *group, of func(V) *index.Link) field[V] {
	switch g.field.Name {
	case "basis":
		return text(g, func(v V) string { return string(of(v).Basis) })
	case "modality":
		return text(g, func(v V) string { return string(of(v).Modality) })
	case "wording":
		return scalar(g, func(b []byte, v V) ([]byte, bool) { return appendText(b, of(v).Props, kg.PropWording) })
	case "citations":
		return many(g, c.citation(g), func(_ *run, v V) []kg.Citation { return of(v).Citations })
	}
	if r := c.relationOf(g.field.ObjectDefinition); r != nil {
		if f := r.Field(g.field.Name); f != nil {
			return property(c, g, f, func(v V) kg.Props { return of(v).Props })
		}
	}
	return unknown[V](c, g)
}
