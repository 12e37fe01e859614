package main

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestVariableValue(t *testing.T) {
	request := graphQLRequest{OperationName: "Q", Query: `
		query Other($a: Int) { x }
		query Q($a: String!, $n: Int, $f: Float, $b: Boolean!, $id: ID, $d: PartialDate, $l: [Int!], $w: ActionFilter) { x }`}
	for _, test := range []struct {
		variable, text string
		want           any
	}{
		{"a", "2017", "2017"},
		{"a", "true", "true"},
		{"a", "plain text", "plain text"},
		{"a", `"quoted"`, "quoted"},
		{"a", "null", nil},
		{"a", "", ""},
		{"n", "3", json.Number("3")},
		{"f", "12345678901234567890", json.Number("12345678901234567890")},
		{"b", "true", true},
		{"id", "7", "7"},
		{"d", "2017", "2017"},
		{"l", "[1, 2]", []any{json.Number("1"), json.Number("2")}},
		{"l", "1", json.Number("1")},
		{"w", `{"number": {"eq": 3}}`, map[string]any{"number": map[string]any{"eq": json.Number("3")}}},
		{"w", `{"number": `, `{"number": `},
		{"undeclared", "3", json.Number("3")},
	} {
		if diff := cmp.Diff(test.want, variableValue(test.text, declaredType(request, test.variable))); diff != "" {
			t.Errorf("$%s = %s: %s", test.variable, test.text, diff)
		}
	}
}
