package limits

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"
)

func TestCost(t *testing.T) {
	for _, c := range []struct {
		name, document string
		variables      map[string]any
		want           int
	}{
		{"a value", "{__typename}", nil, 1},
		{"ten values count as one object", `{tool(id:1){id name description kind issuedIn __typename a:id b:id c:id d:id}}`, nil, 2},
		{"a page of its default size", "{tools{nodes{aliases{name}}}}", nil, 1 + 50 + 50 + 5},
		{"a page of a size", "{tools(first:10){nodes{aliases{name}}}}", nil, 1 + 10 + 10 + 1},
		{"a list with a limit", "{document(id:1){passages(limit:20){locator next{locator}}}}", nil, 1 + 20*2 + 4},
		{"a list with the limit of its field", "{document(id:1){passages{locator}}}", nil, 1 + 100 + 10},
		{"a quote", "{document(id:1){passages(limit:10){quote} citations{quote verified}}}", nil, 1 + 10 + 51 + 1 + 5 + 1},
		{"what is counted first", "{document(id:1){coverage{size}}}", nil, 1 + 1 + 50 + 1},
		{"a page from its end", "{tools(last:10){nodes{aliases{name}}}}", nil, 1 + 10 + 10 + 1},
		{"an edge costs nothing beside its node", "{tools(first:10){edges{node{aliases{name}}}}}", nil, 1 + 10 + 10 + 1},
		{"what stands beside the elements counts once", "{tools(first:500){totalCount pageInfo{endCursor}}}", nil, 3},
		{"an empty page", "{tools(first:0){nodes{aliases{name}}totalCount}}", nil, 2},
		{"no page is larger than the largest", "{tools(first:100000){nodes{aliases{name}}}}", nil, 1 + 500 + 500 + 50},
		{"pages in pages", "{tools(first:10){nodes{actions(first:20){nodes{timeframe{kind}}}}}}", nil, 1 + 10*(1+1+20*2+2)},
		{"a variable", "query($n:Int){tools(first:$n){nodes{aliases{name}}}}", map[string]any{"n": int64(10)}, 1 + 10 + 10 + 1},
		{"a variable's default", "query($n:Int=10){tools(first:$n){nodes{aliases{name}}}}", nil, 1 + 10 + 10 + 1},
		{"a variable that is null", "query($n:Int){tools(first:$n){nodes{aliases{name}}}}", map[string]any{"n": nil}, 1 + 50 + 50 + 5},
		{"skipped", "query($s:Boolean!){tools @skip(if:$s){nodes{id}}__typename}", map[string]any{"s": true}, 1},
		{"included", "query($s:Boolean!){tools(first:10) @include(if:$s){nodes{aliases{name}}}}", map[string]any{"s": true}, 1 + 10 + 10 + 1},
		{"ids", `{nodes(ids:["a","b","c"]){citations{locator}}}`, nil, 3*2 + 1},
		{"a fragment in two places of one field merges", "{tools(first:10){nodes{...F ...F ...on Tool{...F}}}}fragment F on Tool{aliases{name}}", nil, 1 + 10 + 10 + 1},
		{"what is computed first", "{coverage(rows:{tools:{}},columns:{tools:{}},through:[{relation:CONVERTED_INTO}]){filled}}", nil, 1 + 500 + 1},
		{"a list of its own size", "{coverage(rows:{tools:{}},columns:{tools:{}},through:[{relation:CONVERTED_INTO}]){cells{items{witness{hops{link{id}}}}}}}", nil, 501 + 1 + 100*(1+1+1+1) + 10},
		{"and larger", "{coverage(rows:{tools:{}},columns:{tools:{}},through:[{relation:CONVERTED_INTO}]){cells(first:2000){items{witness(limit:20){hops{direction}}}}}}", nil, 501 + 1 + 2000*(1+20*(1+1)) + 2000*20/10},
		{"a page of links", `{passage(document:"a",locator:"b"){links(first:20){totalCount items{citations{locator}}}}}`, nil, 1 + 1 + 20*2 + 2 + 1},
		{"a page of what is no node", "{conflicts(first:20){totalCount items{claims{citations{locator}}}}}", nil, 1 + 500 + 20*3 + 2 + 1},
		{"and pages in it", "{gaps{items{nodes(first:20){nodes{aliases{name}}}}}}", nil, 1 + 300 + 25*(1+1+20*2+2)},
		{"facets", "{tools(first:500){facets(by:[KIND,ISSUED_IN]){distinct buckets{count}}}}", nil, 1 + 2*(1+20) + 4 + 1},
		{"facets with nodes", "{tools(first:0){facets(by:[KIND],first:10){buckets{nodes(first:30){nodes{aliases{name}}}}}}}", nil, 1 + 1 + 10*(1+1+30*2+3)},
		{"surroundings", `{neighborhood(ids:["a"],limit:10){nodes{citations{locator}} links{id}}}`, nil, 101 + 10*(2+1) + 2},
		{"paths", `{paths(from:"a",to:"b",k:5){paths{length}}}`, nil, 301 + 5 + 1},
		{"versions", `{tools(first:10){nodes{history(first:5){items{revision changes{property}}}}}}`, nil, 1 + 10*(1+1+5*(1+1)) + 10*5*2/10},
		{"versions, as many as a page has", `{history(id:"a"){items{revision}}}`, nil, 1 + 50 + 5},
		{"a difference", `{diff(from:0,to:1,first:10){counts{added} items{node{aliases{name}}}}}`, nil, 501 + 1 + 10*(1+1+1) + 1 + 1},
		{"a comparison", `{compare(documents:["a","b"],first:10){items{before{links(limit:3){citations{locator}}}}}}`, nil, 501 + 10*(1+1+3*2) + 3},
		{"a timeline", `{timeline{items{node{id}} groups{key} unbounded(last:10){items{at}}}}`, nil, 500 + 1 + 100*(1+1) + 10 + 100*1 + 10 + 1 + 10 + 1},
		{"a timeline from its end", `{timeline(last:5){items{node{id}} groups(limit:3){entries(first:7){items{at}}}}}`, nil, 500 + 1 + 5*(1+1) + 1 + 3*(1+1+7) + 2},
		{"a computed field of a type", `{actionPlan(id:"a"){progressReport{sections{actions{state}}}}}`, nil, 1 + 300 + 1 + 1 + 1 + 1},
		{"a list of a size of its own", `{tools(first:10){nodes{statusHistory{items(limit:20){status}}}}}`, nil, 1 + 10*(1+1+20) + 10*20/10},
		{"a page of what is no node", "{revisions(first:20){items{number parent{author}} totalCount}}", nil, 1 + 20*(1+1) + 20*2/10 + 1},
		{"as of a revision", "query @asOf(revision:1){tools(first:10){nodes{aliases{name}}}}", nil, 1 + 10 + 10 + 1},
		{"proofs", "{tool(id:1){supportedGoals(first:10){edges{link{derivations(limit:5){truncated items{rule{id} stated{id}}}}}}}}", nil, 1 + 1 + 10*(1+21+5*(1+1+1)) + 10*(1+5*2)/10},
		{"proofs, as many as there are by default", "{tool(id:1){supportedGoals(first:1){edges{link{derivations{items{depth}}}}}}}", nil, 1 + 1 + 1 + 21 + 10 + 1},
		{"the schema", "{__schema{types{name}}}", nil, 2000},
	} {
		doc, err := parser.ParseQuery(&ast.Source{Input: c.document})
		if err != nil {
			t.Fatal(c.name, err)
		}
		s := Defaults()
		if faults := s.Validate(schema, doc); len(faults) > 0 {
			t.Fatal(c.name, faults)
		}
		if got := s.cost(doc, doc.Operations[0], c.variables); got != c.want {
			t.Errorf("%s: %s costs %d, want %d", c.name, c.document, got, c.want)
		}
		remembered := newCosts()
		for range 2 {
			if got := remembered.of(&s, &graphql.OperationContext{RawQuery: c.document, Doc: doc, Operation: doc.Operations[0], Variables: c.variables}); got != c.want {
				t.Errorf("%s: remembered as %d, want %d", c.name, got, c.want)
			}
		}
	}
}

// TestCostsAreOfTheirVariables: an operation is remembered with the variables
// that its cost depends on, and with no others.
func TestCostsAreOfTheirVariables(t *testing.T) {
	const document = `query($n:Int,$ids:[ID!]!,$s:Boolean!,$id:ID!,$w:ToolFilter){
		tools(first:$n,where:$w){nodes{aliases{name}}} nodes(ids:$ids){citations{locator}} tool(id:$id) @skip(if:$s){aliases{name}}}`
	doc, err := parser.ParseQuery(&ast.Source{Input: document})
	if err != nil {
		t.Fatal(err)
	}
	s, remembered := Defaults(), newCosts()
	if faults := s.Validate(schema, doc); len(faults) > 0 {
		t.Fatal(faults)
	}
	if got := costly(doc); !slices.Equal(got, []string{"ids", "n", "s"}) {
		t.Errorf("the cost depends on %q", got)
	}
	for _, n := range []any{nil, int64(0), int64(3), json.Number("7"), 10, float64(20)} {
		for _, ids := range [][]any{{}, {"a"}, {"a", "b"}, {"c", "d"}} {
			for _, skip := range []bool{false, true} {
				for _, id := range []string{"x", "y"} {
					variables := map[string]any{"n": n, "ids": ids, "s": skip, "id": id, "w": map[string]any{"id": id}}
					o := &graphql.OperationContext{RawQuery: document, Doc: doc, Operation: doc.Operations[0], Variables: variables}
					if got, want := remembered.of(&s, o), s.cost(doc, doc.Operations[0], variables); got != want {
						t.Errorf("%v: remembered as %d, want %d", variables, got, want)
					}
				}
			}
		}
	}
	known, _ := remembered.operations.Get("\n" + document)
	if known == nil || len(known.by) != costsOfOne {
		t.Errorf("not remembered up to the bound: %+v", known)
	}
}

func BenchmarkCost(b *testing.B) {
	doc, err := parser.ParseQuery(&ast.Source{Input: "{tools{totalCount nodes{id name kind issuedIn actions(first:5){edges{node{id name number}wording citations{locator document{id name}}}}}}}"})
	if err != nil {
		b.Fatal(err)
	}
	s := Defaults()
	if faults := s.Validate(schema, doc); len(faults) > 0 {
		b.Fatal(faults)
	}
	b.ReportAllocs()
	for b.Loop() {
		s.cost(doc, doc.Operations[0], nil)
	}
}
