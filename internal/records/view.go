package records

import (
	"context"
	"iter"
	"time"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
)

// View is the graph at one revision: an index, the records it addresses, the
// log that both come from, and the graph as it was before.
type View struct {
	Index   *index.Index
	Records *Cache
	Log     Log
	Past    Past // nil where there is none

	// Pinned says that who asks has named the revision, so that cursors are good
	// for it alone.
	Pinned bool
}

// Past is a graph at all its revisions up to the newest: a live.Graph. An error
// is of code NotFound where there is no such revision, of code Limit where it is
// too far back to be derived, that of the context where it ended first, or the
// store's.
type Past interface {
	// At is the graph at the revision; 0 is the empty graph.
	At(ctx context.Context, revision kg.Revision) (View, error)
	// AtTime is the graph at the newest revision that was committed at the
	// instant or before it.
	AtTime(ctx context.Context, instant time.Time) (View, error)
}

// Log is the commits behind a graph: a kg.Store, to read. It may hold more than
// the revision of the View.
type Log interface {
	HeadAt(ctx context.Context, revision kg.Revision) (kg.Head, error)
	CommitHeads(ctx context.Context, revisions []kg.Revision) ([]kg.CommitHead, error)
	Records(ctx context.Context, refs []kg.Ref) ([]kg.Record, error)
	Commits(ctx context.Context, after kg.Revision) iter.Seq2[kg.Commit, error]
}
