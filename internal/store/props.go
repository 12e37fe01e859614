package store

import (
	"fmt"
	"slices"

	"github.com/tinylib/msgp/msgp"

	"ecpgraph/internal/kg"
)

// MaxDepth is how deep lists and Props may nest in a property.
const MaxDepth = 32

// appendProps appends the properties as a msgpack map in order of their names.
func appendProps(b []byte, props kg.Props, depth int) ([]byte, error) {
	b = msgp.AppendMapHeader(b, uint32(len(props)))
	var few [8]string // on the stack
	names := few[:0]
	for name := range props {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		b = msgp.AppendString(b, name)
		var err error
		if b, err = appendValue(b, props[name], depth+1); err != nil {
			return b, fmt.Errorf("property %q: %w", name, err)
		}
	}
	return b, nil
}

func appendValue(b []byte, value any, depth int) ([]byte, error) {
	if depth > MaxDepth {
		return b, fmt.Errorf("nested deeper than %d", MaxDepth)
	}
	switch v := value.(type) {
	case string:
		return msgp.AppendString(b, v), nil
	case int64:
		return msgp.AppendInt64(b, v), nil
	case bool:
		return msgp.AppendBool(b, v), nil
	case kg.Props:
		return appendProps(b, v, depth)
	case []any:
		b = msgp.AppendArrayHeader(b, uint32(len(v)))
		for i, element := range v {
			var err error
			if b, err = appendValue(b, element, depth+1); err != nil {
				return b, fmt.Errorf("element %d: %w", i, err)
			}
		}
		return b, nil
	}
	return b, fmt.Errorf("a value of type %T cannot be kept: use string, int64, bool, kg.Props or []any", value)
}

// topProps reads the properties of a node or link; nil when there are none.
func (d *decoder) topProps() kg.Props {
	props := d.props(0)
	if len(props) == 0 {
		return nil
	}
	return props
}

func (d *decoder) props(depth int) kg.Props {
	if d.err != nil {
		return nil
	}
	var count uint32
	count, d.b, d.err = msgp.ReadMapHeaderBytes(d.b)
	if d.err == nil && uint64(count)*2 > uint64(len(d.b)) {
		d.err = errLength
	}
	if d.err != nil {
		return nil
	}
	props := make(kg.Props, min(count, 16))
	for last := ""; count > 0; count-- {
		name := d.string()
		if d.err == nil && len(props) > 0 && name <= last {
			d.err = fmt.Errorf("property %q is out of order", name)
		}
		value := d.value(depth + 1)
		if d.err != nil {
			return nil
		}
		props[name], last = value, name
	}
	return props
}

func (d *decoder) value(depth int) any {
	if d.err == nil && depth > MaxDepth {
		d.err = fmt.Errorf("nested deeper than %d", MaxDepth)
	}
	if d.err != nil {
		return nil
	}
	switch t := msgp.NextType(d.b); t {
	case msgp.StrType:
		return d.string()
	case msgp.IntType, msgp.UintType:
		return d.int()
	case msgp.BoolType:
		var v bool
		v, d.b, d.err = msgp.ReadBoolBytes(d.b)
		return v
	case msgp.MapType:
		return d.props(depth)
	case msgp.ArrayType:
		count := d.array()
		list := make([]any, 0, min(count, 16))
		for ; count > 0 && d.err == nil; count-- {
			list = append(list, d.value(depth+1))
		}
		return list
	default:
		d.err = fmt.Errorf("a value of the unknown kind %s", t)
		return nil
	}
}
