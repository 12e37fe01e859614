package graph_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"ecpgraph/graph"
	"ecpgraph/internal/kg"
)

// TestRefusals: what coverage, projection and metrics cannot answer is told in
// words that say what to do.
func TestRefusals(t *testing.T) {
	view := seeded(t).View()
	const bodies = `rows: {workingBodies: {}}, columns: {workProgrammes: {}}, `
	for _, c := range []struct {
		query, want string
		code        kg.Code
	}{
		{`coverage(rows: {tools: {}}, columns: {workProgrammes: {}}, through: [{relation: RESPONSIBLE_FOR}]) { filled }`, "step 1, RESPONSIBLE_FOR OUT, starts at WorkingBody; there the pattern is at Tool", kg.Invalid},
		{`coverage(` + bodies + `through: []) { filled }`, "at least one step", kg.Invalid},
		{`coverage(rows: {}, columns: {tools: {}}, through: [{relation: RESPONSIBLE_FOR}]) { filled }`, "rows: give one field", kg.Invalid},
		{`coverage(rows: {tools: {}, actions: {}}, columns: {tools: {}}, through: [{relation: RESPONSIBLE_FOR}]) { filled }`, "rows: give one field, not actions and tools", kg.Invalid},
		{`coverage(rows: {ids: ["tool:none"]}, columns: {tools: {}}, through: [{relation: RESPONSIBLE_FOR}]) { filled }`, `there is no node "tool:none"`, kg.NotFound},
		{`coverage(` + bodies + `basis: [], through: [{relation: RESPONSIBLE_FOR}, {relation: UNDER_PROGRAMME}]) { filled }`, "basis: name at least one", kg.Invalid},
		{`coverage(` + bodies + `through: [{relation: RESPONSIBLE_FOR}, {relation: UNDER_PROGRAMME}]) { cells(first: 10001) { totalCount } }`, "first: 10001 is more than the 10000", kg.Limit},
		{`coverage(` + bodies + `through: [{relation: RESPONSIBLE_FOR}, {relation: UNDER_PROGRAMME}]) { cells(first: -1) { totalCount } }`, "first: -1 is negative", kg.Invalid},
		{`coverage(` + bodies + `through: [{relation: RESPONSIBLE_FOR}, {relation: UNDER_PROGRAMME}]) { cells(after: "x") { totalCount } }`, "is not a cursor", kg.Invalid},
		{`coverage(` + bodies + `through: [{relation: RESPONSIBLE_FOR}, {relation: UNDER_PROGRAMME}]) { cells { nodes { witness(limit: 21) { hops { direction } } } } }`, "limit: 21 is more than the 20", kg.Limit},
		{`projection(nodes: {tools: {}}, through: [{relation: RESPONSIBLE_FOR}]) { size }`, "starts at WorkingBody", kg.Invalid},
		{`metrics(first: 1, last: 1) { totalCount }`, "give first or last, not both", kg.Invalid},
		{`reachable(from: "working-body:ptc", first: 1, last: 1) { totalCount }`, "give first or last, not both", kg.Invalid},
		{`reachable(from: "working-body:ptc", last: 501) { totalCount }`, "last: 501 is more than 500", kg.Limit},
		{`reachable(from: "working-body:ptc", before: "x") { totalCount }`, "before: ", kg.Invalid},
		{`metrics(types: []) { totalCount }`, "types: name at least one", kg.Invalid},
		{`metrics(first: 10001) { totalCount }`, "first: 10001", kg.Limit},
	} {
		response := graph.Execute(t.Context(), view, quiet, "{ "+c.query+" }", "", nil)
		if len(response.Errors) == 0 || !strings.Contains(response.Errors[0].Message, c.want) || response.Errors[0].Extensions["code"] != string(c.code) {
			t.Errorf("%s\nanswered %v, want %q of code %s", c.query, response.Errors, c.want, c.code)
		}
	}
	got := check(t, view, `{ a: nodeMetrics(id: "none") { pageRank } b: nodeMetrics(id: "tool:transit-handbook", types: [ACTION]) { pageRank } }`)
	if got["a"] != nil || got["b"] != nil {
		t.Errorf("measures of no node: %v", got)
	}
}

// TestListingPages: the pages of each list make up the whole of it, whatever
// their size, and a cursor of one list is refused by another.
func TestListingPages(t *testing.T) {
	view := seeded(t).View()
	const coverage = `coverage(rows: {workingBodies: {}}, columns: {actions: {}}, through: [{relation: RESPONSIBLE_FOR}]) { %s }`
	lists := map[string]string{ // by the path to the connection: its field, with %s for more arguments
		"coverage.cells":        fmt.Sprintf(coverage, `cells(%s) { totalCount pageInfo { hasPreviousPage hasNextPage endCursor startCursor } edges { cursor node { row { id } column { id } } } }`),
		"coverage.rows":         fmt.Sprintf(coverage, `rows(%s) { totalCount pageInfo { hasPreviousPage hasNextPage endCursor startCursor } edges { cursor node { node { id } filled paths } } }`),
		"coverage.columns":      fmt.Sprintf(coverage, `columns(%s) { totalCount pageInfo { hasPreviousPage hasNextPage endCursor startCursor } edges { cursor node { node { id } filled paths } } }`),
		"coverage.emptyRows":    fmt.Sprintf(coverage, `emptyRows(%s) { totalCount pageInfo { hasPreviousPage hasNextPage endCursor startCursor } edges { cursor node { id } } }`),
		"projection.pairs":      `projection(nodes: {workingBodies: {}}, through: [{relation: RESPONSIBLE_FOR}]) { pairs(%s) { totalCount pageInfo { hasPreviousPage hasNextPage endCursor startCursor } edges { cursor node { a { id } b { id } weight } } } }`,
		"projection.alone":      `projection(nodes: {workingBodies: {}}, through: [{relation: RESPONSIBLE_FOR}]) { alone(%s) { totalCount pageInfo { hasPreviousPage hasNextPage endCursor startCursor } edges { cursor node { id } } } }`,
		"metrics (betweenness)": `metrics(orderBy: BETWEENNESS, types: [ACTION, WORKING_BODY], %s) { totalCount pageInfo { hasPreviousPage hasNextPage endCursor startCursor } edges { cursor node { node { id } betweenness } } }`,
		"reachable":             `reachable(from: "working-body:ptc", maxHops: 2, %s) { totalCount pageInfo { hasPreviousPage hasNextPage endCursor startCursor } edges { cursor node { id } } }`,
		"metrics (community)":   `metrics(orderBy: COMMUNITY, types: [ACTION, WORKING_BODY], %s) { totalCount pageInfo { hasPreviousPage hasNextPage endCursor startCursor } edges { cursor node { node { id } community } } }`,
	}
	type connection struct {
		TotalCount int
		PageInfo   struct {
			HasPreviousPage, HasNextPage bool
			StartCursor, EndCursor       *string
		}
		Edges []struct {
			Cursor string
			Node   json.RawMessage
		}
	}
	page := func(query, args string) (c connection) {
		t.Helper()
		data := any(check(t, view, "{ "+fmt.Sprintf(query, args)+" }"))
		for { // down to the connection
			m := data.(map[string]any)
			if m["edges"] != nil {
				break
			}
			for _, inner := range m {
				data = inner
			}
		}
		text, err := json.Marshal(data)
		if err == nil {
			err = json.Unmarshal(text, &c)
		}
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	cursors := map[string]string{}
	for name, query := range lists {
		whole := page(query, "first: 500")
		if whole.TotalCount < 4 || whole.TotalCount != len(whole.Edges) || whole.PageInfo.HasNextPage || whole.PageInfo.HasPreviousPage {
			t.Fatalf("%s: %d of %d, %+v", name, len(whole.Edges), whole.TotalCount, whole.PageInfo)
		}
		cursors[name] = whole.Edges[1].Cursor
		for _, size := range []int{1, 3} {
			at, args := 0, fmt.Sprintf("first: %d", size)
			for at < whole.TotalCount {
				p := page(query, args)
				if p.TotalCount != whole.TotalCount || p.PageInfo.HasPreviousPage != (at > 0) || p.PageInfo.HasNextPage != (at+len(p.Edges) < whole.TotalCount) || len(p.Edges) == 0 {
					t.Fatalf("%s at %d: %+v", name, at, p)
				}
				for _, e := range p.Edges {
					if string(e.Node) != string(whole.Edges[at].Node) || e.Cursor != whole.Edges[at].Cursor {
						t.Fatalf("%s at %d: %s, in the whole %s", name, at, e.Node, whole.Edges[at].Node)
					}
					at++
				}
				args = fmt.Sprintf("first: %d, after: %q", size, *p.PageInfo.EndCursor)
			}
		}
		for _, size := range []int{1, 3} {
			at, args := whole.TotalCount, fmt.Sprintf("last: %d", size)
			for at > 0 {
				p := page(query, args)
				if p.TotalCount != whole.TotalCount || p.PageInfo.HasPreviousPage != (at > len(p.Edges)) || p.PageInfo.HasNextPage != (at < whole.TotalCount) || len(p.Edges) == 0 {
					t.Fatalf("%s before %d: %+v", name, at, p)
				}
				for i := len(p.Edges) - 1; i >= 0; i-- {
					at--
					if e := p.Edges[i]; string(e.Node) != string(whole.Edges[at].Node) || e.Cursor != whole.Edges[at].Cursor {
						t.Fatalf("%s at %d from the end: %s, in the whole %s", name, at, e.Node, whole.Edges[at].Node)
					}
				}
				args = fmt.Sprintf("last: %d, before: %q", size, *p.PageInfo.StartCursor)
			}
		}
		between := page(query, fmt.Sprintf("first: 100, after: %q, before: %q", whole.Edges[0].Cursor, whole.Edges[3].Cursor))
		if len(between.Edges) != 2 || between.Edges[0].Cursor != whole.Edges[1].Cursor || !between.PageInfo.HasNextPage || !between.PageInfo.HasPreviousPage {
			t.Errorf("%s between two: %+v", name, between)
		}
		if empty := page(query, "first: 0"); len(empty.Edges) > 0 || empty.PageInfo.EndCursor != nil || !empty.PageInfo.HasNextPage {
			t.Errorf("%s of no size: %+v", name, empty)
		}
	}
	for name, query := range lists {
		for other, cursor := range cursors {
			response := graph.Execute(t.Context(), view, quiet, "{ "+fmt.Sprintf(query, fmt.Sprintf("after: %q", cursor))+" }", "", nil)
			if refused := len(response.Errors) > 0; refused != (name != other) {
				t.Errorf("%s with a cursor of %s: %v", name, other, response.Errors)
			}
		}
	}
}
