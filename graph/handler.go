package graph

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/executor"
	"github.com/99designs/gqlgen/graphql/handler/extension"
	"github.com/99designs/gqlgen/graphql/handler/lru"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/formatter"

	"ecpgraph/graph/generated"
	"ecpgraph/graph/model"
	"ecpgraph/graph/plan"
	"ecpgraph/graph/transport"
	"ecpgraph/internal/index"
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

// NewHandler serves GraphQL as package transport has it. Each operation answers
// from the root of the graph as it is when the operation starts.
func NewHandler(g *live.Graph, o Options) http.Handler {
	e := executor.New(executable(resolver{live: g}, g.Root()))
	e.SetQueryCache(lru.New[*ast.QueryDocument](documentsCached))
	e.Use(extension.AutomaticPersistedQuery{Cache: lru.New[string](documentsCached)})
	configure(e, o.Logger, g.Root)
	return transport.New(e, transport.Options{
		Origins:  o.Origins,
		Snapshot: func(ctx context.Context) context.Context { return withSnapshot(ctx, g.Root()) },
	})
}

// Execute runs one operation of the document against the index, without a
// server. Faults of any kind are in the response's errors.
func Execute(ctx context.Context, ix *index.Index, log *slog.Logger, document, operation string, variables map[string]any) *graphql.Response {
	e := executor.New(executable(resolver{}, ix))
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

// executable is the schema whose queries run by plans, and all else by gqlgen.
func executable(r resolver, ix *index.Index) graphql.ExecutableSchema {
	return plan.Schema(generated.NewExecutableSchema(generated.Config{Resolvers: r}), ix.Ontology(), documentsCached)
}

func configure(e *executor.Executor, log *slog.Logger, root func() *index.Index) {
	errs := errorMapper{log}
	e.SetErrorPresenter(errs.present)
	e.SetRecoverFunc(errs.recover)
	e.SetParserTokenLimit(maxTokens)
	e.Use(extension.Introspection{})
	e.AroundOperations(func(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
		view, held := ctx.Value(snapshotKey{}).(*index.Index)
		if !held {
			view = root()
		}
		return next(model.WithView(ctx, view))
	})
}

type snapshotKey struct{}

// withSnapshot returns a context whose operations all answer from the one
// index.
func withSnapshot(ctx context.Context, ix *index.Index) context.Context {
	return context.WithValue(ctx, snapshotKey{}, ix)
}

// SDL is the schema that is served, as one document.
func SDL() string {
	var text bytes.Buffer
	formatter.NewFormatter(&text).FormatSchema(generated.NewExecutableSchema(generated.Config{}).Schema())
	return text.String()
}
