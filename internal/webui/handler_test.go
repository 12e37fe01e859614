package webui

import (
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
)

const script = "console.log('hello, hello, hello, hello')"

// site is a small built tree beside the real fallback.
func site() fstest.MapFS {
	page := func(name string) *fstest.MapFile {
		return &fstest.MapFile{Data: []byte("<title>" + name + "</title><meta content=\"__GRAPHQL_PATH__\">__VERSION__")}
	}
	return fstest.MapFS{
		".gitkeep":                      {},
		"index.html":                    page("start"),
		"graphiql.html":                 page("graphiql"),
		"explore.html":                  page("explore"),
		"assets/app-AbCd_-12.js.gz":     {Data: gzipBytes([]byte(script))},
		"assets/damaged-AbCd_-13.js.gz": {Data: []byte("no gzip")},
		"assets/icon-AbCd_-14.svg":      {Data: []byte("<svg/>")},
		"assets/licenses.txt":           {Data: []byte("MIT")},
	}
}

func testHandler(t *testing.T, o Options, dist fstest.MapFS) *handler {
	t.Helper()
	h, err := newHandler(o, dist, mustSub(t, "fallback"))
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func do(h http.Handler, method, path string, header ...string) *http.Response {
	r := httptest.NewRequest(method, path, nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

func body(t *testing.T, res *http.Response) string {
	t.Helper()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	if res.Header.Get("Content-Encoding") == "gzip" {
		if b, err = gunzip(b); err != nil {
			t.Fatal(err)
		}
	}
	return string(b)
}

func TestPages(t *testing.T) {
	h := testHandler(t, Options{GraphQLPath: "/api/graphql", Version: `1.2"<3`}, site())
	for path, title := range map[string]string{"/": "start", "/graphiql": "graphiql", "/explore": "explore"} {
		for _, encoding := range []string{"", "gzip"} {
			res := do(h, "GET", path, "Accept-Encoding", encoding)
			want := "<title>" + title + `</title><meta content="/api/graphql">1.2&#34;&lt;3`
			if got := body(t, res); res.StatusCode != 200 || got != want {
				t.Errorf("GET %s (%s) = %d %q, want %q", path, encoding, res.StatusCode, got, want)
			}
			if got := res.Header.Get("Cache-Control"); got != "no-cache" {
				t.Errorf("GET %s: Cache-Control %q, want no-cache", path, got)
			}
		}
	}
}

func TestContentSecurityPolicy(t *testing.T) {
	h := testHandler(t, Options{}, site())
	for _, path := range []string{"/", "/graphiql", "/explore", "/assets/licenses.txt", "/none"} {
		header := do(h, "GET", path).Header
		csp := header.Get("Content-Security-Policy")
		for _, want := range []string{"default-src 'self'", "script-src 'self';", "connect-src 'self'", "object-src 'none'", "form-action 'self'"} {
			if !strings.Contains(csp, want) {
				t.Errorf("%s: policy %q lacks %q", path, csp, want)
			}
		}
		if got, want := strings.Contains(csp, "unsafe-inline"), path == "/graphiql"; got != want {
			t.Errorf("%s: unsafe-inline = %v, want %v: %s", path, got, want, csp)
		}
		if header.Get("X-Content-Type-Options") != "nosniff" || header.Get("Referrer-Policy") == "" {
			t.Errorf("%s: headers %v lack nosniff or a referrer policy", path, header)
		}
	}
}

func TestAssets(t *testing.T) {
	h := testHandler(t, Options{}, site())
	const immutable = "public, max-age=31536000, immutable"
	tests := []struct {
		path, accept                string
		encoding, kind, cache, want string
	}{
		{"/assets/app-AbCd_-12.js", "br, gzip", "gzip", "text/javascript; charset=utf-8", immutable, script},
		{"/assets/app-AbCd_-12.js", "", "", "text/javascript; charset=utf-8", immutable, script},
		{"/assets/app-AbCd_-12.js", "gzip;q=0, *", "", "text/javascript; charset=utf-8", immutable, script},
		{"/assets/icon-AbCd_-14.svg", "gzip", "", "image/svg+xml", immutable, "<svg/>"},
		{"/assets/licenses.txt", "gzip", "", "text/plain; charset=utf-8", "no-cache", "MIT"},
	}
	for _, tt := range tests {
		res := do(h, "GET", tt.path, "Accept-Encoding", tt.accept)
		header := res.Header
		if got := body(t, res); res.StatusCode != 200 || got != tt.want {
			t.Errorf("%s (%s) = %d %q, want %q", tt.path, tt.accept, res.StatusCode, got, tt.want)
		}
		if header.Get("Content-Encoding") != tt.encoding || header.Get("Content-Type") != tt.kind || header.Get("Cache-Control") != tt.cache {
			t.Errorf("%s (%s): headers %v, want %q, %q, %q", tt.path, tt.accept, header, tt.encoding, tt.kind, tt.cache)
		}
		if header.Get("Content-Length") == "" || header.Get("ETag") == "" {
			t.Errorf("%s (%s): headers %v lack a length or ETag", tt.path, tt.accept, header)
		}
	}
}

func TestConditionalRequest(t *testing.T) {
	h := testHandler(t, Options{}, site())
	const path = "/assets/app-AbCd_-12.js"
	plain := do(h, "GET", path).Header.Get("ETag")
	packed := do(h, "GET", path, "Accept-Encoding", "gzip").Header.Get("ETag")
	if plain == packed {
		t.Fatalf("both content codings have the ETag %s", plain)
	}
	res := do(h, "GET", path, "Accept-Encoding", "gzip", "If-None-Match", packed)
	if res.StatusCode != http.StatusNotModified || body(t, res) != "" {
		t.Errorf("with the current ETag: status %d, want 304 without a body", res.StatusCode)
	}
	if res := do(h, "GET", path, "If-None-Match", packed); res.StatusCode != 200 {
		t.Errorf("with the ETag of the other coding: status %d, want 200", res.StatusCode)
	}
}

func TestETagFollowsContent(t *testing.T) {
	etag := func(o Options) string { return do(testHandler(t, o, site()), "GET", "/").Header.Get("ETag") }
	if a, b := etag(Options{Version: "1"}), etag(Options{Version: "1"}); a != b {
		t.Errorf("the same page has the ETags %s and %s", a, b)
	}
	if a, b := etag(Options{Version: "1"}), etag(Options{Version: "2"}); a == b {
		t.Errorf("different pages have the same ETag %s", a)
	}
}

func TestMethodsAndPaths(t *testing.T) {
	h := testHandler(t, Options{}, site())
	tests := []struct {
		method, path string
		status       int
	}{
		{"HEAD", "/", 200},
		{"HEAD", "/assets/app-AbCd_-12.js", 200},
		{"HEAD", "/none", 404},
		{"POST", "/", 405},
		{"DELETE", "/assets/app-AbCd_-12.js", 405},
		{"GET", "/graphiql/", 308},
		{"GET", "/none", 404},
		{"GET", "/index.html", 404},
		{"GET", "/.gitkeep", 404},
		{"GET", "/assets/", 404},
		{"GET", "/assets/app-AbCd_-12.js.gz", 404},
		{"GET", "/assets/../index.html", 404},
		{"GET", "/assets/damaged-AbCd_-13.js", 500},
	}
	for _, tt := range tests {
		res := do(h, tt.method, tt.path)
		if res.StatusCode != tt.status {
			t.Errorf("%s %s = %d, want %d", tt.method, tt.path, res.StatusCode, tt.status)
		}
		if text := body(t, res); tt.method == "HEAD" && text != "" {
			t.Errorf("HEAD %s has a body: %q", tt.path, text)
		}
		if allow := res.Header.Get("Allow"); tt.status == 405 && allow != "GET, HEAD" {
			t.Errorf("%s %s: Allow %q", tt.method, tt.path, allow)
		}
	}
	if res := do(h, "GET", "/none"); !strings.Contains(body(t, res), "There is no page here") {
		t.Error("an unknown path does not get the 404 page")
	}
	if res := do(h, "GET", "/graphiql/"); res.Header.Get("Location") != "/graphiql" {
		t.Errorf("/graphiql/ leads to %q", res.Header.Get("Location"))
	}
}

// A build without the browser pages must still say what to do, on every page and without a script.
func TestFallback(t *testing.T) {
	h := testHandler(t, Options{GraphQLPath: "/api"}, fstest.MapFS{".gitkeep": {}})
	for _, path := range []string{"/", "/graphiql", "/explore"} {
		res := do(h, "GET", path, "Accept-Encoding", "gzip")
		text := body(t, res)
		if res.StatusCode != 200 {
			t.Errorf("GET %s = %d", path, res.StatusCode)
		}
		for _, want := range []string{"make ui", "curl 'http", `<form action="/api" method="get">`, `name="query"`} {
			if !strings.Contains(text, want) {
				t.Errorf("GET %s lacks %q", path, want)
			}
		}
		if strings.Contains(text, "<script") || strings.Contains(text, "__") {
			t.Errorf("GET %s holds a script or an unfilled placeholder", path)
		}
	}
	if res := do(h, "GET", "/assets/fallback.css"); res.StatusCode != 200 {
		t.Errorf("GET /assets/fallback.css = %d", res.StatusCode)
	}
}

func TestIncompleteBuild(t *testing.T) {
	dist := site()
	delete(dist, "graphiql.html")
	if _, err := newHandler(Options{}, dist, mustSub(t, "fallback")); err == nil {
		t.Error("a build without graphiql.html was accepted")
	}
}

var references = regexp.MustCompile(`(?:src|href)="(/assets/[^"]+)"`)

// The real pages, whichever are embedded, refer only to files that are there.
func TestEmbeddedPages(t *testing.T) {
	t.Logf("built pages embedded: %v", Built())
	h := Handler(Options{})
	for _, path := range []string{"/", "/graphiql", "/explore", "/none"} {
		text := body(t, do(h, "GET", path))
		refs := references.FindAllStringSubmatch(text, -1)
		if len(refs) == 0 {
			t.Errorf("%s refers to no file at all", path)
		}
		for _, ref := range refs {
			if res := do(h, "GET", ref[1]); res.StatusCode != 200 {
				t.Errorf("%s refers to %s, which gives %d", path, ref[1], res.StatusCode)
			}
		}
		if strings.Contains(text, "http://") && !strings.Contains(text, "localhost") || strings.Contains(text, "https://") {
			t.Errorf("%s refers to another host", path)
		}
	}
}

func mustSub(t *testing.T, dir string) fs.FS {
	t.Helper()
	sub, err := fs.Sub(embedded, dir)
	if err != nil {
		t.Fatal(err)
	}
	return sub
}
