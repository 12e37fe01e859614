package limits

import (
	"encoding/json"
	"fmt"
	"slices"
	"sync"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"ecpgraph/graph/cache"
	"ecpgraph/graph/selection"
)

// costs remembers what operations cost.
type costs struct {
	operations *cache.LRU[string, *operationCosts] // by name and text of the document
}

const (
	costBytes     = 4 << 20
	costsOfOne    = 16  // values of variables of one operation
	maxValueBytes = 200 // of the variables of one cost
)

func newCosts() *costs {
	return &costs{cache.NewLRU(costBytes, func(key string, _ *operationCosts) int {
		return len(key) + costsOfOne*(maxValueBytes+50)
	})}
}

// operationCosts are the costs of one operation by what the variables that
// matter to its cost hold.
type operationCosts struct {
	names []string

	mu sync.Mutex
	by map[string]int
}

// of is the cost of the operation with its variables.
func (c *costs) of(s *Settings, o *graphql.OperationContext) int {
	key := o.Operation.Name + "\n" + o.RawQuery
	known, ok := c.operations.Get(key)
	if !ok {
		known = &operationCosts{names: costly(o.Doc), by: map[string]int{}}
		c.operations.Add(key, known)
	}
	values := known.values(o.Variables)
	known.mu.Lock()
	defer known.mu.Unlock()
	cost, ok := known.by[values]
	if !ok {
		cost = s.cost(o.Doc, o.Operation, o.Variables)
		if len(known.by) < costsOfOne && len(values) <= maxValueBytes {
			known.by[values] = cost
		}
	}
	return cost
}

// values tells apart what the variables hold, as far as costs do.
func (c *operationCosts) values(variables map[string]any) string {
	if len(c.names) == 0 {
		return ""
	}
	var text []byte
	for _, name := range c.names {
		switch value := variables[name].(type) {
		case nil, bool, int, int32, int64, float64, json.Number:
			text = fmt.Appendf(text, "%v,", value)
		case []any:
			text = fmt.Appendf(text, "[%d],", len(value))
		default:
			text = append(text, "one,"...)
		}
	}
	return string(text)
}

// costly lists the variables that the cost of the document's operations depends
// on, sorted: those that size a page, name a number of things, or leave a
// selection out.
func costly(doc *ast.QueryDocument) []string {
	names := selection.Conditions(doc)
	var add func(*ast.Value)
	add = func(v *ast.Value) {
		if v.Kind == ast.Variable {
			names = append(names, v.Raw)
		}
		for _, child := range v.Children {
			add(child.Value)
		}
	}
	for s := range selection.All(doc) {
		f, ok := s.(*ast.Field)
		if !ok {
			continue
		}
		for _, a := range f.Arguments {
			if a.Name == "first" || a.Name == "last" || a.Name == "limit" || a.Name == "k" || isList(f) {
				add(a.Value)
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}
