package plan

import (
	"strconv"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"ecpgraph/internal/index"
	"ecpgraph/internal/ontology"
	"ecpgraph/internal/query"
)

// page is what a connection of one parent came to: nodes, or links seen along a
// direction, or an error.
type page struct {
	nodes     *query.Page[*index.Node]
	links     *query.Page[*index.Link]
	direction ontology.Direction
	err       error
}

// edge is an element of a page: a node, a link with its far node, or a link.
type edge struct {
	node *index.Node
	link *index.Link
	page *page
	at   int
}

func (p *page) edges(r *run) []edge {
	if p.nodes != nil {
		list := make([]edge, len(p.nodes.Elements))
		for i, n := range p.nodes.Elements {
			list[i] = edge{node: n, page: p, at: i}
		}
		return list
	}
	list := make([]edge, len(p.links.Elements))
	for i, l := range p.links.Elements {
		list[i] = edge{node: r.index.Node(l.FarID(p.direction)), link: l, page: p, at: i}
	}
	return list
}

func (p *page) farNodes(r *run) []*index.Node {
	if p.nodes != nil {
		return p.nodes.Elements
	}
	list := make([]*index.Node, len(p.links.Elements))
	for i, l := range p.links.Elements {
		list[i] = r.index.Node(l.FarID(p.direction))
	}
	return list
}

func (p *page) size() int {
	if p.nodes != nil {
		return len(p.nodes.Elements)
	}
	return len(p.links.Elements)
}

func (p *page) cursor(i int) string {
	if p.nodes != nil {
		return p.nodes.Cursor(i)
	}
	return p.links.Cursor(i)
}

func (p *page) total() int {
	if p.nodes != nil {
		return p.nodes.Total
	}
	return p.links.Total
}

// more tells whether there are elements before and after the page.
func (p *page) more() (previous, next bool) {
	if p.nodes != nil {
		return p.nodes.HasPrevious, p.nodes.HasNext
	}
	return p.links.HasPrevious, p.links.HasNext
}

// connection is a field that holds a page for each value. load selects it; the
// far type is that of the connection's nodes, nil for any; links marks a
// connection whose nodes are links.
func connection[V any](c *compiler, g *group, far *ontology.NodeType, links bool, load func(r *run, value V, args query.Args) page) field[V] {
	f := newField[V](g)
	step := c.nextStep()
	child := c.page(g, far, links)
	f.gather = func(r *run, values []V) {
		args, err := pageArgs(g.field, r.variables)
		pages := make([]page, len(values))
		good := make([]*page, 0, len(values))
		for i, v := range values {
			if err == nil {
				err = r.context.Err()
			}
			if pages[i] = (page{err: err}); err == nil {
				pages[i] = load(r, v, args)
			}
			if pages[i].err == nil {
				good = append(good, &pages[i])
			}
		}
		r.keep(step, pages)
		if child.gathers() {
			child.gather(r, good)
		}
	}
	f.write = func(r *run, _ V) bool {
		p := r.take(step)
		if p.err != nil {
			r.fault(g.field.Position, p.err)
			return false
		}
		return child.write(r, p)
	}
	return f
}

// pageArgs reads the arguments of a connection, as graph/model does.
func pageArgs(f *ast.Field, variables map[string]any) (query.Args, error) {
	given := f.ArgumentMap(variables)
	var args query.Args
	for name, to := range map[string]**int{"first": &args.First, "last": &args.Last} {
		if given[name] != nil {
			n, err := graphql.UnmarshalInt(given[name])
			if err != nil {
				return args, err
			}
			*to = &n
		}
	}
	for name, to := range map[string]**string{"after": &args.After, "before": &args.Before} {
		if given[name] != nil {
			s, err := graphql.UnmarshalString(given[name])
			if err != nil {
				return args, err
			}
			*to = &s
		}
	}
	args.Where, _ = given["where"].(map[string]any)
	if given["orderBy"] != nil {
		for _, key := range graphql.CoerceList(given["orderBy"]) {
			order, _ := key.(map[string]any)
			args.OrderBy = append(args.OrderBy, order)
		}
	}
	return args, nil
}

// page compiles what is asked of a connection.
func (c *compiler) page(g *group, far *ontology.NodeType, links bool) *object[*page] {
	t := c.schema.Types[g.field.Definition.Type.Name()]
	return compile(c, t, g.selections, func(g *group) field[*page] {
		switch g.field.Name {
		case "edges":
			return many(g, c.edge(g, far, links), func(r *run, p *page) []edge { return p.edges(r) })
		case "nodes":
			if links {
				return many(g, c.link(g.selections), func(_ *run, p *page) []*index.Link { return p.links.Elements })
			}
			return many(g, c.node(far, g.selections), func(r *run, p *page) []*index.Node { return p.farNodes(r) })
		case "pageInfo":
			return one(g, c.pageInfo(g), func(_ *run, p *page) (*page, bool) { return p, true })
		case "totalCount":
			return scalar(g, func(b []byte, p *page) ([]byte, bool) { return strconv.AppendInt(b, int64(p.total()), 10), true })
		}
		return unknown[*page](c, g)
	})
}

func (c *compiler) pageInfo(g *group) *object[*page] {
	return compile(c, c.schema.Types["PageInfo"], g.selections, func(g *group) field[*page] {
		cursor := func(at func(n int) int) field[*page] {
			return scalar(g, func(b []byte, p *page) ([]byte, bool) {
				if p.size() == 0 {
					return b, false
				}
				return appendString(b, p.cursor(at(p.size()))), true
			})
		}
		switch g.field.Name {
		case "hasPreviousPage":
			return scalar(g, func(b []byte, p *page) ([]byte, bool) {
				previous, _ := p.more()
				return strconv.AppendBool(b, previous), true
			})
		case "hasNextPage":
			return scalar(g, func(b []byte, p *page) ([]byte, bool) {
				_, next := p.more()
				return strconv.AppendBool(b, next), true
			})
		case "startCursor":
			return cursor(func(int) int { return 0 })
		case "endCursor":
			return cursor(func(n int) int { return n - 1 })
		}
		return unknown[*page](c, g)
	})
}

// edge compiles what is asked of an edge.
func (c *compiler) edge(g *group, far *ontology.NodeType, links bool) *object[edge] {
	t := c.schema.Types[g.field.Definition.Type.Name()]
	return compile(c, t, g.selections, func(g *group) field[edge] {
		switch {
		case g.field.Name == "cursor":
			return text(g, func(e edge) string { return e.page.cursor(e.at) })
		case g.field.Name == "node" && links, g.field.Name == "link":
			return one(g, c.link(g.selections), func(_ *run, e edge) (*index.Link, bool) { return e.link, true })
		case g.field.Name == "node":
			return one(g, c.node(far, g.selections), func(_ *run, e edge) (*index.Node, bool) { return e.node, true })
		}
		return linkField(c, g, func(e edge) *index.Link { return e.link })
	})
}
