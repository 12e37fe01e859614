package limits

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/errcode"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/parser"
	"github.com/vektah/gqlparser/v2/validator/rules"

	"ecpgraph/graph/cache"
	"ecpgraph/internal/kg"
)

// Limiter holds a gqlgen executor to the settings. It is an extension that stands
// for gqlgen's AutomaticPersistedQuery, Introspection and
// FixedComplexityLimit, and keeps the executor's documents.
type Limiter struct {
	settings  Settings
	trusted   *Trusted
	documents *Cache[*ast.QueryDocument]
	persisted *Cache[string]
	costs     *costs
}

var _ interface {
	graphql.HandlerExtension
	graphql.OperationParameterMutator
	graphql.OperationContextMutator
	graphql.OperationInterceptor
	graphql.ResponseInterceptor
	graphql.FieldInterceptor
} = &Limiter{}

// New makes a limiter. Trusted may be nil.
func New(s Settings, trusted *Trusted) *Limiter {
	return &Limiter{
		settings:  s,
		trusted:   trusted,
		documents: NewCache(s.DocumentCacheBytes, s.DocumentBytes, documentBytes),
		persisted: NewCache(s.PersistedCacheBytes, s.DocumentBytes, func(text string) int { return len(text) }),
		costs:     newCosts(),
	}
}

// Executor is what a Limiter has to know of gqlgen's executor.Executor.
type Executor interface {
	Use(graphql.HandlerExtension)
	SetQueryCache(graphql.Cache[*ast.QueryDocument])
	SetParserTokenLimit(int)
	SetDisableSuggestion(bool)
	SetDefaultRulesFn(func() *rules.Rules)
}

// Limit puts the limiter into the executor.
func (l *Limiter) Limit(e Executor) {
	e.Use(l)
	e.SetQueryCache(l.documents)
	e.SetParserTokenLimit(l.settings.Tokens)
	e.SetDefaultRulesFn(l.settings.rules)
	e.SetDisableSuggestion(true) // gqlgen's own; see rules
}

// Stats are what the caches hold and did.
type Stats struct {
	Documents cache.Usage // parsed and valid documents
	Persisted cache.Usage // documents that clients registered by hash
	Costs     cache.Usage // of operations
}

// Stats counts.
func (l *Limiter) Stats() Stats {
	return Stats{l.documents.Usage(), l.persisted.Usage(), l.costs.operations.Usage()}
}

// ExtensionName is part of graphql.HandlerExtension.
func (l *Limiter) ExtensionName() string { return "Limits" }

// Validate is part of graphql.HandlerExtension.
func (l *Limiter) Validate(graphql.ExecutableSchema) error { return nil }

// MutateOperationParameters finds the document that a hash stands for, and
// refuses what is over the limits before gqlgen parses and validates it.
func (l *Limiter) MutateOperationParameters(ctx context.Context, request *graphql.RawParams) *gqlerror.Error {
	bounds := jsonBounds{settings: &l.settings}
	fault := bounds.text(request.OperationName)
	if fault == nil && len(request.Variables) > 0 {
		fault = bounds.check(request.Variables, 0)
	}
	if fault == nil && len(request.Extensions) > 0 {
		fault = bounds.check(request.Extensions, 0)
	}
	if fault == nil && len(request.Query) > l.settings.DocumentBytes {
		fault = l.settings.checkText(request.Query)
	}
	if fault != nil {
		return refuse(fault)
	}
	register, refusal := l.resolve(ctx, request)
	if refusal != nil {
		return refusal
	}
	if _, known := l.documents.Get(ctx, request.Query); !known {
		if refusal := l.checkDocument(request.Query); refusal != nil {
			return refusal
		}
	}
	if register != "" {
		l.persisted.Add(ctx, register, request.Query)
	}
	return nil
}

func (l *Limiter) checkDocument(text string) *gqlerror.Error {
	if fault := l.settings.checkText(text); fault != nil {
		return refuse(fault)
	}
	doc, err := parser.ParseQuery(&ast.Source{Input: text})
	if err != nil {
		var fault *gqlerror.Error
		if !errors.As(err, &fault) {
			fault = gqlerror.Wrap(err)
		}
		errcode.Set(fault, errcode.ParseFailed)
		return l.settings.tell(fault)
	}
	return l.settings.checkDocument(doc)
}

// resolve puts the text in the place of its hash. It returns the hash when the
// client gave both, to be remembered if the text is sound.
func (l *Limiter) resolve(ctx context.Context, request *graphql.RawParams) (register string, refusal *gqlerror.Error) {
	key, given, fault := persistedHash(request.Extensions)
	if fault != nil {
		return "", refuse(fault)
	}
	if given && request.Query == "" {
		text, found := l.trusted.document(key)
		if !found && !l.settings.TrustedOnly {
			if text, found = l.persisted.Get(ctx, key); !found {
				refusal := gqlerror.Errorf("PersistedQueryNotFound")
				errcode.Set(refusal, "PERSISTED_QUERY_NOT_FOUND")
				return "", refusal
			}
		}
		if !found {
			return "", l.distrust()
		}
		request.Query = text
		return "", nil
	}
	if !given && !l.settings.TrustedOnly {
		return "", nil
	}
	sum := hash(request.Query)
	if given && sum != key {
		return "", refuse(kg.Invalidf("extensions.persistedQuery.sha256Hash is not the SHA-256 of the query"))
	}
	if _, trusted := l.trusted.document(sum); trusted {
		return "", nil
	}
	if l.settings.TrustedOnly {
		return "", l.distrust()
	}
	return sum, nil
}

func (l *Limiter) distrust() *gqlerror.Error {
	return refuse(kg.Invalidf("this server answers trusted documents only, and this is none of them (setting trusted-only)"))
}

// persistedHash reads extensions.persistedQuery, as clients with automatic
// persisted queries send it.
func persistedHash(extensions map[string]any) (hash string, given bool, fault *kg.Error) {
	value, given := extensions["persistedQuery"]
	if !given || value == nil {
		return "", false, nil
	}
	fields, ok := value.(map[string]any)
	if !ok {
		return "", false, kg.Invalidf("extensions.persistedQuery is no object")
	}
	if version := fmt.Sprint(fields["version"]); version != "1" {
		return "", false, kg.Invalidf("extensions.persistedQuery.version is not 1, the only one there is")
	}
	hash, ok = fields["sha256Hash"].(string)
	if !ok || len(hash) != 64 || strings.Trim(hash, "0123456789abcdefABCDEF") != "" {
		return "", false, kg.Invalidf("extensions.persistedQuery.sha256Hash is no SHA-256 in hex")
	}
	return strings.ToLower(hash), true, nil
}

// Cost is what an operation may answer, as extensions.cost tells it.
type Cost struct {
	Requested int `json:"requested"` // objects; ten plain values count as one
	Limit     int `json:"limit"`
}

const costOf = "Limits.cost"

// MutateOperationContext refuses an operation that may answer too much.
func (l *Limiter) MutateOperationContext(_ context.Context, o *graphql.OperationContext) *gqlerror.Error {
	o.DisableIntrospection = !l.settings.Introspection
	cost := Cost{l.costs.of(&l.settings, o), l.settings.Cost}
	o.Stats.SetExtension(costOf, cost)
	if cost.Requested > cost.Limit {
		return refuse(exceeded("limit-cost", cost.Limit, cost.Requested,
			"the operation may answer %s objects: ask for smaller pages with first, or for less in each"))
	}
	return nil
}

// errTimeout is the cause of a deadline of ours.
var errTimeout = errors.New("the operation took too long")

// InterceptOperation sets the deadline of a query or mutation.
func (l *Limiter) InterceptOperation(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
	timeout, setting := l.settings.QueryTimeout, "limit-query-timeout"
	switch graphql.GetOperationContext(ctx).Operation.Operation {
	case ast.Mutation:
		timeout, setting = l.settings.MutationTimeout, "limit-mutation-timeout"
	case ast.Subscription:
		return next(ctx)
	}
	ctx, cancel := context.WithTimeoutCause(ctx, timeout, errTimeout)
	responses := next(ctx)
	return func(given context.Context) *graphql.Response {
		response := responses(given)
		if errors.Is(context.Cause(ctx), errTimeout) {
			response = &graphql.Response{Errors: gqlerror.List{timedOut(timeout, setting)}}
		}
		if response == nil || response.HasNext == nil || !*response.HasNext {
			cancel()
		}
		return response
	}
}

func timedOut(timeout time.Duration, setting string) *gqlerror.Error {
	return refuse(kg.Errorf(kg.Limit, "the operation took longer than the %v that it may (setting %s)", timeout, setting))
}

// InterceptField stops at the deadline, which gqlgen does not look at itself.
func (l *Limiter) InterceptField(ctx context.Context, next graphql.Resolver) (any, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return next(ctx)
}

// InterceptResponse tells the cost of a query or mutation in extensions.cost.
func (l *Limiter) InterceptResponse(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
	if graphql.HasOperationContext(ctx) {
		o := graphql.GetOperationContext(ctx)
		if cost, ok := o.Stats.GetExtension(costOf).(Cost); ok && o.Operation.Operation != ast.Subscription {
			graphql.RegisterExtension(ctx, "cost", cost)
		}
	}
	return next(ctx)
}
