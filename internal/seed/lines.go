package seed

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"sync"

	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
)

// MaxLine is how many bytes a line of JSON Lines may have, its end not counted.
const MaxLine = 1 << 20

// ReadLines reads nodes and links as JSON Lines, one object a line, in any
// order (https://jsonlines.org); blank lines are skipped. WriteLines shows the
// form. name stands for the stream in messages.
//
// A line may name nodes and links that the stream does not hold where known
// reports that they exist already; nil knows none. The error joins all faults,
// each as "name:line: what to mend", and has code Invalid; when reading fails
// it is that error. Lines are decoded on all processors; r and known are called
// by the caller's goroutine alone.
func ReadLines(r io.Reader, name string, o *ontology.Ontology, known func(kg.ID) bool) (*Set, error) {
	decoders := make([]*lineDecoder, runtime.GOMAXPROCS(0))
	toDecode := make(chan *block, len(decoders))
	var decoding sync.WaitGroup
	for i := range decoders {
		d := newLineDecoder(name, o)
		decoders[i] = d
		decoding.Go(func() {
			for b := range toDecode {
				d.decode(b)
			}
		})
	}
	var blocks []*block
	err := readBlocks(r, name, func(b *block) {
		blocks = append(blocks, b)
		toDecode <- b
	})
	close(toDecode)
	decoding.Wait()
	if err != nil {
		return nil, err
	}
	lr := newLineReader(name, blocks)
	lr.checkEnds(decoders, known)
	if err := lr.faults.err(); err != nil {
		return nil, err
	}
	lr.set.sort()
	return lr.set, nil
}

// block is a run of lines, which one goroutine decodes.
type block struct {
	first   int    // the number of the first line
	text    string // the lines with their ends
	faults  faults
	records []lineRecord
}

// lineRecord is the node or the link of one line.
type lineRecord struct {
	line   int
	node   *kg.Node
	link   *kg.Link
	faulty bool  // it could not be decoded whole
	fault  error // what the ontology says of it
}

func (r *lineRecord) id() kg.ID {
	if r.node != nil {
		return r.node.ID
	}
	return r.link.ID
}

// blockSize is how many bytes a block has at most, but for a longer line.
const blockSize = 1 << 17

// readBlocks cuts the stream into blocks. In place of a line that is too long
// the block has an empty one, and the fault.
func readBlocks(r io.Reader, name string, send func(*block)) error {
	in := bufio.NewReaderSize(r, 1<<16)
	var text strings.Builder
	b := &block{first: 1}
	for line := 1; ; line++ {
		part, err := readLine(in)
		switch {
		case errors.Is(err, errLongLine):
			b.faults.addf(place{name, line}, "the line has more than the %d bytes allowed", MaxLine)
			part, err = []byte("\n"), nil
		case err != nil && !errors.Is(err, io.EOF):
			return fmt.Errorf("%s: %w", place{name, line}, err)
		}
		if text.Len()+len(part) > blockSize && text.Len() > 0 {
			b.text = text.String()
			send(b)
			text.Reset()
			b = &block{first: line}
		}
		if text.Len() == 0 {
			text.Grow(max(blockSize, len(part)))
		}
		text.Write(part)
		if err != nil {
			b.text = text.String()
			send(b)
			return nil
		}
	}
}

var errLongLine = errors.New("line too long")

// readLine reads up to the next line end; io.EOF comes with the last line. The
// line holds until the next call. A line that is too long is skipped and
// reported as errLongLine.
func readLine(in *bufio.Reader) ([]byte, error) {
	var line []byte
	long := false
	for {
		part, err := in.ReadSlice('\n')
		if line == nil && !errors.Is(err, bufio.ErrBufferFull) {
			return part, err
		}
		if !long {
			line = append(line, part...)
			long = len(bytes.TrimSuffix(line, []byte("\n"))) > MaxLine
		}
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
		case err != nil && !errors.Is(err, io.EOF):
			return nil, err
		case long:
			// At the end of the input the next call returns io.EOF again.
			return nil, errLongLine
		default:
			return line, err
		}
	}
}

// lineReader puts the blocks together.
type lineReader struct {
	set    *Set
	faults faults
}

// newLineReader takes what the blocks hold, in their order; of an id that is
// given twice, the first.
func newLineReader(name string, blocks []*block) *lineReader {
	nodes, links := 0, 0
	for _, b := range blocks {
		for i := range b.records {
			if b.records[i].node != nil {
				nodes++
			} else {
				links++
			}
		}
	}
	r := &lineReader{set: &Set{Name: name, places: make(map[kg.ID]place, nodes+links)}}
	r.set.Nodes, r.set.Links = slices.Grow(r.set.Nodes, nodes), slices.Grow(r.set.Links, links)
	for _, b := range blocks {
		r.faults.list = append(r.faults.list, b.faults.list...)
		for i := range b.records {
			r.add(&b.records[i])
		}
	}
	return r
}

func (r *lineReader) add(record *lineRecord) {
	at := place{r.set.Name, record.line}
	id := record.id()
	if first, ok := r.set.places[id]; ok {
		r.faults.addf(at, "%s is given twice, first at %s", id, first)
		return
	}
	r.set.places[id] = at
	if record.faulty {
		return
	}
	r.faults.addAll(at, record.fault)
	if n := record.node; n != nil {
		r.set.Nodes = append(r.set.Nodes, n)
		if n.Type == ontology.DocumentType && record.fault == nil {
			if o := outlineOf(n, at, &r.faults); o != nil {
				r.set.Outlines = append(r.set.Outlines, o)
			}
		}
	} else {
		r.set.Links = append(r.set.Links, record.link)
	}
}

// checkEnds reports what names a node or link that neither the stream holds nor
// the caller knows.
func (r *lineReader) checkEnds(decoders []*lineDecoder, known func(kg.ID) bool) {
	exists := func(id kg.ID) bool {
		_, ok := r.set.places[id]
		return ok || known != nil && known(id)
	}
	if !slices.ContainsFunc(decoders, func(d *lineDecoder) bool { return d.named.missing(exists) }) {
		return // as a rule; each id was looked up once, not wherever it is named
	}
	cited := func(at place, about kg.ID, citations []kg.Citation) {
		for _, c := range citations {
			if !exists(c.Document) {
				r.faults.addf(at, "%s: cites %q, which no line defines", about, c.Document)
			}
		}
	}
	for _, n := range r.set.Nodes {
		at := r.set.places[n.ID]
		cited(at, n.ID, n.Citations)
		for _, a := range n.Aliases {
			if !slices.Equal(a.Citations, n.Citations) {
				cited(at, n.ID, a.Citations)
			}
		}
	}
	for _, l := range r.set.Links {
		at := r.set.places[l.ID]
		for _, id := range append([]kg.ID{l.From, l.To}, l.Premises...) {
			if !exists(id) {
				r.faults.addf(at, "%s: no line defines %q", l.ID, id)
			}
		}
		cited(at, l.ID, l.Citations)
	}
}
