package index

import (
	"encoding/binary"
	"iter"

	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
)

// Few nodes have aliases, and few links properties that are kept: those of one
// node or link are packed into one text, which costs those without nothing.

// appendAlias appends the alias after its length.
func appendAlias(b []byte, alias string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(alias))), alias...)
}

// packAliases packs the aliases of the node; "" when it has none, or is nil.
func packAliases(n *kg.Node) string {
	if n == nil {
		return ""
	}
	var b []byte
	for _, a := range n.Aliases {
		b = appendAlias(b, a.Name)
	}
	return string(b)
}

// Aliases yields the other names of the node, in the order of its record.
func (ix *Index) Aliases(n Node) iter.Seq[string] {
	return func(yield func(string) bool) {
		packed, _ := ix.aliases.at(uint32(n))
		for packed != "" {
			size, rest := cutUvarint(packed)
			if !yield(rest[:size]) {
				return
			}
			packed = rest[size:]
		}
	}
}

// AliasCount is how many aliases the node has.
func (ix *Index) AliasCount(n Node) int {
	count := 0
	for range ix.Aliases(n) {
		count++
	}
	return count
}

// LinkColumns lists the columns of links of the relation. The same list, of the
// same columns, holds for all indexes that descend from one New.
func (ix *Index) LinkColumns(r *ontology.Relation) []*Column {
	return ix.schema.linkColumns[ix.schema.relations[r]]
}

// LinkValue is the link's value in the column, which must be one of its
// relation's.
func (ix *Index) LinkValue(c *Column, l Link) Value {
	packed, present := ix.linkProps.at(uint32(l))
	if !present {
		return Value{}
	}
	for _, column := range ix.schema.linkColumns[ix.links.at(uint32(l)).relation] {
		code, rest := cutUvarint(packed)
		v := Value{code: code}
		if column.isText() && code > 0 {
			v = Value{1, rest[:code-1]}
			rest = rest[code-1:]
		}
		if column == c {
			return v
		}
		packed = rest
	}
	return Value{}
}

// appendValue appends the value: its code; of text, the length and one more, and
// the text.
func appendValue(b []byte, c *Column, v Value) []byte {
	switch {
	case !c.isText():
		return binary.AppendUvarint(b, v.code)
	case v.Absent():
		return append(b, 0)
	}
	return append(binary.AppendUvarint(b, uint64(len(v.text))+1), v.text...)
}

// packProps packs what is kept of the link's properties; "" when it has none.
func packProps(columns []*Column, l *kg.Link) string {
	var b []byte
	any := false
	for _, c := range columns {
		v := c.in(l.Props)
		any = any || !v.Absent()
		b = appendValue(b, c, v)
	}
	if !any {
		return ""
	}
	return string(b)
}

// cutUvarint takes the number from the front of the text.
func cutUvarint(s string) (n uint64, rest string) {
	for shift := 0; ; shift += 7 {
		c := s[0]
		s = s[1:]
		n |= uint64(c&0x7f) << shift
		if c < 0x80 {
			return n, s
		}
	}
}

// LinkDocuments yields the id of the document of each passage that the link
// cites, the same again where it cites several of one.
func (ix *Index) LinkDocuments(l Link) iter.Seq[kg.ID] {
	return func(yield func(kg.ID) bool) {
		var room [8]Passage
		for _, p := range appendCites(room[:0], ix.links.at(uint32(l)).cites, &ix.cited.ofLinks, uint32(l)) {
			if !yield(kg.ID(ix.cited.documents.at(ix.cited.passages.at(uint32(p)).document))) {
				return
			}
		}
	}
}
