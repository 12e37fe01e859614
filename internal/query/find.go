package query

import (
	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
)

// Find finds the node of that id, which must be of the type, nil for any. An id
// of another type is an error of code Invalid that says where to ask.
func Find(ix *index.Index, id kg.ID, t *ontology.NodeType) (index.Node, bool, error) {
	n, found := ix.Node(id)
	if !found {
		return 0, false, nil
	}
	if of := ix.NodeType(n); t != nil && of != t {
		return 0, false, kg.Invalidf("%s is of type %s, not %s: ask %s(id:) or node(id:)", id, of.Name, t.Name, of.Singular())
	}
	return n, true, nil
}

// Found is the answer for one of several ids.
type Found struct {
	Node index.Node
	OK   bool // false where there is no such node
}

// FindAll finds the nodes of those ids, in the order asked for. More than
// MaxPage ids are an error of code Limit.
func FindAll(ix *index.Index, ids []kg.ID) ([]Found, error) {
	if len(ids) > MaxPage {
		return nil, kg.Errorf(kg.Limit, "ids: %d are more than the %d that can be asked for at once", len(ids), MaxPage)
	}
	nodes := make([]Found, len(ids))
	for i, id := range ids {
		nodes[i].Node, nodes[i].OK = ix.Node(id)
	}
	return nodes, nil
}

// Passage is a passage of a document whose citing nodes and links are asked
// for.
type Passage struct {
	document index.Node
	locator  string
	number   index.Passage
	cited    bool // by anything
}

// Cited finds what cites the passage. A document that does not exist is an
// error of code NotFound; a passage that nothing cites selects nothing.
func Cited(ix *index.Index, document kg.ID, locator string) (Passage, error) {
	n, found := ix.Node(document)
	if !found || ix.NodeType(n).Name != ontology.DocumentType {
		return Passage{}, kg.Errorf(kg.NotFound, "there is no document %q: documents { nodes { id name } } lists them", document)
	}
	p := Passage{document: n, locator: locator}
	p.number, p.cited = ix.Passage(n, locator)
	return p, nil
}
