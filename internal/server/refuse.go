package server

import (
	"encoding/json"
	"net/http"

	"ecpgraph/internal/kg"
	"ecpgraph/internal/requestid"
)

// refusal is the body of a response that refuses a request, in the form that
// GraphQL clients show.
type refusal struct {
	Errors []refusalError `json:"errors"`
}

type refusalError struct {
	Message    string            `json:"message"`
	Extensions refusalExtensions `json:"extensions"`
}

type refusalExtensions struct {
	Code      kg.Code `json:"code"`
	RequestID string  `json:"requestId"`
}

// refuse answers with the status and one typed error.
func refuse(w http.ResponseWriter, r *http.Request, status int, code kg.Code, message string) {
	writeJSON(w, r, status, refusal{[]refusalError{{message, refusalExtensions{code, requestid.From(r.Context())}}}})
}

// writeJSON answers with the value, which must be one that JSON can hold. It is
// not to be cached.
func writeJSON(w http.ResponseWriter, r *http.Request, status int, value any) {
	body, err := json.MarshalIndent(value, "", "  ")
	if err != nil {
		panic(err)
	}
	header := w.Header()
	header.Set("Content-Type", "application/json; charset=utf-8")
	header.Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(append(body, '\n')) // a client that went away needs no answer
	}
}
