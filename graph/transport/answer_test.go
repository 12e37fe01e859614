package transport

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/99designs/gqlgen/graphql"
)

// TestExtensions: they are written as encoding/json would, those that are JSON
// already too.
func TestExtensions(t *testing.T) {
	for _, extensions := range []map[string]any{
		{"one": 1},
		{"b": json.RawMessage(`"text"`), "a": json.RawMessage(`12`), "cost": struct {
			Requested int `json:"requested"`
		}{3}, "plan": []string{"<x>", "ü"}},
		{"i": 1, "h": 2, "g": 3, "f": 4, "e": 5, "d": 6, "c": 7, "b": 8, "a": 9, "z": nil},
	} {
		want, err := json.Marshal(extensions)
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		new(Handler).answer(&b, &graphql.Response{Data: []byte(`{"x":1}`), Extensions: extensions}, nil)
		if got := b.String(); got != `{"data":{"x":1},"extensions":`+string(want)+`}` {
			t.Errorf("%s, want the extensions %s", got, want)
		}
	}
}
