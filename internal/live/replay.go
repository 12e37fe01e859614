package live

import (
	"context"
	"fmt"
	"math"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
)

// replayBatch is how many records of the log are held at once while an index is
// derived; a commit of more is held whole.
const replayBatch = 200_000

// newest stands for the revision of the log's head.
const newest = kg.Revision(math.MaxUint64)

// replay derives the graph at a revision of the log from the graph at an earlier
// one, in batches of at least so many records, and returns how many there were.
func replay(ctx context.Context, store kg.Store, ix *index.Index, to kg.Revision, size int) (*index.Index, int, error) {
	var batch []kg.Commit
	waiting, total := 0, 0
	apply := func() error {
		next, err := ix.Apply(batch...)
		if err != nil {
			return kg.Errorf(kg.CodeOf(err), "the log makes no graph of this ontology: %w; restore the store from a backup, or run the program that wrote it", err)
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
		if waiting >= size || len(batch) >= size {
			if err := apply(); err != nil {
				return nil, 0, err
			}
		}
		if c.Revision == to {
			break
		}
	}
	if err := apply(); err != nil {
		return nil, 0, err
	}
	return ix, total, nil
}
