package server

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"ecpgraph/internal/kg"
)

// Config says what to serve. Every field is needed unless it says otherwise.
type Config struct {
	GraphQL  http.Handler // answers /graphql
	UI       http.Handler // answers every path that no other route takes
	SDL      string       // the schema that GraphQL serves; empty when it is not told
	Examples []Example
	Build    Build
	Graph    Graph
	Logger   *slog.Logger

	// Origins beside the server's own whose pages may use it, as
	// "https://example.org"; none by default.
	Origins []string

	// Drain is how long running requests may take to finish after the stop
	// began; 10 s when zero.
	Drain time.Duration

	// StopDelay is how long the server goes on taking requests, with /readyz
	// failing, before it stops: the time a load balancer needs to notice.
	StopDelay time.Duration
}

// Graph is what the server has to know of the graph that it serves.
type Graph interface {
	// Head is the revision that the next request is answered from.
	Head() kg.Head

	// Ready is nil when the graph can answer and its store can be read.
	Ready(ctx context.Context) error

	// Export returns the graph of the newest revision, and what writes it as
	// JSON Lines until the context ends.
	Export() (kg.Head, func(context.Context, io.Writer) error)
}

// Build describes the program.
type Build struct {
	Version string // "v1.2.0", or "devel"
	Commit  string // the source's revision; empty when it is not known
	Go      string // the Go release that built it
	UIBuilt bool   // whether the built pages are embedded
}

// What a connection may cost before a handler sees its request.
const (
	readHeaderTimeout = 5 * time.Second
	idleTimeout       = 60 * time.Second
	maxHeaderBytes    = 64 << 10
	defaultDrain      = 10 * time.Second
	// After its context was cut, a request gets this long to notice.
	cutGrace = time.Second
)

// Server serves one graph.
type Server struct {
	config  Config
	handler http.Handler

	stopping context.Context // ends when the stop begins
	stop     context.CancelFunc
	running  sync.WaitGroup // requests, also those that took over their connection
}

// New checks the configuration; an origin that is none is an error of code
// Invalid.
func New(c Config) (*Server, error) {
	if c.Drain == 0 {
		c.Drain = defaultDrain
	}
	s := &Server{config: c}
	s.stopping, s.stop = context.WithCancel(context.Background())
	guard, err := newOriginGuard(c.Origins)
	if err != nil {
		return nil, err
	}
	routes, err := s.routes()
	if err != nil {
		return nil, err
	}
	s.handler = s.watched(guard.wrap(routes))
	return s, nil
}

// ServeHTTP answers one request, without the limits that Serve sets on
// connections.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// Serve answers requests on the listener until the context ends, then stops:
// /readyz fails; after StopDelay no more requests are taken; streams are told
// to end and running requests finish. What has not finished after Drain is cut
// off, which is an error. Serve closes the listener and returns when no request
// runs any more, or when one that was cut off does not notice.
func (s *Server) Serve(ctx context.Context, listener net.Listener) error {
	base, cut := context.WithCancel(context.WithoutCancel(ctx))
	defer cut()
	srv := &http.Server{
		Handler:           s,
		BaseContext:       func(net.Listener) context.Context { return base },
		ReadHeaderTimeout: readHeaderTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeaderBytes,
		ErrorLog:          slog.NewLogLogger(s.config.Logger.Handler(), slog.LevelWarn),
	}
	failed := make(chan error, 1)
	go func() { failed <- srv.Serve(listener) }()
	select {
	case err := <-failed:
		s.stop()
		return err
	case <-ctx.Done():
	}
	s.config.Logger.Info("stopping", "drain", s.config.Drain)
	s.stop()
	if s.config.StopDelay > 0 {
		time.Sleep(s.config.StopDelay)
	}
	err := s.drain(srv, cut)
	<-failed // Serve has returned http.ErrServerClosed
	return err
}

// drain waits for the running requests and cuts off what stays.
func (s *Server) drain(srv *http.Server, cut context.CancelFunc) error {
	deadline, cancel := context.WithTimeout(context.Background(), s.config.Drain)
	defer cancel()
	done := make(chan error, 1)
	go func() {
		err := srv.Shutdown(deadline)
		s.running.Wait() // Shutdown leaves out the connections that WebSockets took over
		done <- err
	}()
	select {
	case err := <-done:
		if err == nil {
			return nil
		}
	case <-deadline.Done():
	}
	cut()
	err := srv.Close()
	select {
	case <-done:
	case <-time.After(cutGrace):
	}
	return errors.Join(errors.New("some requests did not finish in time and were cut off"), err)
}

// isStopping reports whether the stop has begun.
func (s *Server) isStopping() bool { return s.stopping.Err() != nil }
