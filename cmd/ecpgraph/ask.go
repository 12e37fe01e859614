package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"ecpgraph/graph"
	"ecpgraph/internal/sources"
)

// ask runs the request, here with the texts that are attached, or on the server,
// and returns the answer as JSON.
func (c *sourceFlags) ask(ctx context.Context, s *session, request graphQLRequest, attached textsFlag, replay replayFlag) (answer []byte, err error) {
	if c.Server != "" {
		r, err := newRemote(c.Server)
		if err != nil {
			return nil, err
		}
		return r.query(ctx, request)
	}
	db, err := openExisting(ctx, c.Data, replay.ReplayRecords, s.logger)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	texts, err := attached.attach(ctx, db.View(), s.logger)
	if err != nil {
		return nil, err
	}
	p := s.progress()
	response := graph.Execute(sources.With(p.measuring(ctx), texts), db.View(), s.logger, request.Query, request.OperationName, request.Variables)
	p.done()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(response); err != nil {
		return nil, fmt.Errorf("writing the answer: %w", err)
	}
	return out.Bytes(), nil
}

// askFor asks as ask does and reads the data of the answer, which must be whole.
func (c *sourceFlags) askFor(ctx context.Context, s *session, request graphQLRequest, data any) error {
	answer, err := c.ask(ctx, s, request, textsFlag{}, replayFlag{})
	if err != nil {
		return err
	}
	if messages := answerErrors(answer); len(messages) > 0 {
		return failf(exitAnswer, "the answer has an error: %s", strings.Join(messages, "; "))
	}
	return json.Unmarshal(answer, &struct{ Data any }{data})
}
