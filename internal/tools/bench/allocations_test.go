//go:build !race

// The race detector drops pooled values at random, so that nothing is held
// about allocations while it runs.

package main

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// discard is a ResponseWriter that allocates nothing of its own.
type discard struct{ header http.Header }

func (d *discard) Header() http.Header         { return d.header }
func (d *discard) Write(b []byte) (int, error) { return len(b), nil }
func (d *discard) WriteHeader(int)             {}

// TestAllocations bounds what a whole request allocates in the handler, from
// the reading of its body to the last byte of the answer.
func TestAllocations(t *testing.T) {
	const objects = 100
	p := newInProcess(t, 2000)
	for _, test := range []struct {
		about, document, element string
		most                     float64
	}{
		{"100 objects x 8 fields", `{ tools(first: 100) { nodes { ` + eightScalars + ` } } }`, `"kind":`, 100},
	} {
		body, err := requestBody(test.document, nil)
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Count(string(p.post(body)), test.element); got != objects {
			t.Fatalf("%s: an answer of %d", test.about, got)
		}
		reader := bytes.NewReader(body)
		r := httptest.NewRequest(http.MethodPost, "/graphql", reader)
		r.Header.Set("Content-Type", "application/json")
		w := &discard{http.Header{}}
		got := testing.AllocsPerRun(100, func() {
			reader.Reset(body)
			r.Body = io.NopCloser(reader)
			clear(w.header)
			p.ServeHTTP(w, r)
		})
		t.Logf("%s: %.0f allocations", test.about, got)
		if got > test.most {
			t.Errorf("%s: %.0f allocations, and at most %.0f are allowed", test.about, got, test.most)
		}
	}
}
