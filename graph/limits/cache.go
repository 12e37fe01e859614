package limits

import (
	"context"
	"unsafe"

	"github.com/vektah/gqlparser/v2/ast"

	"ecpgraph/graph/cache"
)

// Cache is a graphql.Cache that holds what was used last, up to a number of
// bytes. It may be used by many goroutines.
type Cache[V any] struct {
	maxKey int
	lru    *cache.LRU[string, V]
}

// NewCache makes a cache of that many bytes. What has a key of more than maxKey
// bytes is not kept, nor what would fill more than an eighth of the cache.
func NewCache[V any](limit, maxKey int, weigh func(V) int) *Cache[V] {
	return &Cache[V]{maxKey, cache.NewLRU(limit, func(key string, value V) int { return len(key) + weigh(value) })}
}

// Get returns what is kept under the key.
func (c *Cache[V]) Get(_ context.Context, key string) (V, bool) { return c.lru.Get(key) }

// Add keeps the value and lets go what was used longest ago to make room.
func (c *Cache[V]) Add(_ context.Context, key string, value V) {
	if len(key) <= c.maxKey {
		c.lru.Add(key, value)
	}
}

// Usage counts what the cache holds and did.
func (c *Cache[V]) Usage() cache.Usage { return c.lru.Usage() }

// documentBytes is about what a parsed document takes in memory. Its names point
// into its text, which is the key of the cache.
func documentBytes(doc *ast.QueryDocument) int {
	w := weigher(unsafe.Sizeof(*doc))
	for _, o := range doc.Operations {
		w.add(unsafe.Sizeof(*o), o.Position, o.Comment)
		for _, v := range o.VariableDefinitions {
			w.add(unsafe.Sizeof(*v), v.Position, v.Comment)
			for t := v.Type; t != nil; t = t.Elem {
				w.add(unsafe.Sizeof(*t), t.Position, nil)
			}
			w.value(v.DefaultValue)
			w.directives(v.Directives)
		}
		w.directives(o.Directives)
		w.selections(o.SelectionSet)
	}
	for _, f := range doc.Fragments {
		w.add(unsafe.Sizeof(*f), f.Position, f.Comment)
		w.directives(f.Directives)
		w.selections(f.SelectionSet)
	}
	return int(w)
}

type weigher uintptr

// A Position keeps the whole token it is part of alive.
const tokenBytes = 128

func (w *weigher) add(size uintptr, position *ast.Position, comments *ast.CommentGroup) {
	*w += weigher(size + 16) // with the slot that points to it
	if position != nil {
		*w += tokenBytes
	}
	if comments != nil {
		*w += weigher(unsafe.Sizeof(*comments))
		for _, c := range comments.List {
			*w += weigher(unsafe.Sizeof(*c)) + tokenBytes
		}
	}
}

func (w *weigher) selections(set ast.SelectionSet) {
	for _, selection := range set {
		switch s := selection.(type) {
		case *ast.Field:
			w.add(unsafe.Sizeof(*s), s.Position, s.Comment)
			w.arguments(s.Arguments)
			w.directives(s.Directives)
			w.selections(s.SelectionSet)
		case *ast.InlineFragment:
			w.add(unsafe.Sizeof(*s), s.Position, s.Comment)
			w.directives(s.Directives)
			w.selections(s.SelectionSet)
		case *ast.FragmentSpread:
			w.add(unsafe.Sizeof(*s), s.Position, s.Comment)
			w.directives(s.Directives)
		}
	}
}

func (w *weigher) directives(list ast.DirectiveList) {
	for _, d := range list {
		w.add(unsafe.Sizeof(*d), d.Position, nil)
		w.arguments(d.Arguments)
	}
}

func (w *weigher) arguments(list ast.ArgumentList) {
	for _, a := range list {
		w.add(unsafe.Sizeof(*a), a.Position, a.Comment)
		w.value(a.Value)
	}
}

func (w *weigher) value(v *ast.Value) {
	if v == nil {
		return
	}
	w.add(unsafe.Sizeof(*v)+uintptr(len(v.Raw)), v.Position, v.Comment)
	for _, child := range v.Children {
		w.add(unsafe.Sizeof(*child), child.Position, child.Comment)
		w.value(child.Value)
	}
}
