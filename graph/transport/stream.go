package transport

import (
	"context"
	"net/http"
	"sync"
	"time"

	"ecpgraph/internal/kg"
)

// enter takes a place among the streams that run at one time; leave gives it
// back.
func (h *Handler) enter() bool {
	select {
	case h.streams <- struct{}{}:
		return true
	default:
		return false
	}
}

func (h *Handler) leave() { <-h.streams }

// tooManyStreams is why enter failed.
func (h *Handler) tooManyStreams() *refusal {
	return refused(http.StatusServiceUnavailable, kg.Unavailable, "the server has as many streams open as it may, %d: come back later", cap(h.streams)).with("Retry-After", "10")
}

// streamed writes an answer whose end is not known when it starts. What is sent
// reaches the client at once; a client that does not take it in time is cut
// off.
type streamed struct {
	*exchange
	control *http.ResponseController
	mu      sync.Mutex // one message at a time
	failed  error
	sent    time.Time
}

func (x *exchange) start(contentType string) *streamed {
	header := x.w.Header()
	header.Set("Content-Type", contentType)
	header.Set("X-Accel-Buffering", "no") // for the proxies that collect answers otherwise
	return &streamed{exchange: x, control: http.NewResponseController(x.w)}
}

// message writes and flushes; it returns the error of the stream.
func (s *streamed) message(parts ...[]byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.failed != nil {
		return s.failed
	}
	// Not every ResponseWriter knows deadlines; those of a real server do.
	_ = s.control.SetWriteDeadline(time.Now().Add(s.limits.Write))
	for _, part := range parts {
		if _, s.failed = s.w.Write(part); s.failed != nil {
			return s.failed
		}
	}
	s.failed = s.control.Flush()
	_ = s.control.SetWriteDeadline(time.Time{})
	s.sent = time.Now()
	return s.failed
}

// whileSilent sends the message whenever nothing was sent for the time of
// Limits.Ping, until the stop that it returns is called. A write that fails
// cancels.
func (s *streamed) whileSilent(ctx context.Context, message []byte, cancel context.CancelFunc) (stop func()) {
	ctx, end := context.WithCancel(ctx)
	var running sync.WaitGroup
	running.Go(func() {
		for {
			s.mu.Lock()
			wait := time.Until(s.sent.Add(s.limits.Ping))
			s.mu.Unlock()
			timer := time.NewTimer(max(wait, time.Millisecond))
			select {
			case <-ctx.Done():
				timer.Stop()
				return
			case <-timer.C:
			}
			s.mu.Lock()
			silent := time.Since(s.sent) >= s.limits.Ping
			s.mu.Unlock()
			if silent && s.message(message) != nil {
				cancel()
				return
			}
		}
	})
	return func() { end(); running.Wait() }
}
