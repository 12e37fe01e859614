package ontology

import (
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"ecpgraph/internal/kg"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares with a file of testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	name = filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}

func parseHappy(t *testing.T) *Ontology {
	t.Helper()
	sources, err := readSources(os.DirFS("testdata"), ".")
	if err != nil {
		t.Fatal(err)
	}
	o, err := Parse(sources)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// describe writes the ontology out, so that one golden shows all that is read.
func describe(o *Ontology) string {
	var b strings.Builder
	line := func(parts ...string) { b.WriteString(strings.Join(parts, " ") + "\n") }
	open := func(u Unspecified) string {
		switch {
		case u.Of == "":
			return ""
		case u.Wording == "":
			return ", leaves open " + u.Of
		}
		return ", leaves open " + u.Of + " in " + u.Wording
	}
	fields := func(list []*Field) {
		for _, f := range list {
			text := f.TypeName()
			if f.List {
				text = "list of " + text
			}
			if f.Required {
				text += ", required"
			}
			if f.Indexed {
				text += ", indexed"
			}
			text += open(f.Unspecified)
			line("  field", f.Name+":", text+":", f.Description)
		}
	}
	period := func(p *Period) {
		if p == nil {
			return
		}
		line("  period", p.Name, "from", p.Start.Name, "to", p.End.Name)
		if p.Kind != nil {
			line("   ", p.Kind.Name, "open at the start:", strings.Join(p.OpenStart, " "), "at the end:", strings.Join(p.OpenEnd, " "))
		}
		if p.Wording != nil {
			line("   ", "words in", p.Wording.Name)
		}
	}
	for _, t := range o.NodeTypes {
		line("node", t.Name, t.Singular(), t.Plural, t.File+":", t.Description)
		fields(t.Fields)
		period(t.Period)
		for _, g := range t.Gaps {
			line("  gap", g.Name, fmt.Sprint(g.Without)+":", g.Description)
		}
		for _, e := range t.Ends {
			line("  end", e.Field(), "of", e.Relation.Name, e.Direction.String(), "to", names(e.Far()))
		}
	}
	for _, r := range o.Relations {
		line("relation", r.Name, r.EnumName(), "from", names(r.From), "to", names(r.To), r.File+":", r.Description)
		if c := r.Claim; c != nil {
			line("  claim", c.Of)
		}
		fields(r.Fields)
	}
	for _, e := range o.Enums {
		line("enum", e.Name, e.File+":", e.Description)
		for _, v := range e.Values {
			line("  value", v.Name+open(v.Unspecified)+":", v.Description)
		}
	}
	for _, v := range o.ValueTypes {
		line("value type", v.Name, v.File+":", v.Description)
		fields(v.Fields)
		period(v.Period)
	}
	return b.String()
}

func TestParse(t *testing.T) {
	o := parseHappy(t)
	golden(t, "happy.golden", describe(o))

	child, category := o.NodeType("Child"), o.NodeType("Category")
	if o.TypeOf("child:x") != child || o.TypeOf("kid:x") != nil || o.TypeOf("child") != nil || o.NodeType("Kid") != nil {
		t.Error("types are not found by name or id prefix")
	}
	falls := o.Relation("FallsUnder")
	if falls == nil || o.Relation("FALLS_UNDER") != falls || o.Relation("fallsUnder") != nil {
		t.Error("relations are not found by both names")
	}
	if end := child.End("categories"); end == nil || end.Relation != falls || end.Direction != Out || end.Far().Single() != category {
		t.Errorf("end %+v", end)
	}
	if child.End("children") != nil || child.Field("kind") != child.Fields[0] || child.Field("x") != nil || falls.Field("since") == nil {
		t.Error("fields or ends are not found by name")
	}
	if span := child.Field("away").Value; span.Field("end") == nil || span.Field("x") != nil {
		t.Error("value fields are not found by name")
	}
	mentions, precedes := o.Relation("Mentions"), o.Relation("Precedes")
	if !mentions.To.Any || mentions.To.Single() != nil || !mentions.To.Has(child) || mentions.From.Has(child) || precedes.From.Single() != nil {
		t.Error("ranges are wrong")
	}
}

// Types of several files know each other, whatever the order.
func TestParseFiles(t *testing.T) {
	fsys := fstest.MapFS{
		"s/a.graphqls": {Data: []byte(`"A link." type Holds @relation(from: Box, to: Thing, forward: "things", backward: "boxes")`)},
		"s/b.graphqls": {Data: []byte(`"A box." type Box @node { "Its size." size: Size } "A size." enum Size { "Big." BIG }`)},
		"s/c.graphqls": {Data: []byte(`"A thing." type Thing @node`)},
		"s/readme.md":  {Data: []byte(`no SDL`)},
	}
	sources, err := readSources(fsys, "s")
	if err != nil {
		t.Fatal(err)
	}
	o, err := Parse(sources)
	if err != nil {
		t.Fatal(err)
	}
	if box := o.NodeType("Box"); box.File != "s/b.graphqls" || box.End("things") == nil || box.Field("size").Enum != o.Enums[0] {
		t.Errorf("box %+v", box)
	}
	if _, err := readSources(fsys, "none"); !errors.Is(err, kg.ErrNotFound) {
		t.Errorf("no files: %v, want an error of code %s", err, kg.NotFound)
	}
}

// Every file below testdata/faults is parsed for its fault texts.
func TestParseFaults(t *testing.T) {
	fsys := os.DirFS("testdata/faults")
	files, err := fs.Glob(fsys, "*.graphqls")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d files, error %v", len(files), err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(file, ".graphqls")
		t.Run(name, func(t *testing.T) {
			text, err := fs.ReadFile(fsys, file)
			if err != nil {
				t.Fatal(err)
			}
			o, err := Parse([]Source{{Name: path.Base(file), Text: string(text)}})
			if o != nil || !errors.Is(err, kg.ErrInvalid) {
				t.Fatalf("ontology %v, error %v: want an error of code %s alone", o, err, kg.Invalid)
			}
			golden(t, "faults/"+name+".golden", err.Error()+"\n")
		})
	}
}

func TestPlural(t *testing.T) {
	for name, want := range map[string]string{
		"Tool": "tools", "WorkingBody": "workingBodies", "Survey": "surveys", "Process": "processes", "Box": "boxes",
		"Branch": "branches", "Wish": "wishes", "Package": "packages", "Y": "ys", "X": "xes",
	} {
		if got := plural(name); got != want {
			t.Errorf("plural(%s) = %s, want %s", name, got, want)
		}
	}
}

func TestDidYouMean(t *testing.T) {
	for _, test := range []struct {
		name       string
		candidates []string
		want       string
	}{
		{"tol", []string{"shed", "tool"}, `; did you mean "tool"?`},
		{"tool", []string{"tooi", "tooj"}, `; did you mean "tooi"?`}, // the first of equals
		{"tool", nil, ""},
		{"tool", []string{"handbook"}, ""},
		{"ab", []string{"cd"}, `; did you mean "cd"?`}, // two letters may always differ
		{"abc", []string{"xyz"}, ""},
		{"transit-guidlins", []string{"transit-guidelines"}, `; did you mean "transit-guidelines"?`},
		{"abcdefghi", []string{"xyzdefghi"}, `; did you mean "xyzdefghi"?`}, // a third
		{"abcdefghi", []string{"wxyzefghi"}, ""},
		{"réglé", []string{"règle"}, `; did you mean "règle"?`}, // letters, not bytes
	} {
		if got := DidYouMean(test.name, test.candidates); got != test.want {
			t.Errorf("DidYouMean(%q, %q) = %q, want %q", test.name, test.candidates, got, test.want)
		}
	}
}
