package server

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"ecpgraph/internal/kg"
	"ecpgraph/internal/requestid"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// graphStub is a Graph at revision 7.
type graphStub struct {
	notReady error
	export   func(context.Context, io.Writer) error
}

func (g graphStub) Head() kg.Head                   { return kg.Head{Revision: 7, Digest: kg.Digest{0xab}} }
func (g graphStub) Ready(ctx context.Context) error { return g.notReady }
func (g graphStub) Export() (kg.Head, func(context.Context, io.Writer) error) {
	return g.Head(), g.export
}

// logBuffer is a log that several goroutines write.
type logBuffer struct {
	mu  sync.Mutex
	out bytes.Buffer
}

func (l *logBuffer) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.out.Write(b)
}

func (l *logBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.out.String()
}

// newTestServer serves a GraphQL stub that echoes the body, and a UI stub.
func newTestServer(t *testing.T, change func(*Config)) (*Server, *logBuffer) {
	t.Helper()
	log := &logBuffer{}
	config := Config{
		GraphQL: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if _, err := io.Copy(w, r.Body); err != nil {
				t.Error(err)
			}
		}),
		UI: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "text/plain; charset=utf-8")
			fmt.Fprint(w, "page ", r.URL.Path)
		}),
		SDL:    "type Query { a: Int }\n",
		Build:  Build{Version: "v1.2.3", Commit: "abc", Go: "go1.26", UIBuilt: true},
		Graph:  graphStub{export: func(_ context.Context, w io.Writer) error { _, err := io.WriteString(w, "{}\n"); return err }},
		Logger: slog.New(slog.NewJSONHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug})),
		Drain:  5 * time.Second,
	}
	if change != nil {
		change(&config)
	}
	s, err := New(config)
	if err != nil {
		t.Fatal(err)
	}
	return s, log
}

// ask sends one request with the headers, given as name, value, name, value.
func ask(s http.Handler, method, target, body string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

func post(s http.Handler, body string, headers ...string) *httptest.ResponseRecorder {
	return ask(s, "POST", "/graphql", body, append([]string{"Content-Type", "application/json"}, headers...)...)
}

// codeOf is the extensions.code of a refusal, empty for other bodies.
func codeOf(t *testing.T, w *httptest.ResponseRecorder) kg.Code {
	t.Helper()
	var body refusal
	if json.Unmarshal(w.Body.Bytes(), &body) != nil || len(body.Errors) == 0 {
		return ""
	}
	return body.Errors[0].Extensions.Code
}

func TestRoutes(t *testing.T) {
	s, _ := newTestServer(t, func(c *Config) {
		c.Examples = []Example{{Name: "01-a", Group: "G", Title: "A", Query: "{ a }\n"}}
	})
	for _, test := range []struct {
		method, path string
		status       int
		contentType  string
		body         string
	}{
		{"GET", "/", 200, "text/plain; charset=utf-8", "page /"},
		{"GET", "/graphiql", 200, "text/plain; charset=utf-8", "page /graphiql"},
		{"GET", "/schema.graphql", 200, "text/plain; charset=utf-8", "type Query { a: Int }\n"},
		{"HEAD", "/schema.graphql", 200, "text/plain; charset=utf-8", ""},
		{"GET", "/examples.json", 200, "application/json; charset=utf-8", `[{"name":"01-a","group":"G","title":"A","description":"","query":"{ a }\n"}]`},
		{"GET", "/export.jsonl", 200, "application/jsonl; charset=utf-8", "{}\n"},
		{"HEAD", "/export.jsonl", 200, "application/jsonl; charset=utf-8", ""},
		{"GET", "/healthz", 200, "application/json; charset=utf-8", "{\n  \"status\": \"ok\"\n}\n"},
		{"GET", "/readyz", 200, "application/json; charset=utf-8", "{\n  \"ready\": true,\n  \"revision\": 7\n}\n"},
	} {
		t.Run(test.method+test.path, func(t *testing.T) {
			w := ask(s, test.method, test.path, "")
			if w.Code != test.status || w.Body.String() != test.body {
				t.Errorf("status %d, body %q; want %d, %q", w.Code, w.Body, test.status, test.body)
			}
			if got := w.Header().Get("Content-Type"); got != test.contentType {
				t.Errorf("Content-Type %q, want %q", got, test.contentType)
			}
			if w.Header().Get("X-Content-Type-Options") != "nosniff" || w.Header().Get("X-Request-Id") == "" {
				t.Errorf("headers %v: want nosniff and a request id", w.Header())
			}
		})
	}
}

func TestVersion(t *testing.T) {
	s, _ := newTestServer(t, nil)
	var got Version
	if err := json.Unmarshal(ask(s, "GET", "/version", "").Body.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	want := Version{
		Version: "v1.2.3", Commit: "abc", Go: "go1.26", Revision: 7,
		Digest: "ab" + strings.Repeat("0", 62), UIBuilt: true,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestSchemaUntold: a server without an SDL says that it does not tell it.
func TestSchemaUntold(t *testing.T) {
	s, _ := newTestServer(t, func(c *Config) { c.SDL = "" })
	if w := ask(s, "GET", "/schema.graphql", ""); w.Code != http.StatusNotFound || !strings.Contains(w.Body.String(), "does not tell its schema") {
		t.Errorf("status %d: %s", w.Code, w.Body)
	}
}

func TestETags(t *testing.T) {
	s, _ := newTestServer(t, nil)
	for _, path := range []string{"/schema.graphql", "/examples.json", "/export.jsonl"} {
		etag := ask(s, "GET", path, "").Header().Get("ETag")
		if !strings.HasPrefix(etag, `"`) {
			t.Errorf("%s: ETag %q is not a strong one", path, etag)
		}
		w := ask(s, "GET", path, "", "If-None-Match", etag)
		if w.Code != http.StatusNotModified || w.Body.Len() > 0 {
			t.Errorf("%s: status %d with %d bytes for what the client has", path, w.Code, w.Body.Len())
		}
	}
	if got := ask(s, "GET", "/export.jsonl", "").Header().Get("Ecpgraph-Revision"); got != "7" {
		t.Errorf("Ecpgraph-Revision %q", got)
	}
}

func TestRequestID(t *testing.T) {
	var inContext string
	s, log := newTestServer(t, func(c *Config) {
		c.UI = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { inContext = requestid.From(r.Context()) })
	})
	if got := ask(s, "GET", "/", "", "X-Request-Id", "mine-1").Header().Get("X-Request-Id"); got != "mine-1" || inContext != got {
		t.Errorf("a client's id came back as %q, in the context %q", got, inContext)
	}
	if !strings.Contains(log.String(), `"request_id":"mine-1"`) {
		t.Errorf("the access log lacks the id: %s", log)
	}
	for _, bad := range []string{"", "a b", "x\ny", strings.Repeat("a", 65)} {
		got := ask(s, "GET", "/", "", "X-Request-Id", bad).Header().Get("X-Request-Id")
		if got == bad || len(got) < 16 {
			t.Errorf("id %q became %q", bad, got)
		}
	}
}

func TestPanic(t *testing.T) {
	s, log := newTestServer(t, func(c *Config) {
		c.UI = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { panic("the secret reason") })
	})
	w := ask(s, "GET", "/", "", "X-Request-Id", "find-me")
	if w.Code != 500 || codeOf(t, w) != kg.Internal || strings.Contains(w.Body.String(), "secret") || !strings.Contains(w.Body.String(), "find-me") {
		t.Errorf("answer %d %s", w.Code, w.Body)
	}
	for _, want := range []string{"the secret reason", "server_test.go", `"request_id":"find-me"`, `"status":500`} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("the log lacks %s: %s", want, log)
		}
	}
}

// TestBrokenAnswer shows that a client can tell half an answer from a whole one.
func TestBrokenAnswer(t *testing.T) {
	s, log := newTestServer(t, func(c *Config) {
		c.Graph = graphStub{export: func(_ context.Context, w io.Writer) error {
			if _, err := w.Write(make([]byte, 100<<10)); err != nil {
				return err
			}
			return errors.New("a damaged record")
		}}
		c.UI = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			_, _ = w.Write(make([]byte, 100<<10))
			panic("late")
		})
	})
	base, stop := serve(t, s)
	for _, path := range []string{"/export.jsonl", "/"} {
		response, err := http.Get(base + path)
		if err != nil {
			t.Fatal(err)
		}
		if _, err = io.ReadAll(response.Body); err == nil {
			t.Errorf("%s: the broken answer looks whole", path)
		}
		response.Body.Close()
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
	if !strings.Contains(log.String(), "a damaged record") || !strings.Contains(log.String(), "late") {
		t.Errorf("the log does not tell why: %s", log)
	}
}

// TestExportEndsWithClient: an export stops when nobody waits for it any more,
// and that is no fault.
func TestExportEndsWithClient(t *testing.T) {
	writing, ended := make(chan struct{}), make(chan error, 1)
	s, log := newTestServer(t, func(c *Config) {
		c.Graph = graphStub{export: func(ctx context.Context, _ io.Writer) error {
			close(writing)
			<-ctx.Done()
			ended <- ctx.Err()
			return ctx.Err()
		}}
	})
	base, stop := serve(t, s)
	ctx, cancel := context.WithCancel(t.Context())
	r, err := http.NewRequestWithContext(ctx, "GET", base+"/export.jsonl", nil)
	if err != nil {
		t.Fatal(err)
	}
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		if response, err := http.DefaultClient.Do(r); err == nil {
			response.Body.Close()
		}
	}()
	<-writing
	cancel()
	<-gone
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("the export ended with %v", err)
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
	if strings.Contains(log.String(), "export failed") {
		t.Errorf("the log tells of a fault: %s", log)
	}
}

func TestNotReady(t *testing.T) {
	s, log := newTestServer(t, func(c *Config) { c.Graph = graphStub{notReady: errors.New("disk gone")} })
	w := ask(s, "GET", "/readyz", "")
	if w.Code != 503 || strings.Contains(w.Body.String(), "disk gone") || !strings.Contains(log.String(), "disk gone") {
		t.Errorf("answer %d %s, log %s", w.Code, w.Body, log)
	}
	if w := ask(s, "GET", "/healthz", ""); w.Code != 200 {
		t.Errorf("/healthz %d: the process is alive all the same", w.Code)
	}
}

func TestReadExamples(t *testing.T) {
	fsys := fstest.MapFS{
		"q/03-c.graphql":        {Data: []byte("# Group: Lists\n# Gamma\n{ c }\n")},
		"q/02-b.graphql":        {Data: []byte("#Group:Words\n# Beta\n\nquery B { b }\n")},
		"q/01-a.graphql":        {Data: []byte("# Group: Lists\n# Alpha?\n# First line,\n# second line.\n#\nquery A {\n  # not this\n  a\n}\n\n")},
		"q/notes.txt":           {Data: []byte("no")},
		"bare/x.graphql":        {Data: []byte("{ a }")},
		"groupless/x.graphql":   {Data: []byte("# Alpha\n{ a }")},
		"nameless/x.graphql":    {Data: []byte("# Group:\n# Alpha\n{ a }")},
		"titleless/x.graphql":   {Data: []byte("# Group: Lists\n{ a }")},
		"title-empty/x.graphql": {Data: []byte("# Group: Lists\n#\n{ a }")},
	}
	got, err := ReadExamples(fsys, "q")
	if err != nil {
		t.Fatal(err)
	}
	want := []Example{
		{"01-a", "Lists", "Alpha?", "First line, second line.", "# Group: Lists\n# Alpha?\n# First line,\n# second line.\n#\nquery A {\n  # not this\n  a\n}\n"},
		{"03-c", "Lists", "Gamma", "", "# Group: Lists\n# Gamma\n{ c }\n"},
		{"02-b", "Words", "Beta", "", "#Group:Words\n# Beta\n\nquery B { b }\n"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if none, err := ReadExamples(fsys, "absent"); err != nil || len(none) != 0 {
		t.Errorf("absent folder: %v, %v", none, err)
	}
	for dir, want := range map[string]string{
		"bare": "x.graphql:1: want a group", "groupless": "x.graphql:1: want a group", "nameless": "x.graphql:1: want a group",
		"titleless": "x.graphql:2: want a title", "title-empty": "x.graphql:2: want a title",
	} {
		if _, err := ReadExamples(fsys, dir); !errors.Is(err, kg.ErrInvalid) || !strings.Contains(err.Error(), dir+"/"+want) {
			t.Errorf("%s: %v, want an error with %q", dir, err, want)
		}
	}
}

// serve runs the server on a free port and returns its base URL, and what stops
// it and returns the outcome.
func serve(t *testing.T, s *Server) (base string, stop func() error) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.Serve(ctx, listener) }()
	return "http://" + listener.Addr().String(), sync.OnceValue(func() error {
		cancel()
		defer http.DefaultClient.CloseIdleConnections()
		return <-done
	})
}
