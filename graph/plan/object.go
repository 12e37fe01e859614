package plan

// composite is a compiled selection set on values of type V.
type composite[V any] interface {
	// gather selects the pages of all connections below the values. It is
	// called once a run, with all values of the level in order, and only when
	// gathers is true.
	gather(r *run, values []V)
	gathers() bool
	// write appends the value as a JSON object. It reports false, with the
	// buffer as it was, when a null inside may not stay.
	write(r *run, value V) bool
}

// object is a composite for one concrete type.
type object[V any] struct{ fields []field[V] }

// field is one compiled field.
type field[V any] struct {
	key      string // the response key
	label    string // the key as it is written: `"key":`
	nullable bool
	gather   func(r *run, values []V) // nil when nothing below is gathered
	// write appends the field's value and reports true; or appends nothing and
	// reports false, for null.
	write func(r *run, value V) bool
}

func (o *object[V]) gathers() bool {
	for i := range o.fields {
		if o.fields[i].gather != nil {
			return true
		}
	}
	return false
}

func (o *object[V]) gather(r *run, values []V) {
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
	r.buffer = append(r.buffer, '{')
	for i := range o.fields {
		f := &o.fields[i]
		if i > 0 {
			r.buffer = append(r.buffer, ',')
		}
		r.buffer = append(r.buffer, f.label...)
		r.enter(f.key)
		if !f.write(r, value) {
			if f.nullable {
				r.buffer = append(r.buffer, "null"...)
			} else {
				whole = false
			}
		}
		r.leave()
	}
	if !whole {
		r.buffer = r.buffer[:start]
		return false
	}
	r.buffer = append(r.buffer, '}')
	return true
}

// newField makes the field of a group; the caller adds how it is written.
func newField[V any](g *group) field[V] {
	return field[V]{
		key: g.key, label: string(appendString(nil, g.key)) + ":",
		nullable: g.field.Definition == nil || !g.field.Definition.Type.NonNull,
	}
}

// scalar is a field that is written from the value alone.
func scalar[V any](g *group, write func(buffer []byte, value V) ([]byte, bool)) field[V] {
	f := newField[V](g)
	f.write = func(r *run, value V) bool {
		var present bool
		r.buffer, present = write(r.buffer, value)
		return present
	}
	return f
}

// text is a field that is a string or a word and never null.
func text[V any](g *group, of func(value V) string) field[V] {
	return scalar(g, func(buffer []byte, value V) ([]byte, bool) {
		return appendString(buffer, of(value)), true
	})
}

// one is a field that holds one object, or null where of reports false.
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

// lookedUp is a field that holds one object, which is looked up: null where there is none,
// and where the look-up is an error, which is then the field's.
func lookedUp[V, C any](g *group, child composite[C], find func(r *run) (C, bool, error)) field[V] {
	f := one(g, child, func(r *run, _ V) (C, bool) {
		c, ok, err := find(r)
		return c, ok && err == nil
	})
	f.write = func(r *run, _ V) bool {
		c, ok, err := find(r)
		if err != nil {
			r.fault(g.field.Position, err)
			return false
		}
		return ok && child.write(r, c)
	}
	return f
}

// many is a field that holds a list of objects, none of which may be null.
func many[V, C any](g *group, child composite[C], of func(r *run, value V) []C) field[V] {
	f := newField[V](g)
	if child.gathers() {
		f.gather = func(r *run, values []V) {
			var children []C
			for _, v := range values {
				children = append(children, of(r, v)...)
			}
			child.gather(r, children)
		}
	}
	f.write = func(r *run, value V) bool { return writeList(r, child, of(r, value)) }
	return f
}

func writeList[C any](r *run, child composite[C], list []C) bool {
	start, whole := len(r.buffer), true
	r.buffer = append(r.buffer, '[')
	for i, c := range list {
		if i > 0 {
			r.buffer = append(r.buffer, ',')
		}
		r.enterIndex(i)
		whole = child.write(r, c) && whole
		r.leave()
	}
	if !whole {
		r.buffer = r.buffer[:start]
		return false
	}
	r.buffer = append(r.buffer, ']')
	return true
}
