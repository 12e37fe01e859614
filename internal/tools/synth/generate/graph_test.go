package generate_test

import (
	"bytes"
	"context"
	"slices"
	"testing"

	"ecpgraph/graph/schema"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/live"
	"ecpgraph/internal/ontology"
	"ecpgraph/internal/seed"
	"ecpgraph/internal/store"
	"ecpgraph/internal/store/memstore"
	"ecpgraph/internal/tools/synth/generate"
)

func readOntology(t *testing.T) *ontology.Ontology {
	o, err := ontology.Read(schema.Files, schema.OntologyDir)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func newGraph(t *testing.T, options generate.Options) *generate.Graph {
	g, err := generate.New(readOntology(t), options)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func lines(t *testing.T, options generate.Options) []byte {
	var out bytes.Buffer
	if err := newGraph(t, options).Write(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// TestLoads: what is written is read and committed without a fault, for several
// graphs, the smallest among them.
func TestLoads(t *testing.T) {
	o := readOntology(t)
	for _, options := range []generate.Options{
		{Nodes: len(generate.Types(o)), Seed: 1}, {Nodes: 200, Seed: 2, LinksPerNode: 30}, {Nodes: 1500, Seed: 3},
	} {
		set, err := seed.ReadLines(bytes.NewReader(lines(t, options)), "synthetic", o, nil)
		if err != nil {
			t.Fatalf("%+v: %v", options, err)
		}
		log, err := store.Open(context.Background(), memstore.New())
		if err != nil {
			t.Fatal(err)
		}
		g, err := live.Open(context.Background(), log, o, live.Options{})
		if err != nil {
			t.Fatal(err)
		}
		outcome, err := g.Commit(context.Background(), set.Change("test", "synthetic"))
		if err != nil {
			t.Fatalf("%+v: %v", options, err)
		}
		if len(set.Nodes) != options.Nodes || outcome.Created != len(set.Nodes)+len(set.Links) {
			t.Errorf("%+v: %d nodes and %d links make %+v", options, len(set.Nodes), len(set.Links), outcome)
		}
		if err := g.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// TestCoversTheOntology: every type, relation, property and enum value occurs
// in a graph of some size.
func TestCoversTheOntology(t *testing.T) {
	o := readOntology(t)
	g := newGraph(t, generate.Options{Nodes: 6000, Seed: 4})
	types, relations, properties := map[string]int{}, map[string]int{}, map[string]bool{}
	for n := range g.Nodes() {
		types[n.Type]++
		for name := range n.Props {
			properties[n.Type+"."+name] = true
		}
	}
	links := 0
	for l := range g.Links() {
		links++
		relations[l.Relation]++
		for name := range l.Props {
			properties[l.Relation+"."+name] = true
		}
	}
	for _, nodeType := range generate.Types(o) {
		if types[nodeType.Name] == 0 || types[nodeType.Name] != g.Count(nodeType.Name) {
			t.Errorf("%d nodes of type %s, Count says %d", types[nodeType.Name], nodeType.Name, g.Count(nodeType.Name))
		}
		for _, f := range nodeType.Fields {
			// No document has a text that an outline would be of.
			none := nodeType.Name == ontology.DocumentType && slices.Contains([]string{"file", "ignore", "outline"}, f.Name)
			if properties[nodeType.Name+"."+f.Name] == none {
				t.Errorf("%s.%s occurs: %v", nodeType.Name, f.Name, !none)
			}
		}
	}
	for _, r := range o.Relations {
		if relations[r.Name] == 0 {
			t.Errorf("no links of relation %s", r.Name)
		}
		for _, f := range r.Fields {
			if !properties[r.Name+"."+f.Name] {
				t.Errorf("%s.%s never occurs", r.Name, f.Name)
			}
		}
	}
	if links < 54_000 || links > 63_000 {
		t.Errorf("%d links, want about 60,000", links)
	}
}

// TestSameSeedSameBytes: options decide every byte, and the seed matters.
func TestSameSeedSameBytes(t *testing.T) {
	first := lines(t, generate.Options{Nodes: 300, Seed: 7})
	if !bytes.Equal(first, lines(t, generate.Options{Nodes: 300, Seed: 7})) {
		t.Error("the same options give other bytes")
	}
	if bytes.Equal(first, lines(t, generate.Options{Nodes: 300, Seed: 8})) {
		t.Error("another seed gives the same bytes")
	}
}

// TestSkewedDegrees: few nodes have most of the links, in both directions, and
// the hubs stand far above the median.
func TestSkewedDegrees(t *testing.T) {
	g := newGraph(t, generate.Options{Nodes: 6000, Seed: 5})
	const relation = "ActsOnTool"
	out, in := map[kg.ID]int{}, map[kg.ID]int{}
	for l := range g.Links() {
		if l.Relation == relation {
			out[l.From]++
			in[l.To]++
		}
	}
	for name, degrees := range map[string]map[kg.ID]int{"out": out, "in": in} {
		var list []int
		sum := 0
		for _, d := range degrees {
			list, sum = append(list, d), sum+d
		}
		slices.Sort(list)
		if len(list) < 500 {
			t.Fatalf("%s of %s: only %d nodes", name, relation, len(list))
		}
		top := 0
		for _, d := range list[len(list)*9/10:] {
			top += d
		}
		median, most := list[len(list)/2], list[len(list)-1]
		if top*100 < sum*25 || most < 12*median {
			t.Errorf("%s of %s: the top tenth has %d of %d links, the median is %d and the most %d", name, relation, top, sum, median, most)
		}
	}
}

// TestIDs: ID names the nodes that there are, each once.
func TestIDs(t *testing.T) {
	g := newGraph(t, generate.Options{Nodes: 2000, Seed: 6})
	want := map[kg.ID]bool{}
	for n := range g.Nodes() {
		if n.Type == "Tool" {
			want[n.ID] = true
		}
	}
	for i := range g.Count("Tool") {
		if id := g.ID("Tool", i); !want[id] {
			t.Errorf("%s is not there", id)
		} else {
			delete(want, id)
		}
	}
	if len(want) > 0 {
		t.Errorf("ID leaves out %d nodes", len(want))
	}
}

func TestTooSmall(t *testing.T) {
	for _, options := range []generate.Options{{Nodes: 3}, {Nodes: 500, LinksPerNode: -1}} {
		if _, err := generate.New(readOntology(t), options); kg.CodeOf(err) != kg.Invalid {
			t.Errorf("%+v: %v, want an error of code %s", options, err, kg.Invalid)
		}
	}
}
