// Package index holds the graph of one revision in memory: what the log of
// commits adds up to, arranged for questions. An Index is an immutable value;
// Apply derives the next one and leaves the old one as it was, so a reader who
// keeps an Index sees one revision for as long as it likes, without locks.
//
// All lists are ordered by id, byte by byte.
package index

import (
	"slices"
	"time"

	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
)

// Index is the graph at one revision.
type Index struct {
	ontology *ontology.Ontology
	head     kg.Head
	time     time.Time

	nodes     map[kg.ID]*Node
	links     map[kg.ID]*Link
	byType    map[*ontology.NodeType][]*Node
	adjacency map[adjacencyKey][]*Link
	cited     map[passage]Cited

	nextNode, nextLink uint32
}

// Node is a node at the revision of its Index.
type Node struct {
	*kg.Node
	NodeType *ontology.NodeType
	Number   uint32
	Ref      kg.Ref // the record that wrote this version
}

// Link is a link at the revision of its Index.
type Link struct {
	*kg.Link
	Rel    *ontology.Relation
	Number uint32
	Ref    kg.Ref // the record that wrote this version
}

// FarID is the id of the node at the other end, seen along the direction.
func (l *Link) FarID(d ontology.Direction) kg.ID {
	if d == ontology.Out {
		return l.To
	}
	return l.From
}

// NearID is the id of the node that one looks from along the direction.
func (l *Link) NearID(d ontology.Direction) kg.ID {
	if d == ontology.Out {
		return l.From
	}
	return l.To
}

// Cited is what cites one passage of a document.
type Cited struct {
	Nodes []*Node // also those of which only an alias cites it
	Links []*Link
}

type adjacencyKey struct {
	node      kg.ID
	relation  *ontology.Relation
	direction ontology.Direction
}

type passage struct {
	document kg.ID
	locator  string
}

// New is the empty graph before the first commit.
func New(o *ontology.Ontology) *Index { return &Index{ontology: o} }

// Ontology is the schema of the graph.
func (ix *Index) Ontology() *ontology.Ontology { return ix.ontology }

// Head is the revision of the Index and the digest of the log up to it.
func (ix *Index) Head() kg.Head { return ix.head }

// Time is when the newest commit was made; zero for the empty graph.
func (ix *Index) Time() time.Time { return ix.time }

// Node returns the node, or nil.
func (ix *Index) Node(id kg.ID) *Node { return ix.nodes[id] }

// Link returns the link, or nil.
func (ix *Index) Link(id kg.ID) *Link { return ix.links[id] }

// NodesOf lists the nodes of the type. The caller must not change the list.
func (ix *Index) NodesOf(t *ontology.NodeType) []*Node { return ix.byType[t] }

// Links lists the links of the node along one relation field, by the id of the
// far node, then by their own. The caller must not change the list.
func (ix *Index) Links(node kg.ID, end *ontology.End) []*Link {
	return ix.adjacency[adjacencyKey{node, end.Relation, end.Direction}]
}

// Cited returns what cites the passage of the document.
func (ix *Index) Cited(document kg.ID, locator string) Cited {
	return ix.cited[passage{document, locator}]
}

// CitedPassages lists the locators of the document that anything cites, sorted
// as text.
func (ix *Index) CitedPassages(document kg.ID) []string {
	var locators []string
	for p := range ix.cited {
		if p.document == document {
			locators = append(locators, p.locator)
		}
	}
	slices.Sort(locators)
	return locators
}

// Size is the number of nodes and of links.
func (ix *Index) Size() (nodes, links int) { return len(ix.nodes), len(ix.links) }

// NextNumbers are the numbers that the next new node and link get.
func (ix *Index) NextNumbers() (node, link uint32) { return ix.nextNode, ix.nextLink }

// WithDigest is the same graph with the digest of its log set, for an Index
// whose last commit was applied before the store had chained it.
func (ix *Index) WithDigest(d kg.Digest) *Index {
	same := *ix
	same.head.Digest = d
	return &same
}
