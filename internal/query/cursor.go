package query

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"strconv"
	"strings"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
)

// A cursor is the JSON list of the scope's fingerprint and the sort keys of an
// element, in base64url.

// kind is what a selection is made of.
type kind uint8

const (
	typeNodes kind = iota
	nodeLinks
	citingNodes
	citingLinks
)

func (k kind) ofNodes() bool { return k == typeNodes || k == citingNodes }

// scope is what is selected from. A cursor is good for its own scope only.
type scope struct {
	kind    kind
	node    index.Node    // whose links, or the document
	end     *ontology.End // of links
	locator string        // of the passage
}

// fingerprint tells cursors of one scope and order from those of others.
type fingerprint [8]byte

func (s *Selector) fingerprint(sc *scope) fingerprint {
	var parts [3]string
	switch sc.kind {
	case typeNodes:
		parts = [3]string{"nodes", s.of.Name, ""}
	case nodeLinks:
		parts = [3]string{"links", string(s.ix.NodeID(sc.node)), sc.end.Field()}
	case citingNodes:
		parts = [3]string{"citing nodes", string(s.ix.NodeID(sc.node)), sc.locator}
	case citingLinks:
		parts = [3]string{"citing links", string(s.ix.NodeID(sc.node)), sc.locator}
	}
	hash := sha256.Sum256([]byte(strings.Join(parts[:], "\x00") + "\x00" + s.orderOf(sc.kind).String()))
	var f fingerprint
	base64.RawURLEncoding.Encode(f[:], hash[:6])
	return f
}

// orderOf is the order of a selection of that kind: that of links which are not
// seen from a node is always the same.
func (s *Selector) orderOf(k kind) order {
	if k == citingLinks {
		return nil
	}
	return s.order
}

// cursor writes the cursor of the element.
func (s *Selector) cursor(k kind, f fingerprint, e index.Edge) string {
	text := make([]byte, 0, 128)
	text = append(text, `["`...)
	text = append(text, f[:]...)
	text = append(text, '"')
	order := s.orderOf(k)
	for i := range order {
		key := &order[i]
		text = append(text, ',')
		switch v := key.column.Plain(s.value(key, e.Far)).(type) {
		case nil:
			text = append(text, "null"...)
		case string:
			text = appendJSON(text, v)
		case int64:
			text = strconv.AppendInt(text, v, 10)
		case bool:
			text = strconv.AppendBool(text, v)
		}
	}
	node, link := "", ""
	if k != citingLinks {
		node = string(s.ix.NodeID(e.Far))
	}
	if !k.ofNodes() {
		link = string(s.ix.LinkID(e.Link))
	}
	text = appendJSON(append(text, ','), node)
	text = appendJSON(append(text, ','), link)
	text = append(text, ']')
	return base64.RawURLEncoding.EncodeToString(text)
}

// appendJSON appends the text as encoding/json writes it.
func appendJSON(b []byte, s string) []byte {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' || c == '<' || c == '>' || c == '&' {
			text, err := json.Marshal(s)
			if err != nil {
				panic("query: a text cannot be written: " + err.Error())
			}
			return append(b, text...)
		}
	}
	b = append(b, '"')
	b = append(b, s...)
	return append(b, '"')
}

// given is a cursor that was given, read as far as it can be without its scope.
type given struct {
	name string // of the argument
	text string
	read bool   // whether it is a list that starts with a text:
	made string // the fingerprint
	keys []any
}

// readCursor reads the argument, which is not nil.
func readCursor(name, cursor string) *given {
	g := &given{name: name, text: cursor}
	text, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil {
		return g
	}
	decoder := json.NewDecoder(strings.NewReader(string(text)))
	decoder.UseNumber()
	var list []any
	if err := decoder.Decode(&list); err != nil || len(list) < 1 || decoder.InputOffset() != int64(len(text)) {
		return g
	}
	g.made, g.read = list[0].(string)
	g.keys = list[1:]
	return g
}

// mark is the place that the cursor stands for in a selection with that
// fingerprint and order. The error is of code Invalid.
func (g *given) mark(f fingerprint, o order) (*mark, error) {
	malformed := kg.Invalidf("%s: %.80q is not a cursor: give back one that a page returned", g.name, g.text)
	switch {
	case !g.read:
		return nil, malformed
	case g.made != string(f[:]):
		return nil, kg.Invalidf("%s: the cursor was made for another list or another order", g.name)
	case len(g.keys) != len(o)+2:
		return nil, malformed
	}
	m := &mark{keys: make([]index.Value, len(o))}
	for i := range o {
		if g.keys[i] == nil {
			continue
		}
		v, err := operand(o[i].column, g.keys[i])
		if err != nil {
			return nil, malformed
		}
		m.keys[i] = v
	}
	var isText bool
	if m.node, isText = g.keys[len(o)].(string); !isText {
		return nil, malformed
	}
	if m.link, isText = g.keys[len(o)+1].(string); !isText {
		return nil, malformed
	}
	return m, nil
}
