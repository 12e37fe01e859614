// Package live is the running graph: a store of commits with the index derived
// from it. Readers take the index of the newest revision by one atomic load;
// writers hand their changes to one committer, which checks and numbers them,
// makes all that wait durable in one append, and publishes the next index.
package live

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
)

// Graph is safe for concurrent use.
type Graph struct {
	store kg.Store
	root  atomic.Pointer[index.Index]

	submissions chan *submission
	closing     chan struct{} // closed to end the committer
	closeOnce   sync.Once
	stopped     chan struct{} // closed when the committer has ended

	mu    sync.Mutex
	moved chan struct{} // closed and replaced when the root moves
}

// Open derives the index from the store's log and starts the committer. The
// Graph owns the store from then on. When the log does not fit the ontology,
// the error says where, and the store is the caller's to close.
func Open(ctx context.Context, store kg.Store, o *ontology.Ontology) (*Graph, error) {
	ix := index.New(o)
	var batch []kg.Commit
	for c, err := range store.Commits(ctx, 0) {
		if err != nil {
			return nil, fmt.Errorf("reading the log: %w", err)
		}
		batch = append(batch, c)
	}
	ix, err := ix.Apply(batch...)
	if err != nil {
		return nil, err
	}
	g := &Graph{
		store:       store,
		submissions: make(chan *submission, maxBatch),
		closing:     make(chan struct{}),
		stopped:     make(chan struct{}),
		moved:       make(chan struct{}),
	}
	g.root.Store(ix)
	go g.commitAll()
	return g, nil
}

// Root is the graph at the newest revision. A request takes it once and
// answers from it throughout.
func (g *Graph) Root() *index.Index { return g.root.Load() }

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

// Close finishes the changes that wait, then closes the store. A second Close
// is a no-op.
func (g *Graph) Close() error {
	var err error
	g.closeOnce.Do(func() {
		close(g.closing)
		<-g.stopped
		err = g.store.Close()
	})
	return err
}

func (g *Graph) publish(ix *index.Index) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.root.Store(ix)
	close(g.moved)
	g.moved = make(chan struct{})
}

// Outcome says what a Commit did.
type Outcome struct {
	Revision kg.Revision // of the commit; of the graph as it was when nothing changed
	Created  int         // nodes and links that were not there
	Updated  int         // nodes and links with a new version
	Deleted  int
	Same     int // nodes and links that were already as wished
}

// Changed reports whether a commit was written.
func (o Outcome) Changed() bool { return o.Created+o.Updated+o.Deleted > 0 }

// maxBatch is how many waiting changes go into one append at most.
const maxBatch = 256

type submission struct {
	ctx     context.Context
	change  kg.Change
	outcome Outcome
	err     error
	// unwritten marks what was decided by or on top of commits of the batch:
	// without them it does not hold.
	unwritten bool
	done      chan struct{}
}

// Commit makes the change, all or nothing, and returns once it is durable and
// the root has it. A change that does not fit the ontology or the graph is an
// error of code Invalid or NotFound that lists every fault; a change that
// alters nothing writes no commit. An error of code Conflict says that another
// writer of the store was faster twice. The graph keeps the nodes and links of
// the change, which must not be altered afterwards.
//
// When the context ends while the change is being written, Commit returns its
// error and the change may still have been made.
func (g *Graph) Commit(ctx context.Context, change kg.Change) (Outcome, error) {
	s := &submission{ctx: ctx, change: change, done: make(chan struct{})}
	select {
	case <-g.closing:
		return Outcome{}, errClosed
	default:
	}
	select {
	case g.submissions <- s:
	case <-g.closing:
		return Outcome{}, errClosed
	case <-ctx.Done():
		return Outcome{}, ctx.Err()
	}
	select {
	case <-s.done:
		return s.outcome, s.err
	case <-ctx.Done():
		return Outcome{}, ctx.Err()
	case <-g.stopped:
	}
	select {
	case <-s.done: // it was in the last batch
		return s.outcome, s.err
	default:
		return Outcome{}, errClosed
	}
}

// commitAll is the committer: the only goroutine that appends.
func (g *Graph) commitAll() {
	defer close(g.stopped)
	for {
		select {
		case s := <-g.submissions:
			g.commitBatch(g.gather(s))
		case <-g.closing:
			for {
				select {
				case s := <-g.submissions:
					g.commitBatch(g.gather(s))
				default:
					return
				}
			}
		}
	}
}

// gather takes what else waits, without waiting for more.
func (g *Graph) gather(first *submission) []*submission {
	batch := []*submission{first}
	for len(batch) < maxBatch {
		select {
		case s := <-g.submissions:
			batch = append(batch, s)
		default:
			return batch
		}
	}
	return batch
}

// commitBatch makes the changes of the batch and publishes the index after
// them. When another writer has moved the log, it catches up and tries once
// more.
func (g *Graph) commitBatch(batch []*submission) {
	defer func() {
		for _, s := range batch {
			close(s.done)
		}
	}()
	err := g.attempt(batch)
	if errors.Is(err, kg.ErrConflict) {
		if err = g.catchUp(); err == nil {
			err = g.attempt(batch)
		}
	}
	if err == nil {
		return
	}
	for _, s := range batch {
		if s.unwritten {
			s.outcome, s.err = Outcome{}, err
		}
	}
}

// attempt plans each change on top of the ones before it, appends the resulting
// commits together and publishes the index after them. A change that is refused
// leaves no trace in what the next one sees. The error is the store's; whatever
// then rests on commits that were not written is marked as unwritten.
func (g *Graph) attempt(batch []*submission) error {
	start := g.Root()
	next := start
	var commits []kg.Commit
	for _, s := range batch {
		s.unwritten = false
		if s.outcome, s.err = (Outcome{}), s.ctx.Err(); s.err != nil {
			continue
		}
		var c *kg.Commit
		next, c = s.plan(next)
		if c != nil {
			commits = append(commits, *c)
		}
		s.unwritten = len(commits) > 0
	}
	if len(commits) == 0 {
		return nil
	}
	head, err := g.store.Append(context.Background(), start.Head(), commits)
	if err != nil {
		return err
	}
	if head.Revision != next.Head().Revision {
		return kg.Errorf(kg.Internal, "live: the store is at %v after an append, the index at %v", head.Revision, next.Head().Revision)
	}
	g.publish(next.WithDigest(head.Digest))
	return nil
}

// plan decides the submission on top of the index. It returns the index after
// it and the commit that leads there; the same index and nil when nothing is to
// be written.
func (s *submission) plan(ix *index.Index) (*index.Index, *kg.Commit) {
	records, outcome, err := plan(ix, s.change)
	if err != nil {
		s.err = err
		return ix, nil
	}
	s.outcome, s.outcome.Revision = outcome, ix.Head().Revision
	if len(records) == 0 {
		return ix, nil
	}
	c := &kg.Commit{
		Time:   time.Now().UTC().Truncate(time.Millisecond),
		Author: s.change.Author, Reason: s.change.Reason,
		Records: records, Revision: ix.Head().Revision + 1,
	}
	after, err := ix.Apply(*c)
	if err != nil {
		s.outcome, s.err = Outcome{}, err
		return ix, nil
	}
	s.outcome.Revision = c.Revision
	return after, c
}

// catchUp publishes what other writers have added to the log.
func (g *Graph) catchUp() error {
	ix := g.Root()
	var commits []kg.Commit
	for c, err := range g.store.Commits(context.Background(), ix.Head().Revision) {
		if err != nil {
			return fmt.Errorf("reading the log: %w", err)
		}
		commits = append(commits, c)
	}
	after, err := ix.Apply(commits...)
	if err == nil && after != ix {
		g.publish(after)
	}
	return err
}
