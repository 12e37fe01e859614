package records

import (
	"context"
	"fmt"
	"sync/atomic"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
)

// Source is where records are read: a kg.Store.
type Source interface {
	Records(ctx context.Context, refs []kg.Ref) ([]kg.Record, error)
}

// Cache is safe for concurrent use, for all revisions of one graph.
type Cache struct {
	source       Source
	arena        *arena
	hits, misses atomic.Int64
}

// New returns a cache over the source that takes up to that many bytes. Below
// 64 kB it keeps nothing, and each Fetch reads what it needs.
func New(source Source, bytes int64) *Cache {
	return &Cache{source: source, arena: newArena(bytes)}
}

// Stats are counts since the cache was made, and what it holds now.
type Stats struct {
	Hits      int64 // records asked for that were held
	Misses    int64 // records asked for that were not
	Evictions int64 // records that had to go
	Records   int64 // records held
	Bytes     int64 // memory taken, filled or not
}

// Stats reads the counts, each by itself.
func (c *Cache) Stats() Stats {
	return Stats{
		Hits: c.hits.Load(), Misses: c.misses.Load(),
		Evictions: c.arena.evictions.Load(), Records: c.arena.records.Load(), Bytes: c.arena.bytes.Load(),
	}
}

// Nodes reads the nodes as the commits wrote them, in one call, past the cache.
func (c *Cache) Nodes(ctx context.Context, ix *index.Index, nodes []index.Node) ([]*kg.Node, error) {
	refs := make([]kg.Ref, len(nodes))
	for i, n := range nodes {
		refs[i] = ix.NodeRef(n)
	}
	records, err := c.read(ctx, refs)
	if err != nil {
		return nil, err
	}
	list := make([]*kg.Node, len(nodes))
	for i, r := range records {
		if list[i], err = nodeOf(ix, nodes[i], r); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// Links reads the links as the commits wrote them, in one call, past the cache.
func (c *Cache) Links(ctx context.Context, ix *index.Index, links []index.Link) ([]*kg.Link, error) {
	refs := make([]kg.Ref, len(links))
	for i, l := range links {
		refs[i] = ix.LinkRef(l)
	}
	records, err := c.read(ctx, refs)
	if err != nil {
		return nil, err
	}
	list := make([]*kg.Link, len(links))
	for i, r := range records {
		if list[i], err = linkOf(ix, links[i], r); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// read reads the records at the refs, in their order.
func (c *Cache) read(ctx context.Context, refs []kg.Ref) ([]kg.Record, error) {
	if len(refs) == 0 {
		return nil, nil
	}
	records, err := c.source.Records(ctx, refs)
	if err != nil {
		return nil, fmt.Errorf("reading %d records: %w", len(refs), err)
	}
	if len(records) != len(refs) {
		return nil, kg.Errorf(kg.Internal, "the store gave %d records for %d", len(records), len(refs))
	}
	return records, nil
}

// nodeOf is the node that the record puts; an error of code Corrupt when it is
// not that of the index.
func nodeOf(ix *index.Index, n index.Node, r kg.Record) (*kg.Node, error) {
	id, typ := ix.NodeID(n), ix.NodeType(n).Name
	if r.Op != kg.PutNode || r.Node == nil || r.Number != uint32(n) || r.Node.ID != id || r.Node.Type != typ {
		return nil, foreign(ix.NodeRef(n), id)
	}
	return r.Node, nil
}

// linkOf is the link that the record puts; an error of code Corrupt when it is
// not that of the index.
func linkOf(ix *index.Index, l index.Link, r kg.Record) (*kg.Link, error) {
	id, relation := ix.LinkID(l), ix.LinkRelation(l).Name
	if r.Op != kg.PutLink || r.Link == nil || r.Number != uint32(l) || r.Link.ID != id || r.Link.Relation != relation {
		return nil, foreign(ix.LinkRef(l), id)
	}
	return r.Link, nil
}

func foreign(ref kg.Ref, id kg.ID) error {
	return kg.Errorf(kg.Corrupt, "record %d of %v is not that of %s, which the index expects there: the log and the index are of different graphs; restart the server to derive the index anew",
		ref.Ordinal, ref.Revision, id)
}
