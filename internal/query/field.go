package query

import (
	"encoding/json"
	"strings"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
)

// LookUp finds a column of the type, nil for any type, by its name in a filter;
// nil when there is none. Fields of value types are not found by name alone.
func LookUp(ix *index.Index, t *ontology.NodeType, name string) *index.Column {
	c := index.ColumnNamed(ix.Columns(t), name)
	if c == nil || len(c.Path) > 1 {
		return nil
	}
	return c
}

// OrderField is a column under its name in an order.
type OrderField struct {
	Name   string
	Column *index.Column
}

// OrderFields lists what nodes of the type (nil for any) can be ordered by: the
// enum value of the derived schema and its column, in the schema's order.
func OrderFields(ix *index.Index, t *ontology.NodeType) []OrderField {
	var list []OrderField
	for _, c := range ix.Columns(t) {
		list = append(list, OrderField{orderName(c), c})
	}
	return list
}

// orderName is the column in an order: "TIMEFRAME_END".
func orderName(c *index.Column) string {
	if len(c.Path) == 0 {
		return kg.UpperSnake(c.Name)
	}
	var parts []string
	for _, name := range c.Path {
		parts = append(parts, kg.UpperSnake(name))
	}
	return strings.Join(parts, "_")
}

// orderColumn finds the column of that name in an order, nil when there is none.
func orderColumn(ix *index.Index, t *ontology.NodeType, name string) *index.Column {
	for _, c := range ix.Columns(t) {
		if sameLetters(name, c.Name) && orderName(c) == name {
			return c
		}
	}
	return nil
}

// sameLetters reports whether the texts, in ASCII, differ in case and
// punctuation only. It saves the making of most names.
func sameLetters(a, b string) bool {
	for {
		for a != "" && (a[0] == '_' || a[0] == '.') {
			a = a[1:]
		}
		for b != "" && (b[0] == '_' || b[0] == '.') {
			b = b[1:]
		}
		if a == "" || b == "" {
			return a == b
		}
		if a[0]|0x20 != b[0]|0x20 {
			return false
		}
		a, b = a[1:], b[1:]
	}
}

// operand is the value of the column that an operand stands for, as GraphQL
// input or as decoded JSON.
func operand(c *index.Column, given any) (index.Value, error) {
	v := given
	switch number := v.(type) {
	case json.Number:
		if n, err := number.Int64(); err == nil {
			v = n
		}
	case int:
		v = int64(number)
	case float64:
		if number == float64(int64(number)) {
			v = int64(number)
		}
	case string:
		if c.Kind == ontology.PartialDate {
			if _, err := kg.ParsePartialDate(number); err != nil {
				return index.Value{}, err
			}
		}
	}
	return c.Value(v)
}
