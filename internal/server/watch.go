package server

import (
	"bufio"
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"regexp"
	"runtime/debug"
	"strings"
	"time"

	"ecpgraph/internal/kg"
	"ecpgraph/internal/requestid"
)

// requestIDHeader names the request in both directions.
const requestIDHeader = "X-Request-Id"

// goodRequestID is the form in which a client's own request id is taken over.
var goodRequestID = regexp.MustCompile(`^[A-Za-z0-9._-]{1,64}$`)

// watched gives each request an id, logs it when it is answered, masks a panic,
// and counts the request as running. A response that turns out to be a stream
// ends when the server stops.
func (s *Server) watched(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.running.Add(1)
		defer s.running.Done()
		id := r.Header.Get(requestIDHeader)
		if !goodRequestID.MatchString(id) {
			id = rand.Text()
		}
		ctx, cancel := context.WithCancel(requestid.With(r.Context(), id))
		defer cancel()
		r = r.WithContext(ctx)
		w.Header().Set(requestIDHeader, id)
		w.Header().Set("X-Content-Type-Options", "nosniff")
		out := &response{ResponseWriter: w, endWithServer: func() { context.AfterFunc(s.stopping, cancel) }}

		start := time.Now()
		defer func() {
			fault := recover()
			aborted := fault == any(http.ErrAbortHandler)
			if fault != nil && !aborted {
				s.config.Logger.ErrorContext(ctx, "panic", "fault", fmt.Sprint(fault), "stack", string(debug.Stack()), "request_id", id)
			}
			if fault != nil && out.status == 0 && !aborted {
				refuse(out, r, http.StatusInternalServerError, kg.Internal, "internal error; the log tells more under request id "+id)
				fault = nil
			}
			s.logAccess(r, out, time.Since(start), id)
			if fault != nil {
				panic(http.ErrAbortHandler) // the answer is half sent: the client must see that it is broken off
			}
		}()
		next.ServeHTTP(out, r)
	})
}

func (s *Server) logAccess(r *http.Request, out *response, took time.Duration, id string) {
	level := slog.LevelInfo
	if r.URL.Path == "/healthz" || r.URL.Path == "/readyz" {
		level = slog.LevelDebug // asked every few seconds by whoever watches the server
	}
	s.config.Logger.LogAttrs(r.Context(), level, "request",
		slog.String("method", r.Method), slog.String("path", r.URL.Path), slog.Int("status", out.code()),
		slog.Int64("bytes", out.written), slog.Duration("took", took.Round(time.Microsecond)),
		slog.String("remote", r.RemoteAddr), slog.String("request_id", id))
}

// response notes what is answered.
type response struct {
	http.ResponseWriter
	status        int // 0 until the header is written
	written       int64
	endWithServer func() // called once the response turns out to be a stream
}

func (w *response) code() int {
	if w.status == 0 {
		return http.StatusOK
	}
	return w.status
}

func (w *response) WriteHeader(status int) {
	if w.status == 0 && status >= http.StatusOK {
		w.status = status
		kind := w.Header().Get("Content-Type")
		if strings.HasPrefix(kind, "text/event-stream") || strings.HasPrefix(kind, "multipart/mixed") {
			w.endWithServer()
		}
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *response) Write(b []byte) (int, error) {
	if w.status == 0 {
		w.WriteHeader(http.StatusOK)
	}
	n, err := w.ResponseWriter.Write(b)
	w.written += int64(n)
	return n, err
}

// Unwrap is for http.ResponseController.
func (w *response) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// Flush implements http.Flusher.
func (w *response) Flush() {
	if w.status == 0 {
		w.WriteHeader(http.StatusOK)
	}
	if flusher, ok := w.ResponseWriter.(http.Flusher); ok {
		flusher.Flush()
	}
}

// Hijack implements http.Hijacker, for WebSockets.
func (w *response) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, buffered, err := http.NewResponseController(w.ResponseWriter).Hijack()
	if err == nil {
		if w.status == 0 {
			w.status = http.StatusSwitchingProtocols
		}
		w.endWithServer()
	}
	return conn, buffered, err
}
