package index

import "ecpgraph/internal/ontology"

// Step is a relation followed one way. Steps count from 0: the relations in the
// order of the ontology, each out and then in.
type Step uint16

// StepOf is the relation, which must be one of the ontology's, followed that way.
func (ix *Index) StepOf(r *ontology.Relation, d ontology.Direction) Step {
	return Step(kindOf(ix.schema.relations[r], d))
}

// NewStep is the relation at that place of the ontology, followed that way.
func NewStep(relation int, d ontology.Direction) Step { return Step(kindOf(uint16(relation), d)) }

// Steps is how many steps there are.
func (ix *Index) Steps() int { return 2 * len(ix.Ontology().Relations) }

// Back is the same relation followed the other way.
func (s Step) Back() Step { return s ^ 1 }

// Direction is the way that the relation is followed.
func (s Step) Direction() ontology.Direction { return ontology.Direction(s & 1) }

// Relation is the relation that is followed, as its place in the ontology.
func (s Step) Relation() int { return int(s / 2) }

// Along lists the links of the node along the step, by the id of the far node,
// then by their own.
func (ix *Index) Along(n Node, s Step) List[Edge] { return ix.adjacency.list(uint32(n), uint32(s)) }

// Adjacency is the links of a node along one step, by the id of the far node,
// then by their own.
type Adjacency struct {
	Step  Step
	Edges List[Edge]
}

// AppendAdjacency appends all links of the node, by step. A step without links
// is left out; a link from the node to itself is there both ways.
func (ix *Index) AppendAdjacency(to []Adjacency, n Node) []Adjacency {
	page := ix.adjacency.pages.at(uint32(n) / pageOwners)
	if page == nil {
		return to
	}
	area := page[page[n%pageOwners]:page[n%pageOwners+1]]
	if len(area) == 0 {
		return to
	}
	entries := 1
	for area[entries-1]&lastEntry == 0 {
		entries++
	}
	width := wordsOf[Edge]()
	content := area[entries:]
	for _, entry := range area[:entries] {
		step, size := Step(entry&^lastEntry>>16), int(entry&isHub)
		if size == isHub {
			to = append(to, Adjacency{step, ix.adjacency.hubs.at(content[0])})
			content = content[1:]
			continue
		}
		to = append(to, Adjacency{step, List[Edge]{run: elementsOf[Edge](content[:size*width])}})
		content = content[size*width:]
	}
	return to
}

// Degree is how many links the node has; one to itself counts twice.
func (ix *Index) Degree(n Node) int { return int(ix.nodes.at(uint32(n)).degree) }

// TypePlace is the place of the node's type in the ontology.
func (ix *Index) TypePlace(n Node) int { return int(ix.nodes.at(uint32(n)).typ) }
