package main

import (
	"maps"
	"slices"
	"strings"

	"ecpgraph/internal/index"
	"ecpgraph/internal/ontology"
)

// isIndexed reports whether links of the relation can be filtered by their
// properties.
func isIndexed(r *ontology.Relation) bool { return len(index.LinkColumnsOf(r)) > 0 }

// linkFilterName is the input that filters links of the relation. Relations
// without indexed properties share one.
func linkFilterName(r *ontology.Relation) string {
	if isIndexed(r) {
		return r.Name + "LinkFilter"
	}
	return "LinkFilter"
}

// relationFilterName is the input that filters by the relation field. Fields of
// relations without indexed properties share one for each type at the far end.
func relationFilterName(e *ontology.End) string {
	if isIndexed(e.Relation) {
		return connectionName(e) + "Filter"
	}
	return farName(e.Far()) + "Links"
}

// farName is the name of the node type at the end of a relation: that of the
// only type, else Node.
func farName(r *ontology.Range) string {
	if t := r.Single(); t != nil {
		return t.Name
	}
	return "Node"
}

// connectionName is the name, without Connection or Edge, of what the relation
// field lists. Relations without properties of their own share one connection
// for each type at the far end, which keeps the schema small; the others have
// one for the targets of their links and one for the sources.
func connectionName(e *ontology.End) string {
	switch {
	case len(e.Relation.Fields) == 0:
		return farName(e.Far()) + "Link"
	case e.Direction == ontology.Out:
		return e.Relation.Name + "Target"
	}
	return e.Relation.Name + "Source"
}

// connectionEnds lists an End for each connection that relation fields have, by
// the connection's name.
func connectionEnds(o *ontology.Ontology) []*ontology.End {
	byName := map[string]*ontology.End{}
	for _, r := range o.Relations {
		for _, d := range []ontology.Direction{ontology.Out, ontology.In} {
			e := &ontology.End{Relation: r, Direction: d}
			if name := connectionName(e); byName[name] == nil {
				byName[name] = e
			}
		}
	}
	var list []*ontology.End
	for _, name := range slices.Sorted(maps.Keys(byName)) {
		list = append(list, byName[name])
	}
	return list
}

// typeName is the name of the type, Node for nil.
func typeName(t *ontology.NodeType) string {
	if t == nil {
		return "Node"
	}
	return t.Name
}

// inputNames lists the names of all SDL types that are inputs: filters by the
// name of their Go twin Where, orders by OrderBy.
func inputNames(o *ontology.Ontology) (filters, orders []string) {
	for _, t := range append(slices.Clone(o.NodeTypes), nil) {
		filters = append(filters, typeName(t)+"Filter", typeName(t)+"Links")
		orders = append(orders, typeName(t)+"Order")
	}
	for _, r := range o.Relations {
		if isIndexed(r) {
			filters = append(filters, linkFilterName(r))
		}
	}
	for _, e := range connectionEnds(o) {
		if isIndexed(e.Relation) {
			filters = append(filters, relationFilterName(e))
		}
	}
	for _, v := range o.ValueTypes {
		filters = append(filters, v.Name+"Filter")
	}
	for _, e := range o.Enums {
		filters = append(filters, e.Name+"Filter")
	}
	slices.Sort(filters)
	slices.Sort(orders)
	return filters, orders
}

// wordNames lists the names of all SDL enums.
func wordNames(o *ontology.Ontology) []string {
	names := []string{"NodeOrderField", "FarOrderField", "NodeTypeName", "RelationName"}
	for _, t := range o.NodeTypes {
		names = append(names, t.Name+"OrderField")
	}
	for _, e := range o.Enums {
		names = append(names, e.Name)
	}
	slices.Sort(names)
	return names
}

// rootName is the Go name of the type's list, such as WorkingBodies.
func rootName(t *ontology.NodeType) string {
	return strings.ToUpper(t.Plural[:1]) + t.Plural[1:]
}
