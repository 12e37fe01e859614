package main

import (
	"flag"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"ecpgraph/internal/ontology"
)

var update = flag.Bool("update", false, "write the goldens anew")

// TestDerive compares all that is derived from a small ontology with
// testdata/output, file by file.
func TestDerive(t *testing.T) {
	files := deriveFrom(t, "testdata", "input")
	for name, got := range files {
		golden := filepath.Join("testdata", "output", filepath.Base(name)+".golden")
		if *update {
			if err := os.WriteFile(golden, got, 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), string(got)); diff != "" {
			t.Errorf("%s (-want +got; go test ./internal/gen -update rewrites it):\n%s", golden, diff)
		}
	}
}

// TestDerivedSchemaIsValid joins the derived SDL of the small and of the real
// ontology with the schema by hand that it leans on, as gqlgen does.
func TestDerivedSchemaIsValid(t *testing.T) {
	var sources []*ast.Source
	for _, name := range []string{"base.graphqls", "history.graphqls", "time.graphqls"} {
		text, err := os.ReadFile("../../graph/schema/" + name)
		if err != nil {
			t.Fatal(err)
		}
		sources = append(sources, &ast.Source{Name: name, Input: string(text)})
	}
	for _, dir := range []string{"testdata/input", "../../graph/schema/ontology"} {
		files := deriveFrom(t, filepath.Dir(dir), filepath.Base(dir))
		derived := &ast.Source{Name: "derived.graphqls", Input: string(files["graph/schema/derived.graphqls"])}
		if _, err := gqlparser.LoadSchema(append(slices.Clip(sources), derived)...); err != nil {
			t.Errorf("%s: %v", dir, err)
		}
	}
}

// TestDerivedIsInStep: what is committed is what the ontology derives today.
func TestDerivedIsInStep(t *testing.T) {
	for name, want := range deriveFrom(t, "../../graph/schema", "ontology") {
		got, err := os.ReadFile(filepath.Join("../..", name))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), string(got)); diff != "" {
			t.Errorf("%s is out of step: run go generate ./...\n%.2000s", name, diff)
		}
	}
}

// maxSDL is how large the derived schema may be, in bytes: a browser loads it
// whole.
const maxSDL = 300_000

func TestDerivedIsSmall(t *testing.T) {
	sdl := deriveFrom(t, "../../graph/schema", "ontology")["graph/schema/derived.graphqls"]
	if len(sdl) >= maxSDL {
		t.Errorf("the derived schema has %d bytes, not less than %d: shorten what repeats", len(sdl), maxSDL)
	}
}

func deriveFrom(t *testing.T, root, dir string) map[string][]byte {
	t.Helper()
	o, err := ontology.Read(os.DirFS(root), dir)
	if err != nil {
		t.Fatal(err)
	}
	files, err := derive(o)
	if err != nil {
		t.Fatal(err)
	}
	return files
}
