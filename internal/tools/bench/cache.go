package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
)

// responseCacheFlag of the server sets the size of its response cache; 0 turns
// it off.
const responseCacheFlag = "--response-cache"

// cacheQuestions are asked once more of a server with its response cache on.
var cacheQuestions = []struct {
	name, about string
	goal        float64
	revalidate  bool // ask only whether the answer has changed
}{
	{"q1", "from the response cache", 1.5, false},
	{"q3", "from the response cache", 1.5, false},
	{"q1", "by GET, not modified (304)", 1.2, true},
}

// cachedRows starts the server anew with its response cache on, and measures
// answers out of it. Of a binary without one the rows say so.
func (b *bench) cachedRows(ctx context.Context, list []asked) ([]row, error) {
	var rows []row
	started := false
	for _, c := range cacheQuestions {
		for _, a := range list {
			if a.name != c.name {
				continue
			}
			a.about, a.bar, a.goal = c.about, 0, c.goal
			if !b.cached {
				rows = append(rows, row{question: a.question, missing: "not built in"})
				continue
			}
			if !started {
				if _, err := b.startServer(ctx, b.binary, b.serveArguments(true)...); err != nil {
					return nil, err
				}
				started = true
			}
			row, err := b.cachedRow(ctx, a, c.revalidate)
			if err != nil {
				return nil, fmt.Errorf("%s %s: %w", c.name, c.about, err)
			}
			rows = append(rows, *row)
		}
	}
	return rows, nil
}

// cachedRow asks everything once, so that all answers are in the cache, and
// measures.
func (b *bench) cachedRow(ctx context.Context, a asked, revalidate bool) (*row, error) {
	c, err := dial(ctx, b.server.address)
	if err != nil {
		return nil, err
	}
	defer c.conn.Close()
	exchanges := make([]*exchange, len(a.exchanges))
	for i, e := range a.exchanges {
		if revalidate {
			if e, err = getExchange(e, ""); err != nil {
				return nil, err
			}
		}
		answer, err := c.do(e)
		if err != nil {
			return nil, err
		}
		if !bytes.Equal(answer, e.answer) {
			return nil, fmt.Errorf("the answer to %.200s is not that of a server without a cache: %.200s, %.200s", e.body, answer, e.answer)
		}
		tag := c.header.Get("ETag")
		if tag == "" {
			return nil, errors.New("the answer has no ETag; is the response cache off by default?")
		}
		if revalidate {
			if e, err = getExchange(e, tag); err != nil {
				return nil, err
			}
		}
		exchanges[i] = e
	}
	a.exchanges = exchanges
	return b.row(ctx, a)
}

// getExchange asks by GET what the exchange asks by POST. With a tag it asks
// whether the answer is still the one of that tag, and expects so.
func getExchange(post *exchange, tag string) (*exchange, error) {
	var request struct {
		Query     string
		Variables json.RawMessage
	}
	if err := json.Unmarshal(post.body, &request); err != nil {
		return nil, err
	}
	query := url.Values{"query": {request.Query}, "variables": {string(request.Variables)}}.Encode()
	e := &exchange{body: post.body, status: http.StatusOK, answer: post.answer}
	head := "GET /graphql?" + query + " HTTP/1.1\r\nHost: localhost\r\nAccept: application/json\r\n"
	if tag != "" {
		head += "If-None-Match: " + tag + "\r\n"
		e.status, e.answer = http.StatusNotModified, nil
	}
	e.request = []byte(head + "\r\n")
	return e, nil
}
