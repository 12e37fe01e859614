package progress

import (
	"cmp"
	"context"
	"slices"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
)

// MaxStatements is how many statements about one thing a history looks at.
const MaxStatements = 10_000

// DateIs tells what the date of a statement is the date of.
type DateIs string

// What a date is of.
const (
	OfState    DateIs = "OF_STATE"
	OfDocument DateIs = "OF_DOCUMENT"
	Unknown    DateIs = "UNKNOWN"
)

// Statement is that a document reports a thing to be in a state.
type Statement struct {
	Link            index.Link
	Document, About index.Node
	Status          string
	AsOf            kg.PartialDate // of the state, "" where the document gives none
	Date            kg.PartialDate // AsOf, else the date of the document, else ""
	DateIs          DateIs
}

// History is what documents report of one thing.
type History struct {
	Statements []Statement // by date, those without one last, then by document and link
	Total      int         // of all statements, also those beyond MaxStatements
}

// statusReports is the relation by which documents report states, and columns
// that its statements are read from.
type statusReports struct {
	ix           *index.Index
	about        *ontology.End
	status, asOf *index.Column
	date         *index.Column // of documents
}

// newStatusReports is nil where the ontology has no such relation.
func newStatusReports(ix *index.Index) *statusReports {
	relation := ix.Ontology().Relation("ReportsStatusOf")
	if relation == nil {
		return nil
	}
	columns := ix.LinkColumns(relation)
	return &statusReports{
		ix: ix, about: &ontology.End{Relation: relation, Direction: ontology.In},
		status: index.ColumnNamed(columns, "status"), asOf: index.ColumnNamed(columns, "asOf"),
		date: index.ColumnNamed(ix.Columns(ix.Ontology().NodeType(ontology.DocumentType)), "date"),
	}
}

// HistoryOf lists the states that documents report of the node. The error is the
// context's.
func HistoryOf(ctx context.Context, ix *index.Index, n index.Node) (History, error) {
	s := newStatusReports(ix)
	if s == nil {
		return History{}, nil
	}
	return s.of(ctx, n)
}

func (s *statusReports) of(ctx context.Context, n index.Node) (History, error) {
	list := s.ix.Links(n, s.about)
	h := History{Total: list.Len()}
	for e := range list.From(0) {
		if len(h.Statements) == MaxStatements {
			break
		}
		h.Statements = append(h.Statements, s.statement(n, e))
	}
	slices.SortStableFunc(h.Statements, func(a, b Statement) int { return compareDates(a.Date, b.Date) })
	return h, ctx.Err()
}

// compareDates puts "" last.
func compareDates(a, b kg.PartialDate) int {
	if a == "" || b == "" {
		return cmp.Compare(len(b), len(a))
	}
	return a.Compare(b)
}

func (s *statusReports) statement(n index.Node, e index.Edge) Statement {
	made := Statement{Link: e.Link, Document: e.Far, About: n, DateIs: Unknown}
	made.Status, _ = s.status.Plain(s.ix.LinkValue(s.status, e.Link)).(string)
	made.AsOf = dateIn(s.asOf, func(c *index.Column) index.Value { return s.ix.LinkValue(c, e.Link) })
	if made.AsOf != "" {
		made.Date, made.DateIs = made.AsOf, OfState
		return made
	}
	if made.Date = dateIn(s.date, func(c *index.Column) index.Value { return s.ix.Value(c, e.Far) }); made.Date != "" {
		made.DateIs = OfDocument
	}
	return made
}

// dateIn is the date in the column, "" when there is none.
func dateIn(c *index.Column, read func(*index.Column) index.Value) kg.PartialDate {
	if c == nil {
		return ""
	}
	text, _ := c.Plain(read(c)).(string)
	return kg.PartialDate(text)
}
