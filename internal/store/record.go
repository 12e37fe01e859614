package store

import (
	"encoding/hex"
	"errors"
	"fmt"

	"github.com/tinylib/msgp/msgp"

	"ecpgraph/internal/kg"
)

// A record is a msgpack array whose first two elements are the operation and
// the number. The same record always makes the same bytes: properties go in
// byte-wise order of their names, and an empty list or Props is written as none, so
// that it reads back as nil.

// recordFields is the length of the array of each operation. A node whose name
// is not in English has one more.
var recordFields = map[kg.Op]int{kg.PutNode: 8, kg.PutLink: 11, kg.DeleteNode: 3, kg.DeleteLink: 3}

// isWide tells aliases of four elements from those of two.
func isWide(a kg.Alias) bool { return a.Language != kg.English || a.Label }

var (
	errTrailing = errors.New("bytes follow the end")
	errLength   = errors.New("a list is longer than the bytes that hold it")
)

// appendRecord appends the encoding of the record. The error has code Invalid
// and names what cannot be kept.
func appendRecord(b []byte, r *kg.Record) ([]byte, error) {
	var err error
	switch r.Op {
	case kg.PutNode:
		n := r.Node
		if n == nil || r.Link != nil || r.ID != "" {
			return b, kg.Invalidf("a record that puts a node must carry the node alone")
		}
		fields := recordFields[r.Op]
		if n.Language != kg.English {
			fields++
		}
		b = appendStart(b, r, fields)
		b = msgp.AppendString(b, string(n.ID))
		b = msgp.AppendString(b, n.Type)
		b = msgp.AppendString(b, n.Name)
		b = msgp.AppendArrayHeader(b, uint32(len(n.Aliases)))
		for _, a := range n.Aliases {
			if !isWide(a) {
				b = msgp.AppendArrayHeader(b, 2)
				b = msgp.AppendString(b, a.Name)
				b = appendCitations(b, a.Citations)
				continue
			}
			b = msgp.AppendArrayHeader(b, 4)
			b = msgp.AppendString(b, a.Name)
			b = appendCitations(b, a.Citations)
			b = msgp.AppendString(b, string(a.Language))
			b = msgp.AppendBool(b, a.Label)
		}
		if b, err = appendProps(b, n.Props, 0); err != nil {
			return b, kg.Errorf(kg.Invalid, "node %q: %w", n.ID, err)
		}
		b = appendCitations(b, n.Citations)
		if n.Language != kg.English {
			b = msgp.AppendString(b, string(n.Language))
		}
		return b, nil

	case kg.PutLink:
		l := r.Link
		if l == nil || r.Node != nil || r.ID != "" {
			return b, kg.Invalidf("a record that puts a link must carry the link alone")
		}
		b = appendStart(b, r, recordFields[r.Op])
		b = msgp.AppendString(b, string(l.ID))
		b = msgp.AppendString(b, l.Relation)
		b = msgp.AppendString(b, string(l.From))
		b = msgp.AppendString(b, string(l.To))
		b = msgp.AppendString(b, string(l.Basis))
		b = msgp.AppendString(b, string(l.Modality))
		b = msgp.AppendArrayHeader(b, uint32(len(l.Premises)))
		for _, p := range l.Premises {
			b = msgp.AppendString(b, string(p))
		}
		if b, err = appendProps(b, l.Props, 0); err != nil {
			return b, kg.Errorf(kg.Invalid, "link %q: %w", l.ID, err)
		}
		return appendCitations(b, l.Citations), nil

	case kg.DeleteNode, kg.DeleteLink:
		if r.Node != nil || r.Link != nil {
			return b, kg.Invalidf("a record that deletes %q must carry the id alone", r.ID)
		}
		b = appendStart(b, r, recordFields[r.Op])
		return msgp.AppendString(b, string(r.ID)), nil
	}
	return b, kg.Invalidf("a record has the unknown operation %d", r.Op)
}

func appendStart(b []byte, r *kg.Record, fields int) []byte {
	b = msgp.AppendArrayHeader(b, uint32(fields))
	b = msgp.AppendUint8(b, uint8(r.Op))
	return msgp.AppendUint32(b, r.Number)
}

func appendCitations(b []byte, cs []kg.Citation) []byte {
	b = msgp.AppendArrayHeader(b, uint32(len(cs)))
	for _, c := range cs {
		b = msgp.AppendArrayHeader(b, 3)
		b = msgp.AppendString(b, string(c.Document))
		b = msgp.AppendString(b, c.Locator)
		b = appendChecksum(b, c.Checksum)
	}
	return b
}

// appendChecksum halves a checksum in lower-case hex; any other text is kept
// as it is.
func appendChecksum(b []byte, text string) []byte {
	var raw [32]byte
	if len(text) != 2*len(raw) {
		return msgp.AppendString(b, text)
	}
	for i := range raw {
		high, low := hexDigit(text[2*i]), hexDigit(text[2*i+1])
		if high|low > 15 {
			return msgp.AppendString(b, text)
		}
		raw[i] = high<<4 | low
	}
	return msgp.AppendBytes(b, raw[:])
}

// hexDigit is the value of the lower-case digit; above 15 when it is none.
func hexDigit(c byte) byte {
	switch {
	case '0' <= c && c <= '9':
		return c - '0'
	case 'a' <= c && c <= 'f':
		return c - 'a' + 10
	}
	return 0xff
}

// decodeRecord reads what appendRecord wrote. It never panics and never
// allocates more than a small multiple of len(b).
func decodeRecord(b []byte) (kg.Record, error) {
	d := decoder{b: b}
	r := d.record()
	if d.err == nil && len(d.b) > 0 {
		d.err = errTrailing
	}
	if d.err != nil {
		return kg.Record{}, d.err
	}
	return r, nil
}

// decoder reads from the front of b and remembers the first error; after it,
// every read returns a zero value.
type decoder struct {
	b   []byte
	err error
}

func (d *decoder) record() kg.Record {
	fields := d.array()
	op := kg.Op(d.uint(255))
	r := kg.Record{Op: op, Number: uint32(d.uint(1<<32 - 1))}
	want, known := recordFields[op]
	inLanguage := op == kg.PutNode && fields == want+1
	if d.err == nil && (!known || fields != want && !inLanguage) {
		d.err = fmt.Errorf("operation %d with %d fields", op, fields)
	}
	switch {
	case d.err != nil:
	case op == kg.PutNode:
		n := &kg.Node{ID: kg.ID(d.string()), Type: d.string(), Name: d.string()}
		for count := d.array(); count > 0 && d.err == nil; count-- {
			n.Aliases = append(n.Aliases, d.alias())
		}
		n.Props = d.topProps()
		n.Citations = d.citations()
		if inLanguage {
			n.Language = kg.Language(d.string())
		}
		r.Node = n
	case op == kg.PutLink:
		l := &kg.Link{
			ID: kg.ID(d.string()), Relation: d.string(),
			From: kg.ID(d.string()), To: kg.ID(d.string()),
			Basis: kg.Basis(d.string()), Modality: kg.Modality(d.string()),
		}
		for count := d.array(); count > 0 && d.err == nil; count-- {
			l.Premises = append(l.Premises, kg.ID(d.string()))
		}
		l.Props = d.topProps()
		l.Citations = d.citations()
		r.Link = l
	default:
		r.ID = kg.ID(d.string())
	}
	return r
}

func (d *decoder) alias() kg.Alias {
	fields := d.array()
	a := kg.Alias{Name: d.string(), Citations: d.citations()}
	switch {
	case d.err != nil || fields == 2:
	case fields == 4:
		a.Language, a.Label = kg.Language(d.string()), d.bool()
	default:
		d.err = fmt.Errorf("an alias of %d elements", fields)
	}
	return a
}

func (d *decoder) citations() []kg.Citation {
	count := d.array()
	if count == 0 {
		return nil
	}
	cs := make([]kg.Citation, 0, min(count, 16))
	for ; count > 0 && d.err == nil; count-- {
		d.fixed(3)
		cs = append(cs, kg.Citation{Document: kg.ID(d.string()), Locator: d.string(), Checksum: d.checksum()})
	}
	return cs
}

func (d *decoder) checksum() string {
	if d.err != nil || msgp.NextType(d.b) != msgp.BinType {
		return d.string()
	}
	var raw []byte
	raw, d.b, d.err = msgp.ReadBytesZC(d.b)
	if d.err == nil && len(raw) != 32 {
		d.err = fmt.Errorf("a checksum of %d bytes", len(raw))
	}
	return hex.EncodeToString(raw)
}

// array reads the length of a list, each element of which takes a byte or more.
func (d *decoder) array() int {
	if d.err != nil {
		return 0
	}
	var n uint32
	n, d.b, d.err = msgp.ReadArrayHeaderBytes(d.b)
	if d.err == nil && uint64(n) > uint64(len(d.b)) {
		d.err = errLength
	}
	if d.err != nil {
		return 0
	}
	return int(n)
}

func (d *decoder) fixed(want int) {
	if n := d.array(); d.err == nil && n != want {
		d.err = fmt.Errorf("a list of %d where %d is the rule", n, want)
	}
}

func (d *decoder) uint(limit uint64) uint64 {
	if d.err != nil {
		return 0
	}
	var n uint64
	n, d.b, d.err = msgp.ReadUint64Bytes(d.b)
	if d.err == nil && n > limit {
		d.err = fmt.Errorf("the number %d is over %d", n, limit)
	}
	return n
}

func (d *decoder) int() int64 {
	if d.err != nil {
		return 0
	}
	var n int64
	n, d.b, d.err = msgp.ReadInt64Bytes(d.b)
	return n
}

func (d *decoder) bool() bool {
	if d.err != nil {
		return false
	}
	var is bool
	is, d.b, d.err = msgp.ReadBoolBytes(d.b)
	return is
}

func (d *decoder) string() string {
	if d.err != nil {
		return ""
	}
	var s string
	s, d.b, d.err = msgp.ReadStringBytes(d.b)
	return s
}
