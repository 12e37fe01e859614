package graph_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"ecpgraph/internal/kg"
)

// TestHistoryOfWhatIsDeleted follows a tool and a link of it through their
// creation, a change, their deletion and their return.
func TestHistoryOfWhatIsDeleted(t *testing.T) {
	g := seeded(t)
	cited := []kg.Citation{{Document: "document:inter-sessional-developments", Locator: "para 8"}}
	tool := kg.Node{ID: "tool:new", Type: "Tool", Name: "New", Props: kg.Props{"kind": "GUIDE"}, Citations: cited}
	renamed := tool
	renamed.Name = "Newer"
	link := kg.Link{ID: kg.LinkID("HasSubject", tool.ID, "topic:transit", ""), Relation: "HasSubject", From: tool.ID, To: "topic:transit", Basis: kg.Stated, Modality: kg.Asserted, Citations: cited}
	firm := link
	firm.Modality = kg.Planned
	commit := func(change kg.Change) {
		t.Helper()
		change.Author = "ann"
		if _, err := g.Commit(context.Background(), change); err != nil {
			t.Fatal(err)
		}
	}
	expect := func(query, want string) {
		t.Helper()
		got, err := json.Marshal(check(t, g.View(), query))
		if err != nil || string(got) != want {
			t.Errorf("%s at revision %d: %v\n%s, want\n%s", query, g.Root().Head().Revision, err, got, want)
		}
	}
	commit(kg.Change{Reason: "create", PutNodes: []*kg.Node{&tool}, PutLinks: []*kg.Link{&link}})  // 2
	commit(kg.Change{Reason: "mend", PutNodes: []*kg.Node{&renamed}, PutLinks: []*kg.Link{&firm}}) // 3
	expect(`{ tool(id: "tool:new") { history { totalCount items { revision change author message } } } }`,
		`{"tool":{"history":{"items":[{"author":"ann","change":"UPDATED","message":"mend","revision":3},{"author":"ann","change":"CREATED","message":"create","revision":2}],"totalCount":2}}}`)
	commit(kg.Change{Reason: "", DeleteNodes: []kg.ID{tool.ID}, DeleteLinks: []kg.ID{link.ID}}) // 4

	expect(`{ tool(id: "tool:new") { id } history(id: "tool:new", first: 2) { totalCount items { revision change message changes { property before after } } } }`,
		`{"history":{"items":[`+
			`{"change":"DELETED","changes":[{"after":null,"before":"Tool","property":"type"},{"after":null,"before":"Newer","property":"name"},{"after":null,"before":"GUIDE","property":"kind"},`+
			`{"after":null,"before":"[{\"document\":\"document:inter-sessional-developments\",\"locator\":\"para 8\"}]","property":"citations"}],"message":null,"revision":4},`+
			`{"change":"UPDATED","changes":[{"after":"Newer","before":"New","property":"name"}],"message":"mend","revision":3}],"totalCount":3},"tool":null}`)
	expect(fmt.Sprintf(`{ history(id: %q) { items { revision change } } }`, link.ID),
		`{"history":{"items":[{"change":"DELETED","revision":4},{"change":"UPDATED","revision":3},{"change":"CREATED","revision":2}]}}`)
	expect(`{ there: diff(from: 1, to: 3) { counts { type relation added removed changed } } back: diff(from: 3, to: 1) { items { change id name } } `+
		`mended: diff(from: 2, to: 3) { items { change type relation name node { id } link { id } changes { property before after } } } gone: diff(from: 1, to: 4) { totalCount } }`,
		`{"back":{"items":[{"change":"REMOVED","id":"tool:new","name":"Newer"},{"change":"REMOVED","id":"has-subject:tool:new\u003etopic:transit","name":null}]},`+
			`"gone":{"totalCount":0},"mended":{"items":[`+
			`{"change":"CHANGED","changes":[{"after":"Newer","before":"New","property":"name"}],"link":null,"name":"Newer","node":null,"relation":null,"type":"Tool"},`+
			`{"change":"CHANGED","changes":[{"after":"PLANNED","before":"ASSERTED","property":"modality"}],"link":null,"name":null,"node":null,"relation":"HAS_SUBJECT","type":null}]},`+
			`"there":{"counts":[{"added":1,"changed":0,"relation":null,"removed":0,"type":"Tool"},{"added":1,"changed":0,"relation":"HAS_SUBJECT","removed":0,"type":null}]}}`)

	// A cursor holds when later versions come: they are before it.
	page := check(t, g.View(), `{ history(id: "tool:new", first: 1) { pageInfo { endCursor } } }`)["history"].(map[string]any)
	cursor := page["pageInfo"].(map[string]any)["endCursor"].(string)
	commit(kg.Change{Reason: "again", PutNodes: []*kg.Node{&tool}, PutLinks: []*kg.Link{&link}}) // 5
	rest := `{"items":[{"revision":3},{"revision":2}],"pageInfo":{"hasNextPage":false,"hasPreviousPage":true}}`
	expect(fmt.Sprintf(`{ tool(id: "tool:new") { history(after: %q) { items { revision } pageInfo { hasPreviousPage hasNextPage } } subjects { edges { link { history { totalCount } } } } } }`, cursor),
		`{"tool":{"history":`+rest+`,"subjects":{"edges":[{"link":{"history":{"totalCount":4}}}]}}}`)
	expect(`{ history(id: "tool:new", last: 2) { totalCount items { revision change } } all: history(id: "tool:new", first: 1) { items { change changes { property } } } }`,
		`{"all":{"items":[{"change":"CREATED","changes":[{"property":"type"},{"property":"name"},{"property":"kind"},{"property":"citations"}]}]},`+
			`"history":{"items":[{"change":"UPDATED","revision":3},{"change":"CREATED","revision":2}],"totalCount":4}}`)

	// Many nodes at once, each with its own.
	data := check(t, g.View(), `{ tools(first: 500) { nodes { id history { items { revision committedAt } } } } }`)
	tools := data["tools"].(map[string]any)["nodes"].([]any)
	for _, n := range tools {
		n := n.(map[string]any)
		items := n["history"].(map[string]any)["items"].([]any)
		want := 1
		if n["id"] == "tool:new" {
			want = 4
		}
		first := items[len(items)-1].(map[string]any)
		if len(items) != want || !strings.HasSuffix(first["committedAt"].(string), "Z") {
			t.Errorf("%v: %v", n["id"], items)
		}
	}
}
