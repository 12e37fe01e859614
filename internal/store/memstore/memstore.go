// Package memstore is a store engine in plain memory, for tests and for runs
// that need not last.
package memstore

import (
	"context"
	"sync"

	"ecpgraph/internal/kg"
	"ecpgraph/internal/store"
)

// Engine keeps packed commits in memory. Closing frees nothing: the value holds
// the data, so store.Open may be called on it again after a Close.
type Engine struct {
	mu      sync.RWMutex
	commits []store.Packed // commits[i] is revision i+1
	watch   store.Watch
}

var _ store.Engine = (*Engine)(nil)

// New returns an empty engine.
func New() *Engine { return new(Engine) }

// Head implements store.Engine.
func (e *Engine) Head(ctx context.Context) (kg.Head, error) {
	return e.watch.Head(), ctx.Err()
}

// Append implements store.Engine.
func (e *Engine) Append(ctx context.Context, parent, head kg.Head, commits []store.Packed) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := store.CheckParent(e.watch.Head(), parent); err != nil {
		return err
	}
	e.commits = append(e.commits, commits...)
	e.watch.Move(head)
	return nil
}

// Chunks implements store.Engine.
func (e *Engine) Chunks(ctx context.Context, refs []store.ChunkRef) ([][]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	e.mu.RLock()
	defer e.mu.RUnlock()
	chunks := make([][]byte, len(refs))
	for i, ref := range refs {
		if ref.Revision == 0 || uint64(ref.Revision) > uint64(len(e.commits)) {
			continue
		}
		if c := e.commits[ref.Revision-1]; uint64(ref.Chunk) < uint64(len(c.Chunks)) {
			chunks[i] = c.Chunks[ref.Chunk]
		}
	}
	return chunks, nil
}

// Scan implements store.Engine.
func (e *Engine) Scan(ctx context.Context, after kg.Revision) ([]store.Packed, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	e.mu.RLock()
	defer e.mu.RUnlock()
	rest := e.commits[min(uint64(after), uint64(len(e.commits))):]
	size := 0
	for i, c := range rest {
		for _, chunk := range c.Chunks {
			size += len(chunk)
		}
		if size >= store.ScanBytes {
			return rest[: i+1 : i+1], nil
		}
	}
	return rest[:len(rest):len(rest)], nil
}

// Follow implements store.Engine.
func (e *Engine) Follow(ctx context.Context, after kg.Revision) error {
	return e.watch.Follow(ctx, after)
}

// Close implements store.Engine.
func (e *Engine) Close() error { return nil }
