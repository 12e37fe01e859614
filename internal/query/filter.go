package query

import (
	"slices"
	"time"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
)

// parser reads a `where` argument. Field names follow the derived schema:
// properties with operators, relation fields with some, none and every, and,
// or, not. Errors are of code Invalid.
type parser struct{ ix *index.Index }

// filter reads conditions on nodes of the type, nil for nodes of any type, all
// of which must hold. A nil map matches everything.
func (p parser) filter(t *ontology.NodeType, where map[string]any) (condition, error) {
	var all []condition
	for _, name := range sortedKeys(where) {
		if where[name] == nil {
			continue
		}
		c, err := p.condition(t, name, where[name])
		if err != nil {
			return nil, err
		}
		all = append(all, c)
	}
	return allOf(all...), nil
}

func (p parser) condition(t *ontology.NodeType, name string, value any) (condition, error) {
	switch name {
	case "and", "or":
		return p.junction(t, name, value)
	case "not":
		c, err := p.nested(t, name, value)
		if err != nil {
			return nil, err
		}
		return not(c), nil
	case "text":
		text, ok := value.(string)
		if !ok {
			return nil, kg.Invalidf("where: text takes the words to look for, not %v", value)
		}
		if len(text) > MaxSearchText {
			return nil, kg.Errorf(kg.Limit, "where: text: %d bytes are more than the %d that can be searched for", len(text), MaxSearchText)
		}
		return textHas(p.ix, t, text), nil
	}
	conditions, err := object(name, value)
	if err != nil {
		return nil, err
	}
	if name == aliasColumn.Name {
		return p.aliases(conditions)
	}
	if c := LookUp(p.ix, t, name); c != nil {
		return p.field(t, c, conditions)
	}
	if t != nil {
		if end := t.End(name); end != nil {
			return p.relation(t, end, conditions)
		}
		if t.Period != nil && t.Period.Name == name {
			return p.period(periodOf(p.ix, t, nil), conditions)
		}
		if f := t.Field(name); f != nil && f.Indexed && f.Kind == ontology.ValueKind {
			return p.value(t, f, conditions)
		}
	}
	return nil, kg.Invalidf("where: there is no field %q to filter by", name)
}

// nested reads a filter within the filter, under the name.
func (p parser) nested(t *ontology.NodeType, name string, value any) (condition, error) {
	where, err := object(name, value)
	if err != nil {
		return nil, err
	}
	return p.filter(t, where)
}

// junction reads the list under and, which matches when all do, or under or,
// which matches when one does. An empty or matches nothing.
func (p parser) junction(t *ontology.NodeType, name string, value any) (condition, error) {
	var parts []condition
	for _, element := range asList(value) {
		c, err := p.nested(t, name, element)
		if err != nil {
			return nil, err
		}
		parts = append(parts, c)
	}
	if name == "and" {
		return allOf(parts...), nil
	}
	return anyOf(parts...), nil
}

// value reads the conditions on the fields of a value type.
func (p parser) value(t *ontology.NodeType, f *ontology.Field, where map[string]any) (condition, error) {
	var all []condition
	for _, name := range sortedKeys(where) {
		if f.Value.Period != nil && slices.Contains(ontology.PeriodOperators, name) {
			c, err := p.period(periodOf(p.ix, t, f), map[string]any{name: where[name]})
			if err != nil {
				return nil, err
			}
			all = append(all, c)
			continue
		}
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
		c, err := p.field(t, index.ColumnNamed(p.ix.Columns(t), f.Name+"."+name), operators)
		if err != nil {
			return nil, err
		}
		all = append(all, c)
	}
	return allOf(all...), nil
}

// relation reads {some: …, none: …, every: …, count: …, link: …} about the
// links and their far nodes. A node without links matches none and every; link
// restricts which links the others look at.
func (p parser) relation(t *ontology.NodeType, end *ontology.End, where map[string]any) (condition, error) {
	var all []condition
	links, err := p.links(end.Relation, where["link"])
	if err != nil {
		return nil, err
	}
	for _, quantifier := range sortedKeys(where) {
		if where[quantifier] == nil || quantifier == "link" {
			continue
		}
		given, err := object(quantifier, where[quantifier])
		if err != nil {
			return nil, err
		}
		if quantifier == countColumn.Name {
			c, err := p.count(t, end, links, given)
			if err != nil {
				return nil, err
			}
			all = append(all, c)
			continue
		}
		far, err := p.filter(end.Far().Single(), given)
		if err != nil {
			return nil, err
		}
		switch quantifier {
		case "some":
			all = append(all, some(t, end, links, far))
		case "none":
			all = append(all, not(some(t, end, links, far)))
		case "every":
			all = append(all, not(some(t, end, links, not(far))))
		default:
			return nil, kg.Invalidf("where: %s takes some, none, every, count and link, not %q", end.Field(), quantifier)
		}
	}
	if links != nil && len(all) == 0 {
		return nil, kg.Invalidf("where: %s: link says which links count, some, none and every look at: give one of them, such as some: {}", end.Field())
	}
	return allOf(all...), nil
}

// field reads the operators on one field, all of which must hold. On a node
// without the field, isNull: true, ne and notIn hold, and no other does.
func (p parser) field(t *ontology.NodeType, c *index.Column, operators map[string]any) (condition, error) {
	f, err := p.operators(t, c, operators)
	if err != nil {
		return nil, err
	}
	return f.simple(), nil
}

func (p parser) operators(t *ontology.NodeType, c *index.Column, operators map[string]any) (*field, error) {
	f := &field{of: t, column: c, set: everyValue()}
	for _, op := range sortedKeys(operators) {
		if operators[op] == nil {
			return nil, kg.Invalidf("where: %s: %s takes a value; for absence write isNull: true", c.Name, op)
		}
		if err := p.operator(f, op, operators[op]); err != nil {
			return nil, err
		}
	}
	return f, nil
}

// operator adds the operator to the condition.
func (p parser) operator(f *field, op string, given any) error {
	c := f.column
	if op == "isNull" {
		want, ok := given.(bool)
		if !ok {
			return kg.Invalidf("where: %s: isNull takes true or false", c.Name)
		}
		if want {
			f.set = f.set.and(present().not())
		} else {
			f.set = f.set.and(present())
		}
		return nil
	}
	operands := asList(given)
	switch op {
	case "in", "notIn":
	default:
		if len(operands) != 1 {
			return kg.Invalidf("where: %s: %s takes one value", c.Name, op)
		}
	}
	if c.Kind == ontology.EnumKind {
		return p.words(f, op, operands)
	}
	values := make([]index.Value, len(operands))
	for i, o := range operands {
		v, err := operand(c, o)
		if err != nil {
			return err
		}
		values[i] = v
	}
	switch op {
	case "eq", "in":
		f.set = f.set.and(points(values...))
		return nil
	case "ne", "notIn":
		f.set = f.set.and(points(values...).not())
		return nil
	case "lt", "lte", "gt", "gte":
		f.set = f.set.and(compared(c, op, values[0]))
		return nil
	case "contains", "startsWith":
		if part, ok := operands[0].(string); ok && c.Kind != ontology.PartialDate {
			f.set = f.set.and(present())
			f.texts = append(f.texts, text{part: lower(nil, part), atStart: op == "startsWith"})
			return nil
		}
	case "matches":
		if source, ok := operands[0].(string); ok && c.Kind != ontology.PartialDate {
			t, err := pattern(c.Name, source)
			if err != nil {
				return err
			}
			f.set = f.set.and(present())
			f.texts = append(f.texts, t)
			return nil
		}
	}
	return kg.Invalidf("where: %s: there is no operator %q", c.Name, op)
}

// compared is the set of the values that stand to the operand as op says. A
// partial date is the span of its days: lte asks that the value ends no later
// than the operand does, gte that it starts no earlier; lt that it ends before
// the operand starts, gt that it starts after the operand ends. So "2018-07" is
// both lte and gte "2018".
func compared(c *index.Column, op string, v index.Value) set {
	if c.Kind != ontology.PartialDate {
		switch op {
		case "lt":
			return upTo(cut{v, false})
		case "lte":
			return upTo(cut{v, true})
		case "gt":
			return from(cut{v, true})
		}
		return from(cut{v, false})
	}
	date := kg.PartialDate(c.Plain(v).(string))
	switch op {
	case "lt":
		return endsBy(c, dayBefore(date))
	case "lte":
		return endsBy(c, date.Last())
	case "gt":
		return startsAfter(c, date.Last())
	}
	return startsAfter(c, dayBefore(date))
}

// Dates are ordered by their last day, a day after the month and the year that
// end with it.

// endsBy is the set of the dates whose last day is the day or one before.
func endsBy(c *index.Column, day time.Time) set {
	if day.Year() < 0 {
		return set{}
	}
	return upTo(cut{dateValue(c, day, "2006-01-02"), true})
}

// startsAfter is the set of the dates whose first day is after the day: of those
// that end after it, all but the month and the year that it is in.
func startsAfter(c *index.Column, day time.Time) set {
	if day.Year() < 0 {
		return present()
	}
	around := points(dateValue(c, day, "2006-01"), dateValue(c, day, "2006"))
	return from(cut{dateValue(c, day, "2006-01-02"), true}).and(around.not())
}

func dateValue(c *index.Column, day time.Time, layout string) index.Value {
	v, err := c.Value(day.Format(layout))
	if err != nil {
		panic("query: a date within the years 0 to 9999: " + err.Error())
	}
	return v
}

// words adds an operator on a column of words, which an operand need not be one
// of. Words are compared as text.
func (p parser) words(f *field, op string, operands []any) error {
	given := make([]string, len(operands))
	for i, o := range operands {
		word, ok := o.(string)
		if !ok {
			return kg.Invalidf("%s: %v is not a %s", f.column.Name, o, f.column.Kind)
		}
		given[i] = word
	}
	holds, err := wordTest(f.column.Name, op, given)
	if err != nil {
		return err
	}
	var values []index.Value
	for _, word := range f.column.Words() {
		if holds(word) {
			v, err := f.column.Value(word)
			if err != nil {
				return err
			}
			values = append(values, v)
		}
	}
	if op == "ne" || op == "notIn" {
		f.set = f.set.and(points(values...).not())
		return nil
	}
	f.set = f.set.and(points(values...))
	return nil
}

// wordTest is the test that op stands for; for ne and notIn that of the words
// that do not match.
func wordTest(name, op string, given []string) (func(word string) bool, error) {
	switch op {
	case "eq", "in", "ne", "notIn":
		return func(word string) bool { return slices.Contains(given, word) }, nil
	case "lt":
		return func(word string) bool { return word < given[0] }, nil
	case "lte":
		return func(word string) bool { return word <= given[0] }, nil
	case "gt":
		return func(word string) bool { return word > given[0] }, nil
	case "gte":
		return func(word string) bool { return word >= given[0] }, nil
	case "contains", "startsWith":
		t := text{part: lower(nil, given[0]), atStart: op == "startsWith"}
		return func(word string) bool { return t.in(lower(nil, word)) }, nil
	case "matches":
		t, err := pattern(name, given[0])
		if err != nil {
			return nil, err
		}
		return t.pattern.MatchString, nil
	}
	return nil, kg.Invalidf("where: %s: there is no operator %q", name, op)
}

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
