package index

import (
	"cmp"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
)

// model is a graph in plain maps, of which everything is found by looking at
// all of it.
type model struct {
	nodes map[kg.ID]modelNode
	links map[kg.ID]modelLink
	log   []logged // all that was ever done

	revision           kg.Revision
	at                 kg.Ref // of the next record, for what makes records later
	nextNode, nextLink uint32
}

type modelNode struct {
	*kg.Node
	number uint32
	ref    kg.Ref
}

type modelLink struct {
	*kg.Link
	number uint32
	ref    kg.Ref
}

// logged is a record that was written.
type logged struct {
	kg.Record
	ref kg.Ref
}

// write is the record, of which the log has notice from then on.
func (m *model) write(r kg.Record, ref kg.Ref) kg.Record {
	m.log = append(m.log, logged{r, ref})
	return r
}

func newModel() *model {
	return &model{nodes: map[kg.ID]modelNode{}, links: map[kg.ID]modelLink{}}
}

func (m *model) clone() *model {
	same := *m
	same.nodes, same.links, same.log = maps.Clone(m.nodes), maps.Clone(m.links), slices.Clip(m.log)
	return &same
}

// putNode is the record that puts the node, which the model has from then on.
func (m *model) putNode(n *kg.Node, ref kg.Ref) kg.Record {
	v, ok := m.nodes[n.ID]
	if !ok {
		v.number = m.nextNode
		m.nextNode++
	}
	v.Node, v.ref = n, ref
	m.nodes[n.ID] = v
	return m.write(kg.Record{Op: kg.PutNode, Number: v.number, Node: n}, ref)
}

func (m *model) putLink(l *kg.Link, ref kg.Ref) kg.Record {
	v, ok := m.links[l.ID]
	if !ok {
		v.number = m.nextLink
		m.nextLink++
	}
	v.Link, v.ref = l, ref
	m.links[l.ID] = v
	return m.write(kg.Record{Op: kg.PutLink, Number: v.number, Link: l}, ref)
}

func (m *model) deleteNode(id kg.ID, ref kg.Ref) kg.Record {
	delete(m.nodes, id)
	return m.write(kg.Record{Op: kg.DeleteNode, ID: id}, ref)
}

func (m *model) deleteLink(id kg.ID, ref kg.Ref) kg.Record {
	delete(m.links, id)
	return m.write(kg.Record{Op: kg.DeleteLink, ID: id}, ref)
}

const testSDL = `
"What is cited." type Document @node {
  "When it was issued." issued: PartialDate @index
}
"A tool." type Tool @node {
  "Its kind." kind: ToolKind! @index
  "Its rank." rank: Int @index
  "Whether anybody may have it." open: Boolean @index
  "Its code." code: String @index
  "Where it is." page: URL @index
  "Key words." tags: [String!]
  "When it runs." period: Period @index
}
"A goal." type Goal @node {
  "Its rank." rank: Int @index
}
"A body." type Body @node(plural: "bodies")
"Kinds of tools." enum ToolKind { "A table." TABLE "A guide." GUIDE "A model." MODEL }
"A span of time." type Period @value {
  "Its first date." start: PartialDate @index
  "How long." weeks: Int @index
  "What was written." wording: String
}
"A tool or body serves a goal." type Serves @relation(from: [Tool, Body], to: Goal, forward: "goals", backward: "servants")
"The same, of a name that begins alike." type ServesWell @relation(from: [Tool, Body], to: Goal, forward: "bestGoals", backward: "bestServants")
"A tool is a part of a tool." type PartOf @relation(from: Tool, to: Tool, forward: "wholes", backward: "parts")
"A document mentions a thing." type Mentions @relation(from: Document, to: Node, forward: "mentions", backward: "mentionedIn")
`

func testOntology(t testing.TB) *ontology.Ontology {
	t.Helper()
	o, err := ontology.Parse([]ontology.Source{{Name: "test.graphqls", Text: testSDL}})
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// seeded returns a source of chance whose seed the log shows and the
// environment can set.
func seeded(t testing.TB) *rand.Rand {
	seed := uint64(time.Now().UnixNano())
	if text := os.Getenv("ECPGRAPH_TEST_SEED"); text != "" {
		var err error
		if seed, err = strconv.ParseUint(text, 10, 64); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("ECPGRAPH_TEST_SEED=%d", seed)
	return rand.New(rand.NewPCG(seed, 1))
}

// checkIndex holds everything that the index answers against the model.
func checkIndex(t testing.TB, ix *Index, m *model) {
	t.Helper()
	if nodes, links := ix.Size(); nodes != len(m.nodes) || links != len(m.links) {
		t.Fatalf("%v: %d nodes and %d links, want %d and %d", m.revision, nodes, links, len(m.nodes), len(m.links))
	}
	if node, link := ix.NextNumbers(); node != m.nextNode || link != m.nextLink || ix.Head().Revision != m.revision {
		t.Fatalf("%v: next numbers %d and %d at %v, want %d and %d", m.revision, node, link, ix.Head().Revision, m.nextNode, m.nextLink)
	}
	o := ix.Ontology()
	byType := map[string][]modelNode{}
	for id, want := range m.nodes {
		n, ok := ix.Node(id)
		if !ok || uint32(n) != want.number || ix.NodeID(n) != id || ix.NodeName(n) != want.Name ||
			ix.NodeType(n) != o.NodeType(want.Type) || ix.NodeRef(n) != want.ref {
			t.Fatalf("%v: node %d, %v: %s %q %v %v, want %d %s %q %v", m.revision, n, ok, ix.NodeID(n), ix.NodeName(n),
				ix.NodeType(n).Name, ix.NodeRef(n), want.number, id, want.Name, want.ref)
		}
		byType[want.Type] = append(byType[want.Type], want)
		checkNoNode(t, ix, m, id+"x")
		checkNoNode(t, ix, m, id[:len(id)-1])
	}
	checkNoNode(t, ix, m, "")
	for _, typ := range o.NodeTypes {
		checkOrders(t, ix, typ, byType[typ.Name])
	}
	checkLinks(t, ix, m)
	checkCited(t, ix, m)
	checkSearch(t, ix, m)
	checkPast(t, ix, m)
}

func checkNoNode(t testing.TB, ix *Index, m *model, id kg.ID) {
	t.Helper()
	if n, ok := ix.Node(id); ok && m.nodes[id].Node == nil {
		t.Fatalf("%v: node %q is found as %d, but there is none", m.revision, id, n)
	}
}

func checkOrders(t testing.TB, ix *Index, typ *ontology.NodeType, nodes []modelNode) {
	t.Helper()
	slices.SortFunc(nodes, func(a, b modelNode) int { return cmp.Compare(a.ID, b.ID) })
	checkList(t, "nodes of "+typ.Name, ix.NodesOf(typ), numbersOf(nodes))
	for _, c := range ix.Columns(typ) {
		for _, n := range nodes {
			if got, want := c.Plain(ix.Value(c, Node(n.number))), plainOf(c, n.Node); got != want {
				t.Fatalf("%s of %s is %v, want %v", c.Name, n.ID, got, want)
			}
		}
		slices.SortFunc(nodes, func(a, b modelNode) int {
			return cmp.Or(comparePlain(c, plainOf(c, a.Node), plainOf(c, b.Node)), cmp.Compare(a.ID, b.ID))
		})
		checkList(t, typ.Name+" by "+c.Name, ix.Order(c), numbersOf(nodes))
	}
	for _, c := range ix.Columns(nil) {
		for _, n := range nodes {
			if got, want := c.Plain(ix.Value(c, Node(n.number))), plainOf(c, n.Node); got != want {
				t.Fatalf("%s of %s is %v, want %v", c.Name, n.ID, got, want)
			}
		}
	}
}

func numbersOf(nodes []modelNode) []Node {
	list := make([]Node, len(nodes))
	for i, n := range nodes {
		list[i] = Node(n.number)
	}
	return list
}

// plainOf is the value of the column as the node has it.
func plainOf(c *Column, n *kg.Node) any {
	switch c.Name {
	case "id":
		return string(n.ID)
	case "name":
		return n.Name
	case "type":
		return n.Type
	}
	outer, inner, nested := strings.Cut(c.Name, ".")
	v := n.Props[outer]
	if nested {
		props, _ := v.(kg.Props)
		v = props[inner]
	}
	return v
}

func comparePlain(c *Column, a, b any) int {
	switch {
	case a == nil || b == nil:
		return cmp.Compare(truth(a == nil), truth(b == nil))
	case c.Kind == ontology.PartialDate:
		return kg.PartialDate(a.(string)).Compare(kg.PartialDate(b.(string)))
	case c.Kind == ontology.Boolean:
		return cmp.Compare(truth(a.(bool)), truth(b.(bool)))
	case c.Kind == ontology.Int:
		return cmp.Compare(a.(int64), b.(int64))
	}
	return strings.Compare(a.(string), b.(string))
}

func truth(b bool) int {
	if b {
		return 1
	}
	return 0
}

// checkList holds the list and all ways to read it against the elements.
func checkList[E comparable](t testing.TB, what string, list List[E], want []E) {
	t.Helper()
	got := slices.Collect(list.From(0))
	if !slices.Equal(got, want) {
		t.Fatalf("%s: %v, want %v", what, got, want)
	}
	if list.Len() != len(want) || len(want) > 0 && list.At(len(want)/2) != want[len(want)/2] {
		t.Fatalf("%s: length %d, want %d", what, list.Len(), len(want))
	}
	checkBlocks(t, what, list)
}

// checkBlocks holds what the comments say of blocks.
func checkBlocks[E comparable](t testing.TB, what string, list List[E]) {
	t.Helper()
	if list.spine == nil {
		if len(list.run) > maxBlock {
			t.Fatalf("%s: a block of %d", what, len(list.run))
		}
		return
	}
	if list.run != nil || len(list.spine.blocks) < 2 {
		t.Fatalf("%s: a spine of %d blocks beside a run", what, len(list.spine.blocks))
	}
	for i, b := range list.spine.blocks {
		if len(b) == 0 || len(b) > maxBlock || i > 0 && len(b)+len(list.spine.blocks[i-1]) <= maxBlock/2 {
			t.Fatalf("%s: block %d has %d elements", what, i, len(b))
		}
	}
}

func checkLinks(t testing.TB, ix *Index, m *model) {
	t.Helper()
	type runKey struct {
		node      kg.ID
		relation  string
		direction ontology.Direction
	}
	runs := map[runKey][]modelLink{}
	counts := map[string]int{} // by relation
	for id, want := range m.links {
		l, ok := ix.Link(id)
		from, to := ix.LinkEnds(l)
		if !ok || uint32(l) != want.number || ix.LinkID(l) != id || ix.LinkRelation(l).Name != want.Relation || ix.NodeID(from) != want.From ||
			ix.NodeID(to) != want.To || ix.LinkBasis(l) != want.Basis || ix.LinkModality(l) != want.Modality || ix.LinkRef(l) != want.ref {
			t.Fatalf("%v: link %d, %v, %s is not number %d, %+v", m.revision, l, ok, ix.LinkID(l), want.number, want.Link)
		}
		out, in := runKey{want.From, want.Relation, ontology.Out}, runKey{want.To, want.Relation, ontology.In}
		runs[out], runs[in] = append(runs[out], want), append(runs[in], want)
		counts[want.Relation]++
		if _, ok := ix.Link(id + "x"); ok != (m.links[id+"x"].Link != nil) {
			t.Fatalf("%v: link %sx is found", m.revision, id)
		}
	}
	for _, r := range ix.Ontology().Relations {
		if got, want := ix.LinkCount(r), counts[r.Name]; got != want {
			t.Fatalf("%v: %d links of %s, want %d", m.revision, got, r.Name, want)
		}
	}
	var all []Link
	for _, l := range m.links {
		all = append(all, Link(l.number))
	}
	slices.SortFunc(all, ix.CompareLinks)
	for i := 1; i < len(all); i++ {
		if ix.LinkID(all[i-1]) >= ix.LinkID(all[i]) {
			t.Fatalf("%v: CompareLinks puts %s before %s", m.revision, ix.LinkID(all[i-1]), ix.LinkID(all[i]))
		}
	}
	for id, n := range m.nodes {
		for _, end := range ix.NodeType(Node(n.number)).Ends {
			far := func(l modelLink) kg.ID {
				if end.Direction == ontology.Out {
					return l.To
				}
				return l.From
			}
			list := runs[runKey{id, end.Relation.Name, end.Direction}]
			slices.SortFunc(list, func(a, b modelLink) int {
				return cmp.Or(cmp.Compare(far(a), far(b)), cmp.Compare(a.ID, b.ID))
			})
			want := make([]Edge, len(list))
			for i, l := range list {
				want[i] = Edge{Node(m.nodes[far(l)].number), Link(l.number)}
			}
			checkList(t, fmt.Sprintf("%v: links of %s along %s", m.revision, id, end.Field()), ix.Links(Node(n.number), end), want)
		}
	}
}

func checkCited(t testing.TB, ix *Index, m *model) {
	t.Helper()
	type passage struct {
		document kg.ID
		locator  string
	}
	nodes, links := map[passage][]modelNode{}, map[passage][]modelLink{}
	passages := map[kg.ID]map[string]bool{}
	note := func(citations []kg.Citation, set map[passage]bool) {
		for _, c := range citations {
			set[passage{c.Document, c.Locator}] = true
			if passages[c.Document] == nil {
				passages[c.Document] = map[string]bool{}
			}
			passages[c.Document][c.Locator] = true
		}
	}
	for _, n := range m.nodes {
		set := map[passage]bool{}
		note(n.Citations, set)
		for _, a := range n.Aliases {
			note(a.Citations, set)
		}
		for p := range set {
			nodes[p] = append(nodes[p], n)
		}
	}
	for _, l := range m.links {
		set := map[passage]bool{}
		note(l.Citations, set)
		for p := range set {
			links[p] = append(links[p], l)
		}
	}
	for id, d := range m.nodes {
		want := slices.Sorted(maps.Keys(passages[id]))
		got := ix.Passages(Node(d.number))
		if len(got) != len(want) {
			t.Fatalf("%v: passages of %s: %v, want %v", m.revision, id, got, want)
		}
		if _, ok := ix.Passage(Node(d.number), "nowhere"); ok {
			t.Fatalf("%v: %s has a passage nowhere", m.revision, id)
		}
		for i, locator := range want {
			p, ok := ix.Passage(Node(d.number), locator)
			if !ok || p != got[i] || ix.Locator(p) != locator {
				t.Fatalf("%v: passage %s of %s: %v, %d is not %d, %q", m.revision, locator, id, ok, p, got[i], ix.Locator(got[i]))
			}
			key := passage{id, locator}
			slices.SortFunc(nodes[key], func(a, b modelNode) int { return cmp.Compare(a.ID, b.ID) })
			checkList(t, fmt.Sprintf("%v: nodes that cite %v", m.revision, key), ix.CitingNodes(p), numbersOf(nodes[key]))
			slices.SortFunc(links[key], func(a, b modelLink) int { return cmp.Compare(a.ID, b.ID) })
			var numbers []Link
			for _, l := range links[key] {
				numbers = append(numbers, Link(l.number))
			}
			checkList(t, fmt.Sprintf("%v: links that cite %v", m.revision, key), ix.CitingLinks(p), numbers)
		}
	}
}
