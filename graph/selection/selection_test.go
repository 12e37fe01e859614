package selection_test

import (
	"slices"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"

	"ecpgraph/graph/selection"
)

const document = `
query A($b: Boolean!, $a: Boolean!, $n: Int) { one @skip(if: $b) { two(first: $n) @include(if: true) ...F @include(if: $b) } }
fragment F on T { ... on U @include(if: $a) { three @other(if: $n) } }`

func parsed(t *testing.T) *ast.QueryDocument {
	t.Helper()
	doc, err := parser.ParseQuery(&ast.Source{Input: document})
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func TestAll(t *testing.T) {
	var seen []string
	for s := range selection.All(parsed(t)) {
		switch s := s.(type) {
		case *ast.Field:
			seen = append(seen, s.Name)
		case *ast.InlineFragment:
			seen = append(seen, "on "+s.TypeCondition)
		case *ast.FragmentSpread:
			seen = append(seen, "..."+s.Name)
		}
	}
	if want := []string{"one", "two", "...F", "on U", "three"}; !slices.Equal(seen, want) {
		t.Errorf("%q, want %q", seen, want)
	}
	for most := range len(seen) {
		visits := 0
		for range selection.All(parsed(t)) {
			if visits++; visits > most {
				break
			}
		}
		if visits != most+1 {
			t.Errorf("%d visits after a break at %d", visits, most+1)
		}
	}
}

func TestConditions(t *testing.T) {
	if got := selection.Conditions(parsed(t)); !slices.Equal(got, []string{"a", "b"}) {
		t.Errorf("%q", got)
	}
}
