package history

import (
	"fmt"
	"slices"
	"testing"

	"ecpgraph/internal/kg"
)

func node(n kg.Node) kg.Record { return kg.Record{Op: kg.PutNode, Node: &n} }
func link(l kg.Link) kg.Record { return kg.Record{Op: kg.PutLink, Link: &l} }

func tell(changes []Change) (list []string) {
	side := func(s *string) string {
		if s == nil {
			return "none"
		}
		return *s
	}
	for _, c := range changes {
		list = append(list, fmt.Sprintf("%s: %s -> %s", c.Property, side(c.Before), side(c.After)))
	}
	return list
}

func TestChanges(t *testing.T) {
	handbook := kg.Node{
		ID: "tool:a", Type: "Tool", Name: "A <Handbook>", Aliases: []kg.Alias{{Name: "A", Citations: []kg.Citation{{Document: "document:d", Locator: "para 1", Checksum: "00"}}}},
		Props: kg.Props{"description": "It is.", "kind": "HANDBOOK", "rank": int64(3), "open": true, "tags": []any{"x", "y"},
			"period": kg.Props{"start": "2017", "weeks": int64(2)}},
		Citations: []kg.Citation{{Document: "document:d", Locator: "para 2"}},
	}
	guidelines := kg.Node{
		ID: "tool:a", Type: "Tool", Name: "A Guidelines",
		Props: kg.Props{"description": "It is.", "kind": "HANDBOOK", "rank": int64(4), "tags": []any{"y"}, "period": kg.Props{"start": "2017", "end": "2018-01"}, "empty": kg.Props{}},
	}
	serves := kg.Link{ID: "serves:a>b", Relation: "ServesGoal", From: "tool:a", To: "goal:b", Basis: kg.Stated, Modality: kg.Planned, Premises: []kg.ID{"x:y"},
		Props: kg.Props{"wording": "will serve"}, Citations: []kg.Citation{{Document: "document:d", Locator: "para 2"}}}
	firm := serves
	firm.Modality, firm.Premises = kg.Asserted, nil
	for _, test := range []struct {
		name          string
		before, after kg.Record
		want          []string
	}{
		{"nothing", node(handbook), node(handbook), nil},
		{"a node", node(handbook), node(guidelines), []string{
			"name: A <Handbook> -> A Guidelines",
			`aliases: [{"name":"A","citations":[{"document":"document:d","locator":"para 1","checksum":"00"}]}] -> none`,
			"empty: none -> {}",
			"open: true -> none",
			"period.end: none -> 2018-01",
			"period.weeks: 2 -> none",
			"rank: 3 -> 4",
			`tags: ["x","y"] -> ["y"]`,
			`citations: [{"document":"document:d","locator":"para 2"}] -> none`,
		}},
		{"a new node", kg.Record{}, node(guidelines), []string{
			"type: none -> Tool", "name: none -> A Guidelines", "description: none -> It is.", "empty: none -> {}", "kind: none -> HANDBOOK",
			"period.end: none -> 2018-01", "period.start: none -> 2017", "rank: none -> 4", `tags: none -> ["y"]`,
		}},
		{"a link", link(serves), link(firm), []string{"modality: PLANNED -> ASSERTED", `premises: ["x:y"] -> none`}},
		{"a link that goes", link(firm), kg.Record{Op: kg.DeleteLink, ID: firm.ID}, []string{
			"relation: SERVES_GOAL -> none", "from: tool:a -> none", "to: goal:b -> none", "basis: STATED -> none", "modality: ASSERTED -> none",
			"wording: will serve -> none", `citations: [{"document":"document:d","locator":"para 2"}] -> none`,
		}},
	} {
		if got := tell(Changes(test.before, test.after)); !slices.Equal(got, test.want) {
			t.Errorf("%s:\n%q, want\n%q", test.name, got, test.want)
		}
	}
}
