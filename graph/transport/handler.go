package transport

import (
	"cmp"
	"context"
	"net/http"
	"net/url"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"ecpgraph/graph/buffer"
	"ecpgraph/graph/cache"
	"ecpgraph/internal/kg"
)

// Executor executes operations: gqlgen's executor.Executor.
type Executor interface {
	graphql.GraphExecutor
	// PresentRecoveredError turns what a panic held into an error for clients.
	PresentRecoveredError(ctx context.Context, fault any) error
}

// Options configure a Handler. The zero value of each field is a sound choice.
type Options struct {
	Limits Limits // DefaultLimits when zero

	// Origins besides the server's own that may open a WebSocket, as
	// "https://example.org".
	Origins []string

	// CheckJSON looks at JSON of a request before it is decoded: the body of a
	// POST, variables and extensions of a URL, a WebSocket message. Its error
	// refuses the request; nil lets through all that Limits let through.
	CheckJSON func([]byte) *kg.Error

	// Snapshot returns a context in which every operation reads the same state
	// of the graph, and the name of that state. An operation that is answered in
	// parts is executed in parts, and needs it; so does the cache. Nil says that
	// the state never changes.
	Snapshot func(context.Context) (context.Context, kg.Head)

	// Cache keeps answers to queries; nil keeps none.
	Cache *cache.Cache
}

// Handler answers GraphQL requests.
type Handler struct {
	exec      Executor
	limits    Limits
	hosts     []string
	checkJSON func([]byte) *kg.Error
	snapshot  func(context.Context) (context.Context, kg.Head)
	cache     *cache.Cache
	streams   chan struct{} // one element for each that runs
}

// New returns a handler in front of the executor.
func New(exec Executor, o Options) *Handler {
	if o.Limits == (Limits{}) {
		o.Limits = DefaultLimits()
	}
	if o.Snapshot == nil {
		o.Snapshot = func(ctx context.Context) (context.Context, kg.Head) { return ctx, kg.Head{} }
	}
	if o.CheckJSON == nil {
		o.CheckJSON = func([]byte) *kg.Error { return nil }
	}
	h := &Handler{
		exec: exec, limits: o.Limits, checkJSON: o.CheckJSON, snapshot: o.Snapshot, cache: o.Cache,
		streams: make(chan struct{}, o.Limits.Streams),
	}
	for _, origin := range o.Origins {
		if u, err := url.Parse(origin); err == nil {
			h.hosts = append(h.hosts, u.Host)
		}
	}
	return h
}

// ServeHTTP answers one request, or all that come over one WebSocket.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	x := &exchange{Handler: h, w: w, r: r, accept: parseAccept(r.Header)}
	defer x.lent.Release()
	if isWebSocket(r) {
		x.serveSocket()
		return
	}
	x.kind = x.accept.whole()
	header := w.Header()
	header.Set("Cache-Control", "no-cache")
	header.Add("Vary", "Accept, Accept-Encoding")
	b := buffer.Get()
	no := h.readRequest(w, r, b)
	var params *graphql.RawParams
	if no == nil {
		if answer := x.find(b.Bytes()); answer != nil {
			buffer.Put(b)
			x.give(answer)
			return
		}
		params, no = h.decodeRequest(r, b.Bytes())
	}
	buffer.Put(b)
	x.r = x.r.WithContext(graphql.StartOperationTrace(x.r.Context()))
	switch {
	case no != nil:
		x.refuse(no)
	case x.kind == "":
		x.refuse(refused(http.StatusNotAcceptable, kg.Invalid, "answers come as %s, %s, %s or %s: accept one of them", typeJSON, typeGraphQL, typeEvents, typeMultipart))
	default:
		x.execute(params)
	}
}

// exchange is one request with its answer.
type exchange struct {
	*Handler
	w       http.ResponseWriter
	r       *http.Request
	accept  accepts
	kind    string          // the media type of an answer in one piece; empty when none is acceptable
	request *cache.Request  // nil when the answer is not for the cache
	pinned  context.Context // in which operations read the state that request asks of
	lent    buffer.Scope    // what responses lie in until they are sent
}

func (x *exchange) execute(params *graphql.RawParams) {
	ctx := x.r.Context()
	operation, faults := x.exec.CreateOperationContext(ctx, params)
	if faults != nil {
		x.whole(x.fail(graphql.WithOperationContext(ctx, operation), faults))
		return
	}
	kind := operation.Operation.Operation
	if x.r.Method != http.MethodPost && kind == ast.Mutation {
		x.refuse(refused(http.StatusMethodNotAllowed, kg.Invalid, "mutations come by POST").with("Allow", "POST"))
		return
	}
	if kind == ast.Subscription {
		if !x.accept.names(typeEvents) {
			x.refuse(refused(http.StatusNotAcceptable, kg.Invalid, "the events of a subscription come as %s, or over a WebSocket: accept that, or open one", typeEvents))
			return
		}
		x.events(x.subscribe(withoutDefer(operation)))
		return
	}
	if kind == ast.Query && x.accept.names(typeMultipart) {
		if parts := split(operation); parts != nil {
			x.inParts(ctx, parts)
			return
		}
	}
	if kind == ast.Query && x.request != nil {
		x.shared(operation)
		return
	}
	x.whole(x.run(ctx, withoutDefer(operation)))
}

// run executes a query or a mutation. The response holds as long as the
// exchange.
func (x *exchange) run(ctx context.Context, operation *graphql.OperationContext) *graphql.Response {
	responses, ctx := x.exec.DispatchOperation(buffer.WithScope(ctx, &x.lent), operation)
	if r := responses(ctx); r != nil {
		return r
	}
	// The executor has no response when the context has ended before it began.
	return x.fail(ctx, gqlerror.List{gqlerror.Wrap(cmp.Or(ctx.Err(), context.Canceled))})
}

// fail is the response of a request that is not executed.
func (h *Handler) fail(ctx context.Context, faults gqlerror.List) *graphql.Response {
	return h.exec.DispatchError(ctx, h.cut(faults))
}

// failure is the response to a request that is not even looked at.
func (h *Handler) failure(ctx context.Context, err error) *graphql.Response {
	return h.fail(graphql.WithOperationContext(ctx, &graphql.OperationContext{}), gqlerror.List{gqlerror.Wrap(err)})
}

// refuse answers without executing anything.
func (x *exchange) refuse(no *refusal) {
	if no.header[0] != "" {
		x.w.Header().Set(no.header[0], no.header[1])
	}
	kind, _ := x.accept.json()
	x.json(kind, no.status, x.failure(x.r.Context(), no.err))
}

// whole gives the response in one piece.
func (x *exchange) whole(response *graphql.Response) {
	switch x.kind {
	case typeEvents:
		x.events(once(response))
	case typeMultipart:
		x.onePart(response)
	default:
		x.json(x.kind, statusOf(x.kind, response), response)
	}
}

// persistedQueryNotFound is not a fault of the request but a question to the
// client: it sends the document, too.
const persistedQueryNotFound = "PERSISTED_QUERY_NOT_FOUND"

// statusOf is the HTTP status of a response to a request of good form. As
// application/json it is always 200; the newer media type tells a request that
// was not executed.
func statusOf(kind string, response *graphql.Response) int {
	if kind != typeGraphQL || len(response.Data) > 0 {
		return http.StatusOK
	}
	for _, e := range response.Errors {
		switch e.Extensions["code"] {
		case persistedQueryNotFound:
			return http.StatusOK
		case string(kg.Internal):
			return http.StatusInternalServerError
		case string(kg.Unavailable):
			return http.StatusServiceUnavailable
		}
	}
	return http.StatusBadRequest
}

func (x *exchange) json(kind string, status int, response *graphql.Response) {
	b := buffer.Get()
	defer buffer.Put(b)
	x.answer(b, response, nil)
	encoding := x.encoding(b.Len())
	if encoding == "" {
		x.send(kind, status, encoding, b.Bytes())
		return
	}
	encoded := buffer.Get()
	defer buffer.Put(encoded)
	encoded.Grow(b.Len() / 2)
	x.send(kind, status, encoding, compress(encoded.AvailableBuffer(), encoding, b.Bytes()))
}
