package query

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strings"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
)

// Field is something of a node that can be filtered and ordered by: its id, its
// name, its type, or an indexed property.
type Field struct {
	Path []string // property names, from the node inwards; empty for the three below
	Kind ontology.Kind
	name string
	of   func(*index.Node) any
}

// What every node has.
var (
	idField   = &Field{name: "id", Kind: ontology.String, of: func(n *index.Node) any { return string(n.ID) }}
	nameField = &Field{name: "name", Kind: ontology.String, of: func(n *index.Node) any { return n.Name }}
	typeField = &Field{name: "type", Kind: ontology.EnumKind, of: func(n *index.Node) any { return n.NodeType.Name }}
)

// LookUp finds a field of the type, nil for any type, by its name in a filter;
// nil when there is none. Fields of value types are not found by name alone.
func LookUp(t *ontology.NodeType, name string) *Field {
	switch {
	case name == "id":
		return idField
	case name == "name":
		return nameField
	case t == nil && name == "type":
		return typeField
	case t == nil:
		return nil
	}
	if f := t.Field(name); f != nil && f.Indexed && f.Kind != ontology.ValueKind {
		return &Field{Path: []string{name}, Kind: f.Kind}
	}
	return nil
}

// OrderFields lists what nodes of the type (nil for any) can be ordered by: the
// enum value of the derived schema and its field, in the schema's order.
func OrderFields(t *ontology.NodeType) []OrderField {
	list := []OrderField{{"ID", idField}, {"NAME", nameField}}
	if t == nil {
		return append(list, OrderField{"TYPE", typeField})
	}
	for _, f := range t.Fields {
		switch {
		case !f.Indexed:
		case f.Kind != ontology.ValueKind:
			list = append(list, OrderField{kg.UpperSnake(f.Name), &Field{Path: []string{f.Name}, Kind: f.Kind}})
		default:
			for _, inner := range f.Value.Fields {
				if inner.Indexed {
					list = append(list, OrderField{
						kg.UpperSnake(f.Name) + "_" + kg.UpperSnake(inner.Name),
						&Field{Path: []string{f.Name, inner.Name}, Kind: inner.Kind},
					})
				}
			}
		}
	}
	return list
}

// OrderField is a field under its name in an order.
type OrderField struct {
	Name  string
	Field *Field
}

// String is the field as a filter writes it: "timeframe.end".
func (f *Field) String() string {
	if len(f.Path) == 0 {
		return f.name
	}
	return strings.Join(f.Path, ".")
}

// Of returns the node's value: a string, int64 or bool, nil when absent.
func (f *Field) Of(n *index.Node) any {
	if f.of != nil {
		return f.of(n)
	}
	props := n.Props
	for _, name := range f.Path[:len(f.Path)-1] {
		props, _ = props[name].(kg.Props)
	}
	return props[f.Path[len(f.Path)-1]]
}

// coerce brings an operand, as GraphQL input or as decoded JSON, to the type
// that Of returns.
func (f *Field) coerce(operand any) (any, error) {
	switch v := operand.(type) {
	case string:
		if f.Kind == ontology.PartialDate {
			d, err := kg.ParsePartialDate(v)
			return string(d), err
		}
		if f.Kind != ontology.Int && f.Kind != ontology.Boolean {
			return v, nil
		}
	case bool:
		if f.Kind == ontology.Boolean {
			return v, nil
		}
	case json.Number:
		if n, err := v.Int64(); err == nil && f.Kind == ontology.Int {
			return n, nil
		}
	case int:
		return f.coerce(int64(v))
	case float64:
		if v == float64(int64(v)) {
			return f.coerce(int64(v))
		}
	case int64:
		if f.Kind == ontology.Int {
			return v, nil
		}
	}
	return nil, kg.Invalidf("%s: %v is not a %s", f, operand, f.Kind)
}

// compare orders two present values: numbers by size, dates as
// kg.PartialDate.Compare, false before true, text byte by byte. It returns -1,
// 0 or 1.
func (f *Field) compare(a, b any) int {
	switch x := a.(type) {
	case int64:
		return cmp.Compare(x, b.(int64))
	case bool:
		return cmp.Compare(order(x), order(b.(bool)))
	case string:
		if f.Kind == ontology.PartialDate {
			return kg.PartialDate(x).Compare(kg.PartialDate(b.(string)))
		}
		return cmp.Compare(x, b.(string))
	}
	panic(fmt.Sprintf("query: a %T cannot be ordered", a))
}

func order(b bool) int {
	if b {
		return 1
	}
	return 0
}

// holds tells whether value op operand. A partial date is the span of its
// days: lte asks that the value ends no later than the operand does, gte that it
// starts no earlier; lt that it ends before the operand starts, gt that it
// starts after the operand ends. So "2018-07" is both lte and gte "2018".
func (f *Field) holds(op string, value, operand any) bool {
	if f.Kind == ontology.PartialDate {
		v, o := kg.PartialDate(value.(string)), kg.PartialDate(operand.(string))
		switch op {
		case "lt":
			return v.Last().Before(o.First())
		case "lte":
			return !v.Last().After(o.Last())
		case "gt":
			return v.First().After(o.Last())
		default:
			return !v.First().Before(o.First())
		}
	}
	c := f.compare(value, operand)
	switch op {
	case "lt":
		return c < 0
	case "lte":
		return c <= 0
	case "gt":
		return c > 0
	default:
		return c >= 0
	}
}
