package server

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// TestStopLetsRequestsFinish: a request that runs when the stop begins is
// answered, a stream and a connection that was taken over are told to end, and
// /readyz fails.
func TestStopLetsRequestsFinish(t *testing.T) {
	entered, release := make(chan string, 3), make(chan struct{})
	s, _ := newTestServer(t, func(c *Config) {
		c.UI = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			switch r.URL.Path {
			case "/slow":
				entered <- "slow"
				<-release
				if err := r.Context().Err(); err != nil {
					t.Errorf("a request that is no stream was cut: %v", err)
				}
				fmt.Fprint(w, "whole")
			case "/stream":
				w.Header().Set("Content-Type", "text/event-stream")
				w.(http.Flusher).Flush()
				entered <- "stream"
				<-r.Context().Done()
				fmt.Fprint(w, "event: complete\ndata: \n\n")
			case "/taken":
				conn, out, err := w.(http.Hijacker).Hijack()
				if err != nil {
					t.Error(err)
					return
				}
				defer conn.Close()
				entered <- "taken"
				<-r.Context().Done()
				fmt.Fprint(out, "bye")
				out.Flush()
			}
		})
	})
	base, stop := serve(t, s)
	answers := make(chan string, 2)
	for _, path := range []string{"/slow", "/stream"} {
		go func() {
			response, err := http.Get(base + path)
			if err != nil {
				answers <- err.Error()
				return
			}
			defer response.Body.Close()
			body, err := io.ReadAll(response.Body)
			answers <- fmt.Sprint(path, " ", string(body), err)
		}()
	}
	taken, err := net.Dial("tcp", strings.TrimPrefix(base, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	fmt.Fprint(taken, "GET /taken HTTP/1.1\r\nHost: x\r\n\r\n")
	for range 3 {
		<-entered
	}

	stopped := make(chan error, 1)
	go func() { stopped <- stop() }()
	if got := <-answers; got != "/stream event: complete\ndata: \n\n<nil>" {
		t.Errorf("the stream was not told to end: %q", got)
	}
	if got, err := bufio.NewReader(taken).ReadString('e'); err != nil || got != "bye" {
		t.Errorf("the taken connection was not told to end: %q, %v", got, err)
	}
	if w := ask(s, "GET", "/readyz", ""); w.Code != 503 {
		t.Errorf("/readyz is %d while the server stops", w.Code)
	}
	select {
	case err := <-stopped:
		t.Fatalf("stopped with a request running: %v", err)
	default:
	}
	close(release)
	if got := <-answers; got != "/slow whole<nil>" {
		t.Errorf("the running request was not answered: %q", got)
	}
	if err := <-stopped; err != nil {
		t.Error(err)
	}
}

// TestStopCutsOff: what does not finish in time is cut off, and said to be.
func TestStopCutsOff(t *testing.T) {
	entered := make(chan struct{})
	s, _ := newTestServer(t, func(c *Config) {
		c.Drain = 50 * time.Millisecond
		c.UI = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			close(entered)
			<-r.Context().Done()
		})
	})
	base, stop := serve(t, s)
	asked := make(chan error, 1)
	go func() {
		response, err := http.Get(base)
		if err == nil {
			response.Body.Close()
		}
		asked <- err
	}()
	<-entered
	if err := stop(); err == nil || !strings.Contains(err.Error(), "cut off") {
		t.Errorf("stop: %v", err)
	}
	<-asked
}

// TestStopDelay: with a delay, requests are still taken while /readyz fails.
func TestStopDelay(t *testing.T) {
	s, _ := newTestServer(t, func(c *Config) { c.StopDelay = 400 * time.Millisecond })
	base, stop := serve(t, s)
	stopped := make(chan error, 1)
	go func() { stopped <- stop() }()
	for deadline := time.Now().Add(5 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		response, err := http.Get(base + "/readyz")
		if err != nil {
			t.Fatalf("not taken any more: %v", err)
		}
		response.Body.Close()
		if response.StatusCode == http.StatusServiceUnavailable {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("/readyz does not fail")
		}
	}
	http.DefaultClient.CloseIdleConnections()
	if err := <-stopped; err != nil {
		t.Error(err)
	}
}

// TestHeaderLimits: a connection that sends no header, or too much of it, is
// not served.
func TestHeaderLimits(t *testing.T) {
	s, _ := newTestServer(t, nil)
	base, stop := serve(t, s)
	defer stop()
	request, err := http.NewRequestWithContext(context.Background(), "GET", base, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("X-Large", strings.Repeat("a", maxHeaderBytes+8<<10))
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if response.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
		t.Errorf("status %d for a huge header", response.StatusCode)
	}
}
