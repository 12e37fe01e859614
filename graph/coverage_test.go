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
		{`coverage(` + bodies + `through: [{relation: RESPONSIBLE_FOR}, {relation: UNDER_PROGRAMME}]) { cells { items { witness(limit: 21) { hops { direction } } } } }`, "limit: 21 is more than the 20", kg.Limit},
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
	const (
		coverage = `coverage(rows: {workingBodies: {}}, columns: {actions: {}}, through: [{relation: RESPONSIBLE_FOR}]) { %s }`
		around   = `totalCount pageInfo { hasPreviousPage hasNextPage endCursor startCursor } `
		nodes    = around + `edges { cursor } items: nodes { id }`
	)
	lists := map[string]string{ // by name: the query, with %s for page arguments
		"coverage.cells":        fmt.Sprintf(coverage, `cells(%s) { `+around+`items { row { id } column { id } } }`),
		"coverage.rows":         fmt.Sprintf(coverage, `rows(%s) { `+around+`items { node { id } filled paths } }`),
		"coverage.columns":      fmt.Sprintf(coverage, `columns(%s) { `+around+`items { node { id } filled paths } }`),
		"coverage.emptyRows":    fmt.Sprintf(coverage, `emptyRows(%s) { `+nodes+` }`),
		"projection.pairs":      `projection(nodes: {workingBodies: {}}, through: [{relation: RESPONSIBLE_FOR}]) { pairs(%s) { ` + around + `items { a { id } b { id } weight } } }`,
		"projection.alone":      `projection(nodes: {workingBodies: {}}, through: [{relation: RESPONSIBLE_FOR}]) { alone(%s) { ` + nodes + ` } }`,
		"metrics (betweenness)": `metrics(orderBy: BETWEENNESS, types: [ACTION, WORKING_BODY], %s) { ` + around + `items { node { id } betweenness } }`,
		"metrics (community)":   `metrics(orderBy: COMMUNITY, types: [ACTION, WORKING_BODY], %s) { ` + around + `items { node { id } community } }`,
		"reachable":             `reachable(from: "working-body:ptc", maxHops: 2, %s) { ` + nodes + ` }`,
		"passage.nodes":         `passage(document: "document:inter-sessional-developments", locator: "para 8") { nodes(%s) { ` + nodes + ` } }`,
		"passage.links":         `passage(document: "document:inter-sessional-developments", locator: "para 8") { links(%s) { ` + around + `items { id } } }`,
	}
	type list struct {
		TotalCount int
		PageInfo   struct {
			HasPreviousPage, HasNextPage bool
			StartCursor, EndCursor       *string
		}
		Items []json.RawMessage
		Edges []struct{ Cursor string } // of a connection
	}
	page := func(query, args string) (l list) {
		t.Helper()
		data := any(check(t, view, "{ "+fmt.Sprintf(query, args)+" }"))
		for { // down to the page
			m := data.(map[string]any)
			if m["items"] != nil {
				break
			}
			for _, inner := range m {
				data = inner
			}
		}
		text, err := json.Marshal(data)
		if err == nil {
			err = json.Unmarshal(text, &l)
		}
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	others := map[string]string{} // by list: a cursor of it
	for name, query := range lists {
		whole := page(query, "first: 500")
		if whole.TotalCount < 4 || whole.TotalCount != len(whole.Items) || whole.PageInfo.HasNextPage || whole.PageInfo.HasPreviousPage {
			t.Fatalf("%s: %d of %d, %+v", name, len(whole.Items), whole.TotalCount, whole.PageInfo)
		}
		var cursors []string // of all, as pages of one have them
		for args := "first: 1"; len(cursors) < whole.TotalCount; args = fmt.Sprintf("first: 1, after: %q", cursors[len(cursors)-1]) {
			p := page(query, args)
			if len(p.Items) != 1 || *p.PageInfo.StartCursor != *p.PageInfo.EndCursor {
				t.Fatalf("%s at %d: %+v", name, len(cursors), p)
			}
			cursors = append(cursors, *p.PageInfo.EndCursor)
		}
		others[name] = cursors[1]
		// stands checks that the page is that part of the whole.
		stands := func(p list, start int) {
			t.Helper()
			stop := start + len(p.Items)
			if len(p.Items) == 0 || p.TotalCount != whole.TotalCount || p.PageInfo.HasPreviousPage != (start > 0) || p.PageInfo.HasNextPage != (stop < whole.TotalCount) ||
				*p.PageInfo.StartCursor != cursors[start] || *p.PageInfo.EndCursor != cursors[stop-1] {
				t.Fatalf("%s at %d: %+v", name, start, p)
			}
			for i, item := range p.Items {
				if string(item) != string(whole.Items[start+i]) || p.Edges != nil && p.Edges[i].Cursor != cursors[start+i] {
					t.Fatalf("%s at %d: %s, in the whole %s", name, start+i, item, whole.Items[start+i])
				}
			}
		}
		stands(whole, 0)
		for _, size := range []int{1, 3} {
			args := fmt.Sprintf("first: %d", size)
			for at := 0; at < whole.TotalCount; {
				p := page(query, args)
				stands(p, at)
				at += len(p.Items)
				args = fmt.Sprintf("first: %d, after: %q", size, *p.PageInfo.EndCursor)
			}
			args = fmt.Sprintf("last: %d", size)
			for at := whole.TotalCount; at > 0; {
				p := page(query, args)
				at -= len(p.Items)
				stands(p, at)
				args = fmt.Sprintf("last: %d, before: %q", size, *p.PageInfo.StartCursor)
			}
		}
		between := page(query, fmt.Sprintf("first: 100, after: %q, before: %q", cursors[0], cursors[3]))
		if len(between.Items) != 2 {
			t.Errorf("%s between two: %+v", name, between)
		}
		stands(between, 1)
		if empty := page(query, "first: 0"); len(empty.Items) > 0 || empty.PageInfo.EndCursor != nil || !empty.PageInfo.HasNextPage {
			t.Errorf("%s of no size: %+v", name, empty)
		}
	}
	for name, query := range lists {
		for other, cursor := range others {
			response := graph.Execute(t.Context(), view, quiet, "{ "+fmt.Sprintf(query, fmt.Sprintf("after: %q", cursor))+" }", "", nil)
			if refused := len(response.Errors) > 0; refused != (name != other) {
				t.Errorf("%s with a cursor of %s: %v", name, other, response.Errors)
			}
		}
	}
}
