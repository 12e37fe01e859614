package query

import (
	"time"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
)

// period is where the index keeps when nodes of a type are.
//
// An absent date is unknown, or, for the kinds that the ontology calls open at
// that end, says that there is none. Of a period with one known date and the
// other unknown, the known one is both. A period is undated when it has no date
// and is not open at both ends.
type period struct {
	name               string // as filters call it
	of                 *ontology.NodeType
	start, end         *index.Column
	openStart, openEnd condition // on the kind
}

// periodOf is that of the value type of the field; that of the node type itself
// where the field is nil.
func periodOf(ix *index.Index, t *ontology.NodeType, f *ontology.Field) period {
	declared, prefix, name := t.Period, "", ""
	if f != nil {
		declared, prefix, name = f.Value.Period, f.Name+".", f.Name
	} else {
		name = declared.Name
	}
	column := func(f *ontology.Field) *index.Column { return index.ColumnNamed(ix.Columns(t), prefix+f.Name) }
	p := period{
		name: name, of: t, openStart: constant(false), openEnd: constant(false),
		start: column(declared.Start), end: column(declared.End),
	}
	if declared.Kind == nil {
		return p
	}
	kind := column(declared.Kind)
	open := func(words []string) condition {
		values := make([]index.Value, len(words))
		for i, word := range words {
			values[i], _ = kind.Value(word) // the ontology has checked it
		}
		return p.in(kind, points(values...))
	}
	p.openStart, p.openEnd = open(declared.OpenStart), open(declared.OpenEnd)
	return p
}

func (p period) in(c *index.Column, s set) condition {
	return (&field{of: p.of, column: c, set: s}).simple()
}

// period reads the operators on a period, all of which must hold.
func (p parser) period(on period, operators map[string]any) (condition, error) {
	var parts []condition
	for _, op := range sortedKeys(operators) {
		given := operators[op]
		if given == nil {
			continue
		}
		var c condition
		switch op {
		case "undated":
			want, ok := given.(bool)
			if !ok {
				return nil, kg.Invalidf("where: %s: undated takes true or false", on.name)
			}
			if c = on.undated(); !want {
				c = on.dated()
			}
		case "overlaps":
			bounds, err := object(op, given)
			if err != nil {
				return nil, err
			}
			from, to, err := dateRange(on.name, bounds)
			if err != nil {
				return nil, err
			}
			c = on.overlaps(from, to)
		case "before", "after":
			date, err := dateOperand(on.name+": "+op, given)
			if err != nil {
				return nil, err
			}
			if op == "before" {
				c = on.before(date)
			} else {
				c = on.after(date)
			}
		default:
			return nil, kg.Invalidf("where: %s: there is no operator %q", on.name, op)
		}
		if any, ok := c.(anyPart); ok {
			c = named{any, on.name}
		}
		parts = append(parts, c)
	}
	return allOf(parts...), nil
}

// dateRange reads a DateRange; "" is a side without a bound.
func dateRange(name string, bounds map[string]any) (from, to kg.PartialDate, err error) {
	for _, side := range sortedKeys(bounds) {
		if bounds[side] == nil {
			continue
		}
		date, err := dateOperand(name+": "+side, bounds[side])
		if err != nil {
			return "", "", err
		}
		switch side {
		case "from":
			from = date
		case "to":
			to = date
		default:
			return "", "", kg.Invalidf("where: %s: overlaps takes from and to, not %q", name, side)
		}
	}
	return from, to, CheckRange("where: "+name+": overlaps", from, to)
}

// CheckRange reports what is wrong with a range of dates, "" for a side without
// a bound; the error is of code Invalid and starts with the name.
func CheckRange(name string, from, to kg.PartialDate) error {
	switch {
	case from == "" && to == "":
		return kg.Invalidf("%s: give from, to or both", name)
	case from != "" && to != "" && to.Last().Before(from.First()):
		return kg.Invalidf("%s: %s ends before %s starts", name, to, from)
	}
	return nil
}

func dateOperand(name string, given any) (kg.PartialDate, error) {
	text, ok := given.(string)
	if !ok {
		return "", kg.Invalidf("where: %s takes a date, not %v", name, given)
	}
	date, err := kg.ParsePartialDate(text)
	if err != nil {
		return "", kg.Invalidf("where: %s: %w", name, err)
	}
	return date, nil
}

// overlaps matches periods that share a day with the range, whose sides may be
// "" for no bound. The cases are apart, so that each is read from the index that
// it is best read from.
func (p period) overlaps(from, to kg.PartialDate) condition {
	startsBy, endsFrom := present(), present()
	if to != "" {
		startsBy = startsAfter(p.start, to.Last()).not().and(present())
	}
	if from != "" {
		endsFrom = endsBy(p.end, dayBefore(from)).not().and(present())
	}
	within := startsBy.and(endsFrom)
	noStart, noEnd := p.in(p.start, present().not()), p.in(p.end, present().not())
	return anyOf(
		allOf(p.in(p.start, startsBy), p.in(p.end, endsFrom)),
		allOf(noStart, p.openStart, p.in(p.end, endsFrom)),
		allOf(noStart, not(p.openStart), p.in(p.end, within)),
		allOf(noEnd, p.openEnd, p.in(p.start, startsBy)),
		allOf(noEnd, not(p.openEnd), p.in(p.start, within)),
		allOf(noStart, noEnd, p.openStart, p.openEnd),
	)
}

// before matches periods that end before the date starts.
func (p period) before(date kg.PartialDate) condition {
	ends := endsBy(p.end, dayBefore(date)).and(present())
	return anyOf(
		p.in(p.end, ends),
		allOf(p.in(p.end, present().not()), not(p.openEnd), p.in(p.start, ends)),
	)
}

// after matches periods that start after the date ends.
func (p period) after(date kg.PartialDate) condition {
	starts := startsAfter(p.start, date.Last())
	return anyOf(
		p.in(p.start, starts),
		allOf(p.in(p.start, present().not()), not(p.openStart), p.in(p.end, starts)),
	)
}

func (p period) undated() condition {
	return allOf(p.in(p.start, present().not()), p.in(p.end, present().not()), not(allOf(p.openStart, p.openEnd)))
}

func (p period) dated() condition {
	return anyOf(p.in(p.start, present()), p.in(p.end, present()), allOf(p.openStart, p.openEnd))
}

func dayBefore(date kg.PartialDate) time.Time { return date.First().AddDate(0, 0, -1) }

// named is a condition under a name of its own.
type named struct {
	condition
	name string
}

func (n named) source() string { return n.name }
