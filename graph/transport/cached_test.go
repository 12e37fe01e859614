package transport

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"

	"ecpgraph/graph/cache"
)

// newCached is newTest with a cache. The field executed counts, so it tells a new
// execution from an answer that was there.
func newCached(t *testing.T) (*testGraph, *Handler) {
	t.Helper()
	return newTest(t, func(o *Options) { o.Cache = cache.New(1<<20, "") })
}

func headOf(h *Handler, query string, headers ...string) *httptest.ResponseRecorder {
	return ask(h, "HEAD", "/graphql?"+query, "", headers...)
}

// TestFromCache: the answer to an equal request is the same, whichever way it
// comes, until the graph changes.
func TestFromCache(t *testing.T) {
	g, h := newCached(t)
	const want = `{"data":{"executed":1,"hello":"hello ü"}}`
	document := "query Q($n:String){executed hello(name:$n)}"
	query := "query=" + url.QueryEscape(document)
	var tag string
	for i, w := range []*httptest.ResponseRecorder{
		post(h, `{"query":"`+document+`","variables":{"n":"ü"}}`),
		post(h, `{"query":"`+document+`","variables":{"n":"ü"}}`),
		post(h, `{"variables": {"n": "\u00fc", "unused": 1}, "operationName": "Q", "query":"`+document+`"}`),
		post(h, `{"query":"`+document+`","variables":{"n":"ü"}}`, "Accept", "application/json, multipart/mixed, text/event-stream"),
		get(h, query+"&variables="+url.QueryEscape(`{"n":"ü"}`)),
		get(h, "variables="+url.QueryEscape(`{ "n": "ü" }`)+"&operationName=Q&"+query),
		get(h, query+"&variables="+url.QueryEscape(`{"n":"ü"}`)),
	} {
		if w.Code != 200 || w.Body.String() != want {
			t.Errorf("%d: %d %s", i, w.Code, w.Body)
		}
		if i == 0 {
			tag = w.Header().Get("ETag")
		}
		if got := w.Header().Get("ETag"); got != tag || len(got) < 20 {
			t.Errorf("%d: ETag %s, before %s", i, got, tag)
		}
	}
	if s := h.cache.Stats(); s.Misses != 1 || s.Hits != 6 {
		t.Errorf("%+v", s)
	}
	w := headOf(h, query+"&variables="+url.QueryEscape(`{"n":"ü"}`))
	if w.Code != 200 || w.Body.Len() != 0 || w.Header().Get("ETag") != tag || w.Header().Get("Content-Length") != fmt.Sprint(len(want)) {
		t.Errorf("HEAD: %d %v %s", w.Code, w.Header(), w.Body)
	}
	w = post(h, `{"query":"`+document+`","variables":{"n":"ü"}}`, "Accept", asGraphQL)
	if got := w.Header().Get("ETag"); w.Body.String() != want || got == tag || got == "" {
		t.Errorf("as the other media type: %s %s", got, w.Body)
	}
	for name, w := range map[string]*httptest.ResponseRecorder{
		"other variables": post(h, `{"query":"`+document+`","variables":{"n":"u"}}`),
		"no variables":    post(h, `{"query":"`+document+`"}`),
		"other document":  post(h, `{"query":"`+document+` ","variables":{"n":"ü"}}`),
	} {
		if got := w.Header().Get("ETag"); got == tag || got == "" || strings.Contains(w.Body.String(), `"executed":1,`) {
			t.Errorf("%s: %s %s", name, got, w.Body)
		}
	}
	g.revision.Add(1)
	w = post(h, `{"query":"`+document+`","variables":{"n":"ü"}}`, "If-None-Match", tag)
	if got := w.Header().Get("ETag"); w.Code != 200 || got == tag || got == "" || w.Body.String() == want {
		t.Errorf("after a commit: %d %s %s", w.Code, got, w.Body)
	}
}

// TestNotModified: a client that has the answer is told so, with the headers
// that the answer would have, and nothing is executed.
func TestNotModified(t *testing.T) {
	g, h := newCached(t)
	const query = `query={executed}`
	const body = `{"query":"{executed}"}`
	tag := get(h, query).Header().Get("ETag")
	for name, w := range map[string]*httptest.ResponseRecorder{
		"GET":                get(h, query, "If-None-Match", tag),
		"POST":               post(h, body, "If-None-Match", tag),
		"POST again":         post(h, body, "If-None-Match", tag),
		"HEAD":               headOf(h, query, "If-None-Match", tag),
		"weak, in a list":    get(h, query, "If-None-Match", `"x", W/`+tag),
		"whatever there is":  get(h, query, "If-None-Match", `*`),
		"by another way":     post(h, `{"query":"{executed}","variables":{}}`, "If-None-Match", tag),
		"compression wanted": get(h, query, "If-None-Match", tag, "Accept-Encoding", "gzip"),
	} {
		header := w.Header()
		if w.Code != 304 || w.Body.Len() != 0 || header.Get("ETag") != tag || header.Get("Cache-Control") != "no-cache" ||
			header.Get("Vary") != "Accept, Accept-Encoding" || header.Get("Content-Type") != "" || header.Get("Content-Length") != "" {
			t.Errorf("%s: %d %v %s", name, w.Code, header, w.Body)
		}
	}
	if s := h.cache.Stats(); s.NotModified != 8 || s.Misses != 1 || g.executed.Load() != 1 {
		t.Errorf("%+v after %d executions", s, g.executed.Load())
	}
	for name, w := range map[string]*httptest.ResponseRecorder{
		"another tag":   get(h, query, "If-None-Match", `"x"`),
		"no tag at all": get(h, query, "If-None-Match", strings.Trim(tag, `"`)),
		"other type":    get(h, query, "If-None-Match", tag, "Accept", asGraphQL),
	} {
		if w.Code != 200 || w.Body.String() != `{"data":{"executed":1}}` {
			t.Errorf("%s: %d %s", name, w.Code, w.Body)
		}
	}
	// A tag that a client can work out is no leave to skip the checks: what was
	// never executed here is executed, and what is refused stays refused.
	_, fresh := newCached(t)
	if w := get(fresh, query, "If-None-Match", "*"); w.Code != 304 || fresh.cache.Stats().Misses != 1 {
		t.Errorf("the first request to a server: %d %+v", w.Code, fresh.cache.Stats())
	}
	if w := get(fresh, "query={nothing}", "If-None-Match", "*", "Accept", asGraphQL); w.Code != 400 || w.Body.Len() == 0 {
		t.Errorf("a bad request: %d %s", w.Code, w.Body)
	}
}

// TestTagOfEncoding: each encoding has a tag of its own, and its bytes are made
// once.
func TestTagOfEncoding(t *testing.T) {
	_, h := newCached(t)
	const large = `{"query":"{text(size:20000)}"}`
	seen := map[string]string{}
	for range 2 {
		for _, encoding := range []string{"", "gzip", "zstd"} {
			w := post(h, large, "Accept-Encoding", encoding)
			tag := w.Header().Get("ETag")
			if got := w.Header().Get("Content-Encoding"); got != encoding || w.Header().Get("Content-Length") != fmt.Sprint(w.Body.Len()) {
				t.Errorf("%s: %v", encoding, w.Header())
			}
			if other, taken := seen[tag]; taken && other != encoding || tag == "" {
				t.Errorf("%q and %q have one tag, %s", encoding, other, tag)
			}
			seen[tag] = encoding
			if w := post(h, large, "Accept-Encoding", encoding, "If-None-Match", tag); w.Code != 304 || w.Header().Get("Content-Encoding") != "" {
				t.Errorf("%s: %d %v", encoding, w.Code, w.Header())
			}
			if encoding == "gzip" {
				r, err := gzip.NewReader(bytes.NewReader(w.Body.Bytes()))
				if err != nil {
					t.Fatal(err)
				}
				if text, err := io.ReadAll(r); err != nil || len(text) < 20000 {
					t.Errorf("%d bytes, %v", len(text), err)
				}
			}
		}
	}
	if len(seen) != 3 {
		t.Errorf("%d tags for three encodings: %v", len(seen), seen)
	}
	for tag, encoding := range seen {
		if w := post(h, large, "Accept-Encoding", "br", "If-None-Match", tag); (w.Code == 304) != (encoding == "") {
			t.Errorf("the tag of %q for a client that takes neither: %d", encoding, w.Code)
		}
	}
}

// TestNotCached: what is no query, has errors, or does not come in one piece of
// JSON has no tag and is executed each time.
func TestNotCached(t *testing.T) {
	g, h := newCached(t)
	for name, request := range map[string]func() *httptest.ResponseRecorder{
		"mutation": func() *httptest.ResponseRecorder { return post(h, `{"query":"mutation{write}"}`) },
		"field fault": func() *httptest.ResponseRecorder {
			return post(h, `{"query":"{executed fault}"}`, "If-None-Match", "*")
		},
		"as GraphQL": func() *httptest.ResponseRecorder { return post(h, `{"query":"{executed fault}"}`, "Accept", asGraphQL) },
		"event stream": func() *httptest.ResponseRecorder {
			return post(h, `{"query":"{executed}"}`, "Accept", "text/event-stream")
		},
		"one part": func() *httptest.ResponseRecorder {
			return post(h, `{"query":"{executed}"}`, "Accept", "multipart/mixed")
		},
		"deferred parts": func() *httptest.ResponseRecorder {
			return post(h, `{"query":"{executed ...@defer{hello}}"}`, "Accept", "multipart/mixed, application/json")
		},
		"subscription": func() *httptest.ResponseRecorder {
			return post(h, `{"query":"subscription{ticks(n:2)}"}`, "Accept", "text/event-stream")
		},
	} {
		before := ""
		for range 2 {
			w := request()
			if w.Header().Get("ETag") != "" || w.Code != 200 || w.Header().Get("Cache-Control") != "no-cache" {
				t.Errorf("%s: %d %v", name, w.Code, w.Header())
			}
			if name != "subscription" && w.Body.String() == before {
				t.Errorf("%s: twice %s", name, before)
			}
			before = w.Body.String()
		}
	}
	for name, w := range map[string]*httptest.ResponseRecorder{
		"syntax":         post(h, `{"query":"{"}`),
		"validation":     post(h, `{"query":"{nothing}"}`, "If-None-Match", "*"),
		"form":           post(h, `[]`),
		"HEAD, mutation": headOf(h, "query=mutation{write}"),
	} {
		if w.Header().Get("ETag") != "" || w.Code == 304 {
			t.Errorf("%s: %d %v", name, w.Code, w.Header())
		}
	}
	if s := h.cache.Stats(); s.Entries != 0 || s.Hits != 0 || g.writes.Load() != 2 {
		t.Errorf("%+v, %d writes", s, g.writes.Load())
	}
	_, at := start(t, func(o *Options) { o.Cache = cache.New(1<<20, "") })
	c := greeted(t, at)
	for i := range 2 {
		c.send(`{"type":"subscribe","id":"1","payload":{"query":"{executed}"}}`)
		c.expect(fmt.Sprintf(`{"id":"1","type":"next","payload":{"data":{"executed":%d}}}`, i+1), `{"id":"1","type":"complete"}`)
	}
}

// TestDeferredAsJSON: a document with @defer in one piece is cached, and clients
// that take parts still get parts.
func TestDeferredAsJSON(t *testing.T) {
	_, h := newCached(t)
	const document = `{"query":"{executed ...@defer{hello}}"}`
	const takesParts = "multipart/mixed, application/json"
	for range 2 {
		if w := post(h, document); w.Body.String() != `{"data":{"executed":1,"hello":"hello "}}` || w.Header().Get("ETag") == "" {
			t.Errorf("%v %s", w.Header(), w.Body)
		}
		if w := post(h, document, "Accept", takesParts); !strings.HasPrefix(w.Header().Get("Content-Type"), "multipart/mixed") || w.Header().Get("ETag") != "" {
			t.Errorf("%v %s", w.Header(), w.Body)
		}
	}
}

// TestCacheOff: no tags, no 304, and each request is executed.
func TestCacheOff(t *testing.T) {
	_, h := newTest(t, nil)
	for i := range 3 {
		w := get(h, "query={executed}", "If-None-Match", "*")
		if w.Code != 200 || w.Header().Get("ETag") != "" || w.Body.String() != fmt.Sprintf(`{"data":{"executed":%d}}`, i+1) {
			t.Errorf("%d: %d %v %s", i, w.Code, w.Header(), w.Body)
		}
	}
	if s := h.cache.Stats(); s != (cache.Stats{}) {
		t.Errorf("%+v", s)
	}
}

// TestPersistedFromCache: a hash leads to the answer of its document; one that
// does not belong to the text is refused though the answer is there.
func TestPersistedFromCache(t *testing.T) {
	_, h := newCached(t)
	digest := sha256.Sum256([]byte("{executed}"))
	right, wrong := hex.EncodeToString(digest[:]), strings.Repeat("0", 64)
	persisted := func(hash string) string { return `{"persistedQuery":{"version":1,"sha256Hash":"` + hash + `"}}` }
	plain := post(h, `{"query":"{executed}"}`)
	if w := post(h, `{"extensions":`+persisted(right)+`}`); w.Header().Get("ETag") != "" || !strings.Contains(w.Body.String(), persistedQueryNotFound) {
		t.Errorf("a hash that nobody registered: %v %s", w.Header(), w.Body)
	}
	for range 2 {
		for i, w := range []*httptest.ResponseRecorder{
			post(h, `{"query":"{executed}","extensions":`+persisted(right)+`}`),
			post(h, `{"extensions":`+persisted(right)+`}`),
			get(h, "extensions="+url.QueryEscape(persisted(right))),
		} {
			if w.Body.String() != plain.Body.String() || w.Header().Get("ETag") != plain.Header().Get("ETag") {
				t.Errorf("%d: %v %s", i, w.Header(), w.Body)
			}
		}
		if w := post(h, `{"query":"{executed}","extensions":`+persisted(wrong)+`}`); w.Header().Get("ETag") != "" || strings.Contains(w.Body.String(), `"data"`) {
			t.Errorf("a wrong hash: %v %s", w.Header(), w.Body)
		}
	}
}

// TestTogether: equal requests are executed once; who goes away before the
// answer is there does not take it from the others.
func TestTogether(t *testing.T) {
	g, h := newCached(t)
	const body = `{"query":"{executed slow}"}`
	g.slow = make(chan struct{})
	ctx, cancel := context.WithCancel(t.Context())
	var group sync.WaitGroup
	group.Go(func() {
		r := httptest.NewRequestWithContext(ctx, "POST", "/graphql", strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if strings.Contains(w.Body.String(), `"slow":1`) || w.Header().Get("ETag") != "" {
			t.Errorf("who went away got %v %s", w.Header(), w.Body)
		}
	})
	eventually(t, "one executes", func() bool { return g.executed.Load() == 1 })
	for range 5 {
		group.Go(func() {
			if w := post(h, body); w.Body.String() != `{"data":{"executed":2,"slow":1}}` || w.Header().Get("ETag") == "" {
				t.Errorf("%v %s", w.Header(), w.Body)
			}
		})
	}
	eventually(t, "the others wait", func() bool { return h.cache.Stats().Waits == 5 })
	cancel()
	eventually(t, "another executes", func() bool { return g.executed.Load() == 2 })
	close(g.slow)
	group.Wait()
	if g.executed.Load() != 2 {
		t.Errorf("%d executions", g.executed.Load())
	}
}
