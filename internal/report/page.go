package report

import (
	"fmt"
	"slices"
	"strings"
)

// page is a progress report as it is shown, whatever the format: words instead of
// enum values, and footnotes.
type page struct {
	Title    string
	Plan     string
	Period   string
	AsOf     string
	Revision string
	Digest   string

	Truncated bool
	Actions   int
	Legend    []state
	Reported  []line
	Sections  []pageSection
	Footnotes []string // the first is number 1
}

// state is a due state that the report has, and what it means.
type state struct {
	Name, Meaning string
	Count         int
}

type pageSection struct {
	Heading  string
	Notes    []int
	Version  string // "" where it is that of the section before
	Reported []line
	Actions  []pageAction
}

type pageAction struct {
	Number    int
	Name      string
	Notes     []int
	Bodies    []body
	Unnamed   string
	Timeframe string // the words of the plan, "" where it gives none
	Kind      string // how the words are read
	Due       string
	State     string // "" where the report is for no date
	Reported  []line
}

type body struct {
	Name, Modality string // Modality is "" where it is simply so
	Notes          []int
}

// line is what a document reports.
type line struct {
	About    string // "" where it is the thing that the line stands under
	Task     string
	Near     string // the thing that the action acts on, where no document says that About is the same
	NearNote []int
	Status   string
	Modality string
	Wording  string
	Source   string // the document,
	When     string // and the date of the state, or its own: ", for 2016-12", " of 2016-09-19"
	Notes    []int
}

// newPage words the report.
func newPage(p *Progress) *page {
	r := p.Plan.Report
	notes := &footnotes{numbers: map[string]int{}}
	out := &page{
		Title: "Progress report: " + p.Plan.Name, Plan: p.Plan.Name, AsOf: r.AsOf,
		Revision: fmt.Sprint(p.Revision.Number), Digest: p.Revision.Digest, Truncated: r.Truncated, Actions: r.ActionCount,
	}
	if p.Revision.CommittedAt != "" {
		out.Revision += " of " + p.Revision.CommittedAt
	}
	if period := p.Plan.Period; period != nil {
		switch {
		case period.Wording != "":
			out.Period = period.Wording
		case period.Start != "" && period.End != "":
			out.Period = period.Start + " to " + period.End
		case period.Start != "":
			out.Period = "from " + period.Start
		case period.End != "":
			out.Period = "to " + period.End
		}
	}
	out.Reported = lines(r.Statements, p.Plan.Name, notes)
	counts, version := map[string]int{}, ""
	for _, s := range r.Sections {
		section := pageSection{Heading: s.Section.Name, Notes: notes.of(s.Section.passages)}
		if s.Section.Number != nil {
			section.Heading = fmt.Sprintf("%s %d: %s", title(s.Section.Kind), *s.Section.Number, s.Section.Name)
		}
		if s.Version != nil && s.Version.Name != version {
			section.Version = s.Version.Name
			version = s.Version.Name
		}
		section.Reported = lines(s.Statements, s.Section.Name, notes)
		for _, a := range s.Actions {
			counts[a.State]++
			section.Actions = append(section.Actions, newAction(a, notes))
		}
		out.Sections = append(out.Sections, section)
	}
	for _, m := range meanings {
		if n := counts[m.name]; n > 0 {
			out.Legend = append(out.Legend, state{words(m.name), m.meaning, n})
		}
	}
	out.Footnotes = notes.texts
	return out
}

func newAction(a action, notes *footnotes) pageAction {
	out := pageAction{
		Number: a.Action.Number, Name: a.Action.Name, Notes: notes.of(a.passages), Unnamed: a.UnnamedBodies,
		Timeframe: a.Timeframe.Wording, Kind: words(a.Timeframe.Kind), Due: a.Due, State: words(a.State),
	}
	for _, b := range a.ResponsibleBodies {
		out.Bodies = append(out.Bodies, body{b.From.Name, modality(b.Modality), notes.of(b.passages)})
	}
	out.Reported = lines(a.Statements, a.Action.Name, notes)
	return out
}

// lines words what is reported of the thing and of what it acts on.
func lines(statements []reported, about string, notes *footnotes) []line {
	var list []line
	for _, r := range statements {
		s := r.Statement
		l := line{Status: words(s.Status), Modality: modality(s.Modality), Wording: s.Wording, Notes: notes.of(s.passages)}
		if r.Via != nil || r.About.Name != about {
			l.About = r.About.Name
		}
		switch {
		case r.Compared != nil && r.Via != nil:
			l.Near = r.Via.To.Name
			l.NearNote = notes.of(*r.Compared)
		case r.Task != "":
			l.Task = "to " + words(r.Task)
		}
		l.Source = s.Document.Name
		switch s.DateIs {
		case "OF_STATE":
			l.When = ", for " + s.Date
		case "OF_DOCUMENT":
			l.When = " of " + s.Date
		default:
			l.When = ", which is undated"
		}
		list = append(list, l)
	}
	return list
}

// meanings are the due states, in the order of the legend.
var meanings = []struct{ name, meaning string }{
	{"REPORTED_DONE", "a document reports the action itself as done"},
	{"DUE_LATER", "the due date is after the date of this report"},
	{"DUE_NOW", "the due date and the date of this report share a day"},
	{"NOT_BEGUN", "the period begins after the date of this report"},
	{"PAST", "the due date is past, and no document says whether it was met"},
	{"PAST_RESULT_REPORTED", "the due date is past; a document reports as there a thing that the action is to make, hold or consider, but not the action as done"},
	{"OVERDUE", "the due date is past, and a later document reports that what was due is not done"},
	{"CONTINUOUS", "the plan calls it continuous and gives no due date"},
	{"RECURRING", "comes round again, without one due date"},
	{"UNSPECIFIED", "the plan gives no date"},
}

// words is an enum value in plain words: "in progress".
func words(value string) string { return strings.ToLower(strings.ReplaceAll(value, "_", " ")) }

// title is an enum value as a heading starts: "Section".
func title(value string) string {
	if value == "" {
		return ""
	}
	return value[:1] + words(value[1:])
}

// modality is how firmly something is put, "" where it is simply so.
func modality(value string) string {
	if value == "ASSERTED" {
		return ""
	}
	return words(value)
}

// footnotes numbers passages in the order in which they are first named.
type footnotes struct {
	numbers map[string]int
	texts   []string
}

// of are the numbers of the passages, ascending, each once.
func (f *footnotes) of(p passages) []int {
	var list []int
	for _, c := range p.Citations {
		text := c.Document.Name + ", " + c.Locator
		number, known := f.numbers[text]
		if !known {
			f.texts = append(f.texts, text)
			number = len(f.texts)
			f.numbers[text] = number
		}
		list = append(list, number)
	}
	slices.Sort(list)
	return slices.Compact(list)
}
