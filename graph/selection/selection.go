// Package selection walks over what the documents of requests select.
package selection

import (
	"iter"
	"slices"

	"github.com/vektah/gqlparser/v2/ast"
)

// All are the selections of the document, each once: those of its operations,
// then those of its fragments, an outer one before those within it.
func All(document *ast.QueryDocument) iter.Seq[ast.Selection] {
	return func(yield func(ast.Selection) bool) {
		for _, o := range document.Operations {
			if !walk(o.SelectionSet, yield) {
				return
			}
		}
		for _, f := range document.Fragments {
			if !walk(f.SelectionSet, yield) {
				return
			}
		}
	}
}

func walk(selections ast.SelectionSet, yield func(ast.Selection) bool) bool {
	for _, s := range selections {
		if !yield(s) {
			return false
		}
		var within ast.SelectionSet
		switch s := s.(type) {
		case *ast.Field:
			within = s.SelectionSet
		case *ast.InlineFragment:
			within = s.SelectionSet
		}
		if !walk(within, yield) {
			return false
		}
	}
	return true
}

// Directives are those of the selection.
func Directives(s ast.Selection) ast.DirectiveList {
	switch s := s.(type) {
	case *ast.Field:
		return s.Directives
	case *ast.InlineFragment:
		return s.Directives
	case *ast.FragmentSpread:
		return s.Directives
	}
	return nil
}

// Conditions lists the variables that @skip and @include look at in the
// document, each once, sorted.
func Conditions(document *ast.QueryDocument) []string {
	var names []string
	for s := range All(document) {
		for _, d := range Directives(s) {
			if d.Name != "skip" && d.Name != "include" {
				continue
			}
			if given := d.Arguments.ForName("if"); given != nil && given.Value.Kind == ast.Variable {
				names = append(names, given.Value.Raw)
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}
