package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"ecpgraph/internal/server"
)

// remote is a running server.
type remote struct {
	base   string // without a slash at its end
	client *http.Client
}

func newRemote(base string) (*remote, error) {
	u, err := url.Parse(base)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.RawQuery != "" || u.Fragment != "" {
		return nil, failf(exitUsage, "--server %s: want the address of a server, such as http://127.0.0.1:8080", base)
	}
	return &remote{strings.TrimRight(base, "/"), &http.Client{
		// Keep-alive is of no use to one request; its goroutines would outlive it.
		Transport: &http.Transport{
			Proxy:                 http.ProxyFromEnvironment,
			DialContext:           (&net.Dialer{Timeout: 10 * time.Second}).DialContext,
			TLSHandshakeTimeout:   10 * time.Second,
			ResponseHeaderTimeout: time.Minute,
			DisableKeepAlives:     true,
		},
	}}, nil
}

// do sends the request and returns the response when the server has answered
// with status 200, or with another one and GraphQL errors, which are the caller's.
func (r *remote) do(ctx context.Context, method, path string, body []byte) (*http.Response, error) {
	request, err := http.NewRequestWithContext(ctx, method, r.base+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Accept", "application/json")
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	response, err := r.client.Do(request)
	if err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		var sending *url.Error
		if errors.As(err, &sending) {
			err = sending.Err
		}
		return nil, failf(exitUnreachable, "no server answers at %s: %w\nStart one with ecpgraph serve, or leave --server out to read --data", r.base, err)
	}
	return response, nil
}

// refused turns a response that is not what was asked for into an error.
func (r *remote) refused(response *http.Response) error {
	text, err := io.ReadAll(io.LimitReader(response.Body, 64<<10))
	if err != nil {
		return r.brokenOff(err)
	}
	if messages := answerErrors(text); len(messages) > 0 {
		return failf(exitFailure, "the server at %s refused: %s", r.base, strings.Join(messages, "; "))
	}
	return failf(exitUnreachable, "%s is not an ecpgraph server: it answers %s with %s", r.base, response.Request.URL.Path, response.Status)
}

func (r *remote) brokenOff(err error) error {
	return failf(exitUnreachable, "the server at %s broke off its answer: %w", r.base, err)
}

// export copies the server's graph as JSON Lines.
func (r *remote) export(ctx context.Context, w io.Writer) error {
	response, err := r.do(ctx, http.MethodGet, "/export.jsonl", nil)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK || !strings.HasPrefix(response.Header.Get("Content-Type"), "application/jsonl") {
		return r.refused(response)
	}
	in := &faultyReader{from: response.Body}
	if _, err := io.Copy(w, in); err != nil {
		if in.err != nil && ctx.Err() == nil {
			return r.brokenOff(in.err)
		}
		return err
	}
	return nil
}

// faultyReader keeps the error of reading apart from that of writing.
type faultyReader struct {
	from io.Reader
	err  error
}

func (f *faultyReader) Read(b []byte) (int, error) {
	n, err := f.from.Read(b)
	if err != nil && !errors.Is(err, io.EOF) {
		f.err = err
	}
	return n, err
}

// version asks for the server's version.
func (r *remote) version(ctx context.Context) (server.Version, error) {
	var v server.Version
	response, err := r.do(ctx, http.MethodGet, "/version", nil)
	if err != nil {
		return v, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return v, r.refused(response)
	}
	if err := json.NewDecoder(response.Body).Decode(&v); err != nil || v.Version == "" {
		return v, failf(exitUnreachable, "%s is not an ecpgraph server: /version is not what ecpgraph answers", r.base)
	}
	return v, nil
}

// query runs the request and returns the answer as the server wrote it.
func (r *remote) query(ctx context.Context, q graphQLRequest) ([]byte, error) {
	body, err := json.Marshal(q)
	if err != nil {
		return nil, err
	}
	response, err := r.do(ctx, http.MethodPost, "/graphql", body)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, r.brokenOff(err)
	}
	var shape struct {
		Data   json.RawMessage `json:"data"`
		Errors json.RawMessage `json:"errors"`
	}
	if json.Unmarshal(answer, &shape) != nil || shape.Data == nil && shape.Errors == nil {
		return nil, failf(exitUnreachable, "%s is not an ecpgraph server: it answers /graphql with %s", r.base, response.Status)
	}
	return answer, nil
}

// graphQLRequest is the body of a request, as GraphQL over HTTP has it.
type graphQLRequest struct {
	Query         string         `json:"query"`
	OperationName string         `json:"operationName,omitempty"`
	Variables     map[string]any `json:"variables,omitempty"`
}

// answerErrors lists the errors of a GraphQL answer, each with its path; none
// when the text is no answer.
func answerErrors(answer []byte) []string {
	var shape struct {
		Errors []struct {
			Message string `json:"message"`
			Path    []any  `json:"path"`
		} `json:"errors"`
	}
	if json.Unmarshal(answer, &shape) != nil {
		return nil
	}
	var list []string
	for _, e := range shape.Errors {
		var path strings.Builder
		for i, step := range e.Path {
			if i > 0 {
				path.WriteByte('.')
			}
			fmt.Fprint(&path, step)
		}
		if path.Len() > 0 {
			path.WriteString(": ")
		}
		list = append(list, path.String()+e.Message)
	}
	return list
}
