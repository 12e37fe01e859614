package index

import (
	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
)

// schema is the ontology with its types and relations by number. All indexes
// that descend from one New share it.
type schema struct {
	ontology    *ontology.Ontology
	types       map[*ontology.NodeType]uint16
	relations   map[*ontology.Relation]uint16
	prefixes    []string // of the ids of links, by relation
	columns     map[*ontology.NodeType][]*Column
	linkColumns [][]*Column // by relation
}

func newSchema(o *ontology.Ontology) *schema {
	s := &schema{
		ontology: o, types: map[*ontology.NodeType]uint16{}, relations: map[*ontology.Relation]uint16{},
		columns: map[*ontology.NodeType][]*Column{nil: ColumnsOf(o, nil)},
	}
	for i, t := range o.NodeTypes {
		s.types[t] = uint16(i)
		s.columns[t] = ColumnsOf(o, t)
	}
	for i, r := range o.Relations {
		s.relations[r] = uint16(i)
		s.prefixes = append(s.prefixes, kg.Kebab(r.Name)+":")
		s.linkColumns = append(s.linkColumns, LinkColumnsOf(r))
	}
	return s
}

// The kind of the runs of edges along a relation.
func kindOf(relation uint16, d ontology.Direction) uint32 { return uint32(relation)*2 + uint32(d) }
