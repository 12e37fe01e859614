package reference

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
	"ecpgraph/internal/query"
	"ecpgraph/internal/records"
)

// CompareAll compares everything that the two graphs hold, by plain questions.
func CompareAll(g *Graph, v records.View) error {
	ix := v.Index
	if ix.Head().Revision != g.Revision {
		return fmt.Errorf("the index is at %v, the reference at %v", ix.Head().Revision, g.Revision)
	}
	if nodes, links := ix.Size(); nodes != len(g.Nodes) || links != len(g.Links) {
		return fmt.Errorf("the index holds %d nodes and %d links, the reference %d and %d", nodes, links, len(g.Nodes), len(g.Links))
	}
	all := query.MaxPage
	for _, t := range g.Ontology.NodeTypes {
		page, err := Compare(g, v, Question{Type: t.Name, First: &all})
		if err != nil {
			return err
		}
		for i, id := range page.IDs {
			if err := compareNode(v, id, page.Elements[i]); err != nil {
				return err
			}
			for _, end := range t.Ends {
				if _, err := Compare(g, v, Question{Type: t.Name, Node: id, Field: end.Field(), First: &all}); err != nil {
					return err
				}
			}
			if err := compareCited(g, v, id); err != nil {
				return err
			}
		}
		for _, c := range ix.Columns(t) {
			if err := compareColumn(g, ix, t, c); err != nil {
				return err
			}
		}
	}
	if err := compareLinks(g, v); err != nil {
		return err
	}
	return compareRecords(g, v)
}

func compareNode(v records.View, id kg.ID, want string) error {
	n, found := v.Index.Node(id)
	if !found {
		return fmt.Errorf("node %s alone: the index has none", id)
	}
	_, texts, err := writeNodes(v, []index.Node{n})
	if err == nil && texts[0] != want {
		err = fmt.Errorf("node %s alone: the index answers %s, in a page %s", id, texts[0], want)
	}
	return err
}

func compareLinks(g *Graph, v records.View) error {
	var links []index.Link
	var want []string
	for _, id := range sortedIDs(g.Links) {
		l, found := v.Index.Link(id)
		if !found {
			return fmt.Errorf("link %s alone: the index has none", id)
		}
		if err := compareKept(g, v.Index, l, g.Links[id]); err != nil {
			return err
		}
		links = append(links, l)
		want = append(want, writeLink(g.Links[id].Link, g.Links[id].Revision))
	}
	if !slices.IsSortedFunc(links, v.Index.CompareLinks) {
		return fmt.Errorf("the index does not order links by id")
	}
	_, texts, err := writeLinks(v, links)
	if err == nil && !slices.Equal(texts, want) {
		err = fmt.Errorf("all links: the index answers\n\t%s\nthe reference\n\t%s", strings.Join(texts, "\n\t"), strings.Join(want, "\n\t"))
	}
	return err
}

// compareKept compares what the index keeps of the link beside its ends: its
// indexed properties and the documents that it cites.
func compareKept(g *Graph, ix *index.Index, l index.Link, want *Link) error {
	for _, c := range ix.LinkColumns(g.Ontology.Relation(want.Relation)) {
		if got := c.Plain(ix.LinkValue(c, l)); got != want.Props[c.Name] {
			return fmt.Errorf("%s of %s: the index answers %v, the reference %v", c.Name, want.ID, got, want.Props[c.Name])
		}
	}
	got := slices.Sorted(ix.LinkDocuments(l))
	var documents []kg.ID
	for _, c := range want.Citations {
		documents = append(documents, c.Document)
	}
	slices.Sort(documents)
	if !slices.Equal(slices.Compact(got), slices.Compact(documents)) {
		return fmt.Errorf("%s cites %q in the index and %q in the reference", want.ID, got, documents)
	}
	return nil
}

// compareColumn compares the values of a column of the type, and the order by it.
func compareColumn(g *Graph, ix *index.Index, t *ontology.NodeType, c *index.Column) error {
	var rows []row
	for id, n := range g.Nodes {
		if n.Type != t.Name {
			continue
		}
		want := columnValue(n, c)
		rows = append(rows, row{id: id, keys: []key{{value: want, kind: c.Kind}, text(string(id))}})
		number, _ := ix.Node(id)
		if got := slices.Collect(ix.Aliases(number)); fmt.Sprint(got) != fmt.Sprint(aliasesOf(n)) {
			return fmt.Errorf("the aliases of %s: the index answers %q, the reference %q", id, got, aliasesOf(n))
		}
		if got := c.Plain(ix.Value(c, number)); got != want {
			return fmt.Errorf("%s of %s: the index answers %v, the reference %v", c.Name, id, got, want)
		}
	}
	slices.SortFunc(rows, func(a, b row) int { return compareKeys(a.keys, b.keys) })
	var got, want []kg.ID
	for n := range ix.Order(c).From(0) {
		got = append(got, ix.NodeID(n))
	}
	for _, r := range rows {
		want = append(want, r.id)
	}
	if !slices.Equal(got, want) {
		return fmt.Errorf("%s by %s: the index answers %s, the reference %s", t.Name, c.Name, got, want)
	}
	return nil
}

func columnValue(n *Node, c *index.Column) any {
	switch c.Name {
	case "id":
		return string(n.ID)
	case "name":
		return n.Name
	}
	props := n.Props
	for _, name := range c.Path[:len(c.Path)-1] {
		props, _ = props[name].(kg.Props)
	}
	return props[c.Path[len(c.Path)-1]]
}

func compareCited(g *Graph, v records.View, document kg.ID) error {
	ix := v.Index
	number, _ := ix.Node(document)
	locators := g.Passages(document)
	var got []string
	for _, p := range ix.Passages(number) {
		got = append(got, ix.Locator(p))
	}
	if !slices.Equal(got, locators) {
		return fmt.Errorf("passages of %s: the index answers %q, the reference %q", document, got, locators)
	}
	for _, locator := range append(locators, "no such place") {
		got, err := citing(v, number, locator)
		if err != nil {
			return err
		}
		if want := g.Cited(document, locator); !slices.Equal(got, want) {
			return fmt.Errorf("what cites %s %s: the index answers\n\t%s\nthe reference\n\t%s",
				document, locator, strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
		}
	}
	return nil
}

// citing lists what cites the passage, written out: nodes by id, then links by id.
func citing(v records.View, document index.Node, locator string) ([]string, error) {
	p, found := v.Index.Passage(document, locator)
	if !found {
		return nil, nil
	}
	_, nodes, err := writeNodes(v, slices.Collect(v.Index.CitingNodes(p).From(0)))
	if err != nil {
		return nil, err
	}
	_, links, err := writeLinks(v, slices.Collect(v.Index.CitingLinks(p).From(0)))
	return append(nodes, links...), err
}

// compareRecords compares what the cache holds of all nodes and links, in an
// order in which old and new versions mix.
func compareRecords(g *Graph, v records.View) error {
	ctx := context.Background()
	ids := append(sortedIDs(g.Nodes), sortedIDs(g.Links)...)
	slices.SortFunc(ids, func(a, b kg.ID) int { return cmp.Compare(a[len(a)/2:], b[len(b)/2:]) })
	places := make([]records.Record, len(ids))
	batch := v.Records.Batch(v.Index)
	for i, id := range ids {
		if n, found := v.Index.Node(id); found {
			batch.Node(n, &places[i])
		} else if l, found := v.Index.Link(id); found {
			batch.Link(l, &places[i])
		}
	}
	if err := batch.Fetch(ctx); err != nil {
		return err
	}
	for i, id := range ids {
		var got, want string
		if n := g.Nodes[id]; n != nil {
			got, want = describeNodeRecord(v.Index, g.Ontology.NodeType(n.Type), places[i]), expectNodeRecord(g.Ontology.NodeType(n.Type), n.Node)
		} else {
			l := g.Links[id].Link
			got, want = describeLinkRecord(v.Index, g.Ontology.Relation(l.Relation), places[i]), expectLinkRecord(g.Ontology.Relation(l.Relation), l)
		}
		if got != want {
			return fmt.Errorf("the record of %s: the cache holds\n\t%s\nthe reference\n\t%s", id, got, want)
		}
	}
	return nil
}
