package report

import (
	_ "embed"
	"encoding/json"

	"ecpgraph/internal/kg"
)

// ProgressQuery is the GraphQL document whose answer ReadProgress reads. Its
// variables are plan, an id, and asOf, a date or null.
//
//go:embed progress.graphql
var ProgressQuery string

// Progress is what the graph says of how a plan stands.
type Progress struct {
	Revision struct {
		Number      int
		Digest      string
		CommittedAt string // RFC 3339; "" for the empty graph
	}
	Plan plan
}

type plan struct {
	ID, Name string
	Period   *struct{ Wording, Start, End string }
	Report   planReport `json:"progressReport"`
}

type planReport struct {
	AsOf        string // "" where no date was asked for
	Truncated   bool
	ActionCount int
	Statements  []reported
	Sections    []section
}

type section struct {
	Section struct {
		Name, Kind string
		Number     *int
		passages
	}
	Version *struct {
		Name, Stage, Date string
	}
	Statements []reported
	Actions    []action
}

type action struct {
	Action struct {
		Number int
		Name   string
	}
	ResponsibleBodies []struct {
		From     struct{ Name string }
		Modality string
		passages
	}
	UnnamedBodies string
	Timeframe     struct{ Kind, Wording string }
	Due, State    string
	Statements    []reported
	passages
}

type reported struct {
	About     struct{ Name string }
	Via       *struct{ To struct{ Name string } } // nil where it is about the plan, section or action itself
	Compared  *passages                           // nil where it is about the thing of Via
	Task      string
	Statement struct {
		Status, Date, DateIs, Modality, Wording string
		Document                                struct{ Name string }
		passages
	}
}

// passages are what a thing is cited from.
type passages struct{ Citations []passage }

type passage struct {
	Document struct{ Name string }
	Locator  string
}

// ReadProgress reads the data of an answer to ProgressQuery. Without the plan the
// error is of code NotFound.
func ReadProgress(data []byte) (*Progress, error) {
	var answer struct {
		Progress
		ActionPlan *plan
	}
	if err := json.Unmarshal(data, &answer); err != nil {
		return nil, kg.Invalidf("the answer is no progress report: %w", err)
	}
	if answer.ActionPlan == nil {
		return nil, kg.Errorf(kg.NotFound, "there is no such plan: actionPlans { nodes { id name } } lists them")
	}
	answer.Plan = *answer.ActionPlan
	return &answer.Progress, nil
}
