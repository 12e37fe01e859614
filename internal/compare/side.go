package compare

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/records"
)

// MaxLinks is how many links of a side are shown, and read for their passages.
const MaxLinks = 50

// Side is what the first or the second of the compared says.
type Side struct {
	Text string // in words

	// By Read:
	Citations []kg.Citation // of the node and of the Links, each passage once, by document and locator
	Links     []index.Link  // that say so, by id; at most MaxLinks
	LinkCount int           // how many there are

	links      []index.Link // all of them
	document   index.Node   // whose passages count
	ofDocument bool         // else those of all documents do
	node       bool         // the node itself says so too
	named      bool         // the words are the names that the document has for the node
	aliases    []string     // only these aliases of the node say so
}

func list(words []string) string { return strings.Join(words, "; ") }

// Read reads the words and the passages of the items, which are of one
// comparison over the view.
func Read(ctx context.Context, view records.View, items []*Item) error {
	r := reader{index: view.Index, nodes: map[index.Node]*kg.Node{}, links: map[index.Link]*kg.Link{}}
	for _, item := range items {
		for _, s := range []*Side{item.Before, item.After} {
			if s == nil {
				continue
			}
			if s.node || s.named {
				r.nodes[item.Node] = nil
			}
			s.LinkCount, s.Links = len(s.links), s.links[:min(MaxLinks, len(s.links))]
			for _, l := range s.Links {
				r.links[l] = nil
			}
		}
	}
	if err := r.read(ctx, view); err != nil {
		return err
	}
	for _, item := range items {
		for _, s := range []*Side{item.Before, item.After} {
			if s != nil {
				r.fill(s, item.Node)
			}
		}
	}
	return nil
}

// reader holds what the nodes and links of a page say.
type reader struct {
	index *index.Index
	nodes map[index.Node]*kg.Node
	links map[index.Link]*kg.Link
}

func (r *reader) read(ctx context.Context, view records.View) error {
	var nodes []index.Node
	for n := range r.nodes {
		nodes = append(nodes, n)
	}
	var links []index.Link
	for l := range r.links {
		links = append(links, l)
	}
	foundNodes, err := view.Records.Nodes(ctx, view.Index, nodes)
	if err != nil {
		return fmt.Errorf("reading what is compared: %w", err)
	}
	foundLinks, err := view.Records.Links(ctx, view.Index, links)
	if err != nil {
		return fmt.Errorf("reading what is compared: %w", err)
	}
	for i, n := range nodes {
		r.nodes[n] = foundNodes[i]
	}
	for i, l := range links {
		r.links[l] = foundLinks[i]
	}
	return nil
}

func (r *reader) fill(s *Side, about index.Node) {
	document := r.index.NodeID(s.document)
	type passage struct {
		document kg.ID
		locator  string
	}
	seen := map[passage]bool{}
	s.Citations = nil
	cite := func(citations []kg.Citation) {
		for _, c := range citations {
			if p := (passage{c.Document, c.Locator}); !seen[p] && (!s.ofDocument || c.Document == document) {
				seen[p] = true
				s.Citations = append(s.Citations, c)
			}
		}
	}
	if n := r.nodes[about]; s.node {
		if s.aliases == nil {
			cite(n.Citations)
		}
		for _, a := range n.Aliases {
			if s.aliases == nil || slices.Contains(s.aliases, a.Name) {
				cite(a.Citations)
			}
		}
	}
	if s.named {
		s.Text = list(append([]string{r.nodes[about].Name}, namesIn(r.nodes[about], document)...))
	}
	for _, l := range s.Links {
		cite(r.links[l].Citations)
	}
	slices.SortFunc(s.Citations, func(a, b kg.Citation) int {
		return cmp.Or(cmp.Compare(a.Document, b.Document), cmp.Compare(a.Locator, b.Locator))
	})
}
