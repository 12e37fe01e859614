package rules

import (
	"context"
	"slices"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
)

// worth is what a link counts for as a premise. Less is better: firmness first,
// then the rounds of reasoning behind it among links that are equally firm, 0
// for a stated link.
type worth struct {
	firmness int
	rounds   int
}

func (w worth) compare(v worth) int {
	if w.firmness != v.firmness {
		return w.firmness - v.firmness
	}
	return w.rounds - v.rounds
}

// conclude is what a conclusion from the premises is worth, put no firmer than that.
func conclude(firmest int, premises []worth) worth {
	w := worth{firmness: firmest}
	for _, p := range premises {
		w.firmness = max(w.firmness, p.firmness)
	}
	for _, p := range premises {
		if p.firmness == w.firmness {
			w.rounds = max(w.rounds, p.rounds)
		}
	}
	w.rounds++
	return w
}

// link names a link of a graph: one of the index by its number, one that was
// concluded by its place behind these.
type link uint32

// edge is a link as seen from one of its ends.
type edge struct {
	far  index.Node
	link link
}

// graph is an index with conclusions on top.
type graph struct {
	context context.Context
	ix      *index.Index
	indexed link // links of the index are below it
	added   map[index.Node]map[index.Step][]edge
	made    []*conclusion
	better  map[link]*conclusion // links of the index that were concluded anew
	looks   int                  // that are left
	err     error
}

// MaxLooks is how many links are looked at to conclude from one change.
const MaxLooks = 200_000_000

func newGraph(ctx context.Context, ix *index.Index) *graph {
	_, links := ix.NextNumbers()
	return &graph{
		context: ctx, ix: ix, indexed: link(links), looks: MaxLooks,
		added: map[index.Node]map[index.Step][]edge{}, better: map[link]*conclusion{},
	}
}

// look takes a look at a link. It reports false when there are none left, or
// when the context has ended; err then says so.
func (g *graph) look() bool {
	const often = 4096
	if g.err != nil {
		return false
	}
	switch g.looks--; {
	case g.looks < 0:
		g.err = kg.Errorf(kg.Limit, "the rules fit too many paths: more than %d links were looked at; make the patterns narrower, or change less at a time", MaxLooks)
	case g.looks%often == 0:
		g.err = g.context.Err()
	}
	return g.err == nil
}

// along calls visit for the links of the node along the step, and reports
// whether all were visited.
func (g *graph) along(n index.Node, s index.Step, visit func(edge) bool) bool {
	links := g.ix.Along(n, s)
	for i, size := 0, links.Len(); i < size; {
		run := links.Run(i)
		for _, e := range run {
			if !g.look() || !visit(edge{e.Far, link(e.Link)}) {
				return false
			}
		}
		i += len(run)
	}
	for _, e := range g.added[n][s] {
		if !g.look() || !visit(e) {
			return false
		}
	}
	return true
}

// firmness is how firmly the link is put.
func (g *graph) firmness(l link) int {
	if l >= g.indexed {
		return g.made[l-g.indexed].worth.firmness
	}
	if c := g.better[l]; c != nil {
		return c.worth.firmness
	}
	return g.ix.LinkModality(index.Link(l)).Firmness()
}

// id is the link's.
func (g *graph) id(l link) kg.ID {
	if l >= g.indexed {
		return g.made[l-g.indexed].id(g.ix)
	}
	return g.ix.LinkID(index.Link(l))
}

// ends are the nodes that the link goes from and to.
func (g *graph) ends(l link) (from, to index.Node) {
	if l >= g.indexed {
		c := g.made[l-g.indexed]
		return c.from, c.to
	}
	return g.ix.LinkEnds(index.Link(l))
}

// relation is the place of the link's relation in the ontology.
func (g *graph) relation(l link) int {
	if l >= g.indexed {
		return g.made[l-g.indexed].relation
	}
	return slices.Index(g.ix.Ontology().Relations, g.ix.LinkRelation(index.Link(l)))
}

// add puts the conclusion on top of the index.
func (g *graph) add(c *conclusion) link {
	l := g.indexed + link(len(g.made))
	g.made = append(g.made, c)
	for _, end := range []struct {
		near index.Node
		step index.Step
		far  index.Node
	}{{c.from, index.Step(2 * c.relation), c.to}, {c.to, index.Step(2*c.relation + 1), c.from}} {
		if g.added[end.near] == nil {
			g.added[end.near] = map[index.Step][]edge{}
		}
		g.added[end.near][end.step] = append(g.added[end.near][end.step], edge{end.far, l})
	}
	return l
}

// admits reports whether the hop may follow the link to the node.
func (g *graph) admits(s *step, e edge) bool {
	return s.far[g.ix.TypePlace(e.far)] && g.fits(s, e.link)
}

// fits reports whether the link is one that the hop follows.
func (g *graph) fits(s *step, l link) bool {
	if s.modality != nil && !slices.Contains(s.modality, kg.Modalities[g.firmness(l)]) {
		return false
	}
	if s.property < 0 {
		return true
	}
	if l >= g.indexed {
		return false // conclusions have no properties
	}
	columns := g.ix.LinkColumns(g.ix.Ontology().Relations[s.along.Relation()])
	return slices.Contains(s.values, g.ix.LinkValue(columns[s.property], index.Link(l)))
}
