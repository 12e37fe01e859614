package transport

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const acceptParts = "multipart/mixed;deferSpec=20220824, application/json"

func ask1(h *Handler, query, accept string) (contentType, body string) {
	text, err := json.Marshal(map[string]any{"query": query, "variables": map[string]any{"yes": true, "no": false}})
	if err != nil {
		panic(err)
	}
	w := post(h, string(text), "Accept", accept)
	return w.Header().Get("Content-Type"), w.Body.String()
}

// partsOf returns the JSON of each part.
func partsOf(t *testing.T, body string) []string {
	t.Helper()
	body, ended := strings.CutSuffix(body, "\r\n--graphql--\r\n")
	body, opened := strings.CutPrefix(body, "--graphql\r\n")
	if !ended || !opened {
		t.Fatalf("no multipart body: %q", body)
	}
	var parts []string
	for part := range strings.SplitSeq(body, "\r\n--graphql\r\n") {
		_, text, found := strings.Cut(part, "Content-Type: application/json; charset=utf-8\r\n\r\n")
		if !found {
			t.Fatalf("no part: %q", part)
		}
		parts = append(parts, text)
	}
	return parts
}

func TestDefer(t *testing.T) {
	_, h := newTest(t, nil)
	for name, test := range map[string]struct {
		query string
		parts []string
		whole string
	}{
		"inline": {
			`{ thing { id ... @defer(label: "later") { name } } }`,
			[]string{
				`{"data":{"thing":{"id":"a"}},"hasNext":true}`,
				`{"incremental":[{"label":"later","path":["thing"],"data":{"name":"A"}}],"hasNext":false}`,
			},
			`{"data":{"thing":{"id":"a","name":"A"}}}`,
		},
		"spread in a list, two of them": {
			`{ things { id ...N @defer ...C @defer(label: "c") } } fragment N on Thing { name } fragment C on Thing { child { id } }`,
			[]string{
				`{"data":{"things":[{"id":"a"},{"id":"b"}]},"hasNext":true}`,
				`{"incremental":[{"path":["things",0],"data":{"name":"A"}},{"path":["things",1],"data":{"name":"B"}}],"hasNext":true}`,
				`{"incremental":[{"label":"c","path":["things",0],"data":{"child":{"id":"a1"}}},{"label":"c","path":["things",1],"data":{"child":{"id":"b1"}}}],"hasNext":false}`,
			},
			`{"data":{"things":[{"id":"a","name":"A","child":{"id":"a1"}},{"id":"b","name":"B","child":{"id":"b1"}}]}}`,
		},
		"at the root, under an alias": {
			`{ x: hello ... @defer { y: hello(name: "y") } }`,
			[]string{
				`{"data":{"x":"hello "},"hasNext":true}`,
				`{"incremental":[{"path":[],"data":{"y":"hello y"}}],"hasNext":false}`,
			},
			`{"data":{"x":"hello ","y":"hello y"}}`,
		},
		"type condition": {
			`{ named { name ... on Thing @defer { id } } }`,
			[]string{
				`{"data":{"named":[{"name":"A"},{"name":"O"}]},"hasNext":true}`,
				`{"incremental":[{"path":["named",0],"data":{"id":"a"}}],"hasNext":false}`,
			},
			`{"data":{"named":[{"name":"A","id":"a"},{"name":"O"}]}}`,
		},
		"by variables": {
			`query($yes: Boolean!, $no: Boolean!) { thing { ... @defer(if: $no) { id } ... @defer(if: $yes) { name } ... @defer @skip(if: $yes) { child { id } } } }`,
			[]string{
				`{"data":{"thing":{"id":"a"}},"hasNext":true}`,
				`{"incremental":[{"path":["thing"],"data":{"name":"A"}}],"hasNext":true}`,
				`{"hasNext":false}`,
			},
			`{"data":{"thing":{"id":"a","name":"A"}}}`,
		},
		"nested, inside of a fragment that is spread twice": {
			`{ a: thing(id: "a") { ...F } b: thing(id: "b") { ...F } } fragment F on Thing { id ... @defer { name child { id ... @defer { name } } } }`,
			[]string{
				`{"data":{"a":{"id":"a"},"b":{"id":"b"}},"hasNext":true}`,
				`{"incremental":[{"path":["a"],"data":{"name":"A","child":{"id":"a1","name":"A1"}}},{"path":["b"],"data":{"name":"B","child":{"id":"b1","name":"B1"}}}],"hasNext":false}`,
			},
			`{"data":{"a":{"id":"a","name":"A","child":{"id":"a1","name":"A1"}},"b":{"id":"b","name":"B","child":{"id":"b1","name":"B1"}}}}`,
		},
		"the same fragment at two depths": {
			`{ thing { ...F child { ...F } } } fragment F on Thing { id ... @defer { name } }`,
			[]string{
				`{"data":{"thing":{"id":"a","child":{"id":"a1"}}},"hasNext":true}`,
				`{"incremental":[{"path":["thing"],"data":{"name":"A","child":{"name":"A1"}}},{"path":["thing","child"],"data":{"name":"A1"}}],"hasNext":false}`,
			},
			`{"data":{"thing":{"id":"a","name":"A","child":{"id":"a1","name":"A1"}}}}`,
		},
		"nothing but what is deferred": {
			`{ thing { ... @defer { id } } }`,
			[]string{
				`{"data":{"thing":{}},"hasNext":true}`,
				`{"incremental":[{"path":["thing"],"data":{"id":"a"}}],"hasNext":false}`,
			},
			`{"data":{"thing":{"id":"a"}}}`,
		},
		"a fault in what is deferred": {
			`{ thing { id ... @defer { fault name } } }`,
			[]string{
				`{"data":{"thing":{"id":"a"}},"hasNext":true}`,
				`{"incremental":[{"path":["thing"],"data":{"fault":null,"name":"A"},"errors":[{"message":"broken","path":["thing","fault"]}]}],"hasNext":false}`,
			},
			`{"errors":[{"message":"broken","path":["thing","fault"]}],"data":{"thing":{"id":"a","fault":null,"name":"A"}}}`,
		},
		"a fault that takes the object": {
			`{ thing { id ... @defer { bad name } } }`,
			[]string{
				`{"data":{"thing":{"id":"a"}},"hasNext":true}`,
				`{"incremental":[{"path":["thing"],"data":null,"errors":[{"message":"broken","path":["thing","bad"]}]}],"hasNext":false}`,
			},
			`{"errors":[{"message":"broken","path":["thing","bad"]}],"data":{"thing":null}}`,
		},
		"a fault that takes an object of a list": {
			`{ things { id ... @defer { bad } } }`,
			[]string{
				`{"data":{"things":[{"id":"a"},{"id":"b"}]},"hasNext":true}`,
				`{"incremental":[{"path":["things",0],"data":null,"errors":[{"message":"broken","path":["things",0,"bad"]}]}],"hasNext":false}`,
			},
			`{"errors":[{"message":"broken","path":["things",0,"bad"]}],"data":{"things":null}}`,
		},
		"a fault on the way to what is deferred, told once": {
			`{ fault things { id bad ... @defer { name } } }`,
			[]string{
				`{"errors":[{"message":"broken","path":["fault"]},{"message":"broken","path":["things",0,"bad"]}],"data":{"fault":null,"things":null},"hasNext":true}`,
				`{"hasNext":false}`,
			},
			`{"errors":[{"message":"broken","path":["fault"]},{"message":"broken","path":["things",0,"bad"]}],"data":{"fault":null,"things":null}}`,
		},
		"one state for all parts": {
			`{ snapshot thing { ... @defer { snapshot } child { ... @defer(label: "x") { snapshot } } } }`,
			[]string{
				`{"data":{"snapshot":1,"thing":{"child":{}}},"hasNext":true}`,
				`{"incremental":[{"path":["thing"],"data":{"snapshot":1}}],"hasNext":true}`,
				`{"incremental":[{"label":"x","path":["thing","child"],"data":{"snapshot":1}}],"hasNext":false}`,
			},
			``,
		},
	} {
		t.Run(name, func(t *testing.T) {
			if strings.HasPrefix(name, "one state") {
				_, h = newTest(t, nil)
			}
			contentType, body := ask1(h, test.query, acceptParts)
			if contentType != `multipart/mixed; boundary="graphql"; deferSpec=20220824` {
				t.Fatalf("Content-Type %q: %s", contentType, body)
			}
			if diff := cmp.Diff(test.parts, partsOf(t, body)); diff != "" {
				t.Error(diff)
			}
			for _, accept := range []string{"", "application/json", "multipart/mixed;deferSpec=20990101, application/json"} {
				contentType, body := ask1(h, test.query, accept)
				if !strings.HasPrefix(contentType, typeJSON) || test.whole != "" && body != test.whole {
					t.Errorf("for who accepts %q: %s %s", accept, contentType, body)
				}
			}
		})
	}
}

func TestNothingDeferred(t *testing.T) {
	g, h := newTest(t, nil)
	for _, query := range []string{`{ hello }`, `{ ... @defer(if: false) { hello } }`, `{ nothing ... @defer { hello } }`} {
		if contentType, body := ask1(h, query, acceptParts); !strings.HasPrefix(contentType, typeJSON) {
			t.Errorf("%s: %s %s", query, contentType, body)
		}
	}
	if _, body := ask1(h, `mutation { ... @defer { write } }`, acceptParts); body != `{"data":{"write":1}}` || g.writes.Load() != 1 {
		t.Errorf("a mutation: %s, written %d times", body, g.writes.Load())
	}
	if _, body := ask1(h, `{ hello }`, typeMultipart); partsOf(t, body)[0] != `{"data":{"hello":"hello "},"hasNext":false}` {
		t.Errorf("who takes parts only: %s", body)
	}
}

// TestSharedDocument: requests that share a document, some with deferral and
// some without, do not disturb each other. The race detector sees who changes it.
func TestSharedDocument(t *testing.T) {
	_, h := newTest(t, nil)
	const query = `{ things { ...F } } fragment F on Thing { id ... @defer { name } }`
	var clients sync.WaitGroup
	for client := range 4 {
		clients.Go(func() {
			for range 50 {
				accept, want := acceptParts, `{"data":{"things":[{"id":"a"},{"id":"b"}]},"hasNext":true}`
				if client%2 == 0 {
					accept, want = typeJSON, `{"data":{"things":[{"id":"a","name":"A"},{"id":"b","name":"B"}]}}`
				}
				if _, body := ask1(h, query, accept); !strings.Contains(body, want) {
					t.Errorf("%s lacks %s", body, want)
					return
				}
			}
		})
	}
	clients.Wait()
}

// TestFragmentsAreNotExpanded: fragments that double from one to the next are
// split without writing them out.
func TestFragmentsAreNotExpanded(t *testing.T) {
	_, h := newTest(t, nil)
	query := `query { things { ... @defer(label: "x") { id } ...F0 @skip(if: true) } }`
	for i := range 40 {
		query += fmt.Sprintf(" fragment F%d on Thing { a: child { ...F%d } b: child { ...F%d } }", i, i+1, i+1)
	}
	query += ` fragment F40 on Thing { id ... @defer { name } }`
	_, body := ask1(h, query, acceptParts)
	if parts := partsOf(t, body); len(parts) != 3 {
		t.Errorf("%d parts: %s", len(parts), body)
	}
}
