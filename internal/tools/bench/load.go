package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"
)

// exchange is a request as bytes for the wire, and the answer that it must get.
type exchange struct {
	request []byte
	body    []byte // of the request
	status  int
	answer  []byte
}

// newExchange posts the body; the answer is still to come.
func newExchange(body []byte) *exchange {
	head := fmt.Sprintf("POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nAccept: application/json\r\nContent-Length: %d\r\n\r\n", len(body))
	return &exchange{request: append([]byte(head), body...), body: body, status: http.StatusOK}
}

// client is one connection that is kept alive.
type client struct {
	conn   net.Conn
	reader *bufio.Reader
	body   []byte      // of the last answer
	header http.Header // of the last answer
}

func dial(ctx context.Context, address string) (*client, error) {
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	return &client{conn: conn, reader: bufio.NewReaderSize(conn, 64<<10)}, nil
}

// do sends the request and returns the body of the answer, which is good until
// the next call.
func (c *client) do(e *exchange) ([]byte, error) {
	if err := c.conn.SetDeadline(time.Now().Add(2 * time.Minute)); err != nil {
		return nil, err
	}
	if _, err := c.conn.Write(e.request); err != nil {
		return nil, err
	}
	response, err := http.ReadResponse(c.reader, nil)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	c.header = response.Header
	if response.ContentLength >= 0 {
		c.body = slices.Grow(c.body[:0], int(response.ContentLength))[:response.ContentLength]
		_, err = io.ReadFull(response.Body, c.body)
	} else {
		c.body, err = io.ReadAll(response.Body)
	}
	switch {
	case err != nil:
		return nil, err
	case response.StatusCode != e.status:
		return nil, fmt.Errorf("%s: %.500s", response.Status, c.body)
	case response.Close:
		return nil, errors.New("the server closes the connection after an answer")
	}
	return c.body, nil
}

// sample is what one window of load measured.
type sample struct {
	requests  int
	elapsed   time.Duration
	cpu       time.Duration // of the server
	latencies []time.Duration
}

// cpuPerRequest is in microseconds.
func (s *sample) cpuPerRequest() float64 {
	return float64(s.cpu.Microseconds()) / float64(s.requests)
}

func (s *sample) perSecond() float64 { return float64(s.requests) / s.elapsed.Seconds() }

// percentile is the latency that the share of requests does not exceed, by the
// nearest rank; share is from 0 to 1.
func (s *sample) percentile(share float64) time.Duration {
	list := slices.Clone(s.latencies)
	slices.Sort(list)
	rank := int(math.Ceil(share*float64(len(list)))) - 1
	return list[min(max(rank, 0), len(list)-1)]
}

// drive sends random exchanges over the connections for as long as the window,
// and at least one over each. An answer other than the one recorded is an error.
func drive(ctx context.Context, p *process, exchanges []*exchange, connections int, window time.Duration, seed uint64) (*sample, error) {
	clients := make([]*client, connections)
	for i := range clients {
		c, err := dial(ctx, p.address)
		if err != nil {
			return nil, err
		}
		defer c.conn.Close()
		clients[i] = c
		// The first answer of a connection is not measured.
		if _, err := c.do(exchanges[i%len(exchanges)]); err != nil {
			return nil, err
		}
	}
	before, err := p.cpu()
	if err != nil {
		return nil, err
	}
	start := time.Now()
	end := start.Add(window)
	latencies, errs := make([][]time.Duration, connections), make([]error, connections)
	var wait sync.WaitGroup
	for i, c := range clients {
		wait.Go(func() {
			random := rand.New(rand.NewPCG(seed, uint64(i)))
			for ctx.Err() == nil {
				e := exchanges[random.IntN(len(exchanges))]
				sent := time.Now()
				answer, err := c.do(e)
				done := time.Now()
				if err == nil && !bytes.Equal(answer, e.answer) {
					err = fmt.Errorf("the answer to %.200s has changed from %.200s to %.200s", e.body, e.answer, answer)
				}
				if err != nil {
					errs[i] = err
					return
				}
				latencies[i] = append(latencies[i], done.Sub(sent))
				if done.After(end) {
					return
				}
			}
		})
	}
	wait.Wait()
	s := &sample{elapsed: time.Since(start), latencies: slices.Concat(latencies...)}
	if err := errors.Join(append(errs, ctx.Err())...); err != nil {
		return nil, err
	}
	after, err := p.cpu()
	s.requests, s.cpu = len(s.latencies), after-before
	return s, err
}
