package graph_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"ecpgraph/graph"
	"ecpgraph/graph/limits"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/live"
)

// reply is an answer with what the cache says of it.
type reply struct {
	status int
	tag    string
	body   string
}

func (r reply) revision() (number kg.Revision, name string) {
	var a struct {
		Data struct {
			Revision struct{ Number kg.Revision }
			Tool     struct{ Name string }
		}
	}
	if json.Unmarshal([]byte(r.body), &a) != nil {
		return 0, r.body
	}
	return a.Data.Revision.Number, a.Data.Tool.Name
}

func askWith(ctx context.Context, at, body, tag string) (reply, error) {
	request, err := http.NewRequestWithContext(ctx, "POST", at, strings.NewReader(body))
	if err != nil {
		return reply{}, err
	}
	request.Header.Set("Content-Type", "application/json")
	if tag != "" {
		request.Header.Set("If-None-Match", tag)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return reply{}, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	return reply{response.StatusCode, response.Header.Get("ETag"), string(text)}, err
}

// TestCacheUnderWriters: while others commit, an answer is of one revision, as
// its tag is, and of none that is older than what was acknowledged before it was
// asked for; a 304 says so of the answer that the client has.
func TestCacheUnderWriters(t *testing.T) {
	g := seeded(t)
	handler, err := graph.NewHandler(g, graph.Options{Logger: quiet, ResponseCache: 1 << 20})
	if err != nil {
		t.Fatal(err)
	}
	running := httptest.NewServer(handler)
	defer running.Close()
	at := running.URL
	const body = `{"query":"{ revision { number } tool(id: \"tool:transit-handbook\") { name } }"}`

	const rounds = 150
	var names sync.Map // of the tool, by revision
	names.Store(kg.Revision(1), nodeOf(t, g, "tool:transit-handbook").Name)
	write := func(writer, i int) kg.Revision {
		n := nodeOf(t, g, "tool:transit-handbook")
		n.Name = fmt.Sprint("name ", writer, " ", i)
		outcome, err := g.Commit(t.Context(), kg.Change{Author: "test", PutNodes: []*kg.Node{&n}})
		if err != nil {
			t.Error(err)
			return 0
		}
		names.Store(outcome.Revision, n.Name)
		return outcome.Revision
	}
	tags := map[string]string{} // bodies by tag
	var mu sync.Mutex
	check := func(atLeast kg.Revision, r reply) {
		number, _ := r.revision()
		mu.Lock()
		defer mu.Unlock()
		if known, ok := tags[r.tag]; ok && known != r.body {
			t.Errorf("one tag for %s and %s", known, r.body)
		}
		tags[r.tag] = r.body
		if r.status != 200 || number < atLeast {
			t.Errorf("at least %v was acknowledged: %+v", atLeast, r)
		}
	}

	var writers, readers sync.WaitGroup
	done := make(chan struct{})
	for w := range 2 {
		writers.Go(func() {
			for i := range rounds {
				acknowledged := write(w, i)
				r, err := askWith(t.Context(), at, body, "")
				if err != nil {
					t.Error(err)
					return
				}
				check(acknowledged, r)
			}
		})
	}
	for i := range 4 {
		readers.Go(func() {
			var last reply
			for n := 0; ; n++ {
				select {
				case <-done:
					return
				default:
				}
				known := g.Root().Head().Revision
				spelling := body + strings.Repeat(" ", (n+i)%3)
				r, err := askWith(t.Context(), at, spelling, last.tag)
				if err != nil {
					t.Error(err)
					return
				}
				if r.status != http.StatusNotModified {
					check(known, r)
					last = r
					continue
				}
				if number, _ := last.revision(); number < known || r.tag != last.tag {
					t.Errorf("not modified since %v, but %v was there", number, known)
				}
			}
		})
	}
	writers.Wait()
	close(done)
	readers.Wait()
	for _, text := range tags {
		number, name := reply{body: text}.revision()
		if want, ok := names.Load(number); !ok || want != name {
			t.Errorf("an answer of two revisions: %s, and %v named it %v", text, number, want)
		}
	}
	s := handler.Stats().Responses
	if s.Hits == 0 || s.Misses == 0 || s.NotModified == 0 {
		t.Errorf("too little happened: %+v", s)
	}
	t.Logf("%+v", s)
}

// TestTagTellsServersApart: servers with other limits, or over another graph,
// have other tags for the same question.
func TestTagTellsServersApart(t *testing.T) {
	const body = `{"query":"{ tool(id: \"tool:transit-handbook\") { name } }"}`
	tagOf := func(g *live.Graph, change func(*limits.Settings)) string {
		o := graph.Options{Logger: quiet, ResponseCache: 1 << 20, Limits: limits.Defaults()}
		change(&o.Limits)
		r, err := askWith(t.Context(), serveWith(t, g, o), body, "")
		if err != nil || r.status != 200 || r.tag == "" {
			t.Fatalf("%+v, %v", r, err)
		}
		return r.tag
	}
	g := seeded(t)
	other := seeded(t)
	rename(t, other, "tool:transit-handbook", "other")
	same := func(*limits.Settings) {}
	seen := map[string]string{}
	for name, tag := range map[string]string{
		"the first":    tagOf(g, same),
		"another cost": tagOf(g, func(s *limits.Settings) { s.Cost-- }), // extensions.cost tells it
		"other graph":  tagOf(other, same),
	} {
		if as, taken := seen[tag]; taken {
			t.Errorf("%s has the tag of %s", name, as)
		}
		seen[tag] = name
	}
}

// TestCacheAndTrusted: where only trusted documents are answered, an answer in
// the cache is no way round.
func TestCacheAndTrusted(t *testing.T) {
	s := limits.Defaults()
	s.TrustedOnly = true
	const trusted = `{ tool(id: "tool:transit-handbook") { name } }`
	at := serveWith(t, seeded(t), graph.Options{
		Logger: quiet, ResponseCache: 1 << 20, Limits: s, Trusted: fstest.MapFS{"a.graphql": {Data: []byte(trusted)}},
	})
	for range 2 {
		if status, a := post(t, at, map[string]any{"query": trusted}); status != 200 || a.Data["tool"] == nil {
			t.Errorf("trusted: %d %v", status, a)
		}
		if _, a := post(t, at, map[string]any{"query": trusted + " "}); len(a.Errors) == 0 {
			t.Errorf("not trusted: %v", a)
		}
	}
}
