package reference

import (
	"fmt"
	"slices"
	"strings"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/query"
)

// Ask puts the question to the index.
func Ask(ix *index.Index, q Question) (Answer, error) {
	args := query.Args{First: q.First, Last: q.Last, Where: q.Where, OrderBy: q.OrderBy}
	if q.After != nil {
		args.After = &q.After.Cursor
	}
	if q.Before != nil {
		args.Before = &q.Before.Cursor
	}
	t := ix.Ontology().NodeType(q.Type)
	if q.Node == "" {
		page, err := query.Nodes(ix, t, args)
		if err != nil {
			return Answer{}, err
		}
		return answer(page, func(n *index.Node) (kg.ID, string) { return n.ID, writeNode(n.Node, n.Ref.Revision) }), nil
	}
	page, err := query.Links(ix, q.Node, t.End(q.Field), args)
	if err != nil {
		return Answer{}, err
	}
	return answer(page, func(l *index.Link) (kg.ID, string) { return l.ID, writeLink(l.Link, l.Ref.Revision) }), nil
}

func answer[E any](p *query.Page[E], write func(E) (kg.ID, string)) Answer {
	a := Answer{Total: p.Total, HasPrevious: p.HasPrevious, HasNext: p.HasNext}
	for i, e := range p.Elements {
		id, text := write(e)
		a.Elements = append(a.Elements, text)
		a.IDs = append(a.IDs, id)
		a.Marks = append(a.Marks, &Mark{Cursor: p.Cursor(i)})
	}
	return a
}

// Compare puts the question to both and returns their answer, with marks that
// either side understands, or how they differ.
func Compare(g *Graph, ix *index.Index, q Question) (Answer, error) {
	want := g.Answer(q)
	got, err := Ask(ix, q)
	if err != nil {
		return Answer{}, fmt.Errorf("%v: %w", q, err)
	}
	if got.String() != want.String() || len(got.Marks) != len(want.Marks) {
		return Answer{}, fmt.Errorf("%v\nthe index answers %v\nthe reference %v", q, got, want)
	}
	for i, m := range want.Marks {
		m.Cursor = got.Marks[i].Cursor
	}
	return want, nil
}

// CompareAll compares everything that the two graphs hold, by plain questions.
func CompareAll(g *Graph, ix *index.Index) error {
	if ix.Head().Revision != g.Revision {
		return fmt.Errorf("the index is at %v, the reference at %v", ix.Head().Revision, g.Revision)
	}
	if nodes, links := ix.Size(); nodes != len(g.Nodes) || links != len(g.Links) {
		return fmt.Errorf("the index holds %d nodes and %d links, the reference %d and %d", nodes, links, len(g.Nodes), len(g.Links))
	}
	all := query.MaxPage
	for _, t := range g.Ontology.NodeTypes {
		page, err := Compare(g, ix, Question{Type: t.Name, First: &all})
		if err != nil {
			return err
		}
		for i, id := range page.IDs {
			if n := ix.Node(id); n == nil || writeNode(n.Node, n.Ref.Revision) != page.Elements[i] {
				return fmt.Errorf("node %s alone: the index answers %v, in a page %s", id, n, page.Elements[i])
			}
			for _, end := range t.Ends {
				if _, err := Compare(g, ix, Question{Type: t.Name, Node: id, Field: end.Field(), First: &all}); err != nil {
					return err
				}
			}
			if err := compareCited(g, ix, id); err != nil {
				return err
			}
		}
	}
	for id, l := range g.Links {
		if got := ix.Link(id); got == nil || writeLink(got.Link, got.Ref.Revision) != writeLink(l.Link, l.Revision) {
			return fmt.Errorf("link %s alone: the index answers %v", id, got)
		}
	}
	return nil
}

func compareCited(g *Graph, ix *index.Index, document kg.ID) error {
	locators := g.Passages(document)
	if got := ix.CitedPassages(document); !slices.Equal(got, locators) {
		return fmt.Errorf("passages of %s: the index answers %q, the reference %q", document, got, locators)
	}
	for _, locator := range append(locators, "no such place") {
		var got []string
		cited := ix.Cited(document, locator)
		for _, n := range cited.Nodes {
			got = append(got, writeNode(n.Node, n.Ref.Revision))
		}
		for _, l := range cited.Links {
			got = append(got, writeLink(l.Link, l.Ref.Revision))
		}
		if want := g.Cited(document, locator); !slices.Equal(got, want) {
			return fmt.Errorf("what cites %s %s: the index answers\n\t%s\nthe reference\n\t%s",
				document, locator, strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
		}
	}
	return nil
}

// Dump writes out all that the index holds, numbers, record addresses, head
// and time included: equal indexes have equal dumps.
func Dump(ix *index.Index) string {
	var b strings.Builder
	nodes, links := ix.Size()
	nextNode, nextLink := ix.NextNumbers()
	fmt.Fprintln(&b, ix.Head(), ix.Time(), nodes, links, nextNode, nextLink)
	for _, t := range ix.Ontology().NodeTypes {
		for _, n := range ix.NodesOf(t) {
			fmt.Fprintln(&b, n.Number, n.Ref, n.NodeType.Name, describeNode(n.Node), ix.Node(n.ID) == n)
			for _, end := range t.Ends {
				fmt.Fprintln(&b, " ", end.Field())
				for _, l := range ix.Links(n.ID, end) {
					fmt.Fprintln(&b, "   ", l.Number, l.Ref, l.Rel.Name, describeLink(l.Link), ix.Link(l.ID) == l)
				}
			}
			for _, locator := range ix.CitedPassages(n.ID) {
				fmt.Fprintf(&b, "  cited %q:", locator)
				cited := ix.Cited(n.ID, locator)
				for _, citing := range cited.Nodes {
					fmt.Fprintf(&b, " %s %t", citing.ID, ix.Node(citing.ID) == citing)
				}
				for _, citing := range cited.Links {
					fmt.Fprintf(&b, " %s %t", citing.ID, ix.Link(citing.ID) == citing)
				}
				fmt.Fprintln(&b)
			}
		}
	}
	return b.String()
}
