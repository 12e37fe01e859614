// Package seed reads, checks and writes graphs as files: folders of YAML that
// people edit, and JSON Lines that programs exchange. It also checks the
// citations of a seed folder against the source documents, which the project
// itself never ships: a citation keeps the checksum of the passage, not its text.
//
// A seed folder holds seed.yaml (the manifest: name, description and the short
// names of documents), passages.yaml (the outline of each document) and data
// files, which are all other *.yaml files. Everything but CheckSources and
// UpdateChecksums works without the source documents.
package seed

import (
	"cmp"
	"slices"

	"ecpgraph/internal/kg"
)

// Set is what a seed folder or a JSON Lines stream holds. Equal input gives
// equal Sets.
type Set struct {
	Name        string
	Description string
	Nodes       []*kg.Node // by id
	Links       []*kg.Link // by id
	// Outlines of the documents that the citations point into, in the order of
	// passages.yaml or of the lines. The Document nodes hold the same.
	Outlines []*Outline

	places map[kg.ID]place // where each node and link is written
}

// Change is the wish to put the whole Set into a graph, but for derived links,
// which the rules among the nodes conclude again.
func (s *Set) Change(author, reason string) kg.Change {
	stated := slices.DeleteFunc(slices.Clone(s.Links), func(l *kg.Link) bool { return l.Basis == kg.Derived })
	return kg.Change{Author: author, Reason: reason, PutNodes: s.Nodes, PutLinks: stated}
}

// Outline returns the outline of the document, or nil.
func (s *Set) Outline(document kg.ID) *Outline {
	for _, o := range s.Outlines {
		if o.Document == document {
			return o
		}
	}
	return nil
}

func (s *Set) sort() {
	slices.SortFunc(s.Nodes, byNodeID)
	slices.SortFunc(s.Links, byLinkID)
}

func byNodeID(a, b *kg.Node) int { return cmp.Compare(a.ID, b.ID) }
func byLinkID(a, b *kg.Link) int { return cmp.Compare(a.ID, b.ID) }
