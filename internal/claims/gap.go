package claims

import (
	"context"
	"slices"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
	"ecpgraph/internal/records"
)

// SourceSilent is the name of the gap of what one source speaks of and another
// does not.
const SourceSilent = "sourceSilent"

// MaxSources is how many sources are held against one another: the first by id.
const MaxSources = 20

// Gap is what nodes lack, with all nodes that lack it.
type Gap struct {
	Name        string
	Description string
	Type        *ontology.NodeType // of all the nodes; nil for any
	Source      index.Node         // that is silent on the nodes
	IsSilence   bool
	Nodes       []index.Node // by id
}

// Gaps are those asked for.
type Gaps struct {
	List      []Gap
	Truncated bool // whether a bound was met, and nodes may be missing
}

// Missing finds the gaps of the names, all without any: those that the ontology
// declares, in its order, then one for each source that is silent. The error is of
// code Invalid for a name that there is not, or that of the context.
func Missing(ctx context.Context, view records.View, names []string) (*Gaps, error) {
	l := newLook(ctx, view)
	declared := l.ix.Ontology().Gaps()
	known := []string{SourceSilent}
	for _, g := range declared {
		known = append(known, g.Name)
	}
	for _, name := range names {
		if !slices.Contains(known, name) {
			return nil, kg.Invalidf("names: there is no gap %q%s", name, ontology.DidYouMean(name, known))
		}
	}
	asked := func(name string) bool { return len(names) == 0 || slices.Contains(names, name) }
	found := &Gaps{}
	for _, g := range declared {
		if asked(g.Name) {
			found.List = append(found.List, l.gap(g))
		}
	}
	if asked(SourceSilent) {
		found.List = append(found.List, l.silences()...)
	}
	found.Truncated = l.truncated
	return found, l.err
}

func (l *look) gap(g *ontology.Gap) Gap {
	found := Gap{Name: g.Name, Description: g.Description, Type: g.Type}
	for n := range l.ix.NodesOf(g.Type).From(0) {
		has := slices.ContainsFunc(g.Without, func(path []string) bool { return l.leads(n, path, map[hop]bool{}) })
		if !l.goesOn(1) { // it is not known whether the node has it
			break
		}
		if !has {
			found.Nodes = append(found.Nodes, n)
		}
	}
	return found
}

// hop is a node that so many fields of a path were followed to.
type hop struct {
	node index.Node
	left int
}

// leads reports whether the relation fields lead from the node anywhere.
func (l *look) leads(n index.Node, path []string, seen map[hop]bool) bool {
	if len(path) == 0 {
		return true
	}
	at := hop{n, len(path)}
	end := l.ix.NodeType(n).End(path[0])
	if end == nil || seen[at] {
		return false
	}
	seen[at] = true
	edges := l.ix.Links(n, end)
	for e := range edges.From(0) {
		if !l.goesOn(1) {
			return false
		}
		if l.leads(e.Far, path[1:], seen) {
			return true
		}
	}
	return false
}

// silences has a gap for each source: the nodes of which another source speaks and
// it does not. A source is a document that something cites. It speaks of a node that
// cites it, under its name or another, and of the ends of a link that does, unless
// the link compares: it cites what speaks of either end.
func (l *look) silences() []Gap {
	var sources []index.Node
	for n := range l.ix.NodesOf(l.ix.Ontology().NodeType(ontology.DocumentType)).From(0) {
		if len(l.ix.Passages(n)) > 0 {
			sources = append(sources, n)
		}
	}
	if len(sources) > MaxSources {
		sources, l.truncated = sources[:MaxSources], true
	}
	nodes, _ := l.ix.NextNumbers()
	speaks := make([]uint32, nodes) // which of the sources, a bit each
	for i, source := range sources {
		l.spokenOf(source, func(n index.Node) { speaks[n] |= 1 << i })
		if !l.whole() { // it, and those to come, may speak of more
			sources = sources[:i]
			break
		}
	}
	list := make([]Gap, len(sources))
	for i, source := range sources {
		list[i] = Gap{
			Name: SourceSilent, Description: "What another source speaks of and this one does not.", Source: source, IsSilence: true,
		}
		for n, by := range speaks {
			if by != 0 && by&(1<<i) == 0 {
				list[i].Nodes = append(list[i].Nodes, index.Node(n))
			}
		}
		slices.SortFunc(list[i].Nodes, l.ix.CompareNodes)
	}
	return list
}

// spokenOf visits the nodes of which the source speaks, some more than once.
func (l *look) spokenOf(source index.Node, visit func(index.Node)) {
	for _, p := range l.ix.Passages(source) {
		nodes, links := l.ix.CitingNodes(p), l.ix.CitingLinks(p)
		if !l.goesOn(1 + nodes.Len() + links.Len()) {
			return
		}
		for n := range nodes.From(0) {
			visit(n)
		}
		for link := range links.From(0) {
			if l.ix.LinkRelation(link).Claims(ontology.Identity) {
				continue
			}
			from, to := l.ix.LinkEnds(link)
			visit(from)
			visit(to)
		}
	}
}
