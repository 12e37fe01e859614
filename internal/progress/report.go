package progress

import (
	"cmp"
	"context"
	"slices"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
)

// What a report holds at most.
const (
	MaxActions         = 10_000
	MaxSections        = 10_000
	maxReportStatement = 50_000
)

// Report is the actions of a plan, section by section, with what documents
// report of them.
type Report struct {
	Plan       index.Node
	Statements []Reported // of the plan and its versions
	Sections   []Section
	Actions    int // in all sections
	Truncated  bool
}

// Section is a section of the plan.
type Section struct {
	Node       index.Node
	Version    index.Node // that it is in,
	HasVersion bool       // unless documents give it the plan itself
	Statements []Reported
	Actions    []Action // by number
}

// Action is an action of the plan.
type Action struct {
	Node       index.Node
	Bodies     []index.Link // from the bodies that answer for it
	Timeframe  Timeframe
	Statements []Reported // of the action, then of what it acts on
}

// Reported is a statement of the plan, of a section, of an action, or of what an
// action acts on.
type Reported struct {
	Statement
	Via         index.Link // by which the action acts on the thing
	HasVia      bool       // false of a statement about plan, section or action itself
	Compared    index.Link // between the thing that the action acts on and that of the statement
	HasCompared bool       // false where they are the same
}

// actsOn are the relations by which an action acts on what documents report of.
var actsOn = []string{"ActsOnTool", "ActsOnToolGroup", "ActsOnEvent", "ActsOnProgramme", "ActsOnWorkProgramme"}

// reporter makes a report.
type reporter struct {
	ctx      context.Context
	ix       *index.Index
	statuses *statusReports
	report   *Report
	left     int // statements that there is room for
}

// Of makes the report of the plan, a node of the type ActionPlan. The error is
// the context's.
func Of(ctx context.Context, ix *index.Index, plan index.Node) (*Report, error) {
	r := &reporter{ctx: ctx, ix: ix, statuses: newStatusReports(ix), report: &Report{Plan: plan}, left: maxReportStatement}
	r.report.Statements = r.reported(plan)
	versions := r.far(plan, "versions")
	r.sort(versions, "date")
	for _, v := range versions {
		r.report.Statements = append(r.report.Statements, r.reported(v)...)
	}
	seen := map[index.Node]bool{}
	for _, v := range versions {
		r.sections(r.far(v, "sections"), Section{Version: v, HasVersion: true}, seen)
	}
	r.sections(r.far(plan, "sections"), Section{}, seen)
	return r.report, ctx.Err()
}

// sections adds the sections of one version, each strand after the part that it
// lies in.
func (r *reporter) sections(list []index.Node, of Section, seen map[index.Node]bool) {
	r.sort(list, "number")
	var add func(n index.Node)
	add = func(n index.Node) {
		if seen[n] || r.ctx.Err() != nil {
			return
		}
		if len(r.report.Sections) == MaxSections {
			r.report.Truncated = true
			return
		}
		seen[n] = true
		of.Node = n
		of.Statements, of.Actions = r.reported(n), r.actions(n)
		r.report.Sections = append(r.report.Sections, of)
		strands := r.far(n, "strands")
		r.sort(strands, "number")
		for _, s := range strands {
			add(s)
		}
	}
	listed := map[index.Node]bool{}
	for _, n := range list {
		listed[n] = true
	}
	for _, n := range list {
		if !slices.ContainsFunc(r.far(n, "within"), func(whole index.Node) bool { return listed[whole] }) {
			add(n)
		}
	}
	for _, n := range list {
		add(n) // that lie in one another
	}
}

func (r *reporter) actions(section index.Node) []Action {
	nodes := r.far(section, "actions")
	r.sort(nodes, "number")
	var list []Action
	for _, n := range nodes {
		if r.report.Actions == MaxActions {
			r.report.Truncated = true
			break
		}
		r.report.Actions++
		a := Action{Node: n, Statements: r.reported(n)}
		for e := range r.edges(n, "responsibleBodies") {
			a.Bodies = append(a.Bodies, e.Link)
		}
		a.Timeframe = Timeframe{
			Kind: r.value(n, "timeframe.kind"), Start: kg.PartialDate(r.value(n, "timeframe.start")), End: kg.PartialDate(r.value(n, "timeframe.end")),
		}
		for _, name := range actsOn {
			relation := r.ix.Ontology().Relation(name)
			if relation == nil {
				continue
			}
			for e := range r.ix.Links(n, &ontology.End{Relation: relation, Direction: ontology.Out}).From(0) {
				a.Statements = append(a.Statements, r.actedOn(e)...)
			}
		}
		list = append(list, a)
	}
	return list
}

// actedOn lists what documents report of the thing that an action acts on, and
// then of what that is compared with: the documents name both in near words and
// do not say whether they are one.
func (r *reporter) actedOn(e index.Edge) []Reported {
	list := r.reported(e.Far)
	for _, field := range []string{"comparedWith", "comparedFrom"} {
		for near := range r.edges(e.Far, field) {
			for _, s := range r.reported(near.Far) {
				s.Compared, s.HasCompared = near.Link, true
				list = append(list, s)
			}
		}
	}
	for i := range list {
		list[i].Via, list[i].HasVia = e.Link, true
	}
	return list
}

// reported lists what documents report of the node.
func (r *reporter) reported(n index.Node) []Reported {
	if r.statuses == nil || r.ctx.Err() != nil {
		return nil
	}
	h, _ := r.statuses.of(r.ctx, n)
	if h.Total > len(h.Statements) || len(h.Statements) > r.left {
		r.report.Truncated = true
		h.Statements = h.Statements[:min(len(h.Statements), r.left)]
	}
	r.left -= len(h.Statements)
	list := make([]Reported, len(h.Statements))
	for i, s := range h.Statements {
		list[i].Statement = s
	}
	return list
}

// edges are the links of the node along the relation field of that name.
func (r *reporter) edges(n index.Node, field string) func(func(index.Edge) bool) {
	end := r.ix.NodeType(n).End(field)
	if end == nil {
		return func(func(index.Edge) bool) {}
	}
	return r.ix.Links(n, end).From(0)
}

// far lists the nodes that the relation field leads to, each once.
func (r *reporter) far(n index.Node, field string) []index.Node {
	var list []index.Node
	for e := range r.edges(n, field) {
		if len(list) == 0 || list[len(list)-1] != e.Far { // links to one node follow one another
			list = append(list, e.Far)
		}
		if len(list) > MaxSections+MaxActions {
			break
		}
	}
	return list
}

// value is the node's value in the column, "" when it has none.
func (r *reporter) value(n index.Node, column string) string {
	c := index.ColumnNamed(r.ix.Columns(r.ix.NodeType(n)), column)
	if c == nil {
		return ""
	}
	return string(c.AppendText(nil, r.ix.Value(c, n)))
}

// sort orders nodes of one type by the column, those without a value last, then
// by id.
func (r *reporter) sort(list []index.Node, column string) {
	if len(list) == 0 {
		return
	}
	c := index.ColumnNamed(r.ix.Columns(r.ix.NodeType(list[0])), column)
	slices.SortFunc(list, func(a, b index.Node) int {
		if c == nil {
			return r.ix.CompareNodes(a, b)
		}
		return cmp.Or(r.ix.Value(c, a).Compare(r.ix.Value(c, b)), r.ix.CompareNodes(a, b))
	})
}
