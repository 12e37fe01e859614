package seed

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"ecpgraph/internal/kg"
	"ecpgraph/internal/outline"
)

// goodFolder copies the good seeds to disk, with checksums, and reads them.
func goodFolder(t *testing.T) (dir string, set *Set) {
	t.Helper()
	dir = t.TempDir()
	if err := os.CopyFS(filepath.Join(dir, "good"), os.DirFS("testdata/good")); err != nil {
		t.Fatal(err)
	}
	if err := UpdateChecksums(filepath.Join(dir, "good"), os.DirFS("testdata/sources")); err != nil {
		t.Fatal(err)
	}
	set, err := ReadFolder(os.DirFS(dir), "good", readOntology(t))
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Join(dir, "good"), set
}

func TestUpdateChecksums(t *testing.T) {
	dir, set := goodFolder(t)
	path := filepath.Join(dir, passagesFile)
	first, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "checksums.golden", string(first))
	for _, n := range set.Nodes {
		for _, c := range n.Citations {
			if want := set.Outline(c.Document).Passage(c.Locator).Checksum; c.Checksum != want || len(want) != 64 {
				t.Errorf("%s: citation %+v, want checksum %q", n.ID, c, want)
			}
		}
	}

	// Again: nothing changes. With another text: only the checksum changes.
	before, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := UpdateChecksums(dir, os.DirFS("testdata/sources")); err != nil {
		t.Fatal(err)
	}
	if after, err := os.Stat(path); err != nil || !os.SameFile(before, after) {
		t.Errorf("the file is replaced though nothing changed (%v)", err)
	}
	almanac, err := os.ReadFile("testdata/sources/almanac.txt")
	if err != nil {
		t.Fatal(err)
	}
	letter, err := os.ReadFile("testdata/sources/letter.txt")
	if err != nil {
		t.Fatal(err)
	}
	sources := fstest.MapFS{
		"almanac.txt": {Data: []byte(strings.Replace(string(almanac), "July", "June", 1))},
		"letter.txt":  {Data: letter},
	}
	if err := UpdateChecksums(dir, sources); err != nil {
		t.Fatal(err)
	}
	second, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	was, is := strings.Split(string(first), "\n"), strings.Split(string(second), "\n")
	for i := range is {
		if (was[i] != is[i]) != (i == 6) { // the line of para 1
			t.Errorf("line %d: %q became %q", i+1, was[i], is[i])
		}
	}

	// After a fault the file is as it was, and nothing lies beside it.
	delete(sources, "letter.txt")
	if err := UpdateChecksums(dir, sources); err == nil || !strings.Contains(err.Error(), "passages.yaml:16: the source of document L cannot be read") {
		t.Errorf("error %v", err)
	}
	if after, err := os.ReadFile(path); err != nil || string(after) != string(second) {
		t.Errorf("the file changed after a fault (%v)", err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if strings.Contains(entry.Name(), "tmp") {
			t.Errorf("%s is left", entry.Name())
		}
	}
	if err := UpdateChecksums(t.TempDir(), sources); !errors.Is(err, kg.ErrNotFound) {
		t.Errorf("no passages.yaml: %v", err)
	}
}

// A layout that the edit cannot handle is refused, not damaged.
func TestUpdateChecksumsLayouts(t *testing.T) {
	sources := fstest.MapFS{"x.txt": {Data: []byte("one\ntwo\n")}}
	sum := outline.Checksum("one\ntwo")
	for name, test := range map[string]struct{ passage, want string }{
		"empty mapping value": {"    - {locator: p, match: one, sha256: }\n", ""},
		"no line end":         {"    - locator: p\n      match: one", "    - locator: p\n      match: one\n      sha256: " + sum + "\n"},
		"wide letters":        {"    - {locator: \"é🌿\", match: one}", "    - {locator: \"é🌿\", match: one, sha256: " + sum + "}"},
		"comment":             {"    - {locator: p, match: one} # }\n", "    - {locator: p, match: one, sha256: " + sum + "} # }\n"},
		"comma":               {"    - {locator: p, match: one,}\n", ""},
		"long text last":      {"    - locator: p\n      match: one\n      uncited: >\n        a\n        b\n", ""},
	} {
		t.Run(name, func(t *testing.T) {
			head := "A:\n  file: x.txt\n  passages:\n"
			got, err := withChecksums("passages.yaml", []byte(head+test.passage), sources)
			switch {
			case test.want == "" && err == nil:
				t.Errorf("got\n%s\nwant an error", got)
			case test.want != "" && err != nil:
				t.Error(err)
			case test.want != "" && string(got) != head+test.want:
				t.Errorf("got\n%s\nwant\n%s", got, head+test.want)
			}
		})
	}
}

func TestCheckSources(t *testing.T) {
	_, set := goodFolder(t)
	report, err := CheckSources(set, os.DirFS("testdata/sources"))
	if err != nil {
		t.Error(err)
	}
	var table strings.Builder
	if err := report.WriteTable(&table); err != nil {
		t.Fatal(err)
	}
	golden(t, "report.golden", table.String())
	text, err := json.MarshalIndent(report, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "report.golden.json", string(text)+"\n")
}

func TestCheckSourcesFaults(t *testing.T) {
	almanac, err := os.ReadFile("testdata/sources/almanac.txt")
	if err != nil {
		t.Fatal(err)
	}
	letter, err := os.ReadFile("testdata/sources/letter.txt")
	if err != nil {
		t.Fatal(err)
	}
	sources := func(almanac []byte) fstest.MapFS {
		return fstest.MapFS{"almanac.txt": {Data: almanac}, "letter.txt": {Data: letter}}
	}
	for _, test := range []struct {
		name    string
		sources fstest.MapFS
		alter   func(*Set)
	}{
		{"no checksums", sources(almanac), func(s *Set) { *s = *readGood(t) }},
		{"missing file", fstest.MapFS{"letter.txt": {Data: letter}}, func(*Set) {}},
		{"altered text", sources([]byte(strings.Replace(string(almanac), "July", "June", 1))), func(*Set) {}},
		{"passage gone", sources([]byte(strings.Replace(string(almanac), "Appendix", "Annex", 1))), func(*Set) {}},
		{"uncited", sources(almanac), func(s *Set) {
			s.Outline("document:almanac").Passages[3].Uncited = ""
			s.Outline("document:almanac").Passages[0].Uncited = "no reason"
		}},
		{"citations", sources(almanac), func(s *Set) {
			n := *s.Nodes[0]
			n.Citations = []kg.Citation{
				{Document: "document:almanac", Locator: "title"},
				{Document: "document:almanac", Locator: "titel"},
				{Document: "document:book", Locator: "title"},
			}
			s.Nodes = append(slices.Clone(s.Nodes[1:]), &n)
		}},
		{"foreign words", sources(almanac), func(s *Set) {
			spade := *s.Nodes[slices.IndexFunc(s.Nodes, func(n *kg.Node) bool { return n.ID == "tool:spade" })]
			spade.Aliases = []kg.Alias{
				{Name: "The  SPADE was", Citations: spade.Citations}, // blanks and case do not count
				{Name: "digger", Citations: spade.Citations},
			}
			s.Nodes = append(slices.DeleteFunc(slices.Clone(s.Nodes), func(n *kg.Node) bool { return n.ID == spade.ID }), &spade)
			for i, l := range s.Links {
				if l.Props[kg.PropWording] != nil {
					altered := *l
					altered.Props = kg.Props{kg.PropWording: "throws the spade away", "since": "2016"}
					s.Links[i] = &altered
				}
			}
		}},
		{"no outlines", sources(almanac), func(s *Set) { s.Outlines = nil }},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, set := goodFolder(t)
			test.alter(set)
			report, err := CheckSources(set, test.sources)
			if report == nil || !errors.Is(err, kg.ErrInvalid) {
				t.Fatalf("report %v, error %v: want both, of code %s", report, err, kg.Invalid)
			}
			var table strings.Builder
			if err := report.WriteTable(&table); err != nil {
				t.Error(err)
			}
			open := regexp.MustCompile(`(?m)^appendix +\w+ +0 +0  OPEN$`)
			if got := open.MatchString(table.String()); got != (test.name == "uncited") {
				t.Errorf("appendix is OPEN: %v, in\n%s", got, &table)
			}
			golden(t, "sources-"+strings.ReplaceAll(test.name, " ", "-")+".golden", err.Error()+"\n")
		})
	}
}
