package graph_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"ecpgraph/graph"
	"ecpgraph/internal/kg"
)

// TestClaimsRefusals: what cannot be answered is told in words that say what to
// do.
func TestClaimsRefusals(t *testing.T) {
	view := seeded(t).View()
	for _, c := range []struct {
		query, want string
		code        kg.Code
	}{
		{`conflicts(on: []) { totalCount }`, "on: name at least one", kg.Invalid},
		{`conflicts(first: -1) { totalCount }`, "first: -1 is negative", kg.Invalid},
		{`conflicts(first: 10001) { totalCount }`, "first: 10001 is more than the 10000", kg.Limit},
		{`conflicts(after: "x") { totalCount }`, "is not a cursor", kg.Invalid},
		{`unspecified(of: []) { totalCount }`, "of: name at least one", kg.Invalid},
		{`unspecified(types: []) { totalCount }`, "types: name at least one", kg.Invalid},
		{`unspecified(first: 1, last: 1) { totalCount }`, "give first or last, not both", kg.Invalid},
		{`gaps(names: []) { truncated }`, "names: name at least one", kg.Invalid},
		{`gaps(names: ["toolsWithoutGoals"]) { truncated }`, `did you mean "toolsWithoutGoal"`, kg.Invalid},
		{`gaps { items { nodes(first: 10001) { totalCount } } }`, "first: 10001", kg.Limit},
		{`tool(id: "tool:transit-handbook") { label(languages: ["fr", "x"]) { value } }`, `languages: "x" is not the tag of a language`, kg.Invalid},
	} {
		response := graph.Execute(t.Context(), view, quiet, "{ "+c.query+" }", "", nil)
		if len(response.Errors) == 0 || !strings.Contains(response.Errors[0].Message, c.want) || response.Errors[0].Extensions["code"] != string(c.code) {
			t.Errorf("%s\nanswered %v, want %q of code %s", c.query, response.Errors, c.want, c.code)
		}
	}
}

// TestClaimsPages: pages of any size, from either end, make up the whole list.
func TestClaimsPages(t *testing.T) {
	view := seeded(t).View()
	type listing struct {
		TotalCount int
		PageInfo   struct {
			HasNextPage, HasPreviousPage bool
			StartCursor, EndCursor       *string
		}
		Items []json.RawMessage
	}
	for name, query := range map[string]string{
		"conflicts":   `conflicts(%s) { totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor } items { kind about subject { id } link { id } claims { value } } }`,
		"unspecified": `unspecified(%s) { totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor } items { kind field node { id } link { id } } }`,
		"gaps":        `gaps(%s) { totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor } items { name source { id } nodes { totalCount } } }`,
	} {
		page := func(args string) (l listing) {
			t.Helper()
			text, err := json.Marshal(check(t, view, "{ "+fmt.Sprintf(query, args)+" }")[name])
			if err == nil {
				err = json.Unmarshal(text, &l)
			}
			if err != nil {
				t.Fatal(err)
			}
			return l
		}
		whole := page("first: 1000")
		seen := map[string]bool{}
		for _, item := range whole.Items {
			if seen[string(item)] {
				t.Errorf("%s: twice: %s", name, item)
			}
			seen[string(item)] = true
		}
		if whole.TotalCount < 6 || len(whole.Items) != whole.TotalCount || whole.PageInfo.HasNextPage {
			t.Fatalf("%s: %d of %d", name, len(whole.Items), whole.TotalCount)
		}
		for _, size := range []int{1, 4} {
			for _, way := range []string{"first", "last"} {
				var all []json.RawMessage
				args := fmt.Sprintf("%s: %d", way, size)
				for {
					p := page(args)
					if way == "first" {
						all = append(all, p.Items...)
					} else {
						all = append(p.Items, all...)
					}
					if way == "first" && p.PageInfo.HasNextPage {
						args = fmt.Sprintf("first: %d, after: %q", size, *p.PageInfo.EndCursor)
					} else if way == "last" && p.PageInfo.HasPreviousPage {
						args = fmt.Sprintf("last: %d, before: %q", size, *p.PageInfo.StartCursor)
					} else {
						break
					}
				}
				if fmt.Sprintf("%s", all) != fmt.Sprintf("%s", whole.Items) {
					t.Errorf("%s by %s %d: another list", name, way, size)
				}
			}
		}
	}
}

// TestEveryClaimIsCited: nothing is claimed, or said to be left open, that no
// citation carries.
func TestEveryClaimIsCited(t *testing.T) {
	data := check(t, seeded(t).View(), `{
		conflicts(first: 1000) { items { subject { id } claims { value citations { locator } } } }
		unspecified(first: 1000) { items { node { id } citations { locator } } }
	}`)
	text, err := json.Marshal(data)
	if err != nil {
		t.Fatal(err)
	}
	var a struct {
		Conflicts struct {
			Items []struct {
				Subject struct{ ID string }
				Claims  []struct {
					Value     string
					Citations []any
				}
			}
		}
		Unspecified struct {
			Items []struct {
				Node      struct{ ID string }
				Citations []any
			}
		}
	}
	if err := json.Unmarshal(text, &a); err != nil {
		t.Fatal(err)
	}
	for _, c := range a.Conflicts.Items {
		if len(c.Claims) < 2 {
			t.Errorf("%s: %d claims", c.Subject.ID, len(c.Claims))
		}
		for _, claim := range c.Claims {
			if len(claim.Citations) == 0 {
				t.Errorf("%s: %q is not cited", c.Subject.ID, claim.Value)
			}
		}
	}
	for _, u := range a.Unspecified.Items {
		if len(u.Citations) == 0 {
			t.Errorf("%s: not cited", u.Node.ID)
		}
	}
}
