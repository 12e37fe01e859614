package main

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/coder/websocket/wsjson"
)

// TestWebSocket subscribes through the whole server, from origins that may and
// that may not, and sees the subscription end when the server stops.
func TestWebSocket(t *testing.T) {
	const listed = "http://localhost:5173"
	server, err := startServer(t.TempDir(), "--no-seeds", "--cors-origin", listed)
	if err != nil {
		t.Fatal(err)
	}
	defer server.kill()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	dial := func(origin string) (*websocket.Conn, *http.Response, error) {
		options := &websocket.DialOptions{Subprotocols: []string{"graphql-transport-ws"}, HTTPHeader: http.Header{}}
		if origin != "" {
			options.HTTPHeader.Set("Origin", origin)
		}
		return websocket.Dial(ctx, strings.Replace(server.url, "http", "ws", 1)+"/graphql", options)
	}
	if _, response, err := dial("https://evil.example"); err == nil || response == nil || response.StatusCode != http.StatusForbidden {
		t.Errorf("a foreign origin was not refused: %v, %v", response, err)
	}
	var sockets []*websocket.Conn
	for _, origin := range []string{"", server.url, listed} {
		socket, _, err := dial(origin)
		if err != nil {
			t.Fatalf("origin %q: %v", origin, err)
		}
		defer func() { _ = socket.CloseNow() }()
		sockets = append(sockets, socket)
		for _, message := range []string{
			`{"type":"connection_init"}`,
			`{"type":"subscribe","id":"1","payload":{"query":"subscription { revision { number } }"}}`,
		} {
			if err := socket.Write(ctx, websocket.MessageText, []byte(message)); err != nil {
				t.Fatal(err)
			}
		}
		for got := ""; got != "next"; {
			var message struct{ Type string }
			if err := wsjson.Read(ctx, socket, &message); err != nil {
				t.Fatalf("origin %q: after %q: %v", origin, got, err)
			}
			got = message.Type
		}
	}
	var ended sync.WaitGroup
	for _, socket := range sockets {
		ended.Go(func() {
			for {
				if _, _, err := socket.Read(ctx); err != nil {
					return // the server says goodbye and closes
				}
			}
		})
	}
	start := time.Now()
	if err := server.stop(); err != nil {
		t.Error(err)
	}
	if took := time.Since(start); took > 3*time.Second {
		t.Errorf("the stop took %v: the subscriptions were not told to end", took)
	}
	ended.Wait()
	if ctx.Err() != nil {
		t.Error("a socket outlives the server")
	}
}
