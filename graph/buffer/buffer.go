// Package buffer lends memory to answers, so that an answer of usual size takes
// none of its own.
//
// A buffer that one function takes and gives back comes from Get and goes by
// Put. One that outlives the function, as the data of a response does until the
// response is sent, belongs to a Scope: whoever answers the request releases it
// on every way out, after the last byte.
package buffer

import (
	"bytes"
	"context"
	"sync"
)

var pool = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// A buffer that has grown beyond this is left to the garbage collector.
const mostKept = 1 << 20

// Get takes an empty buffer.
func Get() *bytes.Buffer { return pool.Get().(*bytes.Buffer) }

// Put gives a buffer back. Its bytes must not be used afterwards.
func Put(b *bytes.Buffer) {
	clobber(b)
	if b.Cap() <= mostKept {
		b.Reset()
		pool.Put(b)
	}
}

// Scope owns the buffers of one request. It serves one goroutine at a time. The
// zero Scope owns none.
type Scope struct{ owned []*bytes.Buffer }

type scopeKey struct{}

// WithScope returns a context under which Take gives the buffers of the scope.
func WithScope(ctx context.Context, s *Scope) context.Context {
	return context.WithValue(ctx, scopeKey{}, s)
}

// Release gives all buffers of the scope back. Their bytes must not be used
// afterwards.
func (s *Scope) Release() {
	for _, b := range s.owned {
		Put(b)
	}
	s.owned = nil
}

// Take takes an empty buffer with room for so many bytes, which belongs to the
// scope of the context, or to the garbage collector when there is none.
func Take(ctx context.Context, size int) *bytes.Buffer {
	s, ok := ctx.Value(scopeKey{}).(*Scope)
	if !ok {
		return bytes.NewBuffer(make([]byte, 0, size))
	}
	b := Get()
	b.Grow(size)
	s.owned = append(s.owned, b)
	return b
}

// Hold makes the bytes, which were appended to what the buffer had room for or
// moved as they grew, those of the buffer.
func Hold(b *bytes.Buffer, data []byte) { *b = *bytes.NewBuffer(data) }
