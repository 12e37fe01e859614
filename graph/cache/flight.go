package cache

import "context"

// flight is an execution that requests for the same answer wait for.
type flight struct {
	done chan struct{}
	// What came of it, once done is closed. Without an answer there is nothing
	// to share; it was given up when the context of who executed had ended.
	answer  *Answer
	givenUp bool
}

// Do returns the answer to the operation, which the request turned out to ask
// for: from the cache, from an equal request that is being executed, or by
// executing it. Execute returns the body of an answer that all may have, or nil
// when it has none. Do is then nil as well, as it is when the context ends
// before execute was called or has returned.
//
// When the request that executes is given up, one that waits takes its place.
// When it has no answer to share, or panics, each executes on its own: to wait
// for one another in turn would make a slow failure slower for all.
func (r *Request) Do(ctx context.Context, o Operation, execute func() []byte) *Answer {
	c := r.cache
	key, ok := c.answerKey(r.scope, o)
	if !ok {
		c.misses.Add(1)
		execute()
		return nil
	}
	for waited := false; ; waited = true {
		c.mu.Lock()
		f := c.flights[key]
		if f == nil {
			// Looked for under the lock: a flight keeps its answer before it ends.
			if a := c.answer(key); a != nil {
				c.mu.Unlock()
				c.hits.Add(1)
				r.keep(r.spelling, kept{key: key})
				return a
			}
			f = &flight{done: make(chan struct{})}
			c.flights[key] = f
			c.mu.Unlock()
			return r.lead(ctx, f, key, execute)
		}
		c.mu.Unlock()
		if !waited {
			c.waits.Add(1)
		}
		select {
		case <-f.done:
		case <-ctx.Done():
			return nil
		}
		if f.answer != nil {
			r.keep(r.spelling, kept{key: key})
			return f.answer
		}
		if !f.givenUp {
			return r.execute(ctx, key, execute)
		}
	}
}

// lead executes for all that wait.
func (r *Request) lead(ctx context.Context, f *flight, key Key, execute func() []byte) *Answer {
	defer func() {
		r.cache.mu.Lock()
		delete(r.cache.flights, key)
		r.cache.mu.Unlock()
		close(f.done)
	}()
	f.answer = r.execute(ctx, key, execute)
	f.givenUp = f.answer == nil && ctx.Err() != nil
	return f.answer
}

func (r *Request) execute(ctx context.Context, key Key, execute func() []byte) *Answer {
	r.cache.misses.Add(1)
	body := execute()
	if body == nil || ctx.Err() != nil { // what ended early is shared with nobody
		return nil
	}
	a := newAnswer(key, body)
	r.keep(key, kept{answer: a})
	r.keep(r.spelling, kept{key: key})
	return a
}

// keep remembers what belongs to the newest revision.
func (r *Request) keep(key Key, k kept) {
	if c := r.cache; c.newest.Load() == uint64(r.scope.Head.Revision) {
		c.kept.Add(key, k)
	}
}
