package transport

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
)

// client is a WebSocket as a client has it.
type client struct {
	*testing.T
	conn *websocket.Conn
}

// dial opens a WebSocket; the code is the HTTP status.
func dial(t *testing.T, at string, protocols ...string) (*client, int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	conn, response, err := websocket.Dial(ctx, at, &websocket.DialOptions{Subprotocols: protocols})
	if err != nil {
		if response == nil {
			t.Fatal(err)
		}
		return nil, response.StatusCode
	}
	t.Cleanup(func() { _ = conn.CloseNow() })
	return &client{t, conn}, response.StatusCode
}

// greeted is a WebSocket that may subscribe.
func greeted(t *testing.T, at string) *client {
	t.Helper()
	c, status := dial(t, at, subprotocol)
	if status != http.StatusSwitchingProtocols {
		t.Fatalf("status %d", status)
	}
	c.send(`{"type":"connection_init"}`)
	c.expect(`{"type":"connection_ack"}`)
	return c
}

func (c *client) send(text string) {
	c.Helper()
	if err := c.conn.Write(c.Context(), websocket.MessageText, []byte(text)); err != nil {
		c.Fatal(err)
	}
}

func (c *client) read() (string, error) {
	ctx, cancel := context.WithTimeout(c.Context(), 10*time.Second)
	defer cancel()
	_, text, err := c.conn.Read(ctx)
	return string(text), err
}

func (c *client) expect(want ...string) {
	c.Helper()
	for _, w := range want {
		if got, err := c.read(); err != nil || got != w {
			c.Fatalf("got %s, %v; want %s", got, err, w)
		}
	}
}

// closed reads on until the socket is closed, and returns why.
func (c *client) closed() (websocket.StatusCode, string) {
	c.Helper()
	for {
		if _, err := c.read(); err != nil {
			var why websocket.CloseError
			errors.As(err, &why)
			return why.Code, why.Reason
		}
	}
}

func TestSocket(t *testing.T) {
	_, at := start(t, nil)
	c, _ := dial(t, at, "graphql-ws", subprotocol)
	if got := c.conn.Subprotocol(); got != subprotocol {
		t.Fatalf("subprotocol %q", got)
	}
	c.send(`{"type":"ping","payload":{"a":1}}`)
	c.expect(`{"type":"pong","payload":{"a":1}}`)
	c.send(`{"type":"connection_init","payload":{"token":"x"}}`)
	c.expect(`{"type":"connection_ack"}`)
	c.send(`{"type":"pong"}`)
	c.send(`{"type":"subscribe","id":"1","payload":{"query":"query($n:String){hello(name:$n)}","variables":{"n":"you"}}}`)
	c.expect(`{"id":"1","type":"next","payload":{"data":{"hello":"hello you"}}}`, `{"id":"1","type":"complete"}`)
	c.send(`{"type":"subscribe","id":"1","payload":{"query":"subscription{ticks(n:2)}"}}`) // the id is free again
	c.expect(`{"id":"1","type":"next","payload":{"data":{"ticks":1}}}`, `{"id":"1","type":"next","payload":{"data":{"ticks":2}}}`, `{"id":"1","type":"complete"}`)
	c.send(`{"type":"subscribe","id":"m","payload":{"query":"mutation{write}"}}`)
	c.expect(`{"id":"m","type":"next","payload":{"data":{"write":1}}}`, `{"id":"m","type":"complete"}`)
	c.send(`{"type":"subscribe","id":"d","payload":{"query":"{thing{id ...@defer{name}}}"}}`)
	c.expect(`{"id":"d","type":"next","payload":{"data":{"thing":{"id":"a","name":"A"}}}}`, `{"id":"d","type":"complete"}`)
	c.send(`{"type":"complete","id":"never there"}`)
	c.send(`{"type":"ping"}`)
	c.expect(`{"type":"pong"}`)
}

// TestSocketErrors: an operation that is not executed ends with one error
// message, after which nothing comes for its id.
func TestSocketErrors(t *testing.T) {
	_, at := start(t, nil)
	for query, want := range map[string]string{
		`{`:                    `GRAPHQL_PARSE_FAILED`,
		`{nothing}`:            `GRAPHQL_VALIDATION_FAILED`,
		`subscription{refuse}`: `not now`,
		`subscription{panic}`:  `internal error`,
		`{nothing nope never a b c d e f g h i j}`: `GRAPHQL_VALIDATION_FAILED`,
	} {
		c := greeted(t, at)
		c.send(fmt.Sprintf(`{"type":"subscribe","id":"1","payload":{"query":%q}}`, query))
		got, err := c.read()
		if err != nil || !strings.HasPrefix(got, `{"id":"1","type":"error","payload":[{`) || !strings.Contains(got, want) || strings.Contains(got, "secret") {
			t.Errorf("%s: %s, %v", query, got, err)
		}
		if n := strings.Count(got, "message"); n > 10 {
			t.Errorf("%s: %d errors", query, n)
		}
		c.send(`{"type":"ping"}`)
		c.expect(`{"type":"pong"}`)
		c.send(`{"type":"subscribe","id":"1","payload":{"query":"{hello}"}}`) // the id is free again
		c.expect(`{"id":"1","type":"next","payload":{"data":{"hello":"hello "}}}`, `{"id":"1","type":"complete"}`)
	}
}

func TestCloseCodes(t *testing.T) {
	_, at := start(t, func(o *Options) { o.Limits.Init = time.Second })
	const init = `{"type":"connection_init"}`
	const waiting = `{"type":"subscribe","id":"1","payload":{"query":"subscription{wait}"}}`
	for name, test := range map[string]struct {
		protocol string
		send     []string
		code     websocket.StatusCode
		reason   string
	}{
		"legacy protocol":      {"graphql-ws", nil, 4406, "Subprotocol not acceptable"},
		"no protocol":          {"", nil, 4406, "Subprotocol not acceptable"},
		"silence":              {subprotocol, nil, 4408, "Connection initialisation timeout"},
		"pings alone":          {subprotocol, []string{`{"type":"ping"}`}, 4408, "Connection initialisation timeout"},
		"subscribe first":      {subprotocol, []string{waiting}, 4401, "Unauthorized"},
		"two inits":            {subprotocol, []string{init, init}, 4429, "Too many initialisation requests"},
		"id in use":            {subprotocol, []string{init, waiting, waiting}, 4409, "Subscriber for 1 already exists"},
		"long id in use":       {subprotocol, []string{init, longID(waiting), longID(waiting)}, 4409, "Subscriber for ü"},
		"no JSON":              {subprotocol, []string{init, `{`}, 4400, "Invalid message"},
		"trailing JSON":        {subprotocol, []string{init, `{"type":"ping"}{}`}, 4400, "Invalid message"},
		"list":                 {subprotocol, []string{init, `[]`}, 4400, "Invalid message"},
		"no type":              {subprotocol, []string{init, `{}`}, 4400, "Invalid message"},
		"legacy start":         {subprotocol, []string{init, `{"type":"start","id":"1"}`}, 4400, "Invalid message"},
		"id is a number":       {subprotocol, []string{init, `{"type":"subscribe","id":1,"payload":{"query":"{hello}"}}`}, 4400, "Invalid message"},
		"no id":                {subprotocol, []string{init, `{"type":"subscribe","payload":{"query":"{hello}"}}`}, 4400, "Invalid message"},
		"no payload":           {subprotocol, []string{init, `{"type":"subscribe","id":"1"}`}, 4400, "Invalid message"},
		"no query":             {subprotocol, []string{init, `{"type":"subscribe","id":"1","payload":{}}`}, 4400, "query"},
		"query is a number":    {subprotocol, []string{init, `{"type":"subscribe","id":"1","payload":{"query":1}}`}, 4400, "query"},
		"payload is a list":    {subprotocol, []string{`{"type":"connection_init","payload":[]}`}, 4400, "Invalid message"},
		"complete without id":  {subprotocol, []string{init, `{"type":"complete"}`}, 4400, "Invalid message"},
		"message over 1 MB":    {subprotocol, []string{init, strings.Repeat(" ", 1<<20+1)}, 1009, ""},
		"server's own message": {subprotocol, []string{init, `{"type":"next","id":"1","payload":{}}`}, 4400, "Invalid message"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, _ := dial(t, at, strings.Fields(test.protocol)...)
			for _, message := range test.send {
				c.send(message)
			}
			code, reason := c.closed()
			if code != test.code || !strings.HasPrefix(reason, test.reason) && !strings.Contains(reason, test.reason) {
				t.Errorf("closed by %d %q, want %d %q", code, reason, test.code, test.reason)
			}
		})
	}
	t.Run("binary", func(t *testing.T) {
		t.Parallel()
		c, _ := dial(t, at, subprotocol)
		if err := c.conn.Write(t.Context(), websocket.MessageBinary, []byte(init)); err != nil {
			t.Fatal(err)
		}
		if code, _ := c.closed(); code != 4400 {
			t.Errorf("closed by %d", code)
		}
	})
}

func longID(message string) string {
	return strings.Replace(message, `"1"`, `"`+strings.Repeat("ü", 200)+`"`, 1)
}

// TestComplete: what a client completes stops, and says nothing more; what runs
// when the socket goes stops with it.
func TestComplete(t *testing.T) {
	g, at := start(t, nil)
	c := greeted(t, at)
	for _, id := range []string{"1", "2"} {
		c.send(`{"type":"subscribe","id":"` + id + `","payload":{"query":"subscription{wait}"}}`)
	}
	eventually(t, "both run", func() bool { return g.waiting.Load() == 2 })
	c.send(`{"type":"complete","id":"1"}`)
	eventually(t, "one was stopped", func() bool { return g.waiting.Load() == 1 })
	c.send(`{"type":"ping"}`)
	c.expect(`{"type":"pong"}`)
	if err := c.conn.Close(websocket.StatusNormalClosure, ""); err != nil {
		t.Error(err)
	}
	eventually(t, "all have stopped", func() bool { return g.waiting.Load() == 0 })
}

func TestOperationsOfASocket(t *testing.T) {
	g, at := start(t, func(o *Options) { o.Limits.Subscriptions = 2 })
	c := greeted(t, at)
	subscribe := func(id string) {
		c.send(`{"type":"subscribe","id":"` + id + `","payload":{"query":"subscription{wait}"}}`)
	}
	subscribe("1")
	subscribe("2")
	subscribe("3")
	if got, err := c.read(); err != nil || !strings.HasPrefix(got, `{"id":"3","type":"error"`) || !strings.Contains(got, "LIMIT_EXCEEDED") {
		t.Errorf("one too many: %s, %v", got, err)
	}
	c.send(`{"type":"complete","id":"1"}`)
	subscribe("3")
	eventually(t, "two run", func() bool { return g.waiting.Load() == 2 })
	c.send(`{"type":"ping"}`)
	c.expect(`{"type":"pong"}`)
}

// TestPing: the server pings, and gives up a client that shows no sign of life.
func TestPing(t *testing.T) {
	_, at := start(t, func(o *Options) { o.Limits.Ping, o.Limits.Write = 100*time.Millisecond, 500*time.Millisecond })
	c := greeted(t, at)
	for range 3 {
		c.expect(`{"type":"ping"}`)
		c.send(`{"type":"pong"}`)
	}
	started := time.Now()
	c.closed()
	if took := time.Since(started); took > 5*time.Second {
		t.Errorf("a silent client was kept for %v", took)
	}
}

// TestStop: when the server stops, clients are told to come back.
func TestStop(t *testing.T) {
	g, h := newTest(t, nil)
	stopping, stop := context.WithCancel(t.Context())
	defer stop()
	at := serveUntil(stopping, t, h)
	c := greeted(t, at)
	c.send(`{"type":"subscribe","id":"1","payload":{"query":"subscription{wait}"}}`)
	eventually(t, "it runs", func() bool { return g.waiting.Load() == 1 })
	stop()
	if code, reason := c.closed(); code != websocket.StatusGoingAway {
		t.Errorf("closed by %d %q", code, reason)
	}
	eventually(t, "it has stopped", func() bool { return g.waiting.Load() == 0 })
}

func TestForeignOrigin(t *testing.T) {
	_, at := start(t, func(o *Options) { o.Origins = []string{"http://listed.example"} })
	for origin, want := range map[string]int{"http://foreign.example": 403, "http://listed.example": 101, at: 101, "": 101} {
		options := &websocket.DialOptions{Subprotocols: []string{subprotocol}, HTTPHeader: http.Header{}}
		if origin != "" {
			options.HTTPHeader.Set("Origin", origin)
		}
		conn, response, err := websocket.Dial(t.Context(), at, options)
		if response == nil || response.StatusCode != want {
			t.Errorf("%q: %v, %v", origin, response, err)
		}
		if err == nil {
			_ = conn.CloseNow()
		}
	}
}
