// Package kg holds the core words of the knowledge graph as types: ids, nodes,
// links, citations, commits, and the Store contract that every storage engine
// is brought under.
//
//	node      a thing, of one type of the ontology: a Tool, an Action, a Document
//	link      one relation between two nodes, with properties of its own
//	citation  the document and the place in it where a node or link is written
//	record    one immutable version of a node or link, as a commit wrote it
//	commit    one atomic change set; its number is the revision
//	store     the truth: the ordered log of commits
//
// The package knows no schema, no engine and no transport, and imports the
// standard library only. What types and relations exist is the ontology's
// business; what a query may ask is the index's.
package kg
