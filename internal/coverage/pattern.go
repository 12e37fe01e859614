package coverage

import (
	"slices"
	"strings"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
)

// MaxSteps is how many hops a pattern may have.
const MaxSteps = 6

// Pattern is hops one after the other, and which links may make them.
type Pattern struct {
	Steps []Step
	Ground
}

// Step is one hop: links of a relation, seen from one end or from either.
type Step struct {
	Relation *ontology.Relation
	Ends     []*ontology.End // from which the link is followed: one, or both
}

// NewStep is the hop along the relation: OUT, IN or ANY.
func NewStep(r *ontology.Relation, direction string) (Step, error) {
	out := &ontology.End{Relation: r, Direction: ontology.Out}
	in := &ontology.End{Relation: r, Direction: ontology.In}
	switch direction {
	case "OUT":
		return Step{r, []*ontology.End{out}}, nil
	case "IN":
		return Step{r, []*ontology.End{in}}, nil
	case "ANY":
		return Step{r, []*ontology.End{out, in}}, nil
	}
	return Step{}, kg.Invalidf("direction: %q is not one of OUT, IN and ANY", direction)
}

func (s Step) String() string {
	if len(s.Ends) == 2 {
		return s.Relation.EnumName() + " ANY"
	}
	return s.Relation.EnumName() + " " + s.Ends[0].Direction.String()
}

// reversed is the hop from its far side.
func (s Step) reversed() Step {
	if len(s.Ends) == 2 {
		return s
	}
	return Step{s.Relation, []*ontology.End{{Relation: s.Relation, Direction: ontology.In - s.Ends[0].Direction}}}
}

// reversed is the pattern from its far side.
func (p Pattern) reversed() Pattern {
	back := Pattern{Ground: p.Ground}
	for _, s := range slices.Backward(p.Steps) {
		back.Steps = append(back.Steps, s.reversed())
	}
	return back
}

// repeats reports whether the hop could be made by the link of the hop before
// it.
func (p Pattern) repeats(hop int) bool {
	return hop > 0 && p.Steps[hop].Relation == p.Steps[hop-1].Relation
}

// Check finds what makes the pattern impossible: no hop, too many, or one that
// cannot go on from where the one before it leads. From are the types that it
// starts at, to those that it should end at; no type stands for any. Errors are
// of code Invalid or Limit.
func (p Pattern) Check(from, to []*ontology.NodeType) error {
	switch n := len(p.Steps); {
	case n == 0:
		return kg.Invalidf("through: give at least one step, such as {relation: RESPONSIBLE_FOR}")
	case n > MaxSteps:
		return kg.Errorf(kg.Limit, "through: %d steps are more than the %d that a pattern may have", n, MaxSteps)
	}
	at := from
	for i, s := range p.Steps {
		var next []*ontology.NodeType
		for _, end := range s.Ends {
			if meets(at, nearOf(end)) {
				next = append(next, end.Far().Types...)
			}
		}
		if len(next) == 0 {
			return kg.Invalidf("through: step %d, %s, starts at %s; there the pattern is at %s", i+1, s, names(nearOf(s.Ends[0]).Types), names(at))
		}
		at = next
	}
	if len(to) > 0 && !slices.ContainsFunc(at, func(t *ontology.NodeType) bool { return slices.Contains(to, t) }) {
		return kg.Invalidf("through: the last step, %s, leads to %s, not to %s", p.Steps[len(p.Steps)-1], names(at), names(to))
	}
	return nil
}

func nearOf(e *ontology.End) *ontology.Range {
	if e.Direction == ontology.Out {
		return e.Relation.From
	}
	return e.Relation.To
}

func meets(types []*ontology.NodeType, r *ontology.Range) bool {
	return len(types) == 0 || slices.ContainsFunc(types, r.Has)
}

// names lists the types for a message, some of them if they are many.
func names(types []*ontology.NodeType) string {
	const most = 5
	var list []string
	for _, t := range types {
		if !slices.Contains(list, t.Name) {
			list = append(list, t.Name)
		}
	}
	if len(list) > most {
		list = append(list[:most], "others")
	}
	return strings.Join(list, ", ")
}

// Ground says which links count by how they are known. An empty list lets all
// in.
type Ground struct {
	Basis    []kg.Basis
	Modality []kg.Modality
}

// Admits reports whether the link counts.
func (g *Ground) Admits(ix *index.Index, l index.Link) bool {
	return (len(g.Basis) == 0 || slices.Contains(g.Basis, ix.LinkBasis(l))) &&
		(len(g.Modality) == 0 || slices.Contains(g.Modality, ix.LinkModality(l)))
}
