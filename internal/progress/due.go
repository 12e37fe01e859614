package progress

import (
	"slices"

	"ecpgraph/internal/kg"
)

// DueState is how an action stands to a date, as far as the documents go.
type DueState string

// The states; the schema says what each claims.
const (
	Continuous         DueState = "CONTINUOUS"
	Recurring          DueState = "RECURRING"
	Unspecified        DueState = "UNSPECIFIED"
	NotBegun           DueState = "NOT_BEGUN"
	DueLater           DueState = "DUE_LATER"
	DueNow             DueState = "DUE_NOW"
	ReportedDone       DueState = "REPORTED_DONE"
	PastResultReported DueState = "PAST_RESULT_REPORTED"
	Overdue            DueState = "OVERDUE"
	Past               DueState = "PAST"
)

// Timeframe is when an action is to be done; kind is a word of the ontology's
// TimeframeKind.
type Timeframe struct {
	Kind       string
	Start, End kg.PartialDate // "" where the plan gives none
}

// Due is the date by which the action is due, "" where it has none.
func (t Timeframe) Due() kg.PartialDate {
	if t.Kind == "BY_DATE" || t.Kind == "WINDOW" {
		return t.End
	}
	return ""
}

// Part is what a thing has to do with an action.
type Part uint8

// The parts.
const (
	Used      Part = iota // the action uses the thing as it is, or is about it
	Itself                // the thing is the action
	Result                // the action is to make or hold it
	Changed               // the action is to change what is there already
	Discussed             // the action is to consider or discuss making it
)

// PartOf is the part of a thing that the action acts on by a link of the
// relation; the task is a word of ActionTask, "" where the plan names none.
func PartOf(relation, task string) Part {
	switch {
	case relation == "ActsOnEvent":
		return Result
	case slices.Contains([]string{"DEVELOP", "PUBLISH"}, task):
		return Result
	case slices.Contains([]string{"REFINE", "UPDATE_OR_REVIEW", "UPDATE_AND_IMPLEMENT", "COLLECT_AND_SHARE", "CONSOLIDATE"}, task):
		return Changed
	case slices.Contains([]string{"CONSIDER", "DISCUSS"}, task):
		return Discussed
	}
	return Used
}

// Evidence is a statement as far as due states look at it.
type Evidence struct {
	Part     Part
	Thing    kg.ID
	Status   string
	Asserted bool
	Date     kg.PartialDate // "" when it is not known
}

// States in which a thing is there, and states in which it is not yet.
var (
	done    = []string{"FINALIZED", "PUBLISHED", "ENDORSED", "LAUNCHED", "DEVELOPED", "CONCLUDED", "IN_FORCE"}
	notDone = []string{"NEEDED", "ENVISAGED", "TO_BE_DISCUSSED", "DRAFT", "IN_PROGRESS", "PLANNED_CONDITIONALLY"}
)

// StateOf is how an action stands as of the date, "" without one. Statements
// that are dated after it do not count. That a thing is there counts only where a
// document asserts it, and not of what was there before the action; that it is not, only where
// the statement is dated after the due date.
func StateOf(asOf kg.PartialDate, t Timeframe, statements []Evidence) DueState {
	switch {
	case asOf == "":
		return ""
	case t.Kind == "CONTINUOUS":
		return Continuous
	case t.Kind == "RECURRING":
		return Recurring
	}
	known := slices.DeleteFunc(slices.Clone(statements), func(e Evidence) bool {
		return e.Date != "" && e.Date.First().After(asOf.Last())
	})
	isDone := func(e Evidence) bool { return e.Asserted && slices.Contains(done, e.Status) }
	if slices.ContainsFunc(known, func(e Evidence) bool { return e.Part == Itself && isDone(e) }) {
		return ReportedDone
	}
	due := t.Due()
	switch {
	case t.Kind != "UNSPECIFIED" && t.Start != "" && t.Start.First().After(asOf.Last()):
		return NotBegun
	case due == "":
		return Unspecified
	case due.First().After(asOf.Last()):
		return DueLater
	case !due.Last().Before(asOf.First()):
		return DueNow
	}
	results := map[kg.ID]bool{} // things that are reported as there
	for _, e := range known {
		if (e.Part == Result || e.Part == Discussed) && isDone(e) {
			results[e.Thing] = true
		}
	}
	for _, e := range known {
		late := e.Date != "" && e.Date.First().After(due.Last())
		if late && !results[e.Thing] && e.Part != Used && e.Part != Discussed && slices.Contains(notDone, e.Status) {
			return Overdue
		}
	}
	if len(results) > 0 {
		return PastResultReported
	}
	return Past
}
