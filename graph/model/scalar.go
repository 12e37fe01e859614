package model

import (
	"io"

	"github.com/99designs/gqlgen/graphql"

	"ecpgraph/internal/kg"
	"ecpgraph/internal/query"
)

// Text is a value that GraphQL writes as a string or a word: an enum value, a
// partial date, a URL. The ontology has checked it on the way in.
type Text string

// MarshalGQL writes the text as a JSON string.
func (t Text) MarshalGQL(w io.Writer) { graphql.MarshalString(string(t)).MarshalGQL(w) }

// UnmarshalGQL takes a string.
func (t *Text) UnmarshalGQL(v any) error {
	s, ok := v.(string)
	if !ok {
		return kg.Invalidf("%v is not text", v)
	}
	*t = Text(s)
	return nil
}

type (
	// PartialDate is a year, a month or a day, as the ontology checks it.
	PartialDate = Text
	// URL is an absolute web address, as the ontology checks it.
	URL = Text
	// Basis is a kg.Basis.
	Basis = Text
	// Modality is a kg.Modality.
	Modality = Text
	// Direction is OUT, IN or ANY.
	Direction = Text
	// OrderDirection is ASC or DESC.
	OrderDirection = Text
)

// Where is any filter input; package query reads it.
type Where map[string]any

// UnmarshalGQL takes an input object, which GraphQL has checked by its schema.
func (f *Where) UnmarshalGQL(v any) error { return takeObject((*map[string]any)(f), v) }

// MarshalGQL is there because gqlgen asks for it; filters are never written.
func (f Where) MarshalGQL(w io.Writer) { graphql.MarshalMap(f).MarshalGQL(w) }

// OrderBy is one key of an order; package query reads it.
type OrderBy map[string]any

// UnmarshalGQL takes an input object, which GraphQL has checked by its schema.
func (o *OrderBy) UnmarshalGQL(v any) error { return takeObject((*map[string]any)(o), v) }

// MarshalGQL is there because gqlgen asks for it; orders are never written.
func (o OrderBy) MarshalGQL(w io.Writer) { graphql.MarshalMap(o).MarshalGQL(w) }

type (
	// StringFilter is the input of that name.
	StringFilter = Where
	// IntFilter is the input of that name.
	IntFilter = Where
	// BooleanFilter is the input of that name.
	BooleanFilter = Where
	// PartialDateFilter is the input of that name.
	PartialDateFilter = Where
	// BasisFilter is the input of that name.
	BasisFilter = Where
	// ModalityFilter is the input of that name.
	ModalityFilter = Where
	// LinkFilter is the input of that name.
	LinkFilter = Where
	// DatesFilter is the input of that name.
	DatesFilter = Where
)

func takeObject(to *map[string]any, v any) error {
	m, ok := v.(map[string]any)
	if !ok {
		return kg.Invalidf("%v is not an input object", v)
	}
	*to = m
	return nil
}

// args gathers the arguments of a connection.
func args(first *int, after *string, last *int, before *string, where Where, orderBy []OrderBy) query.Args {
	a := query.Args{First: first, After: after, Last: last, Before: before, Where: where}
	for _, o := range orderBy {
		a.OrderBy = append(a.OrderBy, o)
	}
	return a
}

// Properties are the typed readings of a property list: nil where absent.

func textOf(p kg.Props, name string) *string { return optional[string](p, name) }
func boolOf(p kg.Props, name string) *bool   { return optional[bool](p, name) }

func intOf(p kg.Props, name string) *int {
	n, ok := p[name].(int64)
	if !ok {
		return nil
	}
	i := int(n)
	return &i
}

func wordOf(p kg.Props, name string) *Text {
	s, ok := p[name].(string)
	if !ok {
		return nil
	}
	t := Text(s)
	return &t
}

func optional[T any](p kg.Props, name string) *T {
	v, ok := p[name].(T)
	if !ok {
		return nil
	}
	return &v
}

// listOf reads a list by the reading of one element; an absent list is empty.
func listOf[T any](p kg.Props, name string, one func(p kg.Props, name string) *T) []T {
	elements, _ := p[name].([]any)
	list := make([]T, 0, len(elements))
	for _, e := range elements {
		if v := one(kg.Props{name: e}, name); v != nil {
			list = append(list, *v)
		}
	}
	return list
}

// valueOf reads a value type; nil when absent.
func valueOf[T any](p kg.Props, name string, wrap func(kg.Props) *T) *T {
	v, ok := p[name].(kg.Props)
	if !ok {
		return nil
	}
	return wrap(v)
}

// valuesOf reads a list of a value type; an absent list is empty.
func valuesOf[T any](p kg.Props, name string, wrap func(kg.Props) *T) []*T {
	elements, _ := p[name].([]any)
	list := make([]*T, 0, len(elements))
	for _, e := range elements {
		if v, ok := e.(kg.Props); ok {
			list = append(list, wrap(v))
		}
	}
	return list
}
