package live

import (
	"context"
	"slices"
	"sort"
	"sync"
	"time"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
	"ecpgraph/internal/records"
)

// DefaultReplay is how many records of the log may be read to derive the graph
// at one earlier revision, unless Options say otherwise.
const DefaultReplay = 500_000

// How much of the past is kept. Roots that followed each other share all pages
// but those that the commits between them touched.
const (
	recentRoots   = 64     // roots that were published last
	recentRecords = 16_384 // that these may have between them
	derivedKept   = 4      // earlier graphs that were asked for last
)

// At is the graph at the revision, 0 for the empty graph. It is there at once
// for recent revisions and for those that were asked for lately, else derived
// from the nearest earlier graph that is kept, and the log. An error is of code
// NotFound when there is no such revision, and of code Limit when deriving it
// takes more records of the log than is allowed.
func (g *Graph) At(ctx context.Context, revision kg.Revision) (records.View, error) {
	root := g.Root()
	switch head := root.Head().Revision; {
	case revision > head:
		return records.View{}, kg.Errorf(kg.NotFound, "there is no revision %d: the newest is %d", uint64(revision), uint64(head))
	case revision == head:
		return g.view(root), nil
	}
	ix, err := g.past.at(ctx, revision)
	if err != nil {
		return records.View{}, err
	}
	return g.view(ix), nil
}

// AtTime is the graph at the newest revision that was committed at the instant
// or before it. An error is of code NotFound when there is none, else as of At.
func (g *Graph) AtTime(ctx context.Context, instant time.Time) (records.View, error) {
	root := g.Root()
	if root.Head().Revision == 0 {
		return records.View{}, kg.Errorf(kg.NotFound, "nothing was committed yet")
	}
	if !root.Time().After(instant) {
		return g.view(root), nil
	}
	revision, err := g.past.revisionAt(ctx, instant, root.Head().Revision)
	if err != nil {
		return records.View{}, err
	}
	return g.At(ctx, revision)
}

// past keeps and derives the graph at revisions before the newest. It is safe
// for concurrent use.
type past struct {
	store    kg.Store
	empty    *index.Index // before the first commit
	snapshot *snapshot
	replay   int // how many records one derivation may read

	// turn is held by whoever derives: one at a time, so that those who ask for
	// the same revision derive it once, and the work stays bounded.
	turn chan struct{}

	mu      sync.Mutex
	recent  []recentRoot   // by revision
	derived []*index.Index // the one used last in front
}

// recentRoot is a root, so many records after the one before it.
type recentRoot struct {
	index   *index.Index
	records int
}

func newPast(store kg.Store, o *ontology.Ontology, s *snapshot, replay int) *past {
	if replay == 0 {
		replay = DefaultReplay
	}
	return &past{store: store, empty: index.New(o), snapshot: s, replay: replay, turn: make(chan struct{}, 1)}
}

// remember keeps the next root, and lets the oldest go.
func (p *past) remember(ix *index.Index, records int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.recent = append(p.recent, recentRoot{ix, records})
	between, keep := 0, 1
	for ; keep < min(len(p.recent), recentRoots); keep++ {
		if between += p.recent[len(p.recent)-keep].records; between > recentRecords {
			break
		}
	}
	p.recent = slices.Delete(p.recent, 0, len(p.recent)-keep)
}

// nearest is the newest graph that is kept at the revision or before it; the
// empty graph when there is none.
func (p *past) nearest(revision kg.Revision) *index.Index {
	p.mu.Lock()
	defer p.mu.Unlock()
	best, used := p.empty, -1
	for i, ix := range p.derived {
		if at := ix.Head().Revision; at <= revision && at >= best.Head().Revision {
			best, used = ix, i
		}
	}
	for _, r := range p.recent {
		if at := r.index.Head().Revision; at <= revision && at >= best.Head().Revision {
			best, used = r.index, -1
		}
	}
	if used > 0 {
		p.derived = slices.Insert(slices.Delete(p.derived, used, used+1), 0, best)
	}
	return best
}

// keep keeps a graph that was derived.
func (p *past) keep(ix *index.Index) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.derived = slices.Insert(p.derived, 0, ix)
	if len(p.derived) > derivedKept {
		p.derived = slices.Delete(p.derived, derivedKept, len(p.derived))
	}
}

// at is the graph at a revision that the log holds.
func (p *past) at(ctx context.Context, revision kg.Revision) (*index.Index, error) {
	if ix := p.nearest(revision); ix.Head().Revision == revision {
		return ix, nil
	}
	select {
	case p.turn <- struct{}{}:
		defer func() { <-p.turn }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	base := p.nearest(revision)
	if base.Head().Revision == revision { // derived meanwhile
		return base, nil
	}
	// The file may have been written anew, or be damaged: then it is not used.
	if saved := p.snapshot.getSaved().Revision; saved > base.Head().Revision && saved <= revision {
		if ix, err := p.snapshot.read(ctx, p.store, p.empty.Ontology()); err == nil && ix.Head().Revision <= revision {
			base = ix
		}
	}
	if err := p.check(ctx, base.Head().Revision, revision); err != nil {
		return nil, err
	}
	ix, _, err := replay(ctx, p.store, base, revision, replayBatch)
	if err != nil {
		return nil, err
	}
	p.keep(ix)
	return ix, nil
}

// headBatch is how many heads of commits are read at once.
const headBatch = 512

// check refuses a replay of more records than are allowed before any is read.
func (p *past) check(ctx context.Context, from, to kg.Revision) error {
	records := 0
	for next := from + 1; next <= to; {
		var batch []kg.Revision
		for ; next <= to && len(batch) < headBatch; next++ {
			batch = append(batch, next)
		}
		heads, err := p.store.CommitHeads(ctx, batch)
		if err != nil {
			return err
		}
		for _, h := range heads {
			if records += int(h.Records); records > p.replay {
				return kg.Errorf(kg.Limit,
					"revision %d is too far back: deriving it from revision %d takes more than %d records of the log; ask for a newer one, or let the operator raise replay-records",
					uint64(to), uint64(from), p.replay)
			}
		}
	}
	return nil
}

// revisionAt is the newest revision before the given one that was committed at
// the instant or before it.
func (p *past) revisionAt(ctx context.Context, instant time.Time, before kg.Revision) (kg.Revision, error) {
	var err error
	later := sort.Search(int(before)-1, func(i int) bool {
		if err != nil {
			return true
		}
		var heads []kg.CommitHead
		if heads, err = p.store.CommitHeads(ctx, []kg.Revision{kg.Revision(i) + 1}); err != nil {
			return true
		}
		return heads[0].Time.After(instant)
	})
	if err != nil {
		return 0, err
	}
	if later == 0 {
		heads, err := p.store.CommitHeads(ctx, []kg.Revision{1})
		if err != nil {
			return 0, err
		}
		return 0, kg.Errorf(kg.NotFound, "nothing was committed by %s: the first revision is of %s",
			instant.UTC().Format(time.RFC3339Nano), heads[0].Time.Format(time.RFC3339Nano))
	}
	return kg.Revision(later), nil
}
