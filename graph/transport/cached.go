package transport

import (
	"bytes"
	"cmp"
	"context"
	"net/http"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"ecpgraph/graph/buffer"
	"ecpgraph/graph/cache"
	"ecpgraph/internal/kg"
)

// anonymous is the role of everybody, as long as nothing asks who calls.
const anonymous = "anonymous"

// find returns the answer to a request that came in the same words before, or
// nil. Only answers in one piece of JSON come from the cache. What it looks for
// is an answer of the graph as it is now; shared executes on that state.
func (x *exchange) find(text []byte) *cache.Answer {
	if x.cache == nil || x.kind != typeJSON && x.kind != typeGraphQL {
		return nil
	}
	way := "URL"
	switch parts := x.accept.names(typeMultipart); { // the same words may be answered in parts
	case x.r.Method == http.MethodPost && parts:
		way = "body, parts"
	case x.r.Method == http.MethodPost:
		way = "body"
	case parts:
		way = "URL, parts"
	}
	var head kg.Head
	x.pinned, head = x.snapshot(x.r.Context())
	x.request = x.cache.Request(cache.Scope{Head: head, Role: anonymous}, way, text)
	return x.request.Find()
}

// shared answers a query from the cache, together with equal requests, or by
// executing it. An answer with errors is for one request alone.
func (x *exchange) shared(operation *graphql.OperationContext) {
	ctx := x.pinned
	var own *graphql.Response
	answer := x.request.Do(ctx, cache.Operation{
		Document: operation.RawQuery, Name: operation.Operation.Name, Variables: operation.Variables,
	}, func() []byte {
		own = x.run(ctx, withoutDefer(operation))
		if len(own.Errors) > 0 || len(own.Data) == 0 {
			return nil
		}
		b := buffer.Get()
		defer buffer.Put(b)
		x.answer(b, own, nil)
		return bytes.Clone(b.Bytes())
	})
	switch {
	case answer != nil:
		x.give(answer)
	case own != nil:
		x.whole(own)
	default: // it was given up while another one was executing
		ctx = graphql.WithOperationContext(ctx, operation)
		x.whole(x.fail(ctx, gqlerror.List{gqlerror.Wrap(cmp.Or(ctx.Err(), context.Canceled))}))
	}
}

// give sends the answer, or tells a client that has it already.
func (x *exchange) give(answer *cache.Answer) {
	encoding := x.encoding(len(answer.Body))
	tag := entityTag(answer, x.kind, encoding)
	x.w.Header().Set("ETag", tag)
	if hasTag(x.r.Header, tag) {
		x.cache.NotModified()
		x.w.WriteHeader(http.StatusNotModified)
		return
	}
	body := answer.Body
	if encoding != "" {
		body = x.cache.Encoded(answer, encoding, func(body []byte) []byte {
			return bytes.Clone(compress(nil, encoding, body))
		})
	}
	x.send(x.kind, http.StatusOK, encoding, body)
}
