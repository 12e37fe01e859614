package model

// Progress of plans is answered by plans of queries alone: what is here gives
// gqlgen its types.

// ProgressReport is the Go side of the GraphQL type.
type ProgressReport struct {
	Plan        *ActionPlan
	AsOf        *Text
	Statements  []*ProgressStatement
	Sections    []*ProgressSection
	ActionCount int
	Truncated   bool
}

// ProgressSection is the Go side of the GraphQL type.
type ProgressSection struct {
	Section    *PlanSection
	Version    *PlanVersion
	Statements []*ProgressStatement
	Actions    []*ProgressAction
}

// ProgressAction is the Go side of the GraphQL type.
type ProgressAction struct {
	Action            *Action
	ResponsibleBodies []*Link
	UnnamedBodies     *string
	Timeframe         *Timeframe
	Due               *Text
	State             *DueState
	Statements        []*ProgressStatement
	Citations         []*Citation
}

// ProgressStatement is the Go side of the GraphQL type.
type ProgressStatement struct {
	About     Node
	Via       *Link
	Task      *Text
	Compared  *Link
	Statement *StatusStatement
}

// DueState is a state of progress.DueState.
type DueState = Text

// ProgressReport is always an error.
func (*ActionPlan) ProgressReport(asOf *Text) (*ProgressReport, error) { return nil, errPlanned }
