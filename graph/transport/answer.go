package transport

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// answer writes the response as one JSON object: errors first, as the
// specification advises, and data only when the operation was executed.
func (h *Handler) answer(b *bytes.Buffer, r *graphql.Response, hasNext *bool) {
	b.WriteByte('{')
	member := func(name string) {
		if b.Bytes()[b.Len()-1] != '{' {
			b.WriteByte(',')
		}
		b.WriteByte('"')
		b.WriteString(name)
		b.WriteString(`":`)
	}
	if len(r.Errors) > 0 {
		member("errors")
		writeValue(b, h.cut(r.Errors))
	}
	if len(r.Data) > 0 {
		member("data")
		b.Write(r.Data)
	}
	if hasNext != nil {
		member("hasNext")
		writeValue(b, *hasNext)
	}
	if len(r.Extensions) > 0 {
		member("extensions")
		writeExtensions(b, r.Extensions)
	}
	b.WriteByte('}')
}

// writeExtensions writes the members by name. What is JSON already, as on every
// answer, is copied.
func writeExtensions(b *bytes.Buffer, extensions map[string]any) {
	var room [8]string
	names := room[:0]
	for name := range extensions {
		names = append(names, name)
	}
	slices.Sort(names)
	for i, name := range names {
		b.WriteByte("{,"[min(i, 1)])
		b.WriteByte('"') // names are the server's own, and plain
		b.WriteString(name)
		b.WriteString(`":`)
		if text, ready := extensions[name].(json.RawMessage); ready {
			b.Write(text)
			continue
		}
		writeValue(b, extensions[name])
	}
	b.WriteByte('}')
}

// cut leaves as many errors as an answer may have.
func (h *Handler) cut(list gqlerror.List) gqlerror.List {
	return list[:min(len(list), h.limits.Errors)]
}

// writeValue writes a value that JSON can hold.
func writeValue(b *bytes.Buffer, value any) {
	text, err := json.Marshal(value)
	if err != nil {
		panic(fmt.Errorf("an answer that JSON cannot hold: %w", err))
	}
	b.Write(text)
}
