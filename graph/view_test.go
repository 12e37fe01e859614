package graph

import (
	"context"
	"os"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"ecpgraph/graph/schema"
	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
	"ecpgraph/internal/records"
	"ecpgraph/internal/seed"
	"ecpgraph/internal/store"
	"ecpgraph/internal/store/memstore"
	"ecpgraph/internal/tools/synth/generate"
)

// source counts the calls of a store.
type source struct {
	kg.Store
	calls, records atomic.Int64
}

func (s *source) Records(ctx context.Context, refs []kg.Ref) ([]kg.Record, error) {
	s.calls.Add(1)
	s.records.Add(int64(len(refs)))
	return s.Store.Records(ctx, refs)
}

func testOntology(t testing.TB) *ontology.Ontology {
	t.Helper()
	o, err := ontology.Read(schema.Files, schema.OntologyDir)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// viewOf is a graph of one commit over a store in memory, and the store.
func viewOf(t testing.TB, o *ontology.Ontology, nodes []*kg.Node, links []*kg.Link) (records.View, *source) {
	t.Helper()
	var list []kg.Record
	for i, n := range nodes {
		list = append(list, kg.Record{Op: kg.PutNode, Number: uint32(i), Node: n})
	}
	for i, l := range links {
		list = append(list, kg.Record{Op: kg.PutLink, Number: uint32(i), Link: l})
	}
	log, err := store.Open(t.Context(), memstore.New())
	if err != nil {
		t.Fatal(err)
	}
	commit := kg.Commit{Revision: 1, Time: time.Unix(1500000000, 0), Records: list}
	if _, err := log.Append(t.Context(), kg.Head{}, []kg.Commit{commit}); err != nil {
		t.Fatal(err)
	}
	ix, err := index.New(o).Apply(commit)
	if err != nil {
		t.Fatal(err)
	}
	s := &source{Store: log}
	return records.View{Index: ix, Records: records.New(s, 64<<20), Log: s}, s
}

// seedParts are the nodes and links of seeds/ecp, with derived links, odd texts
// and a document that cites itself added.
func seedParts(t testing.TB, o *ontology.Ontology) (nodes []*kg.Node, links []*kg.Link) {
	t.Helper()
	set, err := seed.ReadFolder(os.DirFS("../seeds"), "ecp", o)
	if err != nil {
		t.Fatal(err)
	}
	for i, n := range set.Nodes {
		odd := *n
		if i%7 == 0 {
			odd.Name += " \"quoted\\\" \t\n\u0001 <&> é \u2028"
		}
		if i%5 == 0 {
			odd.Language = "de"
		}
		if i%3 == 0 {
			odd.Aliases = append(slices.Clone(odd.Aliases),
				kg.Alias{Name: "nom «" + odd.Name + "»", Language: "fr", Label: true, Citations: n.Citations},
				kg.Alias{Name: "nom", Language: "fr-CH", Citations: n.Citations},
				kg.Alias{Name: "名", Language: "zh-Hant", Label: true, Citations: n.Citations})
		}
		nodes = append(nodes, &odd)
	}
	for i, l := range set.Links {
		odd := *l
		if i%11 == 0 && i > 0 {
			odd.Basis, odd.Premises = kg.Derived, []kg.ID{set.Links[i-1].ID}
		}
		links = append(links, &odd)
	}
	return nodes, links
}

// seedView is the graph of seedParts.
func seedView(t testing.TB) records.View {
	t.Helper()
	o := testOntology(t)
	nodes, links := seedParts(t, o)
	view, _ := viewOf(t, o, nodes, links)
	return view
}

// TestStoreCalls counts the calls of the store, which are at most one for each
// level of a query and none for what a query does not show.
func TestStoreCalls(t *testing.T) {
	o := testOntology(t)
	g, err := generate.New(o, generate.Options{Nodes: 10_000, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	view, store := viewOf(t, o, slices.Collect(g.Nodes()), slices.Collect(g.Links()))
	w, below := newTwin(view)
	run := func(document string) (calls, read int64, answer string) {
		t.Helper()
		store.calls.Store(0)
		store.records.Store(0)
		answer = ask(t, w.planned, document, nil)
		return store.calls.Load(), store.records.Load(), answer
	}
	for _, c := range []struct {
		name, document string
		calls          int64 // at most
		records        int64 // at least
	}{
		{"what the index has", `{ actions(first: 500, where: {number: {gt: 3}}, orderBy: {field: NAME}) { totalCount pageInfo { hasNextPage endCursor } edges { cursor node {
			id name number responsibleBodies { totalCount nodes { id name kind established } edges { modality basis node { __typename } } } } } } }`, 0, 0},
		{"counts alone", `{ tools { totalCount } actions(first: 500) { nodes { tools { totalCount } } } }`, 0, 0},
		{"five levels over 1,000 parents", `{ a: actions(first: 500) { ...Levels } b: actions(first: 500, orderBy: {field: NAME, direction: DESC}) { ...Levels } }
			fragment Levels on ActionConnection { nodes { description
				tools(first: 3) { edges { wording citations { locator } node { description
					convertedInto(first: 2) { nodes { description
						actions(first: 2) { nodes { description
							responsibleBodies(first: 2) { nodes { description } } } } } } } } } } }`, 5, 1500},
		{"the same, from the cache", `{ actions(first: 500) { nodes { description tools(first: 3) { edges { wording node { description } } } } } }`, 0, 0},
		{"where versions lie", `{ actions(first: 400) { nodes { history { totalCount items { revision change } pageInfo { endCursor } } } } }`, 0, 0},
		{"what 400 histories say", `{ actions(first: 400) { nodes { history { items { changes { property after } } } } } }`, 1, 400},
		{"documents of citations", `{ strategicGoals(first: 100) { nodes { citations { document { id description citations { document { description } } } } } } }`, 3, 1},
	} {
		calls, read, answer := run(c.document)
		t.Logf("%s: %d calls for %d records, an answer of %d bytes", c.name, calls, read, len(answer))
		if calls > c.calls || read < c.records {
			t.Errorf("%s: %d calls of the store for %d records; want at most %d calls for at least %d records", c.name, calls, read, c.calls, c.records)
		}
	}
	if below.runs > 0 {
		t.Errorf("%d of the documents were not planned", below.runs)
	}
}
