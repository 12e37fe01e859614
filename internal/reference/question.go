package reference

import (
	"encoding/json"
	"fmt"

	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
)

// Question makes a random question to the graph, without marks.
func (r Generator) Question(g *Graph) Question {
	q := Question{Type: r.typeName()}
	target := g.Ontology.NodeType(q.Type)
	if r.oneIn(2) && len(g.Nodes) > 0 {
		q.Node = pick(r, sortedIDs(g.Nodes)...)
		q.Type = g.Nodes[q.Node].Type
		end := pick(r, g.Ontology.NodeType(q.Type).Ends...)
		q.Field, target = end.Field(), end.Far().Single()
		if r.oneIn(3) {
			q.Links = r.linkFilter(end.Relation)
		}
	}
	if !r.oneIn(4) {
		q.Where = r.filter(target, 3)
	}
	for range r.IntN(4) {
		by := r.order(target)
		if r.oneIn(2) {
			by["direction"] = pick(r, "ASC", "DESC")
		}
		q.OrderBy = append(q.OrderBy, by)
	}
	r.size(&q)
	return q
}

// order makes a key to sort nodes of the type by, nil for any.
func (r Generator) order(t *ontology.NodeType) map[string]any {
	if t == nil || !r.oneIn(3) {
		return map[string]any{"field": pick(r, orders(t)...)}
	}
	end := pick(r, t.Ends...)
	by := map[string]any{"field": kg.UpperSnake(end.Field())}
	if r.oneIn(2) {
		by["far"] = pick(r, orders(end.Far().Single())...)
	}
	return by
}

// linkFilter makes conditions on links of the relation, at least one.
func (r Generator) linkFilter(relation *ontology.Relation) map[string]any {
	where := map[string]any{}
	for len(where) == 0 || r.oneIn(3) {
		switch r.IntN(4) {
		case 0:
			where["basis"] = r.words(string(kg.Stated), string(kg.Derived))
		case 1:
			where["modality"] = r.words(string(kg.Asserted), string(kg.Planned), string(kg.Possible))
		case 2:
			where["document"] = r.operators(ontology.String, []string{"document:0", "document:1", "document:2"})
		default:
			for _, f := range relation.Fields {
				if f.Indexed {
					where[f.Name] = r.operatorsOn(f)
				}
			}
		}
	}
	return where
}

// words makes operators that the schema has for words that are always there.
func (r Generator) words(words ...string) map[string]any {
	switch op := pick(r, "eq", "ne", "in", "notIn"); op {
	case "eq", "ne":
		return map[string]any{op: pick(r, words...)}
	default:
		return map[string]any{op: []any{pick(r, words...), pick(r, words...)}}
	}
}

func (r Generator) size(q *Question) {
	q.First, q.Last = nil, nil
	switch n := r.IntN(9); r.IntN(4) {
	case 0:
		q.Last = &n
	case 1, 2:
		q.First = &n
	}
}

// Next makes a question for another page of the same: after or before marks of
// answers that it had.
func (r Generator) Next(q Question, seen []*Mark) Question {
	r.size(&q)
	q.After, q.Before = nil, nil
	if len(seen) == 0 {
		return q
	}
	way := r.IntN(3)
	if way != 0 {
		q.After = pick(r, seen...)
	}
	if way != 1 {
		q.Before = pick(r, seen...)
	}
	return q
}

// orders are the names that nodes of the type (nil for any) are ordered by.
func orders(t *ontology.NodeType) []string {
	switch {
	case t == nil:
		return []string{"ID", "NAME", "TYPE"}
	case t.Name == "Tool":
		return []string{"ID", "NAME", "KIND", "RANK", "OPEN", "CODE", "ADOPTED", "RETIRED",
			"PERIOD_START", "PERIOD_END", "PERIOD_WEEKS", "PERIOD_FIRM", "PERIOD_SORT"}
	case t.Name == "Goal":
		return []string{"ID", "NAME", "RANK"}
	case t.Name == "Document":
		return []string{"ID", "NAME", "ISSUED"}
	}
	return []string{"ID", "NAME"}
}

// filter makes conditions on nodes of the type, nil for any.
func (r Generator) filter(t *ontology.NodeType, depth int) map[string]any {
	where := map[string]any{}
	for range r.IntN(3) {
		r.condition(where, t, depth)
	}
	return where
}

func (r Generator) condition(where map[string]any, t *ontology.NodeType, depth int) {
	switch n := r.IntN(8); {
	case n == 0 && depth > 0:
		parts := []any{}
		for range r.IntN(4) {
			parts = append(parts, r.filter(t, depth-1))
		}
		where[pick(r, "and", "or", "or")] = parts
	case n == 1 && depth > 0:
		where["not"] = r.filter(t, depth-1)
	case n <= 4 && depth > 0 && t != nil:
		end := pick(r, t.Ends...)
		quantifiers := map[string]any{}
		for range 1 + r.IntN(2) {
			quantifiers[pick(r, "some", "none", "every")] = r.filter(end.Far().Single(), depth-1)
		}
		if r.oneIn(10) {
			quantifiers["some"] = nil
		}
		if r.oneIn(3) {
			quantifiers["count"] = r.operators(ontology.Int, nil)
		}
		if r.oneIn(3) && (quantifiers["some"] != nil || quantifiers["none"] != nil || quantifiers["every"] != nil) {
			quantifiers["link"] = r.linkFilter(end.Relation)
		}
		where[end.Field()] = quantifiers
	case n == 7 && r.oneIn(2):
		where["text"] = r.Text()
	case n == 5 && r.oneIn(2):
		where["aliases"] = r.operators(ontology.String, titles)
	case n == 5:
		where["name"] = r.operators(ontology.String, titles)
	case n == 6:
		where["id"] = r.operators(ontology.String, []string{"tool:1", "goal:2", "document:0", "TOOL", "body:"})
	case t == nil:
		where["type"] = r.operators(ontology.String, []string{"Tool", "Goal", "Document", "o"})
	default:
		r.property(where, t)
	}
}

func (r Generator) property(where map[string]any, t *ontology.NodeType) {
	var indexed []*ontology.Field
	for _, f := range t.Fields {
		if f.Indexed {
			indexed = append(indexed, f)
		}
	}
	if len(indexed) == 0 {
		return
	}
	if t.Period != nil && r.oneIn(4) {
		on := map[string]any{}
		r.periodOperators(on)
		where[t.Period.Name] = on
		return
	}
	f := pick(r, indexed...)
	if f.Kind != ontology.ValueKind {
		where[f.Name] = r.operatorsOn(f)
		return
	}
	group := map[string]any{}
	for _, inner := range f.Value.Fields {
		if inner.Indexed && r.oneIn(2) {
			group[inner.Name] = r.operatorsOn(inner)
		}
	}
	if f.Value.Period != nil && r.oneIn(2) {
		r.periodOperators(group)
	}
	where[f.Name] = group
}

func (r Generator) operatorsOn(f *ontology.Field) map[string]any {
	texts := titles
	if f.Kind == ontology.EnumKind {
		texts = []string{"GUIDE", "TABLE", "MODEL"}
	}
	return r.operators(f.Kind, texts)
}

// operators makes operators that the schema has for the kind.
func (r Generator) operators(kind ontology.Kind, texts []string) map[string]any {
	operand := func() any { return pick(r, texts...) }
	names := []string{"eq", "ne", "isNull"}
	switch kind {
	case ontology.Int:
		names = append(names, "in", "notIn", "lt", "lte", "gt", "gte")
		operand = func() any {
			n := r.IntN(5) - 2
			return pick[any](r, n, int64(n), float64(n), json.Number(fmt.Sprint(n)))
		}
	case ontology.Boolean:
		operand = func() any { return r.oneIn(2) }
	case ontology.PartialDate:
		names = append(names, "in", "notIn", "lt", "lte", "gt", "gte")
		operand = func() any { return r.date() }
	case ontology.EnumKind:
		names = append(names, "in", "notIn")
	default:
		names = append(names, "in", "notIn", "lt", "lte", "gt", "gte", "contains", "startsWith", "matches")
	}
	ops := map[string]any{}
	for range 1 + r.IntN(2) {
		switch op := pick(r, names...); op {
		case "isNull":
			ops[op] = r.oneIn(2)
		case "matches":
			ops[op] = pick(r, "^[A-M]", "(?i)t.*e", "a|e$", "[^a-z ]", "")
		case "in", "notIn":
			list := []any{}
			for range r.IntN(4) {
				list = append(list, operand())
			}
			ops[op] = list
		default:
			ops[op] = operand()
		}
	}
	return ops
}
