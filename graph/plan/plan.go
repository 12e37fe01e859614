package plan

import (
	"context"
	"slices"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/handler/lru"
	"github.com/vektah/gqlparser/v2/ast"

	"ecpgraph/graph/model"
	"ecpgraph/internal/ontology"
)

// Plan is a compiled operation. It is safe for concurrent use.
type Plan struct {
	compiler *compiler
	root     *object[root]
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

// Schema wraps an executable schema: queries run by plans, all else as before.
// Plans are cached by document, operation and conditions.
func Schema(es graphql.ExecutableSchema, o *ontology.Ontology, cached int) graphql.ExecutableSchema {
	return &planned{ExecutableSchema: es, ontology: o, plans: lru.New[*entry](cached)}
}

type planned struct {
	graphql.ExecutableSchema
	ontology *ontology.Ontology
	plans    *lru.LRU[*entry]
}

// entry is what is known of an operation; without a plan it is gqlgen's.
type entry struct{ plan *Plan }

// Exec runs the operation of the context.
func (s *planned) Exec(ctx context.Context) graphql.ResponseHandler {
	operation := graphql.GetOperationContext(ctx)
	p := s.planOf(ctx, operation)
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

func (s *planned) planOf(ctx context.Context, operation *graphql.OperationContext) *Plan {
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
	if e, ok := s.plans.Get(ctx, key.String()); ok {
		return e.plan
	}
	p, ok := Compile(s.Schema(), s.ontology, operation.Doc, operation.Operation, conditions)
	if !ok {
		p = nil
	}
	s.plans.Add(ctx, key.String(), &entry{p})
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
	r := &run{context: ctx, index: model.View(ctx), variables: operation.Variables, buffer: make([]byte, 0, 1024)}
	p.root.gather(r, []root{{}})
	if !p.root.write(r, root{}) {
		r.buffer = append(r.buffer[:0], "null"...)
	}
	for _, fault := range r.faults {
		graphql.AddError(ctx, fault)
	}
	return &graphql.Response{Data: r.buffer}
}
