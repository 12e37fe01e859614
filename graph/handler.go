package graph

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"log/slog"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/executor"
	"github.com/99designs/gqlgen/graphql/handler/extension"
	"github.com/vektah/gqlparser/v2/formatter"

	"ecpgraph/graph/cache"
	"ecpgraph/graph/generated"
	"ecpgraph/graph/limits"
	"ecpgraph/graph/model"
	"ecpgraph/graph/plan"
	"ecpgraph/graph/transport"
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
	// Limits bound what a request may cost; zero means limits.Defaults.
	Limits limits.Settings
	// Trusted is a folder of .graphql files that clients may name by their
	// SHA-256; nil means none.
	Trusted fs.FS
	// WithoutPlans leaves every query to gqlgen's executor: what plans are
	// compared with.
	WithoutPlans bool
	// ResponseCache is how many bytes of answers are kept; 0 means none, and no
	// entity tags.
	ResponseCache int
}

// Handler serves GraphQL.
type Handler struct {
	*transport.Handler
	limiter *limits.Limiter
	answers *cache.Cache // nil for none
}

// Stats are what the caches of a Handler hold and did.
type Stats struct {
	Responses cache.Stats
	limits.Stats
}

// Stats counts.
func (h *Handler) Stats() Stats { return Stats{h.answers.Stats(), h.limiter.Stats()} }

// plansCached is how many plans are remembered.
const plansCached = 1000

// NewHandler serves GraphQL as package transport has it. Each operation answers
// from the root of the graph as it is when the operation starts. A trusted
// document that the schema or the limits refuse is an error.
func NewHandler(g *live.Graph, o Options) (*Handler, error) {
	settings := o.Limits
	if settings == (limits.Settings{}) {
		settings = limits.Defaults()
	}
	schema := executable(resolver{live: g}, g.Root())
	if o.WithoutPlans {
		schema = generated.NewExecutableSchema(generated.Config{Resolvers: resolver{live: g}})
	}
	var trusted *limits.Trusted
	if o.Trusted != nil {
		var err error
		if trusted, err = limits.ReadTrusted(o.Trusted, ".", schema.Schema(), settings); err != nil {
			return nil, err
		}
	}
	e := executor.New(schema)
	h := &Handler{limiter: limits.New(settings, trusted)}
	h.limiter.Limit(e)
	configure(e, o.Logger, g.Root)
	carried := transport.DefaultLimits()
	carried.Body, carried.Errors = int64(settings.BodyBytes), settings.Errors
	if o.ResponseCache > 0 {
		h.answers = cache.New(o.ResponseCache, fmt.Sprintf("%+v", settings))
	}
	h.Handler = transport.New(e, transport.Options{
		Limits:    carried,
		CheckJSON: settings.CheckJSON,
		Origins:   o.Origins,
		Cache:     h.answers,
		Snapshot: func(ctx context.Context) (context.Context, kg.Head) {
			root := g.Root()
			return withSnapshot(ctx, root), root.Head()
		},
	})
	return h, nil
}

// Execute runs one operation of the document against the index, without a
// server. Faults of any kind are in the response's errors.
func Execute(ctx context.Context, ix *index.Index, log *slog.Logger, document, operation string, variables map[string]any) *graphql.Response {
	e := executor.New(executable(resolver{}, ix))
	e.Use(extension.Introspection{})
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
	return plan.Schema(generated.NewExecutableSchema(generated.Config{Resolvers: r}), ix.Ontology(), plansCached)
}

func configure(e *executor.Executor, log *slog.Logger, root func() *index.Index) {
	errs := errorMapper{log}
	e.SetErrorPresenter(errs.present)
	e.SetRecoverFunc(errs.recover)
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
