package model

import (
	"context"

	"ecpgraph/internal/index"
)

type viewKey struct{}

// WithView makes the index the graph that everything resolved under the
// context looks at.
func WithView(ctx context.Context, ix *index.Index) context.Context {
	return context.WithValue(ctx, viewKey{}, ix)
}

// View returns the index that WithView gave. Without one it panics: the
// handler sets it before anything is resolved.
func View(ctx context.Context) *index.Index {
	return ctx.Value(viewKey{}).(*index.Index)
}
