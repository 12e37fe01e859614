package model

import (
	"context"
	"sync"
	"time"

	"ecpgraph/internal/kg"
	"ecpgraph/internal/records"
)

// Revision is the Go side of the GraphQL type. Its methods may be called by many
// goroutines.
type Revision struct {
	head kg.Head
	time time.Time // zero for the empty graph
	log  records.Log

	mu     sync.Mutex
	commit *kg.CommitHead // nil until it is asked for
	parent *Revision      // nil until it is asked for
}

// RevisionPage is the Go side of the GraphQL type, of which plans make the pages.
type RevisionPage struct {
	Items      []*Revision
	PageInfo   *PageInfo
	TotalCount int
}

// NewRevision is the revision of the view.
func NewRevision(view records.View) *Revision {
	return &Revision{head: view.Index.Head(), time: view.Index.Time(), log: view.Log}
}

// FindRevision is the revision of that number, nil when the view has none.
func FindRevision(ctx context.Context, view records.View, number int) (*Revision, error) {
	switch head := view.Index.Head().Revision; {
	case number < 0:
		return nil, kg.Invalidf("number: %d is negative", number)
	case kg.Revision(number) > head:
		return nil, nil
	case kg.Revision(number) == head:
		return NewRevision(view), nil
	}
	found, err := ListRevisions(ctx, view.Log, kg.Revision(number), 1)
	if err != nil {
		return nil, err
	}
	return found[0], nil
}

// ListRevisions lists so many revisions from the newest one given down. The log
// is read once, and holds them.
func ListRevisions(ctx context.Context, log records.Log, newest kg.Revision, count int) ([]*Revision, error) {
	numbers := make([]kg.Revision, count)
	for i := range numbers {
		numbers[i] = newest - kg.Revision(i)
	}
	heads, err := log.CommitHeads(ctx, numbers)
	if err != nil {
		return nil, err
	}
	list := make([]*Revision, count)
	for i := range heads {
		list[i] = &Revision{head: heads[i].Head, time: heads[i].Time, log: log, commit: &heads[i]}
		if i > 0 {
			list[i-1].parent = list[i]
		}
	}
	return list, nil
}

// Number is its number.
func (r *Revision) Number() int { return int(r.head.Revision) }

// Digest is its digest in hex.
func (r *Revision) Digest() string { return r.head.Digest.String() }

// CommittedAt is when it was committed; nil for the empty graph.
func (r *Revision) CommittedAt() *string {
	if r.time.IsZero() {
		return nil
	}
	at := r.time.UTC().Format(kg.TimeLayout)
	return &at
}

// Commit is what the commit says of itself; nil for the empty graph. It is read
// from the log once.
func (r *Revision) Commit(ctx context.Context) (*kg.CommitHead, error) {
	if r.head.Revision == 0 {
		return nil, nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.commit == nil {
		heads, err := r.log.CommitHeads(ctx, []kg.Revision{r.head.Revision})
		if err != nil {
			return nil, err
		}
		r.commit = &heads[0]
	}
	return r.commit, nil
}

// Author is who committed it.
func (r *Revision) Author(ctx context.Context) (*string, error) {
	return said(ctx, r, func(c *kg.CommitHead) *string { return &c.Author })
}

// Message is why.
func (r *Revision) Message(ctx context.Context) (*string, error) {
	return said(ctx, r, func(c *kg.CommitHead) *string { return &c.Reason })
}

// said is what the commit says; nil for the empty graph.
func said[T any](ctx context.Context, r *Revision, of func(*kg.CommitHead) *T) (*T, error) {
	c, err := r.Commit(ctx)
	if c == nil || err != nil {
		return nil, err
	}
	return of(c), nil
}

// Parent is the revision before it; nil for the empty graph.
func (r *Revision) Parent(ctx context.Context) (*Revision, error) {
	if r.head.Revision == 0 {
		return nil, nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.parent == nil {
		list, err := ListRevisions(ctx, r.log, r.head.Revision-1, 1)
		if err != nil {
			return nil, err
		}
		r.parent = list[0]
	}
	return r.parent, nil
}

// WroteCounts are the fields of a Revision that count what its commit wrote.
var WroteCounts = map[string]func(kg.Counts) uint32{
	"nodesPut":     func(c kg.Counts) uint32 { return c.NodesPut },
	"nodesDeleted": func(c kg.Counts) uint32 { return c.NodesDeleted },
	"linksPut":     func(c kg.Counts) uint32 { return c.LinksPut },
	"linksDeleted": func(c kg.Counts) uint32 { return c.LinksDeleted },
}

func (r *Revision) wrote(ctx context.Context, field string) (*int, error) {
	return said(ctx, r, func(c *kg.CommitHead) *int {
		if c.Wrote == nil {
			return nil
		}
		n := int(WroteCounts[field](*c.Wrote))
		return &n
	})
}

// NodesPut is how many nodes the commit wrote.
func (r *Revision) NodesPut(ctx context.Context) (*int, error) { return r.wrote(ctx, "nodesPut") }

// NodesDeleted is how many nodes it deleted.
func (r *Revision) NodesDeleted(ctx context.Context) (*int, error) {
	return r.wrote(ctx, "nodesDeleted")
}

// LinksPut is how many links it wrote.
func (r *Revision) LinksPut(ctx context.Context) (*int, error) { return r.wrote(ctx, "linksPut") }

// LinksDeleted is how many links it deleted.
func (r *Revision) LinksDeleted(ctx context.Context) (*int, error) {
	return r.wrote(ctx, "linksDeleted")
}
