package plan

import (
	"github.com/vektah/gqlparser/v2/ast"

	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
	"ecpgraph/internal/records"
)

// meta is the field for the ontology itself.
func (c *compiler) meta(g *group) field[root] {
	child := compile(c, c.schema.Types["Ontology"], g.selections, func(g *group) field[*ontology.Ontology] {
		switch g.field.Name {
		case "nodeTypes":
			return members(g, c.nodeType(g.selections), func(o *ontology.Ontology) []*ontology.NodeType { return o.NodeTypes })
		case "relationTypes":
			return members(g, c.relationType(g.selections), func(o *ontology.Ontology) []*ontology.Relation { return o.Relations })
		}
		return unknown[*ontology.Ontology](g)
	})
	return one(g, child, func(*run, root) (*ontology.Ontology, bool) { return c.ontology, true })
}

// members is a field that lists what a value holds.
func members[V, C any](g *group, child composite[C], of func(V) []C) field[V] {
	return many(g, child, func(v V) int { return len(of(v)) }, func(v V, i int) C { return of(v)[i] })
}

// word is a field that is text which the ontology has.
func word[V any](g *group, of func(V) string) field[V] {
	return text(g, func(_ *run, v V) string { return of(v) })
}

// typeNames is a field that lists the names of the types of a range.
func typeNames[V any](g *group, of func(V) *ontology.Range) field[V] {
	return scalar(g, func(_ *run, b []byte, v V) ([]byte, bool) {
		b = append(b, '[')
		for i, t := range of(v).Types {
			if i > 0 {
				b = append(b, ',')
			}
			b = records.AppendString(b, t.Name)
		}
		return append(b, ']'), true
	})
}

func (c *compiler) nodeType(selections ast.SelectionSet) *object[*ontology.NodeType] {
	return compile(c, c.schema.Types["NodeType"], selections, func(g *group) field[*ontology.NodeType] {
		switch g.field.Name {
		case "name":
			return word(g, func(t *ontology.NodeType) string { return t.Name })
		case "enumName":
			return word(g, func(t *ontology.NodeType) string { return kg.UpperSnake(t.Name) })
		case "description":
			return word(g, func(t *ontology.NodeType) string { return t.Description })
		case "singular":
			return word(g, (*ontology.NodeType).Singular)
		case "plural":
			return word(g, func(t *ontology.NodeType) string { return t.Plural })
		case "count":
			return count(g, func(r *run, t *ontology.NodeType) int { return r.index.NodesOf(t).Len() })
		case "fields":
			return members(g, c.propertyType(g.selections), func(t *ontology.NodeType) []*ontology.Field { return t.Fields })
		case "relations":
			return members(g, c.relationField(g.selections), func(t *ontology.NodeType) []*ontology.End { return t.Ends })
		}
		return unknown[*ontology.NodeType](g)
	})
}

func (c *compiler) propertyType(selections ast.SelectionSet) *object[*ontology.Field] {
	return compile(c, c.schema.Types["PropertyType"], selections, func(g *group) field[*ontology.Field] {
		switch g.field.Name {
		case "name":
			return word(g, func(f *ontology.Field) string { return f.Name })
		case "description":
			return word(g, func(f *ontology.Field) string { return f.Description })
		case "type":
			return word(g, (*ontology.Field).TypeName)
		case "list":
			return truth(g, func(_ *run, f *ontology.Field) bool { return f.List })
		case "required":
			return truth(g, func(_ *run, f *ontology.Field) bool { return f.Required })
		case "indexed":
			return truth(g, func(_ *run, f *ontology.Field) bool { return f.Indexed })
		case "words":
			return members(g, c.word(g.selections), func(f *ontology.Field) []ontology.EnumValue {
				if f.Enum == nil {
					return nil
				}
				return f.Enum.Values
			})
		case "fields":
			return members(g, c.propertyType(g.selections), func(f *ontology.Field) []*ontology.Field {
				if f.Value == nil {
					return nil
				}
				return f.Value.Fields
			})
		}
		return unknown[*ontology.Field](g)
	})
}

func (c *compiler) word(selections ast.SelectionSet) *object[ontology.EnumValue] {
	return compile(c, c.schema.Types["Word"], selections, func(g *group) field[ontology.EnumValue] {
		switch g.field.Name {
		case "name":
			return word(g, func(v ontology.EnumValue) string { return v.Name })
		case "description":
			return word(g, func(v ontology.EnumValue) string { return v.Description })
		}
		return unknown[ontology.EnumValue](g)
	})
}

func (c *compiler) relationField(selections ast.SelectionSet) *object[*ontology.End] {
	return compile(c, c.schema.Types["RelationField"], selections, func(g *group) field[*ontology.End] {
		switch g.field.Name {
		case "name":
			return word(g, (*ontology.End).Field)
		case "relation":
			return one(g, c.relationType(g.selections), func(_ *run, e *ontology.End) (*ontology.Relation, bool) { return e.Relation, true })
		case "direction":
			return word(g, func(e *ontology.End) string { return e.Direction.String() })
		case "farTypes":
			return typeNames(g, (*ontology.End).Far)
		}
		return unknown[*ontology.End](g)
	})
}

func (c *compiler) relationType(selections ast.SelectionSet) *object[*ontology.Relation] {
	return compile(c, c.schema.Types["RelationType"], selections, func(g *group) field[*ontology.Relation] {
		switch g.field.Name {
		case "name":
			return word(g, func(r *ontology.Relation) string { return r.Name })
		case "enumName":
			return word(g, (*ontology.Relation).EnumName)
		case "description":
			return word(g, func(r *ontology.Relation) string { return r.Description })
		case "count":
			return count(g, func(r *run, relation *ontology.Relation) int { return r.index.LinkCount(relation) })
		case "fromTypes":
			return typeNames(g, func(r *ontology.Relation) *ontology.Range { return r.From })
		case "toTypes":
			return typeNames(g, func(r *ontology.Relation) *ontology.Range { return r.To })
		case "forward":
			return word(g, func(r *ontology.Relation) string { return r.Forward })
		case "backward":
			return word(g, func(r *ontology.Relation) string { return r.Backward })
		case "fields":
			return members(g, c.propertyType(g.selections), func(r *ontology.Relation) []*ontology.Field { return r.Fields })
		}
		return unknown[*ontology.Relation](g)
	})
}
