package transport

import (
	"net/http"
	"testing"
)

func TestHasTag(t *testing.T) {
	const tag = `"a,b"`
	for value, want := range map[string]bool{
		`"a,b"`:               true,
		`W/"a,b"`:             true,
		` "a,b" `:             true,
		`"x", "a,b"`:          true,
		`"x",W/"a,b","y"`:     true,
		`, ,"a,b"`:            true,
		`*`:                   true,
		` * `:                 true,
		``:                    false,
		`"a"`:                 false,
		`"a", "b"`:            false,
		`"a,b`:                false,
		`a,b`:                 false,
		`"x" *`:               false,
		`"*"`:                 false,
		`w/"a,b"`:             false,
		`"A,B"`:               false,
		`"x", malformed"a,b"`: false,
		`"x`:                  false,
		`"`:                   false,
	} {
		if got := hasTag(http.Header{"If-None-Match": {value}}, tag); got != want {
			t.Errorf("%s: %v", value, got)
		}
	}
	if !hasTag(http.Header{"If-None-Match": {`"x"`, tag}}, tag) || hasTag(http.Header{}, tag) {
		t.Error("several headers, or none")
	}
}
