// Package reference is a naive graph, for tests only: plain maps, full scans,
// no cleverness. It is the oracle that the index and the running graph are
// compared with: the same changes must be accepted or refused, the same
// questions must get the same answers.
//
//	Graph        the naive graph: Apply a change, Answer a question
//	Ask          the same question, put to an index with its records
//	Generator    random changes and questions over a small ontology, by seed
//
// What the graph means is written here a second time on purpose. Nothing in
// graph.go, match.go and page.go calls the code that it is the judge of; search.go
// reads words as package search does.
package reference
