package index

import (
	"math/bits"
	"slices"

	"github.com/cespare/xxhash/v2"
)

// hashOf is the hash that texts are found by.
func hashOf(text string) uint32 { return uint32(xxhash.Sum64String(text)) }

// bucketSize is how many entries a bucket holds on average.
const bucketSize = 32

// hashes is a persistent hash table from texts to numbers that grows bucket by
// bucket, by linear hashing (Litwin, "Linear hashing: a new tool for file and
// table addressing", VLDB 1980). It knows the hashes only: whoever looks up
// holds each number of the bucket against the text. An entry is a hash above a
// number.
type hashes struct {
	buckets table[[]uint64]
	count   uint32 // buckets there are
	entries int
}

// bucket is where entries of the hash are, among others.
func (t *hashes) bucket(hash uint32) []uint64 {
	if t.count == 0 {
		return nil
	}
	return t.buckets.at(t.index(hash))
}

func (t *hashes) index(hash uint32) uint32 {
	low := uint32(1) << (bits.Len32(t.count) - 1)
	if i := hash & (2*low - 1); i < t.count {
		return i
	}
	return hash & (low - 1)
}

// insert adds the number, which must not be there.
func (t *hashes) insert(o *owner, hash, number uint32) {
	t.count = max(t.count, 1)
	slot, owned := t.buckets.edit(o, t.index(hash))
	entry := uint64(hash)<<32 | uint64(number)
	if owned {
		*slot = append(*slot, entry)
	} else {
		*slot = append(slices.Clip(*slot), entry) // Clip makes append copy
	}
	t.entries++
	if t.entries > int(t.count)*bucketSize {
		t.split(o)
	}
}

// split adds a bucket and moves to it what belongs there.
func (t *hashes) split(o *owner) {
	added := t.count
	from := added - 1<<(bits.Len32(added)-1)
	t.count++
	var stay, move []uint64
	for _, e := range t.buckets.at(from) {
		if t.index(uint32(e>>32)) == added {
			move = append(move, e)
		} else {
			stay = append(stay, e)
		}
	}
	t.buckets.set(o, from, stay)
	t.buckets.set(o, added, move)
}

// clip gives back the room that the owner's buckets have to spare.
func (t *hashes) clip(o *owner) {
	for _, l := range t.buckets.leaves {
		if l == nil || l.owner != o {
			continue
		}
		for own := l.own; own != 0; own &= own - 1 {
			if b := &l.slots[bits.TrailingZeros64(own)]; cap(*b)-len(*b) > len(*b)/8 {
				*b = slices.Clone(*b)
			}
		}
	}
}

// remove takes out the number, which must be there.
func (t *hashes) remove(o *owner, hash, number uint32) {
	entry := uint64(hash)<<32 | uint64(number)
	slot, owned := t.buckets.edit(o, t.index(hash))
	if !owned {
		*slot = slices.Clone(*slot)
	}
	i := slices.Index(*slot, entry)
	*slot = slices.Delete(*slot, i, i+1)
	t.entries--
}
