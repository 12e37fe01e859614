// Package requestid carries the id of a request in its context, so that what a
// client sees of a fault can be found in the log.
package requestid

import "context"

type key struct{}

// With returns a context that carries the id.
func With(ctx context.Context, id string) context.Context {
	return context.WithValue(ctx, key{}, id)
}

// From returns the id that With gave, empty when there is none.
func From(ctx context.Context) string {
	id, _ := ctx.Value(key{}).(string)
	return id
}
