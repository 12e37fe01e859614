package model

import (
	"context"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/query"
)

// Node is the Go side of the GraphQL interface: every generated node type.
type Node interface{ IsNode() }

// NodeBase is what all node types share: one node at one revision.
type NodeBase struct {
	view *index.Index
	node *index.Node
}

// IsNode marks the type as a Node.
func (NodeBase) IsNode() {}

// ID is the node's id.
func (n NodeBase) ID() string { return string(n.node.ID) }

// Name is the node's title.
func (n NodeBase) Name() string { return n.node.Name }

// Description is the node's description, nil when it has none.
func (n NodeBase) Description() *string { return textOf(n.node.Props, kg.PropDescription) }

// Aliases are the node's other names, in the order of the data.
func (n NodeBase) Aliases() []*Alias {
	list := make([]*Alias, len(n.node.Aliases))
	for i, a := range n.node.Aliases {
		list[i] = &Alias{view: n.view, alias: a}
	}
	return list
}

// Citations are the passages that speak of the node, in the order of the data.
func (n NodeBase) Citations() []*Citation { return citations(n.view, n.node.Citations) }

func (n NodeBase) props() kg.Props { return n.node.Props }

// links is a page of the node's links along the relation field.
func (n NodeBase) links(field string, a query.Args) (LinkPage, error) {
	end := n.node.NodeType.End(field)
	page, err := query.Links(n.view, n.node.ID, end, a)
	return LinkPage{n.view, page, end.Direction}, err
}

// FindNode returns the node of that id, of any type, or nil.
func FindNode(ctx context.Context, id string) Node {
	view := View(ctx)
	return wrapOrNil(view, view.Node(kg.ID(id)))
}

// FindNodes returns the nodes of those ids, in the order asked for, nil where
// there is none.
func FindNodes(ctx context.Context, ids []string) ([]Node, error) {
	view := View(ctx)
	asked := make([]kg.ID, len(ids))
	for i, id := range ids {
		asked[i] = kg.ID(id)
	}
	found, err := query.FindAll(view, asked)
	if err != nil {
		return nil, err
	}
	nodes := make([]Node, len(found))
	for i, n := range found {
		nodes[i] = wrapOrNil(view, n)
	}
	return nodes, nil
}

func wrapOrNil(view *index.Index, n *index.Node) Node {
	if n == nil {
		return nil
	}
	return wrap(NodeBase{view, n})
}

// find returns the node of that id as its type, or nil. An id of another type
// is an error that says where to ask.
func find[T any](ctx context.Context, id, typeName string, wrap func(NodeBase) *T) (*T, error) {
	view := View(ctx)
	n, err := query.Find(view, kg.ID(id), view.Ontology().NodeType(typeName))
	if n == nil || err != nil {
		return nil, err
	}
	return wrap(NodeBase{view, n}), nil
}

// list is a page of all nodes of the type.
func list(ctx context.Context, typeName string, a query.Args) (NodePage, error) {
	view := View(ctx)
	page, err := query.Nodes(view, view.Ontology().NodeType(typeName), a)
	return NodePage{view: view, page: page}, err
}

// Alias is the Go side of the GraphQL type.
type Alias struct {
	view  *index.Index
	alias kg.Alias
}

// Name is the alias.
func (a *Alias) Name() string { return a.alias.Name }

// Citations are the passages that use it.
func (a *Alias) Citations() []*Citation { return citations(a.view, a.alias.Citations) }

// Citation is the Go side of the GraphQL type.
type Citation struct {
	view     *index.Index
	citation kg.Citation
}

func citations(view *index.Index, list []kg.Citation) []*Citation {
	out := make([]*Citation, len(list))
	for i, c := range list {
		out[i] = &Citation{view, c}
	}
	return out
}

// Document is the document that is cited.
func (c *Citation) Document() *Document {
	return &Document{NodeBase{c.view, c.view.Node(c.citation.Document)}}
}

// Locator is the place in the document.
func (c *Citation) Locator() string { return c.citation.Locator }

// Checksum is the passage's checksum, nil when it was not taken.
func (c *Citation) Checksum() *string {
	if c.citation.Checksum == "" {
		return nil
	}
	return &c.citation.Checksum
}
