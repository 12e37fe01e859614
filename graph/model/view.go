package model

import (
	"context"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/records"
)

type viewKey struct{}

// WithView makes the view the graph that everything resolved under the context
// looks at.
func WithView(ctx context.Context, view records.View) context.Context {
	return context.WithValue(ctx, viewKey{}, view)
}

// Held returns the view that WithView gave, if there is one: there is none where
// a request was refused before anything was to be resolved.
func Held(ctx context.Context) (view records.View, ok bool) {
	view, ok = ctx.Value(viewKey{}).(records.View)
	return view, ok
}

// View returns the view that WithView gave. Without one it panics: the handler
// sets it before anything is resolved.
func View(ctx context.Context) records.View {
	return ctx.Value(viewKey{}).(records.View)
}

// reader reads what the resolvers of one request show. gqlgen asks many of
// them for a value alone, so an error of the store is a panic, which gqlgen
// recovers and presents as the error of the field.
type reader struct {
	ctx context.Context
	records.View
}

func read(ctx context.Context) *reader { return &reader{ctx, View(ctx)} }

// node is a node with what its record says.
type node struct {
	*kg.Node
	number index.Node
}

// link is a link with what its record says.
type link struct {
	*kg.Link
	number index.Link
}

func (r *reader) nodes(numbers []index.Node) []*node {
	read, err := r.Records.Nodes(r.ctx, r.Index, numbers)
	if err != nil {
		panic(err)
	}
	list := make([]*node, len(read))
	for i, n := range read {
		list[i] = &node{n, numbers[i]}
	}
	return list
}

func (r *reader) links(numbers []index.Link) []*link {
	read, err := r.Records.Links(r.ctx, r.Index, numbers)
	if err != nil {
		panic(err)
	}
	list := make([]*link, len(read))
	for i, l := range read {
		list[i] = &link{l, numbers[i]}
	}
	return list
}

func (r *reader) base(n index.Node) NodeBase {
	return NodeBase{r, r.nodes([]index.Node{n})[0]}
}
