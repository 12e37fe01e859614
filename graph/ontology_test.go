package graph_test

import (
	"encoding/json"
	"testing"

	"ecpgraph/internal/ontology"
)

// TestOntologyAsData: the types, their fields and their relation fields are
// those of the ontology, with the number of nodes that a connection counts.
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
				RelationTypes []struct{ Name, Forward, Backward string }
			}
		}
	}
	text := ask(t, view, `{ ontology { nodeTypes { name enumName singular plural count fields { name type } relations { name direction relation { name } farTypes } } relationTypes { name forward backward } } }`, nil)
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
	for i, g := range got.RelationTypes {
		if want := (&ontology.End{Relation: o.Relations[i], Direction: ontology.In}); g.Name != want.Relation.Name || g.Backward != want.Field() {
			t.Errorf("%+v is not %s", g, want.Relation.Name)
		}
	}
}
