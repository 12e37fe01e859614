package badgerstore

import (
	"encoding/binary"

	"ecpgraph/internal/kg"
	"ecpgraph/internal/store"
)

// formatVersion is the version of the keys and values below. It is kept under
// keyFormat, and told to Badger as its external magic.
const formatVersion = 1

// The keys. A chunk's key is prefixChunk, the revision in 8 bytes and the
// chunk's number in 4, both big-endian, so that byte order is the log's order.
var (
	keyFormat   = []byte("f") // formatVersion, one byte
	keyHead     = []byte("h") // store.EncodeHead of the newest head
	prefixChunk = []byte("c") // a chunk
)

const chunkKeySize = 1 + 8 + 4

func chunkKey(ref store.ChunkRef) []byte {
	k := append(make([]byte, 0, chunkKeySize), prefixChunk...)
	k = binary.BigEndian.AppendUint64(k, uint64(ref.Revision))
	return binary.BigEndian.AppendUint32(k, ref.Chunk)
}

// parseChunkKey reads a key that chunkKey made.
func parseChunkKey(k []byte) (store.ChunkRef, error) {
	if len(k) != chunkKeySize {
		return store.ChunkRef{}, kg.Errorf(kg.Corrupt, "the store holds the unknown key %x", k)
	}
	return store.ChunkRef{
		Revision: kg.Revision(binary.BigEndian.Uint64(k[1:])),
		Chunk:    binary.BigEndian.Uint32(k[9:]),
	}, nil
}
