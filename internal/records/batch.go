package records

import (
	"bytes"
	"context"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
)

// Batch gathers which records are needed, so that one call of the source
// fetches those that the cache does not hold. It serves one goroutine. Each use
// ends with Fetch.
//
// The places that it is given must stay what they are until Fetch has returned:
// elements of a slice that is not grown meanwhile, say.
type Batch struct {
	cache  *Cache
	index  *index.Index
	hits   int64
	wanted map[kg.Ref]int // the position in refs of what was not held
	refs   []kg.Ref
	of     []subject // of refs
	places []place

	found   []Record // of refs
	scratch []byte
}

// place is where the record at a ref goes.
type place struct {
	record *Record
	ref    int
}

// Batch starts a batch for the index, all of whose commits the source holds.
func (c *Cache) Batch(ix *index.Index) *Batch {
	return &Batch{cache: c, index: ix}
}

// Reset makes the batch one for that index of the same graph, so that batches
// can be pooled. A batch for no index, nil, holds on to none.
func (b *Batch) Reset(ix *index.Index) {
	b.drop()
	b.index = ix
}

// Node asks for the record of the node. It is put in place at once, or by
// Fetch; until then the place is nil.
func (b *Batch) Node(n index.Node, place *Record) {
	b.want(subject{nodeKind, uint32(n)}, b.index.NodeRef(n), place)
}

// Link asks for the record of the link. It is put in place at once, or by
// Fetch; until then the place is nil.
func (b *Batch) Link(l index.Link, place *Record) {
	b.want(subject{linkKind, uint32(l)}, b.index.LinkRef(l), place)
}

func (b *Batch) want(s subject, ref kg.Ref, at *Record) {
	*at = b.cache.arena.get(s, ref)
	if *at != nil {
		b.hits++
		return
	}
	i, known := b.wanted[ref]
	if !known {
		if b.wanted == nil {
			b.wanted = map[kg.Ref]int{}
		}
		i = len(b.refs)
		b.wanted[ref] = i
		b.refs = append(b.refs, ref)
		b.of = append(b.of, s)
	}
	b.places = append(b.places, place{at, i})
}

// Fetch puts all records that were asked for in place, by one call of the
// source at most, and none when the cache holds them all. After an error none
// of those that were missing is in place. The Batch can then be used again.
func (b *Batch) Fetch(ctx context.Context) error {
	defer b.drop()
	b.cache.hits.Add(b.hits)
	b.hits = 0
	if len(b.places) == 0 {
		return nil
	}
	b.cache.misses.Add(int64(len(b.places)))
	records, err := b.cache.read(ctx, b.refs)
	if err != nil {
		return err
	}
	for i, r := range records {
		if err := b.encode(b.of[i], r); err != nil {
			return err
		}
		kept := b.cache.arena.put(b.of[i], b.refs[i], b.scratch)
		if kept == nil {
			kept = bytes.Clone(b.scratch)
		}
		b.found = append(b.found, kept)
	}
	for _, p := range b.places {
		*p.record = b.found[p.ref]
	}
	return nil
}

// encode leaves the Record of what the source gave in scratch.
func (b *Batch) encode(s subject, r kg.Record) error {
	e := encoder{b.index.Node}
	if s.kind == nodeKind {
		n, err := nodeOf(b.index, index.Node(s.number), r)
		if err != nil {
			return err
		}
		b.scratch, err = e.node(b.scratch[:0], b.index.NodeType(index.Node(s.number)), n)
		return about(n.ID, err)
	}
	l, err := linkOf(b.index, index.Link(s.number), r)
	if err != nil {
		return err
	}
	b.scratch, err = e.link(b.scratch[:0], b.index.LinkRelation(index.Link(s.number)), l)
	return about(l.ID, err)
}

// about says whose record the error is about; nil stays nil.
func about(id kg.ID, err error) error {
	if err == nil {
		return nil
	}
	return kg.Errorf(kg.CodeOf(err), "%s: %w", id, err)
}

// drop forgets what was asked for, and keeps no record alive, nor much memory.
func (b *Batch) drop() {
	if len(b.refs) > manyRefs {
		*b = Batch{cache: b.cache, index: b.index}
		return
	}
	if len(b.refs) > 0 {
		clear(b.wanted)
		clear(b.places)
		clear(b.found)
		b.refs, b.of, b.places, b.found = b.refs[:0], b.of[:0], b.places[:0], b.found[:0]
	}
	b.hits = 0
}

// manyRefs is how many records a batch may have fetched for its memory to be
// used again.
const manyRefs = 4096
