package transport

import (
	"context"

	"github.com/99designs/gqlgen/graphql"

	"ecpgraph/graph/buffer"
)

// An event stream in the form of graphql-sse, distinct connections: `next` with
// a response each, then `complete`. Both have a data line, without which a
// browser's EventSource drops an event. Lines that start with a colon are
// comments.

// respond tells the responses of one operation, one after the other; an error
// ends it.
type respond func(next func(*graphql.Response) error)

// events answers by an event stream. A stream that ends before its operation,
// because the server stops, does not say complete: the client comes back.
func (x *exchange) events(responses respond) {
	if !x.enter() {
		x.refuse(x.tooManyStreams())
		return
	}
	defer x.leave()
	ctx, cancel := context.WithCancel(x.r.Context())
	defer cancel()
	x.r = x.r.WithContext(ctx)
	s := x.start(typeEvents + "; charset=utf-8")
	if s.message([]byte(":\n\n")) != nil { // the client sees that it is connected
		return
	}
	stop := s.whileSilent(ctx, []byte(":\n\n"), cancel)
	defer stop()
	responses(func(r *graphql.Response) error {
		b := buffer.Get()
		defer buffer.Put(b)
		x.answer(b, r, nil)
		return s.message([]byte("event: next\ndata: "), b.Bytes(), []byte("\n\n"))
	})
	if ctx.Err() == nil {
		_ = s.message([]byte("event: complete\ndata: \n\n")) // a client that went away needs no end
	}
}

// subscribe tells the events of a subscription as they come.
func (x *exchange) subscribe(operation *graphql.OperationContext) respond {
	return func(next func(*graphql.Response) error) {
		responses, ctx := x.exec.DispatchOperation(x.r.Context(), operation)
		for {
			r := responses(ctx)
			if r == nil || next(r) != nil {
				return
			}
			if len(r.Data) == 0 { // refused: the executor would say so for ever
				return
			}
		}
	}
}

// once tells one response.
func once(r *graphql.Response) respond {
	return func(next func(*graphql.Response) error) { _ = next(r) }
}
