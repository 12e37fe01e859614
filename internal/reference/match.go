package reference

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
)

// matches interprets a `where` argument for one node. The type is the one that
// the question is about, nil for any. It panics on a filter that the schema
// does not allow.
func (g *Graph) matches(n *Node, t *ontology.NodeType, where map[string]any) bool {
	for name, value := range where {
		if value != nil && !g.holds(n, t, name, value) {
			return false
		}
	}
	return true
}

func (g *Graph) holds(n *Node, t *ontology.NodeType, name string, value any) bool {
	switch name {
	case "and":
		for _, part := range value.([]any) {
			if !g.matches(n, t, part.(map[string]any)) {
				return false
			}
		}
		return true
	case "or":
		for _, part := range value.([]any) {
			if g.matches(n, t, part.(map[string]any)) {
				return true
			}
		}
		return false
	case "text":
		return textMatches(n, value.(string))
	}
	conditions := value.(map[string]any)
	switch {
	case name == "not":
		return !g.matches(n, t, conditions)
	case name == "id":
		return operatorsHold(ontology.String, string(n.ID), conditions)
	case name == "name":
		return operatorsHold(ontology.String, n.Name, conditions)
	case name == "aliases":
		return anyHolds(ontology.String, aliasesOf(n), conditions)
	case t == nil && name == "type":
		return operatorsHold(ontology.String, n.Type, conditions)
	}
	if end := t.End(name); end != nil {
		return g.quantifiersHold(n, end, conditions)
	}
	if p := t.Period; p != nil && p.Name == name {
		for op, operand := range conditions {
			if operand != nil && !periodHolds(p, n.Props, op, operand) {
				return false
			}
		}
		return true
	}
	f := t.Field(name)
	if f.Kind != ontology.ValueKind {
		return operatorsHold(f.Kind, n.Props[name], conditions)
	}
	group, _ := n.Props[name].(kg.Props)
	for inner, operators := range conditions {
		if p := f.Value.Period; p != nil && slices.Contains(ontology.PeriodOperators, inner) {
			if operators != nil && !periodHolds(p, group, inner, operators) {
				return false
			}
			continue
		}
		if operators != nil && !operatorsHold(f.Value.Field(inner).Kind, group[inner], operators.(map[string]any)) {
			return false
		}
	}
	return true
}

func (g *Graph) quantifiersHold(n *Node, end *ontology.End, conditions map[string]any) bool {
	onLinks, _ := conditions["link"].(map[string]any)
	for quantifier, where := range conditions {
		if where == nil || quantifier == "link" {
			continue
		}
		if quantifier == "count" {
			count := 0
			for _, l := range g.linksOf(n.ID, end) {
				if g.linkMatches(l, onLinks) {
					count++
				}
			}
			if !operatorsHold(ontology.Int, int64(count), where.(map[string]any)) {
				return false
			}
			continue
		}
		total, matching := 0, 0
		for _, l := range g.linksOf(n.ID, end) {
			if !g.linkMatches(l, onLinks) {
				continue
			}
			total++
			if g.matches(g.Nodes[far(l, end)], end.Far().Single(), where.(map[string]any)) {
				matching++
			}
		}
		want := map[string]bool{"some": matching > 0, "none": matching == 0, "every": matching == total}
		if !want[quantifier] {
			return false
		}
	}
	return true
}

// linkMatches interprets a `link` filter.
func (g *Graph) linkMatches(l *Link, where map[string]any) bool {
	for name, value := range where {
		if value == nil {
			continue
		}
		operators := value.(map[string]any)
		holds := false
		switch name {
		case "basis":
			holds = operatorsHold(ontology.EnumKind, string(l.Basis), operators)
		case "modality":
			holds = operatorsHold(ontology.EnumKind, string(l.Modality), operators)
		case "document":
			var documents []any
			for _, c := range l.Citations {
				documents = append(documents, string(c.Document))
			}
			holds = anyHolds(ontology.String, documents, operators)
		default:
			f := g.Ontology.Relation(l.Relation).Field(name)
			holds = operatorsHold(f.Kind, l.Props[name], operators)
		}
		if !holds {
			return false
		}
	}
	return true
}

func aliasesOf(n *Node) (names []any) {
	for _, a := range n.Aliases {
		names = append(names, a.Name)
	}
	return names
}

// anyHolds is true when one of the values meets all operators; when there are
// none, when absence does.
func anyHolds(kind ontology.Kind, values []any, operators map[string]any) bool {
	if len(values) == 0 {
		return operatorsHold(kind, nil, operators)
	}
	return slices.ContainsFunc(values, func(v any) bool { return operatorsHold(kind, v, operators) })
}

// linksOf scans all links for those of the node along the relation field, in
// no order.
func (g *Graph) linksOf(id kg.ID, end *ontology.End) []*Link {
	var list []*Link
	for _, l := range g.Links {
		if l.Relation == end.Relation.Name && near(l, end) == id {
			list = append(list, l)
		}
	}
	return list
}

func near(l *Link, end *ontology.End) kg.ID {
	if end.Direction == ontology.In {
		return l.To
	}
	return l.From
}

func far(l *Link, end *ontology.End) kg.ID {
	if end.Direction == ontology.In {
		return l.From
	}
	return l.To
}

func operatorsHold(kind ontology.Kind, value any, operators map[string]any) bool {
	for op, operand := range operators {
		if !operatorHolds(kind, value, op, operand) {
			return false
		}
	}
	return true
}

func operatorHolds(kind ontology.Kind, value any, op string, operand any) bool {
	absent := value == nil
	isOne := func(list []any) bool {
		return slices.ContainsFunc(list, func(o any) bool { return !absent && fmt.Sprint(value) == plain(o) })
	}
	switch op {
	case "isNull":
		return absent == operand.(bool)
	case "eq":
		return isOne([]any{operand})
	case "ne":
		return !isOne([]any{operand})
	case "in":
		return isOne(operand.([]any))
	case "notIn":
		return !isOne(operand.([]any))
	}
	if absent {
		return false
	}
	switch op {
	case "matches":
		return regexp.MustCompile(operand.(string)).MatchString(value.(string))
	case "contains":
		return strings.Contains(strings.ToLower(value.(string)), strings.ToLower(operand.(string)))
	case "startsWith":
		return strings.HasPrefix(strings.ToLower(value.(string)), strings.ToLower(operand.(string)))
	}
	var less, more bool // strictly
	var upTo, from bool // or the same
	switch kind {
	case ontology.PartialDate:
		v1, v2 := days(value.(string))
		o1, o2 := days(operand.(string))
		less, upTo, more, from = v2 < o1, v2 <= o2, v1 > o2, v1 >= o1
	case ontology.Int:
		v, o := value.(int64), number(operand)
		less, upTo, more, from = v < o, v <= o, v > o, v >= o
	default:
		v, o := value.(string), operand.(string)
		less, upTo, more, from = v < o, v <= o, v > o, v >= o
	}
	return map[string]bool{"lt": less, "lte": upTo, "gt": more, "gte": from}[op]
}

// plain is an operand as fmt prints the value that it stands for.
func plain(operand any) string {
	if f, ok := operand.(float64); ok {
		return fmt.Sprint(int64(f))
	}
	return fmt.Sprint(operand)
}

func number(operand any) int64 {
	switch n := operand.(type) {
	case int:
		return int64(n)
	case float64:
		return int64(n)
	case json.Number:
		i, err := n.Int64()
		if err != nil {
			panic(err)
		}
		return i
	}
	return operand.(int64)
}

// days are the first and last day of a date, as text that sorts by time.
func days(date string) (first, last string) {
	switch len(date) {
	case 4:
		return date + "-01-01", date + "-12-31"
	case 7:
		length := map[string]int{"02": 28, "04": 30, "06": 30, "09": 30, "11": 30}[date[5:]]
		var year int
		if _, err := fmt.Sscan(strings.TrimLeft(date[:4], "0"), &year); err != nil {
			panic(err)
		}
		switch {
		case length == 0:
			length = 31
		case length == 28 && year%4 == 0 && (year%100 != 0 || year%400 == 0):
			length = 29
		}
		return date + "-01", fmt.Sprintf("%s-%d", date, length)
	}
	return date, date
}
