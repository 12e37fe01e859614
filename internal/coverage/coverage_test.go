package coverage

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
	"ecpgraph/internal/reference"
)

// TestAgainstEnumeration compares matrices, witnesses and projections of random
// graphs, between random commits, with what comes of listing every path in plain
// maps. ECPGRAPH_TEST_SEED replays one seed, ECPGRAPH_TEST_SEQUENCES makes more
// of them.
func TestAgainstEnumeration(t *testing.T) {
	filled, backwards, pairs := 0, 0, 0
	for _, seed := range reference.Seeds(t, sequences(t, 150)) {
		r := reference.NewGenerator(seed)
		w := newTwin()
		for range 50 {
			if g, _, refusal := w.graph.Apply(r.Change(w.graph)); refusal == nil && g != w.graph {
				w.become(t, g)
			}
		}
		for range 6 {
			if g, _, refusal := w.graph.Apply(r.Change(w.graph)); refusal == nil && g != w.graph {
				w.become(t, g)
			}
			p := randomPattern(r, w.graph.Ontology)
			rows, columns := randomSet(r, w), randomSet(r, w)
			if len(columns) < len(rows) {
				backwards++
			}
			m, err := Cover(t.Context(), w.index, rows, columns, p)
			if err != nil || m.Truncated {
				t.Fatalf("ECPGRAPH_TEST_SEED=%d: %v, truncated %v", seed, err, m != nil && m.Truncated)
			}
			want := w.matrix(rows, columns, p)
			if got := w.describe(t, m); got != want {
				t.Fatalf("ECPGRAPH_TEST_SEED=%d: %v\ngot\n%s\nwant\n%s", seed, p.Steps, got, want)
			}
			filled += len(m.Cells)
			projection, err := Project(t.Context(), w.index, rows, p)
			if err != nil || projection.Truncated {
				t.Fatalf("ECPGRAPH_TEST_SEED=%d: %v", seed, err)
			}
			if got, want := w.describePairs(projection), w.pairs(rows, p); got != want {
				t.Fatalf("ECPGRAPH_TEST_SEED=%d: projection by %v\ngot\n%s\nwant\n%s", seed, p.Steps, got, want)
			}
			pairs += len(projection.Pairs)
		}
	}
	t.Logf("%d cells, %d pairs", filled, pairs)
	if filled == 0 || pairs == 0 || backwards == 0 {
		t.Errorf("%d cells, %d pairs, %d matrices from their columns: too few to be a test", filled, pairs, backwards)
	}
}

// twin is a naive graph and the index of the same revision.
type twin struct {
	graph      *reference.Graph
	index      *index.Index
	nodeNumber map[kg.ID]uint32
	linkNumber map[kg.ID]uint32
	nodes      uint32 // numbers that were given
	links      uint32
}

func newTwin() *twin {
	o := reference.Ontology()
	return &twin{graph: reference.New(o), index: index.New(o), nodeNumber: map[kg.ID]uint32{}, linkNumber: map[kg.ID]uint32{}}
}

// become makes the index follow the graph.
func (w *twin) become(t *testing.T, g *reference.Graph) {
	t.Helper()
	c := kg.Commit{Revision: g.Revision}
	for _, id := range slices.Sorted(maps.Keys(w.graph.Links)) {
		if g.Links[id] == nil {
			c.Records = append(c.Records, kg.Record{Op: kg.DeleteLink, ID: id, Number: w.linkNumber[id]})
			delete(w.linkNumber, id)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(w.graph.Nodes)) {
		if g.Nodes[id] == nil {
			c.Records = append(c.Records, kg.Record{Op: kg.DeleteNode, ID: id, Number: w.nodeNumber[id]})
			delete(w.nodeNumber, id)
		}
	}
	number := func(numbers map[kg.ID]uint32, next *uint32, id kg.ID) uint32 {
		if n, known := numbers[id]; known {
			return n
		}
		numbers[id] = *next
		*next++
		return numbers[id]
	}
	for _, id := range slices.Sorted(maps.Keys(g.Nodes)) {
		if n := g.Nodes[id]; n.Revision == g.Revision {
			c.Records = append(c.Records, kg.Record{Op: kg.PutNode, Number: number(w.nodeNumber, &w.nodes, id), Node: n.Node})
		}
	}
	for _, id := range slices.Sorted(maps.Keys(g.Links)) {
		if l := g.Links[id]; l.Revision == g.Revision {
			c.Records = append(c.Records, kg.Record{Op: kg.PutLink, Number: number(w.linkNumber, &w.links, id), Link: l.Link})
		}
	}
	ix, err := w.index.Apply(c)
	if err != nil {
		t.Fatal(err)
	}
	w.graph, w.index = g, ix
}

// randomPattern is one that the ontology lets be.
func randomPattern(r reference.Generator, o *ontology.Ontology) Pattern {
	var p Pattern
	for length := 1 + r.IntN(4); len(p.Steps) < length; {
		s, err := NewStep(o.Relations[r.IntN(len(o.Relations))], []string{"OUT", "IN", "ANY"}[r.IntN(3)])
		if err != nil {
			panic(err)
		}
		longer := Pattern{Steps: append(slices.Clone(p.Steps), s)}
		if longer.Check(nil, nil) == nil {
			p = longer
		}
	}
	if r.IntN(4) == 0 {
		p.Basis = []kg.Basis{kg.Stated}
	}
	if r.IntN(4) == 0 {
		p.Modality = []kg.Modality{kg.Asserted, kg.Planned}
	}
	return p
}

// randomSet is some of the nodes, of a type or of all, by id.
func randomSet(r reference.Generator, w *twin) []index.Node {
	typeName := []string{"", "", "", "Tool", "Goal", "Body", "Document"}[r.IntN(7)]
	var list []index.Node
	for _, id := range slices.Sorted(maps.Keys(w.graph.Nodes)) {
		if n := w.graph.Nodes[id]; (typeName == "" || n.Type == typeName) && r.IntN(5) > 0 {
			number, _ := w.index.Node(id)
			list = append(list, number)
		}
	}
	return list
}

// walks lists every path from the node as text, with the node that it ends at,
// by scanning all links for each hop.
func (w *twin) walks(from kg.ID, p Pattern) (paths []string, ends []kg.ID) {
	var visit func(at kg.ID, hop int, last kg.ID, text string)
	visit = func(at kg.ID, hop int, last kg.ID, text string) {
		if hop == len(p.Steps) {
			paths, ends = append(paths, text), append(ends, at)
			return
		}
		s := p.Steps[hop]
		for _, id := range slices.Sorted(maps.Keys(w.graph.Links)) {
			l := w.graph.Links[id]
			if l.Relation != s.Relation.Name || id == last ||
				len(p.Basis) > 0 && !slices.Contains(p.Basis, l.Basis) ||
				len(p.Modality) > 0 && !slices.Contains(p.Modality, l.Modality) {
				continue
			}
			goes := func(d string) bool { return strings.HasSuffix(s.String(), d) || strings.HasSuffix(s.String(), "ANY") }
			out := l.From == at && goes("OUT")
			if out {
				visit(l.To, hop+1, id, text+fmt.Sprintf(" %s>%s>%s", at, id, l.To))
			}
			if l.To == at && goes("IN") && !(out && l.From == l.To) {
				visit(l.From, hop+1, id, text+fmt.Sprintf(" %s<%s<%s", at, id, l.From))
			}
		}
	}
	visit(from, 0, "", "")
	return paths, ends
}

// matrix describes the matrix as the naive graph has it.
func (w *twin) matrix(rows, columns []index.Node, p Pattern) string {
	cells := map[[2]kg.ID][]string{}
	for _, row := range rows {
		id := w.index.NodeID(row)
		paths, ends := w.walks(id, p)
		for i, end := range ends {
			cells[[2]kg.ID{id, end}] = append(cells[[2]kg.ID{id, end}], paths[i])
		}
	}
	text := ""
	var rowGaps, columnGaps []kg.ID
	met := map[kg.ID]bool{}
	for _, row := range rows {
		gap := true
		for _, column := range columns {
			key := [2]kg.ID{w.index.NodeID(row), w.index.NodeID(column)}
			if paths := cells[key]; len(paths) > 0 {
				slices.Sort(paths)
				text += fmt.Sprintf("%s x %s: %d %v\n", key[0], key[1], len(paths), paths)
				gap, met[key[1]] = false, true
			}
		}
		if gap {
			rowGaps = append(rowGaps, w.index.NodeID(row))
		}
	}
	for _, column := range columns {
		if id := w.index.NodeID(column); !met[id] {
			columnGaps = append(columnGaps, id)
		}
	}
	return text + fmt.Sprint(rowGaps, columnGaps)
}

// describe writes the matrix out in the same way.
func (w *twin) describe(t *testing.T, m *Matrix) string {
	ids := func(nodes []index.Node) (list []kg.ID) {
		for _, n := range nodes {
			list = append(list, w.index.NodeID(n))
		}
		return list
	}
	text, sum := "", uint64(0)
	for _, c := range m.Cells {
		found, err := m.Witness(c, int(c.Paths)+1)
		if err != nil {
			t.Fatal(err)
		}
		first, err := m.Witness(c, 1)
		if err != nil || len(first) != 1 || !slices.Equal(first[0], found[0]) {
			t.Fatalf("one witness: %v, %v; of all the first is %v", first, err, found[0])
		}
		var paths []string
		for _, p := range found {
			path := ""
			for _, h := range p {
				arrow := ">"
				if h.Direction == ontology.In {
					arrow = "<"
				}
				path += fmt.Sprintf(" %s%s%s%s%s", w.index.NodeID(h.From), arrow, w.index.LinkID(h.Link), arrow, w.index.NodeID(h.To))
			}
			paths = append(paths, path)
		}
		slices.Sort(paths)
		text += fmt.Sprintf("%s x %s: %d %v\n", w.index.NodeID(m.Rows[c.Row]), w.index.NodeID(m.Columns[c.Column]), c.Paths, paths)
		sum += c.Paths
	}
	rows, columns := m.Totals()
	for _, totals := range [][]Total{rows, columns} {
		filled, paths := 0, uint64(0)
		for _, total := range totals {
			filled, paths = filled+total.Filled, paths+total.Paths
		}
		if filled != len(m.Cells) || paths != sum {
			t.Fatalf("totals of %d cells and %d paths: %v", len(m.Cells), sum, totals)
		}
	}
	return text + fmt.Sprint(ids(Gaps(rows)), ids(Gaps(columns)))
}

// pairs describes the projection as the naive graph has it.
func (w *twin) pairs(nodes []index.Node, p Pattern) string {
	reached := map[kg.ID]map[kg.ID]bool{}
	var ids []kg.ID
	for _, n := range nodes {
		id := w.index.NodeID(n)
		ids = append(ids, id)
		reached[id] = map[kg.ID]bool{}
		_, ends := w.walks(id, p)
		for _, end := range ends {
			reached[id][end] = true
		}
	}
	byWeight := map[int]string{}
	most, linked := 0, map[kg.ID]bool{}
	for i, a := range ids {
		for _, b := range ids[i+1:] {
			var shared []kg.ID
			for _, id := range slices.Sorted(maps.Keys(reached[a])) {
				if reached[b][id] {
					shared = append(shared, id)
				}
			}
			if n := len(shared); n > 0 {
				byWeight[n] += fmt.Sprintf("%s %s %d %v\n", a, b, n, shared)
				most = max(most, n)
				linked[a], linked[b] = true, true
			}
		}
	}
	text := ""
	for n := most; n > 0; n-- {
		text += byWeight[n]
	}
	return text + fmt.Sprint(slices.DeleteFunc(ids, func(id kg.ID) bool { return linked[id] }))
}

func (w *twin) describePairs(p *Projection) string {
	ids := func(nodes []index.Node) []kg.ID {
		list := []kg.ID{}
		for _, n := range nodes {
			list = append(list, w.index.NodeID(n))
		}
		return list
	}
	text := ""
	for _, pair := range p.Pairs {
		shared := ids(p.Shared(pair, len(w.graph.Nodes)))
		text += fmt.Sprintf("%s %s %d %v\n", w.index.NodeID(p.Nodes[pair.A]), w.index.NodeID(p.Nodes[pair.B]), pair.Shared, shared)
	}
	return text + fmt.Sprint(ids(p.Alone()))
}

// TestCheck: a pattern that cannot be is told, with the step where it breaks.
func TestCheck(t *testing.T) {
	o := reference.Ontology()
	step := func(relation, direction string) Step {
		s, err := NewStep(o.Relation(relation), direction)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	tool, goal, body := o.NodeType("Tool"), o.NodeType("Goal"), o.NodeType("Body")
	serves, runBy := step("Serves", "OUT"), step("RunBy", "OUT")
	for name, c := range map[string]struct {
		steps    []Step
		from, to *ontology.NodeType
		want     string // of the error; none when empty
		code     kg.Code
	}{
		"a hop":             {[]Step{serves}, tool, goal, "", ""},
		"two hops":          {[]Step{runBy, serves}, tool, goal, "", ""},
		"there and back":    {[]Step{serves, step("Serves", "IN")}, body, tool, "", ""},
		"either way":        {[]Step{step("PartOf", "ANY")}, tool, tool, "", ""},
		"none":              {nil, tool, goal, "at least one step", kg.Invalid},
		"too many":          {slices.Repeat([]Step{step("PartOf", "OUT")}, MaxSteps+1), tool, tool, "7 steps", kg.Limit},
		"wrong start":       {[]Step{runBy}, goal, body, "step 1, RUN_BY OUT, starts at Tool; there the pattern is at Goal", kg.Invalid},
		"wrong on the way":  {[]Step{serves, runBy}, tool, body, "step 2, RUN_BY OUT, starts at Tool; there the pattern is at Goal", kg.Invalid},
		"wrong end":         {[]Step{runBy}, tool, goal, "the last step, RUN_BY OUT, leads to Body, not to Goal", kg.Invalid},
		"against the grain": {[]Step{step("RunBy", "IN")}, tool, tool, "starts at Body", kg.Invalid},
	} {
		err := Pattern{Steps: c.steps}.Check([]*ontology.NodeType{c.from}, []*ontology.NodeType{c.to})
		switch {
		case c.want == "" && err != nil:
			t.Errorf("%s: %v", name, err)
		case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want) || kg.CodeOf(err) != c.code):
			t.Errorf("%s: %v, want %q of code %s", name, err, c.want, c.code)
		}
	}
	if _, err := NewStep(o.Relation("Serves"), "UP"); kg.CodeOf(err) != kg.Invalid {
		t.Errorf("UP: %v", err)
	}
}

// star is an index of bodies that run tools: every one of them every tool.
func star(t *testing.T, bodies, tools int) (*index.Index, Pattern) {
	t.Helper()
	o := reference.Ontology()
	c := kg.Commit{Revision: 1}
	nodes, links := uint32(0), uint32(0)
	cite := []kg.Citation{{Document: "document:0", Locator: "title"}}
	node := func(typeName, name string, props kg.Props) kg.ID {
		id := kg.NodeID(typeName, name)
		c.Records = append(c.Records, kg.Record{Op: kg.PutNode, Number: nodes, Node: &kg.Node{ID: id, Type: typeName, Name: name, Props: props, Citations: cite}})
		nodes++
		return id
	}
	node("Document", "0", kg.Props{})
	var ids []kg.ID
	for i := range bodies {
		ids = append(ids, node("Body", fmt.Sprintf("%04d", i), kg.Props{}))
	}
	for i := range tools {
		tool := node("Tool", fmt.Sprintf("%04d", i), kg.Props{"kind": "GUIDE"})
		for _, body := range ids {
			l := &kg.Link{ID: kg.LinkID("RunBy", tool, body, ""), Relation: "RunBy", From: tool, To: body, Basis: kg.Stated, Modality: kg.Asserted, Props: kg.Props{"since": "2016"}, Citations: cite}
			c.Records = append(c.Records, kg.Record{Op: kg.PutLink, Number: links, Link: l})
			links++
		}
	}
	ix, err := index.New(o).Apply(c)
	if err != nil {
		t.Fatal(err)
	}
	s, err := NewStep(o.Relation("RunBy"), "IN")
	if err != nil {
		t.Fatal(err)
	}
	return ix, Pattern{Steps: []Step{s, s.reversed()}}
}

// TestTruncated: what is cut is the whole answer for the first nodes.
func TestTruncated(t *testing.T) {
	ix, p := star(t, 40, 40)
	bodies := slices.Collect(ix.NodesOf(ix.Ontology().NodeType("Body")).From(0))
	whole, err := Cover(t.Context(), ix, bodies, bodies, p)
	if err != nil || whole.Truncated || len(whole.Cells) != 40*39 { // none with itself
		t.Fatalf("%d cells, %v", len(whole.Cells), err)
	}
	if c := whole.Cells[0]; c != (Cell{0, 1, 40}) {
		t.Errorf("the first cell is %v; want 40 paths from a body to another", c)
	}
	// Enough looks for the levels and some of the rows.
	m := &Matrix{Rows: bodies, Columns: bodies, context: t.Context(), ix: ix, pattern: p}
	done, err := m.fill(newWalker(t.Context(), ix, p, 20_000), bodies, bodies)
	if err != nil || done == 0 || done >= 40 {
		t.Fatalf("%d rows with few looks, %v", done, err)
	}
	if !slices.Equal(m.Cells, whole.Cells[:len(m.Cells)]) || len(m.Cells) != done*39 {
		t.Errorf("%d cells of %d rows", len(m.Cells), done)
	}
	// The same of a projection: each body meets all that come before it.
	network, err := project(newWalker(t.Context(), ix, Pattern{Steps: p.Steps[:1]}, 20_000), bodies)
	size := len(network.Nodes)
	if err != nil || !network.Truncated || size == 0 || len(network.Pairs) != size*(size-1)/2 || network.Pairs[0].Shared != 40 {
		t.Errorf("%d pairs of %d nodes, truncated %v, %v", len(network.Pairs), size, network.Truncated, err)
	}
}

// TestLimits: where there is no room for one node the error says what to do, and
// the end of the context ends the work.
func TestLimits(t *testing.T) {
	ix, p := star(t, 60, 60)
	bodies := slices.Collect(ix.NodesOf(ix.Ontology().NodeType("Body")).From(0))
	m := &Matrix{context: t.Context(), ix: ix, pattern: p, Rows: bodies, Columns: bodies, looks: 10}
	if _, err := m.Witness(Cell{0, 1, 1}, 1); kg.CodeOf(err) != kg.Limit {
		t.Errorf("witness with few looks: %v", err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Cover(ended, ix, bodies, bodies, p); !errors.Is(err, context.Canceled) {
		t.Errorf("coverage: %v", err)
	}
	if _, err := Project(ended, ix, bodies, p); !errors.Is(err, context.Canceled) {
		t.Errorf("projection: %v", err)
	}
}
