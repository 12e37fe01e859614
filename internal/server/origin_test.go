package server

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"ecpgraph/internal/kg"
)

const (
	own     = "http://example.com" // of httptest requests
	listed  = "https://app.example.org"
	foreign = "https://evil.example"
)

func TestCORS(t *testing.T) {
	open, _ := newTestServer(t, func(c *Config) { c.Origins = []string{listed, "http://localhost:5173"} })
	closed, _ := newTestServer(t, nil)
	for name, test := range map[string]struct {
		server http.Handler
		origin string
		want   string // Access-Control-Allow-Origin
	}{
		"listed":           {open, listed, listed},
		"listed with port": {open, "http://localhost:5173", "http://localhost:5173"},
		"other port":       {open, "http://localhost:5174", ""},
		"foreign":          {open, foreign, ""},
		"null":             {open, "null", ""},
		"none listed":      {closed, listed, ""},
	} {
		w := ask(test.server, "GET", "/version", "", "Origin", test.origin)
		if got := w.Header().Get("Access-Control-Allow-Origin"); got != test.want {
			t.Errorf("%s: allowed origin %q, want %q", name, got, test.want)
		}
		if !strings.Contains(strings.Join(w.Header().Values("Vary"), ","), "Origin") {
			t.Errorf("%s: Vary %q does not name Origin", name, w.Header().Values("Vary"))
		}
		preflight := ask(test.server, "OPTIONS", "/graphql", "", "Origin", test.origin,
			"Access-Control-Request-Method", "POST", "Access-Control-Request-Headers", "content-type")
		if got := preflight.Header().Get("Access-Control-Allow-Origin"); got != test.want {
			t.Errorf("%s: preflight: allowed origin %q, want %q", name, got, test.want)
		}
		if got := preflight.Header().Get("Access-Control-Allow-Headers"); (got == "content-type") != (test.want != "") {
			t.Errorf("%s: preflight: allowed headers %q", name, got)
		}
	}
}

func TestCrossOriginRequests(t *testing.T) {
	s, _ := newTestServer(t, func(c *Config) { c.Origins = []string{listed} })
	upgrade := []string{"Upgrade", "websocket", "Connection", "Upgrade"}
	for name, test := range map[string]struct {
		status int
		got    int
	}{
		"POST, no browser":      {200, post(s, "{}").Code},
		"POST, own origin":      {200, post(s, "{}", "Origin", own).Code},
		"POST, same-origin":     {200, post(s, "{}", "Origin", own, "Sec-Fetch-Site", "same-origin").Code},
		"POST, listed":          {200, post(s, "{}", "Origin", listed, "Sec-Fetch-Site", "cross-site").Code},
		"POST, foreign":         {403, post(s, "{}", "Origin", foreign, "Sec-Fetch-Site", "cross-site").Code},
		"POST, foreign, old":    {403, post(s, "{}", "Origin", foreign).Code},
		"POST, null":            {403, post(s, "{}", "Origin", "null").Code},
		"GET, foreign":          {200, ask(s, "GET", "/graphql?query={a}", "", "Origin", foreign).Code},
		"WebSocket, no browser": {200, ask(s, "GET", "/graphql", "", upgrade...).Code},
		"WebSocket, own":        {200, ask(s, "GET", "/graphql", "", append(upgrade, "Origin", own)...).Code},
		"WebSocket, listed":     {200, ask(s, "GET", "/graphql", "", append(upgrade, "Origin", listed)...).Code},
		"WebSocket, foreign":    {403, ask(s, "GET", "/graphql", "", append(upgrade, "Origin", foreign)...).Code},
		"WebSocket, null":       {403, ask(s, "GET", "/graphql", "", append(upgrade, "Origin", "null")...).Code},
	} {
		if test.got != test.status {
			t.Errorf("%s: %d, want %d", name, test.got, test.status)
		}
	}
	w := post(s, "{}", "Origin", foreign)
	if codeOf(t, w) != kg.Invalid || !strings.Contains(w.Body.String(), "--cors-origin") {
		t.Errorf("the refusal does not say what to do: %s", w.Body)
	}
}

func TestOriginList(t *testing.T) {
	for _, bad := range []string{"*", "https://*.example.org", "example.org", "https://example.org/", "https://example.org/path", "ftp://example.org", "https://", "", "null"} {
		_, err := New(Config{Origins: []string{bad}})
		if !errors.Is(err, kg.ErrInvalid) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}
