package graph_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/coder/websocket"
	"github.com/coder/websocket/wsjson"

	"ecpgraph/graph"
	"ecpgraph/graph/limits"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/live"
)

const handbook = kg.ID("tool:transit-handbook")

// renamed is the seed graph with the handbook named "name 2" at revision 2, and
// so on.
func renamed(t *testing.T, to int) *live.Graph {
	t.Helper()
	g := seeded(t)
	for i := 2; i <= to; i++ {
		rename(t, g, handbook, fmt.Sprint("name ", i))
	}
	return g
}

// stateOf is what the extensions of an answer say of it.
func stateOf(g *live.Graph, revision kg.Revision) string {
	v, err := g.At(context.Background(), revision)
	if err != nil {
		return err.Error()
	}
	return fmt.Sprintf(`"digest":"%v","revision":%d`, v.Index.Head().Digest, revision)
}

// TestAsOf: a whole operation answers as of the revision that it names, and says
// so. Whatever is asked, it is what was answered then.
func TestAsOf(t *testing.T) {
	g := seeded(t)
	at := serveWith(t, g, graph.Options{Logger: quiet, ResponseCache: 1 << 20})
	selections := fmt.Sprintf(`{
		tool(id: %[1]q) { name description citations { locator } }
		tools(where: {name: {contains: "name"}}) { totalCount facets(by: [KIND]) { buckets { count } } }
		all: tools { totalCount }
		search(text: "name 3 transit", first: 3) { totalCount nodes { id } }
		coverage(rows: {tools: {}}, columns: {strategicGoals: {}}, through: [{relation: MADE_UNDER}, {relation: ACTIONS_FOR_GOAL}]) { filled paths }
		neighborhood(ids: [%[1]q]) { nodes { name } }
		revision { number digest committedAt message }
	}`, handbook)
	ask := func(request map[string]any) string {
		t.Helper()
		body, err := json.Marshal(request)
		if err != nil {
			t.Fatal(err)
		}
		r, err := askWith(t.Context(), at, string(body), "")
		if err != nil || r.status != 200 || strings.Contains(r.body, `"errors"`) {
			t.Fatalf("%+v, %v", r, err)
		}
		return r.body
	}
	var was []string
	var times []string
	const revisions = 5
	for i := 1; i <= revisions; i++ {
		if i > 1 {
			rename(t, g, handbook, fmt.Sprint("name ", i))
		}
		was = append(was, ask(map[string]any{"query": selections}))
		times = append(times, g.Root().Time().Format(time.RFC3339Nano))
		time.Sleep(2 * time.Millisecond)
		if want := stateOf(g, kg.Revision(i)); !strings.Contains(was[i-1], want) {
			t.Errorf("no %s in %s", want, was[i-1])
		}
	}
	for round := range 3 { // the second time, some answers are kept; the last, no root is
		if round == 2 {
			for i := range 70 {
				rename(t, g, handbook, fmt.Sprint("later ", i))
			}
		}
		for i, want := range was {
			for name, request := range map[string]map[string]any{
				"a literal":  {"query": fmt.Sprintf("query @asOf(revision: %d) %s", i+1, selections)},
				"a variable": {"query": "query($r: Int) @asOf(revision: $r) " + selections, "variables": map[string]any{"r": i + 1}},
				"a time":     {"query": "query($t: String) @asOf(time: $t, revision: null) " + selections, "variables": map[string]any{"t": times[i]}},
			} {
				if got := ask(request); got != want {
					t.Errorf("%s, revision %d:\n%s\nwas\n%s", name, i+1, got, want)
				}
			}
		}
	}
	tomorrow := time.Now().UTC().AddDate(0, 0, 1).Format(time.DateOnly)
	if got, now := ask(map[string]any{"query": fmt.Sprintf("query @asOf(time: %q) %s", tomorrow, selections)}), ask(map[string]any{"query": selections}); got != now {
		t.Errorf("what was committed by tomorrow is %s, now it is %s", got, now)
	}
	empty := ask(map[string]any{"query": "query @asOf(revision: 0) { tools { totalCount nodes { id } } revision { number committedAt author message nodesPut parent { number } } }"})
	if want := `{"data":{"tools":{"totalCount":0,"nodes":[]},"revision":{"number":0,"committedAt":null,"author":null,"message":null,"nodesPut":null,"parent":null}}`; !strings.HasPrefix(empty, want) {
		t.Errorf("the empty graph: %s", empty)
	}
}

// TestAsOfFaults: what the directive cannot mean is an error of the request.
func TestAsOfFaults(t *testing.T) {
	at := serveWith(t, renamed(t, 3), graph.Options{Logger: quiet, ResponseCache: 1 << 20})
	for name, test := range map[string]struct{ query, code, message string }{
		"none":                {`query @asOf { revision { number } }`, "BAD_USER_INPUT", "either the revision or the time"},
		"nulls":               {`query @asOf(revision: null, time: null) { revision { number } }`, "BAD_USER_INPUT", "either the revision or the time"},
		"both":                {`query @asOf(revision: 1, time: "2026-01-01") { revision { number } }`, "BAD_USER_INPUT", "either the revision or the time"},
		"a word":              {`query @asOf(time: "July") { revision { number } }`, "BAD_USER_INPUT", `"July" is neither an instant`},
		"no such day":         {`query @asOf(time: "2026-02-30") { revision { number } }`, "BAD_USER_INPUT", "neither an instant"},
		"negative":            {`query @asOf(revision: -1) { revision { number } }`, "BAD_USER_INPUT", "-1 is negative"},
		"past the newest":     {`query @asOf(revision: 4) { revision { number } }`, "NOT_FOUND", "there is no revision 4: the newest is 3"},
		"before the first":    {`query @asOf(time: "2016-09-19") { revision { number } }`, "NOT_FOUND", "nothing was committed by 2016-09-19T23:59:59.999999999Z: the first revision is of "},
		"on a field":          {`{ revision @asOf(revision: 1) { number } }`, "GRAPHQL_VALIDATION_FAILED", "asOf"},
		"on a subscription":   {`subscription @asOf(revision: 1) { revision { number } }`, "GRAPHQL_VALIDATION_FAILED", "asOf"},
		"a text for a number": {`query @asOf(revision: "1") { revision { number } }`, "GRAPHQL_VALIDATION_FAILED", "Int"},
	} {
		t.Run(name, func(t *testing.T) {
			_, a := post(t, at, map[string]any{"query": test.query})
			if len(a.Errors) != 1 || a.Errors[0].Extensions["code"] != test.code || !strings.Contains(a.Errors[0].Message, test.message) || a.Data != nil {
				t.Errorf("got %+v, want code %s and a message with %q", a, test.code, test.message)
			}
		})
	}
	r, err := askWith(t.Context(), at, `{"query":"query @asOf(revision: 4) { revision { number } }"}`, "")
	if want := `"locations":[{"line":1,"column":8}]`; err != nil || !strings.Contains(r.body, want) || strings.Contains(r.body, `"data"`) {
		t.Errorf("no %s in %s, %v", want, r.body, err)
	}
}

// TestAsOfTooFarBack: the bound of what is derived is an error that says so.
func TestAsOfTooFarBack(t *testing.T) {
	g := seededWith(t, live.Options{Replay: 10})
	for i := range 70 {
		rename(t, g, handbook, fmt.Sprint("name ", i))
	}
	at := serveWith(t, g, graph.Options{Logger: quiet})
	_, a := post(t, at, map[string]any{"query": `query @asOf(revision: 2) { revision { number } }`})
	if len(a.Errors) != 1 || a.Errors[0].Extensions["code"] != "LIMIT_EXCEEDED" || !strings.Contains(a.Errors[0].Message, "replay-records") {
		t.Errorf("%+v", a)
	}
}

// TestAsOfInParts: the parts of an answer, events and sockets, trusted documents
// and what a cached answer is taken for.
func TestAsOfInParts(t *testing.T) {
	g := renamed(t, 3)
	const text = `query @asOf(revision: 2) { tool(id: "tool:transit-handbook") { id ... @defer(label: "x") { name } } }`
	settings := limits.Defaults()
	settings.TrustedOnly = true
	at := serveWith(t, g, graph.Options{Logger: quiet, ResponseCache: 1 << 20, Limits: settings, Trusted: fstest.MapFS{"a.graphql": {Data: []byte(text)}}})
	body, err := json.Marshal(map[string]any{"query": text})
	if err != nil {
		t.Fatal(err)
	}
	send := func(accept string) string {
		t.Helper()
		request, err := http.NewRequestWithContext(t.Context(), "POST", at, strings.NewReader(string(body)))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Content-Type", "application/json")
		request.Header.Set("Accept", accept)
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		answer, err := io.ReadAll(bufio.NewReader(response.Body))
		if err != nil {
			t.Fatal(err)
		}
		return string(answer)
	}
	for accept, want := range map[string]string{
		"application/json":                    `"name":"name 2"`,
		"multipart/mixed;deferSpec=20220824":  `"data":{"name":"name 2"}`,
		"text/event-stream":                   `"name":"name 2"`,
		"application/graphql-response+json":   `"name":"name 2"`,
		"application/json, text/event-stream": `"name":"name 2"`,
	} {
		answer := send(accept)
		if !strings.Contains(answer, want) || !strings.Contains(answer, stateOf(g, 2)) {
			t.Errorf("%s: no %s or no %s in %s", accept, want, stateOf(g, 2), answer)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	conn, _, err := websocket.Dial(ctx, at, &websocket.DialOptions{Subprotocols: []string{"graphql-transport-ws"}})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.CloseNow() }()
	for _, message := range []map[string]any{
		{"type": "connection_init"}, {"type": "subscribe", "id": "1", "payload": map[string]any{"query": text}},
	} {
		if err := wsjson.Write(ctx, conn, message); err != nil {
			t.Fatal(err)
		}
	}
	for {
		var message map[string]any
		if err := wsjson.Read(ctx, conn, &message); err != nil {
			t.Fatal(err)
		}
		if message["type"] == "next" {
			if got := fmt.Sprint(message["payload"]); !strings.Contains(got, "name:name 2") || !strings.Contains(got, "revision:2") {
				t.Errorf("over a socket: %s", got)
			}
			break
		}
	}
}

// TestAsOfFromCache: an answer as of a revision stays right while others commit,
// by POST and by GET with a tag.
func TestAsOfFromCache(t *testing.T) {
	g := renamed(t, 2)
	at := serveWith(t, g, graph.Options{Logger: quiet, ResponseCache: 1 << 20})
	const text = `query($r: Int) @asOf(revision: $r) { tool(id: "tool:transit-handbook") { name } }`
	for round := 3; round < 8; round++ {
		for revision := 2; revision < round; revision++ {
			want := fmt.Sprintf(`{"data":{"tool":{"name":"name %d"}}`, revision)
			variables := fmt.Sprintf(`{"r":%d}`, revision)
			for range 2 {
				r, err := askWith(t.Context(), at, fmt.Sprintf(`{"query":%q,"variables":%s}`, text, variables), "")
				if err != nil || !strings.HasPrefix(r.body, want) || !strings.Contains(r.body, stateOf(g, kg.Revision(revision))) {
					t.Errorf("%+v, %v; want %s", r, err, want)
				}
				response, err := http.Get(at + "?query=" + url.QueryEscape(text) + "&variables=" + url.QueryEscape(variables))
				if err != nil {
					t.Fatal(err)
				}
				if _, a := read(t, response); fmt.Sprint(a.Data["tool"]) != fmt.Sprintf("map[name:name %d]", revision) {
					t.Errorf("GET: %v", a)
				}
			}
		}
		rename(t, g, handbook, fmt.Sprint("name ", round))
	}
}

// TestWalkAsOf walks pages as of a revision while others commit: together they
// are the graph as it was. Their cursors are good for that revision alone.
func TestWalkAsOf(t *testing.T) {
	g := seeded(t)
	at := serveWith(t, g, graph.Options{Logger: quiet, ResponseCache: 1 << 20})
	namesOf := func(tools any) (names []string) {
		for _, n := range tools.(map[string]any)["nodes"].([]any) {
			names = append(names, n.(map[string]any)["name"].(string))
		}
		return names
	}
	_, a := post(t, at, map[string]any{"query": `{ tools(first: 500, orderBy: [{field: NAME}]) { nodes { name } } }`})
	want := namesOf(a.Data["tools"])
	var writing sync.WaitGroup
	done := make(chan struct{})
	writing.Go(func() {
		for i := 0; ; i++ {
			select {
			case <-done:
				return
			default:
			}
			n := nodeOf(t, g, handbook)
			n.Name = fmt.Sprintf("%c %d", 'A'+i%26, i)
			if _, err := g.Commit(context.Background(), kg.Change{Author: "test", PutNodes: []*kg.Node{&n}}); err != nil {
				t.Error(err)
				return
			}
		}
	})
	const page = `query($after: String, $r: Int) @asOf(revision: $r) { tools(first: 3, after: $after, orderBy: [{field: NAME}]) { nodes { name } pageInfo { hasNextPage endCursor } } }`
	var got []string
	var cursor any
	for more := true; more; {
		_, a := post(t, at, map[string]any{"query": page, "variables": map[string]any{"r": 1, "after": cursor}})
		if len(a.Errors) > 0 {
			t.Fatal(a.Errors)
		}
		got = append(got, namesOf(a.Data["tools"])...)
		info := a.Data["tools"].(map[string]any)["pageInfo"].(map[string]any)
		more, cursor = info["hasNextPage"].(bool), info["endCursor"]
		if err := g.Follow(t.Context(), g.Root().Head().Revision); err != nil { // something is committed between two pages
			t.Fatal(err)
		}
	}
	close(done)
	writing.Wait()
	if fmt.Sprint(got) != fmt.Sprint(want) || len(got) < 20 {
		t.Errorf("the walk gives\n%v\nthe graph had\n%v", got, want)
	}
	if g.Root().Head().Revision < 5 {
		t.Errorf("only %v was committed", g.Root().Head().Revision)
	}
}

// TestPinnedCursors: those of an operation as of a revision are refused without
// it, whatever they are of; plain ones stay as they are.
func TestPinnedCursors(t *testing.T) {
	g := renamed(t, 4)
	at := serveWith(t, g, graph.Options{Logger: quiet})
	for name, field := range map[string]string{
		"nodes":     `x: tools(first: 1%s) { pageInfo { endCursor hasPreviousPage } }`,
		"search":    `x: search(text: "transit", first: 1%s) { pageInfo { endCursor hasPreviousPage } }`,
		"reachable": `x: reachable(from: "action:ecp-3/16", first: 1%s) { pageInfo { endCursor hasPreviousPage } }`,
		"revisions": `x: revisions(first: 1%s) { pageInfo { endCursor hasPreviousPage } }`,
		"measures":  `x: metrics(first: 1%s) { pageInfo { endCursor hasPreviousPage } }`,
	} {
		t.Run(name, func(t *testing.T) {
			ask := func(directive, after string) answer {
				t.Helper()
				if after != "" {
					after = fmt.Sprintf(", after: %q", after)
				}
				_, a := post(t, at, map[string]any{"query": "query " + directive + " { " + fmt.Sprintf(field, after) + " }"})
				return a
			}
			cursorOf := func(a answer) string {
				t.Helper()
				if len(a.Errors) > 0 {
					t.Fatal(a.Errors)
				}
				cursor, _ := a.Data["x"].(map[string]any)["pageInfo"].(map[string]any)["endCursor"].(string)
				return cursor
			}
			pinned, plain := cursorOf(ask("@asOf(revision: 3)", "")), cursorOf(ask("", ""))
			if pinned == "" || plain == "" || pinned == plain {
				t.Fatalf("cursors %q and %q", pinned, plain)
			}
			next := ask("@asOf(revision: 3)", pinned)
			if len(next.Errors) > 0 || next.Data["x"].(map[string]any)["pageInfo"].(map[string]any)["hasPreviousPage"] != true {
				t.Errorf("as of its revision: %v", next)
			}
			for _, directive := range []string{"", "@asOf(revision: 4)", "@asOf(revision: 2)"} {
				a := ask(directive, pinned)
				if len(a.Errors) != 1 || a.Errors[0].Extensions["code"] != "BAD_USER_INPUT" || !strings.Contains(a.Errors[0].Message, "@asOf(revision: 3)") {
					t.Errorf("%s: %v", directive, a)
				}
			}
			if a := ask("", plain); len(a.Errors) > 0 {
				t.Errorf("a plain one: %v", a.Errors)
			}
			if a := ask("@asOf(revision: 3)", pinned+"x"); len(a.Errors) != 1 || !strings.Contains(a.Errors[0].Message, "is not a cursor") {
				t.Errorf("a mangled one: %v", a)
			}
		})
	}
}

// TestRevisions: the log as pages, newest first, each with what its commit says.
func TestRevisions(t *testing.T) {
	g := renamed(t, 6)
	view := g.View()
	const fields = `number digest committedAt author message nodesPut nodesDeleted linksPut linksDeleted parent { number digest parent { number } }`
	type revision struct {
		Number                                         int
		Digest, CommittedAt, Author, Message           string
		NodesPut, NodesDeleted, LinksPut, LinksDeleted int
		Parent                                         *revision
	}
	type page struct {
		Items      []*revision
		PageInfo   struct{ HasNextPage, HasPreviousPage bool }
		TotalCount int
	}
	var data struct {
		All, Newest, Oldest page
		One, Now, First     *revision
		None, Far           *revision
	}
	answer := struct {
		Data   any
		Errors []any
	}{Data: &data}
	err := json.Unmarshal(ask(t, view, fmt.Sprintf(`{
		all: revisions { items { %[1]s } totalCount pageInfo { hasNextPage hasPreviousPage } }
		newest: revisions(first: 2) { items { number } totalCount pageInfo { hasNextPage hasPreviousPage } }
		oldest: revisions(last: 2) { items { number } totalCount pageInfo { hasNextPage hasPreviousPage } }
		one: revision(number: 3) { %[1]s } now: revision { %[1]s } first: revision(number: 1) { %[1]s }
		none: revision(number: 0) { %[1]s } far: revision(number: 7) { number }
	}`, fields), nil), &answer)
	if err != nil || len(answer.Errors) > 0 {
		t.Fatal(err, answer.Errors)
	}
	if len(data.All.Items) != 6 || data.All.TotalCount != 6 || data.All.PageInfo.HasNextPage || data.All.PageInfo.HasPreviousPage {
		t.Fatalf("%+v", data.All)
	}
	for i, r := range data.All.Items {
		head, err := view.Log.HeadAt(t.Context(), kg.Revision(6-i))
		if err != nil {
			t.Fatal(err)
		}
		if r.Number != 6-i || r.Digest != head.Digest.String() || r.CommittedAt == "" || r.Parent == nil || r.Parent.Number != 5-i || (i < 5) != (r.Parent.Parent != nil) {
			t.Errorf("place %d: %+v", i, r)
		}
		if i < 5 && (r.Author != "test" || r.NodesPut != 1 || r.LinksPut+r.LinksDeleted+r.NodesDeleted != 0 || r.Parent.Digest != data.All.Items[i+1].Digest) {
			t.Errorf("place %d: %+v", i, r)
		}
	}
	nodes, links := view.Index.Size()
	if r := data.First; r.NodesPut != nodes || r.LinksPut != links || r.Parent.Number != 0 || r.Parent.Digest != strings.Repeat("0", 64) {
		t.Errorf("the first: %+v", r)
	}
	if fmt.Sprint(data.Newest.Items[0].Number, data.Newest.Items[1].Number, data.Newest.PageInfo) != "6 5 {true false}" ||
		fmt.Sprint(data.Oldest.Items[0].Number, data.Oldest.Items[1].Number, data.Oldest.PageInfo) != "2 1 {false true}" {
		t.Errorf("%+v %+v", data.Newest, data.Oldest)
	}
	same := func(a, b *revision) bool {
		x, _ := json.Marshal(a)
		y, _ := json.Marshal(b)
		return string(x) == string(y)
	}
	if !same(data.One, data.All.Items[3]) || !same(data.Now, data.All.Items[0]) || !same(data.First, data.All.Items[5]) {
		t.Errorf("%+v %+v %+v", data.One, data.Now, data.First)
	}
	if data.None == nil || data.None.Number != 0 || data.None.Parent != nil || data.Far != nil {
		t.Errorf("%+v %+v", data.None, data.Far)
	}
	for query, want := range map[string]string{
		`{ revision(number: -1) { number } }`:                         "-1 is negative",
		`{ revisions(first: 501) { totalCount } }`:                    "501 is more than the 500",
		`{ revisions(first: 1, last: 1) { totalCount } }`:             "not both",
		`{ revisions(after: "x") { totalCount } }`:                    "is not a cursor",
		`query @asOf(revision: 2) { revision(number: 3) { number } }`: `"revision": null`,
		`query @asOf(revision: 2) { revisions { items { number } } }`: `"number": 2`,
	} {
		if got := string(ask(t, view, query, nil)); !strings.Contains(got, want) {
			t.Errorf("%s: no %q in %s", query, want, got)
		}
	}
}
