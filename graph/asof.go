package graph

import (
	"context"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"ecpgraph/internal/kg"
	"ecpgraph/internal/records"
)

// asOf is the view that the operation is to be answered from: the one given, or
// the one before it that the directive @asOf names. An error has the place of
// the directive, and below it one of code Invalid where the arguments are wrong,
// else as of records.Past.
func asOf(ctx context.Context, view records.View, o *graphql.OperationContext) (records.View, error) {
	d := o.Operation.Directives.ForName("asOf")
	if d == nil {
		return view, nil
	}
	past, err := readAsOf(ctx, view, d.ArgumentMap(o.Variables))
	if err != nil {
		fault := gqlerror.WrapPath(nil, err)
		fault.Locations = []gqlerror.Location{{Line: d.Position.Line, Column: d.Position.Column}}
		return view, fault
	}
	past.Pinned = true
	return past, nil
}

func readAsOf(ctx context.Context, view records.View, given map[string]any) (records.View, error) {
	revision, instant := given["revision"], given["time"]
	switch {
	case (revision == nil) == (instant == nil):
		return view, kg.Invalidf(`@asOf: give either the revision or the time, such as @asOf(revision: 12) or @asOf(time: "2026-11-29")`)
	case view.Past == nil:
		return view, kg.Errorf(kg.Unavailable, "@asOf: earlier revisions cannot be read here")
	case revision != nil:
		number, err := graphql.UnmarshalInt(revision)
		if err != nil {
			return view, kg.Invalidf("@asOf: revision: %w", err)
		}
		if number < 0 {
			return view, kg.Invalidf("@asOf: revision: %d is negative", number)
		}
		return view.Past.At(ctx, kg.Revision(number))
	}
	text, err := graphql.UnmarshalString(instant)
	if err != nil {
		return view, kg.Invalidf("@asOf: time: %w", err)
	}
	until, err := parseInstant(text)
	if err != nil {
		return view, err
	}
	past, err := view.Past.AtTime(ctx, until)
	if err == nil && past.Index.Head().Revision > view.Index.Head().Revision {
		return view, nil // committed since the operation began; all its parts have one view
	}
	return past, err
}

// parseInstant reads an instant of RFC 3339, or a day, which stands for its end
// in UTC.
func parseInstant(text string) (time.Time, error) {
	if instant, err := time.Parse(time.RFC3339, text); err == nil {
		return instant, nil
	}
	day, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return time.Time{}, kg.Invalidf("@asOf: time: %.80q is neither an instant, such as 2026-11-29T14:00:00Z, nor a day, such as 2026-11-29", text)
	}
	return day.AddDate(0, 0, 1).Add(-time.Nanosecond), nil
}
