package model

import (
	"fmt"
	"testing"

	"ecpgraph/internal/kg"
)

// TestReadings: what generated getters read from properties; absent values are
// nil, absent lists empty.
func TestReadings(t *testing.T) {
	type span struct{ values kg.Props }
	wrap := func(p kg.Props) *span { return &span{p} }
	p := kg.Props{
		"text": "a", "number": int64(7), "yes": true, "words": []any{"A", "B"}, "numbers": []any{int64(1), int64(2)},
		"span": kg.Props{"end": "2017"}, "spans": []any{kg.Props{"end": "2018"}},
	}
	for name, test := range map[string]struct{ got, want any }{
		"text":         {*textOf(p, "text"), "a"},
		"number":       {*intOf(p, "number"), 7},
		"boolean":      {*boolOf(p, "yes"), true},
		"word":         {*wordOf(p, "text"), Text("a")},
		"words":        {listOf(p, "words", wordOf), []Text{"A", "B"}},
		"numbers":      {listOf(p, "numbers", intOf), []int{1, 2}},
		"value":        {valueOf(p, "span", wrap).values["end"], "2017"},
		"values":       {valuesOf(p, "spans", wrap)[0].values["end"], "2018"},
		"no text":      {textOf(p, "none") == nil, true},
		"no number":    {intOf(p, "none") == nil, true},
		"no word":      {wordOf(p, "none") == nil, true},
		"no boolean":   {boolOf(p, "none") == nil, true},
		"no value":     {valueOf(p, "none", wrap) == nil, true},
		"empty list":   {len(listOf(p, "none", textOf)), 0},
		"empty values": {len(valuesOf(p, "none", wrap)), 0},
	} {
		if fmt.Sprint(test.got) != fmt.Sprint(test.want) {
			t.Errorf("%s: %v, want %v", name, test.got, test.want)
		}
	}
}
