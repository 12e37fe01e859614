package structure

import (
	"cmp"
	"context"
	"slices"

	"ecpgraph/internal/coverage"
	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
)

// Sizes of a network.
const (
	MaxNodes = 250_000
	MaxLinks = 2_000_000
)

// Choice says which part of a graph is measured.
type Choice struct {
	Types     []*ontology.NodeType // none for all
	Relations []*ontology.Relation // none for all
	coverage.Ground
}

// Network is the part of a graph that is measured. It may be used by many
// goroutines.
type Network struct {
	Head  kg.Head
	Nodes []index.Node // by id
	Links int          // between them

	choice Choice
	places []uint32 // by node: its place among Nodes, plus one
	out    arcs     // along the links, each of them
	near   arcs     // either way, each neighbour once; not the node itself

	pageRank    lazy[[]float64]
	betweenness lazy[Betweenness]
	components  lazy[Partition]
	communities lazy[Partition]
}

// arcs lists for each node, by place, the places of others.
type arcs struct {
	starts  []uint32 // where those of a node start; one more for the end
	targets []uint32
	weights []uint32 // links beside each other; nil where each is one
}

func (a *arcs) of(place uint32) []uint32 { return a.targets[a.starts[place]:a.starts[place+1]] }

func (a *arcs) weightsOf(place uint32) []uint32 {
	return a.weights[a.starts[place]:a.starts[place+1]]
}

// New takes the chosen part of the graph. More than MaxNodes nodes or MaxLinks
// links are an error of code Limit; the other error is that of the context.
func New(ctx context.Context, ix *index.Index, c Choice) (*Network, error) {
	n := &Network{Head: ix.Head(), choice: c}
	for _, t := range ix.Ontology().NodeTypes {
		if len(c.Types) > 0 && !slices.Contains(c.Types, t) {
			continue
		}
		if size := len(n.Nodes) + ix.NodesOf(t).Len(); size > MaxNodes {
			return nil, kg.Errorf(kg.Limit, "metrics: there are more than the %d nodes that are measured at once; choose types", MaxNodes)
		}
		n.Nodes = slices.AppendSeq(n.Nodes, ix.NodesOf(t).From(0))
	}
	slices.SortFunc(n.Nodes, ix.CompareNodes)
	numbers, _ := ix.NextNumbers()
	n.places = make([]uint32, numbers)
	for i, node := range n.Nodes {
		n.places[node] = uint32(i) + 1
	}
	n.out.starts = make([]uint32, 1, len(n.Nodes)+1)
	for i, node := range n.Nodes {
		if i%1024 == 0 {
			if err := say(ctx, "reading links", i, len(n.Nodes)); err != nil {
				return nil, err
			}
		}
		if err := n.addLinks(ix, node); err != nil {
			return nil, err
		}
		n.out.starts = append(n.out.starts, uint32(len(n.out.targets)))
	}
	n.Links = len(n.out.targets)
	n.joinBoth()
	return n, nil
}

// addLinks adds the links that start from the node.
func (n *Network) addLinks(ix *index.Index, node index.Node) error {
	for _, end := range ix.NodeType(node).Ends {
		if end.Direction == ontology.In || !n.choice.has(end.Relation) {
			continue
		}
		for e := range ix.Links(node, end).From(0) {
			place, in := n.Place(e.Far)
			if !in || !n.choice.Admits(ix, e.Link) {
				continue
			}
			if len(n.out.targets) == MaxLinks {
				return kg.Errorf(kg.Limit, "metrics: there are more than the %d links that are measured at once; choose types or relations", MaxLinks)
			}
			n.out.targets = append(n.out.targets, place)
		}
	}
	return nil
}

func (c *Choice) has(r *ontology.Relation) bool {
	return len(c.Relations) == 0 || slices.Contains(c.Relations, r)
}

// joinBoth lists neighbours either way.
func (n *Network) joinBoth() {
	size := uint32(len(n.Nodes))
	starts := make([]uint32, size+1)
	each := func(visit func(from, to uint32)) {
		for from := range size {
			for _, to := range n.out.of(from) {
				if from != to {
					visit(from, to)
					visit(to, from)
				}
			}
		}
	}
	each(func(from, _ uint32) { starts[from+1]++ })
	for i := range size {
		starts[i+1] += starts[i]
	}
	all := make([]uint32, starts[size])
	next := slices.Clone(starts[:size])
	each(func(from, to uint32) {
		all[next[from]] = to
		next[from]++
	})
	n.near.starts = make([]uint32, 1, size+1)
	for place := range size {
		list := all[starts[place]:starts[place+1]]
		slices.Sort(list)
		for i, to := range list {
			if i > 0 && to == list[i-1] {
				n.near.weights[len(n.near.weights)-1]++
				continue
			}
			n.near.targets = append(n.near.targets, to)
			n.near.weights = append(n.near.weights, 1)
		}
		n.near.starts = append(n.near.starts, uint32(len(n.near.targets)))
	}
}

// Place is the node's among Nodes; false when it is not one of them.
func (n *Network) Place(node index.Node) (uint32, bool) {
	if int(node) >= len(n.places) || n.places[node] == 0 {
		return 0, false
	}
	return n.places[node] - 1, true
}

// Ranking lists the places by the value of their nodes, the highest first, then
// by id.
func (n *Network) Ranking(value func(place uint32) float64) []uint32 {
	order := make([]uint32, len(n.Nodes))
	for i := range order {
		order[i] = uint32(i)
	}
	slices.SortFunc(order, func(a, b uint32) int { return cmp.Or(cmp.Compare(value(b), value(a)), cmp.Compare(a, b)) })
	return order
}

// Bytes is about what the network takes in memory once all of it is measured.
func (n *Network) Bytes() int {
	const measures = 8 + 8 + 4 + 4 // a node
	return 4*len(n.places) + (4+4+4+measures)*len(n.Nodes) + 4*len(n.out.targets) + 8*len(n.near.targets)
}

// Degree is how many links a node has at its ends; one to itself counts at
// both.
type Degree struct{ Out, In int }

// Degrees are those of all nodes, in their order.
func (n *Network) Degrees() []Degree {
	list := make([]Degree, len(n.Nodes))
	for i := range list {
		targets := n.out.of(uint32(i))
		list[i].Out = len(targets)
		for _, to := range targets {
			list[to].In++
		}
	}
	return list
}

// RelationDegree is how many links of one relation a node has at its ends.
type RelationDegree struct {
	Relation *ontology.Relation
	Degree
}

// ByRelation splits the degree of the node at the place by relation: those with
// a link, by name. The index is that which the network was taken from. The error
// is that of the context.
func (n *Network) ByRelation(ctx context.Context, ix *index.Index, place uint32) ([]RelationDegree, error) {
	var list []RelationDegree
	node := n.Nodes[place]
	for _, end := range ix.NodeType(node).Ends {
		if !n.choice.has(end.Relation) {
			continue
		}
		count := 0
		for e := range ix.Links(node, end).From(0) {
			if _, in := n.Place(e.Far); in && n.choice.Admits(ix, e.Link) {
				count++
			}
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if count == 0 {
			continue
		}
		at := slices.IndexFunc(list, func(d RelationDegree) bool { return d.Relation == end.Relation })
		if at < 0 {
			at = len(list)
			list = append(list, RelationDegree{Relation: end.Relation})
		}
		if end.Direction == ontology.Out {
			list[at].Out = count
		} else {
			list[at].In = count
		}
	}
	slices.SortFunc(list, func(a, b RelationDegree) int { return cmp.Compare(a.Relation.Name, b.Relation.Name) })
	return list, nil
}
