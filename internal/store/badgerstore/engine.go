package badgerstore

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/dgraph-io/badger/v4"

	"ecpgraph/internal/kg"
	"ecpgraph/internal/store"
)

// Engine keeps packed commits in Badger.
type Engine struct {
	db       *badger.DB
	watch    store.Watch // the durable head
	anchorer *anchorer

	writing sync.Mutex // held by Append
	orphans bool       // chunks past the head may exist; guarded by writing
	failed  error      // why the engine writes nothing, or no more; guarded by writing
}

var _ store.Engine = (*Engine)(nil)

// Head implements store.Engine.
func (e *Engine) Head(ctx context.Context) (kg.Head, error) {
	return e.watch.Head(), ctx.Err()
}

// Append implements store.Engine. Commits that fit are one transaction. Larger
// ones write their chunks first, in several, and the head last: until then the
// chunks are orphans past the head, which nobody reads. The context is heeded up to
// the transaction that sets the head.
func (e *Engine) Append(ctx context.Context, parent, head kg.Head, commits []store.Packed) (err error) {
	defer recovered(&err)
	e.writing.Lock()
	defer e.writing.Unlock()
	if err := ctx.Err(); err != nil {
		return err
	}
	if e.failed != nil {
		return e.failed
	}
	if err := store.CheckParent(e.watch.Head(), parent); err != nil {
		return err
	}
	if e.orphans {
		if _, err := e.removeOrphans(); err != nil {
			return kg.Errorf(kg.Unavailable, "removing what an interrupted append left: %w", err)
		}
		e.orphans = false
	}

	txn := e.db.NewTransaction(true)
	defer func() { txn.Discard() }()
	for _, c := range commits {
		for i, chunk := range c.Chunks {
			key := chunkKey(store.ChunkRef{Revision: c.Revision, Chunk: uint32(i)})
			if txn, err = e.set(ctx, txn, key, chunk); err != nil {
				return err
			}
		}
	}
	if txn, err = e.set(ctx, txn, keyHead, store.EncodeHead(head)); err != nil {
		return err
	}
	if err := txn.Commit(); err != nil {
		e.failed = kg.Errorf(kg.Unavailable,
			"an append failed and may or may not have been kept (%w); nothing more is written until the server is started anew", err)
		return e.failed
	}
	e.orphans = false
	e.watch.Move(head)
	return nil
}

// set writes the key in the transaction. A full transaction is committed first
// and a new one takes its place.
func (e *Engine) set(ctx context.Context, txn *badger.Txn, key, value []byte) (*badger.Txn, error) {
	err := txn.Set(key, value)
	if !errors.Is(err, badger.ErrTxnTooBig) {
		return txn, err
	}
	if err := ctx.Err(); err != nil {
		return txn, err
	}
	e.orphans = true
	if err := txn.Commit(); err != nil {
		return txn, kg.Errorf(kg.Unavailable, "writing: %w", err)
	}
	txn = e.db.NewTransaction(true)
	return txn, txn.Set(key, value)
}

// removeOrphans deletes the chunks past the head and returns how many.
func (e *Engine) removeOrphans() (removed int, err error) {
	defer recovered(&err)
	var keys [][]byte
	err = e.db.View(func(txn *badger.Txn) error {
		it := txn.NewIterator(badger.IteratorOptions{Prefix: prefixChunk})
		defer it.Close()
		for it.Seek(chunkKey(store.ChunkRef{Revision: e.watch.Head().Revision + 1})); it.Valid(); it.Next() {
			keys = append(keys, it.Item().KeyCopy(nil))
		}
		return nil
	})
	if err != nil || len(keys) == 0 {
		return 0, err
	}
	batch := e.db.NewWriteBatch()
	defer batch.Cancel()
	for _, key := range keys {
		if err := batch.Delete(key); err != nil {
			return 0, err
		}
	}
	return len(keys), batch.Flush()
}

// Chunks implements store.Engine.
func (e *Engine) Chunks(ctx context.Context, refs []store.ChunkRef) (chunks [][]byte, err error) {
	defer recovered(&err)
	chunks = make([][]byte, len(refs))
	err = e.db.View(func(txn *badger.Txn) error {
		for i, ref := range refs {
			if err := ctx.Err(); err != nil {
				return err
			}
			var err error
			if chunks[i], err = get(txn, chunkKey(ref)); err != nil {
				return err
			}
		}
		return nil
	})
	return chunks, err
}

// get returns a copy of the value; nil when the key is absent.
func get(txn *badger.Txn, key []byte) ([]byte, error) {
	item, err := txn.Get(key)
	if errors.Is(err, badger.ErrKeyNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, kg.Errorf(kg.Corrupt, "reading the key %x: %w", key, err)
	}
	return item.ValueCopy([]byte{})
}

// Scan implements store.Engine.
func (e *Engine) Scan(ctx context.Context, after kg.Revision) (commits []store.Packed, err error) {
	defer recovered(&err)
	head, size := e.watch.Head().Revision, 0
	err = e.db.View(func(txn *badger.Txn) error {
		it := txn.NewIterator(badger.IteratorOptions{Prefix: prefixChunk, PrefetchValues: true, PrefetchSize: 64})
		defer it.Close()
		for it.Seek(chunkKey(store.ChunkRef{Revision: after + 1})); it.Valid(); it.Next() {
			if err := ctx.Err(); err != nil {
				return err
			}
			ref, err := parseChunkKey(it.Item().Key())
			if err != nil {
				return err
			}
			if ref.Revision > head || ref.Chunk == 0 && size >= store.ScanBytes {
				return nil
			}
			if ref.Chunk == 0 {
				commits = append(commits, store.Packed{Revision: ref.Revision})
			}
			if err := appendChunk(commits, ref, it.Item()); err != nil {
				return err
			}
			size += int(it.Item().ValueSize())
		}
		return nil
	})
	return commits, err
}

// appendChunk adds the next chunk to the last commit, where it must belong.
func appendChunk(commits []store.Packed, ref store.ChunkRef, item *badger.Item) error {
	if len(commits) == 0 || commits[len(commits)-1].Revision != ref.Revision || len(commits[len(commits)-1].Chunks) != int(ref.Chunk) {
		return kg.Errorf(kg.Corrupt, "a chunk before chunk %d of revision %d is missing: restore the store from a backup", ref.Chunk, ref.Revision)
	}
	chunk, err := item.ValueCopy([]byte{})
	if err != nil {
		return kg.Errorf(kg.Corrupt, "reading chunk %d of revision %d: %w", ref.Chunk, ref.Revision, err)
	}
	last := &commits[len(commits)-1]
	last.Chunks = append(last.Chunks, chunk)
	return nil
}

// Follow implements store.Engine.
func (e *Engine) Follow(ctx context.Context, after kg.Revision) error {
	return e.watch.Follow(ctx, after)
}

// Close implements store.Engine. It writes the anchor a last time, unless the
// engine only reads.
func (e *Engine) Close() (err error) {
	defer recovered(&err)
	if e.anchorer != nil {
		e.anchorer.close()
	}
	return e.db.Close()
}

// recovered turns a panic, which is how Badger meets some damaged files, into
// an error of code Corrupt.
func recovered(err *error) {
	if p := recover(); p != nil {
		*err = kg.Errorf(kg.Corrupt, "the store's files are damaged: %w; restore the store from a backup", fmt.Errorf("badger: %v", p))
	}
}
