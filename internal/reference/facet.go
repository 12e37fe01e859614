package reference

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
	"ecpgraph/internal/query"
	"ecpgraph/internal/records"
)

// FacetKey makes the name of a field or relation field to count the answers to
// the question by.
func (r Generator) FacetKey(g *Graph, q Question) string {
	t := target(g.Ontology, q)
	if t != nil && r.oneIn(3) {
		return kg.UpperSnake(pick(r, t.Ends...).Field())
	}
	names := slices.DeleteFunc(slices.Clone(orders(t)), func(name string) bool { return name == "ID" })
	return pick(r, names...)
}

// target is the type of the nodes that the question selects, nil for any.
func target(o *ontology.Ontology, q Question) *ontology.NodeType {
	t := o.NodeType(q.Type)
	if q.Node != "" {
		return t.End(q.Field).Far().Single()
	}
	return t
}

// selected lists the nodes of all elements that the question selects, on
// whatever page.
func (g *Graph) selected(q Question) (list []*Node) {
	t := target(g.Ontology, q)
	if q.Node == "" {
		for _, n := range g.Nodes {
			if n.Type == q.Type && g.matches(n, t, q.Where) {
				list = append(list, n)
			}
		}
		return list
	}
	end := g.Ontology.NodeType(q.Type).End(q.Field)
	for _, l := range g.linksOf(q.Node, end) {
		if n := g.Nodes[far(l, end)]; g.linkMatches(l, q.Links) && g.matches(n, t, q.Where) {
			list = append(list, n)
		}
	}
	return list
}

// facet counts what the question selects: the buckets, as compareFacet writes
// them, with the ids of their nodes.
func (g *Graph) facet(q Question, name string) map[string][]string {
	t := target(g.Ontology, q)
	buckets := map[string][]string{}
	for _, n := range g.selected(q) {
		values := map[string]bool{}
		if end := endNamed(t, name); end != nil {
			for _, l := range g.linksOf(n.ID, end) {
				values[string(far(l, end))] = true
			}
		} else if k := ownKey(n, t, name, false); k.value != nil {
			values[fmt.Sprint(k.value)] = true
		}
		if len(values) == 0 {
			values["nothing"] = true
		}
		for v := range values {
			buckets[v] = append(buckets[v], string(n.ID))
		}
	}
	for _, ids := range buckets {
		slices.Sort(ids)
	}
	return buckets
}

// CompareFacet counts what the question selects by the field or relation field,
// on both sides, and compares the buckets, their order and what is in each.
func CompareFacet(g *Graph, v records.View, q Question, name string) error {
	ctx, ix := context.Background(), v.Index
	args := query.Args{Where: q.Where, Links: q.Links, OrderBy: q.OrderBy, First: q.First, Last: q.Last}
	t := target(ix.Ontology(), q)
	of := ix.Ontology().NodeType(q.Type)
	var end *ontology.End
	if q.Node != "" {
		end = of.End(q.Field)
		args.Relation = end.Relation
	}
	s, err := query.Select(ctx, ix, t, args)
	if err != nil {
		return err
	}
	keys, err := query.FacetKeys(ix, t, []string{name})
	if err != nil {
		return err
	}
	var (
		f     query.Facet
		idsIn func(b query.Bucket) ([]string, error)
	)
	most := query.MaxPage
	if q.Node == "" {
		var page query.Page[index.Node]
		if err := s.Nodes(&page); err != nil {
			return err
		}
		if f, err = page.Facet(keys[0], query.MaxBuckets); err != nil {
			return err
		}
		idsIn = func(b query.Bucket) (ids []string, err error) {
			within, err := page.Within(&f, b, query.Args{First: &most})
			if err != nil {
				return nil, err
			}
			var inner query.Page[index.Node]
			err = within.Nodes(&inner)
			for _, n := range inner.Elements {
				ids = append(ids, string(ix.NodeID(n)))
			}
			return ids, err
		}
	} else {
		n, _ := ix.Node(q.Node)
		var page query.Page[index.Edge]
		if err := s.Links(&page, n, end); err != nil {
			return err
		}
		if f, err = page.Facet(keys[0], query.MaxBuckets); err != nil {
			return err
		}
		idsIn = func(b query.Bucket) (ids []string, err error) {
			within, err := page.Within(&f, b, query.Args{First: &most})
			if err != nil {
				return nil, err
			}
			var inner query.Page[index.Edge]
			err = within.Links(&inner, n, end)
			for _, e := range inner.Elements {
				ids = append(ids, string(ix.NodeID(e.Far)))
			}
			return ids, err
		}
	}
	return compareFacet(ix, q, &f, g.facet(q, name), idsIn)
}

func compareFacet(ix *index.Index, q Question, f *query.Facet, want map[string][]string, idsIn func(query.Bucket) ([]string, error)) error {
	if f.Distinct != len(want) || len(f.Buckets) != len(want) {
		return fmt.Errorf("%v by %s: %d of %d buckets, want %d", q, f.Key.Name, len(f.Buckets), f.Distinct, len(want))
	}
	for i, b := range f.Buckets {
		name := "nothing"
		switch {
		case b.Linked:
			name = string(ix.NodeID(b.Node))
		case !b.Value.Absent():
			name = fmt.Sprint(f.Key.Column.Plain(b.Value))
			if b.Value.Compare(f.Min) < 0 || b.Value.Compare(f.Max) > 0 {
				return fmt.Errorf("%v by %s: %s is not within the bounds", q, f.Key.Name, name)
			}
		}
		ids, err := idsIn(b)
		if err != nil {
			return err
		}
		slices.Sort(ids)
		if b.Count != len(want[name]) || !slices.Equal(ids, want[name]) {
			return fmt.Errorf("%v by %s: %s holds %d, %s; want %s", q, f.Key.Name, name, b.Count, strings.Join(ids, " "), strings.Join(want[name], " "))
		}
		if i == 0 {
			continue
		}
		before := f.Buckets[i-1]
		if before.Count < b.Count || before.Count == b.Count && (before.Value.Compare(b.Value) > 0 ||
			f.Key.End != nil && (!before.Linked || b.Linked && ix.CompareNodes(before.Node, b.Node) >= 0)) {
			return fmt.Errorf("%v by %s: %s is out of order", q, f.Key.Name, name)
		}
	}
	return nil
}
