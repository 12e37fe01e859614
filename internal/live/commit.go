package live

import (
	"context"
	"errors"
	"time"

	"ecpgraph/internal/kg"
)

// Outcome says what a Commit did.
type Outcome struct {
	Revision kg.Revision // of the commit; of the graph as it was when nothing changed
	Created  int         // nodes and links that were not there
	Updated  int         // nodes and links with a new version
	Deleted  int
	Same     int // nodes and links that were already as wished
	Derived  int // derived links that were written or deleted with all that
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
// writer of the store was faster twice. An error of the store has the code that
// the store gave it.
//
// When the context ends while the change is being written, Commit returns its
// error and the change may still be made: its nodes and links must never be
// altered afterwards.
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
	d := &draft{store: g.store, written: start.Head().Revision, index: start, rules: &g.rules}
	for _, s := range batch {
		s.unwritten = false
		if s.outcome, s.err = (Outcome{}), s.ctx.Err(); s.err != nil {
			continue
		}
		s.plan(d)
		s.unwritten = len(d.commits) > 0
	}
	if len(d.commits) == 0 {
		return nil
	}
	head, err := g.store.Append(context.Background(), start.Head(), d.commits)
	if err != nil {
		g.rules = ruleBook{} // it may know rules that are not written
		return err
	}
	if head.Revision != d.index.Head().Revision {
		return kg.Errorf(kg.Internal, "live: the store is at %v after an append, the index at %v", head.Revision, d.index.Head().Revision)
	}
	records := 0
	for i := range d.commits {
		records += len(d.commits[i].Records)
	}
	g.publish(d.index.WithDigest(head.Digest), records)
	return nil
}

// plan decides the submission on top of the draft, and adds its commit to it
// unless nothing is to be written.
func (s *submission) plan(d *draft) {
	records, outcome, err := plan(s.ctx, d, s.change)
	if err != nil {
		s.err = err
		return
	}
	outcome.Revision = d.index.Head().Revision
	if len(records) > 0 {
		outcome.Revision++
		err = d.add(kg.Commit{
			Time:   later(time.Now().UTC().Truncate(time.Millisecond), d.index.Time()),
			Author: s.change.Author, Reason: s.change.Reason,
			Records: records, Revision: outcome.Revision,
		})
		if err != nil {
			s.err = err
			return
		}
	}
	s.outcome = outcome
}

// later is the time, or the one before it where the clock was set back: the
// times of a log never go back, so that an instant names one revision.
func later(now, before time.Time) time.Time {
	if now.Before(before) {
		return before
	}
	return now
}

// catchUp publishes what other writers have added to the log.
func (g *Graph) catchUp() error {
	ix := g.Root()
	after, records, err := replay(context.Background(), g.store, ix, newest, replayBatch)
	if err == nil && after != ix {
		g.publish(after, records)
	}
	return err
}
