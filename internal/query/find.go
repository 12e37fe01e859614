package query

import (
	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
)

// Find returns the node of that id, which must be of the type, nil for any;
// nil when there is none. An id of another type is an error of code Invalid that
// says where to ask.
func Find(ix *index.Index, id kg.ID, t *ontology.NodeType) (*index.Node, error) {
	n := ix.Node(id)
	if n != nil && t != nil && n.NodeType != t {
		return nil, kg.Invalidf("%s is of type %s, not %s: ask %s(id:) or node(id:)", id, n.Type, t.Name, n.NodeType.Singular())
	}
	return n, nil
}

// FindAll returns the nodes of those ids, in the order asked for, nil where
// there is none. More than MaxPage ids are an error of code Limit.
func FindAll(ix *index.Index, ids []kg.ID) ([]*index.Node, error) {
	if len(ids) > MaxPage {
		return nil, kg.Errorf(kg.Limit, "ids: %d are more than the %d that can be asked for at once", len(ids), MaxPage)
	}
	nodes := make([]*index.Node, len(ids))
	for i, id := range ids {
		nodes[i] = ix.Node(id)
	}
	return nodes, nil
}

// Passage is what cites one passage of a document.
type Passage struct {
	cited index.Cited
	scope Scope
}

// Cited returns what cites the passage. A document that does not exist is an
// error of code NotFound; a passage that nothing cites is an empty answer.
func Cited(ix *index.Index, document kg.ID, locator string) (*Passage, error) {
	if n := ix.Node(document); n == nil || n.Type != ontology.DocumentType {
		return nil, kg.Errorf(kg.NotFound, "there is no document %q: documents { nodes { id name } } lists them", document)
	}
	return &Passage{ix.Cited(document, locator), Scope{"cited", string(document), locator}}, nil
}

// Nodes is a page of the nodes that cite the passage.
func (p *Passage) Nodes(ix *index.Index, args Args) (*Page[*index.Node], error) {
	return NodesIn(ix, nil, p.cited.Nodes, p.scope, args)
}

// Links is a page of the links that cite the passage.
func (p *Passage) Links(ix *index.Index, args Args) (*Page[*index.Link], error) {
	return LinksIn(ix, p.cited.Links, p.scope, args)
}
