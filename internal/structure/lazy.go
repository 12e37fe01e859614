package structure

import (
	"context"
	"math"
	"strconv"
	"sync"
)

// lazy is a value that is found when it is first asked for. While one finds it,
// others wait; when the one that finds it gives up, another takes its place.
type lazy[T any] struct {
	once  sync.Once
	turn  chan struct{} // holds one for whoever looks at the rest
	known bool
	value T
}

// get returns the value, or the error of the context or of find.
func (l *lazy[T]) get(ctx context.Context, find func() (T, error)) (T, error) {
	l.once.Do(func() { l.turn = make(chan struct{}, 1) })
	var none T
	select {
	case l.turn <- struct{}{}:
		defer func() { <-l.turn }()
	case <-ctx.Done():
		return none, ctx.Err()
	}
	if !l.known {
		v, err := find()
		if err != nil {
			return none, err
		}
		l.value, l.known = v, true
	}
	return l.value, nil
}

// rounded is the number to six significant digits, the same on all machines.
func rounded(v float64) float64 {
	if v == 0 || math.IsInf(v, 0) || math.IsNaN(v) {
		return v
	}
	short, err := strconv.ParseFloat(strconv.FormatFloat(v, 'e', 5, 64), 64)
	if err != nil {
		return v
	}
	return short
}

func round(values []float64) []float64 {
	for i, v := range values {
		values[i] = rounded(v)
	}
	return values
}

type progressKey struct{}

// WithProgress makes measuring under the context tell how far it is: what is
// measured, and the share of it that is done. Tell is called from the goroutine
// that measures.
func WithProgress(ctx context.Context, tell func(what string, share float64)) context.Context {
	return context.WithValue(ctx, progressKey{}, tell)
}

// say tells how far the measuring is, and returns the error of the context.
func say(ctx context.Context, what string, done, of int) error {
	if tell, ok := ctx.Value(progressKey{}).(func(string, float64)); ok {
		tell(what, float64(done)/float64(max(1, of)))
	}
	return ctx.Err()
}
