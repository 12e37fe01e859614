package ontology

import (
	"errors"
	"strings"
	"testing"

	"ecpgraph/internal/kg"

	"github.com/google/go-cmp/cmp"
)

var cited = []kg.Citation{{Document: "document:d", Locator: "para 1"}}

func goodNode() *kg.Node {
	return &kg.Node{
		ID: "child:ann", Type: "Child", Name: "Ann", Citations: cited,
		Aliases: []kg.Alias{{Name: "Annie", Citations: cited}},
		Props: kg.Props{
			"description": "A child.", "kind": "SMALL", "born": "2016-02", "asleep": true, "nicknames": []any{"A", "B"},
			"away": []any{kg.Props{"wording": "in spring", "end": "2017"}},
		},
	}
}

func goodLink() *kg.Link {
	return &kg.Link{
		ID: "falls-under:child:ann>category:a", Relation: "FallsUnder", From: "child:ann", To: "category:a",
		Basis: kg.Stated, Modality: kg.Planned, Citations: cited,
		Props: kg.Props{"since": "2017-07-31", "wording": "falls under"},
	}
}

func checkFault(t *testing.T, err error, want string) {
	t.Helper()
	got := ""
	if err != nil {
		got = err.Error()
		if !errors.Is(err, kg.ErrInvalid) {
			t.Errorf("%v: want code %s", err, kg.Invalid)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("faults (-want +got):\n%s", diff)
	}
}

func TestCheckNode(t *testing.T) {
	o := parseHappy(t)
	for _, test := range []struct {
		name  string
		alter func(*kg.Node)
		want  string
	}{
		{"good", func(*kg.Node) {}, ""},
		{"id", func(n *kg.Node) { n.ID = "child" }, `child: id "child": want the form type:key, such as tool:transit-guidelines
child: the id of a Child starts with "child:"`},
		{"prefix", func(n *kg.Node) { n.ID = "kid:ann" }, `kid:ann: the id of a Child starts with "child:"`},
		{"type", func(n *kg.Node) { n.Type = "Chil" }, `child:ann: no node type "Chil"; did you mean "Child"?`},
		{"name", func(n *kg.Node) { n.Name = "" }, `child:ann: no name`},
		{"alias", func(n *kg.Node) { n.Aliases = []kg.Alias{{Citations: cited}, {Name: "A"}} }, `child:ann: an alias without a name
child:ann: alias "A": no citation: name the document and the place that say so`},
		{"languages", func(n *kg.Node) {
			n.Language = "fr"
			n.Aliases = []kg.Alias{
				{Name: "A", Label: true, Citations: cited}, {Name: "B", Citations: cited},
				{Name: "C", Language: "zh-Hant", Label: true, Citations: cited}, {Name: "D", Language: "zh-Hant", Citations: cited},
			}
		}, ""},
		{"language", func(n *kg.Node) { n.Language = "en" }, `child:ann: the language "en" is written ""`},
		{"tag", func(n *kg.Node) { n.Aliases = []kg.Alias{{Name: "A", Language: "Frenchy", Citations: cited}} },
			`child:ann: alias "A": "Frenchy" is not the tag of a language: write a BCP 47 tag such as en, fr or zh-Hant`},
		{"labels", func(n *kg.Node) {
			fr := kg.Alias{Name: "A", Language: "fr", Label: true, Citations: cited}
			n.Aliases = []kg.Alias{{Name: "B", Label: true, Citations: cited}, fr, fr}
		}, `child:ann: alias "B": there is a name or label in "en" already: one stands for the node in each language
child:ann: alias "A": there is a name or label in "fr" already: one stands for the node in each language`},
		{"citations", func(n *kg.Node) { n.Citations = nil }, `child:ann: node: no citation: name the document and the place that say so`},
		{"citation", func(n *kg.Node) { n.Citations = []kg.Citation{{Document: "child:ann"}, {Document: "x", Locator: "y"}} },
			`child:ann: node: a citation without a locator
child:ann: node: "child:ann" cannot be cited: it is not the id of a Document
child:ann: node: "x" cannot be cited: it is not the id of a Document`},
		{"required", func(n *kg.Node) { n.Props = nil }, `child:ann: away is required`},
		{"unknown", func(n *kg.Node) { n.Props["bron"] = "2017" }, `child:ann: no property "bron"; did you mean "born"?`},
		{"description", func(n *kg.Node) { n.Props["description"] = int64(1) }, `child:ann: description: want text`},
		{"wording", func(n *kg.Node) { n.Props["wording"] = "x" }, `child:ann: no property "wording"`},
		{"nested", func(n *kg.Node) { n.Props["away"] = []any{kg.Props{"ends": "2017"}} },
			`child:ann: away: no property "ends"; did you mean "end"?
child:ann: away: wording is required`},
	} {
		t.Run(test.name, func(t *testing.T) {
			n := goodNode()
			test.alter(n)
			checkFault(t, o.CheckNode(n), test.want)
		})
	}
}

func TestCheckLink(t *testing.T) {
	o := parseHappy(t)
	for _, test := range []struct {
		name  string
		alter func(*kg.Link)
		want  string
	}{
		{"good", func(*kg.Link) {}, ""},
		{"enum name", func(l *kg.Link) { l.Relation = "FALLS_UNDER" },
			`falls-under:child:ann>category:a: a link names its relation "FallsUnder", not "FALLS_UNDER"`},
		{"derived", func(l *kg.Link) { l.Basis, l.Premises, l.Citations = kg.Derived, []kg.ID{"x:y"}, nil }, ""},
		{"id", func(l *kg.Link) { l.ID = "x" }, `x: id "x": want the form type:key, such as tool:transit-guidelines
x: the id of a FallsUnder link starts with "falls-under:"`},
		{"relation", func(l *kg.Link) { l.Relation = "FalsUnder" }, `falls-under:child:ann>category:a: no relation "FalsUnder"; did you mean "FallsUnder"?`},
		{"from", func(l *kg.Link) { l.From = "category:a" },
			`falls-under:child:ann>category:a: from: a Category cannot stand here; FallsUnder links Child to Category`},
		{"to", func(l *kg.Link) { l.To = "kid:a" }, `falls-under:child:ann>category:a: to: no node type has ids like "kid:a"`},
		{"several", func(l *kg.Link) {
			l.ID, l.Relation, l.From, l.To, l.Props = "precedes:x", "Precedes", "document:d", "child:ann", nil
		},
			`precedes:x: from: a Document cannot stand here; Precedes links Category or Child to Category or Child`},
		{"any", func(l *kg.Link) { l.ID, l.Relation, l.Props = "mentions:x", "Mentions", nil },
			`mentions:x: from: a Child cannot stand here; Mentions links Document to any node`},
		{"stated", func(l *kg.Link) { l.Premises, l.Citations = []kg.ID{"x:y"}, nil },
			`falls-under:child:ann>category:a: a stated link has no premises: its citations carry it
falls-under:child:ann>category:a: link: no citation: name the document and the place that say so`},
		{"no premises", func(l *kg.Link) { l.Basis = kg.Derived },
			`falls-under:child:ann>category:a: a derived link names the links it follows from as premises`},
		{"basis and modality", func(l *kg.Link) { l.Basis, l.Modality = "", "MAYBE" },
			`falls-under:child:ann>category:a: basis "" is neither STATED nor DERIVED
falls-under:child:ann>category:a: modality "MAYBE" is none of [ASSERTED PLANNED PROPOSED POSSIBLE]`},
		{"props", func(l *kg.Link) { l.Props = kg.Props{"description": "x", "since": "then"} },
			`falls-under:child:ann>category:a: no property "description"
falls-under:child:ann>category:a: since: "then" is not a date: write a year (2017), a month (2017-07) or a day (2017-07-31)`},
	} {
		t.Run(test.name, func(t *testing.T) {
			l := goodLink()
			test.alter(l)
			checkFault(t, o.CheckLink(l), test.want)
		})
	}
}

// What is right is most of what is checked, a million times in a load.
func TestCheckWithoutGarbage(t *testing.T) {
	o := parseHappy(t)
	n, l := goodNode(), goodLink()
	n.Props["away"] = []any{kg.Props{"wording": "in spring"}}
	if count := testing.AllocsPerRun(100, func() {
		if o.CheckNode(n) != nil || o.CheckLink(l) != nil {
			t.Error("want no faults")
		}
	}); count > 0 {
		t.Errorf("%v allocations", count)
	}
}

func TestIsKebab(t *testing.T) {
	names := []string{"A", "AB", "ABc", "aB", "RKCRule", "WorkingBody", "EnablesTFA", "Ecp3Action", "TFAMeasure2B"}
	for _, name := range names {
		for _, other := range names {
			if got, want := isKebab(kg.Kebab(other), name), kg.Kebab(other) == kg.Kebab(name); got != want {
				t.Errorf("%q of %s: %v", kg.Kebab(other), name, got)
			}
		}
		for _, text := range []string{"", "-", name + "x", kg.Kebab(name) + "-", kg.Kebab(name)[1:], strings.ToUpper(kg.Kebab(name))} {
			if isKebab(text, name) {
				t.Errorf("%q is taken for the kebab case of %s", text, name)
			}
		}
	}
}

func TestFieldCheck(t *testing.T) {
	o := parseHappy(t)
	number, url := o.NodeType("Category").Field("number"), o.NodeType("Document").Field("url")
	child := o.NodeType("Child")
	for _, test := range []struct {
		field *Field
		value any
		want  string // a part of the fault, or "" for none
	}{
		{number, int64(-5), ""},
		{number, 5, "5 (int) is no Int"},
		{number, int64(1) << 31, "2147483648 (int64) is no Int"},
		{number, "5", "5 (string) is no Int"},
		{child.Field("asleep"), false, ""},
		{child.Field("asleep"), "false", "is no Boolean"},
		{child.Field("nicknames"), []any{}, ""},
		{child.Field("nicknames"), "A", "nicknames: want a list"},
		{child.Field("nicknames"), []any{"A", int64(1)}, "1 (int64) is no String"},
		{child.Field("kind"), "TALL", ""},
		{child.Field("kind"), "TAL", `kind: "TAL" is not a ChildKind; did you mean "TALL"?`},
		{child.Field("kind"), int64(1), "is no ChildKind"},
		{child.Field("born"), "2017-02-29", "born: \"2017-02-29\" is not a date"},
		{child.Field("born"), int64(2017), "is no PartialDate"},
		{child.Field("born"), nil, "is no PartialDate"},
		{child.Field("away"), []any{kg.Props{"wording": "x"}}, ""},
		{child.Field("away"), []any{"x"}, "x (string) is no Span"},
		{child.Field("away"), []any{map[string]any{"wording": "x"}}, "is no Span"},
		{url, "https://example.org/a", ""},
		{url, "/a", `url: "/a" is not an absolute URL`},
		{url, "http://%zz", "is not an absolute URL"},
		{url, true, "true (bool) is no URL"},
	} {
		err := test.field.Check(test.value)
		switch {
		case test.want == "" && err != nil:
			t.Errorf("%s = %v: %v", test.field.Name, test.value, err)
		case test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)):
			t.Errorf("%s = %v: %v, want %q", test.field.Name, test.value, err, test.want)
		}
	}
}
