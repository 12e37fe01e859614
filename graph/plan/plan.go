package plan

import (
	"context"
	"encoding/json"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"ecpgraph/graph/cache"
	"ecpgraph/graph/model"
	"ecpgraph/graph/selection"
	"ecpgraph/internal/ontology"
)

// Plan is a compiled operation. It is safe for concurrent use.
type Plan struct {
	root          *object[root]
	introspection ast.SelectionSet // what is asked of the schema itself
	runs          sync.Pool        // of *run, for the next execution
	size          atomic.Int64     // bytes to make room for: somewhat more than the last answer had
}

// compile makes the plan of a valid query operation. The conditions are the
// values of the variables that @skip and @include name; the plan holds for
// these. @defer is not heeded.
func (s *planned) compile(document *ast.QueryDocument, operation *ast.OperationDefinition, conditions map[string]any) *Plan {
	c := &compiler{schema: s.Schema(), ontology: s.ontology, networks: s.networks, document: document, conditions: conditions}
	p := &Plan{root: c.root(operation)}
	p.introspection = c.introspection
	return p
}

// Cache remembers plans by document, operation and conditions, and what was
// measured of the graph by its revision. It is safe for concurrent use.
type Cache struct {
	plans    *cache.LRU[string, *Plan]
	networks *networks
}

// What plans may take in memory. A plan was measured at 8 to 27 times its text;
// it grows with the types it meets, and holds on to the parsed document.
const (
	cacheBytes = 64 << 20
	planWeight = 40
)

// NewCache makes an empty cache.
func NewCache() *Cache {
	return &Cache{
		plans:    cache.NewLRU(cacheBytes, func(key string, _ *Plan) int { return planWeight * len(key) }),
		networks: newNetworks(),
	}
}

// Usage counts what the cache of plans holds and did.
func (c *Cache) Usage() cache.Usage { return c.plans.Usage() }

// Schema wraps an executable schema: queries run by plans, all else as before,
// introspection included.
func Schema(es graphql.ExecutableSchema, o *ontology.Ontology, c *Cache) graphql.ExecutableSchema {
	return &planned{ExecutableSchema: es, ontology: o, plans: c.plans, networks: c.networks}
}

type planned struct {
	graphql.ExecutableSchema
	ontology *ontology.Ontology
	plans    *cache.LRU[string, *Plan]
	networks *networks
}

// Exec runs the operation of the context.
func (s *planned) Exec(ctx context.Context) graphql.ResponseHandler {
	operation := graphql.GetOperationContext(ctx)
	if operation.Operation.Operation != ast.Query {
		return s.ExecutableSchema.Exec(ctx)
	}
	p := s.planOf(operation)
	done := false
	return func(ctx context.Context) *graphql.Response {
		if done {
			return nil
		}
		done = true
		return p.execute(ctx, operation, s.introspect(ctx, operation, p.introspection))
	}
}

// introspect answers what is asked of the schema itself, by response key.
func (s *planned) introspect(ctx context.Context, operation *graphql.OperationContext, asked ast.SelectionSet) map[string]json.RawMessage {
	if len(asked) == 0 {
		return nil
	}
	definition := *operation.Operation
	definition.SelectionSet = asked
	ctx = graphql.WithOperationContext(ctx, &graphql.OperationContext{
		RawQuery: operation.RawQuery, Variables: operation.Variables, OperationName: operation.OperationName, Doc: operation.Doc,
		Operation: &definition, DisableIntrospection: operation.DisableIntrospection, RecoverFunc: operation.RecoverFunc,
		ResolverMiddleware: operation.ResolverMiddleware, RootResolverMiddleware: operation.RootResolverMiddleware,
	})
	var answers map[string]json.RawMessage
	if response := s.ExecutableSchema.Exec(ctx)(ctx); response != nil {
		_ = json.Unmarshal(response.Data, &answers) // null when introspection is off
	}
	return answers
}

func (s *planned) planOf(operation *graphql.OperationContext) *Plan {
	names := selection.Conditions(operation.Doc)
	conditions := make(map[string]any, len(names))
	var key strings.Builder
	key.WriteString(operation.Operation.Name)
	for _, name := range names {
		conditions[name] = operation.Variables[name]
		if operation.Variables[name] == true {
			key.WriteString(" " + name)
		}
	}
	key.WriteString("\n" + operation.RawQuery)
	if known, ok := s.plans.Get(key.String()); ok {
		return known
	}
	p := s.compile(operation.Doc, operation.Operation, conditions)
	s.plans.Add(key.String(), p)
	return p
}

// execute runs the plan over the view of the context. The answers of
// introspection are there already.
func (p *Plan) execute(ctx context.Context, operation *graphql.OperationContext, introspected map[string]json.RawMessage) *graphql.Response {
	r, _ := p.runs.Get().(*run)
	if r == nil {
		r = new(run)
	}
	r.start(ctx, model.View(ctx), operation.Variables, int(p.size.Load()))
	r.introspected = introspected
	if explains(ctx) && operation.Extensions["plan"] == true {
		r.explained = &explained{known: map[Explained]bool{}}
	}
	explained := r.explained
	data, faults, err := p.run(r)
	r.end()
	p.runs.Put(r)
	if err != nil {
		graphql.AddError(ctx, err)
		return &graphql.Response{Data: []byte("null")}
	}
	for _, fault := range faults {
		graphql.AddError(ctx, fault)
	}
	p.size.Store(int64(len(data)) + int64(len(data))/8)
	if explained != nil {
		graphql.RegisterExtension(ctx, "plan", explained.list)
	}
	return &graphql.Response{Data: data}
}

// run answers, or tells what ended the run.
func (p *Plan) run(r *run) (data []byte, faults []*gqlerror.Error, err error) {
	if err := r.gather(p.root); err != nil {
		return nil, nil, err
	}
	if !p.root.write(r, root{}) {
		r.buffer = append(r.buffer[:0], "null"...)
	}
	return r.buffer, r.faults, r.ended
}
