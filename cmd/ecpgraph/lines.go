package main

import (
	"cmp"
	"context"
	"io"
	"slices"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
	"ecpgraph/internal/records"
	"ecpgraph/internal/seed"
)

// exportBatch is how many records an export reads from the store at once.
const exportBatch = 1000

// exportLines writes the graph as JSON Lines: nodes, then links, each by id.
// Beside the numbers of all of them it holds one batch in memory.
func exportLines(ctx context.Context, w io.Writer, v records.View) error {
	lines := seed.NewLineWriter(w)
	nodes := nodesByID(v.Index)
	if err := exportBatches(ctx, v, nodes, v.Records.Nodes, lines.Node); err != nil {
		return err
	}
	if err := exportBatches(ctx, v, linksByID(v.Index, nodes), v.Records.Links, lines.Link); err != nil {
		return err
	}
	return lines.Flush()
}

func exportBatches[N, E any](ctx context.Context, v records.View, numbers []N,
	read func(context.Context, *index.Index, []N) ([]E, error), write func(E) error) error {
	for some := range slices.Chunk(numbers, exportBatch) {
		batch, err := read(ctx, v.Index, some)
		if err != nil {
			return err
		}
		for _, e := range batch {
			if err := write(e); err != nil {
				return err
			}
		}
	}
	return nil
}

func nodesByID(ix *index.Index) []index.Node {
	size, _ := ix.Size()
	nodes := make([]index.Node, 0, size)
	for _, t := range ix.Ontology().NodeTypes {
		nodes = slices.AppendSeq(nodes, ix.NodesOf(t).From(0))
	}
	slices.SortFunc(nodes, ix.CompareNodes)
	return nodes
}

// linksByID lists all links. They are gathered almost in order, since ids of
// links are mostly made by kg.LinkID: relation, from and to.
func linksByID(ix *index.Index, nodes []index.Node) []index.Link {
	_, size := ix.Size()
	links := make([]index.Link, 0, size)
	from := slices.Clone(nodes)
	slices.SortFunc(from, func(a, b index.Node) int { return compareBefore('>', ix.NodeID(a), ix.NodeID(b)) })
	o := ix.Ontology()
	relations := slices.Clone(o.Relations)
	slices.SortFunc(relations, func(a, b *ontology.Relation) int {
		return compareBefore(':', kg.ID(kg.Kebab(a.Name)), kg.ID(kg.Kebab(b.Name)))
	})
	for _, r := range relations {
		ends := map[*ontology.NodeType]*ontology.End{}
		for _, t := range o.NodeTypes {
			for _, end := range t.Ends {
				if end.Relation == r && end.Direction == ontology.Out {
					ends[t] = end
				}
			}
		}
		for _, n := range from {
			if end := ends[ix.NodeType(n)]; end != nil {
				for e := range ix.Links(n, end).From(0) {
					links = append(links, e.Link)
				}
			}
		}
	}
	slices.SortFunc(links, ix.CompareLinks)
	return links
}

// compareBefore orders two ids as parts of larger ones, in which the letter
// follows them.
func compareBefore(next byte, a, b kg.ID) int {
	n := min(len(a), len(b))
	switch {
	case a[:n] != b[:n] || len(a) == len(b):
		return cmp.Compare(a, b)
	case len(a) > n:
		return cmp.Compare(a[n], next)
	}
	return cmp.Compare(next, b[n])
}
