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
	"github.com/vektah/gqlparser/v2/gqlerror"

	"ecpgraph/graph/cache"
	"ecpgraph/graph/generated"
	"ecpgraph/graph/limits"
	"ecpgraph/graph/model"
	"ecpgraph/graph/plan"
	"ecpgraph/graph/transport"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/live"
	"ecpgraph/internal/records"
	"ecpgraph/internal/sources"
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
	// Sources are the texts that citations are compared with; nil means none.
	Sources *sources.Texts
	// Explain lets requests ask how they were answered; see plan.WithExplain. No
	// answers are kept then.
	Explain bool
}

// Handler serves GraphQL.
type Handler struct {
	*transport.Handler
	graph   *live.Graph
	limiter *limits.Limiter
	plans   *plan.Cache
	answers *cache.Cache // nil for none
}

// Stats are what the caches of a Handler hold and did.
type Stats struct {
	Responses cache.Stats
	Plans     cache.Usage
	Records   records.Stats
	limits.Stats
}

// Stats counts.
func (h *Handler) Stats() Stats {
	return Stats{h.answers.Stats(), h.plans.Usage(), h.graph.View().Records.Stats(), h.limiter.Stats()}
}

// NewHandler serves GraphQL as package transport has it. Each operation answers
// from the root of the graph as it is when the operation starts. A trusted
// document that the schema or the limits refuse is an error.
func NewHandler(g *live.Graph, o Options) (*Handler, error) {
	settings := o.Limits
	if settings == (limits.Settings{}) {
		settings = limits.Defaults()
	}
	plans := plan.NewCache()
	schema := generated.NewExecutableSchema(generated.Config{Resolvers: resolver{live: g}})
	if !o.WithoutPlans {
		schema = plan.Schema(schema, g.Root().Ontology(), plans)
	}
	var trusted *limits.Trusted
	if o.Trusted != nil {
		var err error
		if trusted, err = limits.ReadTrusted(o.Trusted, ".", schema.Schema(), settings); err != nil {
			return nil, err
		}
	}
	e := executor.New(schema)
	h := &Handler{graph: g, limiter: limits.New(settings, trusted), plans: plans}
	h.limiter.Limit(e)
	configure(e, o.Logger, g.View)
	e.AroundOperations(func(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
		return next(sources.With(ctx, o.Sources))
	})
	if o.Explain {
		o.ResponseCache = 0
		e.AroundOperations(func(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
			return next(plan.WithExplain(ctx))
		})
	}
	carried := transport.DefaultLimits()
	carried.Body, carried.Errors = int64(settings.BodyBytes), settings.Errors
	if o.ResponseCache > 0 {
		h.answers = cache.New(o.ResponseCache, fmt.Sprintf("%+v %s", settings, o.Sources.Digest()))
	}
	h.Handler = transport.New(e, transport.Options{
		Limits:    carried,
		CheckJSON: settings.CheckJSON,
		Origins:   o.Origins,
		Cache:     h.answers,
		Snapshot: func(ctx context.Context) (context.Context, kg.Head) {
			view := g.View()
			return withSnapshot(ctx, view), view.Index.Head()
		},
	})
	return h, nil
}

// Execute runs one operation of the document against the view, without a
// server; citations are compared with the texts that sources.With gave. Faults
// of any kind are in the response's errors.
func Execute(ctx context.Context, view records.View, log *slog.Logger, document, operation string, variables map[string]any) *graphql.Response {
	schema := generated.NewExecutableSchema(generated.Config{Resolvers: resolver{}})
	e := executor.New(plan.Schema(schema, view.Index.Ontology(), plan.NewCache()))
	e.Use(extension.Introspection{})
	configure(e, log, func() records.View { return view })
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

func configure(e *executor.Executor, log *slog.Logger, current func() records.View) {
	errs := errorMapper{log}
	e.SetErrorPresenter(errs.present)
	e.SetRecoverFunc(errs.recover)
	e.AroundOperations(func(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
		view, held := ctx.Value(snapshotKey{}).(records.View)
		if !held {
			view = current()
		}
		view, err := asOf(ctx, view, graphql.GetOperationContext(ctx))
		if err == nil {
			view, err = plan.Inferred(graphql.GetOperationContext(ctx), view)
		}
		if err != nil {
			return graphql.OneShot(&graphql.Response{Errors: gqlerror.List{errs.present(ctx, err)}})
		}
		return next(model.WithView(ctx, view))
	})
	e.AroundResponses(new(state).tell)
}

type snapshotKey struct{}

// withSnapshot returns a context whose operations all answer from the one
// view.
func withSnapshot(ctx context.Context, view records.View) context.Context {
	return context.WithValue(ctx, snapshotKey{}, view)
}

// SDL is the schema that is served, as one document.
func SDL() string {
	var text bytes.Buffer
	formatter.NewFormatter(&text).FormatSchema(generated.NewExecutableSchema(generated.Config{}).Schema())
	return text.String()
}
