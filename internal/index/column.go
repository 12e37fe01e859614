package index

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
)

// Column is a value of nodes that is kept for filters and orders: their id,
// name or type, or a property that the ontology marks with @index; or such a
// property of links.
type Column struct {
	Type *ontology.NodeType // whose nodes have it; nil for nodes of any type, and for links
	Name string             // as a filter writes it: "id", "kind", "timeframe.end"
	Path []string           // property names from the node inwards; none for id, name and type
	Kind ontology.Kind

	words  []string // of an EnumKind: all there are, by byte
	source source
	place  int // among the columns of the type that hold properties
}

// source tells where the values of a column are.
type source uint8

const (
	fromID source = iota
	fromName
	fromType
	fromProperty
)

// ColumnsOf lists the columns that the ontology gives the type, nil for any: id,
// name, then properties in the order of the ontology, or the type. Each call
// makes new ones, which are all good for every Index of the ontology.
func ColumnsOf(o *ontology.Ontology, t *ontology.NodeType) []*Column {
	list := []*Column{
		{Type: t, Name: "id", Kind: ontology.String},
		{Type: t, Name: "name", Kind: ontology.String, source: fromName},
	}
	if t == nil {
		names := make([]string, len(o.NodeTypes)) // which are in order
		for i, t := range o.NodeTypes {
			names[i] = t.Name
		}
		return append(list, &Column{Name: "type", Kind: ontology.EnumKind, words: names, source: fromType})
	}
	return append(list, propertyColumns(t, t.Fields)...)
}

// ColumnNamed is the column of that name among them, nil for none.
func ColumnNamed(columns []*Column, name string) *Column {
	for _, c := range columns {
		if c.Name == name {
			return c
		}
	}
	return nil
}

// LinkColumnsOf lists the columns that the ontology gives links of the relation:
// the properties that it marks with @index, in its order.
func LinkColumnsOf(r *ontology.Relation) []*Column { return propertyColumns(nil, r.Fields) }

func propertyColumns(t *ontology.NodeType, fields []*ontology.Field) (list []*Column) {
	add := func(f *ontology.Field, path ...string) {
		c := &Column{Type: t, Name: strings.Join(path, "."), Path: path, Kind: f.Kind, source: fromProperty, place: len(list)}
		if f.Kind == ontology.EnumKind {
			for _, v := range f.Enum.Values {
				c.words = append(c.words, v.Name)
			}
			slices.Sort(c.words)
		}
		list = append(list, c)
	}
	for _, f := range fields {
		switch {
		case !f.Indexed:
		case f.Kind != ontology.ValueKind:
			add(f, f.Name)
		default:
			for _, inner := range f.Value.Fields {
				if inner.Indexed {
					add(inner, f.Name, inner.Name)
				}
			}
		}
	}
	return list
}

// isText reports whether values of the column are kept as text.
func (c *Column) isText() bool { return c.Kind == ontology.String || c.Kind == ontology.URL }

// Words lists all values that a column of an EnumKind can have, sorted. The
// caller must not change it.
func (c *Column) Words() []string { return c.words }

// of is the node's value, read from the node itself.
func (c *Column) of(n *kg.Node) Value {
	switch c.source {
	case fromID:
		return Value{1, string(n.ID)}
	case fromName:
		return Value{1, n.Name}
	}
	return c.in(n.Props)
}

// in is the value among the properties of a node or link.
func (c *Column) in(props kg.Props) Value {
	for _, name := range c.Path[:len(c.Path)-1] {
		props, _ = props[name].(kg.Props)
	}
	v, ok := props[c.Path[len(c.Path)-1]]
	if !ok {
		return Value{}
	}
	value, _ := c.Value(v) // the ontology has checked it
	return value
}

// Value is what a column holds for a node. Values of one column are compared
// with Compare; the zero Value is absence.
type Value struct {
	code uint64 // 0 for absence; orders the values of all columns but text
	text string // of a text column
}

// Absent reports whether the node has no value.
func (v Value) Absent() bool { return v.code == 0 }

// Compare orders two values of one column: numbers by size, dates as
// kg.PartialDate.Compare, false before true, text and words byte by byte,
// absence after all. It returns -1, 0 or 1.
func (v Value) Compare(w Value) int {
	if v.code != w.code {
		// Absence, less by one, is the highest code.
		return cmp.Compare(v.code-1, w.code-1)
	}
	return strings.Compare(v.text, w.text)
}

// Text is the text of a value of a text column, "" when absent.
func (v Value) Text() string { return v.text }

// Value is the value that a string, int64 or bool stands for; what cannot be a
// value of the column is an error of code Invalid.
func (c *Column) Value(v any) (Value, error) {
	switch v := v.(type) {
	case string:
		switch c.Kind {
		case ontology.String, ontology.URL:
			return Value{1, v}, nil
		case ontology.EnumKind:
			if i, found := slices.BinarySearch(c.words, v); found {
				return Value{code: uint64(i) + 1}, nil
			}
		case ontology.PartialDate:
			if d, err := kg.ParsePartialDate(v); err == nil {
				return Value{code: dateCode(d)}, nil
			}
		}
	case bool:
		if c.Kind == ontology.Boolean {
			if v {
				return Value{code: 2}, nil
			}
			return Value{code: 1}, nil
		}
	case int64:
		if c.Kind == ontology.Int {
			return Value{code: max(1, uint64(v)^(1<<63))}, nil
		}
	}
	return Value{}, kg.Invalidf("%s: %v is not a %s", c.Name, v, c.Kind)
}

// Plain is the string, int64 or bool that the value stands for, nil for
// absence.
func (c *Column) Plain(v Value) any {
	if v.Absent() {
		return nil
	}
	switch c.Kind {
	case ontology.EnumKind:
		return c.words[v.code-1]
	case ontology.PartialDate:
		return string(dateOf(v.code))
	case ontology.Boolean:
		return v.code == 2
	case ontology.Int:
		return int64(v.code ^ (1 << 63))
	}
	return v.text
}

// AppendText appends the value as it is written in an answer: a word, a date, a
// number, true or false, or the text as it is. Absence appends nothing.
func (c *Column) AppendText(b []byte, v Value) []byte {
	if v.Absent() {
		return b
	}
	switch c.Kind {
	case ontology.EnumKind:
		return append(b, c.words[v.code-1]...)
	case ontology.PartialDate:
		start := len(b)
		b = dayOf(v.code).AppendFormat(b, "2006-01-02")
		return b[:start+dateLength(v.code)]
	case ontology.Boolean:
		return strconv.AppendBool(b, v.code == 2)
	case ontology.Int:
		return strconv.AppendInt(b, int64(v.code^(1<<63)), 10)
	}
	return append(b, v.text...)
}

// Dates are coded by their last day and then by precision, coarse first, which
// is the order of kg.PartialDate.Compare.

// firstDay keeps the code of every date above 0.
var firstDay = time.Date(-1, 1, 1, 0, 0, 0, 0, time.UTC).Unix() / secondsADay

const secondsADay = 24 * 60 * 60

func dateCode(d kg.PartialDate) uint64 {
	day := d.Last().Unix()/secondsADay - firstDay
	return uint64(day)<<2 | uint64(len(d)-4)/3
}

func dateOf(code uint64) kg.PartialDate {
	return kg.PartialDate(dayOf(code).Format("2006-01-02")[:dateLength(code)])
}

func dayOf(code uint64) time.Time {
	return time.Unix((int64(code>>2)+firstDay)*secondsADay, 0).UTC()
}

func dateLength(code uint64) int { return 4 + 3*int(code&3) }
