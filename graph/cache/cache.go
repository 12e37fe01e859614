package cache

import (
	"sync"
	"sync/atomic"

	"ecpgraph/internal/kg"
)

// Cache keeps answers of the newest revision that was asked for, up to a number
// of bytes. It may be used by many goroutines.
type Cache struct {
	identity Key
	kept     *LRU[Key, kept]
	newest   atomic.Uint64 // revision

	mu      sync.Mutex
	flights map[Key]*flight

	hits, misses, waits, notModified atomic.Uint64
}

// kept is an answer, or, under the key of a spelling, the key of one.
type kept struct {
	answer *Answer
	key    Key
}

// New makes a cache of that many bytes. The settings are all those of the server
// that the bytes of an answer depend on, in any form.
func New(limit int, settings string) *Cache {
	return &Cache{
		identity: identity(settings),
		kept: NewLRU(limit, func(_ Key, k kept) int {
			if k.answer == nil {
				return 2 * len(k.key)
			}
			return 2*len(k.key) + k.answer.weigh()
		}),
		flights: map[Key]*flight{},
	}
}

// Stats are what a Cache holds and did since it was made.
type Stats struct {
	Entries, Bytes int    // answers, and spellings of requests that lead to one
	Evictions      uint64 // entries let go to make room
	Hits           uint64 // requests answered from the cache
	Misses         uint64 // requests that were executed
	Waits          uint64 // requests that waited for the answer to an equal one
	NotModified    uint64 // requests of clients that had the answer
}

// Stats counts. A nil Cache has done nothing.
func (c *Cache) Stats() Stats {
	if c == nil {
		return Stats{}
	}
	u := c.kept.Usage()
	return Stats{
		Entries: u.Entries, Bytes: u.Bytes, Evictions: u.Evictions,
		Hits: c.hits.Load(), Misses: c.misses.Load(), Waits: c.waits.Load(), NotModified: c.notModified.Load(),
	}
}

// NotModified counts an answer that was not sent because the client has it.
func (c *Cache) NotModified() { c.notModified.Add(1) }

// Request is one request that the cache may answer.
type Request struct {
	cache    *Cache
	scope    Scope
	spelling Key
}

// Request is the request that came as the text. The way tells apart requests
// that mean different things by the same text.
func (c *Cache) Request(s Scope, way string, text []byte) *Request {
	c.advance(s.Head.Revision)
	return &Request{cache: c, scope: s, spelling: c.spellingKey(s, way, text)}
}

// advance lets the answers of older revisions go. Nobody asks for them any more
// but requests that run already.
func (c *Cache) advance(to kg.Revision) {
	for from := c.newest.Load(); from < uint64(to); from = c.newest.Load() {
		if c.newest.CompareAndSwap(from, uint64(to)) {
			c.kept.Clear()
		}
	}
}

// Find returns the answer to a request that was spelled the same before, or nil.
func (r *Request) Find() *Answer {
	c := r.cache
	if k, ok := c.kept.Get(r.spelling); ok {
		if a := c.answer(k.key); a != nil {
			c.hits.Add(1)
			return a
		}
	}
	return nil
}

func (c *Cache) answer(key Key) *Answer {
	k, _ := c.kept.Get(key)
	return k.answer
}
