package graph_test

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/coder/websocket"
	"github.com/coder/websocket/wsjson"

	"ecpgraph/graph"
	"ecpgraph/graph/limits"
	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/live"
)

func serve(t *testing.T) (*live.Graph, string) {
	t.Helper()
	g := seeded(t)
	return g, serveWith(t, g, graph.Options{Logger: quiet, Origins: []string{"http://listed.example"}})
}

func serveWith(t *testing.T, g *live.Graph, o graph.Options) string {
	t.Helper()
	handler, err := graph.NewHandler(g, o)
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(handler)
	t.Cleanup(s.Close)
	return s.URL
}

type answer struct {
	Data   map[string]any
	Errors []struct {
		Message    string
		Path       []any
		Extensions map[string]any
	}
}

func post(t *testing.T, at string, body any) (int, answer) {
	t.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.Post(at, "application/json", strings.NewReader(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	return read(t, response)
}

func read(t *testing.T, response *http.Response) (int, answer) {
	t.Helper()
	defer response.Body.Close()
	var a answer
	if err := json.NewDecoder(response.Body).Decode(&a); err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, a
}

func TestPostAndGet(t *testing.T) {
	_, at := serve(t)
	query := `query Q($id: ID!) { node(id: $id) { __typename id } revision { number } }`
	variables := map[string]any{"id": "action:ecp-3/16"}
	status, a := post(t, at, map[string]any{"query": query, "variables": variables})
	if status != 200 || fmt.Sprint(a.Data["node"]) != "map[__typename:Action id:action:ecp-3/16]" {
		t.Errorf("POST: %d %v", status, a)
	}
	response, err := http.Get(at + "?query=" + url.QueryEscape(query) + "&variables=" + url.QueryEscape(`{"id":"action:ecp-3/16"}`))
	if err != nil {
		t.Fatal(err)
	}
	if status, got := read(t, response); status != 200 || fmt.Sprint(got.Data) != fmt.Sprint(a.Data) {
		t.Errorf("GET answers otherwise than POST: %d %v", status, got)
	}
}

// TestErrors: each bad request has a code, a message that says what to do, and
// nothing that the client sent is repeated at length.
func TestErrors(t *testing.T) {
	_, at := serve(t)
	for name, test := range map[string]struct {
		query, code, message string
	}{
		"syntax":           {`{ node(`, "GRAPHQL_PARSE_FAILED", "Expected"},
		"unknown field":    {`{ nodez }`, "GRAPHQL_VALIDATION_FAILED", "nodez"},
		"wrong type of id": {`{ tool(id: "action:ecp-3/16") { id } }`, "BAD_USER_INPUT", "ask action(id:)"},
		"page too large":   {`{ tools(first: 501) { totalCount } }`, "LIMIT_EXCEEDED", "500"},
		"negative page":    {`{ tools(first: -1) { totalCount } }`, "BAD_USER_INPUT", "negative"},
		"first and last":   {`{ tools(first: 1, last: 1) { totalCount } }`, "BAD_USER_INPUT", "not both"},
		"no cursor":        {`{ tools(after: "x") { totalCount } }`, "BAD_USER_INPUT", "not a cursor"},
		"bad date":         {`{ actions(where: {timeframe: {end: {lte: "July"}}}) { totalCount } }`, "BAD_USER_INPUT", "write a year"},
		"null operand":     {`{ tools(where: {name: {eq: null}}) { totalCount } }`, "BAD_USER_INPUT", "isNull"},
		"unknown document": {`{ passage(document: "document:none", locator: "para 1") { nodes { totalCount } } }`, "NOT_FOUND", "there is no document"},
		"too many tokens":  {"{" + strings.Repeat(" revision { number }", 600) + "}", "LIMIT_EXCEEDED", "tokens"},
	} {
		t.Run(name, func(t *testing.T) {
			_, a := post(t, at, map[string]any{"query": test.query})
			if len(a.Errors) == 0 || a.Errors[0].Extensions["code"] != test.code || !strings.Contains(a.Errors[0].Message, test.message) {
				t.Errorf("got %v, want code %s and a message with %q", a.Errors, test.code, test.message)
			}
		})
	}
	response, err := http.Post(at, "application/json", strings.NewReader(`{"query": SECRET`))
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	if response.StatusCode != 400 || strings.Contains(string(body), "SECRET") || !strings.Contains(string(body), string(kg.Invalid)) {
		t.Errorf("a body that is no JSON: %d %s", response.StatusCode, body)
	}
}

func TestPersistedQuery(t *testing.T) {
	_, at := serve(t)
	const hash = "ecf4edb46db40b5132295c0291d62fb65d6759a9eedfa4d5d612dd5ec54a6b38" // of {__typename}
	persisted := map[string]any{"persistedQuery": map[string]any{"version": 1, "sha256Hash": hash}}
	if _, a := post(t, at, map[string]any{"extensions": persisted}); len(a.Errors) == 0 || a.Errors[0].Extensions["code"] != "PERSISTED_QUERY_NOT_FOUND" {
		t.Errorf("an unknown hash: %v", a)
	}
	if _, a := post(t, at, map[string]any{"query": "{__typename}", "extensions": persisted}); a.Data["__typename"] != "Query" {
		t.Errorf("the document with its hash: %v", a)
	}
	if _, a := post(t, at, map[string]any{"extensions": persisted}); a.Data["__typename"] != "Query" {
		t.Errorf("the hash alone: %v", a)
	}
}

// rename commits a change that gives the node another name.
func rename(t *testing.T, g *live.Graph, id kg.ID, name string) {
	t.Helper()
	n := nodeOf(t, g, id)
	n.Name = name
	if _, err := g.Commit(context.Background(), kg.Change{Author: "test", PutNodes: []*kg.Node{&n}}); err != nil {
		t.Fatal(err)
	}
}

func TestServerSentEvents(t *testing.T) {
	g, at := serve(t)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, "POST", at, strings.NewReader(`{"query":"subscription { revision { number } }"}`))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	for accept, want := range map[string]string{
		"application/json, text/event-stream": "application/json",
		"text/event-stream":                   "text/event-stream",
	} {
		query := strings.NewReader(`{"query":"{ revision { number } }"}`)
		plain, err := http.NewRequestWithContext(ctx, "POST", at, query)
		if err != nil {
			t.Fatal(err)
		}
		plain.Header = request.Header.Clone()
		plain.Header.Set("Accept", accept)
		response, err := http.DefaultClient.Do(plain)
		if err != nil {
			t.Fatal(err)
		}
		if err := response.Body.Close(); err != nil {
			t.Error(err)
		}
		if got := response.Header.Get("Content-Type"); !strings.HasPrefix(got, want) {
			t.Errorf("who accepts %s gets %s", accept, got)
		}
	}
	request.Header.Set("Accept", "text/event-stream")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	lines := bufio.NewScanner(response.Body)
	next := func() string {
		for lines.Scan() {
			if data, found := strings.CutPrefix(lines.Text(), "data: "); found && data != "" {
				return data
			}
		}
		t.Fatalf("the stream ended: %v", lines.Err())
		return ""
	}
	if got := next(); got != `{"data":{"revision":{"number":1}}}` {
		t.Errorf("first event %s", got)
	}
	rename(t, g, "tool:transit-handbook", "renamed")
	if got := next(); got != `{"data":{"revision":{"number":2}}}` {
		t.Errorf("second event %s", got)
	}
}

func TestWebSocket(t *testing.T) {
	g, at := serve(t)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	dial := func(origin string, protocols ...string) (*websocket.Conn, *http.Response, error) {
		return websocket.Dial(ctx, at, &websocket.DialOptions{Subprotocols: protocols, HTTPHeader: http.Header{"Origin": {origin}}})
	}
	if _, response, err := dial("http://foreign.example", "graphql-transport-ws"); err == nil || response.StatusCode != 403 {
		t.Errorf("a foreign origin was let in: %v", response)
	}
	conn, _, err := dial("http://listed.example", "graphql-ws", "graphql-transport-ws")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.CloseNow() }()
	if conn.Subprotocol() != "graphql-transport-ws" {
		t.Fatalf("subprotocol %q", conn.Subprotocol())
	}
	send := func(message map[string]any) {
		if err := wsjson.Write(ctx, conn, message); err != nil {
			t.Fatal(err)
		}
	}
	expect := func(want string) {
		t.Helper()
		for {
			var message map[string]any
			if err := wsjson.Read(ctx, conn, &message); err != nil {
				t.Fatal(err)
			}
			if message["type"] == "ping" {
				continue
			}
			text, err := json.Marshal(message)
			if err != nil {
				t.Fatal(err)
			}
			if string(text) != want {
				t.Fatalf("got %s, want %s", text, want)
			}
			return
		}
	}
	send(map[string]any{"type": "connection_init"})
	expect(`{"type":"connection_ack"}`)
	send(map[string]any{"type": "subscribe", "id": "1", "payload": map[string]any{"query": "subscription { revision { number } }"}})
	expect(`{"id":"1","payload":{"data":{"revision":{"number":1}}},"type":"next"}`)
	rename(t, g, "tool:transit-handbook", "renamed")
	expect(`{"id":"1","payload":{"data":{"revision":{"number":2}}},"type":"next"}`)
	send(map[string]any{"type": "subscribe", "id": "2", "payload": map[string]any{"query": `{ node(id: "tool:transit-handbook") { name } }`}})
	expect(`{"id":"2","payload":{"data":{"node":{"name":"renamed"}},"extensions":{"cost":{"limit":10000,"requested":2},` + stateOf(g, 2) + `}},"type":"next"}`)
	expect(`{"id":"2","type":"complete"}`)
}

// TestDeferredPartsAreOneRevision: an answer in parts comes from one revision,
// though others are committed between the parts.
func TestDeferredPartsAreOneRevision(t *testing.T) {
	g, at := serve(t)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for i := range 100 {
			n := nodeOf(t, g, "tool:transit-handbook")
			n.Name = fmt.Sprint("name ", i)
			if _, err := g.Commit(context.Background(), kg.Change{Author: "test", PutNodes: []*kg.Node{&n}}); err != nil {
				t.Error(err)
			}
		}
	}()
	body, err := json.Marshal(map[string]any{"query": `{
		revision { number }
		tool(id: "tool:transit-handbook") { id ... @defer(label: "tool") { name } }
		... @defer(label: "root") { later: revision { number } }
	}`})
	if err != nil {
		t.Fatal(err)
	}
	for running := true; running; {
		select {
		case <-done:
			running = false
		default:
		}
		request, err := http.NewRequestWithContext(t.Context(), "POST", at, strings.NewReader(string(body)))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Content-Type", "application/json")
		request.Header.Set("Accept", "multipart/mixed;deferSpec=20220824")
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(response.Body)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		var first struct {
			Data struct{ Revision struct{ Number int } }
		}
		parts := strings.Split(string(text), "\r\n\r\n")
		if len(parts) != 4 {
			t.Fatalf("%d parts: %s", len(parts)-1, text)
		}
		if err := json.NewDecoder(strings.NewReader(parts[1])).Decode(&first); err != nil {
			t.Fatal(err)
		}
		want := fmt.Sprintf(`"path":[],"data":{"later":{"number":%d}}`, first.Data.Revision.Number)
		if !strings.Contains(parts[3], want) || !strings.Contains(parts[2], `"path":["tool"],"data":{"name":`) {
			t.Fatalf("no %s in %s", want, text)
		}
	}
}

// TestTrustedDocuments: a folder of documents is served by hash, and a switch
// allows nothing else.
func TestTrustedDocuments(t *testing.T) {
	const text = "{ revision { number } }"
	folder := fstest.MapFS{"revision.graphql": {Data: []byte(text)}}
	settings := limits.Defaults()
	settings.TrustedOnly = true
	at := serveWith(t, seeded(t), graph.Options{Logger: quiet, Limits: settings, Trusted: folder})
	byHash := map[string]any{"extensions": map[string]any{"persistedQuery": map[string]any{
		"version": 1, "sha256Hash": fmt.Sprintf("%x", sha256.Sum256([]byte(text))),
	}}}
	if _, a := post(t, at, byHash); fmt.Sprint(a.Data) != "map[revision:map[number:1]]" {
		t.Errorf("by its hash: %v", a)
	}
	if _, a := post(t, at, map[string]any{"query": "{ __typename }"}); len(a.Errors) == 0 || a.Data != nil {
		t.Errorf("another document: %v", a)
	}
	folder["bad.graphql"] = &fstest.MapFile{Data: []byte("{ nothing }")}
	if _, err := graph.NewHandler(seeded(t), graph.Options{Logger: quiet, Trusted: folder}); err == nil || !strings.Contains(err.Error(), "bad.graphql") {
		t.Errorf("a trusted document that the schema refuses: %v", err)
	}
}

// nodeOf is a copy of the node as the graph has it.
func nodeOf(t *testing.T, g *live.Graph, id kg.ID) kg.Node {
	t.Helper()
	view := g.View()
	n, ok := view.Index.Node(id)
	if !ok {
		t.Fatalf("there is no node %s", id)
	}
	nodes, err := view.Records.Nodes(context.Background(), view.Index, []index.Node{n})
	if err != nil {
		t.Fatal(err)
	}
	return *nodes[0]
}
