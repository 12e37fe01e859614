package transport

import (
	"net/http"
	"strings"

	"ecpgraph/graph/cache"
)

// entityTag is the strong tag of the answer as it is sent: each media type and
// encoding has its own.
func entityTag(answer *cache.Answer, kind, encoding string) string {
	form := "-json"
	if kind == typeGraphQL {
		form = "-graphql"
	}
	if encoding == "" {
		return `"` + answer.Tag + form + `"`
	}
	return `"` + answer.Tag + form + "-" + encoding + `"`
}

// hasTag reports whether If-None-Match names the tag, by the weak comparison of
// RFC 9110, section 13.1.2. What follows a malformed entry is left out.
//
// The section gives 412 to all methods but GET and HEAD, so that nothing is
// changed by them. A query changes nothing by POST either, and is answered as by
// GET.
func hasTag(header http.Header, tag string) bool {
	for _, value := range header["If-None-Match"] {
		if strings.TrimSpace(value) == "*" {
			return true
		}
		for {
			value = strings.TrimPrefix(strings.TrimLeft(value, " \t,"), "W/")
			if !strings.HasPrefix(value, `"`) {
				break
			}
			end := strings.IndexByte(value[1:], '"') + 2
			if end < 2 {
				break
			}
			if value[:end] == tag {
				return true
			}
			value = value[end:]
		}
	}
	return false
}
