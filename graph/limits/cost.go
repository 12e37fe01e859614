package limits

import (
	"encoding/json"
	"math"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"ecpgraph/internal/query"
)

// Costs are counted in tenths, so that ten plain values cost as much as one
// object.
const (
	valueCost  = 1
	objectCost = 10
	unit       = 10
	// What introspection may answer has no pages to count by.
	schemaCost = 2000 * unit
	typeCost   = 500 * unit
	// largestList is how many elements a list may show that names its own
	// default.
	largestList = 10_000
	maxCost     = math.MaxInt32 * unit
)

// coster counts about how much an operation may answer (a plain list, such as
// citations, counts once), for documents that passed
// validation: an object costs 1 and a plain value a tenth, both times the sizes
// of the pages around them. An edge costs nothing beside its node. A list that
// is no page counts once, or as often as its arguments name ids, and so do all types that a selection tells apart.
// Fields that a variable leaves out cost nothing. What computes over the graph
// before it answers costs that, too.
type coster struct {
	merger
	variables map[string]any
}

func (s *Settings) cost(doc *ast.QueryDocument, o *ast.OperationDefinition, variables map[string]any) int {
	c := coster{
		merger: merger{
			fragments: fragmentsOf(doc), expanded: map[*ast.FragmentDefinition]bool{},
			repeats: math.MaxInt, selections: math.MaxInt, // checkDocument has bounded both
		},
		variables: variables,
	}
	c.skip = c.skipped
	tenths := c.object([]ast.SelectionSet{o.SelectionSet}, 1)
	return (tenths + unit - 1) / unit
}

// computed is what fields cost besides what they show, in objects. A quote is as
// long as several.
var computed = map[string]int{
	"Query.coverage": 500, "Query.projection": 500, "Query.metrics": 500, "Query.nodeMetrics": 500,
	"Query.conflicts": 500, "Query.unspecified": 300, "Query.gaps": 300,
	"Query.diff": 500, "Query.compare": 500, "Query.timeline": 500,
	"Query.paths": 300, "Query.reachable": 300, "Query.neighborhood": 100, "Query.search": 50,
	"ActionPlan.progressReport": 300, "Document.coverage": 50, "Citation.quote": 5, "Passage.quote": 5,
	"Link.rule": 5, "Link.derivation": 5, "Link.derivations": 20,
}

// object costs the fields of one object. When it is a page, its elements count
// as often as the page has room.
func (c *coster) object(sets []ast.SelectionSet, page int) int {
	set, _ := c.merge(sets)
	total := 0
	for _, key := range set.keys {
		fields := set.fields[key]
		each, times := c.field(fields), 1
		switch {
		case isElements(fields[0]):
			times = page
		case isList(fields[0]):
			times = c.named(fields[0])
		}
		total = min(maxCost, total+times*each)
	}
	return total
}

func (c *coster) field(fields []*ast.Field) int {
	f := fields[0]
	switch f.Name {
	case "__schema":
		return schemaCost
	case "__type":
		return typeCost
	}
	sets := selectionsOf(fields)
	if len(sets) == 0 {
		return valueCost + computing(f)
	}
	own, page := objectCost+computing(f), 1
	switch {
	case f.Name == "edges" && isElements(f):
		own = 0
	case isPage(f):
		page = c.page(f)
	case f.Definition != nil && sizedBy[f.Definition.Type.Name()] != "":
		page = c.asked(f, sizedBy[f.Definition.Type.Name()], "last")
	}
	return own + c.object(sets, page)
}

// computing is what the field costs besides what it shows.
func computing(f *ast.Field) int {
	if f.ObjectDefinition == nil {
		return 0
	}
	return computed[f.ObjectDefinition.Name+"."+f.Name] * unit
}

// sizedBy names the argument that says how long the lists of a type are, for
// those that are no pages.
var sizedBy = map[string]string{"Facet": "first", "Subgraph": "limit", "PathsAnswer": "k", "Timeline": "first", "Derivations": "limit"}

// isPage tells the fields that hold a page: a connection of nodes, or a page of
// what is no node.
func isPage(f *ast.Field) bool {
	return f.Definition != nil && f.Definition.Arguments.ForName("first") != nil && paged(f.Definition.Type.Name())
}

func paged(typeName string) bool {
	return strings.HasSuffix(typeName, "Connection") || strings.HasSuffix(typeName, "Page")
}

// isElements tells the fields that hold what is on a page, or in another type
// whose lists are sized.
func isElements(f *ast.Field) bool {
	if f.ObjectDefinition == nil || f.Definition == nil || f.Definition.Type.Elem == nil || f.Name == "facets" || f.Name == "counts" ||
		f.Definition.Arguments.ForName("limit") != nil {
		return false
	}
	return paged(f.ObjectDefinition.Name) || sizedBy[f.ObjectDefinition.Name] != ""
}

func isList(f *ast.Field) bool { return f.Definition != nil && f.Definition.Type.Elem != nil }

// named is how many things the arguments of a list name, such as ids, or how
// many they ask for by a limit.
func (c *coster) named(f *ast.Field) int {
	if f.Definition.Arguments.ForName("limit") != nil {
		return c.asked(f, "limit")
	}
	longest := 1
	for _, argument := range f.Arguments {
		if value, err := argument.Value.Value(c.variables); err == nil {
			if list, ok := value.([]any); ok {
				longest = max(longest, len(list))
			}
		}
	}
	return min(longest, query.MaxPage)
}

// page is how many elements a page may show at most.
func (c *coster) page(f *ast.Field) int { return c.asked(f, "first", "last") }

// asked is how many elements the first of the arguments that is given asks for;
// without one it is the default, that of the field or that of all pages. Sizes
// that will be refused later count as the largest that is not.
func (c *coster) asked(f *ast.Field, names ...string) int {
	otherwise, largest := query.DefaultPage, query.MaxPage
	for _, name := range names {
		definition := f.Definition.Arguments.ForName(name)
		if definition != nil && definition.DefaultValue != nil {
			value, _ := definition.DefaultValue.Value(nil)
			otherwise, _ = integer(value)
			largest = largestList
		}
		argument := f.Arguments.ForName(name)
		if argument == nil {
			continue
		}
		value, err := argument.Value.Value(c.variables)
		if err != nil {
			return largest
		}
		if n, given := integer(value); given {
			return min(max(n, 0), largest)
		}
	}
	return otherwise
}

// integer reads a number as a literal or a variable gives it; null is not given.
func integer(value any) (n int, given bool) {
	switch v := value.(type) {
	case nil:
		return 0, false
	case int64:
		return int(v), true
	case int:
		return v, true
	case int32:
		return int(v), true
	case float64:
		return int(v), true
	case json.Number:
		if n, err := v.Int64(); err == nil {
			return int(n), true
		}
	}
	return query.MaxPage, true
}

// skipped tells whether @skip or @include leaves the selection out.
func (c *coster) skipped(directives ast.DirectiveList) bool {
	for _, d := range directives {
		if d.Name != "skip" && d.Name != "include" {
			continue
		}
		if argument := d.Arguments.ForName("if"); argument != nil {
			value, err := argument.Value.Value(c.variables)
			if condition, ok := value.(bool); err == nil && ok && condition == (d.Name == "skip") {
				return true
			}
		}
	}
	return false
}
