package graph

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/executor"
	"github.com/99designs/gqlgen/graphql/handler"
	"github.com/99designs/gqlgen/graphql/handler/extension"
	"github.com/99designs/gqlgen/graphql/handler/lru"
	"github.com/99designs/gqlgen/graphql/handler/transport"
	"github.com/coder/websocket"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/formatter"

	"ecpgraph/graph/generated"
	"ecpgraph/graph/model"
	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/live"
)

// Options configure the GraphQL handler. The zero value of each field is a
// sound choice but for the logger, which is needed.
type Options struct {
	Logger *slog.Logger
	// Origins besides the server's own that may open a WebSocket, as
	// "https://example.org".
	Origins []string
}

// What a document may cost before it is looked at, and how much is remembered.
const (
	maxTokens       = 1500
	documentsCached = 1000
)

// NewHandler serves GraphQL over POST, GET, server-sent events and WebSocket
// (graphql-transport-ws). Each operation answers from the root of the graph as
// it is when the operation starts.
func NewHandler(g *live.Graph, o Options) http.Handler {
	s := handler.New(generated.NewExecutableSchema(generated.Config{Resolvers: resolver{live: g}}))
	s.AddTransport(transport.Websocket{
		Implementation:   webSockets(o.Origins),
		InitTimeout:      10 * time.Second,
		PingPongInterval: 20 * time.Second,
	})
	s.AddTransport(eventStream{transport.SSE{KeepAlivePingInterval: 15 * time.Second}})
	s.AddTransport(transport.GET{})
	s.AddTransport(transport.POST{})
	s.SetQueryCache(lru.New[*ast.QueryDocument](documentsCached))
	s.Use(extension.AutomaticPersistedQuery{Cache: lru.New[string](documentsCached)})
	configure(s, o.Logger, g.Root)
	return s
}

// Execute runs one operation of the document against the index, without a
// server. Faults of any kind are in the response's errors.
func Execute(ctx context.Context, ix *index.Index, log *slog.Logger, document, operation string, variables map[string]any) *graphql.Response {
	e := executor.New(generated.NewExecutableSchema(generated.Config{Resolvers: resolver{}}))
	configure(e, log, func() *index.Index { return ix })
	ctx = graphql.StartOperationTrace(ctx)
	operationContext, faults := e.CreateOperationContext(ctx, &graphql.RawParams{
		Query: document, OperationName: operation, Variables: variables,
	})
	if faults != nil {
		return e.DispatchError(graphql.WithOperationContext(ctx, operationContext), faults)
	}
	responses, ctx := e.DispatchOperation(ctx, operationContext)
	return responses(ctx)
}

// runtime is what gqlgen's server and its bare executor have in common.
type runtime interface {
	Use(graphql.HandlerExtension)
	AroundOperations(graphql.OperationMiddleware)
	SetErrorPresenter(graphql.ErrorPresenterFunc)
	SetRecoverFunc(graphql.RecoverFunc)
	SetParserTokenLimit(int)
}

func configure(r runtime, log *slog.Logger, root func() *index.Index) {
	errs := errorMapper{log}
	r.SetErrorPresenter(errs.present)
	r.SetRecoverFunc(errs.recover)
	r.SetParserTokenLimit(maxTokens)
	r.Use(extension.Introspection{})
	r.AroundOperations(func(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
		return next(model.WithView(ctx, root()))
	})
}

// webSockets accepts the newer protocol only, from the server's own origin and
// the origins named.
func webSockets(origins []string) transport.WebsocketImplementation {
	var hosts []string
	for _, origin := range origins {
		if u, err := url.Parse(origin); err == nil {
			hosts = append(hosts, u.Host)
		}
	}
	return transportWS{transport.CoderWebsocketImplementation{
		AcceptOptions: websocket.AcceptOptions{OriginPatterns: hosts},
	}}
}

type transportWS struct {
	transport.CoderWebsocketImplementation
}

// eventStream answers clients that want events and nothing else. Some list
// text/event-stream behind JSON in every request: they get JSON.
type eventStream struct{ transport.SSE }

// Supports asks whether the transport takes the request.
func (s eventStream) Supports(r *http.Request) bool {
	return s.SSE.Supports(r) && !strings.Contains(r.Header.Get("Accept"), "json")
}

const subprotocol = "graphql-transport-ws"

// Accept takes graphql-transport-ws only: not the legacy graphql-ws, which
// gqlgen would also fall back to for a client that names no protocol.
func (t transportWS) Accept(w http.ResponseWriter, r *http.Request, o transport.WebsocketAcceptOptions) (transport.WebsocketConn, error) {
	offered := strings.Split(strings.Join(r.Header.Values("Sec-WebSocket-Protocol"), ","), ",")
	if !slices.ContainsFunc(offered, func(p string) bool { return strings.TrimSpace(p) == subprotocol }) {
		return nil, kg.Invalidf("the client does not offer the subprotocol %s", subprotocol)
	}
	o.Subprotocols = []string{subprotocol}
	return t.CoderWebsocketImplementation.Accept(w, r, o)
}

// SDL is the schema that is served, as one document.
func SDL() string {
	var text bytes.Buffer
	formatter.NewFormatter(&text).FormatSchema(generated.NewExecutableSchema(generated.Config{}).Schema())
	return text.String()
}
