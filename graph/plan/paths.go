package plan

import (
	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
	"ecpgraph/internal/paths"
	"ecpgraph/internal/query"
)

// walked is a field whose whole answer one walk finds: ask reads the arguments
// and walks, show makes room for what the answer shows.
func walked[A, V any](c *compiler, g *group, child composite[V], ask func(r *run, ix *index.Index, given arguments) (A, error), show func(r *run, answer A) V) field[root] {
	return computed(c, g, child, func(r *run, _ root) (none V, present bool, err error) {
		given := r.arguments(g.field)
		ix, err := inferred(r.index, given["inference"])
		if err != nil {
			return none, false, err
		}
		answer, err := ask(r, ix, given)
		if err != nil {
			return none, false, err
		}
		return show(r, answer), true, nil
	})
}

// foundPaths is what the field paths answers.
type foundPaths struct {
	*walkedPaths
	paths []foundPath
}

// walkedPaths are paths in an index.
type walkedPaths struct {
	*paths.Paths
	index *index.Index
}

type foundPath struct {
	hops  []foundHop
	nodes []node
}

type foundHop struct {
	*paths.Hop
	links    []link // the first ones
	count    int    // of all
	from, to *node  // of the path
}

func (c *compiler) paths(g *group) field[root] {
	child := compile(c, c.schema.Types["PathsAnswer"], g.selections, func(g *group) field[*foundPaths] {
		switch g.field.Name {
		case "paths":
			return many(g, c.pathFound(g), func(p *foundPaths) int { return len(p.paths) }, func(p *foundPaths, i int) *foundPath { return &p.paths[i] })
		case "truncated":
			return truth(g, func(_ *run, p *foundPaths) bool { return p.Truncated })
		case "explored":
			return count(g, func(_ *run, p *foundPaths) int { return p.Explored })
		}
		return unknown[*foundPaths](g)
	})
	return walked(c, g, child, func(r *run, ix *index.Index, given arguments) (*walkedPaths, error) {
		b := paths.Between{
			Rules: given.rules(), From: given.id("from"), To: given.id("to"),
			K: given.number("k", 1), MaxHops: given.number("maxHops", paths.DefaultHops),
		}
		b.Via, b.Types, b.Pattern = given.steps(ix, "via"), given.types(c.ontology), given.hops(ix, "pattern")
		if avoid, ok := given["avoid"].(map[string]any); ok {
			avoid := arguments(avoid)
			b.Avoid = paths.Avoid{Types: avoid.types(c.ontology), IDs: words[kg.ID](avoid, "ids"), Relations: avoid.relations(c.ontology)}
		}
		found, err := paths.Shortest(r.context, ix, b)
		return &walkedPaths{found, ix}, err
	}, showPaths)
}

func showPaths(r *run, found *walkedPaths) *foundPaths {
	p := &foundPaths{walkedPaths: found, paths: make([]foundPath, len(found.Paths.Paths))}
	for i, hops := range found.Paths.Paths {
		path := foundPath{make([]foundHop, len(hops)), r.nodes.take(len(hops) + 1)}
		path.nodes[0].number = found.From
		for j := range hops {
			path.nodes[j+1].number = hops[j].To
			links, count := hops[j].Links(found.index, paths.MaxParallel)
			path.hops[j] = foundHop{&hops[j], r.links.take(len(links)), count, &path.nodes[j], &path.nodes[j+1]}
			for k, l := range links {
				path.hops[j].links[k].number = l
			}
		}
		p.paths[i] = path
	}
	return p
}

func (c *compiler) pathFound(g *group) *object[*foundPath] {
	return compile(c, c.schema.Types["Path"], g.selections, func(g *group) field[*foundPath] {
		switch g.field.Name {
		case "length":
			return count(g, func(_ *run, p *foundPath) int { return len(p.hops) })
		case "hops":
			return many(g, c.hopFound(g), func(p *foundPath) int { return len(p.hops) }, func(p *foundPath, i int) *foundHop { return &p.hops[i] })
		case "nodes":
			return many(g, c.node(nil, g.selections), func(p *foundPath) int { return len(p.nodes) }, func(p *foundPath, i int) *node { return &p.nodes[i] })
		}
		return unknown[*foundPath](g)
	})
}

func (c *compiler) hopFound(g *group) *object[*foundHop] {
	return compile(c, c.schema.Types["Hop"], g.selections, func(g *group) field[*foundHop] {
		switch g.field.Name {
		case "link":
			return one(g, c.link(g.selections), func(_ *run, h *foundHop) (*link, bool) { return &h.links[0], true })
		case "links":
			return many(g, c.link(g.selections), func(h *foundHop) int { return len(h.links) }, func(h *foundHop, i int) *link { return &h.links[i] })
		case "linkCount":
			return count(g, func(_ *run, h *foundHop) int { return h.count })
		case "direction":
			return text(g, func(_ *run, h *foundHop) string { return h.Direction().String() })
		case "from":
			return one(g, c.node(nil, g.selections), func(_ *run, h *foundHop) (*node, bool) { return h.from, true })
		case "to":
			return one(g, c.node(nil, g.selections), func(_ *run, h *foundHop) (*node, bool) { return h.to, true })
		}
		return unknown[*foundHop](g)
	})
}

// subgraph is what the field neighborhood answers.
type subgraph struct {
	nodes     []node
	links     []link
	truncated bool
}

func (c *compiler) neighborhood(g *group) field[root] {
	linked := false
	child := compile(c, c.schema.Types["Subgraph"], g.selections, func(g *group) field[*subgraph] {
		switch g.field.Name {
		case "nodes":
			return many(g, c.node(nil, g.selections), func(s *subgraph) int { return len(s.nodes) }, func(s *subgraph, i int) *node { return &s.nodes[i] })
		case "links":
			linked = true
			return many(g, c.link(g.selections), func(s *subgraph) int { return len(s.links) }, func(s *subgraph, i int) *link { return &s.links[i] })
		case "truncated":
			return truth(g, func(_ *run, s *subgraph) bool { return s.truncated })
		}
		return unknown[*subgraph](g)
	})
	return walked(c, g, child, func(r *run, ix *index.Index, given arguments) (*paths.Subgraph, error) {
		a := paths.Around{
			Rules: given.rules(), IDs: words[kg.ID](given, "ids"),
			Hops: given.number("hops", 1), Limit: given.number("limit", paths.DefaultNodes), Linked: linked,
		}
		a.Types = given.types(c.ontology)
		if given.has("relations") {
			a.Via = []index.Step{}
			for _, relation := range given.relations(c.ontology) {
				s := ix.StepOf(relation, ontology.Out)
				a.Via = append(a.Via, s, s.Back())
			}
		}
		return paths.Surroundings(r.context, ix, a)
	}, func(r *run, found *paths.Subgraph) *subgraph {
		s := &subgraph{r.nodes.take(len(found.Nodes)), r.links.take(len(found.Links)), found.Truncated}
		for i, n := range found.Nodes {
			s.nodes[i].number = n
		}
		r.touched += r.index.Touch(found.Nodes, nil)
		for i, l := range found.Links {
			s.links[i].number = l
		}
		return s
	})
}

// reach is what the field reachable answers.
type reach struct {
	*paths.Reached
	page page
}

// reachEdge is a node of it.
type reachEdge struct {
	of *reach
	at int
}

func (c *compiler) reachable(g *group) field[root] {
	counted := false
	size := func(v *reach) int { return len(v.Nodes) }
	child := compile(c, c.schema.Types["ReachableConnection"], g.selections, func(g *group) field[*reach] {
		switch g.field.Name {
		case "edges":
			return many(g, c.reachEdge(g), size, func(v *reach, i int) reachEdge { return reachEdge{v, i} })
		case "nodes":
			return many(g, c.node(nil, g.selections), size, func(v *reach, i int) *node { return &v.page.far[i] })
		case "pageInfo":
			return one(g, c.pageInfo(g), func(_ *run, v *reach) (*page, bool) { return &v.page, true })
		case "totalCount":
			counted = true
			return count(g, func(_ *run, v *reach) int { total, _ := v.Total(); return total })
		case "truncated":
			counted = true
			return truth(g, func(_ *run, v *reach) bool { return v.Truncated })
		}
		return unknown[*reach](g)
	})
	return walked(c, g, child, func(r *run, ix *index.Index, given arguments) (*paths.Reached, error) {
		q := paths.Reach{
			Rules: given.rules(), From: given.id("from"), MaxHops: given.number("maxHops", paths.DefaultReach),
			Listed: given.types(c.ontology), First: given.number("first", paths.DefaultPage), Counted: counted,
		}
		q.Via = given.steps(ix, "via")
		window := query.Args{}
		if after, ok := given["after"].(string); ok {
			window.After = &after
		}
		if before, ok := given["before"].(string); ok {
			window.Before = &before
		}
		if err := r.unpinWindow(&window); err != nil {
			return nil, err
		}
		q.After, q.Before = window.After, window.Before
		if given.has("last") {
			if g.field.Arguments.ForName("first") != nil {
				return nil, kg.Invalidf("give first or last, not both")
			}
			last := given.number("last", 0)
			q.Last = &last
		}
		return paths.Reachable(r.context, ix, q)
	}, func(r *run, found *paths.Reached) *reach {
		v := &reach{Reached: found, page: page{selected: found, size: len(found.Nodes), far: r.nodes.take(len(found.Nodes))}}
		for i, n := range found.Nodes {
			v.page.far[i].number = n
		}
		r.touched += r.index.Touch(found.Nodes, nil)
		return v
	})
}

func (c *compiler) reachEdge(g *group) *object[reachEdge] {
	return compile(c, c.schema.Types["ReachableEdge"], g.selections, func(g *group) field[reachEdge] {
		switch g.field.Name {
		case "cursor":
			return text(g, func(r *run, e reachEdge) string { return r.pin(e.of.Cursor(e.at)) })
		case "distance":
			return count(g, func(_ *run, e reachEdge) int { return e.of.Distance[e.at] })
		case "node":
			return one(g, c.node(nil, g.selections), func(_ *run, e reachEdge) (*node, bool) { return &e.of.page.far[e.at], true })
		}
		return unknown[reachEdge](g)
	})
}
