package plan

import (
	"github.com/99designs/gqlgen/graphql"

	"ecpgraph/internal/index"
	"ecpgraph/internal/ontology"
	"ecpgraph/internal/paths"
)

// rules are the rules that all walks have in common.
func (a arguments) rules() paths.Rules {
	through, _ := a["throughDocuments"].(bool)
	return paths.Rules{ThroughDocuments: through, Inference: a.word("inference")}
}

// steps is a list of steps.
func (a arguments) steps(ix *index.Index, name string) []index.Step {
	if !a.has(name) {
		return nil
	}
	return stepsOf(ix, a[name])
}

// hops is a list of lists of steps.
func (a arguments) hops(ix *index.Index, name string) [][]index.Step {
	if !a.has(name) {
		return nil
	}
	hops := [][]index.Step{}
	for _, hop := range graphql.CoerceList(a[name]) {
		hops = append(hops, stepsOf(ix, hop))
	}
	return hops
}

func stepsOf(ix *index.Index, value any) []index.Step {
	steps := []index.Step{}
	for _, step := range graphql.CoerceList(value) {
		step, _ := step.(map[string]any)
		relation := ix.Ontology().Relation(arguments(step).word("relation"))
		if relation == nil {
			continue
		}
		if direction := step["direction"]; direction != "IN" { // OUT unless told
			steps = append(steps, ix.StepOf(relation, ontology.Out))
		}
		if direction := step["direction"]; direction == "IN" || direction == "ANY" {
			steps = append(steps, ix.StepOf(relation, ontology.In))
		}
	}
	return steps
}
