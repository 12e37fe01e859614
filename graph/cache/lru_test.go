package cache

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
)

// newTexts is an LRU in which a text weighs its length.
func newTexts(limit int) *LRU[string, *string] {
	return NewLRU(limit, func(_ string, v *string) int { return len(*v) })
}

func text(size int) *string {
	s := strings.Repeat("x", size)
	return &s
}

// TestLRUIsBounded compares the cache with a plain list of what was used, over
// random operations.
func TestLRUIsBounded(t *testing.T) {
	const limit = 20_000
	seed := rand.Uint64()
	r := rand.New(rand.NewPCG(seed, 0))
	c := newTexts(limit)
	var order []string // the one used last in front
	held := map[string]*string{}
	drop := func(key string) {
		for i, k := range order {
			if k == key {
				order = append(order[:i:i], order[i+1:]...)
			}
		}
	}
	use := func(key string) { drop(key); order = append([]string{key}, order...) }
	bytes := func() (sum int) {
		for _, v := range held {
			sum += entryBytes + len(*v)
		}
		return sum
	}
	shrink := func() {
		for bytes() > limit {
			last := order[len(order)-1]
			delete(held, last)
			drop(last)
		}
	}
	for range 5000 {
		key := fmt.Sprint(r.IntN(60))
		switch r.IntN(4) {
		case 0:
			value := text(r.IntN(3000))
			c.Add(key, value)
			if entryBytes+len(*value) <= limit/8 {
				held[key] = value
				use(key)
				shrink()
			}
		case 1:
			if v := held[key]; v != nil && len(*v) < 5000 {
				*v += *text(r.IntN(1000))
				shrink()
			}
			c.Reweigh(key)
		default:
			got, ok := c.Get(key)
			if ok != (held[key] != nil) || got != held[key] {
				t.Fatalf("seed %d: %s is there: %v, should be: %v", seed, key, ok, held[key] != nil)
			}
			if ok {
				use(key)
			}
		}
		if u := c.Usage(); u.Entries != len(held) || u.Bytes != bytes() || u.Bytes > limit {
			t.Fatalf("seed %d: %+v, should be %d entries and %d bytes", seed, u, len(held), bytes())
		}
	}
	if u := c.Usage(); u.Evictions == 0 || u.Hits == 0 || u.Misses == 0 {
		t.Errorf("seed %d: %+v", seed, u)
	}
	c.Clear()
	if u := c.Usage(); u.Entries != 0 || u.Bytes != 0 {
		t.Errorf("cleared: %+v", u)
	}
	if _, ok := c.Get(order[0]); ok {
		t.Error("there after Clear")
	}
}

func TestLRUTogether(t *testing.T) {
	c := newTexts(10_000)
	var group sync.WaitGroup
	for w := range 8 {
		group.Go(func() {
			for i := range 500 {
				key := fmt.Sprint((w + i) % 20)
				c.Add(key, text(i))
				c.Get(key)
				c.Reweigh(key)
				if i%100 == 0 {
					c.Clear()
				}
			}
		})
	}
	group.Wait()
	if u := c.Usage(); u.Bytes > 10_000 || u.Bytes < 0 {
		t.Errorf("%+v", u)
	}
}
