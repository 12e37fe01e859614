package live

import (
	"context"
	"fmt"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
)

// replayBatch is how many records of the log are held at once while an index is
// derived; a commit of more is held whole.
const replayBatch = 200_000

// replay derives the graph at the head of the log from the graph at an earlier
// revision, in batches of at least so many records, and returns how many there
// were.
func replay(ctx context.Context, store kg.Store, ix *index.Index, size int) (*index.Index, int, error) {
	var batch []kg.Commit
	waiting, total := 0, 0
	apply := func() error {
		next, err := ix.Apply(batch...)
		if err != nil {
			return err
		}
		clear(batch) // the records are not needed any more
		ix, batch, waiting = next, batch[:0], 0
		return nil
	}
	for c, err := range store.Commits(ctx, ix.Head().Revision) {
		if err != nil {
			return nil, 0, fmt.Errorf("reading the log: %w", err)
		}
		batch = append(batch, c)
		waiting += len(c.Records)
		total += len(c.Records)
		if waiting < size && len(batch) < size {
			continue
		}
		if err := apply(); err != nil {
			return nil, 0, err
		}
	}
	if err := apply(); err != nil {
		return nil, 0, err
	}
	return ix, total, nil
}
