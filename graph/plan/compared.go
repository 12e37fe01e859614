package plan

import (
	"strconv"

	"ecpgraph/internal/index"
	"ecpgraph/internal/sources"
)

// compared is the field quote or verified: it compares a passage with the text
// of its document. Locator and checksum are in JSON.
func compared[V any](g *group, of func(V) (document index.Node, locator, checksum []byte)) field[V] {
	write := func(b, quote []byte) ([]byte, bool) { return append(b, quote...), quote != nil }
	if g.field.Name == "verified" {
		write = func(b, quote []byte) ([]byte, bool) { return strconv.AppendBool(b, quote != nil), true }
	}
	f := scalar(g, func(r *run, b []byte, value V) ([]byte, bool) {
		document, locator, checksum := of(value)
		quote, known := r.cuts[document].Compare(locator, checksum)
		if !known {
			return b, false
		}
		return write(b, quote)
	})
	f.gather = func(r *run, values []V) {
		if r.texts == nil {
			return
		}
		for _, v := range values {
			document, _, _ := of(v)
			r.cut(document)
		}
	}
	return f
}

// cut makes the text of the document ready to be compared with. A document is
// read only when its version is met for the first time.
func (r *run) cut(document index.Node) {
	if _, there := r.cuts[document]; there {
		return
	}
	if r.cuts == nil {
		r.cuts = map[index.Node]*sources.Cut{}
	}
	cut, err := r.texts.Cut(r.context, r.view, document)
	r.goesOn(err)
	r.cuts[document] = cut
}
