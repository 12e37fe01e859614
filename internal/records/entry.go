package records

import (
	"encoding/binary"

	"ecpgraph/internal/kg"
)

// kind tells the numbers of nodes from those of links.
type kind uint8

const (
	nodeKind kind = 0
	linkKind kind = 1
)

// subject is whose record it is.
type subject struct {
	kind   kind
	number uint32
}

// entry is a record in a block, behind its header, and what follows it there.
type entry []byte

// The header: the revision, 8 bytes; the ordinal, 4; the number, 4; the length
// of the record and, in the lowest bit, the kind, 4.
const (
	ordinalAt  = 8
	numberAt   = 12
	lengthAt   = 16
	headerSize = 20
)

func (e entry) ref() kg.Ref {
	return kg.Ref{
		Revision: kg.Revision(binary.LittleEndian.Uint64(e)),
		Ordinal:  binary.LittleEndian.Uint32(e[ordinalAt:]),
	}
}

func (e entry) subject() subject {
	return subject{kind(e[lengthAt] & 1), binary.LittleEndian.Uint32(e[numberAt:])}
}

// size is the length of header and record; that of the header alone where a
// block ends before its end.
func (e entry) size() int { return headerSize + int(binary.LittleEndian.Uint32(e[lengthAt:])>>1) }

func (e entry) record() Record { return Record(e[headerSize:e.size():e.size()]) }

func writeEntry(to []byte, s subject, ref kg.Ref, r Record) {
	binary.LittleEndian.PutUint64(to, uint64(ref.Revision))
	binary.LittleEndian.PutUint32(to[ordinalAt:], ref.Ordinal)
	binary.LittleEndian.PutUint32(to[numberAt:], s.number)
	binary.LittleEndian.PutUint32(to[lengthAt:], uint32(len(r))<<1|uint32(s.kind))
	copy(to[headerSize:], r)
}
