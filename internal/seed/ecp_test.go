package seed

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ecpgraph/internal/ontology"
)

const repository = "../.."

// readECP reads the real ontology and the real seeds.
func readECP(t *testing.T) (*ontology.Ontology, *Set) {
	t.Helper()
	root := os.DirFS(repository)
	o, err := ontology.Read(root, "graph/schema/ontology")
	if err != nil {
		t.Fatal(err)
	}
	set, err := ReadFolder(root, "seeds/ecp", o)
	if err != nil {
		t.Fatal(err)
	}
	return o, set
}

func TestECP(t *testing.T) {
	o, set := readECP(t)
	t.Logf("%d nodes, %d links", len(set.Nodes), len(set.Links))
	if len(set.Nodes) <= 250 || len(set.Links) <= 600 {
		t.Errorf("%d nodes and %d links: two papers hold more than 250 and 600", len(set.Nodes), len(set.Links))
	}
	for _, n := range set.Nodes {
		if err := o.CheckNode(n); err != nil {
			t.Error(err)
		}
	}
	for _, l := range set.Links {
		if err := o.CheckLink(l); err != nil {
			t.Error(err)
		}
	}
	roundTrip(t, o, set.Nodes, set.Links)
}

// TestECPSources checks the seeds against the source documents, which are not
// in the repository: ECPGRAPH_SOURCES names their folder.
func TestECPSources(t *testing.T) {
	dir := os.Getenv("ECPGRAPH_SOURCES")
	if dir == "" {
		dir = filepath.Join(repository, "..", "shared", "sources")
	}
	if _, err := os.Stat(dir); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("the source documents are missing, and CI must check against them; set ECPGRAPH_SOURCES: %v", err)
		}
		t.Skipf("CITATIONS NOT CHECKED: no source documents; set ECPGRAPH_SOURCES to their folder: %v", err)
	}
	_, set := readECP(t)
	report, err := CheckSources(set, os.DirFS(dir))
	var table strings.Builder
	if e := report.WriteTable(&table); e != nil {
		t.Error(e)
	}
	t.Logf("\n%s", &table)
	if err != nil {
		t.Error(err)
	}
}
