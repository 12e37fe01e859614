package plan

import (
	"context"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"ecpgraph/graph/cache"
	"ecpgraph/graph/model"
	"ecpgraph/internal/ontology"
)

// Plan is a compiled operation. It is safe for concurrent use.
type Plan struct {
	compiler *compiler
	root     *object[root]
	runs     sync.Pool    // of *run, for the next execution
	size     atomic.Int64 // bytes to make room for: somewhat more than the last answer had
}

// Compile makes the plan of a valid query operation. It reports false for one
// that is not planned. The conditions are the values of the variables that @skip
// and @include name; the plan holds for these.
func Compile(schema *ast.Schema, o *ontology.Ontology, document *ast.QueryDocument, operation *ast.OperationDefinition, conditions map[string]any) (*Plan, bool) {
	if operation.Operation != ast.Query {
		return nil, false
	}
	c := &compiler{schema: schema, ontology: o, document: document, conditions: conditions}
	p := &Plan{compiler: c, root: c.root(operation)}
	return p, !c.unplanned.Load()
}

// Cache remembers plans by document, operation and conditions. It is safe for
// concurrent use.
type Cache struct {
	plans *cache.LRU[string, *Plan] // nil for an operation that is gqlgen's
}

// About what plans take in memory: measured, a plan takes some forty times its
// text.
const (
	cacheBytes = 64 << 20
	planWeight = 40
)

// NewCache makes an empty cache.
func NewCache() *Cache {
	return &Cache{cache.NewLRU(cacheBytes, func(key string, _ *Plan) int { return planWeight * len(key) })}
}

// Usage counts what the cache holds and did.
func (c *Cache) Usage() cache.Usage { return c.plans.Usage() }

// Schema wraps an executable schema: queries run by plans, all else as before.
func Schema(es graphql.ExecutableSchema, o *ontology.Ontology, c *Cache) graphql.ExecutableSchema {
	return &planned{ExecutableSchema: es, ontology: o, plans: c.plans}
}

type planned struct {
	graphql.ExecutableSchema
	ontology *ontology.Ontology
	plans    *cache.LRU[string, *Plan]
}

// Exec runs the operation of the context.
func (s *planned) Exec(ctx context.Context) graphql.ResponseHandler {
	operation := graphql.GetOperationContext(ctx)
	p := s.planOf(operation)
	if p == nil {
		return s.ExecutableSchema.Exec(ctx)
	}
	done := false
	return func(ctx context.Context) *graphql.Response {
		if done {
			return nil
		}
		done = true
		return p.execute(ctx, operation)
	}
}

func (s *planned) planOf(operation *graphql.OperationContext) *Plan {
	if operation.Operation.Operation != ast.Query {
		return nil
	}
	names, deferred := conditionNames(operation.Doc)
	if deferred {
		return nil
	}
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
	p, ok := Compile(s.Schema(), s.ontology, operation.Doc, operation.Operation, conditions)
	if !ok {
		p = nil
	}
	s.plans.Add(key.String(), p)
	return p
}

// conditionNames lists the variables that @skip and @include look at, sorted,
// and tells whether anything is deferred.
func conditionNames(document *ast.QueryDocument) (names []string, deferred bool) {
	var walk func(ast.SelectionSet)
	look := func(directives ast.DirectiveList) {
		for _, d := range directives {
			switch d.Name {
			case "skip", "include":
				if v := d.Arguments.ForName("if").Value; v.Kind == ast.Variable && !slices.Contains(names, v.Raw) {
					names = append(names, v.Raw)
				}
			case "defer":
				deferred = true
			}
		}
	}
	walk = func(selections ast.SelectionSet) {
		for _, selection := range selections {
			switch s := selection.(type) {
			case *ast.Field:
				look(s.Directives)
				walk(s.SelectionSet)
			case *ast.InlineFragment:
				look(s.Directives)
				walk(s.SelectionSet)
			case *ast.FragmentSpread:
				look(s.Directives)
			}
		}
	}
	for _, o := range document.Operations {
		walk(o.SelectionSet)
	}
	for _, f := range document.Fragments {
		walk(f.SelectionSet)
	}
	slices.Sort(names)
	return names, deferred
}

// execute runs the plan over the view of the context.
func (p *Plan) execute(ctx context.Context, operation *graphql.OperationContext) *graphql.Response {
	r, _ := p.runs.Get().(*run)
	if r == nil {
		r = new(run)
	}
	r.start(ctx, model.View(ctx), operation.Variables, int(p.size.Load()))
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
