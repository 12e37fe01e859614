package limits

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/executor"

	"ecpgraph/graph/generated"
)

// answerer runs operations behind a limiter; run stands for their execution, and
// nil executes them, without resolvers.
func answerer(l *Limiter, run func(context.Context) *graphql.Response) func(graphql.RawParams) *graphql.Response {
	e := executor.New(generated.NewExecutableSchema(generated.Config{}))
	l.Limit(e)
	if run != nil {
		e.AroundOperations(func(ctx context.Context, _ graphql.OperationHandler) graphql.ResponseHandler {
			return func(context.Context) *graphql.Response { return run(ctx) }
		})
	}
	return func(p graphql.RawParams) *graphql.Response {
		ctx := graphql.StartOperationTrace(context.Background())
		o, faults := e.CreateOperationContext(ctx, &p)
		if faults != nil {
			return e.DispatchError(graphql.WithOperationContext(ctx, o), faults)
		}
		responses, ctx := e.DispatchOperation(ctx, o)
		return responses(ctx)
	}
}

func data(context.Context) *graphql.Response {
	return &graphql.Response{Data: json.RawMessage(`"answered"`)}
}

// outcome is "answered", or the code and message of each error.
func outcome(r *graphql.Response) string {
	var all []string
	for _, fault := range r.Errors {
		all = append(all, fmt.Sprintf("%v: %s", fault.Extensions["code"], fault.Message))
	}
	if all == nil {
		return string(r.Data)
	}
	return strings.Join(all, "\n")
}

func persisted(hash string) map[string]any {
	return map[string]any{"persistedQuery": map[string]any{"version": json.Number("1"), "sha256Hash": hash}}
}

func TestRefusals(t *testing.T) {
	ask := answerer(New(Defaults(), nil), data)
	deep := any("x")
	for range 40 {
		deep = []any{deep}
	}
	for _, c := range []struct {
		name    string
		request graphql.RawParams
		want    string
	}{
		{"sound", graphql.RawParams{Query: "{revision{number}}"}, `"answered"`},
		{"again, from the cache", graphql.RawParams{Query: "{revision{number}}"}, `"answered"`},
		{"syntax", graphql.RawParams{Query: "{"}, "GRAPHQL_PARSE_FAILED: "},
		{"a field that is not there", graphql.RawParams{Query: "{revisionz}"}, `GRAPHQL_VALIDATION_FAILED: Cannot query field "revisionz" on type "Query". Did you mean "revision"`},
		{"aliases", graphql.RawParams{Query: "{" + times(31, "a#:__typename ") + "}"}, "LIMIT_EXCEEDED: the document has 31 aliases: at most 30 are allowed (setting limit-aliases)"},
		{"size", graphql.RawParams{Query: strings.Repeat(" ", 40_000)}, "LIMIT_EXCEEDED: the document has 40000 bytes: at most 32768 are allowed (setting limit-document-bytes)"},
		{"cost", graphql.RawParams{Query: "{tools(first:500){nodes{actions(first:500){nodes{id}}}}}"}, "LIMIT_EXCEEDED: the operation may answer 276001 objects: "},
		{"cost by variable", graphql.RawParams{Query: "query($n:Int){tools(first:$n){nodes{actions(first:$n){nodes{id}}}}}", Variables: map[string]any{"n": json.Number("500")}}, "LIMIT_EXCEEDED: the operation may answer 276001 objects: "},
		{"variables", graphql.RawParams{Query: "{__typename}", Variables: map[string]any{"a": deep}}, "LIMIT_EXCEEDED: the variables have more than the 32 levels allowed (setting limit-value-depth)"},
		{"many variables", graphql.RawParams{Query: "{__typename}", Variables: map[string]any{"a": make([]any, 6000)}}, "LIMIT_EXCEEDED: the variables and extensions have more than the 5000 values allowed (setting limit-values)"},
		{"a long name", graphql.RawParams{Query: "{__typename}", OperationName: strings.Repeat("x", 70_000)}, "LIMIT_EXCEEDED: variables, extensions and the operation's name have more than the 65536 bytes"},
		{"an unknown hash", graphql.RawParams{Extensions: persisted(hash("x"))}, "PERSISTED_QUERY_NOT_FOUND: PersistedQueryNotFound"},
		{"a wrong hash", graphql.RawParams{Query: "{__typename}", Extensions: persisted(hash("x"))}, "BAD_USER_INPUT: extensions.persistedQuery.sha256Hash is not the SHA-256 of the query"},
		{"no hash", graphql.RawParams{Extensions: persisted("x")}, "BAD_USER_INPUT: extensions.persistedQuery.sha256Hash is no SHA-256 in hex"},
		{"another version", graphql.RawParams{Extensions: map[string]any{"persistedQuery": map[string]any{"version": 2}}}, "BAD_USER_INPUT: extensions.persistedQuery.version is not 1"},
		{"no object", graphql.RawParams{Extensions: map[string]any{"persistedQuery": "x"}}, "BAD_USER_INPUT: extensions.persistedQuery is no object"},
	} {
		if got := outcome(ask(c.request)); !strings.HasPrefix(got, c.want) {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func TestFewFaultsAreTold(t *testing.T) {
	r := answerer(New(Defaults(), nil), data)(graphql.RawParams{Query: `{node(id:"x"){` + times(1000, "unknown# ") + "}}"})
	if len(r.Errors) != 10 {
		t.Errorf("%d errors", len(r.Errors))
	}
	r = answerer(New(Defaults(), nil), data)(graphql.RawParams{Query: `{tools(after:` + strings.Repeat("9", 30_000) + "){totalCount}}"})
	if got := outcome(r); len(got) > 1500 || !strings.HasPrefix(got, "GRAPHQL_VALIDATION_FAILED") {
		t.Errorf("a long value is repeated: %d bytes", len(got))
	}
}

func TestCostIsTold(t *testing.T) {
	ask := answerer(New(Defaults(), nil), nil)
	for _, c := range []struct {
		query string
		want  any
	}{
		{"{__typename}", Cost{1, 10_000}},
		{"{" + times(11, "a#:__typename ") + "}", Cost{2, 10_000}},
		{"{tools(first:500){nodes{actions(first:500){nodes{id}}}}}", Cost{276_001, 10_000}},
		{"{unknown}", nil},
	} {
		if got := ask(graphql.RawParams{Query: c.query}).Extensions["cost"]; got != c.want {
			t.Errorf("%s costs %v, want %v", c.query, got, c.want)
		}
	}
}

func TestPersisted(t *testing.T) {
	l := New(Defaults(), nil)
	ask := answerer(l, data)
	text := "{revision{number}}"
	for i, step := range []struct {
		query, want string
	}{{"", "PERSISTED_QUERY_NOT_FOUND"}, {text, `"answered"`}, {"", `"answered"`}} {
		if got := outcome(ask(graphql.RawParams{Query: step.query, Extensions: persisted(hash(text))})); !strings.HasPrefix(got, step.want) {
			t.Errorf("step %d: %s", i, got)
		}
	}
	bad := "{" + times(100, "a#:a ") + "}"
	ask(graphql.RawParams{Query: bad, Extensions: persisted(hash(bad))})
	if s := l.Stats(); s.Persisted.Entries != 1 || s.Documents.Entries != 1 {
		t.Errorf("what is refused is remembered: %+v", s)
	}
}

func TestTrusted(t *testing.T) {
	s := Defaults()
	text := "# Which revision?\nquery Revision{revision{number}}\n"
	files := fstest.MapFS{"trusted/a.graphql": {Data: []byte(text)}, "trusted/README.md": {Data: []byte("no document")}}
	trusted, err := ReadTrusted(files, "trusted", schema, s)
	if err != nil || trusted.Len() != 1 {
		t.Fatal(trusted.Len(), err)
	}
	s.TrustedOnly = true
	ask := answerer(New(s, trusted), data)
	other := "{__typename}"
	for _, c := range []struct {
		name    string
		request graphql.RawParams
		want    string
	}{
		{"by hash", graphql.RawParams{Extensions: persisted(hash(text))}, `"answered"`},
		{"by hash in capitals", graphql.RawParams{Extensions: persisted(strings.ToUpper(hash(text)))}, `"answered"`},
		{"by text", graphql.RawParams{Query: text}, `"answered"`},
		{"by both", graphql.RawParams{Query: text, Extensions: persisted(hash(text))}, `"answered"`},
		{"another text", graphql.RawParams{Query: other}, "BAD_USER_INPUT: this server answers trusted documents only"},
		{"another hash", graphql.RawParams{Extensions: persisted(hash(other))}, "BAD_USER_INPUT: this server answers trusted documents only"},
		{"another text with its hash", graphql.RawParams{Query: other, Extensions: persisted(hash(other))}, "BAD_USER_INPUT: this server answers trusted documents only"},
		{"nothing", graphql.RawParams{}, "BAD_USER_INPUT: this server answers trusted documents only"},
	} {
		if got := outcome(ask(c.request)); !strings.HasPrefix(got, c.want) {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
	for name, text := range map[string]string{"syntax": "{", "fields": "{unknown}", "limits": "{" + times(31, "a#:__typename ") + "}", "none": "fragment F on Tool{id}", "empty": "#"} {
		if _, err := ReadTrusted(fstest.MapFS{"t/x.graphql": {Data: []byte(text)}}, "t", schema, s); err == nil || !strings.Contains(err.Error(), "t/x.graphql") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestNothingIsToldOfTheSchema: with introspection off, no error names what was
// not asked for.
func TestNothingIsToldOfTheSchema(t *testing.T) {
	mistakes := []string{
		"{tols{totalCount}}", "{tools{totalCuont}}", "{tools(frist:1){totalCount}}", "{tools}",
		"{tools(orderBy:[{field:NAM}]){totalCount}}", `{tools(orderBy:[{field:"NAME"}]){totalCount}}`, "{tools(orderBy:[{feld:NAME}]){totalCount}}",
		"{tools(where:{nam:{}}){totalCount}}", "query($a:Tol){node(id:$a){id}}", "{...on Qery{tools{totalCount}}}",
		"{tools @skp(if:true){totalCount}}", "{tools @skip(fi:true){totalCount}}", "{...F}", `{node(id:"x"){kind}}`, "{tools{nodes}}",
	}
	for _, introspection := range []bool{true, false} {
		s := Defaults()
		s.Introspection = introspection
		ask := answerer(New(s, nil), data)
		suggested := 0
		for _, query := range mistakes {
			got := outcome(ask(graphql.RawParams{Query: query}))
			if !strings.HasPrefix(got, "GRAPHQL_VALIDATION_FAILED") {
				t.Errorf("%s: %s", query, got)
			}
			if strings.Contains(strings.ToLower(got), "did you mean") {
				suggested++
			}
		}
		if introspection != (suggested > 5) || !introspection && suggested > 0 {
			t.Errorf("introspection %v: %d of %d errors suggest names", introspection, suggested, len(mistakes))
		}
		for query, want := range map[string]string{
			"{__schema{types{name}}}":                           "LIMIT_EXCEEDED: __schema is not answered here",
			`{...F}fragment F on Query{__type(name:"A"){name}}`: "LIMIT_EXCEEDED: __type is not answered here",
			`{__typename a:__schema{types{name}}}`:              "LIMIT_EXCEEDED: __schema is not answered here",
			"{__typename}":                                      `"answered"`,
		} {
			if introspection {
				want = `"answered"`
			}
			if got := outcome(ask(graphql.RawParams{Query: query})); !strings.HasPrefix(got, want) {
				t.Errorf("introspection %v: %s: %s", introspection, query, got)
			}
		}
	}
}

func TestDeadlines(t *testing.T) {
	s := Defaults()
	s.QueryTimeout = 10 * time.Millisecond
	slow := func(ctx context.Context) *graphql.Response {
		if _, ok := ctx.Deadline(); !ok {
			return data(ctx)
		}
		<-ctx.Done()
		return nil
	}
	ask := answerer(New(s, nil), slow)
	if got := outcome(ask(graphql.RawParams{Query: "{__typename}"})); got != "LIMIT_EXCEEDED: the operation took longer than the 10ms that it may (setting limit-query-timeout)" {
		t.Errorf("a slow query: %s", got)
	}
	if got := outcome(ask(graphql.RawParams{Query: "subscription{revision{number}}"})); got != `"answered"` {
		t.Errorf("a subscription has no deadline: %s", got)
	}
	l := New(s, nil)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := l.InterceptField(ctx, func(context.Context) (any, error) { return 1, nil }); err == nil {
		t.Error("a field was resolved after the end")
	}
	if v, err := l.InterceptField(context.Background(), func(context.Context) (any, error) { return 1, nil }); v != 1 || err != nil {
		t.Errorf("a field before the end: %v %v", v, err)
	}
}
