package reference

import (
	"cmp"
	"maps"
	"slices"

	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
)

// Dated is one property that dates a node.
type Dated struct {
	Node       kg.ID
	Property   string
	Start, End string // "" where there is none
}

// Timeline lists what dates nodes of the types and shares a day with the range, a
// side of which may be "": in the order of time, what is open at both ends apart;
// and the nodes that nothing dates.
func (g *Graph) Timeline(types []string, from, to string) (entries, unbounded []Dated, undated []kg.ID) {
	overlaps := map[string]any{"overlaps": map[string]any{}}
	for name, date := range map[string]string{"from": from, "to": to} {
		if date != "" {
			overlaps["overlaps"].(map[string]any)[name] = date
		}
	}
	for _, id := range slices.Sorted(maps.Keys(g.Nodes)) {
		n := g.Nodes[id]
		if !slices.Contains(types, n.Type) {
			continue
		}
		t, dated := g.Ontology.NodeType(n.Type), false
		look := func(property string, p *ontology.Period, props kg.Props) {
			if _, _, is := interval(p, props); !is {
				return
			}
			dated = true
			d := Dated{Node: id, Property: property}
			d.Start, _ = props[p.Start.Name].(string)
			d.End, _ = props[p.End.Name].(string)
			switch {
			case d.Start == "" && d.End == "":
				unbounded = append(unbounded, d)
			case periodHolds(p, props, "overlaps", overlaps["overlaps"]):
				entries = append(entries, d)
			}
		}
		if t.Period != nil {
			look(t.Period.Name, t.Period, n.Props)
		}
		for _, f := range t.Fields {
			switch {
			case !f.Indexed || t.Period != nil && (f == t.Period.Start || f == t.Period.End):
			case f.Kind == ontology.PartialDate:
				look(f.Name, &ontology.Period{Start: f, End: f}, n.Props)
			case f.Kind == ontology.ValueKind && f.Value.Period != nil:
				group, _ := n.Props[f.Name].(kg.Props)
				look(f.Name, f.Value.Period, group)
			}
		}
		if !dated {
			undated = append(undated, id)
		}
	}
	order := func(a, b Dated) int {
		x, y := cmp.Or(a.Start, a.End), cmp.Or(b.Start, b.End)
		if x != "" && y != "" {
			_, lastX := days(x)
			_, lastY := days(y)
			if c := cmp.Or(cmp.Compare(lastX, lastY), cmp.Compare(len(x), len(y))); c != 0 {
				return c
			}
		}
		return cmp.Or(cmp.Compare(a.Node, b.Node), cmp.Compare(a.Property, b.Property))
	}
	slices.SortFunc(entries, order)
	slices.SortFunc(unbounded, order)
	return entries, unbounded, undated
}

// Dates makes a range of dates, a side of which may be "" for no bound.
func (r Generator) Dates() (from, to string) {
	from, to = r.date(), r.date()
	first, _ := days(from)
	if _, last := days(to); last < first {
		from, to = to, from
	}
	switch r.IntN(4) {
	case 0:
		from = ""
	case 1:
		to = ""
	}
	return from, to
}
