package plan

import (
	"slices"
	"strconv"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"ecpgraph/internal/index"
	"ecpgraph/internal/ontology"
	"ecpgraph/internal/query"
	"ecpgraph/internal/records"
)

// page is what a connection of one parent came to.
type page struct {
	selected selected
	size     int
	far      []node // the elements' nodes; none where nothing shows them
	links    []link // the elements' links; none where nothing shows them
	err      error
	// again fills another page by the Selector from what this one is from; nil
	// where facets are not asked for.
	again func(s *query.Selector, p *page, show shown)
}

// selected is where a page stands in what it is of: a query.Page of any element,
// or a page of what was computed.
type selected interface {
	Total() (int, error)
	HasPrevious() (bool, error)
	HasNext() (bool, error)
	Cursor(i int) string
}

// faceted is a query.Page, which can be counted by fields and divided.
type faceted interface {
	selected
	Facet(key query.FacetKey, size int) (query.Facet, error)
	Within(f *query.Facet, b query.Bucket, args query.Args) (*query.Selector, error)
}

// edge is an element of a page.
type edge struct {
	page *page
	at   int
}

// shown says what is asked of a page: which slots its elements need, and
// whether they are counted.
type shown struct {
	far, links, counted, facets bool
	columns                     []*index.Column // of the far nodes, where these have one type
}

// farNodes notes that the far nodes are shown, and what of them.
func (s *shown) farNodes(as composite[*node]) composite[*node] {
	s.far = true
	if o, ok := as.(*object[*node]); ok {
		s.columns = append(s.columns, o.columns...)
	}
	return as
}

// showNodes selects a page of nodes.
func (r *run) showNodes(p *page, show shown, load func(*query.Page[index.Node]) error) {
	q := &r.nodePages.take(1)[0]
	p.err = load(q)
	p.selected, p.size = q, len(q.Elements)
	if p.far = nil; show.far {
		p.far = r.nodes.take(p.size)
		for i, n := range q.Elements {
			p.far[i].number = n
		}
	}
}

// showEdges selects a page of links as seen from one end.
func (r *run) showEdges(p *page, show shown, load func(*query.Page[index.Edge]) error) {
	q := &r.edgePages.take(1)[0]
	p.err = load(q)
	p.selected, p.size = q, len(q.Elements)
	if show.far {
		p.far = r.nodes.take(p.size)
		for i, e := range q.Elements {
			p.far[i].number = e.Far
		}
	}
	if show.links {
		p.links = r.links.take(p.size)
		for i, e := range q.Elements {
			p.links[i].number = e.Link
		}
	}
}

// showLinks selects a page of links.
func (r *run) showLinks(p *page, load func(*query.Page[index.Link]) error) {
	q := &r.linkPages.take(1)[0]
	p.err = load(q)
	p.selected, p.size = q, len(q.Elements)
	p.links = r.links.take(p.size)
	for i, l := range q.Elements {
		p.links[i].number = l
	}
}

// connection is a field that holds a page for each value. The far type is that
// of the connection's nodes, nil for any; along is the relation of a connection of
// links; load selects the page of one value. Before it is called with some values,
// so is ahead with all of them, unless it is nil.
func connection[V any](c *compiler, g *group, far *ontology.NodeType, along *ontology.Relation, load func(r *run, value V, s *query.Selector, p *page, show shown), ahead func(r *run, values []V)) field[V] {
	return paged(c, g, far, along, ahead, func(r *run, args query.Args, show shown) (func(value V, p *page) error, error) {
		s, err := query.Select(r.context, r.index, far, args)
		return func(v V, p *page) error {
			load(r, v, s, p, show)
			r.explain(g, s)
			if show.facets {
				p.again = func(s *query.Selector, p *page, show shown) { load(r, v, s, p, show) }
			}
			return p.err
		}, err
	})
}

// valuesAhead is how many values a connection looks at together.
const valuesAhead = 16

// paged is a field that holds a page for each value. Begin is called once a run
// and returns what fills the page of one value; ahead is as connection has it.
func paged[V any](c *compiler, g *group, far *ontology.NodeType, along *ontology.Relation, ahead func(r *run, values []V), begin func(r *run, args query.Args, show shown) (fill func(value V, p *page) error, err error)) field[V] {
	f := newField[V](g)
	step := c.nextStep()
	child, show := c.page(g, far)
	read := c.pageArgs(g.field, along, show)
	f.gather = func(r *run, values []V) {
		pages := r.pages.take(len(values))
		r.results(step).pages = pages
		args, err := read(r.variables)
		if err == nil {
			err = r.unpinWindow(&args)
		}
		var fill func(value V, p *page) error
		if err == nil {
			fill, err = begin(r, args, show)
		}
		good := make([]*page, 0, len(values))
		for i, v := range values {
			if i%valuesAhead == 0 && ahead != nil {
				ahead(r, values[i:min(i+valuesAhead, len(values))])
			}
			p := &pages[i]
			if err == nil {
				err = r.context.Err()
			}
			if p.err = err; err == nil {
				p.err = fill(v, p)
			}
			if p.err == nil {
				good = append(good, p)
				r.soon(p)
			}
			if i%valuesAhead == valuesAhead-1 || i == len(values)-1 {
				r.touchSoon(show.columns)
			}
		}
		if child.gathers() {
			child.gather(r, good)
		}
	}
	f.write = func(r *run, _ V) bool {
		s := r.results(step)
		p := &s.pages[s.next()]
		if p.err != nil {
			r.fault(g.field.Position, p.err)
			return false
		}
		return child.write(r, p)
	}
	return f
}

// soon notes that the nodes of the page will be written.
func (r *run) soon(p *page) {
	for i := range p.far {
		r.ahead = append(r.ahead, p.far[i].number)
	}
}

// touchSoon has what will be written of the nodes noted fetched from far memory side
// by side, see index.Touch.
func (r *run) touchSoon(columns []*index.Column) {
	r.touched += r.index.Touch(r.ahead, columns)
	r.ahead = r.ahead[:0]
}

// pageArgs returns how to read the arguments of a connection. Without variables
// among them they are read once.
func (c *compiler) pageArgs(f *ast.Field, along *ontology.Relation, show shown) func(variables map[string]any) (query.Args, error) {
	read := func(variables map[string]any) (query.Args, error) {
		args, err := readArgs(f, variables)
		args.Counted, args.Relation = show.counted, along
		return args, err
	}
	for _, a := range f.Arguments {
		if hasVariable(a.Value) {
			return read
		}
	}
	args, err := read(nil)
	return func(map[string]any) (query.Args, error) { return args, err }
}

func hasVariable(v *ast.Value) bool {
	return v.Kind == ast.Variable || slices.ContainsFunc(v.Children, func(child *ast.ChildValue) bool { return hasVariable(child.Value) })
}

// readArgs reads the arguments of a connection, as graph/model does.
func readArgs(f *ast.Field, variables map[string]any) (query.Args, error) {
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
	args.Links, _ = given["link"].(map[string]any)
	if given["orderBy"] != nil {
		for _, key := range graphql.CoerceList(given["orderBy"]) {
			order, _ := key.(map[string]any)
			args.OrderBy = append(args.OrderBy, order)
		}
	}
	return args, nil
}

// page compiles what is asked of a connection, or of a page of links.
func (c *compiler) page(g *group, far *ontology.NodeType) (o *object[*page], show shown) {
	t := c.schema.Types[g.field.Definition.Type.Name()]
	size := func(p *page) int { return p.size }
	o = compile(c, t, g.selections, func(g *group) field[*page] {
		switch g.field.Name {
		case "edges":
			return many(g, c.edge(g, far, &show), size, func(p *page, i int) edge { return edge{p, i} })
		case "items":
			return many(g, c.link(g.selections), size, func(p *page, i int) *link { return &p.links[i] })
		case "nodes":
			return many(g, show.farNodes(c.node(far, g.selections)), size, func(p *page, i int) *node { return &p.far[i] })
		case "pageInfo":
			return one(g, c.pageInfo(g), func(_ *run, p *page) (*page, bool) { return p, true })
		case "facets":
			show.facets = true
			return c.facets(g, far)
		case "totalCount":
			show.counted = true
			return total(g, func(p *page) selected { return p.selected })
		}
		return unknown[*page](g)
	})
	return o, show
}

// total is the field for how many there are of what a page is of.
func total[V any](g *group, of func(V) selected) field[V] {
	return scalar(g, func(r *run, b []byte, value V) ([]byte, bool) {
		total, err := of(value).Total()
		return strconv.AppendInt(b, int64(total), 10), r.goesOn(err)
	})
}

func (c *compiler) pageInfo(g *group) *object[*page] {
	return compile(c, c.schema.Types["PageInfo"], g.selections, func(g *group) field[*page] {
		cursor := func(at func(n int) int) field[*page] {
			return scalar(g, func(r *run, b []byte, p *page) ([]byte, bool) {
				if p.size == 0 {
					return b, false
				}
				return records.AppendString(b, r.pin(p.selected.Cursor(at(p.size)))), true
			})
		}
		more := func(of func(selected) (bool, error)) field[*page] {
			return scalar(g, func(r *run, b []byte, p *page) ([]byte, bool) {
				there, err := of(p.selected)
				return strconv.AppendBool(b, there), r.goesOn(err)
			})
		}
		switch g.field.Name {
		case "hasPreviousPage":
			return more(selected.HasPrevious)
		case "hasNextPage":
			return more(selected.HasNext)
		case "startCursor":
			return cursor(func(int) int { return 0 })
		case "endCursor":
			return cursor(func(n int) int { return n - 1 })
		}
		return unknown[*page](g)
	})
}

// edge compiles what is asked of an edge, and notes what that shows.
func (c *compiler) edge(g *group, far *ontology.NodeType, show *shown) *object[edge] {
	t := c.schema.Types[g.field.Definition.Type.Name()]
	o := compile(c, t, g.selections, func(g *group) field[edge] {
		switch g.field.Name {
		case "cursor":
			return text(g, func(r *run, e edge) string { return r.pin(e.page.selected.Cursor(e.at)) })
		case "link":
			show.links = true
			return one(g, c.link(g.selections), func(_ *run, e edge) (*link, bool) { return &e.page.links[e.at], true })
		case "node":
			return one(g, show.farNodes(c.node(far, g.selections)), func(_ *run, e edge) (*node, bool) { return &e.page.far[e.at], true })
		}
		show.links = true
		return linkField(c, g, func(e edge) *link { return &e.page.links[e.at] })
	})
	return o.reading(func(r *run, e edge) {
		l := &e.page.links[e.at]
		r.records.Link(l.number, &l.record)
	})
}
