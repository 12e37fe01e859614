package seed

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"ecpgraph/internal/ontology"
	"ecpgraph/internal/outline"
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

// ecpSources is the folder of the source documents, which are not in the
// repository: ECPGRAPH_SOURCES names it.
func ecpSources(t *testing.T) fs.FS {
	t.Helper()
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
	return os.DirFS(dir)
}

// TestECPSources checks the seeds against the source documents.
func TestECPSources(t *testing.T) {
	sources := ecpSources(t)
	_, set := readECP(t)
	report, err := CheckSources(set, sources)
	var table strings.Builder
	if e := report.WriteTable(&table); e != nil {
		t.Error(e)
	}
	t.Logf("\n%s", &table)
	if err != nil {
		t.Error(err)
	}
}

// TestECPOneWordChanged changes each word of the source documents in turn: the
// passage that has it, and no other, is no longer the one that was cited.
func TestECPOneWordChanged(t *testing.T) {
	sources := ecpSources(t)
	_, set := readECP(t)
	for _, o := range set.Outlines {
		text, err := fs.ReadFile(sources, o.File)
		if err != nil {
			t.Fatal(err)
		}
		pieces, faults := o.Cut(string(text))
		if len(faults) > 0 {
			t.Fatal(faults)
		}
		words := 0
		for _, at := range regexp.MustCompile(`\S+`).FindAllIndex(text, -1) {
			start, end := bytes.LastIndexByte(text[:at[0]], '\n')+1, at[1]+bytes.IndexByte(append(text[at[1]:len(text):len(text)], '\n'), '\n')
			line := strings.TrimSuffix(string(text[start:end]), "\r")
			if slices.ContainsFunc(o.Ignore, func(p *regexp.Regexp) bool { return p.MatchString(line) }) {
				continue // in no passage
			}
			words++
			number, has := 1+bytes.Count(text[:at[0]], []byte("\n")), len(pieces)-1
			for pieces[has].Line > number {
				has--
			}
			after, _ := o.Cut(string(text[:at[0]]) + "changed" + string(text[at[1]:]))
			for i, piece := range after {
				if same := outline.Checksum(piece.Text) == o.Passages[i].Checksum; same == (i == has) {
					t.Errorf("%s, line %d, a word of %q: the text of %q is the same: %v", o.File, number, o.Passages[has].Locator, o.Passages[i].Locator, same)
				}
			}
		}
		t.Logf("%s: %d words", o.File, words)
	}
}
