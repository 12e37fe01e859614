package store

import (
	"context"
	"encoding/binary"
	"hash/crc32"
	"sync"

	"ecpgraph/internal/kg"
)

// HeadSize is the length of an encoded head: revision, digest, CRC32C.
const HeadSize = 8 + 32 + 4

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// EncodeHead returns the head as HeadSize bytes that carry their own checksum,
// for engines and files that keep one.
func EncodeHead(h kg.Head) []byte {
	b := make([]byte, 0, HeadSize)
	b = binary.BigEndian.AppendUint64(b, uint64(h.Revision))
	b = append(b, h.Digest[:]...)
	return binary.BigEndian.AppendUint32(b, crc32.Checksum(b, castagnoli))
}

// DecodeHead reads what EncodeHead wrote; anything else is an error of code
// Corrupt.
func DecodeHead(b []byte) (kg.Head, error) {
	if len(b) != HeadSize {
		return kg.Head{}, kg.Errorf(kg.Corrupt, "head: %d bytes, want %d", len(b), HeadSize)
	}
	body, sum := b[:HeadSize-4], binary.BigEndian.Uint32(b[HeadSize-4:])
	if crc32.Checksum(body, castagnoli) != sum {
		return kg.Head{}, kg.Errorf(kg.Corrupt, "head: the checksum is wrong")
	}
	h := kg.Head{Revision: kg.Revision(binary.BigEndian.Uint64(body))}
	copy(h.Digest[:], body[8:])
	return h, nil
}

// Watch is the head of an engine that lives in one process: it holds the value
// and wakes those who follow it. The zero Watch holds the zero head. It is safe
// for concurrent use.
type Watch struct {
	mu    sync.Mutex
	head  kg.Head
	moved chan struct{} // closed when head changes; nil when nobody waits
}

// Head returns the head.
func (w *Watch) Head() kg.Head {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.head
}

// Move sets the head and wakes every follower.
func (w *Watch) Move(head kg.Head) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.head = head
	if w.moved != nil {
		close(w.moved)
		w.moved = nil
	}
}

// Follow does what Engine.Follow promises.
func (w *Watch) Follow(ctx context.Context, after kg.Revision) error {
	for {
		w.mu.Lock()
		if w.head.Revision > after {
			w.mu.Unlock()
			return nil
		}
		if w.moved == nil {
			w.moved = make(chan struct{})
		}
		moved := w.moved
		w.mu.Unlock()
		select {
		case <-moved:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// CheckParent returns nil when the parent is the head, else an error of code
// Conflict that names both.
func CheckParent(head, parent kg.Head) error {
	switch {
	case head == parent:
		return nil
	case head.Revision != parent.Revision:
		return kg.Errorf(kg.Conflict, "the graph is at revision %d, not %d: read again and retry", head.Revision, parent.Revision)
	default:
		return kg.Errorf(kg.Conflict, "revision %d has digest %.12s…, not %.12s…: this is another log; compare the two before you retry",
			head.Revision, head.Digest, parent.Digest)
	}
}
