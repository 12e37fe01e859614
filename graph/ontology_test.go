package graph_test

import (
	"encoding/json"
	"testing"

	"ecpgraph/internal/ontology"
)

// TestOntologyAsData: the types, their fields and their relation fields are
// those of the ontology, with the numbers of nodes and links that connections count.
func TestOntologyAsData(t *testing.T) {
	view := seeded(t).View()
	var answer struct {
		Data struct {
			Ontology struct {
				NodeTypes []struct {
					Name, EnumName, Singular, Plural string
					Count                            int
					Fields                           []struct{ Name, Type string }
					Relations                        []struct {
						Name, Direction string
						Relation        struct{ Name string }
						FarTypes        []string
					}
				}
				RelationTypes []struct {
					Name, Forward, Backward string
					Count                   int
				}
			}
		}
	}
	text := ask(t, view, `{ ontology { nodeTypes { name enumName singular plural count fields { name type } relations { name direction relation { name } farTypes } } relationTypes { name forward backward count } } }`, nil)
	if err := json.Unmarshal(text, &answer); err != nil {
		t.Fatal(err)
	}
	o, got := view.Index.Ontology(), answer.Data.Ontology
	if len(got.NodeTypes) != len(o.NodeTypes) || len(got.RelationTypes) != len(o.Relations) {
		t.Fatalf("%d types and %d relations", len(got.NodeTypes), len(got.RelationTypes))
	}
	for i, g := range got.NodeTypes {
		want := o.NodeTypes[i]
		if g.Name != want.Name || g.Singular != want.Singular() || g.Plural != want.Plural || g.Count != view.Index.NodesOf(want).Len() ||
			len(g.Fields) != len(want.Fields) || len(g.Relations) != len(want.Ends) {
			t.Errorf("%+v is not %s", g, want.Name)
		}
		for j, r := range g.Relations {
			end := want.Ends[j]
			if r.Name != end.Field() || r.Direction != end.Direction.String() || r.Relation.Name != end.Relation.Name || len(r.FarTypes) != len(end.Far().Types) {
				t.Errorf("%s: %+v", want.Name, r)
			}
		}
	}
	counts, total := map[string]int{}, 0 // by the relation, of the pages of all nodes
	for _, g := range got.NodeTypes {
		for _, r := range g.Relations {
			if r.Direction != "OUT" {
				continue
			}
			list := check(t, view, "{ list: "+g.Plural+"(first: 500) { nodes { links: "+r.Name+" { totalCount } } } }")["list"]
			for _, n := range list.(map[string]any)["nodes"].([]any) {
				counts[r.Relation.Name] += int(n.(map[string]any)["links"].(map[string]any)["totalCount"].(float64))
			}
		}
	}
	for i, g := range got.RelationTypes {
		if g.Count != counts[g.Name] {
			t.Errorf("%d links of %s, and %d on the pages of all nodes", g.Count, g.Name, counts[g.Name])
		}
		total += g.Count
		if want := (&ontology.End{Relation: o.Relations[i], Direction: ontology.In}); g.Name != want.Relation.Name || g.Backward != want.Field() {
			t.Errorf("%+v is not %s", g, want.Relation.Name)
		}
	}
	if _, links := view.Index.Size(); total != links {
		t.Errorf("%d links of all relations, and %d in the graph", total, links)
	}
}
