package store

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"ecpgraph/internal/kg"
)

// Log is a kg.Store over an engine.
type Log struct {
	engine Engine

	// gate is held for reading by each running call and for writing by Close.
	// No call holds it twice.
	gate    sync.RWMutex
	closed  bool
	closing context.Context // ends when Close begins
	end     context.CancelFunc

	layouts layouts
}

var _ kg.Store = (*Log)(nil)

// Open brings the engine under the Store contract. It checks that the newest
// commit is there and has the digest that the head says, else the error has
// code Corrupt. The Log owns the engine and closes it, also when Open fails.
func Open(ctx context.Context, engine Engine) (*Log, error) {
	l := &Log{engine: engine}
	l.closing, l.end = context.WithCancel(context.Background())
	if err := l.checkHead(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("opening the store: %w", err), l.Close())
	}
	return l, nil
}

func (l *Log) checkHead(ctx context.Context) error {
	head, err := l.engine.Head(ctx)
	if err != nil {
		return err
	}
	digest, err := l.digestAt(ctx, head.Revision)
	if err == nil && digest != head.Digest {
		err = kg.Errorf(kg.Corrupt, "the head says digest %.12s… for revision %d, the commit says %.12s…: restore the store from a backup",
			head.Digest, head.Revision, digest)
	}
	return err
}

// enter begins a call; exit ends it.
func (l *Log) enter(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	l.gate.RLock()
	if l.closed || l.closing.Err() != nil {
		l.gate.RUnlock()
		return errClosed()
	}
	return nil
}

func (l *Log) exit() { l.gate.RUnlock() }

func errClosed() error { return kg.Errorf(kg.Unavailable, "the store is closed") }

// Head implements kg.Store.
func (l *Log) Head(ctx context.Context) (kg.Head, error) {
	if err := l.enter(ctx); err != nil {
		return kg.Head{}, err
	}
	defer l.exit()
	return l.engine.Head(ctx)
}

// HeadAt implements kg.Store.
func (l *Log) HeadAt(ctx context.Context, revision kg.Revision) (kg.Head, error) {
	if err := l.enter(ctx); err != nil {
		return kg.Head{}, err
	}
	defer l.exit()
	head, err := l.engine.Head(ctx)
	if err != nil {
		return kg.Head{}, err
	}
	if revision > head.Revision { // an append under way may have left chunks there
		return kg.Head{}, pastHead(revision, head)
	}
	digest, err := l.digestAt(ctx, revision)
	if err != nil {
		return kg.Head{}, err
	}
	return kg.Head{Revision: revision, Digest: digest}, nil
}

// Append implements kg.Store. A commit or record over the limits is an error of
// code Limit, a record that cannot be kept one of code Invalid; both write
// nothing.
func (l *Log) Append(ctx context.Context, parent kg.Head, commits []kg.Commit) (kg.Head, error) {
	if err := l.enter(ctx); err != nil {
		return kg.Head{}, err
	}
	defer l.exit()
	if len(commits) == 0 {
		return kg.Head{}, kg.Invalidf("an append without commits")
	}
	packed := make([]Packed, len(commits))
	head := parent
	for i := range commits {
		if err := ctx.Err(); err != nil {
			return kg.Head{}, err
		}
		var err error
		if packed[i], head, err = pack(head, &commits[i]); err != nil {
			return kg.Head{}, fmt.Errorf("commit %d of %d: %w", i+1, len(commits), err)
		}
	}
	if err := l.engine.Append(ctx, parent, head, packed); err != nil {
		return kg.Head{}, err
	}
	return head, nil
}

// Follow implements kg.Store.
func (l *Log) Follow(ctx context.Context, after kg.Revision) error {
	if err := l.enter(ctx); err != nil {
		return err
	}
	defer l.exit()
	waiting, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(l.closing, cancel)()
	err := l.engine.Follow(waiting, after)
	if err != nil && ctx.Err() == nil && l.closing.Err() != nil {
		return errClosed()
	}
	return err
}

// Close implements kg.Store. Calls of Follow end with code Unavailable, and so
// do walks of Commits at their next step.
func (l *Log) Close() error {
	l.end()
	l.gate.Lock()
	defer l.gate.Unlock()
	if l.closed {
		return nil
	}
	l.closed = true
	return l.engine.Close()
}
