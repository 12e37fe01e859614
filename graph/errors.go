package graph

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"ecpgraph/internal/kg"
	"ecpgraph/internal/requestid"
)

// errorMapper is the one place where errors become what a client sees: a
// message that says what to do, and extensions.code. Faults of ours are masked
// and logged whole under the request's id.
type errorMapper struct{ log *slog.Logger }

// present is a graphql.ErrorPresenterFunc.
func (m errorMapper) present(ctx context.Context, err error) *gqlerror.Error {
	shown := graphql.DefaultErrorPresenter(ctx, err)
	var known *kg.Error
	switch {
	case errors.As(err, &known) && known.Code != kg.Internal:
		shown.Message = known.Message
		setCode(shown, known.Code)
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		shown.Message = "the request was given up before it was answered"
		setCode(shown, kg.Unavailable)
	case shown.Extensions["code"] != nil: // a fault of syntax or validation
	case len(shown.Path) == 0 && shown.Err == nil: // an extension of gqlgen that refuses the request
		setCode(shown, kg.Invalid)
	default:
		m.log.ErrorContext(ctx, "internal error", "error", err, "path", shown.Path.String(), "request_id", requestid.From(ctx))
		mask(ctx, shown)
	}
	if len(shown.Message) > maxMessage { // it repeats a name or a value of the document
		shown.Message = strings.ToValidUTF8(shown.Message[:maxMessage], "") + "…"
	}
	return shown
}

// maxMessage is how many bytes of a message a client gets.
const maxMessage = 1000

// recover is a graphql.RecoverFunc. A panic with an error of the graph is how
// package model reports it; any other is logged whole, and what is returned for
// it is masked by present.
func (m errorMapper) recover(ctx context.Context, fault any) error {
	var known *kg.Error
	if err, ok := fault.(error); ok && errors.As(err, &known) {
		return err
	}
	m.log.ErrorContext(ctx, "panic", "fault", fmt.Sprint(fault), "stack", string(debug.Stack()), "request_id", requestid.From(ctx))
	return errPanic
}

var errPanic = errors.New("a resolver panicked")

func mask(ctx context.Context, shown *gqlerror.Error) {
	shown.Message = "internal error"
	if id := requestid.From(ctx); id != "" {
		shown.Message += "; the log tells more under request id " + id
	}
	setCode(shown, kg.Internal)
}

func setCode(shown *gqlerror.Error, code kg.Code) {
	if shown.Extensions == nil {
		shown.Extensions = map[string]any{}
	}
	shown.Extensions["code"] = string(code)
}
