package seed

import (
	"bytes"
	"flag"
	"io/fs"
	"os"
	"path"
	"strings"
	"testing"

	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares with a file of testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	name = path.Join("testdata", name)
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

func readOntology(t testing.TB) *ontology.Ontology {
	t.Helper()
	o, err := ontology.Read(os.DirFS("testdata"), ".")
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func readGood(t testing.TB) *Set {
	t.Helper()
	set, err := ReadFolder(os.DirFS("testdata"), "good", readOntology(t))
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func TestReadFolder(t *testing.T) {
	set := readGood(t)
	if set.Name != "garden" || set.Description != "Two short papers about a garden." {
		t.Errorf("name %q, description %q", set.Name, set.Description)
	}
	var lines bytes.Buffer
	if err := WriteLines(&lines, set.Nodes, set.Links); err != nil {
		t.Fatal(err)
	}
	golden(t, "good.jsonl", lines.String())
	roundTrip(t, readOntology(t), set.Nodes, set.Links)

	// The Go types of the values, which JSON cannot show.
	for _, n := range set.Nodes {
		if n.ID != "tool:spade" {
			continue
		}
		want := kg.Props{
			"description": "A tool that digs. It is old.", "kind": "SPADE", "madeIn": "2017-07", "stock": int64(3), "lent": false,
			"code": "0x1F", "tags": []any{"NO", "yes", "1.10", "2015", "null"},
			"season":  kg.Props{"wording": "spring", "start": "2018", "weeks": int64(12)},
			"seasons": []any{kg.Props{"wording": "spring"}, kg.Props{"wording": "autumn", "weeks": int64(6)}},
		}
		if diff := cmp.Diff(want, n.Props); diff != "" {
			t.Errorf("props of %s (-want +got):\n%s", n.ID, diff)
		}
	}

	change := set.Change("ada", "first load")
	if change.Author != "ada" || change.Reason != "first load" || len(change.PutNodes) != len(set.Nodes) || len(change.PutLinks) != len(set.Links) {
		t.Errorf("change %+v", change)
	}
}

// Every folder below testdata/faults is read for its fault texts.
func TestFolderFaults(t *testing.T) {
	o := readOntology(t)
	fsys := os.DirFS("testdata/faults")
	entries, err := fs.ReadDir(fsys, ".")
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if !entry.IsDir() {
			continue
		}
		t.Run(entry.Name(), func(t *testing.T) {
			set, err := ReadFolder(fsys, entry.Name(), o)
			if err == nil || set != nil {
				t.Fatalf("set %v, error %v: want an error alone", set, err)
			}
			if kg.CodeOf(err) != kg.Invalid {
				t.Errorf("code %s, want %s", kg.CodeOf(err), kg.Invalid)
			}
			golden(t, path.Join("faults", entry.Name()+".golden"), err.Error()+"\n")
		})
	}
}

func TestFolderMissing(t *testing.T) {
	for _, dir := range []string{"none", "sources"} {
		_, err := ReadFolder(os.DirFS("testdata"), dir, readOntology(t))
		if kg.CodeOf(err) != kg.NotFound || !strings.Contains(err.Error(), dir+"/seed.yaml") {
			t.Errorf("%s: %v, want the missing file named", dir, err)
		}
	}
}
