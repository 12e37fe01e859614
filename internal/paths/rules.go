package paths

import (
	"slices"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
)

// Bounds of what can be asked for, and what is asked for unless told.
const (
	DefaultHops  = 6 // of a path
	DefaultReach = 5 // hops to what is reached
	MaxHops      = 10
	MaxPaths     = 20
	MaxParallel  = 100 // links of a hop that are shown
	MaxIDs       = 500 // of nodes to start from, or to avoid
	// MaxLooks is how many links a walk looks at before it gives up.
	MaxLooks = 1_000_000
)

// Rules say which links a walk follows and which nodes it passes. The nodes that
// a walk starts from and leads to are not subject to them. The zero Rules follow
// every relation both ways and pass all nodes but documents: a document speaks
// of many things that have nothing else in common.
type Rules struct {
	Via   []index.Step         // what is followed; nil for every relation both ways
	Types []*ontology.NodeType // what is passed; nil for any
	// ThroughDocuments passes documents; so does naming their type in Types.
	ThroughDocuments bool
	// Inference names which links the index was narrowed to: cursors of one are not
	// good for another.
	Inference string

	looks int // in place of MaxLooks, for tests
}

// Avoid is what a path does not pass, and what it does not follow.
type Avoid struct {
	Types     []*ontology.NodeType
	IDs       []kg.ID // unknown ones avoid nothing
	Relations []*ontology.Relation
}

// compiled is Rules by the numbers of an index.
type compiled struct {
	hops   [][]bool // by hop, then by step: which steps are followed
	passed []bool   // by type
	// What a step leads to is what the ontology lets stand there, which the index has
	// checked of every link.
	free    []bool // by step: all that it leads to is passed, avoided nodes apart
	barred  []bool // by step: nothing that it leads to is passed
	avoided []index.Node
	looks   int // at most
}

// compile makes the rules those of walks over the index. With a pattern, each
// hop has steps of its own; else all have those of Via.
func (r *Rules) compile(ix *index.Index, pattern [][]index.Step, avoid Avoid) (*compiled, error) {
	if len(avoid.IDs) > MaxIDs {
		return nil, kg.Errorf(kg.Limit, "avoid: %d ids are more than the %d that can be avoided at once", len(avoid.IDs), MaxIDs)
	}
	o := ix.Ontology()
	c := &compiled{passed: make([]bool, len(o.NodeTypes)), free: make([]bool, ix.Steps()), barred: make([]bool, ix.Steps()), looks: MaxLooks}
	if r.looks > 0 {
		c.looks = r.looks
	}
	if pattern == nil {
		pattern = [][]index.Step{r.Via}
	}
	for _, steps := range pattern {
		c.hops = append(c.hops, followed(ix, steps, avoid.Relations))
	}
	document := o.NodeType(ontology.DocumentType)
	for i, t := range o.NodeTypes {
		switch {
		case slices.Contains(avoid.Types, t):
		case r.Types != nil:
			c.passed[i] = slices.Contains(r.Types, t)
		default:
			c.passed[i] = t != document || r.ThroughDocuments
		}
	}
	place := make(map[*ontology.NodeType]int, len(o.NodeTypes))
	for i, t := range o.NodeTypes {
		place[t] = i
	}
	for i, relation := range o.Relations {
		for _, d := range []ontology.Direction{ontology.Out, ontology.In} {
			far := (&ontology.End{Relation: relation, Direction: d}).Far()
			passed := 0
			for _, t := range far.Types {
				if c.passed[place[t]] {
					passed++
				}
			}
			c.free[2*i+int(d)], c.barred[2*i+int(d)] = passed == len(far.Types), passed == 0
		}
	}
	for _, id := range avoid.IDs {
		if n, found := ix.Node(id); found {
			c.avoided = append(c.avoided, n)
		}
	}
	return c, nil
}

// followed is which steps a hop takes that is to take one of those, nil for any.
func followed(ix *index.Index, steps []index.Step, avoided []*ontology.Relation) []bool {
	followed := make([]bool, ix.Steps())
	if steps == nil {
		for s := range followed {
			followed[s] = true
		}
	}
	for _, s := range steps {
		followed[s] = true
	}
	for _, relation := range avoided {
		s := ix.StepOf(relation, ontology.Out)
		followed[s], followed[s.Back()] = false, false
	}
	return followed
}

// hop is which steps are followed at the hop, from 0.
func (c *compiled) hop(i int) []bool {
	if len(c.hops) == 1 {
		return c.hops[0]
	}
	return c.hops[i]
}

// passes tells whether a walk may go on from the node that the step led to.
func (c *compiled) passes(ix *index.Index, s index.Step, n index.Node) bool {
	return c.free[s] || c.passed[ix.TypePlace(n)]
}

// checkHops refuses numbers of hops that cannot be asked for.
func checkHops(name string, hops int) error {
	switch {
	case hops < 0:
		return kg.Invalidf("%s: %d is less than 0", name, hops)
	case hops > MaxHops:
		return kg.Errorf(kg.Limit, "%s: %d is more than %d", name, hops, MaxHops)
	}
	return nil
}

// find is the node that the argument names.
func find(ix *index.Index, name string, id kg.ID) (index.Node, error) {
	n, found := ix.Node(id)
	if !found {
		return 0, kg.Errorf(kg.NotFound, "%s: there is no node %.200q: give an id as the field id of a node has it", name, id)
	}
	return n, nil
}
