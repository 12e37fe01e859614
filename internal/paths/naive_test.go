package paths_test

import (
	"cmp"
	"maps"
	"slices"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
	"ecpgraph/internal/paths"
	"ecpgraph/internal/reference"
)

// naive answers what the package answers, from the naive graph: all paths one
// by one, all links for each node.
type naive struct {
	*reference.Graph
	ix    *index.Index // for the numbers of steps only
	steps int          // of all walks; a question that takes many is left out
	known map[kg.ID][]hop
}

type hop struct {
	link kg.ID
	out  bool
	to   kg.ID
}

func (n *naive) hops(from kg.ID) []hop {
	if hops, known := n.known[from]; known {
		return hops
	}
	var hops []hop
	for id, l := range n.Links {
		if l.From == from {
			hops = append(hops, hop{id, true, l.To})
		}
		if l.To == from {
			hops = append(hops, hop{id, false, l.From})
		}
	}
	slices.SortFunc(hops, compareHops)
	var first []hop // of those of one relation, way and far node
	for _, h := range hops {
		if !slices.ContainsFunc(first, func(f hop) bool {
			return f.to == h.to && f.out == h.out && n.Links[f.link].Relation == n.Links[h.link].Relation
		}) {
			first = append(first, h)
		}
	}
	if n.known == nil {
		n.known = map[kg.ID][]hop{}
	}
	n.known[from] = first
	return first
}

// parallel are the links of the relation of that one between the same nodes.
func (n *naive) parallel(id kg.ID) (ids []kg.ID) {
	l := n.Links[id]
	for other, o := range n.Links {
		if o.Relation == l.Relation && o.From == l.From && o.To == l.To {
			ids = append(ids, other)
		}
	}
	slices.Sort(ids)
	return ids
}

func compareHops(a, b hop) int {
	return cmp.Or(cmp.Compare(a.to, b.to), cmp.Compare(a.link, b.link))
}

// follows tells whether one of the steps, nil for any, is that hop.
func (n *naive) follows(h hop, steps []index.Step) bool {
	if steps == nil {
		return true
	}
	d := ontology.In
	if h.out {
		d = ontology.Out
	}
	return slices.Contains(steps, n.ix.StepOf(n.Ontology.Relation(n.Links[h.link].Relation), d))
}

func (n *naive) typeOf(id kg.ID) *ontology.NodeType { return n.Ontology.NodeType(n.Nodes[id].Type) }

func (n *naive) passes(id kg.ID, r paths.Rules) bool {
	if r.Types != nil {
		return slices.Contains(r.Types, n.typeOf(id))
	}
	return n.Nodes[id].Type != "Document" || r.ThroughDocuments
}

// paths lists the first K paths; nil, false when there are too many to try.
func (n *naive) paths(b paths.Between) ([][]hop, bool) {
	var all [][]hop
	var walk func(at kg.ID, path []hop)
	walk = func(at kg.ID, path []hop) {
		if n.steps++; n.steps > 100_000 {
			return
		}
		if at == b.To {
			if b.Pattern == nil || len(path) == len(b.Pattern) {
				all = append(all, slices.Clone(path))
			}
			return
		}
		steps, most := b.Via, b.MaxHops
		if b.Pattern != nil {
			most = len(b.Pattern)
			if len(path) < most {
				steps = b.Pattern[len(path)]
			}
		}
		if len(path) == most {
			return
		}
		for _, h := range n.hops(at) {
			switch {
			case !n.follows(h, steps),
				slices.Contains(b.Avoid.Relations, n.Ontology.Relation(n.Links[h.link].Relation)),
				h.to == b.From || slices.ContainsFunc(path, func(p hop) bool { return p.to == h.to }):
				continue
			case h.to == b.To:
			case !n.passes(h.to, b.Rules), slices.Contains(b.Avoid.Types, n.typeOf(h.to)), slices.Contains(b.Avoid.IDs, h.to):
				continue
			}
			walk(h.to, append(path, h))
		}
	}
	walk(b.From, nil)
	slices.SortFunc(all, func(x, y []hop) int {
		return cmp.Or(cmp.Compare(len(x), len(y)), slices.CompareFunc(x, y, compareHops))
	})
	return all[:min(len(all), b.K)], n.steps <= 100_000
}

// levels are the nodes at each distance, by id.
func (n *naive) levels(start []kg.ID, hops int, r paths.Rules, shown func(kg.ID) bool) [][]kg.ID {
	seen := map[kg.ID]bool{}
	for _, id := range start {
		seen[id] = true
	}
	levels := [][]kg.ID{slices.Sorted(maps.Keys(seen))}
	for depth := range hops {
		var next []kg.ID
		for _, id := range levels[depth] {
			if depth > 0 && !n.passes(id, r) {
				continue
			}
			for _, h := range n.hops(id) {
				if n.follows(h, r.Via) && !seen[h.to] && shown(h.to) {
					seen[h.to] = true
					next = append(next, h.to)
				}
			}
		}
		slices.Sort(next)
		levels = append(levels, next)
	}
	return levels
}

func (n *naive) surroundings(a paths.Around) (nodes, links []kg.ID, truncated bool) {
	for _, level := range n.levels(a.IDs, a.Hops, a.Rules, func(id kg.ID) bool { return a.Types == nil || n.passes(id, a.Rules) }) {
		nodes = append(nodes, level...)
	}
	if len(nodes) > a.Limit {
		nodes, truncated = nodes[:a.Limit], true
	}
	var found []*reference.Link
	for _, l := range n.Links {
		relation := n.Ontology.Relation(l.Relation)
		out, in := n.ix.StepOf(relation, ontology.Out), n.ix.StepOf(relation, ontology.In)
		if slices.Contains(nodes, l.From) && slices.Contains(nodes, l.To) && (a.Via == nil || slices.Contains(a.Via, out) || slices.Contains(a.Via, in)) {
			found = append(found, l)
		}
	}
	slices.SortFunc(found, func(x, y *reference.Link) int {
		return cmp.Or(cmp.Compare(slices.Index(nodes, x.From), slices.Index(nodes, y.From)),
			cmp.Compare(x.Relation, y.Relation), cmp.Compare(x.To, y.To), cmp.Compare(x.ID, y.ID))
	})
	for _, l := range found {
		links = append(links, l.ID)
	}
	return nodes, links, truncated
}

// reached is a node and how far it is.
type reached struct {
	distance int
	id       kg.ID
}

func (n *naive) reachable(r paths.Reach) (all []reached) {
	for distance, level := range n.levels([]kg.ID{r.From}, r.MaxHops, r.Rules, func(kg.ID) bool { return true }) {
		for _, id := range level {
			if distance > 0 && (r.Listed == nil || slices.Contains(r.Listed, n.typeOf(id))) {
				all = append(all, reached{distance, id})
			}
		}
	}
	return all
}
