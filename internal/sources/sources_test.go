package sources_test

import (
	"io/fs"
	"regexp"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"ecpgraph/graph/schema"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/live"
	"ecpgraph/internal/ontology"
	"ecpgraph/internal/outline"
	"ecpgraph/internal/records"
	"ecpgraph/internal/sources"
	"ecpgraph/internal/store"
	"ecpgraph/internal/store/memstore"
)

const (
	plan   = "A plan\n1. One \"thing\".\n2. Two.\n"
	letter = "A letter\n"
)

// document is one whose passages start as given and have the text.
func document(id kg.ID, file, text string, starts ...string) *kg.Node {
	o := &outline.Outline{Document: id, File: file}
	for _, start := range starts {
		o.Add(outline.Passage{Locator: start, Match: regexp.MustCompile("^" + start)})
	}
	pieces, _ := o.Cut(text)
	for i, p := range pieces {
		o.Passages[i].Checksum = outline.Checksum(p.Text)
	}
	n := &kg.Node{
		ID: id, Type: "Document", Name: string(id), Props: o.Props(),
		Citations: []kg.Citation{{Document: id, Locator: starts[0], Checksum: o.Passages[0].Checksum}},
	}
	n.Props["source"], n.Props["kind"] = true, "REPORT"
	return n
}

func graphOf(t *testing.T, nodes ...*kg.Node) *live.Graph {
	t.Helper()
	o, err := ontology.Read(schema.Files, schema.OntologyDir)
	if err != nil {
		t.Fatal(err)
	}
	log, err := store.Open(t.Context(), memstore.New())
	if err != nil {
		t.Fatal(err)
	}
	g, err := live.Open(t.Context(), log, o, live.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := g.Close(); err != nil {
			t.Error(err)
		}
	})
	put(t, g, nodes...)
	return g
}

func put(t *testing.T, g *live.Graph, nodes ...*kg.Node) {
	t.Helper()
	if _, err := g.Commit(t.Context(), kg.Change{Author: "test", PutNodes: nodes}); err != nil {
		t.Fatal(err)
	}
}

func two(t *testing.T) *live.Graph {
	return graphOf(t, document("document:plan", "plan.txt", plan, "A plan", "1. ", "2. "), document("document:letter", "letter.txt", letter, "A letter"),
		&kg.Node{ID: "document:other", Type: "Document", Name: "without an outline", Props: kg.Props{"source": false, "kind": "REPORT"}, Citations: []kg.Citation{{Document: "document:plan", Locator: "2. "}}})
}

func TestAttach(t *testing.T) {
	g := two(t)
	for name, test := range map[string]struct {
		folder fstest.MapFS
		want   []sources.Attached
	}{
		"both": {fstest.MapFS{"plan.txt": {Data: []byte(plan)}, "letter.txt": {Data: []byte(letter)}, ".git/x": {}, "sub/y.txt": {}, ".z": {}}, []sources.Attached{
			{Document: "document:letter", File: "letter.txt", Verified: 1},
			{Document: "document:plan", File: "plan.txt", Verified: 3},
		}},
		"one, changed": {fstest.MapFS{"plan.txt": {Data: []byte("\n\nby me\n" + strings.Replace(plan, "2. Two", "2. Three", 1))}}, []sources.Attached{
			{Document: "document:letter", File: "letter.txt", Missing: true},
			{Document: "document:plan", File: "plan.txt", Verified: 2,
				Differs: []sources.Difference{{Locator: "2. ", Line: 6, Nodes: 1}},
				Faults:  []outline.Fault{{Passage: -1, Text: "line 3 is before the first passage; let a passage or an ignore pattern take it"}}},
		}},
		"one, cut off": {fstest.MapFS{"plan.txt": {Data: []byte("A plan\n1. One \"thing\".\n")}}, []sources.Attached{
			{Document: "document:letter", File: "letter.txt", Missing: true},
			{Document: "document:plan", File: "plan.txt", Verified: 2, Differs: []sources.Difference{{Locator: "2. ", Nodes: 1}}},
		}},
	} {
		_, report, err := sources.Attach(t.Context(), g.View(), test.folder)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if diff := cmp.Diff(test.want, report); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestAttachFaults(t *testing.T) {
	g := two(t)
	bare := graphOf(t, &kg.Node{ID: "document:other", Type: "Document", Name: "x", Props: kg.Props{"source": false, "kind": "REPORT"}, Citations: []kg.Citation{{Document: "document:other", Locator: "x"}}})
	faulty := document("document:plan", "plan.txt", plan, "A plan")
	faulty.Props[outline.PropIgnore] = []any{"("}
	for name, test := range map[string]struct {
		view   records.View
		folder fs.FS
		code   kg.Code
		want   string
	}{
		"foreign":    {g.View(), fstest.MapFS{"plan.txt": {Data: []byte(plan)}, "x.txt": {}}, kg.Invalid, "x.txt is the text of no document of the graph: the outlines name letter.txt, plan.txt; rename it or move it away"},
		"none":       {g.View(), fstest.MapFS{".x": {}}, kg.NotFound, "the folder of the sources has no text: the outlines name letter.txt, plan.txt"},
		"no outline": {bare.View(), fstest.MapFS{"plan.txt": {}}, kg.Invalid, "plan.txt is the text of no document of the graph: no document of the graph has an outline; rename it or move it away"},
		"no text":    {g.View(), fstest.MapFS{"plan.txt": {Data: []byte("\xff\xfe")}}, kg.Invalid, "plan.txt is not text in UTF-8: save the document as plain text"},
		"too long":   {g.View(), fstest.MapFS{"plan.txt": {Data: make([]byte, sources.MaxText+1)}}, kg.Limit, "plan.txt has more than the 8388608 bytes that a text may have"},
		"outline":    {graphOf(t, faulty).View(), fstest.MapFS{"plan.txt": {}}, kg.Invalid, `document:plan: ignore: want a regular expression, not "("`},
	} {
		texts, _, err := sources.Attach(t.Context(), test.view, test.folder)
		if texts != nil || kg.CodeOf(err) != test.code || err.Error() != test.want {
			t.Errorf("%s: %v, %v", name, texts, err)
		}
	}
}

// TestCut: a text is cut as the outline of the view that is asked says, also when
// that was committed later; readers do not disturb each other.
func TestCut(t *testing.T) {
	g := two(t)
	old := g.View()
	texts, _, err := sources.Attach(t.Context(), old, fstest.MapFS{"plan.txt": {Data: []byte(plan)}})
	if err != nil {
		t.Fatal(err)
	}
	put(t, g, document("document:plan", "plan.txt", plan, "A plan", "2. "))
	now := g.View()
	one, both := outline.Checksum("A plan"), outline.Checksum("A plan\n1. One \"thing\".")
	var readers sync.WaitGroup
	for range 4 {
		readers.Go(func() {
			for _, test := range []struct {
				view              records.View
				document          kg.ID
				locator, checksum string
				quote             string
				known             bool
			}{
				{old, "document:plan", "A plan", one, `"A plan"`, true},
				{now, "document:plan", "A plan", one, "", true},
				{now, "document:plan", "A plan", both, `"A plan\n1. One \"thing\"."`, true},
				{now, "document:plan", "1. ", one, "", true},
				{now, "document:plan", "A plan", "", "", false},
				{now, "document:letter", "A letter", one, "", false},
				{now, "document:other", "x", one, "", false},
			} {
				n, _ := test.view.Index.Node(test.document)
				cut, err := texts.Cut(t.Context(), test.view, n)
				if err != nil {
					t.Error(err)
					return
				}
				var checksum []byte
				if test.checksum != "" {
					checksum = records.AppendString(nil, test.checksum)
				}
				quote, known := cut.Compare(records.AppendString(nil, test.locator), checksum)
				if string(quote) != test.quote || known != test.known {
					t.Errorf("%s of %s: %s, %v; want %s, %v", test.locator, test.document, quote, known, test.quote, test.known)
				}
			}
		})
	}
	readers.Wait()
}

func TestNoTexts(t *testing.T) {
	g := two(t)
	none := sources.From(t.Context())
	if none != nil || none.Digest() != "" {
		t.Errorf("%v", none)
	}
	if cut, err := none.Cut(t.Context(), g.View(), 0); cut != nil || err != nil {
		t.Errorf("%v, %v", cut, err)
	}
	digests := map[string]bool{}
	for _, text := range []string{plan, plan + " "} {
		texts, _, err := sources.Attach(t.Context(), g.View(), fstest.MapFS{"plan.txt": {Data: []byte(text)}})
		if err != nil {
			t.Fatal(err)
		}
		digests[texts.Digest()] = true
		if sources.From(sources.With(t.Context(), texts)) != texts {
			t.Error("the texts are not in the context")
		}
	}
	if len(digests) != 2 {
		t.Errorf("digests %v", digests)
	}
}
