package graph_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ecpgraph/graph"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/report"
)

// TestTimeRefusals: what cannot be answered about time is told in words that say
// what to do.
func TestTimeRefusals(t *testing.T) {
	view := seeded(t).View()
	for _, c := range []struct {
		query, want string
		code        kg.Code
	}{
		{`timeline(types: []) { totalCount }`, "types: name at least one", kg.Invalid},
		{`timeline(from: "2017-13") { totalCount }`, `from: "2017-13" is not a date`, kg.Invalid},
		{`timeline(from: "2018", to: "2017") { totalCount }`, "timeline: 2017 ends before 2018 starts", kg.Invalid},
		{`timeline(first: 1, last: 1) { totalCount }`, "give first or last, not both", kg.Invalid},
		{`timeline(first: 10001) { totalCount }`, "first: 10001 is more than the 10000", kg.Limit},
		{`timeline(after: "x") { totalCount }`, "is not a cursor", kg.Invalid},
		{`timeline(groupBy: YEAR) { groups(limit: -1) { key } }`, "limit: -1 is negative", kg.Invalid},
		{`events(where: {period: {overlaps: {}}}) { totalCount }`, "where: period: overlaps: give from, to or both", kg.Invalid},
		{`actions(where: {timeframe: {before: "soon"}}) { totalCount }`, `"soon" is not a date`, kg.Invalid},
		{`tool(id: "tool:trs-guide") { statusHistory { items(limit: 501) { status } } }`, "limit: 501 is more than the 500", kg.Limit},
		{`actionPlan(id: "action-plan:ecp-3") { progressReport(asOf: "now") { actionCount } }`, `asOf: "now" is not a date`, kg.Invalid},
	} {
		response := graph.Execute(t.Context(), view, quiet, "{ "+c.query+" }", "", nil)
		if len(response.Errors) != 1 || !strings.Contains(response.Errors[0].Message, c.want) || fmt.Sprint(response.Errors[0].Extensions["code"]) != string(c.code) {
			t.Errorf("%s: %v; want %q of code %s", c.query, response.Errors, c.want, c.code)
		}
	}
}

// linePage is a page of a timeline.
type linePage struct {
	Items []struct {
		Node     struct{ ID string }
		Property string
		At       string
	}
	PageInfo struct {
		HasNextPage, HasPreviousPage bool
		StartCursor, EndCursor       string
	}
	TotalCount int
}

// TestTimelinePages: pages one after the other, from either end, are the whole.
func TestTimelinePages(t *testing.T) {
	view := seeded(t).View()
	page := func(args string) linePage {
		var answer struct{ Data struct{ Timeline linePage } }
		text := ask(t, view, `{ timeline(`+args+`) { items { node { id } property at } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } totalCount } }`, nil)
		if err := json.Unmarshal(text, &answer); err != nil || answer.Data.Timeline.TotalCount == 0 {
			t.Fatalf("%s: %v: %s", args, err, text)
		}
		return answer.Data.Timeline
	}
	whole := page(`from: "2016", first: 500`)
	if len(whole.Items) != whole.TotalCount || whole.TotalCount < 30 || whole.PageInfo.HasNextPage || whole.PageInfo.HasPreviousPage {
		t.Fatalf("%d of %d entries, %+v", len(whole.Items), whole.TotalCount, whole.PageInfo)
	}
	forward, backward := whole, whole
	forward.Items, backward.Items = nil, nil
	for after := ""; ; {
		p := page(`from: "2016", first: 7` + after)
		forward.Items = append(forward.Items, p.Items...)
		if after = fmt.Sprintf(", after: %q", p.PageInfo.EndCursor); !p.PageInfo.HasNextPage {
			break
		}
	}
	for before := ""; ; {
		p := page(`from: "2016", last: 7` + before)
		backward.Items = append(p.Items, backward.Items...)
		if before = fmt.Sprintf(", before: %q", p.PageInfo.StartCursor); !p.PageInfo.HasPreviousPage {
			break
		}
	}
	if diff := cmp.Diff(whole, forward); diff != "" {
		t.Errorf("forward: %s", diff)
	}
	if diff := cmp.Diff(whole, backward); diff != "" {
		t.Errorf("backward: %s", diff)
	}
	other := graph.Execute(t.Context(), view, quiet, fmt.Sprintf(`{ timeline(from: "2017", after: %q) { totalCount } }`, whole.PageInfo.EndCursor), "", nil)
	if len(other.Errors) != 1 || !strings.Contains(other.Errors[0].Message, "made for another") {
		t.Errorf("a cursor of another timeline: %v", other.Errors)
	}
}

// TestProgressReports renders the report on the third plan, as of a date and
// without one, in both formats.
func TestProgressReports(t *testing.T) {
	view := seeded(t).View()
	for name, variables := range map[string]string{
		"as-of-2017-08": `{"plan": "action-plan:ecp-3", "asOf": "2017-08"}`,
		"without-date":  `{"plan": "action-plan:cep", "asOf": null}`,
	} {
		var answer struct{ Data json.RawMessage }
		text := ask(t, view, report.ProgressQuery, []byte(variables))
		if err := json.Unmarshal(text, &answer); err != nil || bytes.Contains(text, []byte(`"errors"`)) {
			t.Fatalf("%v: %.500s", err, text)
		}
		p, err := report.ReadProgress(answer.Data)
		if err != nil {
			t.Fatal(err)
		}
		p.Revision.Digest, p.Revision.CommittedAt = "the digest", "the time" // of when the test runs
		var markdown, html bytes.Buffer
		if err := report.Markdown(&markdown, p); err != nil {
			t.Fatal(err)
		}
		if err := report.HTML(&html, p); err != nil {
			t.Fatal(err)
		}
		for ending, got := range map[string][]byte{".md": markdown.Bytes(), ".html": html.Bytes()} {
			golden := "testdata/reports/progress-" + name + ending
			if *update {
				if err := os.WriteFile(golden, got, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), string(got)); diff != "" {
				t.Errorf("%s (-want +got; go test ./graph -update rewrites it):\n%s", golden, diff)
			}
		}
	}
}
