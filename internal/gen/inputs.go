package main

import (
	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
	"ecpgraph/internal/query"
)

// nodeSet writes the input that stands for a set of nodes of whatever type.
func (w *sdl) nodeSet(o *ontology.Ontology) {
	w.open("Nodes that a question is about. Give exactly one field; `{"+o.NodeTypes[0].Plural+": {}}` is all of that type.", "input NodeSet")
	w.field("The nodes of those ids, at most 500.", "ids: [ID!]")
	for _, t := range o.NodeTypes {
		w.field("Those that match.", "%s: %sFilter", t.Plural, t.Name)
	}
	w.close()
}

func (w *sdl) fieldFilters(fields []*ontology.Field) {
	for _, f := range fields {
		if f.Indexed {
			w.short("By it", "%s: %s", f.Name, filterType(f))
		}
	}
}

func filterType(f *ontology.Field) string {
	if f.Kind == ontology.URL {
		return "StringFilter"
	}
	return f.TypeName() + "Filter"
}

// inputs writes the filter, the relation filter, the order and the names of
// fields for nodes of the type, nil for nodes of any.
func (w *sdl) inputs(t *ontology.NodeType) {
	name := typeName(t)
	w.open("Conditions on a "+name+".", "input %sFilter", name)
	w.short("All hold", "and: [%sFilter!]", name)
	w.short("One holds", "or: [%sFilter!]", name)
	w.short("Fails", "not: %sFilter", name)
	w.short("Its id", "id: StringFilter")
	w.short("Its title", "name: StringFilter")
	w.short("An alias", "aliases: StringFilter")
	w.short("Words found", "text: String")
	if t == nil {
		w.field("The name of its type, such as `Tool`.", "type: StringFilter")
	} else {
		w.fieldFilters(t.Fields)
		if t.Period != nil {
			w.short("When it is", "%s: DatesFilter", t.Period.Name)
		}
		for _, e := range t.Ends {
			w.short("Links", "%s: %s", e.Field(), relationFilterName(e))
		}
	}
	w.close()
	w.relationFilter(name+"Links", name, "LinkFilter")

	w.open("A sort key.", "input %sOrder", name)
	w.short("By this; of a relation, how many links,", "field: %sOrderField!", name)
	if t != nil && len(t.Ends) > 0 {
		w.short("or this of its nodes", "far: FarOrderField")
	}
	w.short("Which way", "direction: OrderDirection! = ASC")
	w.close()

	w.open("Fields of "+name+" to sort and count by.", "enum %sOrderField", name)
	for _, f := range query.OrderFields(w.columns, t) {
		w.short("By it", "%s", f.Name)
	}
	if t != nil {
		for _, e := range t.Ends {
			w.short("Links", "%s", kg.UpperSnake(e.Field()))
		}
	}
	w.close()
}

// relationFilter writes the filter by a relation to nodes of the type.
func (w *sdl) relationFilter(name, far, links string) {
	w.open("Conditions on links.", "input %s", name)
	w.short("One leads to it; `{}` is any.", "some: %sFilter", far)
	w.short("None leads to it", "none: %sFilter", far)
	w.short("All do, or there is none", "every: %sFilter", far)
	w.short("How many", "count: IntFilter")
	w.short("Which", "link: %s", links)
	w.close()
}

// linkFilter writes the filter on links of a relation with indexed properties.
func (w *sdl) linkFilter(r *ontology.Relation) {
	w.open("Conditions on a "+r.Name+" link.", "input %s", linkFilterName(r))
	w.short("Its ground", "basis: BasisFilter")
	w.short("How firm it is", "modality: ModalityFilter")
	w.short("The id of a document that it cites", "document: StringFilter")
	w.short("Derived or not", "inference: Inference")
	w.fieldFilters(r.Fields)
	w.close()
}
