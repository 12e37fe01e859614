package transport

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/executor"
	"github.com/99designs/gqlgen/graphql/handler/extension"
	"github.com/99designs/gqlgen/graphql/handler/lru"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"go.uber.org/goleak"

	"ecpgraph/internal/kg"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const testSDL = `
type Query {
  hello(name: String): String
  thing(id: ID = "a"): Thing
  things: [Thing!]
  named: [Named!]
  text(size: Int!): String
  snapshot: Int
  executed: Int!
  slow: Int
  fault: String
  panic: String
}
type Mutation { write: Int }
type Subscription { ticks(n: Int!): Int, wait: Int, refuse: Int, panic: Int }
interface Named { name: String! }
type Thing implements Named { id: ID! name: String! bad: String! fault: String child: Thing snapshot: Int }
type Other implements Named { name: String! }
`

// testGraph executes operations on the schema above in the plainest way.
type testGraph struct {
	schema    *ast.Schema
	writes    atomic.Int64
	snapshots atomic.Int64
	revision  atomic.Int64
	executed  atomic.Int64
	slow      chan struct{} // what the field slow waits for
	waiting   atomic.Int64  // subscriptions to wait that run
}

func (g *testGraph) Schema() *ast.Schema { return g.schema }

func (g *testGraph) Complexity(context.Context, string, string, int, map[string]any) (int, bool) {
	return 0, false
}

func (g *testGraph) Exec(ctx context.Context) graphql.ResponseHandler {
	operation := graphql.GetOperationContext(ctx)
	root := func(typeName string) ast.SelectionSet { return operation.Operation.SelectionSet }
	if operation.Operation.Operation != ast.Subscription {
		done := false
		return func(ctx context.Context) *graphql.Response {
			if done {
				return nil
			}
			done = true
			name := map[ast.Operation]string{ast.Query: "Query", ast.Mutation: "Mutation"}[operation.Operation.Operation]
			return &graphql.Response{Data: g.object(ctx, name, "", root(name), nil)}
		}
	}
	field := graphql.CollectFields(operation, operation.Operation.SelectionSet, []string{"Subscription"})[0]
	if field.Name == "refuse" {
		return graphql.OneShot(&graphql.Response{Errors: gqlerror.List{gqlerror.Wrap(kg.Errorf(kg.Unavailable, "not now"))}})
	}
	n, sent := 0, 0
	if v, ok := field.ArgumentMap(operation.Variables)["n"].(int64); ok {
		n = int(v)
	}
	return func(ctx context.Context) *graphql.Response {
		switch {
		case field.Name == "panic":
			panic("the secret reason")
		case field.Name == "wait":
			g.waiting.Add(1)
			defer g.waiting.Add(-1)
			<-ctx.Done()
			return nil
		case sent == n:
			return nil
		}
		sent++
		return &graphql.Response{Data: fmt.Appendf(nil, `{%q:%d}`, field.Alias, sent)}
	}
}

// object is nil when a null in it takes its place.
func (g *testGraph) object(ctx context.Context, typeName, id string, set ast.SelectionSet, path ast.Path) []byte {
	operation := graphql.GetOperationContext(ctx)
	types := []string{typeName}
	if typeName == "Thing" || typeName == "Other" {
		types = append(types, "Named")
	}
	var out bytes.Buffer
	out.WriteByte('{')
	for _, f := range graphql.CollectFields(operation, set, types) {
		if out.Len() > 1 {
			out.WriteByte(',')
		}
		fmt.Fprintf(&out, "%q:", f.Alias)
		value := g.field(ctx, typeName, id, f, append(append(ast.Path{}, path...), ast.PathName(f.Alias)))
		if value == nil {
			if f.Definition.Type.NonNull {
				return nil
			}
			value = []byte("null")
		}
		out.Write(value)
	}
	out.WriteByte('}')
	return out.Bytes()
}

func (g *testGraph) field(ctx context.Context, typeName, id string, f graphql.CollectedField, path ast.Path) []byte {
	arguments := f.ArgumentMap(graphql.GetOperationContext(ctx).Variables)
	text := func(s string) []byte { b, _ := json.Marshal(s); return b }
	list := func(of ...[2]string) []byte {
		var all [][]byte
		for i, e := range of {
			o := g.object(ctx, e[0], e[1], f.Selections, append(append(ast.Path{}, path...), ast.PathIndex(i)))
			if o == nil {
				return nil
			}
			all = append(all, o)
		}
		return append(append([]byte("["), bytes.Join(all, []byte(","))...), ']')
	}
	switch f.Name {
	case "__typename":
		return text(typeName)
	case "hello":
		name, _ := arguments["name"].(string)
		return text("hello " + name)
	case "id":
		return text(id)
	case "name":
		return text(strings.ToUpper(id))
	case "text":
		size, _ := arguments["size"].(int64)
		return text(strings.Repeat("word ", int(size)/5))
	case "thing":
		return g.object(ctx, "Thing", arguments["id"].(string), f.Selections, path)
	case "child":
		return g.object(ctx, "Thing", id+"1", f.Selections, path)
	case "things":
		return list([2]string{"Thing", "a"}, [2]string{"Thing", "b"})
	case "named":
		return list([2]string{"Thing", "a"}, [2]string{"Other", "o"})
	case "snapshot":
		if n, held := ctx.Value(snapshotKey{}).(int64); held {
			return fmt.Append(nil, n)
		}
		return fmt.Append(nil, g.snapshots.Add(1))
	case "executed":
		return fmt.Append(nil, g.executed.Add(1))
	case "slow":
		select {
		case <-g.slow:
			return []byte("1")
		case <-ctx.Done():
			graphql.AddError(ctx, gqlerror.WrapPath(path, ctx.Err()))
			return nil
		}
	case "write":
		return fmt.Append(nil, g.writes.Add(1))
	case "panic":
		panic("the secret reason")
	case "fault", "bad":
		graphql.AddError(ctx, gqlerror.WrapPath(path, errors.New("broken")))
	}
	return nil
}

type snapshotKey struct{}

// newTest returns a handler over a testGraph.
func newTest(t testing.TB, change func(*Options)) (*testGraph, *Handler) {
	t.Helper()
	g := &testGraph{schema: gqlparser.MustLoadSchema(&ast.Source{Name: "test", Input: testSDL})}
	e := executor.New(g)
	e.SetErrorPresenter(func(ctx context.Context, err error) *gqlerror.Error {
		shown := graphql.DefaultErrorPresenter(ctx, err)
		var known *kg.Error
		if errors.As(err, &known) {
			shown.Extensions = map[string]any{"code": string(known.Code)}
		}
		return shown
	})
	e.SetRecoverFunc(func(context.Context, any) error { return kg.Errorf(kg.Internal, "internal error") })
	e.SetQueryCache(lru.New[*ast.QueryDocument](100))
	e.Use(extension.AutomaticPersistedQuery{Cache: lru.New[string](100)})
	o := Options{Limits: DefaultLimits(), Snapshot: func(ctx context.Context) (context.Context, kg.Head) {
		return context.WithValue(ctx, snapshotKey{}, g.snapshots.Add(1)), kg.Head{Revision: kg.Revision(g.revision.Load())}
	}}
	if change != nil {
		change(&o)
	}
	return g, New(e, o)
}

// start serves the handler on a port of its own.
func start(t *testing.T, change func(*Options)) (*testGraph, string) {
	t.Helper()
	g, h := newTest(t, change)
	s := httptest.NewServer(h)
	t.Cleanup(func() {
		s.CloseClientConnections()
		s.Close()
	})
	return g, s.URL
}

// serveUntil serves requests whose context ends with the one given, too.
func serveUntil(stopping context.Context, t *testing.T, h http.Handler) string {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithCancel(r.Context())
		defer cancel()
		defer context.AfterFunc(stopping, cancel)()
		h.ServeHTTP(w, r.WithContext(ctx))
	}))
	t.Cleanup(s.Close)
	return s.URL
}
