package plan

import (
	"slices"

	"github.com/vektah/gqlparser/v2/ast"
)

// group is all fields of a selection set that share a response key.
type group struct {
	key        string
	field      *ast.Field // the first of them
	selections ast.SelectionSet
}

// conditions are the variables that @skip and @include look at, with their
// values. They are part of which plan is run, not of its run.
type conditions map[string]any

// holds reports whether the directives let the selection in.
func (c conditions) holds(directives ast.DirectiveList) bool {
	decide := func(name string, otherwise bool) bool {
		d := directives.ForName(name)
		if d == nil {
			return otherwise
		}
		value := d.Arguments.ForName("if").Value
		if value.Kind == ast.Variable {
			given, _ := c[value.Raw].(bool)
			return given
		}
		return value.Raw == "true"
	}
	return !decide("skip", false) && decide("include", true)
}

// collector gathers the fields of selection sets for one concrete type.
type collector struct {
	document   *ast.QueryDocument
	conditions conditions
	satisfies  []string // the type and its interfaces
	visited    map[string]bool
	groups     []*group
}

// collect lists the fields that the selections ask of the type, in the order
// of their first appearance.
func (c *compiler) collect(t *ast.Definition, selections ast.SelectionSet) []*group {
	collector := &collector{
		document: c.document, conditions: c.conditions,
		satisfies: append([]string{t.Name}, t.Interfaces...), visited: map[string]bool{},
	}
	collector.walk(selections)
	return collector.groups
}

func (c *collector) walk(selections ast.SelectionSet) {
	for _, selection := range selections {
		switch s := selection.(type) {
		case *ast.Field:
			if c.conditions.holds(s.Directives) {
				c.add(s)
			}
		case *ast.InlineFragment:
			if c.conditions.holds(s.Directives) && c.applies(s.TypeCondition) {
				c.walk(s.SelectionSet)
			}
		case *ast.FragmentSpread:
			if c.visited[s.Name] || !c.conditions.holds(s.Directives) {
				continue
			}
			c.visited[s.Name] = true
			if fragment := c.document.Fragments.ForName(s.Name); c.applies(fragment.TypeCondition) {
				c.walk(fragment.SelectionSet)
			}
		}
	}
}

func (c *collector) applies(condition string) bool {
	return condition == "" || slices.Contains(c.satisfies, condition)
}

func (c *collector) add(f *ast.Field) {
	for _, g := range c.groups {
		if g.key == f.Alias {
			g.selections = append(g.selections, f.SelectionSet...)
			return
		}
	}
	c.groups = append(c.groups, &group{key: f.Alias, field: f, selections: slices.Clone(f.SelectionSet)})
}
