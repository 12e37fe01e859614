package transport

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"ecpgraph/graph/cache"
)

// void is a client that reads nothing.
type void struct{ header http.Header }

func (v *void) Header() http.Header             { return v.header }
func (v *void) Write(b []byte) (int, error)     { return len(b), nil }
func (v *void) WriteHeader(int)                 {}
func (v *void) SetReadDeadline(time.Time) error { return nil }

func BenchmarkAnswer(b *testing.B) {
	_, off := newTest(b, nil)
	_, on := newTest(b, func(o *Options) { o.Cache = cache.New(1<<20, "") })
	const document = "query Q($id: ID!) { thing(id: $id) { __typename id name child { id name child { id name } } } }"
	const body = `{"query":"` + document + `","variables":{"id":"thing:some-thing"}}`
	query := "query=" + url.QueryEscape(document) + "&variables=" + url.QueryEscape(`{"id":"thing:some-thing"}`)
	tag := get(on, query).Header().Get("ETag")
	for _, c := range []struct {
		name, method string
		handler      *Handler
		tag          string
	}{
		{"executed", "POST", off, ""}, {"cached", "POST", on, ""}, {"cached", "GET", on, ""}, {"not modified", "GET", on, tag},
	} {
		b.Run(c.name+", "+c.method, func(b *testing.B) {
			r := httptest.NewRequest(c.method, "/graphql?"+query, nil)
			r.Header.Set("Content-Type", "application/json")
			if c.tag != "" {
				r.Header.Set("If-None-Match", c.tag)
			}
			w := &void{http.Header{}}
			b.ReportAllocs()
			for b.Loop() {
				clear(w.header)
				r.Body, r.ContentLength = readCloser{strings.NewReader(body)}, int64(len(body))
				c.handler.ServeHTTP(w, r)
			}
		})
	}
}

type readCloser struct{ *strings.Reader }

func (readCloser) Close() error { return nil }
