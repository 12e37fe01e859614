package transport

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/coder/websocket"

	"ecpgraph/graph/buffer"
	"ecpgraph/internal/kg"
)

const subprotocol = "graphql-transport-ws"

// Why a WebSocket is closed, in the protocol's own codes.
const (
	closeInvalidMessage websocket.StatusCode = 4400
	closeUnauthorized   websocket.StatusCode = 4401
	closeSubprotocol    websocket.StatusCode = 4406
	closeInitTimeout    websocket.StatusCode = 4408
	closeDuplicate      websocket.StatusCode = 4409
	closeTooManyInits   websocket.StatusCode = 4429
	longestCloseReason                       = 123 // bytes, RFC 6455
	silencesUntilLost                        = 2   // times Limits.Ping
)

func isWebSocket(r *http.Request) bool {
	for _, value := range r.Header.Values("Upgrade") {
		for token := range strings.SplitSeq(value, ",") {
			if strings.EqualFold(strings.TrimSpace(token), "websocket") {
				return true
			}
		}
	}
	return false
}

// socket is one WebSocket that speaks graphql-transport-ws.
type socket struct {
	*Handler
	conn    *websocket.Conn
	request *http.Request
	ctx     context.Context // of all its operations; ends with the socket

	mu         sync.Mutex // held while a message is written, so that no operation speaks after its end
	greeted    bool       // connection_init has come
	operations map[string]*operation

	running sync.WaitGroup // operations, pings, closing
}

// serveSocket returns when the socket is closed and nothing of it runs any
// more.
func (x *exchange) serveSocket() {
	if !x.enter() {
		x.refuse(x.tooManyStreams())
		return
	}
	defer x.leave()
	conn, err := websocket.Accept(x.w, x.r, &websocket.AcceptOptions{Subprotocols: []string{subprotocol}, OriginPatterns: x.hosts})
	if err != nil {
		return // Accept has answered
	}
	defer func() { _ = conn.CloseNow() }() // closed already, or lost
	conn.SetReadLimit(x.limits.Body)
	// The library ends the whole connection with the context of a read or a
	// write; this way the client is told the reason first.
	ctx, cancel := context.WithCancel(context.WithoutCancel(x.r.Context()))
	s := &socket{Handler: x.Handler, conn: conn, request: x.r, ctx: ctx, operations: map[string]*operation{}}
	defer s.running.Wait()
	defer cancel()
	if conn.Subprotocol() != subprotocol {
		s.close(closeSubprotocol, "Subprotocol not acceptable: offer "+subprotocol)
		return
	}
	s.running.Go(func() {
		select {
		case <-ctx.Done():
		case <-x.r.Context().Done():
			s.close(websocket.StatusGoingAway, "the server is stopping")
		}
	})
	s.running.Go(s.awaitInit)
	s.running.Go(s.ping)
	s.read()
}

// close tells the client why, and waits a while for it to agree. Only the first
// reason counts.
func (s *socket) close(code websocket.StatusCode, reason string) {
	reason = strings.ToValidUTF8(reason[:min(len(reason), longestCloseReason)], "")
	_ = s.conn.Close(code, reason) // a client that went away needs no reason
}

// awaitInit closes the socket unless connection_init comes in time.
func (s *socket) awaitInit() {
	timer := time.NewTimer(s.limits.Init)
	defer timer.Stop()
	select {
	case <-s.ctx.Done():
		return
	case <-timer.C:
	}
	s.mu.Lock()
	greeted := s.greeted
	s.mu.Unlock()
	if !greeted {
		s.close(closeInitTimeout, "Connection initialisation timeout")
	}
}

// ping asks for a sign of life; read misses it when it does not come.
func (s *socket) ping() {
	ticker := time.NewTicker(s.limits.Ping)
	defer ticker.Stop()
	for {
		select {
		case <-s.ctx.Done():
			return
		case <-ticker.C:
			s.mu.Lock()
			if s.greeted {
				s.write(message{Type: "ping"})
			}
			s.mu.Unlock()
		}
	}
}

// message is one of the protocol, either way.
type message struct {
	ID      string          `json:"id,omitempty"`
	Type    string          `json:"type"`
	Payload json.RawMessage `json:"payload,omitempty"`
}

// write sends a message; s.mu is held. A client that does not take it in time
// loses the socket, which ends read.
func (s *socket) write(m message) {
	b := buffer.Get()
	defer buffer.Put(b)
	writeValue(b, m)
	ctx, cancel := context.WithTimeout(s.ctx, s.limits.Write)
	defer cancel()
	_ = s.conn.Write(ctx, websocket.MessageText, b.Bytes())
}

// read takes the client's messages until the socket is closed.
func (s *socket) read() {
	for {
		ctx, cancel := context.WithTimeout(s.ctx, silencesUntilLost*s.limits.Ping+s.limits.Write)
		kind, text, err := s.conn.Read(ctx)
		cancel()
		if err != nil {
			return
		}
		code, reason := s.take(kind, text)
		if code != 0 {
			s.close(code, reason)
			return
		}
	}
}

// take handles one message. The code is 0, or why the socket has to be closed.
func (s *socket) take(kind websocket.MessageType, text []byte) (code websocket.StatusCode, reason string) {
	var m message
	if kind != websocket.MessageText || !utf8.Valid(text) {
		return closeInvalidMessage, "Invalid message: want a JSON object as text"
	}
	if err := s.checkJSON(text); err != nil {
		return closeInvalidMessage, "Invalid message: " + err.Message
	}
	if json.Unmarshal(text, &m) != nil {
		return closeInvalidMessage, "Invalid message: want a JSON object as text"
	}
	switch m.Type {
	case "connection_init":
		return s.init(m)
	case "ping":
		s.mu.Lock()
		defer s.mu.Unlock()
		s.write(message{Type: "pong", Payload: m.Payload})
	case "pong":
	case "subscribe":
		return s.subscribe(m)
	case "complete":
		if m.ID == "" {
			return closeInvalidMessage, "Invalid message: complete without an id"
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		if o := s.operations[m.ID]; o != nil {
			delete(s.operations, m.ID)
			o.cancel()
		}
	default:
		return closeInvalidMessage, "Invalid message: its type is none that clients send"
	}
	return 0, ""
}

func (s *socket) init(m message) (websocket.StatusCode, string) {
	var payload map[string]any
	if len(m.Payload) > 0 && !decode(m.Payload, &payload) {
		return closeInvalidMessage, "Invalid message: the payload of connection_init is no object"
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.greeted {
		return closeTooManyInits, "Too many initialisation requests"
	}
	s.greeted = true
	s.write(message{Type: "connection_ack"})
	return 0, ""
}

func (s *socket) subscribe(m message) (websocket.StatusCode, string) {
	if m.ID == "" || len(m.Payload) == 0 {
		return closeInvalidMessage, "Invalid message: subscribe needs id and payload"
	}
	params, fault := decodeParams(m.Payload)
	if fault == "" && needDocument(params) != nil {
		fault = needDocument(params).err.Message
	}
	if fault != "" {
		return closeInvalidMessage, "Invalid message: " + fault
	}
	params.Headers = s.request.Header
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case !s.greeted:
		return closeUnauthorized, "Unauthorized: send connection_init first"
	case s.operations[m.ID] != nil:
		return closeDuplicate, fmt.Sprintf("Subscriber for %.64s already exists", m.ID)
	}
	o := &operation{socket: s, id: m.ID}
	o.ctx, o.cancel = context.WithCancel(s.ctx)
	if len(s.operations) >= s.limits.Subscriptions {
		o.cancel()
		err := kg.Errorf(kg.Limit, "the socket has as many operations running as it may, %d: wait for one, or complete one", s.limits.Subscriptions)
		s.write(message{ID: m.ID, Type: "error", Payload: o.faults(s.failure(o.ctx, err))})
		return 0, ""
	}
	s.operations[m.ID] = o
	s.running.Go(func() { o.run(params) })
	return 0, ""
}
