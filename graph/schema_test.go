package graph_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"

	"ecpgraph/graph"
	"ecpgraph/graph/generated"
	"ecpgraph/internal/records"
)

func executable() *ast.Schema {
	return generated.NewExecutableSchema(generated.Config{}).Schema()
}

// TestEverythingIsDescribed: a person who reads the schema finds words on every
// type, field, argument, input field and enum value.
func TestEverythingIsDescribed(t *testing.T) {
	s := executable()
	for _, d := range s.Types {
		if d.BuiltIn {
			continue
		}
		if d.Description == "" {
			t.Errorf("%s is not described", d.Name)
		}
		for _, f := range d.Fields {
			if f.Description == "" && !strings.HasPrefix(f.Name, "__") {
				t.Errorf("%s.%s is not described", d.Name, f.Name)
			}
			for _, a := range f.Arguments {
				if a.Description == "" && !strings.HasPrefix(f.Name, "__") {
					t.Errorf("%s.%s(%s) is not described", d.Name, f.Name, a.Name)
				}
			}
		}
		for _, v := range d.EnumValues {
			if v.Description == "" {
				t.Errorf("%s.%s is not described", d.Name, v.Name)
			}
		}
	}
}

// TestEveryFieldAnswers walks the schema from the view: for every node type it
// asks every field of every node of the seeds, with all that connections and
// their edges show, and wants no error.
func TestEveryFieldAnswers(t *testing.T) {
	view := seeded(t).View()
	s := executable()
	for _, nodeType := range served(t).NodeTypes {
		t.Run(nodeType.Name, func(t *testing.T) {
			d := s.Types[nodeType.Name]
			// One relation field a query keeps each document under the token limit.
			scalars := selection(s, d, 0, func(f *ast.FieldDefinition) bool { return !isConnection(f) })
			check(t, view, fmt.Sprintf("{ %s(first: 500) { totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor } edges { cursor node { %s } } nodes { id } } }", nodeType.Plural, scalars))
			for _, f := range d.Fields {
				if !isConnection(f) {
					continue
				}
				page := selection(s, s.Types[f.Type.Name()], 1, func(*ast.FieldDefinition) bool { return true })
				check(t, view, fmt.Sprintf("{ %s(first: 500) { nodes { %s(first: 500) { %s } } } }", nodeType.Plural, f.Name, page))
			}
			ids := nodesOf(t, view, nodeType.Plural)
			if len(ids) == 0 {
				t.Logf("no node of type %s in the seeds", nodeType.Name)
				return
			}
			check(t, view, fmt.Sprintf("{ %s(id: %q) { id } node(id: %q) { id __typename name } }", nodeType.Singular(), ids[0], ids[0]))
		})
	}
}

func isConnection(f *ast.FieldDefinition) bool { return strings.HasSuffix(f.Type.Name(), "Connection") }

// selection selects the fields of the type that are wanted: leaves as they are,
// objects two levels down by their leaves.
func selection(s *ast.Schema, d *ast.Definition, depth int, want func(*ast.FieldDefinition) bool) string {
	var parts []string
	for _, f := range d.Fields {
		if f.Name == "label" && asks(f) && want(f) {
			parts = append(parts, `label(languages: ["fr", "en-GB"]) { value language asked }`)
		}
		if strings.HasPrefix(f.Name, "__") || asks(f) || !want(f) {
			continue
		}
		far := s.Types[f.Type.Name()]
		switch {
		case far.IsLeafType():
			parts = append(parts, f.Name)
		case depth < 3 && !isConnection(f):
			inner := selection(s, far, depth+1, func(g *ast.FieldDefinition) bool { return !isConnection(g) })
			parts = append(parts, f.Name+" { __typename "+inner+" }")
		}
	}
	return strings.Join(parts, " ")
}

// asks reports whether the field needs arguments.
func asks(f *ast.FieldDefinition) bool {
	for _, a := range f.Arguments {
		if a.Type.NonNull && a.DefaultValue == nil {
			return true
		}
	}
	return false
}

func check(t *testing.T, view records.View, query string) map[string]any {
	t.Helper()
	var answer struct {
		Data   map[string]any
		Errors []any
	}
	if err := json.Unmarshal(ask(t, view, query, nil), &answer); err != nil {
		t.Fatal(err)
	}
	if len(answer.Errors) > 0 {
		t.Fatalf("%s\n%v", query, answer.Errors)
	}
	return answer.Data
}

func nodesOf(t *testing.T, view records.View, plural string) []string {
	t.Helper()
	data := check(t, view, "{ "+plural+"(first: 500) { nodes { id } } }")
	var ids []string
	for _, n := range data[plural].(map[string]any)["nodes"].([]any) {
		ids = append(ids, n.(map[string]any)["id"].(string))
	}
	return ids
}

// TestServedSDL: the schema that is served parses as one document.
func TestServedSDL(t *testing.T) {
	sdl := graph.SDL()
	for _, want := range []string{"type Query {", "interface Node", "type Tool implements Node", "scalar PartialDate", "directive @asOf("} {
		if !strings.Contains(sdl, want) {
			t.Errorf("the SDL lacks %q", want)
		}
	}
	if strings.Contains(sdl, "extend ") {
		t.Error("the SDL has extensions: it should be one block a type")
	}
}
