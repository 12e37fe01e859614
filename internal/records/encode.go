package records

import (
	"encoding/binary"
	"strconv"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
)

// encoder appends Records. Resolve finds the documents that are cited.
type encoder struct {
	resolve func(kg.ID) (index.Node, bool)
}

// node appends the Record of the node. The error, of code Corrupt, names what
// it cites in vain.
func (e encoder) node(b []byte, t *ontology.NodeType, n *kg.Node) ([]byte, error) {
	b, s := start(b, len(t.Fields)+3)
	b = s.next(b)
	b, _ = appendScalar(b, n.Props[kg.PropDescription])
	b = s.fields(b, t.Fields, n.Props)
	b = s.next(b)
	b, err := e.citations(b, n.Citations)
	if err != nil {
		return b, err
	}
	b = s.next(b)
	if n.Language == kg.English && len(n.Aliases) == 0 {
		return b, nil
	}
	b = appendShort(b, string(n.Language))
	for _, a := range n.Aliases {
		at := len(b)
		b = sized(AppendString(append(b, 0), a.Name), at)
		b = appendShort(b, string(a.Language))
		if a.Label {
			b = append(b, 1)
		} else {
			b = append(b, 0)
		}
		at = len(b)
		if b, err = e.citations(append(b, 0), a.Citations); err != nil {
			return b, err
		}
		b = sized(b, at)
	}
	return b, nil
}

// link appends the Record of the link. The error, of code Corrupt, names what
// it cites in vain.
func (e encoder) link(b []byte, r *ontology.Relation, l *kg.Link) ([]byte, error) {
	b, s := start(b, len(r.Fields)+3)
	b = s.next(b)
	b, _ = appendScalar(b, l.Props[kg.PropWording])
	b = s.fields(b, r.Fields, l.Props)
	b = s.next(b)
	b, err := e.citations(b, l.Citations)
	if err != nil {
		return b, err
	}
	b = s.next(b)
	for _, id := range l.Premises {
		b = appendShort(b, string(id))
	}
	return b, nil
}

// appendShort appends the text, as it is, behind its length.
func appendShort(b []byte, text string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(text))), text...)
}

func (e encoder) citations(b []byte, citations []kg.Citation) ([]byte, error) {
	for _, c := range citations {
		document, found := e.resolve(c.Document)
		if !found {
			return b, kg.Errorf(kg.Corrupt, "it cites %s, which is not in the graph", c.Document)
		}
		b = binary.AppendUvarint(b, uint64(document))
		at := len(b)
		b = sized(AppendString(append(b, 0), c.Locator), at)
		at = len(b)
		b = append(b, 0)
		if c.Checksum != "" {
			b = sized(AppendString(b, c.Checksum), at)
		}
	}
	return b, nil
}

// contents is the table of a Record that is being appended.
type contents struct {
	record int // where the Record starts
	at     int // where the next entry goes
}

// start appends the table of a Record with so many sections.
func start(b []byte, sections int) ([]byte, contents) {
	s := contents{record: len(b), at: len(b)}
	for range sections {
		b = append(b, 0, 0, 0, 0)
	}
	return b, s
}

// next begins the next section.
func (s *contents) next(b []byte) []byte {
	binary.LittleEndian.PutUint32(b[s.at:], uint32(len(b)-s.record))
	s.at += word
	return b
}

// fields appends a section for each field. What the field cannot hold counts
// as absent, so that data of an older ontology can be shown.
func (s *contents) fields(b []byte, fields []*ontology.Field, props kg.Props) []byte {
	for _, f := range fields {
		b = s.next(b)
		switch value := props[f.Name]; {
		case f.List:
			if list, ok := value.([]any); ok {
				b = appendList(b, f, list)
			}
		case f.Kind == ontology.ValueKind:
			if p, ok := value.(kg.Props); ok {
				b = appendValue(b, f.Value, p)
			}
		default:
			b, _ = appendScalar(b, value)
		}
	}
	return b
}

func appendValue(b []byte, t *ontology.ValueType, p kg.Props) []byte {
	b, s := start(b, len(t.Fields))
	return s.fields(b, t.Fields, p)
}

func appendList(b []byte, f *ontology.Field, list []any) []byte {
	if f.Kind == ontology.ValueKind {
		for _, element := range list {
			if p, ok := element.(kg.Props); ok {
				at := len(b)
				b = sized(appendValue(append(b, 0), f.Value, p), at)
			}
		}
		return b
	}
	b = append(b, '[')
	first := len(b)
	for _, element := range list {
		before := len(b)
		if before > first {
			b = append(b, ',')
		}
		var ok bool
		if b, ok = appendScalar(b, element); !ok {
			b = b[:before]
		}
	}
	return append(b, ']')
}

// appendScalar appends the value as JSON; false for what is no scalar.
func appendScalar(b []byte, value any) ([]byte, bool) {
	switch v := value.(type) {
	case string:
		return AppendString(b, v), true
	case int64:
		return strconv.AppendInt(b, v, 10), true
	case bool:
		return strconv.AppendBool(b, v), true
	}
	return b, false
}

// sized puts the length of what follows the byte at that position in its place,
// which grows when the length needs more.
func sized(b []byte, at int) []byte {
	length := len(b) - at - 1
	if length < 0x80 {
		b[at] = byte(length)
		return b
	}
	var prefix [binary.MaxVarintLen64]byte
	n := binary.PutUvarint(prefix[:], uint64(length))
	b = append(b, prefix[1:n]...) // to make room
	copy(b[at+n:], b[at+1:at+1+length])
	copy(b[at:], prefix[:n])
	return b
}
