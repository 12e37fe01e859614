package store

import (
	"context"
	"crypto/sha256"
	"iter"
	"sync"

	"ecpgraph/internal/kg"
)

// Records implements kg.Store. It asks the engine for chunks at most twice,
// however many the refs: a commit whose layout is not known shows it in chunk 0.
func (l *Log) Records(ctx context.Context, refs []kg.Ref) ([]kg.Record, error) {
	if err := l.enter(ctx); err != nil {
		return nil, err
	}
	defer l.exit()

	b := batch{log: l, layouts: map[kg.Revision]layout{}, chunks: map[ChunkRef]frames{}}
	for _, ref := range refs {
		if ref.Revision == 0 {
			return nil, notFound(ref)
		}
		if lay, known := l.layouts.get(ref.Revision); known {
			if ref.Ordinal >= lay.records {
				return nil, notFound(ref)
			}
			b.layouts[ref.Revision] = lay
		}
		b.want(b.chunkOf(ref))
	}
	if err := b.fetch(ctx); err != nil {
		return nil, err
	}
	for _, ref := range refs {
		if ref.Ordinal >= b.layouts[ref.Revision].records {
			return nil, notFound(ref)
		}
		b.want(b.chunkOf(ref))
	}
	if err := b.fetch(ctx); err != nil {
		return nil, err
	}

	records := make([]kg.Record, len(refs))
	for i, ref := range refs {
		var err error
		if records[i], err = b.read(ref); err != nil {
			return nil, err
		}
	}
	return records, nil
}

func notFound(ref kg.Ref) error {
	return kg.Errorf(kg.NotFound, "no commit wrote record %d of revision %d", ref.Ordinal, ref.Revision)
}

// batch is one call of Records.
type batch struct {
	log     *Log
	layouts map[kg.Revision]layout
	wanted  []ChunkRef
	chunks  map[ChunkRef]frames // what is wanted or fetched
}

// chunkOf is the chunk that holds the record; chunk 0 while the layout is not known.
func (b *batch) chunkOf(ref kg.Ref) ChunkRef {
	at := ChunkRef{Revision: ref.Revision}
	if lay, known := b.layouts[ref.Revision]; known {
		at.Chunk = ref.Ordinal / lay.perChunk
	}
	return at
}

func (b *batch) want(at ChunkRef) {
	if _, have := b.chunks[at]; !have {
		b.chunks[at] = frames{}
		b.wanted = append(b.wanted, at)
	}
}

func (b *batch) fetch(ctx context.Context) error {
	if len(b.wanted) == 0 {
		return nil
	}
	chunks, err := b.log.engine.Chunks(ctx, b.wanted)
	if err != nil {
		return err
	}
	for i, at := range b.wanted {
		if chunks[i] == nil {
			return b.log.missing(ctx, at)
		}
		f, err := b.open(at, chunks[i])
		if err != nil {
			return err
		}
		b.chunks[at] = f
	}
	b.wanted = b.wanted[:0]
	return nil
}

func (b *batch) open(at ChunkRef, chunk []byte) (frames, error) {
	if at.Chunk > 0 {
		return openChunk(at, b.layouts[at.Revision], chunk)
	}
	h, rest, err := readHeader(at.Revision, chunk)
	if err != nil {
		return frames{}, err
	}
	b.layouts[at.Revision] = h.layout()
	b.log.layouts.put(at.Revision, h.layout())
	return frames{kg.Ref{Revision: at.Revision}, rest}, nil
}

func (b *batch) read(ref kg.Ref) (kg.Record, error) {
	f := b.chunks[b.chunkOf(ref)]
	for f.ref.Ordinal < ref.Ordinal {
		if err := f.skip(); err != nil {
			return kg.Record{}, err
		}
	}
	r, _, err := f.next()
	return r, err
}

// missing is the error for a chunk that the engine does not have: past the
// head nobody wrote it, else it is lost.
func (l *Log) missing(ctx context.Context, at ChunkRef) error {
	head, err := l.engine.Head(ctx)
	switch {
	case err != nil:
		return err
	case at.Revision > head.Revision:
		return pastHead(at.Revision, head)
	}
	return kg.Errorf(kg.Corrupt, "chunk %d of revision %d is missing: restore the store from a backup", at.Chunk, at.Revision)
}

func pastHead(revision kg.Revision, head kg.Head) error {
	return kg.Errorf(kg.NotFound, "there is no revision %d: the log ends at %d", revision, head.Revision)
}

// digestAt reads the digest that the commit says it has.
func (l *Log) digestAt(ctx context.Context, revision kg.Revision) (kg.Digest, error) {
	if revision == 0 {
		return kg.Digest{}, nil
	}
	at := ChunkRef{Revision: revision}
	chunks, err := l.engine.Chunks(ctx, []ChunkRef{at})
	if err != nil {
		return kg.Digest{}, err
	}
	if chunks[0] == nil {
		return kg.Digest{}, l.missing(ctx, at)
	}
	return CommitDigest(revision, chunks[0])
}

// CommitHeads implements kg.Store: one call of the engine, for chunk 0 of each.
func (l *Log) CommitHeads(ctx context.Context, revisions []kg.Revision) ([]kg.CommitHead, error) {
	if err := l.enter(ctx); err != nil {
		return nil, err
	}
	defer l.exit()
	newest, err := l.engine.Head(ctx)
	if err != nil {
		return nil, err
	}
	places := make(map[kg.Revision]int, len(revisions)) // of the chunk
	var refs []ChunkRef
	for _, r := range revisions {
		if r > newest.Revision { // an append under way may have left chunks there
			return nil, pastHead(r, newest)
		}
		if _, known := places[r]; !known && r > 0 {
			places[r] = len(refs)
			refs = append(refs, ChunkRef{Revision: r})
		}
	}
	if len(refs) == 0 {
		return make([]kg.CommitHead, len(revisions)), nil
	}
	chunks, err := l.engine.Chunks(ctx, refs)
	if err != nil {
		return nil, err
	}
	heads := make([]kg.CommitHead, len(revisions))
	for i, r := range revisions {
		if r == 0 {
			continue
		}
		chunk := chunks[places[r]]
		if chunk == nil {
			return nil, l.missing(ctx, ChunkRef{Revision: r})
		}
		h, _, err := readHeader(r, chunk)
		if err != nil {
			return nil, err
		}
		heads[i] = h.commitHead(r)
	}
	return heads, nil
}

// Commits implements kg.Store. The walk holds nothing between two steps, so a
// slow reader costs the store nothing.
func (l *Log) Commits(ctx context.Context, after kg.Revision) iter.Seq2[kg.Commit, error] {
	head, headErr := l.Head(ctx)
	return func(yield func(kg.Commit, error) bool) {
		if headErr != nil {
			yield(kg.Commit{}, headErr)
			return
		}
		if after >= head.Revision {
			return
		}
		digest, err := l.startOfWalk(ctx, after)
		if err != nil {
			yield(kg.Commit{}, err)
			return
		}
		at := kg.Head{Revision: after, Digest: digest}
		for at.Revision < head.Revision {
			packed, err := l.scan(ctx, at.Revision)
			if err != nil {
				yield(kg.Commit{}, err)
				return
			}
			for i := range packed {
				if at.Revision == head.Revision {
					return
				}
				c, err := l.step(ctx, at, head, &packed[i])
				if err != nil {
					yield(kg.Commit{}, err)
					return
				}
				at = kg.Head{Revision: c.Revision, Digest: c.Digest}
				if !yield(c, nil) {
					return
				}
			}
		}
	}
}

func (l *Log) startOfWalk(ctx context.Context, revision kg.Revision) (kg.Digest, error) {
	if err := l.enter(ctx); err != nil {
		return kg.Digest{}, err
	}
	defer l.exit()
	return l.digestAt(ctx, revision)
}

func (l *Log) scan(ctx context.Context, after kg.Revision) ([]Packed, error) {
	if err := l.enter(ctx); err != nil {
		return nil, err
	}
	defer l.exit()
	packed, err := l.engine.Scan(ctx, after)
	if err == nil && len(packed) == 0 {
		err = l.missing(ctx, ChunkRef{Revision: after + 1})
	}
	return packed, err
}

// step unpacks the next commit of a walk to the head.
func (l *Log) step(ctx context.Context, parent, head kg.Head, p *Packed) (kg.Commit, error) {
	if err := l.enter(ctx); err != nil {
		return kg.Commit{}, err
	}
	defer l.exit()
	if p.Revision != parent.Revision+1 {
		return kg.Commit{}, kg.Errorf(kg.Corrupt, "revision %d is missing: restore the store from a backup", parent.Revision+1)
	}
	c, lay, err := unpack(parent.Digest, p)
	if err != nil {
		return kg.Commit{}, err
	}
	if c.Revision == head.Revision && c.Digest != head.Digest {
		return kg.Commit{}, kg.Errorf(kg.Corrupt, "the head says digest %.12s… for revision %d, the commit says %.12s…", head.Digest, head.Revision, c.Digest)
	}
	l.layouts.put(p.Revision, lay)
	return c, nil
}

// unpack decodes a whole commit and checks its place in the digest chain.
func unpack(parent kg.Digest, p *Packed) (kg.Commit, layout, error) {
	if len(p.Chunks) == 0 {
		return kg.Commit{}, layout{}, kg.Errorf(kg.Corrupt, "revision %d has no chunks", p.Revision)
	}
	h, rest, err := readHeader(p.Revision, p.Chunks[0])
	if err != nil {
		return kg.Commit{}, layout{}, err
	}
	lay := h.layout()
	if uint64(len(p.Chunks)) != uint64(lay.chunks()) {
		return kg.Commit{}, layout{}, kg.Errorf(kg.Corrupt, "revision %d has %d chunks, want %d", p.Revision, len(p.Chunks), lay.chunks())
	}
	c := kg.Commit{Time: h.time, Author: h.author, Reason: h.reason, Revision: p.Revision, Digest: h.digest}
	var wrote kg.Counts
	content := sha256.New()
	content.Write([]byte{h.version})
	content.Write(h.appendMeta(nil))
	for i, chunk := range p.Chunks {
		f := frames{kg.Ref{Revision: p.Revision}, rest}
		if i > 0 {
			if f, err = openChunk(ChunkRef{p.Revision, uint32(i)}, lay, chunk); err != nil {
				return kg.Commit{}, layout{}, err
			}
		}
		end := min(uint64(f.ref.Ordinal)+uint64(lay.perChunk), uint64(lay.records))
		for uint64(f.ref.Ordinal) < end {
			r, raw, err := f.next()
			if err != nil {
				return kg.Commit{}, layout{}, err
			}
			content.Write(raw)
			wrote.Count(r.Op)
			c.Records = append(c.Records, r)
		}
		if len(f.rest) > 0 {
			return kg.Commit{}, layout{}, damaged(f.ref, errTrailing)
		}
	}
	if chain(parent, p.Revision, content.Sum(nil)) != h.digest {
		return kg.Commit{}, layout{}, kg.Errorf(kg.Corrupt,
			"the digest chain breaks at revision %d: it is not what was written after revision %d; restore the store from a backup",
			p.Revision, p.Revision-1)
	}
	if h.version != codecVersion1 && wrote != h.wrote {
		return kg.Commit{}, layout{}, kg.Errorf(kg.Corrupt, "revision %d does not have the records that its header counts; restore the store from a backup", p.Revision)
	}
	return c, lay, nil
}

// layouts remembers how commits of several chunks are laid out; those of one
// chunk need no memory, since chunk 0 says all.
type layouts struct {
	mu sync.RWMutex
	by map[kg.Revision]layout
}

// maxLayouts bounds the memory to about 1 MB; past it everything is forgotten
// and learnt again.
const maxLayouts = 1 << 15

func (c *layouts) get(r kg.Revision) (layout, bool) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	l, ok := c.by[r]
	return l, ok
}

func (c *layouts) put(r kg.Revision, l layout) {
	if l.chunks() == 1 {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.by == nil || len(c.by) >= maxLayouts {
		c.by = make(map[kg.Revision]layout)
	}
	c.by[r] = l
}
