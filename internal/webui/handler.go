package webui

import (
	"bytes"
	"cmp"
	"fmt"
	"html"
	"io/fs"
	"net/http"
	"path"
	"strconv"
	"strings"
	"time"
)

// Options says what the pages must know of the server around them.
type Options struct {
	GraphQLPath string // path of the GraphQL endpoint on the same host; "/graphql" when empty
	Version     string // shown on the landing page; "dev" when empty
}

// Handler serves the landing page at /, GraphiQL at /graphiql, the explorer at /explore, and their files below /assets/.
// Every other path gets a 404 page, every method but GET and HEAD a 405. Without built pages (see Built) the three
// pages are one and the same: how to build them, and a form that runs a query without any script.
//
// Responses carry a content security policy that allows nothing from other hosts, and strong ETags; files whose name
// holds a hash of their content may be cached for ever.
//
// It panics if the embedded files cannot be read, which only a broken build can cause.
func Handler(o Options) http.Handler {
	dist, err := fs.Sub(embedded, "dist")
	if err != nil {
		panic(fmt.Sprintf("webui: %v", err))
	}
	fallback, err := fs.Sub(embedded, "fallback")
	if err != nil {
		panic(fmt.Sprintf("webui: %v", err))
	}
	h, err := newHandler(o, dist, fallback)
	if err != nil {
		panic(fmt.Sprintf("webui: embedded files: %v", err))
	}
	return h
}

// handler answers from two maps that never change.
type handler struct {
	assets map[string]*asset // by URL path
	pages  map[string]page   // by URL path
	lost   *asset            // the 404 page
}

type page struct {
	*asset
	policy string
}

// policy is the content security policy of every page but GraphiQL.
const policy = "default-src 'self'; script-src 'self'; style-src 'self'; font-src 'self' data:; img-src 'self' data:; " +
	"worker-src 'self'; connect-src 'self'; form-action 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'"

// graphiqlPolicy also allows inline styles, which GraphiQL's editor, Monaco, writes at run time.
var graphiqlPolicy = strings.Replace(policy, "style-src 'self'", "style-src 'self' 'unsafe-inline'", 1)

func newHandler(o Options, dist, fallback fs.FS) (*handler, error) {
	fill := strings.NewReplacer(
		"__GRAPHQL_PATH__", html.EscapeString(cmp.Or(o.GraphQLPath, "/graphql")),
		"__VERSION__", html.EscapeString(cmp.Or(o.Version, "dev")),
	)
	files, err := loadAssets(fallback, fill)
	if err != nil {
		return nil, err
	}
	h := &handler{assets: make(map[string]*asset), lost: files["404.html"]}
	start := files["index.html"]
	h.pages = map[string]page{"/": {start, policy}, "/graphiql": {start, policy}, "/explore": {start, policy}}

	built, err := loadAssets(dist, fill)
	if err != nil {
		return nil, err
	}
	if _, ok := built["index.html"]; ok {
		h.pages = map[string]page{
			"/":         {built["index.html"], policy},
			"/graphiql": {built["graphiql.html"], graphiqlPolicy},
			"/explore":  {built["explore.html"], policy},
		}
	}
	if h.lost == nil {
		return nil, fmt.Errorf("404.html: %w", fs.ErrNotExist)
	}
	for url, page := range h.pages {
		if page.asset == nil {
			return nil, fmt.Errorf("page for %s: %w", url, fs.ErrNotExist)
		}
	}
	for _, tree := range []map[string]*asset{files, built} {
		for name, a := range tree {
			if strings.HasPrefix(name, "assets/") {
				h.assets["/"+name] = a
			}
		}
	}
	return h, nil
}

func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Referrer-Policy", "same-origin")
	header.Set("Content-Security-Policy", policy)
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		header.Set("Allow", "GET, HEAD")
		http.Error(w, "method not allowed: use GET", http.StatusMethodNotAllowed)
		return
	}
	if page, ok := h.pages[r.URL.Path]; ok {
		header.Set("Content-Security-Policy", page.policy)
		page.serve(w, r)
		return
	}
	if a, ok := h.assets[r.URL.Path]; ok {
		a.serve(w, r)
		return
	}
	if bare := path.Clean(r.URL.Path); bare != r.URL.Path {
		if _, ok := h.pages[bare]; ok { // "/graphiql/" means "/graphiql"
			http.Redirect(w, r, bare, http.StatusPermanentRedirect)
			return
		}
	}
	h.notFound(w, r)
}

// serve answers with the asset, in gzip if the client takes it, or with 304 if the client has it already.
func (a *asset) serve(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	header.Set("Content-Type", a.contentType)
	header.Set("Cache-Control", a.cacheControl)
	etag := a.etag
	var body []byte
	if a.gzipped != nil {
		header.Add("Vary", "Accept-Encoding")
	}
	if a.gzipped != nil && acceptsGzip(r) {
		header.Set("Content-Encoding", "gzip")
		etag += "-gz"
		body = a.gzipped
	} else {
		var err error
		if body, err = a.plain(); err != nil {
			header.Set("Cache-Control", "no-store")
			http.Error(w, "this file is damaged in the server's binary", http.StatusInternalServerError)
			return
		}
	}
	header.Set("ETag", strconv.Quote(etag))
	header.Set("Content-Length", strconv.Itoa(len(body))) // ServeContent leaves it out for encoded content
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(body))
}

func (h *handler) notFound(w http.ResponseWriter, r *http.Request) {
	body, err := h.lost.plain()
	if err != nil {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", h.lost.contentType)
	w.Header().Set("Cache-Control", "no-cache")
	w.WriteHeader(http.StatusNotFound)
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // a client that went away needs no answer
	}
}

// acceptsGzip reports whether the request's Accept-Encoding names gzip, or failing that "*", with a weight above zero.
func acceptsGzip(r *http.Request) bool {
	accepted := false
	for field := range strings.SplitSeq(strings.Join(r.Header.Values("Accept-Encoding"), ","), ",") {
		coding, params, _ := strings.Cut(field, ";")
		coding = strings.ToLower(strings.TrimSpace(coding))
		if coding != "gzip" && coding != "*" {
			continue
		}
		weight, given := strings.CutPrefix(strings.ToLower(strings.ReplaceAll(params, " ", "")), "q=")
		q, err := strconv.ParseFloat(weight, 64)
		ok := !given || (err == nil && q > 0)
		if coding == "gzip" {
			return ok
		}
		accepted = ok
	}
	return accepted
}
