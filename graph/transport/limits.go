package transport

import "time"

// Limits bound what one client can take of the server, before and beside the
// cost of operations.
type Limits struct {
	Body     int64         // bytes of the body of a POST, and of a WebSocket message
	URL      int           // bytes of the query of a URL
	BodyTime time.Duration // for the body to arrive

	Errors       int // errors in one answer; the rest is left out
	CompressFrom int // bytes of an answer from which it is compressed

	Streams       int           // event streams and WebSockets at one time, of all clients
	Subscriptions int           // operations at one time on one WebSocket
	Init          time.Duration // for connection_init to arrive on a WebSocket
	Ping          time.Duration // silence after which a stream or WebSocket gets a sign of life
	Write         time.Duration // for a client to take one message of a stream or WebSocket
}

// DefaultLimits are those that a server starts with.
func DefaultLimits() Limits {
	return Limits{
		Body:          1 << 20,
		URL:           16 << 10,
		BodyTime:      10 * time.Second,
		Errors:        10,
		CompressFrom:  1000,
		Streams:       1000,
		Subscriptions: 100,
		Init:          5 * time.Second,
		Ping:          15 * time.Second,
		Write:         10 * time.Second,
	}
}
