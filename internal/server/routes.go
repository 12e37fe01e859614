package server

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"ecpgraph/internal/kg"
	"ecpgraph/internal/requestid"
)

// revisionHeader tells the revision of the graph that an export holds.
const revisionHeader = "Ecpgraph-Revision"

func (s *Server) routes() (http.Handler, error) {
	examples := s.config.Examples
	if examples == nil {
		examples = []Example{}
	}
	list, err := json.Marshal(examples)
	if err != nil {
		return nil, fmt.Errorf("examples: %w", err)
	}
	mux := http.NewServeMux()
	mux.Handle("/graphql", s.config.GraphQL)
	if s.config.SDL != "" {
		mux.Handle("GET /schema.graphql", fixed("text/plain; charset=utf-8", []byte(s.config.SDL)))
	} else {
		mux.HandleFunc("GET /schema.graphql", func(w http.ResponseWriter, r *http.Request) {
			refuse(w, r, http.StatusNotFound, kg.NotFound, "this server does not tell its schema")
		})
	}
	mux.Handle("GET /examples.json", fixed("application/json; charset=utf-8", list))
	mux.HandleFunc("GET /export.jsonl", s.export)
	mux.HandleFunc("GET /healthz", s.health)
	mux.HandleFunc("GET /readyz", s.ready)
	mux.HandleFunc("GET /version", s.version)
	mux.Handle("/", s.config.UI)
	return mux, nil
}

// fixed serves a text that stays the same as long as the server runs.
func fixed(contentType string, text []byte) http.Handler {
	sum := sha256.Sum256(text)
	etag := strconv.Quote(hex.EncodeToString(sum[:16]))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", contentType)
		w.Header().Set("Cache-Control", "no-cache")
		w.Header().Set("ETag", etag)
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(text))
	})
}

type health struct {
	Status string `json:"status"` // "ok"
}

func (s *Server) health(w http.ResponseWriter, r *http.Request) {
	writeJSON(w, r, http.StatusOK, health{"ok"})
}

type readiness struct {
	Ready    bool        `json:"ready"`
	Revision kg.Revision `json:"revision"`
}

func (s *Server) ready(w http.ResponseWriter, r *http.Request) {
	if s.isStopping() {
		refuse(w, r, http.StatusServiceUnavailable, kg.Unavailable, "the server is stopping")
		return
	}
	if err := s.config.Graph.Ready(r.Context()); err != nil {
		id := requestid.From(r.Context())
		s.config.Logger.ErrorContext(r.Context(), "not ready", "error", err, "request_id", id)
		refuse(w, r, http.StatusServiceUnavailable, kg.Unavailable, "the graph cannot be read; the log tells more under request id "+id)
		return
	}
	writeJSON(w, r, http.StatusOK, readiness{true, s.config.Graph.Head().Revision})
}

// Version is what /version answers.
type Version struct {
	Version  string      `json:"version"`
	Commit   string      `json:"commit,omitempty"`
	Go       string      `json:"go"`
	Revision kg.Revision `json:"revision"`
	Digest   string      `json:"digest"`
	UIBuilt  bool        `json:"uiBuilt"`
}

func (s *Server) version(w http.ResponseWriter, r *http.Request) {
	build, head := s.config.Build, s.config.Graph.Head()
	writeJSON(w, r, http.StatusOK, Version{
		Version: build.Version, Commit: build.Commit, Go: build.Go,
		Revision: head.Revision, Digest: head.Digest.String(), UIBuilt: build.UIBuilt,
	})
}

// export streams the graph of one revision. A fault on the way breaks the
// response off, so that no client takes half a graph for a whole one.
func (s *Server) export(w http.ResponseWriter, r *http.Request) {
	head, write := s.config.Graph.Export()
	header := w.Header()
	header.Set(revisionHeader, strconv.FormatUint(uint64(head.Revision), 10))
	header.Set("Cache-Control", "no-cache")
	etag := strconv.Quote(head.Digest.String() + "-jsonl")
	header.Set("ETag", etag)
	if r.Header.Get("If-None-Match") == etag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	header.Set("Content-Type", "application/jsonl; charset=utf-8")
	header.Set("Content-Disposition", fmt.Sprintf(`attachment; filename="ecpgraph-%d.jsonl"`, head.Revision))
	if r.Method == http.MethodHead {
		return
	}
	out := &noted{to: w}
	err := write(r.Context(), out)
	if err == nil {
		return
	}
	if out.err == nil && r.Context().Err() == nil { // else the client went away
		s.config.Logger.ErrorContext(r.Context(), "export failed", "error", err, "request_id", requestid.From(r.Context()))
	}
	panic(http.ErrAbortHandler)
}

// noted is a writer that keeps its error.
type noted struct {
	to  http.ResponseWriter
	err error
}

func (n *noted) Write(b []byte) (int, error) {
	count, err := n.to.Write(b)
	if err != nil {
		n.err = err
	}
	return count, err
}
