package graph_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"ecpgraph/graph"
	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/live"
	"ecpgraph/internal/ontology"
)

// TestEveryConclusionIsProven: each derived link of the seeds has a proof, and
// every proof comes down to links that a document states in a passage.
func TestEveryConclusionIsProven(t *testing.T) {
	g := seeded(t)
	derived, err := g.Root().Narrowed(kg.Derived)
	if err != nil {
		t.Fatal(err)
	}
	conclusions, proofs := 0, 0
	for _, id := range slices.Sorted(linkIDs(derived)) {
		conclusions++
		response := graph.Execute(t.Context(), g.View(), quiet, `query($id: ID!) { link(id: $id) {
			basis premises { id } rule { id } derivation { premises { id } }
			derivations(limit: 100) { truncated items { rule { concludes } depth premises { id } stated { id basis citations { locator } } } }
		} }`, "", map[string]any{"id": string(id)})
		if len(response.Errors) > 0 {
			t.Fatalf("%s: %v", id, response.Errors)
		}
		type link struct {
			ID        kg.ID
			Basis     kg.Basis
			Citations []struct{ Locator string }
		}
		var answer struct {
			Link struct {
				Basis       kg.Basis
				Premises    []link
				Rule        struct{ ID kg.ID }
				Derivation  struct{ Premises []link }
				Derivations struct {
					Truncated bool
					Items     []struct {
						Rule     struct{ Concludes string }
						Depth    int
						Premises []link
						Stated   []link
					}
				}
			}
		}
		decode(t, response.Data, &answer)
		l := answer.Link
		if l.Basis != kg.Derived || l.Rule.ID == "" || l.Derivations.Truncated || len(l.Derivations.Items) == 0 {
			t.Errorf("%s: %+v", id, l)
			continue
		}
		same := func(a, b []link) bool { return slices.EqualFunc(a, b, func(a, b link) bool { return a.ID == b.ID }) }
		if !same(l.Premises, l.Derivation.Premises) || !same(l.Premises, l.Derivations.Items[0].Premises) {
			t.Errorf("%s: its premises are %v, its first proof has %v", id, l.Premises, l.Derivations.Items[0].Premises)
		}
		relation := g.Root().Ontology().Relation(l.Derivations.Items[0].Rule.Concludes)
		for _, p := range l.Derivations.Items {
			proofs++
			if p.Rule.Concludes != relation.EnumName() || p.Depth < 1 || len(p.Premises) == 0 || len(p.Stated) == 0 {
				t.Errorf("%s: a proof without ground: %+v", id, p)
			}
			for _, leaf := range p.Stated {
				if leaf.Basis != kg.Stated || len(leaf.Citations) == 0 {
					t.Errorf("%s: the leaf %s is %s and cites %d passages", id, leaf.ID, leaf.Basis, len(leaf.Citations))
				}
			}
		}
	}
	t.Logf("%d conclusions, %d proofs", conclusions, proofs)
	if conclusions < 100 {
		t.Errorf("%d conclusions are too few for a test", conclusions)
	}
}

// linkIDs yields the ids of all links.
func linkIDs(ix *index.Index) func(yield func(kg.ID) bool) {
	return func(yield func(kg.ID) bool) {
		for _, t := range ix.Ontology().NodeTypes {
			for n := range ix.NodesOf(t).From(0) {
				for _, a := range ix.AppendAdjacency(nil, n) {
					if a.Step.Direction() != ontology.Out {
						continue
					}
					for e := range a.Edges.From(0) {
						if !yield(ix.LinkID(e.Link)) {
							return
						}
					}
				}
			}
		}
	}
}

// unruled is the graph of the seeds without rules.
func unruled(t *testing.T) *live.Graph {
	t.Helper()
	set := seeds(t)
	set.Nodes = slices.DeleteFunc(set.Nodes, func(n *kg.Node) bool { return n.Type == ontology.RuleType })
	return graphOf(t, set, live.Options{})
}

// decode reads the data of an answer.
func decode(t *testing.T, data json.RawMessage, into any) {
	t.Helper()
	if err := json.Unmarshal(data, into); err != nil {
		t.Fatal(err)
	}
}

// TestWithoutInference: leaving out what rules conclude leaves exactly what the
// documents state, in links and in answers; and only that plus the conclusions
// is there with it.
func TestWithoutInference(t *testing.T) {
	ruled, plain := seeded(t), unruled(t)
	stated, err := ruled.Root().Narrowed(kg.Stated)
	if err != nil {
		t.Fatal(err)
	}
	derived, err := ruled.Root().Narrowed(kg.Derived)
	if err != nil {
		t.Fatal(err)
	}
	want := slices.Sorted(linkIDs(plain.Root()))
	if got := slices.Sorted(linkIDs(stated)); !slices.Equal(got, want) {
		t.Errorf("%d links without conclusions, want %d", len(got), len(want))
	}
	all := append(slices.Collect(linkIDs(derived)), want...)
	slices.Sort(all)
	if got := slices.Sorted(linkIDs(ruled.Root())); !slices.Equal(got, all) {
		t.Errorf("%d links in all, want %d", len(got), len(all))
	}

	const fields = `{
		tools(orderBy: {field: SUPPORTED_GOALS, direction: DESC}, first: 5) { totalCount nodes { id supportedGoals { totalCount } ancestors { totalCount } } }
		goals: strategicGoals(where: {supportingTools: {none: {}}}) { totalCount nodes { id supportingPackages { totalCount edges { node { id } } } } }
		counted: packages(where: {supportedGoals: {count: {gte: 5}}}) { nodes { id } }
		faceted: tools(first: 0) { facets(by: [SUPPORTED_GOALS]) { distinct buckets { node { id } count } } }
		paths(from: "tool:transit-guidelines", to: "strategic-goal:1", k: 3) { paths { length hops { link { id } linkCount } } }
		neighborhood(ids: ["strategic-goal:1"], hops: 1) { nodes { id } links { id } }
		reachable(from: "tool:transit-guidelines", maxHops: 2) { totalCount nodes { id } }
		coverage(rows: {tools: {}}, columns: {strategicGoals: {}}, through: [{relation: TOOL_SUPPORTS_GOAL}]) { filled paths }
		projection(nodes: {tools: {}}, through: [{relation: TOOL_SUPPORTS_GOAL}]) { size pairs { totalCount } }
		metrics(types: [TOOL, STRATEGIC_GOAL, PACKAGE], first: 5, orderBy: DEGREE) { links items { node { id } degree { total relations { relation out } } pageRank } }
	}`
	answer := func(g *live.Graph, document string) string {
		response := graph.Execute(t.Context(), g.View(), quiet, document, "", nil)
		if len(response.Errors) > 0 {
			t.Fatalf("%s: %v", document, response.Errors)
		}
		return string(response.Data)
	}
	if got, want := answer(ruled, "query @inference(mode: EXCLUDE) "+fields), answer(plain, "query "+fields); got != want {
		t.Errorf("without conclusions:\n%s\nwithout rules:\n%s", got, want)
	}
	if answer(ruled, "query "+fields) == answer(plain, "query "+fields) {
		t.Error("conclusions make no difference")
	}
	for _, word := range []string{"EXCLUDE", "ONLY", "INCLUDE"} { // field by field, the same as all at once
		one := answer(ruled, fmt.Sprintf(`query @inference(mode: %s) { strategicGoal(id: "strategic-goal:1") {
			supportingTools(first: 3) { totalCount nodes { id } } supportingPackages { totalCount edges { basis } } }
			coverage(rows: {packages: {}}, columns: {strategicGoals: {}}, through: [{relation: SUPPORTS_GOAL}]) { paths }
			reachable(from: "package:ecp", maxHops: 1, via: [{relation: SUPPORTS_GOAL}]) { nodes { id } } }`, word))
		other := answer(ruled, fmt.Sprintf(`query { strategicGoal(id: "strategic-goal:1") {
			supportingTools(first: 3, link: {inference: %[1]s}) { totalCount nodes { id } } supportingPackages(link: {inference: %[1]s}) { totalCount edges { basis } } }
			coverage(rows: {packages: {}}, columns: {strategicGoals: {}}, through: [{relation: SUPPORTS_GOAL}], inference: %[1]s) { paths }
			reachable(from: "package:ecp", maxHops: 1, via: [{relation: SUPPORTS_GOAL}], inference: %[1]s) { nodes { id } } }`, word))
		if one != other {
			t.Errorf("%s: %s as a whole, %s field by field", word, one, other)
		}
	}
}

// TestSearchByInference: rules are found unless they are left out, and what is
// concluded of can be asked for alone.
func TestSearchByInference(t *testing.T) {
	g := seeded(t)
	count := func(text, inference string) (total int) {
		var answer struct{ Search struct{ TotalCount int } }
		response := graph.Execute(t.Context(), g.View(), quiet, fmt.Sprintf(`{ search(text: %q, inference: %s) { totalCount } }`, text, inference), "", nil)
		decode(t, response.Data, &answer)
		return answer.Search.TotalCount
	}
	const rule = "descent goes on from tool to tool at any remove" // of a rule's description
	if with, without := count(rule, "INCLUDE"), count(rule, "EXCLUDE"); with != 1 || without == with {
		t.Errorf("%d with rules, %d without", with, without)
	}
	if all, only := count("transit", "INCLUDE"), count("transit", "ONLY"); only == 0 || only >= all {
		t.Errorf("%d of %d nodes have conclusions", only, all)
	}
}
