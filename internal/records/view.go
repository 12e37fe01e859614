package records

import (
	"context"
	"iter"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
)

// View is the graph at one revision: an index, the records it addresses, and
// the log that both come from.
type View struct {
	Index   *index.Index
	Records *Cache
	Log     Log
}

// Log is the commits behind a graph: a kg.Store, to read. It may hold more than
// the revision of the View.
type Log interface {
	HeadAt(ctx context.Context, revision kg.Revision) (kg.Head, error)
	CommitHeads(ctx context.Context, revisions []kg.Revision) ([]kg.CommitHead, error)
	Records(ctx context.Context, refs []kg.Ref) ([]kg.Record, error)
	Commits(ctx context.Context, after kg.Revision) iter.Seq2[kg.Commit, error]
}
