package transport

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"ecpgraph/graph/buffer"
)

const boundary = "graphql"

// multipart is an answer of several JSON objects. Each is followed at once by
// the delimiter of the next, which tells the client that it is whole.
type multipart struct{ *streamed }

func (x *exchange) parts() multipart {
	return multipart{x.start(fmt.Sprintf("%s; boundary=%q; deferSpec=%s", typeMultipart, boundary, deferSpec))}
}

func (m multipart) part(body []byte, first, last bool) error {
	open, end := "", "\r\n--"+boundary
	if first {
		open = "--" + boundary
	}
	if last {
		end += "--\r\n"
	}
	return m.message([]byte(open+"\r\nContent-Type: application/json; charset=utf-8\r\n\r\n"), body, []byte(end))
}

// onePart answers who takes parts and nothing else.
func (x *exchange) onePart(response *graphql.Response) {
	b := buffer.Get()
	defer buffer.Put(b)
	hasNext := false
	x.answer(b, response, &hasNext)
	_ = x.parts().part(b.Bytes(), true, true) // a client that went away needs no answer
}

// inParts answers what is not deferred first, then each deferred fragment.
func (x *exchange) inParts(ctx context.Context, p *parts) {
	ctx, _ = x.snapshot(ctx)
	initial := x.run(ctx, p.initial)
	hasNext := len(initial.Data) > 0 && !bytes.Equal(initial.Data, []byte("null"))
	b := buffer.Get()
	defer buffer.Put(b)
	x.answer(b, initial, &hasNext)
	m := x.parts()
	if m.part(b.Bytes(), true, !hasNext) != nil || !hasNext {
		return
	}
	for i, d := range p.deferred {
		last := i == len(p.deferred)-1
		response := x.run(ctx, d.operation)
		b.Reset()
		writeValue(b, increment{Incremental: x.patches(d.label, initial, response), HasNext: !last})
		if m.part(b.Bytes(), false, last) != nil {
			return
		}
	}
}

// increment is what follows the first part.
type increment struct {
	Incremental []patch `json:"incremental,omitempty"`
	HasNext     bool    `json:"hasNext"`
}

// patch is what one deferred fragment adds to one object: null when a null in
// it takes the place of the object.
type patch struct {
	Label  string          `json:"label,omitempty"`
	Path   ast.Path        `json:"path"`
	Data   json.RawMessage `json:"data"`
	Errors gqlerror.List   `json:"errors,omitempty"`
}

// patches finds the objects that the deferred fragment applies to by their
// marker. An error belongs to the innermost patch around it. One that is around
// no patch has made the object of the fragment null, unless the initial answer
// had the same one on the way to it. Where the schema lets that null spread to
// a list around the object, the other objects of the list get no patch: the
// client sees their fields as failed with it.
func (h *Handler) patches(label string, initial, deferred *graphql.Response) []patch {
	list := []patch{}
	collect(deferred.Data, initial.Data, nil, func(at ast.Path, data json.RawMessage) {
		list = append(list, patch{Label: label, Path: at, Data: data})
	})
	for _, e := range h.cut(deferred.Errors) {
		at := -1
		for i := range list {
			if isPrefix(list[i].Path, e.Path) && (at < 0 || len(list[i].Path) > len(list[at].Path)) {
				at = i
			}
		}
		known := slices.ContainsFunc(initial.Errors, func(k *gqlerror.Error) bool { return slices.Equal(k.Path, e.Path) })
		switch {
		case at >= 0:
			list[at].Errors = append(list[at].Errors, e)
		case !known:
			list = append(list, patch{Label: label, Path: deepest(initial.Data, e.Path), Data: json.RawMessage("null"), Errors: gqlerror.List{e}})
		}
	}
	return list
}

func isPrefix(prefix, path ast.Path) bool {
	return len(prefix) <= len(path) && slices.Equal(prefix, path[:len(prefix)])
}

// member is one of a JSON object.
type member struct {
	name  string
	value json.RawMessage
}

// members reads a JSON object as the executor wrote it, in order.
func members(object json.RawMessage) (list []member) {
	decoder := json.NewDecoder(bytes.NewReader(object))
	mustDecode(decoder.Token())
	for decoder.More() {
		name := mustDecode(decoder.Token()).(string)
		m := member{name: name}
		mustDecode(nil, decoder.Decode(&m.value))
		list = append(list, m)
	}
	return list
}

func elements(array json.RawMessage) (list []json.RawMessage) {
	mustDecode(nil, json.Unmarshal(array, &list))
	return list
}

// mustDecode is for JSON of our own making.
func mustDecode(t json.Token, err error) json.Token {
	if err != nil {
		panic(fmt.Errorf("an answer that is no JSON: %w", err))
	}
	return t
}

var markerText = []byte(`"` + marker + `"`)

// collect calls found with each object in the value that has the marker, and
// its path, if there is an object at that path in the initial value as well:
// one that became null there has nothing to be added to.
func collect(value, initial json.RawMessage, at ast.Path, found func(ast.Path, json.RawMessage)) {
	if !bytes.Contains(value, markerText) || initial == nil || initial[0] != value[0] {
		return
	}
	below := func(e ast.PathElement, value, initial json.RawMessage) {
		collect(value, initial, append(slices.Clip(at), e), found)
	}
	switch value[0] {
	case '{':
		list, before := members(value), map[string]json.RawMessage{}
		for _, m := range members(initial) {
			before[m.name] = m.value
		}
		if slices.ContainsFunc(list, func(m member) bool { return m.name == marker }) {
			found(append(ast.Path{}, at...), unmarked(value))
		}
		for _, m := range list {
			below(ast.PathName(m.name), m.value, before[m.name])
		}
	case '[':
		before := elements(initial)
		for i, e := range elements(value) {
			if i < len(before) {
				below(ast.PathIndex(i), e, before[i])
			}
		}
	}
}

// unmarked is the value without markers.
func unmarked(value json.RawMessage) json.RawMessage {
	if !bytes.Contains(value, markerText) {
		return value
	}
	var b bytes.Buffer
	switch value[0] {
	case '{':
		b.WriteByte('{')
		for _, m := range members(value) {
			if m.name == marker {
				continue
			}
			if b.Len() > 1 {
				b.WriteByte(',')
			}
			writeValue(&b, m.name)
			b.WriteByte(':')
			b.Write(unmarked(m.value))
		}
		b.WriteByte('}')
	case '[':
		b.WriteByte('[')
		for i, e := range elements(value) {
			if i > 0 {
				b.WriteByte(',')
			}
			b.Write(unmarked(e))
		}
		b.WriteByte(']')
	default:
		return value
	}
	return b.Bytes()
}

// deepest is the longest part of the path that leads to an object in the value.
func deepest(value json.RawMessage, path ast.Path) ast.Path {
	found := ast.Path{}
	for i, e := range path {
		var next json.RawMessage
		switch e := e.(type) {
		case ast.PathName:
			if value[0] == '{' {
				for _, m := range members(value) {
					if m.name == string(e) {
						next = m.value
					}
				}
			}
		case ast.PathIndex:
			if value[0] == '[' {
				if list := elements(value); int(e) < len(list) {
					next = list[e]
				}
			}
		}
		if next == nil {
			break
		}
		value = next
		if value[0] == '{' {
			found = path[:i+1]
		}
	}
	return found
}
