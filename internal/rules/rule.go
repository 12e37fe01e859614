package rules

import (
	"errors"
	"fmt"
	"slices"
	"strconv"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
)

// MaxSteps is how many hops a pattern has at most.
const MaxSteps = 8

// Rule concludes a link of a relation from each path that fits its pattern.
type Rule struct {
	ID        kg.ID
	Concludes *ontology.Relation

	steps   []step
	from    types // of the node that paths start from
	firmest int   // as kg.Modality.Firmness has it
}

// step is one hop of a pattern.
type step struct {
	along    index.Step
	far      types
	modality []kg.Modality // nil for any
	property int           // of the link, its place among index.LinkColumnsOf; -1 for no condition
	values   []index.Value // that the property may have
}

// types is a set of node types, by their places in the ontology.
type types []bool

func typesOf(o *ontology.Ontology, list []*ontology.NodeType) types {
	set := make(types, len(o.NodeTypes))
	for i, t := range o.NodeTypes {
		set[i] = slices.Contains(list, t)
	}
	return set
}

func (t types) and(other types) types {
	both := make(types, len(t))
	for i := range t {
		both[i] = t[i] && other[i]
	}
	return both
}

func (t types) none() bool { return !slices.Contains(t, true) }

// Read reads the rule of a node of type ontology.RuleType. The error, of code
// Invalid, lists all that is wrong with it.
func Read(o *ontology.Ontology, n *kg.Node) (*Rule, error) {
	r := reader{ontology: o, rule: &Rule{ID: n.ID}}
	r.read(n.Props)
	if err := errors.Join(r.faults...); err != nil {
		return nil, kg.Invalidf("%w", err)
	}
	return r.rule, nil
}

type reader struct {
	ontology *ontology.Ontology
	rule     *Rule
	faults   []error
}

func (r *reader) faultf(format string, args ...any) {
	r.faults = append(r.faults, fmt.Errorf("%s: "+format, append([]any{r.rule.ID}, args...)...))
}

// relation finds the relation by its name in capitals.
func (r *reader) relation(about string, value any) *ontology.Relation {
	name, _ := value.(string)
	relation := r.ontology.Relation(name)
	if relation == nil || relation.EnumName() != name {
		var names []string
		for _, known := range r.ontology.Relations {
			names = append(names, known.EnumName())
		}
		r.faultf("%s: no relation %q%s", about, name, ontology.DidYouMean(name, names))
		return nil
	}
	return relation
}

func (r *reader) modality(about string, value any) (kg.Modality, bool) {
	word, _ := value.(string)
	if slices.Contains(kg.Modalities[:], kg.Modality(word)) {
		return kg.Modality(word), true
	}
	r.faultf("%s: modality %q is none of %v", about, word, kg.Modalities)
	return "", false
}

func (r *reader) read(props kg.Props) {
	rule := r.rule
	rule.Concludes = r.relation("concludes", props["concludes"])
	if firmest, given := props["firmest"]; given {
		if m, ok := r.modality("firmest", firmest); ok {
			rule.firmest = m.Firmness()
		}
	}
	pattern, _ := props["pattern"].([]any)
	if len(pattern) == 0 || len(pattern) > MaxSteps {
		r.faultf("pattern: want 1 to %d hops, not %d", MaxSteps, len(pattern))
	}
	for i, given := range pattern {
		hop, _ := given.(kg.Props)
		r.step(fmt.Sprintf("hop %d", i+1), hop)
	}
	if rule.Concludes != nil {
		for _, f := range rule.Concludes.Fields {
			if f.Required {
				r.faultf("concludes: links of %s need the property %s, which a rule cannot give", rule.Concludes.EnumName(), f.Name)
			}
		}
	}
	if len(r.faults) > 0 {
		return
	}
	r.meet()
}

func (r *reader) step(about string, hop kg.Props) {
	relation := r.relation(about, hop["relation"])
	if relation == nil {
		return
	}
	direction, far := ontology.Out, relation.To
	switch hop["direction"] {
	case nil, "OUT":
	case "IN":
		direction, far = ontology.In, relation.From
	default:
		r.faultf("%s: direction %q is neither OUT nor IN", about, hop["direction"])
	}
	s := step{
		along: index.NewStep(slices.Index(r.ontology.Relations, relation), direction),
		far:   typesOf(r.ontology, far.Types), property: -1,
	}
	if names, ok := hop["types"].([]any); ok && len(names) > 0 {
		s.far = s.far.and(r.types(about, names))
		if s.far.none() {
			r.faultf("%s: %s leads to none of these types", about, relation.EnumName())
		}
	}
	words, _ := hop["modality"].([]any)
	for _, word := range words {
		if m, ok := r.modality(about, word); ok {
			s.modality = append(s.modality, m)
		}
	}
	r.condition(about, &s, relation, hop)
	r.rule.steps = append(r.rule.steps, s)
}

func (r *reader) types(about string, names []any) types {
	var list []*ontology.NodeType
	for _, value := range names {
		name, _ := value.(string)
		t := r.ontology.NodeType(name)
		if t == nil {
			var known []string
			for _, t := range r.ontology.NodeTypes {
				known = append(known, t.Name)
			}
			r.faultf("%s: no node type %q%s", about, name, ontology.DidYouMean(name, known))
			continue
		}
		list = append(list, t)
	}
	return typesOf(r.ontology, list)
}

func (r *reader) condition(about string, s *step, relation *ontology.Relation, hop kg.Props) {
	name, given := hop["property"].(string)
	values, _ := hop["values"].([]any)
	if given != (len(values) > 0) {
		r.faultf("%s: property and values go together", about)
		return
	}
	if !given {
		return
	}
	columns := index.LinkColumnsOf(relation)
	at := slices.IndexFunc(columns, func(c *index.Column) bool { return c.Name == name })
	if at < 0 {
		var names []string
		for _, c := range columns {
			names = append(names, c.Name)
		}
		r.faultf("%s: links of %s have no property %q with @index%s", about, relation.EnumName(), name, ontology.DidYouMean(name, names))
		return
	}
	s.property = at
	for _, text := range values {
		word, _ := text.(string)
		value, err := valueOf(columns[at], word)
		if err != nil {
			r.faultf("%s: %w", about, err)
			continue
		}
		s.values = append(s.values, value)
	}
}

// valueOf is the value of the column that the text spells.
func valueOf(c *index.Column, text string) (index.Value, error) {
	switch c.Kind {
	case ontology.Boolean:
		if text == "true" || text == "false" {
			return c.Value(text == "true")
		}
	case ontology.Int:
		if n, err := strconv.ParseInt(text, 10, 32); err == nil {
			return c.Value(n)
		}
	}
	return c.Value(text)
}

// meet narrows the types that paths go through, and finds where no path can go.
func (r *reader) meet() {
	rule := r.rule
	near := func(i int) types {
		relation := r.ontology.Relations[rule.steps[i].along.Relation()]
		if rule.steps[i].along.Direction() == ontology.In {
			return typesOf(r.ontology, relation.To.Types)
		}
		return typesOf(r.ontology, relation.From.Types)
	}
	rule.from = typesOf(r.ontology, rule.Concludes.From.Types).and(near(0))
	if rule.from.none() {
		r.faultf("hop 1: it starts from no type that a link of %s may start from", rule.Concludes.EnumName())
	}
	for i := range rule.steps {
		s, last := &rule.steps[i], i == len(rule.steps)-1
		if last {
			s.far = s.far.and(typesOf(r.ontology, rule.Concludes.To.Types))
		} else {
			s.far = s.far.and(near(i + 1))
		}
		switch {
		case !s.far.none():
		case last:
			r.faultf("hop %d: it leads to no type that a link of %s may lead to", i+1, rule.Concludes.EnumName())
		default:
			r.faultf("hop %d: it leads to no type that hop %d starts from", i+1, i+2)
		}
	}
}
