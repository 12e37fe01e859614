package timeline

import (
	"slices"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
)

// Dating is one way in which nodes of a type are dated: a period, or a date that
// is both ends of one.
type Dating struct {
	Property   string        // the field, or the name of the period of the node type
	start, end *index.Column // one for a plain date
	kind       *index.Column // nil where nothing says how the period is meant
	period     *ontology.Period

	// Wording is where a node keeps the words of the source: names of fields,
	// from the node inwards; none where it does not.
	Wording []string
}

// DatingsOf lists how nodes of the type are dated, in the order of the ontology,
// a period of the type itself first.
func DatingsOf(ix *index.Index, t *ontology.NodeType) []Dating {
	columns := map[string]*index.Column{}
	for _, c := range ix.Columns(t) {
		columns[c.Name] = c
	}
	var list []Dating
	period := func(property string, p *ontology.Period, path ...string) {
		prefix := ""
		for _, name := range path {
			prefix += name + "."
		}
		d := Dating{Property: property, period: p, start: columns[prefix+p.Start.Name], end: columns[prefix+p.End.Name]}
		if p.Kind != nil {
			d.kind = columns[prefix+p.Kind.Name]
		}
		if p.Wording != nil {
			d.Wording = append(path, p.Wording.Name)
		}
		list = append(list, d)
	}
	if t.Period != nil {
		period(t.Period.Name, t.Period)
	}
	for _, f := range t.Fields {
		switch {
		case !f.Indexed:
		case f.Kind == ontology.ValueKind && f.Value.Period != nil:
			period(f.Name, f.Value.Period, f.Name)
		case f.Kind == ontology.PartialDate && (t.Period == nil || f != t.Period.Start && f != t.Period.End):
			list = append(list, Dating{Property: f.Name, start: columns[f.Name], end: columns[f.Name]})
		}
	}
	return list
}

// Span is when a node is, by one of its datings.
type Span struct {
	Start, End         kg.PartialDate // as the source gives them, "" where it does not
	Kind               string         // how the source means it, "" where nothing says so
	OpenStart, OpenEnd bool           // an absent date means that there is none
}

// Of reads when the node, which is of the type, is.
func (d *Dating) Of(ix *index.Index, n index.Node) Span {
	read := func(c *index.Column) string {
		if c == nil {
			return ""
		}
		text, _ := c.Plain(ix.Value(c, n)).(string)
		return text
	}
	s := Span{Start: kg.PartialDate(read(d.start)), End: kg.PartialDate(read(d.end)), Kind: read(d.kind)}
	if d.period != nil && s.Kind != "" {
		s.OpenStart = s.Start == "" && slices.Contains(d.period.OpenStart, s.Kind)
		s.OpenEnd = s.End == "" && slices.Contains(d.period.OpenEnd, s.Kind)
	}
	return s
}

// Dated reports whether the span has a date or is open at both ends.
func (s Span) Dated() bool { return s.Start != "" || s.End != "" || s.Unbounded() }

// Unbounded reports whether the span is open at both ends, and so has no place.
func (s Span) Unbounded() bool { return s.OpenStart && s.OpenEnd }

// At is the date that the span stands at: the first, else the last, else "".
func (s Span) At() kg.PartialDate {
	if s.Start != "" {
		return s.Start
	}
	return s.End
}

// Overlaps reports whether the span shares a day with the range, a side of which
// is "" for no bound. One date alone is both ends of a span that is not open.
func (s Span) Overlaps(from, to kg.PartialDate) bool {
	if !s.Dated() {
		return false
	}
	start, end := s.Start, s.End
	if start == "" {
		start = end
	}
	if end == "" {
		end = start
	}
	return (to == "" || s.OpenStart || !start.First().After(to.Last())) &&
		(from == "" || s.OpenEnd || !end.Last().Before(from.First()))
}
