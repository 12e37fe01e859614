package history

import (
	"fmt"
	"reflect"
	"slices"
	"testing"

	"ecpgraph/internal/kg"
)

func node(n kg.Node) kg.Record { return kg.Record{Op: kg.PutNode, Node: &n} }
func link(l kg.Link) kg.Record { return kg.Record{Op: kg.PutLink, Link: &l} }

func tell(changes []Change) (list []string) {
	side := func(s *string) string {
		if s == nil {
			return "none"
		}
		return *s
	}
	for _, c := range changes {
		list = append(list, fmt.Sprintf("%s: %s -> %s", c.Property, side(c.Before), side(c.After)))
	}
	return list
}

func TestChanges(t *testing.T) {
	handbook := kg.Node{
		ID: "tool:a", Type: "Tool", Name: "A <Handbook>", Aliases: []kg.Alias{{Name: "A", Citations: []kg.Citation{{Document: "document:d", Locator: "para 1", Checksum: "00"}}}},
		Props: kg.Props{"description": "It is.", "kind": "HANDBOOK", "rank": int64(3), "open": true, "tags": []any{"x", "y"},
			"period": kg.Props{"start": "2017", "weeks": int64(2)}},
		Citations: []kg.Citation{{Document: "document:d", Locator: "para 2"}},
	}
	guidelines := kg.Node{
		ID: "tool:a", Type: "Tool", Name: "A Guidelines",
		Props: kg.Props{"description": "It is.", "kind": "HANDBOOK", "rank": int64(4), "tags": []any{"y"}, "period": kg.Props{"start": "2017", "end": "2018-01"}, "empty": kg.Props{}},
	}
	serves := kg.Link{ID: "serves:a>b", Relation: "ServesGoal", From: "tool:a", To: "goal:b", Basis: kg.Stated, Modality: kg.Planned, Premises: []kg.ID{"x:y"},
		Props: kg.Props{"wording": "will serve"}, Citations: []kg.Citation{{Document: "document:d", Locator: "para 2"}}}
	firm := serves
	firm.Modality, firm.Premises = kg.Asserted, nil
	for _, test := range []struct {
		name          string
		before, after kg.Record
		want          []string
	}{
		{"nothing", node(handbook), node(handbook), nil},
		{"a node", node(handbook), node(guidelines), []string{
			"name: A <Handbook> -> A Guidelines",
			`aliases: [{"name":"A","citations":[{"document":"document:d","locator":"para 1","checksum":"00"}]}] -> none`,
			"empty: none -> {}",
			"open: true -> none",
			"period.end: none -> 2018-01",
			"period.weeks: 2 -> none",
			"rank: 3 -> 4",
			`tags: ["x","y"] -> ["y"]`,
			`citations: [{"document":"document:d","locator":"para 2"}] -> none`,
		}},
		{"a new node", kg.Record{}, node(guidelines), []string{
			"type: none -> Tool", "name: none -> A Guidelines", "description: none -> It is.", "empty: none -> {}", "kind: none -> HANDBOOK",
			"period.end: none -> 2018-01", "period.start: none -> 2017", "rank: none -> 4", `tags: none -> ["y"]`,
		}},
		{"a link", link(serves), link(firm), []string{"modality: PLANNED -> ASSERTED", `premises: ["x:y"] -> none`}},
		{"a link that goes", link(firm), kg.Record{Op: kg.DeleteLink, ID: firm.ID}, []string{
			"relation: SERVES_GOAL -> none", "from: tool:a -> none", "to: goal:b -> none", "basis: STATED -> none", "modality: ASSERTED -> none",
			"wording: will serve -> none", `citations: [{"document":"document:d","locator":"para 2"}] -> none`,
		}},
	} {
		if got := tell(Changes(test.before, test.after)); !slices.Equal(got, test.want) {
			t.Errorf("%s:\n%q, want\n%q", test.name, got, test.want)
		}
	}
}

// TestAllIsTold: whatever field of a node, link, alias or citation differs, the
// changes tell it.
func TestAllIsTold(t *testing.T) {
	set := func(field reflect.Value) {
		switch v := field.Addr().Interface().(type) {
		case *kg.Props:
			*v = kg.Props{"property": "other"}
		case *[]kg.Alias:
			*v = []kg.Alias{{Name: "other"}}
		case *[]kg.Citation:
			*v = []kg.Citation{{Locator: "other"}}
		case *[]kg.ID:
			*v = []kg.ID{"other:one"}
		default:
			switch field.Kind() {
			case reflect.String:
				field.SetString("other")
			case reflect.Bool:
				field.SetBool(true)
			default:
				t.Fatalf("no value for a %s", field.Type())
			}
		}
	}
	each := func(name string, typ reflect.Type, record func(value reflect.Value) kg.Record) {
		for i := range typ.NumField() {
			value := reflect.New(typ).Elem()
			plain := record(reflect.New(typ).Elem())
			set(value.Field(i))
			if len(Changes(plain, record(value))) == 0 && typ.Field(i).Name != "ID" {
				t.Errorf("a %s that differs in %s: nothing is told", name, typ.Field(i).Name)
			}
		}
	}
	each("node", reflect.TypeFor[kg.Node](), func(v reflect.Value) kg.Record { return node(v.Interface().(kg.Node)) })
	each("link", reflect.TypeFor[kg.Link](), func(v reflect.Value) kg.Record { return link(v.Interface().(kg.Link)) })
	each("alias", reflect.TypeFor[kg.Alias](), func(v reflect.Value) kg.Record { return node(kg.Node{Aliases: []kg.Alias{v.Interface().(kg.Alias)}}) })
	each("citation", reflect.TypeFor[kg.Citation](), func(v reflect.Value) kg.Record {
		return node(kg.Node{Citations: []kg.Citation{v.Interface().(kg.Citation)}})
	})
}
