package query

import (
	"slices"
	"strings"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
)

// Filter tells whether a node matches.
type Filter func(ix *index.Index, n *index.Node) bool

// ParseFilter reads a `where` argument for nodes of the type, nil for nodes of
// any type. A nil map matches everything. Field names follow the derived
// schema: properties with operators, relation fields with some, none and
// every, and, or, not. The error is of code Invalid.
func ParseFilter(o *ontology.Ontology, t *ontology.NodeType, where map[string]any) (Filter, error) {
	var all []Filter
	for _, name := range sortedKeys(where) {
		if where[name] == nil {
			continue
		}
		f, err := parseCondition(o, t, name, where[name])
		if err != nil {
			return nil, err
		}
		all = append(all, f)
	}
	return and(all), nil
}

func and(filters []Filter) Filter {
	return func(ix *index.Index, n *index.Node) bool {
		for _, f := range filters {
			if !f(ix, n) {
				return false
			}
		}
		return true
	}
}

func parseCondition(o *ontology.Ontology, t *ontology.NodeType, name string, value any) (Filter, error) {
	switch name {
	case "and", "or":
		return parseJunction(o, t, name, value)
	case "not":
		f, err := parseNested(o, t, name, value)
		if err != nil {
			return nil, err
		}
		return func(ix *index.Index, n *index.Node) bool { return !f(ix, n) }, nil
	}
	conditions, err := object(name, value)
	if err != nil {
		return nil, err
	}
	if field := LookUp(t, name); field != nil {
		return parseField(field, conditions)
	}
	if t != nil {
		if end := t.End(name); end != nil {
			return parseRelation(o, end, conditions)
		}
		if f := t.Field(name); f != nil && f.Indexed && f.Kind == ontology.ValueKind {
			return parseValue(f, conditions)
		}
	}
	return nil, kg.Invalidf("where: there is no field %q to filter by", name)
}

// parseNested reads a filter within the filter, under the name.
func parseNested(o *ontology.Ontology, t *ontology.NodeType, name string, value any) (Filter, error) {
	where, err := object(name, value)
	if err != nil {
		return nil, err
	}
	return ParseFilter(o, t, where)
}

func parseJunction(o *ontology.Ontology, t *ontology.NodeType, name string, value any) (Filter, error) {
	var parts []Filter
	for _, element := range asList(value) {
		f, err := parseNested(o, t, name, element)
		if err != nil {
			return nil, err
		}
		parts = append(parts, f)
	}
	if name == "and" {
		return and(parts), nil
	}
	return func(ix *index.Index, n *index.Node) bool {
		return slices.ContainsFunc(parts, func(f Filter) bool { return f(ix, n) })
	}, nil
}

func parseValue(f *ontology.Field, where map[string]any) (Filter, error) {
	var all []Filter
	for _, name := range sortedKeys(where) {
		inner := f.Value.Field(name)
		if inner == nil || !inner.Indexed {
			return nil, kg.Invalidf("where: %s has no field %q to filter by", f.Value.Name, name)
		}
		if where[name] == nil {
			continue
		}
		operators, err := object(name, where[name])
		if err != nil {
			return nil, err
		}
		condition, err := parseField(&Field{Path: []string{f.Name, name}, Kind: inner.Kind}, operators)
		if err != nil {
			return nil, err
		}
		all = append(all, condition)
	}
	return and(all), nil
}

// parseRelation reads {some: …, none: …, every: …} about the far nodes. A node
// without links matches none and every.
func parseRelation(o *ontology.Ontology, end *ontology.End, where map[string]any) (Filter, error) {
	var all []Filter
	for _, quantifier := range sortedKeys(where) {
		if where[quantifier] == nil {
			continue
		}
		far, err := parseNested(o, end.Far().Single(), quantifier, where[quantifier])
		if err != nil {
			return nil, err
		}
		matches := func(want bool) Filter { // some far node whose match is as wanted
			return func(ix *index.Index, n *index.Node) bool {
				return slices.ContainsFunc(ix.Links(n.ID, end), func(l *index.Link) bool {
					return far(ix, ix.Node(l.FarID(end.Direction))) == want
				})
			}
		}
		some, other := matches(true), matches(false)
		switch quantifier {
		case "some":
			all = append(all, some)
		case "none":
			all = append(all, func(ix *index.Index, n *index.Node) bool { return !some(ix, n) })
		case "every":
			all = append(all, func(ix *index.Index, n *index.Node) bool { return !other(ix, n) })
		default:
			return nil, kg.Invalidf("where: %s takes some, none and every, not %q", end.Field(), quantifier)
		}
	}
	return and(all), nil
}

// parseField reads the operators on one field, all of which must hold. On a
// node without the field, isNull: true, ne and notIn hold, and no other does.
func parseField(f *Field, operators map[string]any) (Filter, error) {
	var tests []func(value any) bool
	for _, op := range sortedKeys(operators) {
		operand := operators[op]
		if operand == nil {
			return nil, kg.Invalidf("where: %s: %s takes a value; for absence write isNull: true", f, op)
		}
		test, err := parseOperator(f, op, operand)
		if err != nil {
			return nil, err
		}
		tests = append(tests, test)
	}
	return func(_ *index.Index, n *index.Node) bool {
		value := f.Of(n)
		for _, test := range tests {
			if !test(value) {
				return false
			}
		}
		return true
	}, nil
}

func parseOperator(f *Field, op string, operand any) (func(value any) bool, error) {
	if op == "isNull" {
		want, ok := operand.(bool)
		if !ok {
			return nil, kg.Invalidf("where: %s: isNull takes true or false", f)
		}
		return func(value any) bool { return (value == nil) == want }, nil
	}
	var operands []any
	for _, o := range asList(operand) {
		v, err := f.coerce(o)
		if err != nil {
			return nil, err
		}
		operands = append(operands, v)
	}
	in := func(value any) bool { return slices.Contains(operands, value) }
	switch op {
	case "in":
		return in, nil
	case "notIn":
		return func(value any) bool { return !in(value) }, nil
	}
	if len(operands) != 1 {
		return nil, kg.Invalidf("where: %s: %s takes one value", f, op)
	}
	switch op {
	case "eq":
		return in, nil
	case "ne":
		return func(value any) bool { return !in(value) }, nil
	case "lt", "lte", "gt", "gte":
		return present(func(value any) bool { return f.holds(op, value, operands[0]) }), nil
	case "contains", "startsWith":
		match := map[string]func(s, part string) bool{"contains": strings.Contains, "startsWith": strings.HasPrefix}[op]
		part, ok := operands[0].(string)
		if !ok {
			break
		}
		part = fold(part)
		return present(func(value any) bool { return match(fold(value.(string)), part) }), nil
	}
	return nil, kg.Invalidf("where: %s: there is no operator %q", f, op)
}

func present(test func(value any) bool) func(value any) bool {
	return func(value any) bool { return value != nil && test(value) }
}

// fold makes text comparable without regard to case.
func fold(s string) string { return strings.ToLower(s) }

// object is the value as an input object.
func object(name string, value any) (map[string]any, error) {
	m, ok := value.(map[string]any)
	if !ok {
		return nil, kg.Invalidf("where: %s takes an object of conditions, not %v", name, value)
	}
	return m, nil
}

// asList is the list, or a list of the one value, as GraphQL coerces input.
func asList(v any) []any {
	if list, ok := v.([]any); ok {
		return list
	}
	return []any{v}
}

func sortedKeys(m map[string]any) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
