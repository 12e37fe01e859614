// Package live is the running graph: a store of commits with the index derived
// from it. Readers take the index of the newest revision by one atomic load;
// writers hand their changes to one committer, which checks and numbers them,
// makes all that wait durable in one append, and publishes the next index.
//
//	graph.go     the Graph, from opening to closing
//	replay.go    deriving an index from the log
//	snapshot.go  the file that spares the next start the most of that
//	commit.go    the committer
//	plan.go      a change turned into the records of one commit
//	conclude.go  what the rules make of it
//	draft.go     the graph that a change is planned on
//	past.go      the graph at earlier revisions
//	verify.go    checking the log and what was derived from it
package live

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
	"ecpgraph/internal/records"
)

// Graph is safe for concurrent use.
type Graph struct {
	store    kg.Store
	records  *records.Cache
	snapshot *snapshot
	root     atomic.Pointer[index.Index]
	past     *past

	rules       ruleBook // the committer's
	submissions chan *submission
	closing     chan struct{} // closed to end the committer
	closeOnce   sync.Once
	stopped     chan struct{} // closed when the committer has ended

	mu    sync.Mutex
	moved chan struct{} // closed and replaced when the root moves
}

// Options tune a Graph. The zero Options are right, and slow where records are
// read again and again.
type Options struct {
	// RecordCache is how many bytes of memory records are kept in; with 0, each
	// answer reads those that it shows from the store.
	RecordCache int64

	// Snapshot is the file that keeps the index from one start to the next; with
	// "", every start derives it from the whole log. The file is written when
	// the graph is closed, and after a start that had much to derive. One that
	// is damaged, foreign or missing costs time only.
	Snapshot string

	// Replay is how many records of the log may be read to derive the graph at
	// one earlier revision; 0 is DefaultReplay.
	Replay int

	// Logger receives what the operator should know; nil discards it.
	Logger *slog.Logger
}

// Open derives the index from the store's log and starts the committer. The
// Graph owns the store from then on. When the log does not fit the ontology,
// the error says where, and the store is the caller's to close.
func Open(ctx context.Context, store kg.Store, o *ontology.Ontology, options Options) (*Graph, error) {
	logger := options.Logger
	if logger == nil {
		logger = slog.New(slog.DiscardHandler)
	}
	g := &Graph{
		store:       store,
		records:     records.New(store, options.RecordCache),
		snapshot:    &snapshot{path: options.Snapshot, logger: logger},
		submissions: make(chan *submission, maxBatch),
		closing:     make(chan struct{}),
		stopped:     make(chan struct{}),
		moved:       make(chan struct{}),
	}
	ix, behind, err := g.snapshot.open(ctx, store, o)
	if err != nil {
		return nil, err
	}
	g.past = newPast(store, o, g.snapshot, options.Replay)
	g.past.remember(ix, 0)
	g.root.Store(ix)
	if behind {
		g.snapshot.saveBeside(ix)
	}
	go g.commitAll()
	return g, nil
}

// Root is the graph at the newest revision. A request takes it once and
// answers from it throughout.
func (g *Graph) Root() *index.Index { return g.root.Load() }

// View is the Root together with the records that it addresses and the log.
func (g *Graph) View() records.View { return g.view(g.Root()) }

func (g *Graph) view(ix *index.Index) records.View {
	return records.View{Index: ix, Records: g.records, Log: g.store, Past: g}
}

// Follow returns nil as soon as the root is past the revision, at once where it
// is already; else the context's error, or one of code Unavailable when the
// graph is closed.
func (g *Graph) Follow(ctx context.Context, after kg.Revision) error {
	for {
		g.mu.Lock()
		moved := g.moved
		g.mu.Unlock()
		if g.Root().Head().Revision > after {
			return nil
		}
		select {
		case <-moved:
		case <-ctx.Done():
			return ctx.Err()
		case <-g.closing:
			return errClosed
		}
	}
}

var errClosed = kg.Errorf(kg.Unavailable, "the graph is closed")

// Close finishes the changes that wait, saves the snapshot, then closes the
// store. A second Close is a no-op.
func (g *Graph) Close() error {
	var err error
	g.closeOnce.Do(func() {
		close(g.closing)
		<-g.stopped
		g.snapshot.saveLast(g.Root())
		err = g.store.Close()
	})
	return err
}

// publish makes the index the root, so many records after the one before it.
func (g *Graph) publish(ix *index.Index, records int) {
	g.past.remember(ix, records)
	g.mu.Lock()
	defer g.mu.Unlock()
	g.root.Store(ix)
	close(g.moved)
	g.moved = make(chan struct{})
}
