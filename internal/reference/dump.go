package reference

import (
	"fmt"
	"strings"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/records"
)

// Dump writes out all that the view holds, numbers, record addresses, head
// and time included: equal views have equal dumps. Records that cannot be read
// or do not agree with the index stand in it as the error.
func Dump(v records.View) string {
	var b strings.Builder
	ix := v.Index
	nodes, links := ix.Size()
	nextNode, nextLink := ix.NextNumbers()
	fmt.Fprintln(&b, ix.Head(), ix.Time(), nodes, links, nextNode, nextLink)
	for _, t := range ix.Ontology().NodeTypes {
		for n := range ix.NodesOf(t).From(0) {
			fmt.Fprintln(&b, dumpNode(v, n))
			for _, c := range append(ix.Columns(t), ix.Columns(nil)...) {
				fmt.Fprintf(&b, "  %s %v\n", c.Name, c.Plain(ix.Value(c, n)))
			}
			for _, end := range t.Ends {
				fmt.Fprintln(&b, " ", end.Field())
				for e := range ix.Links(n, end).From(0) {
					fmt.Fprintln(&b, "   ", e.Far, dumpLink(v, e.Link))
				}
			}
			for _, p := range ix.Passages(n) {
				fmt.Fprintf(&b, "  cited %q:", ix.Locator(p))
				for citing := range ix.CitingNodes(p).From(0) {
					fmt.Fprintf(&b, " %d", citing)
				}
				for citing := range ix.CitingLinks(p).From(0) {
					fmt.Fprintf(&b, " %d %s", citing, ix.LinkID(citing))
				}
				fmt.Fprintln(&b)
			}
		}
		for _, c := range ix.Columns(t) {
			fmt.Fprintf(&b, "%s by %s:", t.Name, c.Name)
			for n := range ix.Order(c).From(0) {
				fmt.Fprintf(&b, " %d", n)
			}
			fmt.Fprintln(&b)
		}
	}
	return b.String()
}

func dumpNode(v records.View, n index.Node) string {
	ids, texts, err := writeNodes(v, []index.Node{n})
	if err != nil {
		return fmt.Sprint(n, " ", err)
	}
	found, _ := v.Index.Node(ids[0])
	return fmt.Sprint(n, v.Index.NodeRef(n), texts[0], found == n)
}

func dumpLink(v records.View, l index.Link) string {
	ids, texts, err := writeLinks(v, []index.Link{l})
	if err != nil {
		return fmt.Sprint(l, " ", err)
	}
	found, _ := v.Index.Link(kg.ID(ids[0]))
	return fmt.Sprint(l, v.Index.LinkRef(l), texts[0], found == l)
}
