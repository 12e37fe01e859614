package transport

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"

	"ecpgraph/internal/kg"
)

// ask sends one request with the headers, given as name, value, name, value.
func ask(h http.Handler, method, target, body string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func post(h http.Handler, body string, headers ...string) *httptest.ResponseRecorder {
	return ask(h, "POST", "/graphql", body, append([]string{"Content-Type", "application/json"}, headers...)...)
}

func get(h http.Handler, query string, headers ...string) *httptest.ResponseRecorder {
	return ask(h, "GET", "/graphql?"+query, "", headers...)
}

// chunked is a POST that does not tell the length of its body.
func chunked(h http.Handler, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequest("POST", "/graphql", io.MultiReader(strings.NewReader(body)))
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

type testAnswer struct {
	Data   map[string]any
	Errors []struct {
		Message    string
		Path       []any
		Extensions map[string]any
	}
}

func answerOf(t *testing.T, body []byte) (a testAnswer) {
	t.Helper()
	if err := json.Unmarshal(body, &a); err != nil {
		t.Fatalf("%q: %v", body, err)
	}
	return a
}

const asGraphQL = "application/graphql-response+json"

// TestForm: what is no GraphQL request by its form is refused with the status
// that says why, a code, and nothing of what was sent.
func TestForm(t *testing.T) {
	g, h := newTest(t, nil)
	secret := "s3cr3t"
	large := `{"query":"{hello}","variables":{"a":"` + strings.Repeat("a", 1<<20) + `"}}`
	for name, test := range map[string]struct {
		w      *httptest.ResponseRecorder
		status int
		code   string
	}{
		"PUT":                   {ask(h, "PUT", "/graphql", "{}"), 405, "BAD_USER_INPUT"},
		"OPTIONS":               {ask(h, "OPTIONS", "/graphql", ""), 405, "BAD_USER_INPUT"},
		"no content type":       {ask(h, "POST", "/graphql", "{}"), 415, "BAD_USER_INPUT"},
		"form":                  {post(h, "query=a", "Content-Type", "application/x-www-form-urlencoded"), 415, "BAD_USER_INPUT"},
		"multipart form":        {post(h, "", "Content-Type", "multipart/form-data; boundary=x"), 415, "BAD_USER_INPUT"},
		"text/plain":            {post(h, `{"query":"{hello}"}`, "Content-Type", "text/plain"), 415, "BAD_USER_INPUT"},
		"latin-1":               {post(h, "{}", "Content-Type", "application/json; charset=latin-1"), 415, "BAD_USER_INPUT"},
		"gzip":                  {post(h, "{}", "Content-Encoding", "gzip"), 415, "BAD_USER_INPUT"},
		"large body":            {post(h, large), 413, "LIMIT_EXCEEDED"},
		"long URL":              {get(h, "query="+strings.Repeat("a", 16<<10)), 414, "LIMIT_EXCEEDED"},
		"large, of no length":   {chunked(h, large), 413, "LIMIT_EXCEEDED"},
		"variables, bad UTF-8":  {get(h, "query={hello}&variables=%ff"), 400, "BAD_USER_INPUT"},
		"bad UTF-8":             {post(h, "{\"query\":\"{hello(name:\\\"\xff\\\")}\"}"), 400, "BAD_USER_INPUT"},
		"bad UTF-8 in the URL":  {get(h, "query=%ff"), 400, "BAD_USER_INPUT"},
		"bad escape in the URL": {get(h, "query=%zz"), 400, "BAD_USER_INPUT"},
		"empty body":            {post(h, ""), 400, "BAD_USER_INPUT"},
		"no JSON":               {post(h, `{"query": `+secret), 400, "BAD_USER_INPUT"},
		"trailing JSON":         {post(h, `{"query":"{hello}"} {}`), 400, "BAD_USER_INPUT"},
		"trailing text":         {post(h, `{"query":"{hello}"}`+secret), 400, "BAD_USER_INPUT"},
		"null":                  {post(h, "null"), 400, "BAD_USER_INPUT"},
		"batch":                 {post(h, `[{"query":"{hello}"}]`), 400, "BAD_USER_INPUT"},
		"no query":              {post(h, `{"qeury":"{hello}"}`), 400, "BAD_USER_INPUT"},
		"query in capitals":     {post(h, `{"QUERY":"{hello}"}`), 400, "BAD_USER_INPUT"},
		"empty query":           {post(h, `{"query":""}`), 400, "BAD_USER_INPUT"},
		"null query":            {post(h, `{"query":null}`), 400, "BAD_USER_INPUT"},
		"number as query":       {post(h, `{"query":1}`), 400, "BAD_USER_INPUT"},
		"list as variables":     {post(h, `{"query":"{hello}","variables":["s3cr3t"]}`), 400, "BAD_USER_INPUT"},
		"text as extensions":    {post(h, `{"query":"{hello}","extensions":"s3cr3t"}`), 400, "BAD_USER_INPUT"},
		"number as operation":   {post(h, `{"query":"{hello}","operationName":7}`), 400, "BAD_USER_INPUT"},
		"GET without query":     {get(h, ""), 400, "BAD_USER_INPUT"},
		"GET, bad variables":    {get(h, "query={hello}&variables=s3cr3t"), 400, "BAD_USER_INPUT"},
		"GET, trailing":         {get(h, "query={hello}&extensions={}{}"), 400, "BAD_USER_INPUT"},
		"GET, mutation":         {get(h, "query=mutation{write}"), 405, "BAD_USER_INPUT"},
		"accepts HTML only":     {post(h, `{"query":"{hello}"}`, "Accept", "text/html"), 406, "BAD_USER_INPUT"},
		"subscription as JSON":  {post(h, `{"query":"subscription{ticks(n:1)}"}`), 406, "BAD_USER_INPUT"},
	} {
		a := answerOf(t, test.w.Body.Bytes())
		if len(a.Errors) != 1 || test.w.Code != test.status || a.Errors[0].Extensions["code"] != test.code {
			t.Errorf("%s: %d %v, want %d %s", name, test.w.Code, a, test.status, test.code)
		}
		if strings.Contains(test.w.Body.String(), secret) || strings.Contains(test.w.Body.String(), "data") {
			t.Errorf("%s: the answer repeats the request, or has data: %s", name, test.w.Body)
		}
	}
	if g.writes.Load() != 0 {
		t.Error("a mutation by GET was executed")
	}
	if got := ask(h, "PUT", "/graphql", "").Header().Get("Allow"); got != "GET, HEAD, POST" {
		t.Errorf("Allow: %q", got)
	}
	if got := get(h, "query=mutation{write}").Header().Get("Allow"); got != "POST" {
		t.Errorf("Allow for a mutation: %q", got)
	}
	for query, status := range map[string]int{"query={hello}": 200, "query=mutation{write}": 405, "": 400} {
		if w := ask(h, "HEAD", "/graphql?"+query, ""); w.Code != status || w.Body.Len() > 0 {
			t.Errorf("HEAD ?%s: %d %q", query, w.Code, w.Body)
		}
	}
}

// TestCheckJSON: what the check refuses is not decoded, by whatever way it
// comes.
func TestCheckJSON(t *testing.T) {
	check := func(o *Options) {
		o.CheckJSON = func(text []byte) *kg.Error {
			if bytes.Contains(text, []byte("[[[")) {
				return kg.Errorf(kg.Limit, "too deep")
			}
			return nil
		}
	}
	_, h := newTest(t, check)
	for name, w := range map[string]*httptest.ResponseRecorder{
		"POST": post(h, `{"query":"{hello}","variables":{"a":[[[]]]}}`),
		"GET":  get(h, "query={hello}&variables="+url.QueryEscape(`{"a":[[[]]]}`)),
	} {
		if a := answerOf(t, w.Body.Bytes()); w.Code/100 != 4 || a.Errors[0].Extensions["code"] != "LIMIT_EXCEEDED" {
			t.Errorf("%s: %d %s", name, w.Code, w.Body)
		}
	}
	_, at := start(t, check)
	c := greeted(t, at)
	c.send(`{"type":"subscribe","id":"1","payload":{"query":"{hello}","variables":{"a":[[[]]]}}}`)
	if code, reason := c.closed(); code != 4400 || !strings.Contains(reason, "too deep") {
		t.Errorf("WebSocket: %d %q", code, reason)
	}
}

// TestStatus: the same operation under both media types.
func TestStatus(t *testing.T) {
	_, h := newTest(t, nil)
	for name, test := range map[string]struct {
		body    string
		graphQL int // as application/graphql-response+json; 200 as application/json
		data    bool
		errors  int
	}{
		"query":           {`{"query":"{hello}"}`, 200, true, 0},
		"largest numbers": {`{"query":"query($n:Int!){text(size:$n)}","variables":{"n":5}}`, 200, true, 0},
		"null members":    {`{"query":"{hello}","variables":null,"operationName":null,"extensions":null}`, 200, true, 0},
		"syntax":          {`{"query":"{"}`, 400, false, 1},
		"validation":      {`{"query":"{nothing}"}`, 400, false, 1},
		"variables":       {`{"query":"query($n:Int!){text(size:$n)}"}`, 400, false, 1},
		"no operation":    {`{"query":"query A{hello} query B{hello}"}`, 400, false, 1},
		"field fault":     {`{"query":"{fault}"}`, 200, true, 1},
		"many faults":     {`{"query":"{` + strings.Repeat("x ", 50) + `}"}`, 400, false, 10},
		"wrong APQ hash":  {`{"query":"{hello}","extensions":{"persistedQuery":{"version":1,"sha256Hash":"0"}}}`, 400, false, 1},
		"unknown APQ":     {`{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"0"}}}`, 200, false, 1},
	} {
		for accept, want := range map[string]int{"application/json": 200, asGraphQL: test.graphQL} {
			w := post(h, test.body, "Accept", accept)
			a := answerOf(t, w.Body.Bytes())
			if w.Code != want || (a.Data != nil) != test.data || len(a.Errors) != test.errors {
				t.Errorf("%s as %s: %d %s", name, accept, w.Code, w.Body)
			}
			if got := w.Header().Get("Content-Type"); got != accept+"; charset=utf-8" {
				t.Errorf("%s as %s: Content-Type %q", name, accept, got)
			}
			if !test.data && strings.Contains(w.Body.String(), `"data"`) {
				t.Errorf("%s: data in %s", name, w.Body)
			}
			if got := w.Header().Get("Vary"); got != "Accept, Accept-Encoding" {
				t.Errorf("%s: Vary %q", name, got)
			}
		}
	}
	w := post(h, `{"query":"{ things { name bad } hello }"}`)
	if got := w.Body.String(); got != `{"errors":[{"message":"broken","path":["things",0,"bad"]}],"data":{"things":null,"hello":"hello "}}` {
		t.Errorf("a partial answer: %s", got)
	}
	if a := answerOf(t, post(h, `{"query":"{`+aliases(50)+`}"}`).Body.Bytes()); len(a.Errors) != 10 || len(a.Data) != 50 {
		t.Errorf("%d errors and %d fields", len(a.Errors), len(a.Data))
	}
	if w := get(h, "query="+url.QueryEscape("query($n:String){hello(name:$n)}")+"&variables="+url.QueryEscape(`{"n":"ü"}`)); w.Body.String() != `{"data":{"hello":"hello ü"}}` {
		t.Errorf("GET: %s", w.Body)
	}
}

func aliases(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "a%d:fault ", i)
	}
	return b.String()
}

func TestPersistedQuery(t *testing.T) {
	_, h := newTest(t, nil)
	const hash = "ecf4edb46db40b5132295c0291d62fb65d6759a9eedfa4d5d612dd5ec54a6b38" // of {__typename}
	extensions := `"extensions":{"persistedQuery":{"version":1,"sha256Hash":"` + hash + `"}}`
	byGet := "extensions=" + url.QueryEscape(`{"persistedQuery":{"version":1,"sha256Hash":"`+hash+`"}}`)
	if a := answerOf(t, get(h, byGet, "Accept", asGraphQL).Body.Bytes()); a.Errors[0].Message != "PersistedQueryNotFound" || a.Errors[0].Extensions["code"] != persistedQueryNotFound {
		t.Errorf("an unknown hash: %v", a)
	}
	if a := answerOf(t, post(h, `{"query":"{__typename}",`+extensions+`}`).Body.Bytes()); a.Data["__typename"] != "Query" {
		t.Errorf("the document with its hash: %v", a)
	}
	for _, w := range []*httptest.ResponseRecorder{get(h, byGet), post(h, `{`+extensions+`}`)} {
		if a := answerOf(t, w.Body.Bytes()); a.Data["__typename"] != "Query" {
			t.Errorf("the hash alone: %v", a)
		}
	}
}

func TestCompression(t *testing.T) {
	_, h := newTest(t, nil)
	large := `{"query":"{text(size:20000)}"}`
	want := post(h, large).Body.String()
	if len(want) < 20000 {
		t.Fatalf("%d bytes", len(want))
	}
	for encoding, open := range map[string]func(io.Reader) (io.Reader, error){
		"gzip": func(r io.Reader) (io.Reader, error) { return gzip.NewReader(r) },
		"zstd": func(r io.Reader) (io.Reader, error) {
			d, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1))
			if err != nil {
				return nil, err
			}
			t.Cleanup(d.Close)
			return d, nil
		},
	} {
		for range 3 { // writers are used again
			w := post(h, large, "Accept-Encoding", encoding)
			if w.Header().Get("Content-Encoding") != encoding || w.Body.Len() > 2000 || w.Header().Get("Content-Length") != fmt.Sprint(w.Body.Len()) {
				t.Fatalf("%s: %v, %d bytes", encoding, w.Header(), w.Body.Len())
			}
			r, err := open(bytes.NewReader(w.Body.Bytes()))
			if err != nil {
				t.Fatal(err)
			}
			got, err := io.ReadAll(r)
			if err != nil || string(got) != want {
				t.Errorf("%s: %d bytes of %d, %v", encoding, len(got), len(want), err)
			}
		}
	}
	for name, w := range map[string]*httptest.ResponseRecorder{
		"small": post(h, `{"query":"{hello}"}`, "Accept-Encoding", "gzip"),
		"none":  post(h, large),
		"other": post(h, large, "Accept-Encoding", "br"),
		"event": post(h, large, "Accept-Encoding", "gzip", "Accept", "text/event-stream"),
	} {
		if got := w.Header().Get("Content-Encoding"); got != "" {
			t.Errorf("%s: Content-Encoding %q", name, got)
		}
	}
}

// TestSlowBody: a body that does not arrive in time is given up, and a stream
// is not bound by that time.
func TestSlowBody(t *testing.T) {
	_, at := start(t, func(o *Options) { o.Limits.BodyTime = 50 * time.Millisecond })
	conn, err := net.Dial("tcp", strings.TrimPrefix(at, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprint(conn, "POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{")
	if err := conn.SetReadDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(conn)
	if err != nil || !strings.HasPrefix(string(got), "HTTP/1.1 408") || !strings.Contains(string(got), "LIMIT_EXCEEDED") {
		t.Errorf("%q, %v", got, err)
	}
}

// TestGivenUp: a request whose context has ended before it is executed is
// answered as one that was not.
func TestGivenUp(t *testing.T) {
	_, h := newTest(t, nil)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r := httptest.NewRequestWithContext(ctx, "GET", "/graphql?query={hello}", nil)
	r.Header.Set("Accept", asGraphQL)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if a := answerOf(t, w.Body.Bytes()); w.Code < 400 || a.Data != nil || len(a.Errors) != 1 {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}
