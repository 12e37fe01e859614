package graph_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/coder/websocket"
	"github.com/coder/websocket/wsjson"

	"ecpgraph/graph"
)

// TestAnswersKeepTheirBytes asks over all transports at one time. The memory of
// an answer is lent to the next one as soon as it is sent, so one that is given
// back too early shows another's bytes; under the race detector it shows none
// at all.
func TestAnswersKeepTheirBytes(t *testing.T) {
	g := seeded(t)
	const document = `query($id: ID!) { node(id: $id) { id name description aliases { name } citations { locator document { id name } } } }`
	const deferred = `query($id: ID!) { node(id: $id) { id ... @defer { name description aliases { name } citations { locator document { id name } } } } }`
	var ids []string
	root := g.Root()
	for _, nodeType := range root.Ontology().NodeTypes {
		for n := range root.NodesOf(nodeType).From(0) {
			ids = append(ids, string(root.NodeID(n)))
		}
	}
	want := map[string]string{}
	for _, id := range ids {
		want[id] = string(graph.Execute(t.Context(), g.View(), quiet, document, "", map[string]any{"id": id}).Data)
	}

	for _, cached := range []int{0, 1 << 20} {
		at := serveWith(t, g, graph.Options{Logger: quiet, ResponseCache: cached})
		ask := func(document, id, accept string) string {
			body, _ := json.Marshal(map[string]any{"query": document, "variables": map[string]any{"id": id}})
			request, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, at, bytes.NewReader(body))
			request.Header.Set("Content-Type", "application/json")
			request.Header.Set("Accept", accept)
			response, err := http.DefaultClient.Do(request)
			if err != nil {
				return err.Error()
			}
			defer response.Body.Close()
			text, err := io.ReadAll(response.Body)
			if err != nil {
				return err.Error()
			}
			return string(text)
		}
		whole := func(accept string) func(id string) error {
			return func(id string) error {
				if got := ask(document, id, accept); !strings.Contains(got, `"data":`+want[id]) {
					return fmt.Errorf("%s: asked for %s, got %.300s", accept, id, got)
				}
				return nil
			}
		}
		clients := map[string]func(id string) error{
			"json":      whole("application/json"),
			"response":  whole("application/graphql-response+json"),
			"events":    whole("text/event-stream"),
			"multipart": whole("multipart/mixed"),
			"deferred": func(id string) error {
				got := ask(deferred, id, "multipart/mixed;deferSpec=20220824, application/json")
				_, rest, _ := strings.Cut(strings.TrimSuffix(want[id], "}}"), `,"name":`)
				if !strings.Contains(got, `"node":{"id":"`+id+`"}`) || !strings.Contains(got, `"name":`+rest) {
					return fmt.Errorf("deferred: asked for %s, got %.500s", id, got)
				}
				return nil
			},
		}
		socket, response, err := websocket.Dial(t.Context(), at, &websocket.DialOptions{Subprotocols: []string{"graphql-transport-ws"}})
		if err != nil {
			t.Fatal(err)
		}
		if response.Body != nil {
			defer response.Body.Close()
		}
		defer func() { _ = socket.CloseNow() }()
		socket.SetReadLimit(1 << 20)
		if err := wsjson.Write(t.Context(), socket, map[string]any{"type": "connection_init"}); err != nil {
			t.Fatal(err)
		}

		var running sync.WaitGroup
		for name, client := range clients {
			for lane := range 3 {
				running.Go(func() {
					for i := range ids {
						if err := client(ids[(i*(lane+1)+7*lane)%len(ids)]); err != nil {
							t.Errorf("cache of %d bytes: %s: %v", cached, name, err)
							return
						}
					}
				})
			}
		}
		running.Go(func() { // 5 operations run on the socket at a time
			sent, done := 0, 0
			for done < len(ids) {
				for ; sent < len(ids) && sent < done+5; sent++ {
					payload := map[string]any{"query": document, "variables": map[string]any{"id": ids[sent]}}
					if err := wsjson.Write(t.Context(), socket, map[string]any{"id": ids[sent], "type": "subscribe", "payload": payload}); err != nil {
						t.Error(err)
						return
					}
				}
				var m struct {
					ID, Type string
					Payload  struct{ Data json.RawMessage }
				}
				if err := wsjson.Read(t.Context(), socket, &m); err != nil {
					t.Error(err)
					return
				}
				switch m.Type {
				case "next":
					if string(m.Payload.Data) != want[m.ID] {
						t.Errorf("socket: asked for %s, got %.300s", m.ID, m.Payload.Data)
						return
					}
				case "complete":
					done++
				case "error":
					t.Errorf("socket: %s: error", m.ID)
					return
				}
			}
		})
		running.Wait()
	}
}
