package plan

import (
	"ecpgraph/internal/kg"
	"ecpgraph/internal/language"
	"ecpgraph/internal/records"
)

// label is a name of a node in one language.
type label struct {
	value []byte // in JSON
	in    kg.Language
	asked string // for which it is; "" for none
}

// label is the field for the name of a node in one of the languages asked for.
func (c *compiler) label(g *group) field[*node] {
	child := compile(c, c.schema.Types["Label"], g.selections, func(g *group) field[label] {
		switch g.field.Name {
		case "value":
			return scalar(g, func(_ *run, b []byte, l label) ([]byte, bool) { return append(b, l.value...), true })
		case "language":
			return text(g, func(_ *run, l label) string { return l.in.Tag() })
		case "asked":
			return scalar(g, func(_ *run, b []byte, l label) ([]byte, bool) {
				if l.asked == "" {
					return b, false
				}
				return records.AppendString(b, l.asked), true
			})
		}
		return unknown[label](g)
	})
	f, step := newField[*node](g), c.nextStep()
	f.reads = true
	f.write = func(r *run, n *node) bool {
		s := r.results(step)
		if !s.read { // the first node
			s.read = true
			s.wanted, s.err = language.ParseWanted(words[string](r.arguments(g.field), "languages"))
		}
		if s.err != nil {
			r.fault(g.field.Position, s.err)
			return false
		}
		return child.write(r, labelOf(r, n, s.wanted))
	}
	return f
}

// labelOf chooses as language.Wanted.Label does.
func labelOf(r *run, n *node, wanted language.Wanted) label {
	labels := []label{{in: n.record.Language()}}
	aliases := n.record.Aliases()
	for a, ok := aliases.Next(); ok; a, ok = aliases.Next() {
		if a.Label {
			labels = append(labels, label{value: a.Name, in: a.Language})
		}
	}
	at, asked := wanted.Lookup(len(labels), func(i int) kg.Language { return labels[i].in })
	l := labels[max(at, 0)]
	if l.value == nil {
		l.value = records.AppendString(nil, r.index.NodeName(n.number))
	}
	l.asked = asked
	return l
}
