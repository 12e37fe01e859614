package index

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/cespare/xxhash/v2"

	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
)

// ErrOtherSnapshot says that a snapshot is sound but not for this program, this
// machine or this ontology; the index is to be derived from the log again.
var ErrOtherSnapshot = errors.New("the index snapshot was made for another program or ontology")

// A snapshot is an Index in bytes: a header of four words (magic, the order of
// bytes in a word, format, ontology), the parts in the order of codec.index, and the xxHash64 of all before it. All is arrays of the very
// bytes that the Index has in memory, each after its length and filled up to
// whole words, so that reading is hanging them up in tables.
const (
	snapshotMagic  = 0x7864_6e69_6770_6365 // "ecpgindx" where low bytes come first
	snapshotOrder  = 0x0102_0304_0506_0708
	snapshotFormat = 5 // to be raised with every change of what pages and rows look like
	headerSize     = 4 * 8
	trailerSize    = 8
)

// WriteTo writes a snapshot of the Index and returns its size.
func (ix *Index) WriteTo(w io.Writer) (int64, error) {
	sum := xxhash.New()
	c := codec{out: bufio.NewWriterSize(io.MultiWriter(w, sum), 1<<18)}
	for _, word := range []uint64{snapshotMagic, snapshotOrder, snapshotFormat, ix.schema.hash()} {
		c.word(&word)
	}
	same := *ix // the walk writes to the Index that it reads
	c.index(&same)
	if err := errors.Join(c.err, c.out.Flush()); err != nil {
		return int64(c.size), fmt.Errorf("writing an index snapshot: %w", err)
	}
	n, err := w.Write(binary.NativeEndian.AppendUint64(nil, sum.Sum64()))
	return int64(c.size) + int64(n), err
}

// Read is the Index of a snapshot. It keeps b, which must not be changed any
// more. Damage is an error of code Corrupt; a sound snapshot that cannot be used
// is ErrOtherSnapshot.
func Read(o *ontology.Ontology, b []byte) (*Index, error) {
	damaged := func(what string) error {
		return kg.Errorf(kg.Corrupt, "the index snapshot is damaged: %s", what)
	}
	if len(b) < headerSize+trailerSize {
		return nil, damaged("it is too short")
	}
	var header [headerSize / 8]uint64
	for i := range header {
		header[i] = binary.NativeEndian.Uint64(b[8*i:])
	}
	body := b[:len(b)-trailerSize]
	switch {
	case header[0] != snapshotMagic || header[1] != snapshotOrder || header[2] != snapshotFormat:
		return nil, ErrOtherSnapshot
	case xxhash.Sum64(body) != binary.NativeEndian.Uint64(b[len(body):]):
		return nil, damaged("the checksum is wrong")
	}
	ix := New(o)
	if header[3] != ix.schema.hash() {
		return nil, ErrOtherSnapshot
	}
	c := codec{in: aligned(body)[headerSize:], owner: new(owner)}
	c.index(ix)
	if c.err == nil && len(c.in) > 0 {
		c.err = errMisfit
	}
	if c.err != nil {
		return nil, damaged(c.err.Error())
	}
	return ix, nil
}

// hash tells ontologies apart whose indexes differ.
func (s *schema) hash() uint64 {
	h := xxhash.New()
	for _, t := range s.ontology.NodeTypes {
		_, _ = fmt.Fprintf(h, "%q", t.Name)
		for _, c := range s.columns[t] {
			_, _ = fmt.Fprintf(h, "%q%q%q", c.Name, c.Kind, c.words)
		}
	}
	for _, r := range s.ontology.Relations {
		_, _ = fmt.Fprintf(h, ">%q", r.Name)
		for _, c := range s.linkColumns[s.relations[r]] {
			_, _ = fmt.Fprintf(h, "%q%q%q", c.Name, c.Kind, c.words)
		}
	}
	return h.Sum64()
}

var errMisfit = errors.New("its parts do not fit together")

// codec writes an Index or reads one: the same walk over its parts does both,
// so the two cannot differ.
type codec struct {
	out  *bufio.Writer // nil when it reads
	size uint64        // written
	in   []byte        // not yet read
	// owner owns what is made in reading; no Apply has it.
	owner *owner
	err   error
}

// index walks over all parts.
func (c *codec) index(ix *Index) {
	head := append([]uint64{
		uint64(ix.head.Revision), uint64(ix.time.UnixMilli()), uint64(ix.nextNode), uint64(ix.nextLink), uint64(ix.cited.nextPassage),
	}, make([]uint64, len(ix.types))...)
	slots := head[5:]
	for i, t := range ix.types {
		slots[i] = uint64(t.slots)
	}
	for i := range head {
		c.word(&head[i])
	}
	digest := slices.Clone(ix.head.Digest[:])
	array(c, &digest)
	if c.err != nil || len(digest) != len(ix.head.Digest) {
		c.fail()
		return
	}
	ix.head, ix.time = kg.Head{Revision: kg.Revision(head[0]), Digest: kg.Digest(digest)}, time.UnixMilli(int64(head[1])).UTC()
	ix.nextNode, ix.nextLink, ix.cited.nextPassage = uint32(head[2]), uint32(head[3]), uint32(head[4])

	codeRows(c, &ix.nodes)
	codeTexts(c, &ix.ids)
	codeTexts(c, &ix.names)
	codeTexts(c, &ix.aliases)
	codeHashes(c, &ix.nodeHash)
	for i, t := range ix.types {
		if c.out == nil { // else t belongs to others too
			t.slots = uint32(slots[i])
		}
		codeList(c, &t.byID)
		codeList(c, &t.byName)
		for j := range t.columns {
			codeRows(c, &t.columns[j].codes)
			codeTexts(c, &t.columns[j].texts)
			codeList(c, &t.columns[j].order)
		}
	}
	codeRows(c, &ix.links)
	if c.out == nil && !ix.countLinks() {
		c.fail()
		return
	}
	codeTexts(c, &ix.linkTexts)
	codeTexts(c, &ix.linkProps)
	codeHashes(c, &ix.linkHash)
	codeRuns(c, &ix.adjacency)
	codeDictionary(c, &ix.cited.documents)
	codeDictionary(c, &ix.cited.locators)
	codeRows(c, &ix.cited.passages)
	codeRuns(c, &ix.cited.ofDocument)
	codeRuns(c, &ix.cited.nodes)
	codeRuns(c, &ix.cited.links)
	codeTexts(c, &ix.cited.ofNodes)
	codeTexts(c, &ix.cited.ofLinks)
	codePostings(c, &ix.postings)
	codePast(c, &ix.pastNodes)
	codePast(c, &ix.pastLinks)
}

func codePast(c *codec, p *past) {
	codeRuns(c, &p.versions)
	codeTexts(c, &p.ids)
	codeHashes(c, &p.hash)
}

func codePostings(c *codec, p *postings) {
	codeDictionary(c, &p.terms)
	codeList(c, &p.order)
	codeHashes(c, &p.stems)
	codeRuns(c, &p.lists)
	codeCommons(c, p)
	codeTexts(c, &p.of)
	codeRows(c, &p.nameLengths)
	codeHashes(c, &p.whole)
}

func codeCommons(c *codec, p *postings) {
	commons := &p.commons
	var terms []uint32
	for i := range uint32(len(commons.leaves)) * leafSize {
		if commons.at(i) != nil {
			terms = append(terms, i)
		}
	}
	array(c, &terms)
	for _, t := range terms {
		of := new(common)
		if c.out != nil {
			*of = *commons.at(t)
		}
		size := uint64(of.size)
		c.word(&size)
		of.size = int(size)
		codePages(c, &of.pages)
		codeList(c, &of.ranked)
		sum := 0
		for _, page := range of.pages {
			sum += page.size()
		}
		if c.err != nil || sum != of.size || int(t) >= len(p.terms.texts.pages.leaves)*leafSize*pageTexts {
			c.fail()
			return
		}
		if c.out == nil {
			commons.set(c.owner, t, of)
		}
	}
}

// codePages writes or reads pages: how long each is, and then all of them, one
// behind the other.
func codePages(c *codec, pages *[]commonPage) {
	sizes := make([]uint32, len(*pages))
	for i, page := range *pages {
		sizes[i] = uint32(len(page))
	}
	array(c, &sizes)
	words := slices.Concat(*pages...)
	array(c, (*[]uint64)(&words))
	if c.out != nil || c.err != nil {
		return
	}
	for _, size := range sizes {
		if int(size) > len(words) || size > 0 && int(size) < commonPageSize(0) {
			c.fail()
			return
		}
		var page commonPage
		if size > 0 {
			if page = words[:size:size]; len(page) != commonPageSize(page.size()) {
				c.fail()
				return
			}
		}
		*pages, words = append(*pages, page), words[size:]
	}
	if len(words) > 0 {
		c.fail()
	}
}

func (c *codec) fail() {
	if c.err == nil {
		c.err = errMisfit
	}
}

// write writes the bytes.
func (c *codec) write(b []byte) {
	if c.err == nil {
		_, c.err = c.out.Write(b)
		c.size += uint64(len(b))
	}
}

// read takes so many bytes.
func (c *codec) read(n uint64) []byte {
	if c.err != nil || n > uint64(len(c.in)) {
		c.fail()
		return nil
	}
	b := c.in[:n:n]
	c.in = c.in[n:]
	return b
}

// word writes or reads a number.
func (c *codec) word(n *uint64) {
	if c.out != nil {
		c.write(binary.NativeEndian.AppendUint64(nil, *n))
	} else if b := c.read(8); b != nil {
		*n = binary.NativeEndian.Uint64(b)
	}
}

// pad writes or reads what fills size up to a whole word.
func (c *codec) pad(size uint64) {
	var zero [8]byte
	if fill := -size % 8; c.out != nil {
		c.write(zero[:fill])
	} else {
		c.read(fill)
	}
}

// array writes or reads elements without pointers.
func array[T any](c *codec, elements *[]T) {
	b := bytesOf(*elements)
	size := uint64(len(b))
	c.word(&size)
	if c.out != nil {
		c.write(b)
	} else {
		*elements = elementsIn[T](c.read(size))
	}
	c.pad(size)
}

// codeTable writes or reads the pages of a table, which are bytes: how long
// each is, and then all of them.
func codeTable[T any](c *codec, t *table[T], bytesOf func(T) []byte, of func([]byte) T) {
	var sizes []uint32
	total := uint64(0)
	if c.out != nil {
		sizes = make([]uint32, len(t.leaves)*leafSize)
		for i := range sizes {
			sizes[i] = uint32(len(bytesOf(t.at(uint32(i)))))
			total += uint64(sizes[i])
		}
	}
	array(c, &sizes)
	c.word(&total)
	if c.out != nil {
		for i := range sizes {
			c.write(bytesOf(t.at(uint32(i))))
		}
		c.pad(total)
		return
	}
	b := c.read(total)
	c.pad(total)
	if c.err != nil || len(sizes)%leafSize != 0 {
		c.fail()
		return
	}
	*t = table[T]{leaves: make([]*leaf[T], len(sizes)/leafSize)}
	for i, size := range sizes {
		if size == 0 {
			continue
		}
		if uint64(size) > uint64(len(b)) {
			c.fail()
			return
		}
		l := t.leaves[i/leafSize]
		if l == nil {
			l = new(leaf[T])
			t.leaves[i/leafSize] = l
		}
		l.slots[i%leafSize] = of(b[:size:size])
		b = b[size:]
	}
	if len(b) > 0 {
		c.fail()
	}
}

func codeTexts(c *codec, t *texts) { codeTable(c, &t.pages, bytesOfText, textIn) }

func codeRows[T any](c *codec, r *rows[T]) { codeTable(c, &r.pages, bytesOfPage[T], pageIn[T]) }

func codeHashes(c *codec, t *hashes) {
	count, entries := uint64(t.count), uint64(t.entries)
	c.word(&count)
	c.word(&entries)
	t.count, t.entries = uint32(count), int(entries)
	codeTable(c, &t.buckets, bytesOf[uint64], elementsIn[uint64])
}

func codeDictionary(c *codec, d *dictionary) {
	codeTexts(c, &d.texts)
	codeHashes(c, &d.hash)
}

func codeRuns[E comparable](c *codec, r *runs[E]) {
	codeTable(c, &r.pages, bytesOf[uint32], elementsIn[uint32])
	array(c, &r.free)
	slots := uint64(r.slots)
	c.word(&slots)
	r.slots = uint32(slots)
	for slot := range r.slots {
		if c.err != nil {
			return
		}
		list := r.hubs.at(slot)
		codeList(c, &list)
		if c.out == nil {
			r.hubs.set(c.owner, slot, list)
		}
	}
}

// codeList writes or reads the list: how long each block is, and then all of them.
func codeList[E any](c *codec, l *List[E]) {
	var (
		sizes    []uint32
		elements []E
	)
	if c.out != nil {
		for run := l.Run(0); len(run) > 0; run = l.Run(len(elements)) {
			sizes = append(sizes, uint32(len(run)))
			elements = append(elements, run...)
		}
	}
	array(c, &sizes)
	array(c, &elements)
	if c.out != nil || c.err != nil {
		return
	}
	var b blocks[E]
	for _, size := range sizes {
		if int(size) > len(elements) || size == 0 {
			c.fail()
			return
		}
		b.made = append(b.made, elements[:size:size])
		elements = elements[size:]
	}
	if len(elements) > 0 {
		c.fail()
		return
	}
	*l = b.list()
}
