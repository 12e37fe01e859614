package ontology

import (
	"slices"

	"github.com/vektah/gqlparser/v2/ast"
)

// Period tells which fields of a type say together when a thing is. A first or
// last date that is absent is not known, unless the kind of the period says that
// there is none: then the period is open at that end.
type Period struct {
	Name       string   // of a node type: what filters call it; "" of a value type
	Start, End *Field   // indexed PartialDates
	Kind       *Field   // how the period is meant, an indexed enum; nil where nothing says it
	Wording    *Field   // the words of the source, a String; nil where they are not kept
	OpenStart  []string // the kinds for which an absent first date means that there is none
	OpenEnd    []string // the same of the last date
}

// PeriodOperators are what filters ask of a period, beside its fields.
var PeriodOperators = []string{"after", "before", "overlaps", "undated"}

// period reads the directive @period of a node type or value type.
func (p *ontologyParser) period(d *ast.Definition, fields map[string]*Field) *Period {
	directive := d.Directives.ForName("period")
	if directive == nil {
		return nil
	}
	raw := func(argument string) string {
		if a := directive.Arguments.ForName(argument); a != nil {
			return a.Value.Raw
		}
		return ""
	}
	isNode := p.out.nodeTypes[d.Name] != nil
	out := &Period{Name: raw("name")}
	switch {
	case isNode && out.Name == "":
		p.fault(directive.Position, "%s: @period of a node type needs name: what filters call it", d.Name)
	case !isNode && out.Name != "":
		p.fault(directive.Position, "%s: @period of a value type takes no name: the field that holds the value has one", d.Name)
	case isNode && (fields[out.Name] != nil || slices.Contains(reservedFields, out.Name)):
		p.fault(directive.Position, "%s: @period: the name %q is taken", d.Name, out.Name)
	}
	for _, name := range PeriodOperators {
		if !isNode && fields[name] != nil {
			p.fault(directive.Position, "%s: @period: filters on it need the word %q, which is a field: choose another", d.Name, name)
		}
	}
	field := func(argument string, kind Kind, needed, indexed bool) *Field {
		name := raw(argument)
		f := fields[name]
		switch {
		case name == "" && needed:
			p.fault(directive.Position, "%s: @period needs %s: \"fieldName\"", d.Name, argument)
		case name == "":
		case f == nil:
			p.fault(directive.Position, "%s: @period: there is no field %q%s", d.Name, name, DidYouMean(name, keys(fields)))
		case f.Kind != kind || f.List:
			p.fault(directive.Position, "%s: @period: %s is a single %s, which %q is not", d.Name, argument, kind, name)
		case indexed && !f.Indexed:
			p.fault(directive.Position, "%s: @period: %q needs @index, so that it can be filtered by", d.Name, name)
		}
		return f
	}
	out.Start, out.End = field("start", PartialDate, true, true), field("end", PartialDate, true, true)
	out.Kind, out.Wording = field("kind", EnumKind, false, true), field("wording", String, false, false)
	open := func(argument string) (kinds []string) {
		a := directive.Arguments.ForName(argument)
		if a == nil {
			return nil
		}
		for _, child := range a.Value.Children {
			word := child.Value.Raw
			if out.Kind == nil || out.Kind.Enum == nil || !out.Kind.Enum.Has(word) {
				p.fault(directive.Position, "%s: @period: %s: %q is no word of the field that kind names", d.Name, argument, word)
			}
			kinds = append(kinds, word)
		}
		return kinds
	}
	out.OpenStart, out.OpenEnd = open("openStart"), open("openEnd")
	return out
}
