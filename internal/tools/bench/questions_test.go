package main

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"testing"

	"ecpgraph/graph"
	"ecpgraph/graph/schema"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/live"
	"ecpgraph/internal/ontology"
	"ecpgraph/internal/store"
	"ecpgraph/internal/store/memstore"
	"ecpgraph/internal/tools/synth/generate"
)

var (
	graphNodes = flag.Int("graph.nodes", 500, "size of the graph that the questions are asked of")
	graphSeed  = flag.Uint64("graph.seed", 1, "what the graph and the requests are drawn from")
)

// inProcess is a GraphQL handler over a synthetic graph in memory.
type inProcess struct {
	http.Handler
	draw *draw
}

func newInProcess(t testing.TB, nodes int) *inProcess {
	t.Helper()
	t.Logf("%d nodes, -graph.seed %d", nodes, *graphSeed)
	o, err := ontology.Read(schema.Files, schema.OntologyDir)
	if err != nil {
		t.Fatal(err)
	}
	g, err := generate.New(o, generate.Options{Nodes: nodes, Seed: *graphSeed})
	if err != nil {
		t.Fatal(err)
	}
	change := kg.Change{Author: "test", Reason: "synthetic"}
	for n := range g.Nodes() {
		change.PutNodes = append(change.PutNodes, n)
	}
	for l := range g.Links() {
		change.PutLinks = append(change.PutLinks, l)
	}
	log, err := store.Open(context.Background(), memstore.New())
	if err != nil {
		t.Fatal(err)
	}
	running, err := live.Open(context.Background(), log, o, live.Options{RecordCache: 256 << 20})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := running.Close(); err != nil {
			t.Error(err)
		}
	})
	if _, err := running.Commit(context.Background(), change); err != nil {
		t.Fatal(err)
	}
	handler, err := graph.NewHandler(running, graph.Options{Logger: slog.New(slog.NewTextHandler(io.Discard, nil))})
	if err != nil {
		t.Fatal(err)
	}
	p := &inProcess{
		Handler: handler,
		draw:    &draw{rand.New(rand.NewPCG(*graphSeed, 1)), g, o, nil},
	}
	if err := p.draw.fetchCursors(16, func(document string, variables map[string]any, data any) error {
		body, err := requestBody(document, variables)
		if err != nil {
			return err
		}
		return decodeData(p.post(body), data)
	}); err != nil {
		t.Fatal(err)
	}
	return p
}

func (p *inProcess) post(body []byte) []byte {
	w := httptest.NewRecorder()
	r := httptest.NewRequest(http.MethodPost, "/graphql", bytes.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	p.ServeHTTP(w, r)
	return w.Body.Bytes()
}

// TestQuestionsFindSomething: the ontology of today answers every question
// without errors, and none of them asks for nothing.
func TestQuestionsFindSomething(t *testing.T) {
	p := newInProcess(t, *graphNodes)
	for _, q := range questions(p.draw.ontology, pageSize) {
		leaves, least := 0, 8*5
		if q.name == "acronym" {
			least = 8 * 4 // one node is found, with its score and the count
		}
		for range 8 {
			body, err := requestBody(q.document, q.variables(p.draw))
			if err != nil {
				t.Fatal(err)
			}
			var data any
			if err := decodeData(p.post(body), &data); err != nil {
				t.Fatalf("%s: %s: %v", q.name, body, err)
			}
			leaves += countLeaves(data)
		}
		if leaves < least {
			t.Errorf("%s: only %d values in 8 answers", q.name, leaves)
		}
	}
}

func countLeaves(value any) int {
	sum := 0
	switch v := value.(type) {
	case map[string]any:
		for _, inner := range v {
			sum += countLeaves(inner)
		}
	case []any:
		for _, inner := range v {
			sum += countLeaves(inner)
		}
	case nil:
	default:
		sum = 1
	}
	return sum
}

// TestDecodeData: an answer with errors is never taken for one without.
func TestDecodeData(t *testing.T) {
	for _, bad := range []string{"", "{", `{"errors":[{"message":"m"}],"data":{}}`, `{"errors":[{}]}`, `{"data":null}`, `{}`} {
		if err := decodeData([]byte(bad), &map[string]any{}); err == nil {
			t.Errorf("%q passes", bad)
		}
	}
	var data map[string]int
	if err := decodeData([]byte(`{"data":{"a":1}}`), &data); err != nil || data["a"] != 1 {
		t.Errorf("%v, %v", data, err)
	}
}

// BenchmarkQuestions answers each question in this process, without a socket:
// its allocations are those of the answer, and -cpuprofile shows where the time
// goes. -graph.nodes 100000 asks a graph of that size.
func BenchmarkQuestions(b *testing.B) {
	p := newInProcess(b, *graphNodes)
	for _, q := range questions(p.draw.ontology, pageSize) {
		var bodies [][]byte
		for range 64 {
			body, err := requestBody(q.document, q.variables(p.draw))
			if err != nil {
				b.Fatal(err)
			}
			bodies = append(bodies, body)
		}
		b.Run(q.name, func(b *testing.B) {
			b.ReportAllocs()
			size, i := 0, 0
			for b.Loop() {
				size += len(p.post(bodies[i%len(bodies)]))
				i++
			}
			b.ReportMetric(float64(size)/float64(i), "bytes/answer")
		})
	}
}

// TestAllLinks: every relation field of the type is asked for, with all
// properties.
func TestAllLinks(t *testing.T) {
	o, err := ontology.Parse([]ontology.Source{{Name: "o.graphqls", Text: `
"A tool." type Tool @node
"A span." type Span @value { "Its end." end: PartialDate "Its kind." kind: String }
"A part." type PartOf @relation(from: Tool, to: Tool, forward: "wholes", backward: "parts") { "Its place." place: Int "When." span: Span }
`}})
	if err != nil {
		t.Fatal(err)
	}
	want := `query($id: ID!) { tool(id: $id) { id name
parts(first: 10) { edges { modality wording place span { end kind } node { id name } } }
wholes(first: 10) { edges { modality wording place span { end kind } node { id name } } }
} }`
	if got := allLinks(o, "Tool"); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
}

// TestRequestBody: the body is what GraphQL over HTTP takes.
func TestRequestBody(t *testing.T) {
	body, err := requestBody("{ a }", map[string]any{"id": kg.ID("tool:a")})
	if err != nil {
		t.Fatal(err)
	}
	var got struct {
		Query     string
		Variables map[string]string
	}
	if err := json.Unmarshal(body, &got); err != nil || fmt.Sprint(got) != "{{ a } map[id:tool:a]}" {
		t.Errorf("%s: %+v, %v", body, got, err)
	}
}
