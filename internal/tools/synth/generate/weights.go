package generate

import "ecpgraph/internal/ontology"

// The weights say how common a type or relation is against the others. They
// give the benchmark's questions enough to find: some ten tools an action, ten
// activities a goal. What is not named here, also what the ontology may gain
// later, has the default; a name that the ontology has not means nothing.
const (
	defaultTypeWeight     = 5
	defaultRelationWeight = 4
)

var typeWeights = map[string]int{
	"Action": 200, "Tool": 160, "Document": 100, "Event": 80, "Topic": 60,
	"PlanSection": 50, "Edition": 40, "Project": 40, "StakeholderGroup": 40,
	"Organization": 30, "WorkProgramme": 30, "StrategicActivity": 20, "ToolGroup": 20,
	"WorkingBody": 20, "Place": 20, "ActionPlan": 10, "PlanVersion": 10,
}

var relationWeights = map[string]int{
	"ActsOnTool": 200, "ListedIn": 100, "HasSubject": 80, "ResponsibleFor": 50,
	"AimsAt": 40, "UnderProgramme": 40, "ReportsStatusOf": 40, "MadeUnder": 30,
	"ReportedUnder": 20, "RepeatsActivity": 15, "BasedOn": 15, "MadeBy": 15,
	"ListedUnderGoal": 10, "SectionOfVersion": 8, "EditionOf": 8,
}

func typeWeight(t *ontology.NodeType) int {
	if w, ok := typeWeights[t.Name]; ok {
		return w
	}
	return defaultTypeWeight
}

func relationWeight(r *ontology.Relation) int {
	if w, ok := relationWeights[r.Name]; ok {
		return w
	}
	return defaultRelationWeight
}
