// Package claims finds where the sources of a graph differ, what they leave open,
// and what is missing. It answers from one revision, and says nothing that no
// citation carries. Which relations and properties it looks at, the ontology says:
// @claim, @unspecified and @gap.
//
//	conflict.go     conflicts of all kinds, in order
//	status.go       states of one thing in the eyes of several sources
//	membership.go   things that sources place in different wholes
//	date.go         dates that exclude one another
//	identity.go     near things that no source equates
//	name.go         names of one thing that have different words
//	wording.go      which words of two names are the same
//	unspecified.go  actors and times that a source leaves open
//	gap.go          what lacks what, and which source is silent on it
//	look.go         how much is looked at
package claims
