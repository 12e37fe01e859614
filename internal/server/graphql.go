package server

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"net/http"
	"os"
	"strings"
	"time"
	"unicode/utf8"

	"ecpgraph/internal/kg"
)

// What a GraphQL request may cost before it is parsed.
const (
	maxBody     = 1 << 20
	maxQuery    = 16 << 10 // of a URL
	bodyTimeout = 10 * time.Second
)

// guardGraphQL lets through what is a GraphQL request by its form: GET, or POST
// with a body of JSON in UTF-8 that is read here whole, within limits of size
// and time.
func guardGraphQL(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.Method {
		case http.MethodGet:
			if len(r.URL.RawQuery) > maxQuery {
				refuse(w, r, http.StatusRequestURITooLong, kg.Limit, "the query in the URL is longer than the 16 kB allowed: send it by POST")
				return
			}
		case http.MethodPost:
			if !readGraphQLBody(w, r) {
				return
			}
		default:
			w.Header().Set("Allow", "GET, POST")
			refuse(w, r, http.StatusMethodNotAllowed, kg.Invalid, "GraphQL takes GET and POST, not "+r.Method)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// readGraphQLBody puts the body, read, in the place of the one that comes from
// the connection. It answers the request and returns false when the body is not
// as it should be.
func readGraphQLBody(w http.ResponseWriter, r *http.Request) bool {
	kind, parameters, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if charset := parameters["charset"]; err != nil || kind != "application/json" || charset != "" && !strings.EqualFold(charset, "utf-8") {
		refuse(w, r, http.StatusUnsupportedMediaType, kg.Invalid, "the body of a GraphQL request has Content-Type: application/json")
		return false
	}
	if encoding := r.Header.Get("Content-Encoding"); encoding != "" && encoding != "identity" {
		refuse(w, r, http.StatusUnsupportedMediaType, kg.Invalid, "the body of a GraphQL request comes without a content encoding")
		return false
	}
	// A deadline for the body alone: one for the connection would end streams.
	// Not every ResponseWriter knows deadlines; those of Serve do.
	deadline := http.NewResponseController(w)
	_ = deadline.SetReadDeadline(time.Now().Add(bodyTimeout))
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	var tooLong *http.MaxBytesError
	switch {
	case errors.As(err, &tooLong):
		refuse(w, r, http.StatusRequestEntityTooLarge, kg.Limit, "the body of the request is larger than the 1 MB allowed")
		return false
	case errors.Is(err, os.ErrDeadlineExceeded):
		w.Header().Set("Connection", "close")
		refuse(w, r, http.StatusRequestTimeout, kg.Limit, "the body of the request did not arrive within "+bodyTimeout.String())
		return false
	case err != nil: // the client broke off
		w.Header().Set("Connection", "close")
		refuse(w, r, http.StatusBadRequest, kg.Invalid, "the body of the request ended early")
		return false
	case !utf8.Valid(body):
		refuse(w, r, http.StatusBadRequest, kg.Invalid, "the body of the request is not valid UTF-8")
		return false
	}
	_ = deadline.SetReadDeadline(time.Time{})
	r.Body = io.NopCloser(bytes.NewReader(body))
	return true
}
