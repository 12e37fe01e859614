// Package index holds the graph of one revision in memory: what the log of
// commits adds up to, arranged for questions. An Index is an immutable value;
// Apply derives the next one and leaves the old one as it was, so a reader who
// keeps an Index sees one revision for as long as it likes, without locks.
//
// It holds topology and what is filtered and ordered by; all else of a node or
// link is in its record, whose address the Index knows. Nodes and links are
// named by the numbers that their records carry. Almost all of it is arrays
// without pointers, cut into pages, of which a commit copies those it touches.
package index

import (
	"time"

	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
)

// Node is the number of a node.
type Node uint32

// Link is the number of a link.
type Link uint32

// Edge is a link as seen from one of its ends.
type Edge struct {
	Far  Node // the node at the other end
	Link Link
}

// Index is the graph at one revision. Its methods that take a Node, Link or
// Passage take those of the same Index only.
type Index struct {
	schema *schema
	head   kg.Head
	time   time.Time

	nextNode, nextLink uint32

	nodes    rows[nodeRow]
	ids      texts // of nodes, by number
	names    texts // of nodes, by number
	aliases  texts // of nodes, by number, as appendAlias writes them
	nodeHash hashes
	types    []*typeIndex

	links      rows[linkRow]
	linkTexts  texts // keys and ids, see idForm
	linkProps  texts // indexed properties, by number, as appendValue writes them
	linkHash   hashes
	adjacency  runs[Edge]
	linkCounts []uint32 // how many there are, by relation

	cited    cited
	postings postings

	pastNodes, pastLinks past
	narrowings           *narrowings
}

// New is the empty graph before the first commit.
func New(o *ontology.Ontology) *Index {
	ix := &Index{schema: newSchema(o), linkCounts: make([]uint32, len(o.Relations)), narrowings: new(narrowings)}
	for _, t := range o.NodeTypes {
		ix.types = append(ix.types, newTypeIndex(len(ix.Columns(t))-2))
	}
	return ix
}

// Ontology is the schema of the graph.
func (ix *Index) Ontology() *ontology.Ontology { return ix.schema.ontology }

// Head is the revision of the Index and the digest of the log up to it.
func (ix *Index) Head() kg.Head { return ix.head }

// Time is when the newest commit was made; zero for the empty graph.
func (ix *Index) Time() time.Time { return ix.time }

// WithDigest is the same graph with the digest of its log set, for an Index
// whose last commit was applied before the store had chained it.
func (ix *Index) WithDigest(d kg.Digest) *Index {
	same := *ix
	same.head.Digest = d
	return &same
}
