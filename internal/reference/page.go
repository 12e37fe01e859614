package reference

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
)

// Question asks for one page: of the nodes of a type, or, with Node given, of
// the links of that node along a relation field.
type Question struct {
	Type    string // of the nodes asked for, or of Node
	Node    kg.ID
	Field   string
	Where   map[string]any
	Links   map[string]any // with Node given
	OrderBy []map[string]any

	First, Last   *int
	After, Before *Mark
}

// String is for the messages of failing tests.
func (q Question) String() string {
	text := fmt.Sprintf("%s %s %s where %v link %v order %v", q.Type, q.Node, q.Field, q.Where, q.Links, q.OrderBy)
	for name, n := range map[string]*int{"first": q.First, "last": q.Last} {
		if n != nil {
			text += fmt.Sprintf(" %s %d", name, *n)
		}
	}
	for name, m := range map[string]*Mark{"after": q.After, "before": q.Before} {
		if m != nil {
			text += fmt.Sprintf(" %s %v", name, m.keys)
		}
	}
	return text
}

// Mark is the place of an element, as either side writes it.
type Mark struct {
	Cursor string // the index's
	keys   []key  // the reference's: the element's sort keys when it was seen
}

// Answer is a page.
type Answer struct {
	Elements             []string // written out, with their revisions
	IDs                  []kg.ID  // of the nodes or links
	Marks                []*Mark
	Total                int
	HasPrevious, HasNext bool
}

// String is for comparing and for the messages of failing tests.
func (a Answer) String() string {
	return fmt.Sprintf("%d of %d, before %v, after %v:\n\t%s",
		len(a.Elements), a.Total, a.HasPrevious, a.HasNext, strings.Join(a.Elements, "\n\t"))
}

// key is one sort key of an element.
type key struct {
	value      any // nil when absent
	kind       ontology.Kind
	descending bool
}

// compareKeys orders elements: key by key, absent values last whatever the direction.
func compareKeys(a, b []key) int {
	for i := range a {
		x, y := a[i], b[i]
		if x.value == nil || y.value == nil {
			if c := cmp.Compare(bit(x.value == nil), bit(y.value == nil)); c != 0 {
				return c
			}
			continue
		}
		c := 0
		switch x.kind {
		case ontology.Int:
			c = cmp.Compare(x.value.(int64), y.value.(int64))
		case ontology.Boolean:
			c = cmp.Compare(bit(x.value.(bool)), bit(y.value.(bool)))
		case ontology.PartialDate:
			_, lastX := days(x.value.(string))
			_, lastY := days(y.value.(string))
			c = cmp.Or(cmp.Compare(lastX, lastY), cmp.Compare(x.value.(string), y.value.(string)))
		default:
			c = cmp.Compare(x.value.(string), y.value.(string))
		}
		if x.descending {
			c = -c
		}
		if c != 0 {
			return c
		}
	}
	return 0
}

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}

// row is a candidate of a page.
type row struct {
	id   kg.ID
	text string
	keys []key
}

// Answer answers the question by looking at everything.
func (g *Graph) Answer(q Question) Answer {
	t := g.Ontology.NodeType(q.Type)
	var rows []row
	if q.Node == "" {
		for id, n := range g.Nodes {
			if n.Type == q.Type && g.matches(n, t, q.Where) {
				keys := append(g.keys(n, t, q.OrderBy), text(string(id)))
				rows = append(rows, row{id, writeNode(n.Node, n.Revision), keys})
			}
		}
	} else {
		end := t.End(q.Field)
		t = end.Far().Single()
		for _, l := range g.linksOf(q.Node, end) {
			if n := g.Nodes[far(l, end)]; g.linkMatches(l, q.Links) && g.matches(n, t, q.Where) {
				keys := append(g.keys(n, t, q.OrderBy), text(string(n.ID)), text(string(l.ID)))
				rows = append(rows, row{l.ID, writeLink(l.Link, l.Revision), keys})
			}
		}
	}
	slices.SortFunc(rows, func(a, b row) int { return compareKeys(a.keys, b.keys) })
	return cut(rows, q)
}

// cut takes the page out of the sorted rows: first the window between the
// marks, then the asked number from its start or end.
func cut(rows []row, q Question) Answer {
	var window []int
	for i, r := range rows {
		if q.After != nil && compareKeys(r.keys, q.After.keys) <= 0 || q.Before != nil && compareKeys(r.keys, q.Before.keys) >= 0 {
			continue
		}
		window = append(window, i)
	}
	size := 50
	if q.First != nil {
		size = *q.First
	}
	if q.Last != nil {
		size = *q.Last
	}
	page := window[:min(size, len(window))]
	if q.Last != nil {
		page = window[len(window)-len(page):]
	}
	a := Answer{Total: len(rows)}
	for _, i := range page {
		a.Elements = append(a.Elements, rows[i].text)
		a.IDs = append(a.IDs, rows[i].id)
		a.Marks = append(a.Marks, &Mark{keys: rows[i].keys})
	}
	switch {
	case len(page) > 0:
		a.HasPrevious, a.HasNext = page[0] > 0, page[len(page)-1] < len(rows)-1
	default:
		at := emptyAt(rows, q)
		a.HasPrevious, a.HasNext = at > 0, at < len(rows)
	}
	return a
}

// emptyAt is where an empty page stands: how many rows are before it. Marks
// that have crossed count as the later one.
func emptyAt(rows []row, q Question) int {
	start, end := 0, len(rows)
	for _, r := range rows {
		if q.After != nil && compareKeys(r.keys, q.After.keys) <= 0 {
			start++
		}
		if q.Before != nil && compareKeys(r.keys, q.Before.keys) >= 0 {
			end--
		}
	}
	if q.Last != nil {
		return max(start, end)
	}
	return start
}

func text(s string) key { return key{value: s, kind: ontology.String} }

// keys are what the node is sorted by, without its id. An order names a field
// in capitals, a field of a value type after the name of its group.
func (g *Graph) keys(n *Node, t *ontology.NodeType, orderBy []map[string]any) []key {
	var keys []key
	for _, by := range orderBy {
		descending := by["direction"] == "DESC"
		name := by["field"].(string)
		if end := endNamed(t, name); end != nil {
			far, _ := by["far"].(string)
			keys = append(keys, g.farKey(n, end, far, descending))
			continue
		}
		keys = append(keys, ownKey(n, t, name, descending))
	}
	return keys
}

func ownKey(n *Node, t *ontology.NodeType, name string, descending bool) key {
	k := text("")
	switch name {
	case "ID":
		k.value = string(n.ID)
	case "NAME":
		k.value = n.Name
	case "TYPE":
		k.value = n.Type
	default:
		k.value, k.kind = property(n, t, name)
	}
	k.descending = descending
	return k
}

func endNamed(t *ontology.NodeType, name string) *ontology.End {
	if t != nil {
		for _, end := range t.Ends {
			if kg.UpperSnake(end.Field()) == name {
				return end
			}
		}
	}
	return nil
}

// farKey is how many links the node has along the relation field, or the first
// of the values that the far nodes have, in the direction of the order.
func (g *Graph) farKey(n *Node, end *ontology.End, name string, descending bool) key {
	links := g.linksOf(n.ID, end)
	if name == "" {
		return key{int64(len(links)), ontology.Int, descending}
	}
	best := key{descending: descending}
	for _, l := range links {
		k := ownKey(g.Nodes[far(l, end)], end.Far().Single(), name, descending)
		if compareKeys([]key{k}, []key{best}) < 0 || best.kind == "" {
			best = k
		}
	}
	return best
}

func property(n *Node, t *ontology.NodeType, name string) (any, ontology.Kind) {
	for _, f := range t.Fields {
		if kg.UpperSnake(f.Name) == name {
			return n.Props[f.Name], f.Kind
		}
		if f.Kind != ontology.ValueKind || f.List {
			continue
		}
		for _, inner := range f.Value.Fields {
			if kg.UpperSnake(f.Name)+"_"+kg.UpperSnake(inner.Name) == name {
				group, _ := n.Props[f.Name].(kg.Props)
				return group[inner.Name], inner.Kind
			}
		}
	}
	panic("reference: no order " + name)
}

func writeNode(n *kg.Node, written kg.Revision) string {
	return fmt.Sprintf("%s, %v", describeNode(n), written)
}

func writeLink(l *kg.Link, written kg.Revision) string {
	return fmt.Sprintf("%s, %v", describeLink(l), written)
}

// Cited lists what cites the passage, written out: nodes by id, then links by id.
func (g *Graph) Cited(document kg.ID, locator string) []string {
	cites := func(list []kg.Citation) bool {
		return slices.ContainsFunc(list, func(c kg.Citation) bool { return c.Document == document && c.Locator == locator })
	}
	var nodes, links []row
	for id, n := range g.Nodes {
		if cites(allCitations(n.Node)) {
			nodes = append(nodes, row{id: id, text: writeNode(n.Node, n.Revision)})
		}
	}
	for id, l := range g.Links {
		if cites(l.Citations) {
			links = append(links, row{id: id, text: writeLink(l.Link, l.Revision)})
		}
	}
	var list []string
	for _, rows := range [][]row{nodes, links} {
		slices.SortFunc(rows, func(a, b row) int { return cmp.Compare(a.id, b.id) })
		for _, r := range rows {
			list = append(list, r.text)
		}
	}
	return list
}

// Passages lists the cited places of the document, sorted.
func (g *Graph) Passages(document kg.ID) []string {
	set := map[string]bool{}
	collect := func(citations []kg.Citation) {
		for _, c := range citations {
			if c.Document == document {
				set[c.Locator] = true
			}
		}
	}
	for _, n := range g.Nodes {
		collect(allCitations(n.Node))
	}
	for _, l := range g.Links {
		collect(l.Citations)
	}
	var list []string
	for locator := range set {
		list = append(list, locator)
	}
	slices.Sort(list)
	return list
}
