package transport

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

func TestEvents(t *testing.T) {
	g, h := newTest(t, nil)
	const open, end = ":\n\n", "event: complete\ndata: \n\n"
	for name, test := range map[string]struct{ query, want string }{
		"subscription":         {"subscription{ticks(n:2)}", "event: next\ndata: {\"data\":{\"ticks\":1}}\n\nevent: next\ndata: {\"data\":{\"ticks\":2}}\n\n"},
		"query":                {"{hello}", "event: next\ndata: {\"data\":{\"hello\":\"hello \"}}\n\n"},
		"deferred":             {"{...@defer{hello}}", "event: next\ndata: {\"data\":{\"hello\":\"hello \"}}\n\n"},
		"invalid":              {"{other}", "event: next\ndata: {\"errors\":[{\"message\":\"Cannot query field \\\"other\\\" on type \\\"Query\\\".\",\"locations\":[{\"line\":1,\"column\":2}],\"extensions\":{\"code\":\"GRAPHQL_VALIDATION_FAILED\"}}]}\n\n"},
		"refused by the graph": {"subscription{refuse}", "event: next\ndata: {\"errors\":[{\"message\":\"not now\"}]}\n\n"},
		"empty":                {"subscription{ticks(n:0)}", ""},
	} {
		for method, w := range map[string]interface{ Result() *http.Response }{
			"POST": post(h, `{"query":"`+test.query+`"}`, "Accept", typeEvents),
			"GET":  get(h, "query="+url.QueryEscape(test.query), "Accept", typeEvents),
		} {
			response := w.Result()
			body, err := io.ReadAll(response.Body)
			if err != nil {
				t.Fatal(err)
			}
			if string(body) != open+test.want+end {
				t.Errorf("%s by %s: %q", name, method, body)
			}
			if response.StatusCode != 200 || response.Header.Get("Content-Type") != "text/event-stream; charset=utf-8" || response.Header.Get("Cache-Control") != "no-cache" {
				t.Errorf("%s by %s: %d %v", name, method, response.StatusCode, response.Header)
			}
		}
	}
	if w := get(h, "query=mutation{write}", "Accept", typeEvents); w.Code != 405 || g.writes.Load() != 0 {
		t.Errorf("a mutation by GET: %d", w.Code)
	}
}

// TestSilentStream: a stream with nothing to say sends comments; when the
// request's context ends it breaks off without saying complete.
func TestSilentStream(t *testing.T) {
	g, h := newTest(t, func(o *Options) { o.Limits.Ping = 20 * time.Millisecond })
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	read, write := io.Pipe()
	r, err := http.NewRequestWithContext(ctx, "GET", "/graphql?query=subscription{wait}", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Accept", typeEvents)
	done := make(chan struct{})
	go func() {
		defer close(done)
		h.ServeHTTP(&piped{header: http.Header{}, to: write}, r)
		write.Close()
	}()
	lines := bufio.NewScanner(read)
	for comments := 0; comments < 3 && lines.Scan(); {
		switch lines.Text() {
		case ":":
			comments++
		case "":
		default:
			t.Fatalf("a line %q", lines.Text())
		}
	}
	cancel()
	for lines.Scan() {
		if strings.Contains(lines.Text(), "complete") {
			t.Error("complete, though the subscription is not")
		}
	}
	<-done
	if n := g.waiting.Load(); n != 0 {
		t.Errorf("%d subscriptions run on", n)
	}
}

// piped is a ResponseWriter whose client reads from a pipe.
type piped struct {
	header http.Header
	to     io.Writer
}

func (p *piped) Header() http.Header         { return p.header }
func (p *piped) WriteHeader(int)             {}
func (p *piped) Write(b []byte) (int, error) { return p.to.Write(b) }
func (p *piped) Flush()                      {}

// TestStreamLimit: more streams than allowed are refused, and a place is free
// again when one ends.
func TestStreamLimit(t *testing.T) {
	g, at := start(t, func(o *Options) { o.Limits.Streams = 1 })
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	stream := func(ctx context.Context, query string) *http.Response {
		r, err := http.NewRequestWithContext(ctx, "GET", at+"?query="+url.QueryEscape(query), nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Accept", typeEvents)
		response, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { response.Body.Close() })
		return response
	}
	if response := stream(ctx, "subscription{wait}"); response.StatusCode != 200 {
		t.Fatalf("first stream: %d", response.StatusCode)
	}
	if response := stream(t.Context(), "subscription{wait}"); response.StatusCode != 503 || response.Header.Get("Retry-After") == "" {
		t.Errorf("second stream: %d %v", response.StatusCode, response.Header)
	}
	if _, code := dial(t, at, subprotocol); code != 503 {
		t.Errorf("a WebSocket beside it: %d", code)
	}
	cancel()
	eventually(t, "the place is free", func() bool { return stream(t.Context(), "subscription{ticks(n:1)}").StatusCode == 200 })
	if n := g.waiting.Load(); n != 0 {
		t.Errorf("%d subscriptions run on", n)
	}
	http.DefaultClient.CloseIdleConnections()
}

func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for range 500 {
		if holds() {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("not within 5 s: %s", what)
}
