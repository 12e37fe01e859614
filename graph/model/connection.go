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

func pageInfo[E any](p *query.Page[E]) *PageInfo {
	info := &PageInfo{HasNextPage: p.HasNext, HasPreviousPage: p.HasPrevious}
	if n := len(p.Elements); n > 0 {
		start, end := p.Cursor(0), p.Cursor(n-1)
		info.StartCursor, info.EndCursor = &start, &end
	}
	return info
}

// NodePage is what the connections of all node types share.
type NodePage struct {
	view *index.Index
	page *query.Page[*index.Node]
}

// PageInfo tells where the page stands.
func (p NodePage) PageInfo() *PageInfo { return pageInfo(p.page) }

// TotalCount is the size of the whole selection.
func (p NodePage) TotalCount() int { return p.page.Total }

// NodeOnPage is what the edges of all node types share.
type NodeOnPage struct {
	base   NodeBase
	cursor string
}

// Cursor is the node's place, for after and before.
func (e NodeOnPage) Cursor() string { return e.cursor }

func nodesOn[T any](p NodePage, wrap func(NodeBase) T) []T {
	list := make([]T, len(p.page.Elements))
	for i, n := range p.page.Elements {
		list[i] = wrap(NodeBase{p.view, n})
	}
	return list
}

func edgesOn[T any](p NodePage, wrap func(NodeOnPage) T) []T {
	list := make([]T, len(p.page.Elements))
	for i, n := range p.page.Elements {
		list[i] = wrap(NodeOnPage{NodeBase{p.view, n}, p.page.Cursor(i)})
	}
	return list
}

// LinkPage is what the connections of all relation fields share.
type LinkPage struct {
	view      *index.Index
	page      *query.Page[*index.Link]
	direction ontology.Direction // in which the links are looked along
}

// PageInfo tells where the page stands.
func (p LinkPage) PageInfo() *PageInfo { return pageInfo(p.page) }

// TotalCount is the size of the whole selection.
func (p LinkPage) TotalCount() int { return p.page.Total }

func linksOn[T any](p LinkPage, wrap func(RelationEdge) T) []T {
	list := make([]T, len(p.page.Elements))
	for i, l := range p.page.Elements {
		list[i] = wrap(RelationEdge{LinkBase{p.view, l}, p.direction, p.page.Cursor(i)})
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
	view    *index.Index
	passage *query.Passage
}

// FindCited returns what cites the passage.
func FindCited(ctx context.Context, document, locator string) (*CitedFacts, error) {
	view := View(ctx)
	passage, err := query.Cited(view, kg.ID(document), locator)
	if err != nil {
		return nil, err
	}
	return &CitedFacts{view, passage}, nil
}

// Nodes is a page of the nodes that cite the passage.
func (c *CitedFacts) Nodes(first *int, after *string, last *int, before *string) (*NodeConnection, error) {
	page, err := c.passage.Nodes(c.view, args(first, after, last, before, nil, nil))
	if err != nil {
		return nil, err
	}
	return &NodeConnection{NodePage{c.view, page}}, nil
}

// Links is a page of the links that cite the passage.
func (c *CitedFacts) Links(first *int, after *string, last *int, before *string) (*LinkConnection, error) {
	page, err := c.passage.Links(c.view, args(first, after, last, before, nil, nil))
	if err != nil {
		return nil, err
	}
	return &LinkConnection{LinkPage{view: c.view, page: page}}, nil
}

// Revision is the Go side of the GraphQL type.
type Revision struct {
	Number      int
	Digest      string
	CommittedAt *string
}

// NewRevision describes the revision of the index.
func NewRevision(ix *index.Index) *Revision {
	r := &Revision{Number: int(ix.Head().Revision), Digest: ix.Head().Digest.String()}
	if !ix.Time().IsZero() {
		at := ix.Time().UTC().Format("2006-01-02T15:04:05.000Z07:00")
		r.CommittedAt = &at
	}
	return r
}
