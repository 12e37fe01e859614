package report

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"ecpgraph/internal/kg"
)

// hostile is an answer whose texts try to be markup.
const hostile = `{
  "revision": {"number": 3, "digest": "abc", "committedAt": null},
  "actionPlan": {
    "id": "action-plan:x", "name": "Plan *x* <script>alert(1)</script>", "period": {"wording": null, "start": "2017", "end": null},
    "progressReport": {
      "asOf": "2018", "truncated": true, "actionCount": 1,
      "statements": [{"about": {"name": "Plan *x* <script>alert(1)</script>"}, "via": null, "compared": null, "task": null, "statement": {
        "status": "IN_FORCE", "date": null, "dateIs": "UNKNOWN", "modality": "POSSIBLE", "wording": null, "document": {"name": "D"}, "citations": []}}],
      "sections": [{
        "section": {"name": "[S](javascript:x)", "kind": "STRAND", "number": null, "citations": [{"document": {"name": "D"}, "locator": "para 1"}]},
        "version": null, "statements": [],
        "actions": [{
          "action": {"number": 7, "name": "a_b\n# c | d"}, "responsibleBodies": [{"from": {"name": "B"}, "modality": "PLANNED", "citations": [
            {"document": {"name": "D"}, "locator": "para 2"}, {"document": {"name": "D"}, "locator": "para 1"}, {"document": {"name": "D"}, "locator": "para 2"}]}],
          "unnamedBodies": "& others", "timeframe": {"kind": "WINDOW", "wording": "soon"}, "due": null, "state": "PAST_RESULT_REPORTED",
          "statements": [{"about": {"name": "N"}, "via": {"to": {"name": "T"}}, "compared": {"citations": [{"document": {"name": "D"}, "locator": "para 3"}]}, "task": "DEVELOP",
            "statement": {"status": "DRAFT", "date": "2017", "dateIs": "OF_DOCUMENT", "modality": "ASSERTED", "wording": "w", "document": {"name": "D"},
              "citations": [{"document": {"name": "D"}, "locator": "para 2"}]}}],
          "citations": []
        }]
      }]
    }
  }
}`

func rendered(t *testing.T) (markdown, html string) {
	t.Helper()
	p, err := ReadProgress([]byte(hostile))
	if err != nil {
		t.Fatal(err)
	}
	var m, h bytes.Buffer
	if err := errors.Join(Markdown(&m, p), HTML(&h, p)); err != nil {
		t.Fatal(err)
	}
	return m.String(), h.String()
}

func TestMarkdown(t *testing.T) {
	got, _ := rendered(t)
	want := `# Progress report: Plan \*x\* \<script\>alert(1)\</script\>

- Plan: Plan \*x\* \<script\>alert(1)\</script\>
- Period: from 2017
- As of: 2018
- Graph: revision 3, digest abc
- Actions: 1
- This report is cut off: there is more than it holds.

## Due states as of 2018

- past result reported: 1. The due date is past; a document reports as there a thing that the action is to make, hold or consider, but not the action as done.

## What documents report of the plan

- in force (possible); D, which is undated

## \[S\](javascript:x)[^1]

### Action 7: a\_b # c \| d

- Responsible: B (planned)[^1][^2], “& others”
- Timeframe: “soon”, window
- As of 2018: past result reported
- Reported:
  - N (to compare with T; no document says that they are one[^3]): draft, “w”; D of 2017[^2]

## Sources

[^1]: D, para 1
[^2]: D, para 2
[^3]: D, para 3
`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// TestHTML: the file needs no other, runs nothing, and data in it is text.
func TestHTML(t *testing.T) {
	_, got := rendered(t)
	for _, wrong := range []string{"<script", "http://", "https://", "src=", "@import", "url("} {
		if strings.Contains(got, wrong) {
			t.Errorf("it has %q", wrong)
		}
	}
	for _, want := range []string{
		"<title>Progress report: Plan *x* &lt;script&gt;alert(1)&lt;/script&gt;</title>",
		`<sup><a href="#note-1">1</a></sup><sup><a href="#note-2">2</a></sup>`,
		`<li id="note-3">D, para 3</li>`, "&amp; others", `<span class="badge">past result reported</span>`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("it lacks %q", want)
		}
	}
}

func TestReadProgressFaults(t *testing.T) {
	if _, err := ReadProgress([]byte(`{"actionPlan": null}`)); kg.CodeOf(err) != kg.NotFound {
		t.Errorf("no plan: %v", err)
	}
	if _, err := ReadProgress([]byte(`[]`)); kg.CodeOf(err) != kg.Invalid {
		t.Errorf("no answer: %v", err)
	}
}
