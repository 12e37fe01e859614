package cache

import (
	"container/list"
	"sync"
)

// LRU holds what was used last, up to a number of bytes. It may be used by many
// goroutines.
type LRU[K comparable, V any] struct {
	limit int
	weigh func(K, V) int

	mu      sync.Mutex
	usage   Usage
	entries map[K]*list.Element // of *entry[K, V]
	recent  *list.List          // the one used last in front
}

// Usage is what a cache holds and did since it was made.
type Usage struct {
	Entries, Bytes          int
	Hits, Misses, Evictions uint64 // an eviction makes room for another entry
}

type entry[K comparable, V any] struct {
	key   K
	value V
	bytes int
}

// What an entry takes besides its key and value: list element, map slot, entry.
const entryBytes = 200

// NewLRU makes a cache of that many bytes. Weigh is what a key and its value
// take in memory.
func NewLRU[K comparable, V any](limit int, weigh func(K, V) int) *LRU[K, V] {
	c := &LRU[K, V]{limit: limit, weigh: weigh}
	c.Clear()
	return c
}

// Get returns what is kept under the key.
func (c *LRU[K, V]) Get(key K) (value V, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.entries[key]
	if !ok {
		c.usage.Misses++
		return value, false
	}
	c.usage.Hits++
	c.recent.MoveToFront(e)
	return e.Value.(*entry[K, V]).value, true
}

// Add keeps the value, in the place of an older one, and lets go what was used
// longest ago to make room. What would fill more than an eighth of the cache is
// not kept.
func (c *LRU[K, V]) Add(key K, value V) {
	bytes := entryBytes + c.weigh(key, value)
	if bytes > c.limit/8 {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if old, ok := c.entries[key]; ok {
		c.remove(old)
	}
	c.entries[key] = c.recent.PushFront(&entry[K, V]{key, value, bytes})
	c.usage.Bytes += bytes
	c.shrink()
}

// Reweigh makes room for what has grown since it was added.
func (c *LRU[K, V]) Reweigh(key K) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.entries[key]
	if !ok {
		return
	}
	grown := e.Value.(*entry[K, V])
	c.usage.Bytes -= grown.bytes
	grown.bytes = entryBytes + c.weigh(key, grown.value)
	c.usage.Bytes += grown.bytes
	c.shrink()
}

// shrink evicts until the limit is kept.
func (c *LRU[K, V]) shrink() {
	for c.usage.Bytes > c.limit {
		c.remove(c.recent.Back())
		c.usage.Evictions++
	}
}

func (c *LRU[K, V]) remove(e *list.Element) {
	old := c.recent.Remove(e).(*entry[K, V])
	delete(c.entries, old.key)
	c.usage.Bytes -= old.bytes
}

// Clear lets everything go.
func (c *LRU[K, V]) Clear() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.entries, c.recent = map[K]*list.Element{}, list.New()
	c.usage.Bytes = 0
}

// Usage counts what the cache holds and did.
func (c *LRU[K, V]) Usage() Usage {
	c.mu.Lock()
	defer c.mu.Unlock()
	u := c.usage
	u.Entries = len(c.entries)
	return u
}
