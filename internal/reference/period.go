package reference

import (
	"slices"

	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
)

// The days before and after all others, as text that sorts by time.
const (
	firstOfAll = ""
	lastOfAll  = "~"
)

// interval is the first and last day of the period among the properties, by
// which it is on no line at all when it is not dated.
func interval(p *ontology.Period, props kg.Props) (first, last string, dated bool) {
	start, hasStart := props[p.Start.Name].(string)
	end, hasEnd := props[p.End.Name].(string)
	openStart, openEnd := false, false
	if p.Kind != nil {
		kind, _ := props[p.Kind.Name].(string)
		openStart = !hasStart && slices.Contains(p.OpenStart, kind)
		openEnd = !hasEnd && slices.Contains(p.OpenEnd, kind)
	}
	if !hasStart && !hasEnd {
		return firstOfAll, lastOfAll, openStart && openEnd
	}
	if !hasStart {
		start = end
	}
	if !hasEnd {
		end = start
	}
	first, _ = days(start)
	_, last = days(end)
	if openStart {
		first = firstOfAll
	}
	if openEnd {
		last = lastOfAll
	}
	return first, last, true
}

// periodHolds interprets one operator on a period.
func periodHolds(p *ontology.Period, props kg.Props, op string, operand any) bool {
	first, last, dated := interval(p, props)
	if op == "undated" {
		return dated != operand.(bool)
	}
	if !dated {
		return false
	}
	switch op {
	case "before":
		from, _ := days(operand.(string))
		return last < from
	case "after":
		_, to := days(operand.(string))
		return first > to
	}
	from, to := firstOfAll, lastOfAll
	bounds := operand.(map[string]any)
	if date, ok := bounds["from"].(string); ok {
		from, _ = days(date)
	}
	if date, ok := bounds["to"].(string); ok {
		_, to = days(date)
	}
	return first <= to && last >= from
}

// periodOperators makes conditions on a period.
func (r Generator) periodOperators(where map[string]any) {
	for range 1 + r.IntN(2) {
		switch op := pick(r, "overlaps", "overlaps", "before", "after", "undated"); op {
		case "undated":
			where[op] = r.oneIn(2)
		case "overlaps":
			bounds := map[string]any{}
			from, to := r.Dates()
			for side, date := range map[string]string{"from": from, "to": to} {
				switch {
				case date != "":
					bounds[side] = date
				case from > to:
					bounds[side] = nil
				}
			}
			where[op] = bounds
		default:
			where[op] = r.date()
		}
	}
}

// Periods makes conditions on the periods of tools, at least one.
func (r Generator) Periods(g *Graph) map[string]any {
	where := map[string]any{}
	for len(where) == 0 {
		for _, name := range []string{"period", "use"} {
			if on := map[string]any{}; r.oneIn(2) {
				r.periodOperators(on)
				where[name] = on
			}
		}
	}
	switch r.IntN(4) {
	case 0:
		return map[string]any{"not": where}
	case 1:
		return map[string]any{"or": []any{where, r.filter(g.Ontology.NodeType("Tool"), 0)}}
	}
	return where
}
