package graph

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/executor"
	"github.com/99designs/gqlgen/graphql/handler/extension"
	"github.com/rogpeppe/go-internal/txtar"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"ecpgraph/graph/generated"
	"ecpgraph/graph/model"
	"ecpgraph/graph/plan"
	"ecpgraph/internal/records"
	"ecpgraph/internal/reference"
	"ecpgraph/internal/sources"
)

// plannedOnly are the fields that plans alone answer: package model, below
// gqlgen's executor, has nothing for them.
var plannedOnly = []string{"coverage", "projection", "metrics", "nodeMetrics", "search", "paths", "neighborhood", "reachable", "facets", "ontology", "history", "diff", "compare", "timeline", "statusHistory", "progressReport", "revisions", "conflicts", "unspecified", "gaps"}

var isPlannedOnly = regexp.MustCompile(`\b(` + strings.Join(plannedOnly, "|") + `)[ ({]`)

// twin runs documents by plans and by gqlgen's own executor.
type twin struct {
	planned, plain *executor.Executor
	schema         *ast.Schema
}

// spy counts what falls through to gqlgen below the plans.
type spy struct {
	graphql.ExecutableSchema
	runs int
}

func (s *spy) Exec(ctx context.Context) graphql.ResponseHandler {
	s.runs++
	return s.ExecutableSchema.Exec(ctx)
}

func newTwin(view records.View) (*twin, *spy) { return newTwinWith(view, nil) }

func newTwinWith(view records.View, texts *sources.Texts) (*twin, *spy) {
	executable := generated.NewExecutableSchema(generated.Config{Resolvers: resolver{}})
	below := &spy{ExecutableSchema: executable}
	t := &twin{
		planned: executor.New(plan.Schema(below, view.Index.Ontology(), plan.NewCache())),
		plain:   executor.New(executable),
		schema:  executable.Schema(),
	}
	for _, e := range []*executor.Executor{t.planned, t.plain} {
		e.Use(extension.Introspection{})
		e.AroundOperations(func(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
			return next(sources.With(model.WithView(ctx, view), texts))
		})
	}
	return t, below
}

// ask runs the document and returns the answer's bytes: data, then the errors,
// sorted, since gqlgen resolves fields side by side.
func ask(t testing.TB, e *executor.Executor, document string, variables map[string]any) string {
	t.Helper()
	ctx := graphql.StartOperationTrace(context.Background())
	operation, faults := e.CreateOperationContext(ctx, &graphql.RawParams{Query: document, Variables: variables})
	if faults != nil {
		t.Fatalf("the document is not valid: %v\n%s", faults, document)
	}
	responses, ctx := e.DispatchOperation(ctx, operation)
	response := responses(ctx)
	slices.SortFunc(response.Errors, func(a, b *gqlerror.Error) int {
		return strings.Compare(a.Path.String()+a.Message, b.Path.String()+b.Message)
	})
	errors, err := json.Marshal(response.Errors)
	if err != nil {
		t.Fatal(err)
	}
	return string(response.Data) + "\n" + string(errors)
}

func (w *twin) compare(t testing.TB, document string, variables map[string]any) {
	t.Helper()
	got, want := ask(t, w.planned, document, variables), ask(t, w.plain, document, variables)
	if got != want {
		at := 0
		for at < min(len(got), len(want)) && got[at] == want[at] {
			at++
		}
		from := max(0, at-200)
		t.Fatalf("%s\n%v\nthe plan says\n…%.400s\ngqlgen says\n…%.400s", document, variables, got[from:], want[from:])
	}
}

// TestPlansAnswerLikeGqlgen compares the answers to documents written by hand:
// the scripts, the examples, and what follows here.
func TestPlansAnswerLikeGqlgen(t *testing.T) {
	w, below := newTwin(seedView(t))
	documents := []string{
		`{ __typename tools(first: 1) { __typename edges { __typename node { __typename } } nodes { __typename } pageInfo { __typename } } }`,
		`{ a: tool(id: "tool:transit-handbook") { n: name name m: name } b: tool(id: "tool:none") { name } }`,
		`{ tool(id: "action:ecp-3/1") { name } actions(first: -1) { totalCount } }`,
		`{ tool(id: "tool:transit-handbook") { name actions(first: 501) { totalCount } convertedInto { nodes { name actions(after: "x") { totalCount } } } } }`,
		`{ nodes(ids: ["tool:transit-handbook", "none", "action:ecp-3/1"]) { id ... on Tool { kind madeUnder(first: 1, last: 2) { totalCount } } ... on Action { number } } }`,
		`{ nodes(ids: "tool:transit-handbook") { id } }`,
		`{ node(id: "action:ecp-3/16") { ...A ... on Node { name } } } fragment A on Action { name number ...B } fragment B on Node { id name citations { document { id ...C } } } fragment C on Document { name }`,
		`{ passage(document: "document:inter-sessional-developments", locator: "para 8") { nodes(first: 3) { totalCount edges { cursor node { id } } } links(last: 2) { __typename items { id from { id } to { __typename } premises { id premises { id } } } pageInfo { startCursor hasPreviousPage } } } }`,
		`{ passage(document: "document:none", locator: "x") { nodes { totalCount } } revision { number } }`,
		`{ documents { nodes { label(languages: ["fr-CH", "de"]) { value language asked } l: label(languages: "zh-Hant-TW") { ...L } aliases { name language label } } } } fragment L on Label { asked __typename value }`,
		`{ document(id: "document:inter-sessional-developments") { id label(languages: ["fr", "x"]) { value } } revision { number } }`,
		`query ($l: [String!]! = ["zh-Hant"]) { nodes(ids: ["tool:transit-handbook"]) { label(languages: $l) { value } } }`,
		`{ link(id: "none") { id } revision { digest committedAt number } }`,
		`{ revision { author message parent { number digest parent { number } committedAt author } nodesPut nodesDeleted linksPut linksDeleted } a: revision(number: 0) { number digest author parent { number } linksPut } b: revision(number: 2) { number } c: revision(number: 1) { message } d: revision(number: null) { number } }`,
		`{ revision(number: -1) { number } }`,
		`{ actions(orderBy: {field: NUMBER, direction: DESC}, first: 2) { nodes { number } } }`,
		`query ($n: Int = 2, $w: ActionFilter, $o: [ActionOrder!], $yes: Boolean = true, $no: Boolean!) { actions(first: $n, where: $w, orderBy: $o) { nodes { id number @include(if: $no) name @skip(if: $yes) ... @include(if: $yes) { timeframe { kind end } } } } }`,
		`query ($no: Boolean!) { tool(id: "tool:transit-handbook") { id @include(if: $no) name id } }`,
		`query Q($no: Boolean!) { ...F @skip(if: $no) ...F } fragment F on Query { revision { number } }`,
	}
	for _, pattern := range []string{"testdata/queries/*.txtar", "../seeds/ecp/queries/*.graphql"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %v", pattern, err)
		}
		for _, name := range files {
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			if filepath.Ext(name) == ".txtar" {
				text = txtar.Parse(text).Files[0].Data
			}
			if !isPlannedOnly.Match(text) {
				documents = append(documents, string(text))
			}
		}
	}
	for _, d := range documents {
		if isPlannedOnly.MatchString(d) {
			continue
		}
		variables := map[string]any{}
		if strings.Contains(d, "$no") {
			variables = map[string]any{"no": false}
		}
		w.compare(t, d, variables)
		if strings.Contains(d, "$no") {
			variables["no"] = true
			w.compare(t, d, variables)
		}
	}
	w.compare(t, documents[14], map[string]any{"no": true, "yes": false, "n": json.Number("3"), "w": map[string]any{"number": map[string]any{"gt": json.Number("20")}}, "o": map[string]any{"field": "NAME"}})
	if below.runs > 0 {
		t.Errorf("%d of the documents were not planned", below.runs)
	}
	before := below.runs
	for _, d := range []string{
		`{ __schema { queryType { name } } }`,
		`{ revision { number } s: __schema { queryType { name } } ...A tool(id: "tool:transit-handbook") { name } } fragment A on Query { __type(name: "Tool") { name ...B } s: __schema { types { name } } } fragment B on __Type { kind fields { name } }`,
		`{ __type(name: "None") { name } revision { number } }`,
	} {
		w.compare(t, d, nil)
	}
	if below.runs != before+3 {
		t.Errorf("%d of 3 documents asked gqlgen about the schema", below.runs-before)
	}
	if got := ask(t, w.planned, `{ revision { number } ... @defer { tools { totalCount } } }`, nil); !strings.Contains(got, `"tools":`) {
		t.Errorf("deferred: %s", got)
	}
}

// TestPlansAnswerLikeGqlgenAtRandom compares the answers to random documents.
// ECPGRAPH_TEST_SEED replays one seed.
func TestPlansAnswerLikeGqlgenAtRandom(t *testing.T) {
	w, below := newTwinWith(quotedView(t))
	count := 5000
	if testing.Short() {
		count = 500
	}
	size := 0
	seeds := reference.Seeds(t, count)
	for _, s := range seeds {
		g := &documents{schema: w.schema, fragments: map[string]string{}, Rand: rand.New(rand.NewPCG(s, 0))}
		document, variables := g.next()
		t.Run("", func(t *testing.T) {
			defer func() {
				if t.Failed() {
					t.Logf("ECPGRAPH_TEST_SEED=%d", s)
				}
			}()
			w.compare(t, document, variables)
		})
		if t.Failed() {
			return
		}
		size += len(document)
	}
	if below.runs > 0 {
		t.Errorf("%d documents were not planned", below.runs)
	}
	t.Logf("%d documents of %d bytes on average", len(seeds), size/len(seeds))
}

// documents makes random valid operations.
type documents struct {
	*rand.Rand
	schema    *ast.Schema
	names     int
	left      int // fields that may still be written
	fragments map[string]string
}

var spread = regexp.MustCompile(`\.\.\.(F\d+)`)

// withFragments adds the fragments that the text uses, once each.
func (g *documents) withFragments(text string) string {
	added := map[string]bool{}
	for rest := text; ; {
		uses := spread.FindAllStringSubmatch(rest, -1)
		rest = ""
		for _, use := range uses {
			if name := use[1]; !added[name] {
				added[name] = true
				rest += " " + g.fragments[name]
			}
		}
		if rest == "" {
			return text
		}
		text += rest
	}
}

func (g *documents) next() (string, map[string]any) {
	g.left = 10 + g.IntN(60)
	body := g.selection(g.schema.Query, 0)
	document := "query Q($yes: Boolean!, $no: Boolean!, $one: Int) { x: revision { number @include(if: $yes) @skip(if: $no) } y: tools(first: $one) { totalCount } " + body + " }"
	variables := map[string]any{"yes": g.IntN(2) == 0, "no": g.IntN(2) == 0}
	if g.IntN(2) == 0 {
		variables["one"] = json.Number("1")
	}
	return g.withFragments(document), variables
}

func (g *documents) pick(list ...string) string { return list[g.IntN(len(list))] }

func (g *documents) directive() string {
	if g.IntN(6) > 0 {
		return ""
	}
	return g.pick(" @include(if: $yes)", " @skip(if: $yes)", " @include(if: $no)", " @skip(if: true)", " @include(if: true)", " @skip(if: $no) @include(if: $yes)")
}

func (g *documents) selection(t *ast.Definition, depth int) string {
	var parts []string
	for n := 1 + g.IntN(5); n > 0 && g.left > 0; n-- {
		g.left--
		switch {
		case g.IntN(8) == 0:
			parts = append(parts, g.fragment(t, depth))
		case t.IsAbstractType() && g.IntN(2) == 0:
			possible := g.schema.GetPossibleTypes(t)
			slices.SortFunc(possible, func(a, b *ast.Definition) int { return strings.Compare(a.Name, b.Name) })
			far := possible[g.IntN(len(possible))]
			parts = append(parts, "... on "+far.Name+g.directive()+" { "+g.selection(far, depth)+" }")
		default:
			parts = append(parts, g.field(t, depth))
		}
	}
	parts = append(parts, g.pick("__typename", "t: __typename"))
	return strings.Join(parts, " ")
}

// fragment is an inline or a named fragment on the type or its interface.
func (g *documents) fragment(t *ast.Definition, depth int) string {
	on := t
	if len(t.Interfaces) > 0 && g.IntN(2) == 0 {
		on = g.schema.Types[t.Interfaces[0]]
	}
	body := g.selection(on, depth)
	if g.IntN(2) == 0 {
		return g.pick("... on "+on.Name, "... on "+t.Name) + g.directive() + " { " + g.keep(on, t, body) + " }"
	}
	g.names++
	name := fmt.Sprintf("F%d", g.names)
	g.fragments[name] = "fragment " + name + " on " + on.Name + " { " + body + " }"
	return "..." + name + g.directive() + " ..." + name
}

// keep is the body where the fragment may be on either type.
func (g *documents) keep(on, t *ast.Definition, body string) string {
	if on == t {
		return body
	}
	return "id " + g.pick("name", "description")
}

func (g *documents) field(t *ast.Definition, depth int) string {
	fields := slices.DeleteFunc(slices.Clone(t.Fields), func(f *ast.FieldDefinition) bool {
		far := g.schema.Types[f.Type.Name()]
		return strings.HasPrefix(f.Name, "__") || slices.Contains(plannedOnly, f.Name) || depth > 9 && !far.IsLeafType()
	})
	if len(fields) == 0 {
		return "__typename"
	}
	f := fields[g.IntN(len(fields))]
	far := g.schema.Types[f.Type.Name()]
	// Fields with the same key must have the same arguments and, on whatever
	// types, the same shape: give the others keys of their own.
	name := f.Name
	own := len(t.Interfaces) > 0 && g.schema.Types["Node"].Fields.ForName(f.Name) == nil
	if own || len(f.Arguments) > 0 || g.IntN(4) == 0 {
		g.names++
		name = fmt.Sprintf("k%d: %s", g.names, f.Name)
	}
	name += g.arguments(t, f) + g.directive()
	if far.IsLeafType() {
		return name
	}
	return name + " { " + g.selection(far, depth+1) + " }"
}

func (g *documents) arguments(t *ast.Definition, f *ast.FieldDefinition) string {
	if len(f.Arguments) == 0 {
		return ""
	}
	var args []string
	add := func(text string) { args = append(args, text) }
	has := func(name string) bool { return f.Arguments.ForName(name) != nil }
	switch {
	case has("id"):
		add("id: " + strconv.Quote(g.pick("tool:transit-handbook", "action:ecp-3/16", "working-body:ptc", "action-plan:ecp-3", "none", "document:ecp-action-plan-phase-iii", "converted-into:tool:transit-handbook>tool:transit-guidelines")))
	case has("ids"):
		add(`ids: ["tool:transit-handbook", "` + g.pick("none", "working-body:ptc", "topic:transit") + `", "action:ecp-3/16"]`)
	case has("number"):
		add("number: " + g.pick("0", "1", "2", "null"))
	case has("document"):
		add(`document: "` + g.pick("document:inter-sessional-developments", "document:none") + `", locator: "` + g.pick("para 8", "para 99") + `"`)
	}
	if has("languages") {
		add("languages: " + g.pick(`["fr"]`, `["de-CH", "fr"]`, `["es", "zh-Hant-TW", "fr"]`, `["en"]`, `"fr-CH"`, `["*", "de"]`, `[]`, `["no tongue"]`))
	}
	if has("first") {
		add(g.pick("first: 1", "first: 2", "last: 2", "first: 3", "first: 0", "first: $one", "last: 1", "first: 1, last: 1", "first: -1", "first: null"))
	}
	if has("limit") {
		add(g.pick("limit: 1", "limit: 3", "limit: 0", "limit: 100", "limit: -1", "limit: 501"))
	}
	if has("after") && g.IntN(12) == 0 {
		if has("before") {
			add(g.pick(`after: "x"`, `before: null`, `before: "WyJh"`))
		} else {
			add(g.pick(`after: "x"`, `after: null`, `after: "para 8"`))
		}
	}
	if has("where") && g.IntN(3) == 0 {
		add("where: " + g.pick(`{name: {contains: "a"}}`, `{not: {name: {startsWith: "t"}}}`, `{or: [{name: {contains: "u"}}, {id: {ne: "x"}}]}`, `{and: []}`, `{name: {eq: null}}`, `{}`))
	}
	if has("link") && g.IntN(4) == 0 {
		add("link: " + g.pick(`{inference: EXCLUDE}`, `{inference: ONLY}`, `{inference: INCLUDE}`, `{modality: {eq: ASSERTED}}`, `{basis: {ne: STATED}}`, `{document: {startsWith: "document:e"}}`, `{}`))
	}
	if has("orderBy") && g.IntN(3) == 0 {
		add("orderBy: " + g.pick("{field: NAME}", "[{field: NAME, direction: DESC}, {field: ID}]", "[]"))
	}
	return "(" + strings.Join(args, ", ") + ")"
}

func TestGeneratedDocumentsVary(t *testing.T) {
	w, _ := newTwin(seedView(t))
	var all bytes.Buffer
	for s := range uint64(200) {
		g := &documents{schema: w.schema, fragments: map[string]string{}, Rand: rand.New(rand.NewPCG(s, 0))}
		document, _ := g.next()
		all.WriteString(document)
	}
	for _, want := range []string{" on Node {", "... on Tool", "@skip", "edges", "citations", "premises", "passage(", "quote", "verified", "label(languages", "orderBy", "where", "pageInfo"} {
		if !strings.Contains(all.String(), want) {
			t.Errorf("no document has %q", want)
		}
	}
}

// deadline is a context that ends after some looks at it.
type deadline struct {
	context.Context
	looks int
}

func (d *deadline) Err() error {
	if d.looks--; d.looks < 0 {
		return context.DeadlineExceeded
	}
	return nil
}

// TestPlanStopsAtTheDeadline: what is not gathered when the context ends is an
// error, and nothing further is gathered.
func TestPlanStopsAtTheDeadline(t *testing.T) {
	w, _ := newTwin(seedView(t))
	document := `{ workingBodies(first: 3) { nodes { id actions(first: 1) { totalCount } } } }`
	ctx := graphql.StartOperationTrace(context.Background())
	operation, faults := w.planned.CreateOperationContext(ctx, &graphql.RawParams{Query: document})
	if faults != nil {
		t.Fatal(faults)
	}
	responses, ctx := w.planned.DispatchOperation(ctx, operation)
	response := responses(&deadline{ctx, 3})
	if len(response.Errors) == 0 || !strings.Contains(response.Errors[0].Message, "deadline") || string(response.Data) != "null" {
		t.Errorf("%s, %v; want no data and the deadline's error", response.Data, response.Errors)
	}
}
