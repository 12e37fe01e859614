package plan

import (
	"github.com/99designs/gqlgen/graphql"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
	"ecpgraph/internal/paths"
)

// walkArguments are those of a field, or the fields of an input, that walks take.
// They were validated: what is not of its type is absent. A list that is absent
// or null is nil, an empty one is not.
type walkArguments struct {
	index  *index.Index
	values map[string]any
}

func (a walkArguments) has(name string) bool { return a.values[name] != nil }

func (a walkArguments) id(name string) kg.ID {
	text, _ := a.values[name].(string)
	return kg.ID(text)
}

func (a walkArguments) number(name string, otherwise int) int {
	if n, err := graphql.UnmarshalInt(a.values[name]); err == nil && a.has(name) {
		return n
	}
	return otherwise
}

// namesOf reads a list of names; one alone stands for a list of one.
func namesOf[E any](a walkArguments, name string, read func(text string) E) []E {
	if !a.has(name) {
		return nil
	}
	list := []E{}
	for _, value := range graphql.CoerceList(a.values[name]) {
		text, _ := value.(string)
		list = append(list, read(text))
	}
	return list
}

func (a walkArguments) ids(name string) []kg.ID {
	return namesOf(a, name, func(text string) kg.ID { return kg.ID(text) })
}

func (a walkArguments) types() []*ontology.NodeType {
	return namesOf(a, "types", a.nodeType)
}

func (a walkArguments) nodeType(name string) *ontology.NodeType {
	for _, t := range a.index.Ontology().NodeTypes {
		if kg.UpperSnake(t.Name) == name {
			return t
		}
	}
	return nil
}

func (a walkArguments) relations(name string) []*ontology.Relation {
	return namesOf(a, name, a.index.Ontology().Relation)
}

// rules are the rules that all walks have in common.
func (a walkArguments) rules() paths.Rules {
	through, _ := a.values["throughDocuments"].(bool)
	inference, _ := a.values["inference"].(string)
	return paths.Rules{ThroughDocuments: through, Inference: inference}
}

func (a walkArguments) steps(name string) []index.Step {
	if !a.has(name) {
		return nil
	}
	return a.stepsOf(a.values[name])
}

// pattern is a list of lists of steps.
func (a walkArguments) pattern(name string) [][]index.Step {
	if !a.has(name) {
		return nil
	}
	pattern := [][]index.Step{}
	for _, hop := range graphql.CoerceList(a.values[name]) {
		pattern = append(pattern, a.stepsOf(hop))
	}
	return pattern
}

func (a walkArguments) stepsOf(value any) []index.Step {
	steps := []index.Step{}
	for _, step := range graphql.CoerceList(value) {
		step, _ := step.(map[string]any)
		name, _ := step["relation"].(string)
		relation := a.index.Ontology().Relation(name)
		if relation == nil {
			continue
		}
		if direction := step["direction"]; direction != "IN" { // OUT unless told
			steps = append(steps, a.index.StepOf(relation, ontology.Out))
		}
		if direction := step["direction"]; direction == "IN" || direction == "ANY" {
			steps = append(steps, a.index.StepOf(relation, ontology.In))
		}
	}
	return steps
}
