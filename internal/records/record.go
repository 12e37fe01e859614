package records

import (
	"encoding/binary"
	"unsafe"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
)

// Record is the content of one version of a node or link but for what the index
// holds, or of a value inside one. Nil is a record that is not there: nothing is
// in it. What its methods return belongs to the Record and must not be changed.
//
// It starts with a table of where its sections start, 4 bytes each, and the
// sections follow one another. A section without bytes is absent. Those of a
// value are its fields; those of a node or link are its description or wording
// and its fields, then its citations, and last a node's language with its aliases or
// a link's premises. The elements of a list each stand behind their length.
type Record []byte

// JSON is the property as JSON, or nil when it is absent. The place is 0 for a
// node's description and a link's wording, and i+1 for the i-th field that the
// ontology declares; in a value, i for the i-th field of its type. Lists of
// scalars are JSON lists; a property of a value type has no JSON but Value or
// Values.
func (r Record) JSON(place int) []byte { return r.section(place) }

// Value is the property of a value type at the place, nil when absent.
func (r Record) Value(place int) Record { return r.section(place) }

// Values walks over the list of a value type at the place, empty when absent.
func (r Record) Values(place int) Values { return Values{r.section(place)} }

// Citations walks over the passages that the node or link cites, in the order
// of the data.
func (r Record) Citations() Citations { return Citations{r.section(r.sections() - 2)} }

// Language is the language of the node's name.
func (r Record) Language() kg.Language {
	names := r.section(r.sections() - 1)
	if len(names) == 0 {
		return kg.English
	}
	language, _ := cut(names)
	return kg.Language(asText(language))
}

// Aliases walks over the node's other names, in the order of the data.
func (r Record) Aliases() Aliases {
	names := r.section(r.sections() - 1)
	if len(names) > 0 {
		_, names = cut(names)
	}
	return Aliases{names}
}

// Premises walks over the links that a derived link follows from, in the order
// of the data.
func (r Record) Premises() Premises { return Premises{r.section(r.sections() - 1)} }

// word is the length of an entry in the table of sections.
const word = 4

// sections is how many sections there are.
func (r Record) sections() int {
	if len(r) == 0 {
		return 0
	}
	return int(binary.LittleEndian.Uint32(r)) / word
}

// section is the i-th section, nil when it is absent.
func (r Record) section(i int) []byte {
	if len(r) == 0 {
		return nil
	}
	at := r[i*word:]
	start, end := int(binary.LittleEndian.Uint32(at)), len(r)
	if i+1 < r.sections() {
		end = int(binary.LittleEndian.Uint32(at[word:]))
	}
	if start == end {
		return nil
	}
	return r[start:end:end]
}

// Values is a walk over a list of values.
type Values struct{ rest []byte }

// Next is the next value; false at the end.
func (v *Values) Next() (Record, bool) {
	if len(v.rest) == 0 {
		return nil, false
	}
	var value []byte
	value, v.rest = cut(v.rest)
	return value, true
}

// Citation is a passage, its text in JSON.
type Citation struct {
	Document index.Node
	Locator  []byte
	Checksum []byte // nil when it was not taken
}

// Citations is a walk over citations.
type Citations struct{ rest []byte }

// Next is the next citation; false at the end.
func (c *Citations) Next() (Citation, bool) {
	if len(c.rest) == 0 {
		return Citation{}, false
	}
	document, rest := cutNumber(c.rest)
	next := Citation{Document: index.Node(document)}
	next.Locator, rest = cut(rest)
	next.Checksum, c.rest = cut(rest)
	if len(next.Checksum) == 0 {
		next.Checksum = nil
	}
	return next, true
}

// Alias is another name of a node.
type Alias struct {
	Name      []byte // in JSON
	Language  kg.Language
	Label     bool
	Citations Citations
}

// Aliases is a walk over aliases.
type Aliases struct{ rest []byte }

// Next is the next alias; false at the end.
func (a *Aliases) Next() (Alias, bool) {
	if len(a.rest) == 0 {
		return Alias{}, false
	}
	var next Alias
	next.Name, a.rest = cut(a.rest)
	var language []byte
	language, a.rest = cut(a.rest)
	next.Language = kg.Language(asText(language))
	next.Label, a.rest = a.rest[0] == 1, a.rest[1:]
	next.Citations.rest, a.rest = cut(a.rest)
	return next, true
}

// Premises is a walk over ids of links.
type Premises struct{ rest []byte }

// Next is the id of the next premise; false at the end.
func (p *Premises) Next() (kg.ID, bool) {
	if len(p.rest) == 0 {
		return "", false
	}
	var id []byte
	id, p.rest = cut(p.rest)
	return kg.ID(asText(id)), true
}

// asText is the bytes of a Record, which never change, as a text.
func asText(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// cut splits the first element off a list.
func cut(b []byte) (element, rest []byte) {
	length, rest := cutNumber(b)
	return rest[:length:length], rest[length:]
}

func cutNumber(b []byte) (number uint64, rest []byte) {
	if b[0] < 0x80 {
		return uint64(b[0]), b[1:]
	}
	number, n := binary.Uvarint(b)
	if n <= 0 {
		panic("records: a number without end")
	}
	return number, b[n:]
}
