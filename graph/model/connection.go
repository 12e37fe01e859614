package model

import (
	"ecpgraph/internal/index"
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

// RelationPage is what the connections of all relation fields share.
type RelationPage struct {
	info
	reader    *reader
	links     []*link
	direction ontology.Direction // in which the links are looked along
}

func linksOn[T any](p RelationPage, wrap func(RelationEdge) T) []T {
	list := make([]T, len(p.links))
	for i, l := range p.links {
		list[i] = wrap(RelationEdge{LinkBase{p.reader, l}, p.direction, p.cursors[i]})
	}
	return list
}

func farNodesOn[T any](p RelationPage, wrap func(NodeBase) T) []T {
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

// LinkPage is a page of links of any relation.
type LinkPage struct {
	info
	items []*Link
}

// Items are the page's links.
func (p *LinkPage) Items() []*Link { return p.items }
