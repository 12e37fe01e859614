package store

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"time"

	"github.com/tinylib/msgp/msgp"

	"ecpgraph/internal/kg"
)

// What a log takes. More is an error of code Limit. The bounds keep every
// chunk small enough for the smallest engine to keep it in place.
const (
	MaxRecords = 1 << 28   // records of a commit: the index keeps an ordinal in 28 bits
	MaxRecord  = 512 << 10 // bytes of one encoded record
	MaxAuthor  = 1 << 10   // bytes of a commit's author
	MaxReason  = 16 << 10  // bytes of a commit's reason
	MaxChunk   = 768 << 10 // bytes of a chunk; follows from the others
)

// Packing: random reads cost bytes and scans cost chunks, so a commit is one
// chunk up to a size, and above it goes into chunks of a fixed number of
// records, which make the chunk of a record a division.
const (
	oneChunk   = 8 << 10 // bytes of records up to which a commit stays whole
	fewRecords = 16      // records a chunk where they are large
	maxRecords = 32      // records a chunk where they are small
)

// The first byte of every chunk is the codec version of its commit. Version 1,
// which is read and not written any more, counts the records of a commit but not
// by operation.
const (
	codecVersion  = 2
	codecVersion1 = 1
)

// frameOverhead is more than a record's length and checksum take.
const frameOverhead = 16

// header is what chunk 0 says of its commit, before the first records.
type header struct {
	version        uint8
	digest         kg.Digest
	time           time.Time
	author, reason string
	wrote          kg.Counts // of version 2
	records        uint32    // in all
	perChunk       uint32
}

// commitHead is the header for those who do not look for records.
func (h *header) commitHead(revision kg.Revision) kg.CommitHead {
	head := kg.CommitHead{Head: kg.Head{Revision: revision, Digest: h.digest}, Time: h.time, Author: h.author, Reason: h.reason, Records: h.records}
	if h.version != codecVersion1 {
		wrote := h.wrote
		head.Wrote = &wrote
	}
	return head
}

// layout is the part of the header that finds a record.
type layout struct {
	records, perChunk uint32
	version           uint8
}

func (h *header) layout() layout { return layout{h.records, h.perChunk, h.version} }

// chunks is the number of chunks of the commit; there is always one.
func (l layout) chunks() uint32 {
	return max(1, uint32((uint64(l.records)+uint64(l.perChunk)-1)/uint64(l.perChunk)))
}

// pack encodes the commit as the one with the revision after the parent. It
// returns the new head.
func pack(parent kg.Head, c *kg.Commit) (Packed, kg.Head, error) {
	revision := parent.Revision + 1
	switch {
	case len(c.Author) > MaxAuthor:
		return Packed{}, kg.Head{}, kg.Errorf(kg.Limit, "the author has %d bytes, more than %d", len(c.Author), MaxAuthor)
	case len(c.Reason) > MaxReason:
		return Packed{}, kg.Head{}, kg.Errorf(kg.Limit, "the reason has %d bytes, more than %d", len(c.Reason), MaxReason)
	case len(c.Records) > MaxRecords:
		return Packed{}, kg.Head{}, kg.Errorf(kg.Limit, "%d records in one commit are more than %d: make several commits", len(c.Records), MaxRecords)
	case c.Time.UTC().Year() < 1 || c.Time.UTC().Year() > 9999:
		return Packed{}, kg.Head{}, kg.Invalidf("the commit's time %s is outside the years 1 to 9999", c.Time)
	}

	runs, err := encodeRecords(c.Records)
	if err != nil {
		return Packed{}, kg.Head{}, err
	}
	size := 0                              // of all records
	ends := make([]int, 0, len(c.Records)) // where each would end behind those before it
	for _, r := range runs {
		for _, end := range r.ends {
			ends = append(ends, size+end)
		}
		size += len(r.body)
	}

	h := header{
		version: codecVersion, time: c.Time, author: c.Author, reason: c.Reason,
		records: uint32(len(ends)), perChunk: recordsPerChunk(ends),
	}
	for i := range c.Records {
		h.wrote.Count(c.Records[i].Op)
	}
	content := sha256.New()
	content.Write([]byte{h.version})
	content.Write(h.appendMeta(nil))
	for _, r := range runs {
		content.Write(r.body)
	}
	h.digest = chain(parent.Digest, revision, content.Sum(nil))

	packed := Packed{Revision: revision, Chunks: make([][]byte, 0, h.layout().chunks())}
	room := min(size, oneChunk) + min(len(ends), int(h.perChunk))*frameOverhead
	chunk := h.append(make([]byte, 0, room+128+len(h.author)+len(h.reason)), revision)
	ordinal := uint32(0)
	for _, r := range runs {
		start := 0
		for _, end := range r.ends {
			if ordinal > 0 && ordinal%h.perChunk == 0 {
				packed.Chunks = append(packed.Chunks, chunk)
				chunk = append(make([]byte, 0, room), codecVersion)
			}
			chunk = appendFrame(chunk, kg.Ref{Revision: revision, Ordinal: ordinal}, r.body[start:end])
			start = end
			ordinal++
		}
	}
	packed.Chunks = append(packed.Chunks, chunk)
	return packed, kg.Head{Revision: revision, Digest: h.digest}, nil
}

// recordsPerChunk chooses the packing of records that end at the offsets.
func recordsPerChunk(ends []int) uint32 {
	if len(ends) == 0 {
		return 1
	}
	size := ends[len(ends)-1]
	if size <= oneChunk {
		return uint32(len(ends))
	}
	per := min(max(oneChunk*len(ends)/size, fewRecords), maxRecords)
	for per > 1 && largest(ends, per)+MaxAuthor+MaxReason+per*frameOverhead+sha256.Size > MaxChunk {
		per /= 2
	}
	return uint32(per)
}

// largest is the size of the largest run of per records.
func largest(ends []int, per int) int {
	most, start := 0, 0
	for i := per - 1; ; i += per {
		end := ends[min(i, len(ends)-1)]
		most, start = max(most, end-start), end
		if i >= len(ends)-1 {
			return most
		}
	}
}

// chain is the digest of a commit: SHA-256 over the digest of its parent, its
// revision and the SHA-256 of its content. The content leaves out checksums
// and chunk borders, so packing may change without changing digests.
func chain(parent kg.Digest, revision kg.Revision, content []byte) kg.Digest {
	b := append(make([]byte, 0, 72), parent[:]...)
	b = binary.BigEndian.AppendUint64(b, uint64(revision))
	return sha256.Sum256(append(b, content...))
}

// appendMeta appends the part of the header that is content.
func (h *header) appendMeta(b []byte) []byte {
	b = msgp.AppendInt64(b, h.time.UnixMilli())
	b = msgp.AppendString(b, h.author)
	b = msgp.AppendString(b, h.reason)
	if h.version == codecVersion1 {
		return msgp.AppendUint32(b, h.records)
	}
	for _, count := range []uint32{h.wrote.NodesPut, h.wrote.NodesDeleted, h.wrote.LinksPut, h.wrote.LinksDeleted} {
		b = msgp.AppendUint32(b, count)
	}
	return b
}

func (h *header) append(b []byte, revision kg.Revision) []byte {
	start := len(b)
	b = append(b, h.version)
	b = append(b, h.digest[:]...)
	b = h.appendMeta(b)
	b = msgp.AppendUint32(b, h.perChunk)
	return binary.BigEndian.AppendUint32(b, checksum(kg.Ref{Revision: revision, Ordinal: headerOrdinal}, b[start:]))
}

// headerOrdinal stands for the header where a checksum covers an ordinal.
const headerOrdinal = 1<<32 - 1

// checksum is the CRC32C over the address and the bytes, so that right bytes in
// a wrong place fail too.
func checksum(ref kg.Ref, b []byte) uint32 {
	var at [12]byte
	binary.BigEndian.PutUint64(at[:8], uint64(ref.Revision))
	binary.BigEndian.PutUint32(at[8:], ref.Ordinal)
	return crc32.Update(crc32.Checksum(at[:], castagnoli), castagnoli, b)
}

func appendFrame(b []byte, ref kg.Ref, record []byte) []byte {
	b = msgp.AppendBytes(b, record)
	return binary.BigEndian.AppendUint32(b, checksum(ref, record))
}

// readHeader reads the header of chunk 0 and returns the frames behind it.
func readHeader(revision kg.Revision, chunk []byte) (header, []byte, error) {
	h, rest, err := parseHeader(revision, chunk)
	if err != nil {
		return header{}, nil, kg.Errorf(kg.Corrupt, "the header of revision %d is damaged: %w", revision, err)
	}
	return h, rest, nil
}

func parseHeader(revision kg.Revision, chunk []byte) (h header, rest []byte, err error) {
	if h.version, err = versionOf(chunk); err != nil {
		return h, nil, err
	}
	if len(chunk) < 1+len(h.digest) {
		return h, nil, msgp.ErrShortBytes
	}
	copy(h.digest[:], chunk[1:])
	d := decoder{b: chunk[1+len(h.digest):]}
	millis := d.int()
	h.time = time.UnixMilli(millis).UTC()
	h.author, h.reason = d.string(), d.string()
	count := func() uint32 { return uint32(d.uint(1<<32 - 1)) }
	if h.version == codecVersion1 {
		h.records = count()
	} else {
		h.wrote = kg.Counts{NodesPut: count(), NodesDeleted: count(), LinksPut: count(), LinksDeleted: count()}
		h.records = uint32(min(h.wrote.Records(), 1<<32-1))
	}
	h.perChunk = count()
	if d.err != nil {
		return h, nil, d.err
	}
	size := len(chunk) - len(d.b)
	switch {
	case len(d.b) < 4:
		return h, nil, msgp.ErrShortBytes
	case binary.BigEndian.Uint32(d.b) != checksum(kg.Ref{Revision: revision, Ordinal: headerOrdinal}, chunk[:size]):
		return h, nil, errChecksum
	case h.perChunk == 0:
		return h, nil, fmt.Errorf("no records a chunk")
	}
	return h, d.b[4:], nil
}

var errChecksum = fmt.Errorf("the checksum is wrong")

// versionOf is the codec version of the chunk, one that this program reads.
func versionOf(chunk []byte) (uint8, error) {
	switch {
	case len(chunk) == 0:
		return 0, msgp.ErrShortBytes
	case chunk[0] != codecVersion && chunk[0] != codecVersion1:
		return 0, fmt.Errorf("codec version %d is neither %d nor %d, which this program reads", chunk[0], codecVersion, codecVersion1)
	}
	return chunk[0], nil
}

// CommitDigest returns the digest that chunk 0 of the revision says its commit
// has, for engines that hold a copy of the head against the log.
func CommitDigest(revision kg.Revision, chunk []byte) (kg.Digest, error) {
	h, _, err := readHeader(revision, chunk)
	return h.digest, err
}

// frames walks the records of one chunk.
type frames struct {
	ref  kg.Ref // of the next record
	rest []byte
}

// openChunk starts the walk of a chunk after chunk 0.
func openChunk(ref ChunkRef, l layout, chunk []byte) (frames, error) {
	first := kg.Ref{Revision: ref.Revision, Ordinal: ref.Chunk * l.perChunk}
	version, err := versionOf(chunk)
	if err == nil && version != l.version {
		err = fmt.Errorf("its chunk has codec version %d, and the commit %d", version, l.version)
	}
	if err != nil {
		return frames{}, damaged(first, err)
	}
	return frames{first, chunk[1:]}, nil
}

// skip passes over the next record without checking it.
func (f *frames) skip() error {
	_, rest, err := msgp.ReadBytesZC(f.rest)
	if err == nil && len(rest) < 4 {
		err = msgp.ErrShortBytes
	}
	if err != nil {
		return damaged(f.ref, err)
	}
	f.rest = rest[4:]
	f.ref.Ordinal++
	return nil
}

// next checks and decodes the next record, and returns its bytes too.
func (f *frames) next() (kg.Record, []byte, error) {
	record, rest, err := msgp.ReadBytesZC(f.rest)
	switch {
	case err != nil:
	case len(rest) < 4:
		err = msgp.ErrShortBytes
	case binary.BigEndian.Uint32(rest) != checksum(f.ref, record):
		err = errChecksum
	}
	if err != nil {
		return kg.Record{}, nil, damaged(f.ref, err)
	}
	r, err := decodeRecord(record)
	if err != nil {
		return kg.Record{}, nil, damaged(f.ref, err)
	}
	f.rest = rest[4:]
	f.ref.Ordinal++
	return r, record, nil
}

func damaged(ref kg.Ref, err error) error {
	return kg.Errorf(kg.Corrupt, "record %d of revision %d is damaged: %w; restore the store from a backup", ref.Ordinal, ref.Revision, err)
}

// describe names the record for people.
func describe(r *kg.Record) string {
	switch {
	case r.Node != nil:
		return fmt.Sprintf("node %q", r.Node.ID)
	case r.Link != nil:
		return fmt.Sprintf("link %q", r.Link.ID)
	}
	return fmt.Sprintf("the deletion of %q", r.ID)
}
