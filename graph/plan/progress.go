package plan

import (
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
	"ecpgraph/internal/progress"
	"ecpgraph/internal/query"
	"ecpgraph/internal/records"
)

// statement is a reported state with what is shown of its link.
type statement struct {
	progress.Statement
	link link
}

func newStatement(s progress.Statement) *statement { return &statement{s, link{number: s.Link}} }

// statusHistory is the field for what documents report of a node.
func (c *compiler) statusHistory(g *group) field[*node] {
	child := compile(c, c.schema.Types["StatusHistory"], g.selections, func(g *group) field[*progress.History] {
		switch g.field.Name {
		case "items":
			return computedList(c, g, c.statement(g.selections), func(r *run, h *progress.History) ([]*statement, error) {
				limit, err := r.arguments(g.field).limited("limit", query.MaxPage)
				if err != nil {
					return nil, err
				}
				var list []*statement
				for _, s := range h.Statements[:min(limit, len(h.Statements))] {
					list = append(list, newStatement(s))
				}
				return list, nil
			})
		case "totalCount":
			return count(g, func(_ *run, h *progress.History) int { return h.Total })
		case "truncated":
			return truth(g, func(_ *run, h *progress.History) bool { return h.Total > len(h.Statements) })
		}
		return unknown[*progress.History](g)
	})
	return computed(c, g, child, func(r *run, n *node) (*progress.History, bool, error) {
		h, err := progress.HistoryOf(r.context, r.index, n.number)
		return &h, err == nil, err
	})
}

func (c *compiler) statement(selections ast.SelectionSet) *object[*statement] {
	o := compile(c, c.schema.Types["StatusStatement"], selections, func(g *group) field[*statement] {
		switch g.field.Name {
		case "document":
			return far(c, g, c.ontology.NodeType(ontology.DocumentType), func(_ *run, s *statement) index.Node { return s.Document })
		case "about":
			return far(c, g, nil, func(_ *run, s *statement) index.Node { return s.About })
		case "status":
			return text(g, func(_ *run, s *statement) string { return s.Status })
		case "asOf":
			return textOrNull(g, func(_ *run, s *statement) string { return string(s.AsOf) })
		case "date":
			return textOrNull(g, func(_ *run, s *statement) string { return string(s.Date) })
		case "dateIs":
			return text(g, func(_ *run, s *statement) string { return string(s.DateIs) })
		case "link":
			return one(g, c.link(g.selections), func(_ *run, s *statement) (*link, bool) { return &s.link, true })
		}
		return linkField(c, g, func(s *statement) *link { return &s.link })
	})
	return o.reading(func(r *run, s *statement) { r.records.Link(s.link.number, &s.link.record) })
}

// progressReport is what the field of that name answers.
type progressReport struct {
	*progress.Report
	asOf       kg.PartialDate
	plan       node
	statements []*reported
	sections   []*progressSection
}

type progressSection struct {
	*progress.Section
	node, version node
	statements    []*reported
	actions       []*progressAction
}

type progressAction struct {
	*progress.Action
	asOf       kg.PartialDate
	node       node
	bodies     []link
	statements []*reported
}

// reported is a statement with the link by which an action acts on its thing.
type reported struct {
	progress.Reported
	statement     *statement
	via, compared link
}

func reportedOf(statements []progress.Reported) []*reported {
	list := make([]*reported, len(statements))
	for i, s := range statements {
		list[i] = &reported{Reported: s, statement: newStatement(s.Statement), via: link{number: s.Via}, compared: link{number: s.Compared}}
	}
	return list
}

// progressReport is the field for how a plan stands.
func (c *compiler) progressReport(g *group) field[*node] {
	child := compile(c, c.schema.Types["ProgressReport"], g.selections, func(g *group) field[*progressReport] {
		switch g.field.Name {
		case "plan":
			return one(g, c.node(c.ontology.NodeType("ActionPlan"), g.selections), func(_ *run, p *progressReport) (*node, bool) { return &p.plan, true })
		case "asOf":
			return textOrNull(g, func(_ *run, p *progressReport) string { return string(p.asOf) })
		case "statements":
			return members(g, c.reported(g), func(p *progressReport) []*reported { return p.statements })
		case "sections":
			return members(g, c.progressSection(g), func(p *progressReport) []*progressSection { return p.sections })
		case "actionCount":
			return count(g, func(_ *run, p *progressReport) int { return p.Actions })
		case "truncated":
			return truth(g, func(_ *run, p *progressReport) bool { return p.Truncated })
		}
		return unknown[*progressReport](g)
	})
	return computed(c, g, child, func(r *run, n *node) (*progressReport, bool, error) {
		asOf, err := r.arguments(g.field).date("asOf")
		if err != nil {
			return nil, false, err
		}
		made, err := progress.Of(r.context, r.index, n.number)
		if err != nil {
			return nil, false, err
		}
		p := &progressReport{Report: made, asOf: asOf, plan: node{number: n.number}, statements: reportedOf(made.Statements)}
		for i := range made.Sections {
			s := &made.Sections[i]
			section := &progressSection{Section: s, node: node{number: s.Node}, version: node{number: s.Version}, statements: reportedOf(s.Statements)}
			for j := range s.Actions {
				section.actions = append(section.actions, newProgressAction(&s.Actions[j], asOf))
			}
			p.sections = append(p.sections, section)
		}
		return p, true, nil
	})
}

func newProgressAction(a *progress.Action, asOf kg.PartialDate) *progressAction {
	action := &progressAction{Action: a, asOf: asOf, node: node{number: a.Node}, statements: reportedOf(a.Statements)}
	for _, l := range a.Bodies {
		action.bodies = append(action.bodies, link{number: l})
	}
	return action
}

func (c *compiler) progressSection(g *group) *object[*progressSection] {
	return compile(c, c.schema.Types["ProgressSection"], g.selections, func(g *group) field[*progressSection] {
		switch g.field.Name {
		case "section":
			return one(g, c.node(c.ontology.NodeType("PlanSection"), g.selections), func(_ *run, s *progressSection) (*node, bool) { return &s.node, true })
		case "version":
			return one(g, c.node(c.ontology.NodeType("PlanVersion"), g.selections), func(_ *run, s *progressSection) (*node, bool) { return &s.version, s.HasVersion })
		case "statements":
			return members(g, c.reported(g), func(s *progressSection) []*reported { return s.statements })
		case "actions":
			return members(g, c.progressAction(g), func(s *progressSection) []*progressAction { return s.actions })
		}
		return unknown[*progressSection](g)
	})
}

func (c *compiler) progressAction(g *group) *object[*progressAction] {
	t := c.ontology.NodeType("Action")
	recordOf := func(a *progressAction) records.Record { return a.node.record }
	o := compile(c, c.schema.Types["ProgressAction"], g.selections, func(g *group) field[*progressAction] {
		switch name := g.field.Name; name {
		case "action":
			return one(g, c.node(t, g.selections), func(_ *run, a *progressAction) (*node, bool) { return &a.node, true })
		case "responsibleBodies":
			return many(g, c.link(g.selections), func(a *progressAction) int { return len(a.bodies) }, func(a *progressAction, i int) *link { return &a.bodies[i] })
		case "unnamedBodies", "timeframe":
			place := fieldAt(t.Fields, name)
			return property(c, g, t.Fields[place], place+1, recordOf)
		case "due":
			return textOrNull(g, func(_ *run, a *progressAction) string { return string(a.Timeframe.Due()) })
		case "state":
			f := textOrNull(g, func(r *run, a *progressAction) string { return string(a.state(r)) })
			f.reads = true
			return f
		case "statements":
			return members(g, c.reported(g), func(a *progressAction) []*reported { return a.statements })
		case "citations":
			return citations(c, g, recordOf)
		}
		return unknown[*progressAction](g)
	})
	return o.reading(func(r *run, a *progressAction) {
		r.records.Node(a.node.number, &a.node.record)
		for _, s := range a.statements {
			if s.HasVia {
				r.records.Link(s.via.number, &s.via.record)
			}
		}
	})
}

// state is how the action stands; the records of the links by which it acts on
// things are there.
func (a *progressAction) state(r *run) progress.DueState {
	evidence := make([]progress.Evidence, len(a.statements))
	for i, s := range a.statements {
		part := progress.Itself
		switch {
		case s.HasCompared:
			part = progress.Used
		case s.HasVia:
			part = progress.PartOf(r.index.LinkRelation(s.Via).Name, strings.Trim(string(s.task(r)), `"`))
		}
		evidence[i] = progress.Evidence{
			Part: part, Thing: r.index.NodeID(s.About), Status: s.Status,
			Asserted: r.index.LinkModality(s.Link) == kg.Asserted, Date: s.Date,
		}
	}
	return progress.StateOf(a.asOf, a.Timeframe, evidence)
}

// task is the word for what the action is to do with the thing, in JSON; nil
// where there is none.
func (s *reported) task(r *run) []byte {
	if !s.HasVia {
		return nil
	}
	place := fieldAt(r.index.LinkRelation(s.Via).Fields, "task")
	if place < 0 {
		return nil
	}
	return s.via.record.JSON(place + 1)
}

func (c *compiler) reported(g *group) *object[*reported] {
	o := compile(c, c.schema.Types["ProgressStatement"], g.selections, func(g *group) field[*reported] {
		switch g.field.Name {
		case "about":
			return far(c, g, nil, func(_ *run, s *reported) index.Node { return s.About })
		case "via":
			return one(g, c.link(g.selections), func(_ *run, s *reported) (*link, bool) { return &s.via, s.HasVia })
		case "compared":
			return one(g, c.link(g.selections), func(_ *run, s *reported) (*link, bool) { return &s.compared, s.HasCompared })
		case "task":
			f := scalar(g, func(r *run, b []byte, s *reported) ([]byte, bool) {
				task := s.task(r)
				return append(b, task...), task != nil
			})
			f.reads = true
			return f
		case "statement":
			return one(g, c.statement(g.selections), func(_ *run, s *reported) (*statement, bool) { return s.statement, true })
		}
		return unknown[*reported](g)
	})
	return o.reading(func(r *run, s *reported) {
		if s.HasVia {
			r.records.Link(s.via.number, &s.via.record)
		}
	})
}
