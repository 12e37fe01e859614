package graph_test

import (
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"ecpgraph/graph"
)

// TestExplain: who asks for it, of a server that allows it, is told which index
// each connection was read from; nobody else is.
func TestExplain(t *testing.T) {
	document := `{ actions(where: {number: {lte: 3}}, orderBy: {field: RESPONSIBLE_BODIES, far: NAME}) { nodes { responsibleBodies(where: {kind: {eq: COMMITTEE}}) { totalCount } } } }`
	for _, test := range []struct {
		allowed bool
		asked   string
		want    string
	}{
		{true, `{"plan": true}`, `[{"connection":"Query.actions","plan":"read by number, sort by responsibleBodies.name"},{"connection":"Action.responsibleBodies","plan":"read the list, test kind, sort by id"}]`},
		{true, `{"plan": false}`, `null`},
		{true, `{}`, `null`},
		{false, `{"plan": true}`, `null`},
	} {
		h, err := graph.NewHandler(seeded(t), graph.Options{Logger: slog.New(slog.NewTextHandler(io.Discard, nil)), Explain: test.allowed, ResponseCache: 1 << 20})
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			body := `{"query": ` + string(mustJSON(t, document)) + `, "extensions": ` + test.asked + `}`
			r := httptest.NewRequest(http.MethodPost, "/graphql", strings.NewReader(body))
			r.Header.Set("Content-Type", "application/json")
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			var answer struct{ Extensions map[string]any }
			if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil {
				t.Fatalf("%v: %s", err, w.Body)
			}
			if got := string(mustJSON(t, answer.Extensions["plan"])); got != test.want {
				t.Errorf("allowed %v, asked %s: %s, want %s", test.allowed, test.asked, got, test.want)
			}
		}
	}
}

func mustJSON(t *testing.T, v any) []byte {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
