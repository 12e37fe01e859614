package model

import (
	"context"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
	"ecpgraph/internal/query"
)

// PageInfo is the Go side of the GraphQL type.
type PageInfo struct {
	HasNextPage     bool
	HasPreviousPage bool
	StartCursor     *string
	EndCursor       *string
}

// info is what is known of a page besides its elements.
type info struct {
	total                int
	hasPrevious, hasNext bool
	cursors              []string
}

// whole asks for all that a page of that size can tell.
func whole[E query.Element](p *query.Page[E], size int) (i info, err error) {
	for at := range size {
		i.cursors = append(i.cursors, p.Cursor(at))
	}
	if i.hasPrevious, err = p.HasPrevious(); err != nil {
		return i, err
	}
	if i.hasNext, err = p.HasNext(); err != nil {
		return i, err
	}
	i.total, err = p.Total()
	return i, err
}

// PageInfo tells where the page stands.
func (i info) PageInfo() *PageInfo {
	pageInfo := &PageInfo{HasNextPage: i.hasNext, HasPreviousPage: i.hasPrevious}
	if n := len(i.cursors); n > 0 {
		pageInfo.StartCursor, pageInfo.EndCursor = &i.cursors[0], &i.cursors[n-1]
	}
	return pageInfo
}

// TotalCount is the size of the whole selection.
func (i info) TotalCount() int { return i.total }

// NodePage is what the connections of all node types share.
type NodePage struct {
	info
	reader *reader
	nodes  []*node
}

// nodePage selects among nodes of the type, nil for any.
func (r *reader) nodePage(t *ontology.NodeType, a query.Args, apply func(*query.Selector, *query.Page[index.Node]) error) (NodePage, error) {
	page := NodePage{reader: r}
	s, err := query.Select(r.ctx, r.Index, t, a)
	if err != nil {
		return page, err
	}
	var selected query.Page[index.Node]
	if err := apply(s, &selected); err != nil {
		return page, err
	}
	page.nodes = r.nodes(selected.Elements)
	page.info, err = whole(&selected, len(page.nodes))
	return page, err
}

// NodeOnPage is what the edges of all node types share.
type NodeOnPage struct {
	base   NodeBase
	cursor string
}

// Cursor is the node's place, for after and before.
func (e NodeOnPage) Cursor() string { return e.cursor }

func nodesOn[T any](p NodePage, wrap func(NodeBase) T) []T {
	list := make([]T, len(p.nodes))
	for i, n := range p.nodes {
		list[i] = wrap(NodeBase{p.reader, n})
	}
	return list
}

func edgesOn[T any](p NodePage, wrap func(NodeOnPage) T) []T {
	list := make([]T, len(p.nodes))
	for i, n := range p.nodes {
		list[i] = wrap(NodeOnPage{NodeBase{p.reader, n}, p.cursors[i]})
	}
	return list
}

// LinkPage is what the connections of all relation fields share.
type LinkPage struct {
	info
	reader    *reader
	links     []*link
	direction ontology.Direction // in which the links are looked along
}

func linksOn[T any](p LinkPage, wrap func(RelationEdge) T) []T {
	list := make([]T, len(p.links))
	for i, l := range p.links {
		list[i] = wrap(RelationEdge{LinkBase{p.reader, l}, p.direction, p.cursors[i]})
	}
	return list
}

func farNodesOn[T any](p LinkPage, wrap func(NodeBase) T) []T {
	return linksOn(p, func(e RelationEdge) T { return wrap(e.far()) })
}

// NodeConnection is a page of nodes of any type.
type NodeConnection struct{ NodePage }

// Edges are the page's nodes with their cursors.
func (c *NodeConnection) Edges() []*NodeEdge {
	return edgesOn(c.NodePage, func(e NodeOnPage) *NodeEdge { return &NodeEdge{e} })
}

// Nodes are the page's nodes.
func (c *NodeConnection) Nodes() []Node { return nodesOn(c.NodePage, wrap) }

// NodeEdge is a node of any type on a page.
type NodeEdge struct{ NodeOnPage }

// Node is the node.
func (e *NodeEdge) Node() Node { return wrap(e.base) }

// LinkConnection is a page of links of any relation.
type LinkConnection struct{ LinkPage }

// Edges are the page's links with their cursors.
func (c *LinkConnection) Edges() []*LinkEdge {
	return linksOn(c.LinkPage, func(e RelationEdge) *LinkEdge { return &LinkEdge{e} })
}

// Nodes are the page's links.
func (c *LinkConnection) Nodes() []*Link {
	return linksOn(c.LinkPage, RelationEdge.Link)
}

// LinkEdge is a link of any relation on a page.
type LinkEdge struct{ edge RelationEdge }

// Cursor is the link's place, for after and before.
func (e *LinkEdge) Cursor() string { return e.edge.cursor }

// Node is the link.
func (e *LinkEdge) Node() *Link { return e.edge.Link() }

// CitedFacts is the Go side of the GraphQL type.
type CitedFacts struct {
	reader  *reader
	passage query.Passage
}

// FindCited returns what cites the passage.
func FindCited(ctx context.Context, document, locator string) (*CitedFacts, error) {
	r := read(ctx)
	passage, err := query.Cited(r.Index, kg.ID(document), locator)
	if err != nil {
		return nil, err
	}
	return &CitedFacts{r, passage}, nil
}

// Nodes is a page of the nodes that cite the passage.
func (c *CitedFacts) Nodes(first *int, after *string, last *int, before *string) (*NodeConnection, error) {
	page, err := c.reader.nodePage(nil, args(first, after, last, before, nil, nil),
		func(s *query.Selector, page *query.Page[index.Node]) error { return s.CitingNodes(page, c.passage) })
	if err != nil {
		return nil, err
	}
	return &NodeConnection{page}, nil
}

// Links is a page of the links that cite the passage.
func (c *CitedFacts) Links(first *int, after *string, last *int, before *string) (*LinkConnection, error) {
	s, err := query.Select(c.reader.ctx, c.reader.Index, nil, args(first, after, last, before, nil, nil))
	if err != nil {
		return nil, err
	}
	var selected query.Page[index.Link]
	if err := s.CitingLinks(&selected, c.passage); err != nil {
		return nil, err
	}
	page := LinkPage{reader: c.reader, links: c.reader.links(selected.Elements)}
	if page.info, err = whole(&selected, len(page.links)); err != nil {
		return nil, err
	}
	return &LinkConnection{page}, nil
}
