package transport

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/99designs/gqlgen/graphql"

	"ecpgraph/internal/kg"
)

// refusal is a request that is turned away before GraphQL sees it.
type refusal struct {
	status int
	err    *kg.Error
	header [2]string // one more header of the answer; none when empty
}

func refused(status int, code kg.Code, format string, args ...any) *refusal {
	return &refusal{status: status, err: kg.Errorf(code, format, args...)}
}

func (r *refusal) with(name, value string) *refusal {
	r.header = [2]string{name, value}
	return r
}

// readRequest reads what was sent into the buffer: the query of the URL, or the
// body.
func (h *Handler) readRequest(w http.ResponseWriter, r *http.Request, b *bytes.Buffer) *refusal {
	switch r.Method {
	case http.MethodGet, http.MethodHead:
		if len(r.URL.RawQuery) > h.limits.URL {
			return refused(http.StatusRequestURITooLong, kg.Limit, "the query in the URL is longer than the %d bytes allowed: send it by POST", h.limits.URL)
		}
		b.WriteString(r.URL.RawQuery)
		return nil
	case http.MethodPost:
		return h.readBody(w, r, b)
	}
	return refused(http.StatusMethodNotAllowed, kg.Invalid, "GraphQL takes GET, HEAD and POST, not this method").with("Allow", "GET, HEAD, POST")
}

// decodeRequest takes what is a GraphQL request by its form. Nothing that it
// returns refers to the text.
func (h *Handler) decodeRequest(r *http.Request, text []byte) (*graphql.RawParams, *refusal) {
	decode := h.decodeBody
	if r.Method != http.MethodPost {
		decode = h.decodeURL
	}
	params, no := decode(text)
	if no == nil {
		no = needDocument(params)
	}
	if no != nil {
		return nil, no
	}
	params.Headers = r.Header
	return params, nil
}

func (h *Handler) decodeURL(text []byte) (*graphql.RawParams, *refusal) {
	values, err := url.ParseQuery(string(text))
	if err != nil {
		return nil, badRequest("the query of the URL is not encoded as it should be")
	}
	params := &graphql.RawParams{Query: values.Get("query"), OperationName: values.Get("operationName")}
	if !utf8.ValidString(params.Query) || !utf8.ValidString(params.OperationName) {
		return nil, badRequest("the query of the URL is not valid UTF-8")
	}
	for name, into := range map[string]*map[string]any{"variables": &params.Variables, "extensions": &params.Extensions} {
		text := values.Get(name)
		if text == "" {
			continue
		}
		if !utf8.ValidString(text) {
			return nil, badRequest("%s: not valid UTF-8", name)
		}
		if err := h.checkJSON([]byte(text)); err != nil {
			return nil, &refusal{status: http.StatusRequestURITooLong, err: err}
		}
		if !decode([]byte(text), into) {
			return nil, badRequest("%s: want one JSON object", name)
		}
	}
	return params, nil
}

func (h *Handler) readBody(w http.ResponseWriter, r *http.Request, b *bytes.Buffer) *refusal {
	kind, parameters, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if charset := parameters["charset"]; err != nil || kind != typeJSON || charset != "" && !strings.EqualFold(charset, "utf-8") {
		return refused(http.StatusUnsupportedMediaType, kg.Invalid, "the body of a GraphQL request has Content-Type: application/json, in UTF-8")
	}
	if encoding := r.Header.Get("Content-Encoding"); encoding != "" && !strings.EqualFold(encoding, "identity") {
		return refused(http.StatusUnsupportedMediaType, kg.Invalid, "the body of a GraphQL request comes without a content encoding")
	}
	if r.ContentLength > h.limits.Body {
		return h.bodyTooLarge()
	}
	// A deadline for the body alone: one for the connection would end streams.
	// Not every ResponseWriter knows deadlines; those of a real server do.
	deadline := http.NewResponseController(w)
	_ = deadline.SetReadDeadline(time.Now().Add(h.limits.BodyTime))
	b.Grow(int(max(r.ContentLength, 0)) + bytes.MinRead)
	_, err = b.ReadFrom(http.MaxBytesReader(w, r.Body, h.limits.Body))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return h.bodyTooLarge()
	case errors.Is(err, os.ErrDeadlineExceeded):
		return refused(http.StatusRequestTimeout, kg.Limit, "the body of the request did not arrive within %v", h.limits.BodyTime).with("Connection", "close")
	case err != nil: // the client broke off
		return badRequest("the body of the request ended early").with("Connection", "close")
	}
	_ = deadline.SetReadDeadline(time.Time{})
	return nil
}

func (h *Handler) decodeBody(body []byte) (*graphql.RawParams, *refusal) {
	if !utf8.Valid(body) {
		return nil, badRequest("the body of the request is not valid UTF-8")
	}
	if err := h.checkJSON(body); err != nil {
		return nil, &refusal{status: http.StatusRequestEntityTooLarge, err: err}
	}
	params, fault := decodeParams(body)
	if fault != "" {
		return nil, badRequest("%s", fault)
	}
	return params, nil
}

func (h *Handler) bodyTooLarge() *refusal {
	return refused(http.StatusRequestEntityTooLarge, kg.Limit, "the body of the request is larger than the %d bytes allowed", h.limits.Body)
}

func badRequest(format string, args ...any) *refusal {
	return refused(http.StatusBadRequest, kg.Invalid, format, args...)
}

// decodeParams reads {"query", "operationName", "variables", "extensions"}. The
// fault says what is wrong without repeating what was sent; it is empty when
// nothing is. Nothing that it returns refers to the text.
func decodeParams(text []byte) (params *graphql.RawParams, fault string) {
	var members map[string]json.RawMessage
	if json.Unmarshal(text, &members) != nil || members == nil {
		return nil, "the request is not one JSON object"
	}
	params = &graphql.RawParams{}
	for name, value := range members {
		ok, want := true, "an object"
		switch name {
		case "query":
			ok, want = json.Unmarshal(value, &params.Query) == nil, "a string"
		case "operationName":
			ok, want = json.Unmarshal(value, &params.OperationName) == nil, "a string"
		case "variables":
			ok = decode(value, &params.Variables)
		case "extensions":
			ok = decode(value, &params.Extensions)
		}
		if !ok && (fault == "" || name < fault) { // always the same one of several
			fault = name + ": want " + want
		}
	}
	if fault != "" {
		return nil, fault
	}
	return params, ""
}

// decode reads one JSON value with nothing behind it. Numbers stay as written.
func decode(text []byte, into any) bool {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	if decoder.Decode(into) != nil {
		return false
	}
	_, err := decoder.Token()
	return errors.Is(err, io.EOF)
}

// needDocument refuses a request that neither has a document nor names one that
// the server may know.
func needDocument(params *graphql.RawParams) *refusal {
	if params.Query == "" && params.Extensions["persistedQuery"] == nil {
		return badRequest("query: want a GraphQL document")
	}
	return nil
}
