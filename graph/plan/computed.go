package plan

// A field is computed when what it holds is made once a run from the value and
// the arguments, and then gathered and written.

// outcome is what a field was computed to be.
type outcome[C any] struct {
	value   C
	present bool
	err     error
}

// computed is a field that holds one object, or null where compute reports
// false.
func computed[V, C any](c *compiler, g *group, child composite[C], compute func(r *run, value V) (C, bool, error)) field[V] {
	f, step := newField[V](g), c.nextStep()
	f.gather = func(r *run, values []V) {
		made := make([]outcome[C], len(values))
		children := make([]C, 0, len(values))
		for i, v := range values {
			m := &made[i]
			if m.value, m.present, m.err = compute(r, v); m.present && m.err == nil {
				children = append(children, m.value)
			}
		}
		r.results(step).computed = made
		if child.gathers() {
			child.gather(r, children)
		}
	}
	f.write = func(r *run, _ V) bool {
		m := nextComputed[C](r, step)
		if m.err != nil {
			r.fault(g.field.Position, m.err)
			return false
		}
		return m.present && child.write(r, m.value)
	}
	return f
}

// computedList is a field that holds a list of objects.
func computedList[V, C any](c *compiler, g *group, child composite[C], compute func(r *run, value V) ([]C, error)) field[V] {
	f, step := newField[V](g), c.nextStep()
	f.gather = func(r *run, values []V) {
		made := make([]outcome[[]C], len(values))
		var children []C
		for i, v := range values {
			made[i].value, made[i].err = compute(r, v)
			children = append(children, made[i].value...)
		}
		r.results(step).computed = made
		if child.gathers() {
			child.gather(r, children)
		}
	}
	f.write = func(r *run, _ V) bool {
		m := nextComputed[[]C](r, step)
		if m.err != nil {
			r.fault(g.field.Position, m.err)
			return false
		}
		l := r.startList()
		for _, e := range m.value {
			l.next()
			l.keep(child.write(r, e))
		}
		return l.end()
	}
	return f
}

func nextComputed[C any](r *run, step int) *outcome[C] {
	s := r.results(step)
	made := s.computed.([]outcome[C])
	return &made[s.next()]
}
