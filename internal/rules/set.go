package rules

import (
	"cmp"
	"errors"
	"slices"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
)

// Set is the rules of a graph. It is never changed. The nil Set has none.
type Set struct {
	ontology  *ontology.Ontology
	rules     []*Rule // by id
	positions map[int][]position
}

// position is a hop of a rule, and with it the way that the hop follows its
// relation.
type position struct {
	rule *Rule
	hop  int
}

// NewSet reads the nodes of type ontology.RuleType. The error, of code Invalid,
// lists all that is wrong with them, by their ids.
func NewSet(o *ontology.Ontology, nodes []*kg.Node) (*Set, error) {
	s := &Set{ontology: o, positions: map[int][]position{}}
	var faults []error
	for _, n := range slices.SortedFunc(slices.Values(nodes), func(a, b *kg.Node) int { return cmp.Compare(a.ID, b.ID) }) {
		r, err := Read(o, n)
		if err != nil {
			faults = append(faults, err)
			continue
		}
		s.rules = append(s.rules, r)
	}
	if err := errors.Join(faults...); err != nil {
		return nil, kg.Invalidf("%w", err)
	}
	for _, r := range s.rules {
		for hop, step := range r.steps {
			relation := step.along.Relation()
			s.positions[relation] = append(s.positions[relation], position{r, hop})
		}
	}
	return s, nil
}

// Empty reports whether there are no rules.
func (s *Set) Empty() bool { return s == nil || len(s.rules) == 0 }

// concluding lists the rules that conclude the relation, by id.
func (s *Set) concluding(relation *ontology.Relation) (list []*Rule) {
	for _, r := range s.rules {
		if r.Concludes == relation {
			list = append(list, r)
		}
	}
	return list
}

// concluded lists the relations that some rule concludes, each once.
func (s *Set) concluded() (list []*ontology.Relation) {
	for _, r := range s.rules {
		if !slices.Contains(list, r.Concludes) {
			list = append(list, r.Concludes)
		}
	}
	return list
}

// place is that of the relation in the ontology.
func (s *Set) place(r *ontology.Relation) int { return slices.Index(s.ontology.Relations, r) }

// Key is the key in the ids of derived links, of which there is one for each
// relation and ends.
const Key = "derived"

// LinkID is the id of the link that is derived of the relation between the
// nodes.
func LinkID(r *ontology.Relation, from, to kg.ID) kg.ID { return kg.LinkID(r.Name, from, to, Key) }

// Nodes lists the rules of the graph, by id; none when its ontology has no such
// type.
func Nodes(ix *index.Index) index.List[index.Node] {
	if t := ix.Ontology().NodeType(ontology.RuleType); t != nil {
		return ix.NodesOf(t)
	}
	return index.List[index.Node]{}
}
