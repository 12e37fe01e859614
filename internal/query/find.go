package query

import (
	"slices"

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

// FindDocument finds the document of that id. One that does not exist is an error
// of code NotFound.
func FindDocument(ix *index.Index, id kg.ID) (index.Node, error) {
	n, found := ix.Node(id)
	if !found || ix.NodeType(n).Name != ontology.DocumentType {
		return 0, kg.Errorf(kg.NotFound, "there is no document %q: documents { nodes { id name } } lists them", id)
	}
	return n, nil
}

// PassageAt is the passage of the document at that place. One that nothing cites
// selects nothing.
func PassageAt(ix *index.Index, document index.Node, locator string) Passage {
	p := Passage{document: document, locator: locator}
	p.number, p.cited = ix.Passage(document, locator)
	return p
}

// Stretch cuts a list of passages, given by their locators, to those after the
// one at that place, up to the limit. A limit that is negative is an error of code
// Invalid, one above MaxPage of code Limit; a place that is not in the list is
// one of code Invalid.
func Stretch(locators []string, limit int, after *string) (start, stop int, err error) {
	switch {
	case limit < 0:
		return 0, 0, kg.Invalidf("limit: %d is negative", limit)
	case limit > MaxPage:
		return 0, 0, kg.Errorf(kg.Limit, "limit: %d is more than the %d that are answered at once; fetch the rest with after", limit, MaxPage)
	}
	if after != nil {
		at := slices.Index(locators, *after)
		if at < 0 {
			return 0, 0, kg.Invalidf("after: there is no passage %q in this list: give the locator of the last one that it returned", *after)
		}
		start = at + 1
	}
	return start, min(start+limit, len(locators)), nil
}
