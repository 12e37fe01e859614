// Package generate draws synthetic graphs of an ontology: every node type and
// relation, all kinds of property, text like that of real data, and degrees as
// real graphs have them, few hubs and many nodes with little. A graph follows
// from its Options and the ontology alone. It is not kept: nodes and links are
// drawn again wherever they are needed, so size costs time and no memory.
package generate

import (
	"bufio"
	"io"
	"iter"
	"slices"
	"strconv"

	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
	"ecpgraph/internal/outline"
	"ecpgraph/internal/seed"
)

// Options say which graph to draw.
type Options struct {
	Nodes int
	// LinksPerNode is how many links there are for each node, about; 0 is 10 up
	// to 100,000 nodes and 5 above.
	LinksPerNode int
	Seed         uint64
}

// Graph is a synthetic graph, safe for concurrent use.
type Graph struct {
	seed        uint64
	populations []*population // in the order of the ontology's types
	byType      map[*ontology.NodeType]*population
	byName      map[string]*population
	documents   *population
	shares      []share
}

// population is the nodes of one type.
type population struct {
	nodeType *ontology.NodeType
	fields   []*ontology.Field // that are drawn
	size     int
	ordinal  int // of the type in the ontology
}

// share is the links of one relation.
type share struct {
	relation *ontology.Relation
	ordinal  int // of the relation in the ontology
	links    int // aimed at
	from, to side
}

// side is the nodes that may stand at one end of a relation, type by type.
type side struct {
	populations []*population
	size        int
}

// Types lists the node types of a graph: those that documents speak of.
func Types(o *ontology.Ontology) []*ontology.NodeType {
	return slices.DeleteFunc(slices.Clone(o.NodeTypes), func(t *ontology.NodeType) bool { return t.Uncited })
}

// drawn lists the fields of the type that are drawn: all, but for the outline of a
// document, which says how a text is cut that there is not.
func drawn(t *ontology.NodeType) []*ontology.Field {
	if t.Name != ontology.DocumentType {
		return t.Fields
	}
	return slices.DeleteFunc(slices.Clone(t.Fields), func(f *ontology.Field) bool {
		return slices.Contains([]string{outline.PropFile, outline.PropIgnore, outline.PropOutline}, f.Name)
	})
}

// New sizes the graph. The error, of code Invalid, says how few nodes are too
// few for the ontology.
func New(o *ontology.Ontology, options Options) (*Graph, error) {
	types := Types(o)
	if options.Nodes < len(types) {
		return nil, kg.Invalidf("%d nodes are too few: the ontology has %d types, and each gets one node at least", options.Nodes, len(types))
	}
	if options.LinksPerNode < 0 {
		return nil, kg.Invalidf("%d links a node are too few", options.LinksPerNode)
	}
	if options.LinksPerNode == 0 {
		options.LinksPerNode = 10
		if options.Nodes > 100_000 {
			options.LinksPerNode = 5
		}
	}
	g := &Graph{seed: options.Seed, byType: map[*ontology.NodeType]*population{}, byName: map[string]*population{}}
	for i, size := range sizes(types, options.Nodes) {
		p := &population{nodeType: types[i], fields: drawn(types[i]), size: size, ordinal: i}
		g.populations = append(g.populations, p)
		g.byType[p.nodeType], g.byName[p.nodeType.Name] = p, p
	}
	if g.documents = g.byName[ontology.DocumentType]; g.documents == nil {
		return nil, kg.Invalidf("the ontology has no type %s, which citations need", ontology.DocumentType)
	}
	for i, r := range o.Relations {
		g.shares = append(g.shares, share{relation: r, ordinal: i, from: g.side(r.From), to: g.side(r.To)})
	}
	allot(g.shares, options.Nodes*options.LinksPerNode)
	return g, nil
}

// sizes divides the nodes among the types by weight, with one at least for each.
func sizes(types []*ontology.NodeType, nodes int) []int {
	sum := 0
	for _, t := range types {
		sum += typeWeight(t)
	}
	list := make([]int, len(types))
	rest := nodes - len(types)
	left := rest
	for i, t := range types {
		list[i] = 1 + rest*typeWeight(t)/sum
		left -= list[i] - 1
	}
	for i := range left { // what rounding left over
		list[i%len(list)]++
	}
	return list
}

func (g *Graph) side(r *ontology.Range) side {
	var s side
	for _, t := range r.Types {
		if p := g.byType[t]; p != nil {
			s.populations = append(s.populations, p)
			s.size += p.size
		}
	}
	return s
}

// at is the i-th node of the side.
func (s side) at(i int) (*population, int) {
	for _, p := range s.populations {
		if i < p.size {
			return p, i
		}
		i -= p.size
	}
	panic("generate: no such node " + strconv.Itoa(i))
}

// allot divides the links among the relations by weight. A relation gets no
// more than a third of the pairs that it could link; the others get the rest.
func allot(shares []share, links int) {
	open := make([]*share, len(shares))
	for i := range shares {
		open[i] = &shares[i]
	}
	for len(open) > 0 {
		sum := 0
		for _, s := range open {
			sum += relationWeight(s.relation)
		}
		var still []*share
		rest := links
		for _, s := range open {
			s.links = links * relationWeight(s.relation) / sum
			if most := (s.from.size*s.to.size + 2) / 3; s.links >= most {
				s.links = most
				rest -= most
				continue
			}
			still = append(still, s)
		}
		if len(still) == len(open) {
			return
		}
		open, links = still, rest
	}
}

// Count is how many nodes there are of the type in its SDL spelling; 0 for a
// type that the ontology has not.
func (g *Graph) Count(typeName string) int {
	if p := g.byName[typeName]; p != nil {
		return p.size
	}
	return 0
}

// ID is the id of the i-th node of the type, which must have more than i. Nodes
// of low i are the hubs; ids do not sort by i.
func (g *Graph) ID(typeName string, i int) kg.ID { return g.id(g.byName[typeName], i) }

// Node is the i-th node of the type, which must have more than i.
func (g *Graph) Node(typeName string, i int) *kg.Node { return g.node(g.byName[typeName], i) }

func (g *Graph) id(p *population, i int) kg.ID {
	first, second := g.words(p, i)
	return kg.NodeID(p.nodeType.Name, first+"-"+second+"-"+strconv.FormatInt(int64(i), 36))
}

// words are the two words that make up most of a node's id and begin its name.
func (g *Graph) words(p *population, i int) (first, second string) {
	h := mix(g.seed, keyStream, uint64(p.ordinal), uint64(i))
	return qualifiers[h%uint64(len(qualifiers))], subjects[(h>>32)%uint64(len(subjects))]
}

// Nodes yields every node once, by type.
func (g *Graph) Nodes() iter.Seq[*kg.Node] {
	return func(yield func(*kg.Node) bool) {
		for _, p := range g.populations {
			for i := range p.size {
				if !yield(g.node(p, i)) {
					return
				}
			}
		}
	}
}

// Links yields every link once, by relation and the node it starts from.
func (g *Graph) Links() iter.Seq[*kg.Link] {
	return func(yield func(*kg.Link) bool) {
		for _, s := range g.shares {
			for i := range s.from.size {
				for _, l := range g.linksFrom(s, i) {
					if !yield(l) {
						return
					}
				}
			}
		}
	}
}

// batch is how many lines are drawn before they are written.
const batch = 1024

// Write writes the graph as JSON Lines: nodes first, and what ReadLines of
// package seed takes.
func (g *Graph) Write(w io.Writer) error {
	out := bufio.NewWriterSize(w, 1<<20)
	nodes := make([]*kg.Node, 0, batch)
	for n := range g.Nodes() {
		if nodes = append(nodes, n); len(nodes) == batch {
			if err := seed.WriteLines(out, nodes, nil); err != nil {
				return err
			}
			nodes = nodes[:0]
		}
	}
	links := make([]*kg.Link, 0, batch)
	for l := range g.Links() {
		if links = append(links, l); len(links) == batch {
			// The last nodes go with the first links.
			if err := seed.WriteLines(out, nodes, links); err != nil {
				return err
			}
			nodes, links = nodes[:0], links[:0]
		}
	}
	return seed.WriteLines(out, slices.Clip(nodes), links)
}
