package badgerstore

import (
	"bytes"
	"encoding/hex"
	"slices"
	"testing"

	"ecpgraph/internal/kg"
	"ecpgraph/internal/store"
)

// The keys are kept on disk: other bytes are another format.
func TestKeys(t *testing.T) {
	if formatVersion != 1 || string(keyFormat) != "f" || string(keyHead) != "h" {
		t.Error("the keys have changed")
	}
	ref := store.ChunkRef{Revision: 0x0102030405060708, Chunk: 0x090a0b0c}
	key := chunkKey(ref)
	if got := hex.EncodeToString(key); got != "630102030405060708090a0b0c" {
		t.Errorf("the key of a chunk is %s", got)
	}
	if got, err := parseChunkKey(key); err != nil || got != ref {
		t.Errorf("%v, %v", got, err)
	}
	if _, err := parseChunkKey(key[1:]); kg.CodeOf(err) != kg.Corrupt {
		t.Errorf("a foreign key: %v", err)
	}
	ordered := []store.ChunkRef{{}, {Chunk: 255}, {Chunk: 256}, {Revision: 1}, {Revision: 255, Chunk: 1 << 31}, {Revision: 256}, {Revision: 1 << 63}}
	if !slices.IsSortedFunc(ordered, func(a, b store.ChunkRef) int { return bytes.Compare(chunkKey(a), chunkKey(b)) }) {
		t.Error("keys do not sort as the log does")
	}
}
