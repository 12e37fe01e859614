package model

import (
	"context"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/language"
	"ecpgraph/internal/query"
)

// Node is the Go side of the GraphQL interface: every generated node type.
type Node interface{ IsNode() }

// NodeBase is what all node types share: one node at one revision.
type NodeBase struct {
	reader *reader
	node   *node
}

// IsNode marks the type as a Node.
func (NodeBase) IsNode() {}

// ID is the node's id.
func (n NodeBase) ID() string { return string(n.node.ID) }

// Name is the node's title.
func (n NodeBase) Name() string { return n.node.Name }

// Label is the node's name in the first of the languages in which it has one.
func (n NodeBase) Label(languages []string) (*Label, error) {
	wanted, err := language.ParseWanted(languages)
	if err != nil {
		return nil, err
	}
	name, in, asked := wanted.Label(n.node.Node)
	l := &Label{Value: name, Language: in.Tag()}
	if asked != "" {
		l.Asked = &asked
	}
	return l, nil
}

// Label is the Go side of the GraphQL type.
type Label struct {
	Value, Language string
	Asked           *string // which language it answers, nil for none
}

// Description is the node's description, nil when it has none.
func (n NodeBase) Description() *string { return textOf(n.node.Props, kg.PropDescription) }

// Aliases are the node's other names, in the order of the data.
func (n NodeBase) Aliases() []*Alias {
	list := make([]*Alias, len(n.node.Aliases))
	for i, a := range n.node.Aliases {
		list[i] = &Alias{reader: n.reader, alias: a}
	}
	return list
}

// Citations are the passages that speak of the node, in the order of the data.
func (n NodeBase) Citations() []*Citation { return citations(n.reader, n.node.Citations) }

func (n NodeBase) props() kg.Props { return n.node.Props }

// links is a page of the node's links along the relation field.
func (n NodeBase) links(field string, links Where, a query.Args) (RelationPage, error) {
	ix := n.reader.Index
	end := ix.NodeType(n.node.number).End(field)
	a.Links, a.Relation = links, end.Relation
	page := RelationPage{reader: n.reader, direction: end.Direction}
	s, err := query.Select(n.reader.ctx, ix, end.Far().Single(), a)
	if err != nil {
		return page, err
	}
	var edges query.Page[index.Edge]
	if err := s.Links(&edges, n.node.number, end); err != nil {
		return page, err
	}
	numbers := make([]index.Link, len(edges.Elements))
	for i, e := range edges.Elements {
		numbers[i] = e.Link
	}
	page.links = n.reader.links(numbers)
	page.info, err = whole(&edges, len(numbers))
	return page, err
}

// FindNode returns the node of that id, of any type, or nil.
func FindNode(ctx context.Context, id string) Node {
	r := read(ctx)
	n, ok := r.Index.Node(kg.ID(id))
	return r.wrapFound(query.Found{Node: n, OK: ok})
}

// FindNodes returns the nodes of those ids, in the order asked for, nil where
// there is none.
func FindNodes(ctx context.Context, ids []string) ([]Node, error) {
	r := read(ctx)
	asked := make([]kg.ID, len(ids))
	for i, id := range ids {
		asked[i] = kg.ID(id)
	}
	found, err := query.FindAll(r.Index, asked)
	if err != nil {
		return nil, err
	}
	nodes := make([]Node, len(found))
	for i, f := range found {
		nodes[i] = r.wrapFound(f)
	}
	return nodes, nil
}

func (r *reader) wrapFound(f query.Found) Node {
	if !f.OK {
		return nil
	}
	return wrap(r.base(f.Node))
}

// find returns the node of that id as its type, or nil. An id of another type
// is an error that says where to ask.
func find[T any](ctx context.Context, id, typeName string, wrap func(NodeBase) *T) (*T, error) {
	r := read(ctx)
	n, ok, err := query.Find(r.Index, kg.ID(id), r.Index.Ontology().NodeType(typeName))
	if !ok || err != nil {
		return nil, err
	}
	return wrap(r.base(n)), nil
}

// list is a page of all nodes of the type.
func list(ctx context.Context, typeName string, a query.Args) (NodePage, error) {
	r := read(ctx)
	t := r.Index.Ontology().NodeType(typeName)
	return r.nodePage(t, a, func(s *query.Selector, page *query.Page[index.Node]) error { return s.Nodes(page) })
}

// Alias is the Go side of the GraphQL type.
type Alias struct {
	reader *reader
	alias  kg.Alias
}

// Name is the alias.
func (a *Alias) Name() string { return a.alias.Name }

// Language is the tag of the language it is in.
func (a *Alias) Language() string { return a.alias.Language.Tag() }

// Label tells whether it may stand for the title.
func (a *Alias) Label() bool { return a.alias.Label }

// Citations are the passages that use it.
func (a *Alias) Citations() []*Citation { return citations(a.reader, a.alias.Citations) }

// Citation is the Go side of the GraphQL type.
type Citation struct {
	reader   *reader
	citation kg.Citation
}

func citations(r *reader, list []kg.Citation) []*Citation {
	out := make([]*Citation, len(list))
	for i, c := range list {
		out[i] = &Citation{r, c}
	}
	return out
}

// Document is the document that is cited.
func (c *Citation) Document() *Document {
	return &Document{c.reader.end(c.citation.Document)}
}

// Locator is the place in the document.
func (c *Citation) Locator() string { return c.citation.Locator }

// Checksum is the passage's checksum, nil when it was not taken.
func (c *Citation) Checksum() *string { return orNil(c.citation.Checksum) }

func (c *Citation) compare() (quote *string, verified *bool, err error) {
	document, _ := c.reader.Index.Node(c.citation.Document)
	return c.reader.compare(document, c.citation.Locator, c.citation.Checksum)
}

// Quote is the passage's text, where it is the one that was cited.
func (c *Citation) Quote() (*string, error) { quote, _, err := c.compare(); return quote, err }

// Verified tells whether the passage's text is the one that was cited.
func (c *Citation) Verified() (*bool, error) { _, verified, err := c.compare(); return verified, err }
