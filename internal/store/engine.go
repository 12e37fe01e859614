package store

import (
	"context"

	"ecpgraph/internal/kg"
)

// Engine keeps packed commits. It is safe for concurrent use. Log is its only
// caller and calls nothing after Close.
//
// Bytes that an engine returns belong to the caller, who does not change them;
// bytes that it is given are not changed by the caller afterwards. An engine
// that finds its data damaged returns an error of code Corrupt, one that cannot
// be reached an error of code Unavailable, and the context's error where the
// context ended first.
type Engine interface {
	// Head returns the head that the last Append set; the zero Head at first.
	Head(ctx context.Context) (kg.Head, error)

	// Append adds the commits, whose revisions follow the parent's without a
	// gap, and makes head the new head: all or nothing, also when the process is
	// killed, and durable on return. Unless both the revision and the digest of
	// parent are those of the current head, nothing is written and the error is
	// ErrConflict.
	Append(ctx context.Context, parent, head kg.Head, commits []Packed) error

	// Chunks returns the chunks at the refs, in the order asked for; nil stands
	// for a chunk that does not exist. No ref occurs twice.
	Chunks(ctx context.Context, refs []ChunkRef) ([][]byte, error)

	// Scan returns the commits that come next after the revision, in order and
	// whole: at least one unless the revision is the head's or past it, and as many as are good to
	// read in one go (about 1 MB).
	Scan(ctx context.Context, after kg.Revision) ([]Packed, error)

	// Follow returns nil as soon as the head is past the revision, at once
	// where it is already.
	Follow(ctx context.Context, after kg.Revision) error

	// Close frees the engine.
	Close() error
}

// Packed is a commit as engines keep it: one or more opaque chunks, each at
// most MaxChunk bytes.
type Packed struct {
	Revision kg.Revision
	Chunks   [][]byte
}

// ChunkRef is the address of a chunk: its commit and its place in it, from 0.
type ChunkRef struct {
	Revision kg.Revision
	Chunk    uint32
}

// ScanBytes is how many bytes of commits one Scan should return.
const ScanBytes = 1 << 20
