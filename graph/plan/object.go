package plan

import (
	"ecpgraph/internal/index"
	"ecpgraph/internal/records"
)

// composite is a compiled selection set on values of type V.
type composite[V any] interface {
	// gather selects the pages of all connections below the values, and asks
	// for the records that writing them takes. It is called once a run, with
	// all values of the level in order, and only when gathers is true.
	gather(r *run, values []V)
	gathers() bool
	// write appends the value as a JSON object. It reports false, with the
	// buffer as it was, when a null inside may not stay.
	write(r *run, value V) bool
}

// object is a composite for one concrete type.
type object[V any] struct {
	fields []field[V]
	// want asks for the record of a value; nil when no field reads it.
	want func(r *run, value V)
	// columns are those of the index that fields are written from.
	columns []*index.Column
}

// field is one compiled field.
type field[V any] struct {
	key      string // the response key
	label    string // what goes before the value: `,"key":`
	nullable bool
	reads    bool                     // write, or what was put off by gather, looks at the value's record
	gather   func(r *run, values []V) // nil when nothing below is gathered
	// Exactly one of scalar and write is set. Both append the field's value and report
	// true; or append nothing and report false, for null.
	scalar func(r *run, buffer []byte, value V) ([]byte, bool)
	// column is a scalar that does the same without the record; nil when there
	// is none.
	column func(r *run, buffer []byte, value V) ([]byte, bool)
	write  func(r *run, value V) bool
}

// reading makes the object ask for records where a field of it reads them.
func (o *object[V]) reading(want func(r *run, value V)) *object[V] {
	for i := range o.fields {
		if o.fields[i].reads {
			o.want = want
		}
	}
	return o
}

func (o *object[V]) gathers() bool {
	if o.want != nil {
		return true
	}
	for i := range o.fields {
		if o.fields[i].gather != nil {
			return true
		}
	}
	return false
}

func (o *object[V]) gather(r *run, values []V) {
	if o.want != nil {
		for _, v := range values {
			o.want(r, v)
		}
	}
	for i := range o.fields {
		if gather := o.fields[i].gather; gather != nil {
			gather(r, values)
		}
	}
}

// write goes on after a null that may not stay: the fields after it have their
// errors too, and take their part of what was gathered.
func (o *object[V]) write(r *run, value V) bool {
	start, whole := len(r.buffer), true
	for i := range o.fields {
		f := &o.fields[i]
		r.buffer = append(r.buffer, f.label...)
		var present bool
		if f.scalar != nil {
			r.buffer, present = f.scalar(r, r.buffer, value)
		} else {
			r.enter(f.key)
			present = f.write(r, value)
			r.leave()
		}
		if present {
			continue
		}
		if f.nullable {
			r.buffer = append(r.buffer, "null"...)
		} else {
			whole = false
		}
	}
	if !whole {
		r.buffer = r.buffer[:start]
		return false
	}
	if len(o.fields) == 0 {
		r.buffer = append(r.buffer, '{')
	} else {
		r.buffer[start] = '{' // in place of the comma of the first label
	}
	r.buffer = append(r.buffer, '}')
	return true
}

// newField makes the field of a group; the caller adds how it is written.
func newField[V any](g *group) field[V] {
	return field[V]{
		key: g.key, label: string(records.AppendString([]byte{','}, g.key)) + ":",
		nullable: g.field.Definition == nil || !g.field.Definition.Type.NonNull,
	}
}

// scalar is a field that is written from the value alone.
func scalar[V any](g *group, write func(r *run, buffer []byte, value V) ([]byte, bool)) field[V] {
	f := newField[V](g)
	f.scalar = write
	return f
}

// text is a field that is a string or a word and never null.
func text[V any](g *group, of func(r *run, value V) string) field[V] {
	return scalar(g, func(r *run, buffer []byte, value V) ([]byte, bool) {
		return records.AppendString(buffer, of(r, value)), true
	})
}

// textOrNull is a field that is a string or a word, and null where that is "".
func textOrNull[V any](g *group, of func(r *run, value V) string) field[V] {
	return scalar(g, func(r *run, buffer []byte, value V) ([]byte, bool) {
		s := of(r, value)
		if s == "" {
			return buffer, false
		}
		return records.AppendString(buffer, s), true
	})
}

// one is a field that holds one object, or null where of reports false. What of
// returns must be the same whenever it is called in a run.
func one[V, C any](g *group, child composite[C], of func(r *run, value V) (C, bool)) field[V] {
	f := newField[V](g)
	if child.gathers() {
		f.gather = func(r *run, values []V) {
			children := make([]C, 0, len(values))
			for _, v := range values {
				if c, ok := of(r, v); ok {
					children = append(children, c)
				}
			}
			child.gather(r, children)
		}
	}
	f.write = func(r *run, value V) bool {
		c, ok := of(r, value)
		return ok && child.write(r, c)
	}
	return f
}

// many is a field that holds a list of objects, none of which may be null. What
// at returns must be the same whenever it is called in a run.
func many[V, C any](g *group, child composite[C], size func(value V) int, at func(value V, i int) C) field[V] {
	f := newField[V](g)
	if child.gathers() {
		f.gather = func(r *run, values []V) {
			count := 0
			for _, v := range values {
				count += size(v)
			}
			children := make([]C, 0, count)
			for _, v := range values {
				for i := range size(v) {
					children = append(children, at(v, i))
				}
			}
			child.gather(r, children)
		}
	}
	f.write = func(r *run, value V) bool {
		l := r.startList()
		for i := range size(value) {
			l.next()
			l.keep(child.write(r, at(value, i)))
		}
		return l.end()
	}
	return f
}
