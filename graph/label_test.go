package graph_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"ecpgraph/internal/kg"
)

// TestLanguages: names in several languages are given, found and shown where they
// are wanted.
func TestLanguages(t *testing.T) {
	g := seeded(t)
	commit(t, g, &kg.Node{
		ID: "topic:clefs", Type: "Topic", Name: "keys", Citations: source, Props: kg.Props{"kind": "CONCEPT"},
		Aliases: []kg.Alias{
			{Name: "clefs des douanes", Language: "fr", Label: true, Citations: source}, {Name: "clés", Language: "fr", Citations: source},
			{Name: "Schlüssel", Language: "de-CH", Label: true, Citations: source},
		},
	})
	for languages, want := range map[string]string{
		`["fr-CA", "en"]`: `{"asked":"fr-CA","language":"fr","value":"clefs des douanes"}`,
		`["de", "en"]`:    `{"asked":"en","language":"en","value":"keys"}`,
		`["de-CH"]`:       `{"asked":"de-CH","language":"de-CH","value":"Schlüssel"}`,
		`["es"]`:          `{"asked":null,"language":"en","value":"keys"}`,
	} {
		data := check(t, g.View(), fmt.Sprintf(`{ topic(id: "topic:clefs") { label(languages: %s) { value language asked } } }`, languages))
		got, err := json.Marshal(data["topic"].(map[string]any)["label"])
		if err != nil || string(got) != want {
			t.Errorf("%s: %s, %v, want %s", languages, got, err, want)
		}
	}
	data := check(t, g.View(), `{ topic(id: "topic:clefs") { aliases { name language label } } }`)
	if got, want := fmt.Sprint(data["topic"].(map[string]any)["aliases"]),
		"[map[label:true language:fr name:clefs des douanes] map[label:false language:fr name:clés] map[label:true language:de-CH name:Schlüssel]]"; got != want {
		t.Errorf("aliases: %s, want %s", got, want)
	}
	// As it is written, folded, unfinished or misspelt; but not by English stems.
	for text, found := range map[string]bool{
		"clefs": true, "cles": true, "SCHLUSSEL": true, "schluss": true, "douannes": true, "clefs des douanes": true,
	} {
		edges := find(t, g.View(), text, ", types: [TOPIC]").Data.Search.Edges
		if got := len(edges) > 0 && edges[0].Node.ID == "topic:clefs"; got != found {
			t.Errorf("%q finds it: %v, want %v: %+v", text, got, found, edges)
		} else if found && len(edges[0].Matches) == 0 {
			t.Errorf("%q: no match is shown", text)
		}
	}
	for text, found := range map[string]bool{"douanes": true, "douane": false} {
		data := check(t, g.View(), fmt.Sprintf(`{ topics(where: {text: %q}) { nodes { id } } }`, text))
		if got := strings.Contains(fmt.Sprint(data), "topic:clefs"); got != found {
			t.Errorf("the filter %q finds it: %v, want %v", text, got, found)
		}
	}
}
