package plan

import (
	"github.com/vektah/gqlparser/v2/ast"

	"ecpgraph/internal/index"
	"ecpgraph/internal/ontology"
	"ecpgraph/internal/records"
)

// fieldAt is the place of the field of that name, -1 when there is none.
func fieldAt(fields []*ontology.Field, name string) int {
	for i, f := range fields {
		if f.Name == name {
			return i
		}
	}
	return -1
}

// recorded is a field that a record holds as JSON at the place.
func recorded[V any](g *group, place int, of func(V) records.Record) field[V] {
	f := scalar(g, func(_ *run, b []byte, value V) ([]byte, bool) {
		text := of(value).JSON(place)
		return append(b, text...), text != nil
	})
	f.reads = true
	return f
}

// property is a field that the ontology declares, at the place of its record.
func property[V any](c *compiler, g *group, p *ontology.Field, place int, of func(V) records.Record) field[V] {
	switch {
	case p.Kind == ontology.ValueKind && p.List:
		child := c.value(p.Value, g.selections)
		f := newField[V](g)
		f.reads = true
		f.write = func(r *run, value V) bool {
			values, l := of(value).Values(place), r.startList()
			for v, ok := values.Next(); ok; v, ok = values.Next() {
				l.next()
				l.keep(child.write(r, v))
			}
			return l.end()
		}
		return f
	case p.Kind == ontology.ValueKind:
		f := one(g, c.value(p.Value, g.selections), func(_ *run, value V) (records.Record, bool) {
			v := of(value).Value(place)
			return v, v != nil
		})
		f.reads = true
		return f
	case p.List:
		f := scalar(g, func(_ *run, b []byte, value V) ([]byte, bool) {
			if text := of(value).JSON(place); text != nil {
				return append(b, text...), true
			}
			return append(b, "[]"...), true
		})
		f.reads = true
		return f
	}
	return recorded(g, place, of)
}

// value compiles what is asked of a value type.
func (c *compiler) value(t *ontology.ValueType, selections ast.SelectionSet) *object[records.Record] {
	return compile(c, c.schema.Types[t.Name], selections, func(g *group) field[records.Record] {
		if i := fieldAt(t.Fields, g.field.Name); i >= 0 {
			return property(c, g, t.Fields[i], i, func(v records.Record) records.Record { return v })
		}
		return unknown[records.Record](g)
	})
}

// readColumns makes the object do without records when the index has all that
// they would be read for, and tells whether it does.
func readColumns(o *object[*node]) bool {
	for _, f := range o.fields {
		if f.reads && f.column == nil {
			return false
		}
	}
	for i := range o.fields {
		if f := &o.fields[i]; f.reads {
			f.reads, f.scalar = false, f.column
		}
	}
	return true
}

// columnOf is the column that holds the property, nil when none does.
func (c *compiler) columnOf(t *ontology.NodeType, name string) *index.Column {
	for _, column := range index.ColumnsOf(c.ontology, t) {
		if len(column.Path) == 1 && column.Path[0] == name {
			return column
		}
	}
	return nil
}

// fromColumn writes the property from the index.
func fromColumn(c *index.Column) func(*run, []byte, *node) ([]byte, bool) {
	switch c.Kind {
	case ontology.String, ontology.URL:
		return func(r *run, b []byte, n *node) ([]byte, bool) {
			v := r.index.Value(c, n.number)
			if v.Absent() {
				return b, false
			}
			return records.AppendString(b, v.Text()), true
		}
	case ontology.Int, ontology.Boolean:
		return func(r *run, b []byte, n *node) ([]byte, bool) {
			v := r.index.Value(c, n.number)
			return c.AppendText(b, v), !v.Absent()
		}
	}
	return func(r *run, b []byte, n *node) ([]byte, bool) {
		v := r.index.Value(c, n.number)
		if v.Absent() {
			return b, false
		}
		return append(c.AppendText(append(b, '"'), v), '"'), true
	}
}
