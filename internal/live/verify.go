package live

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
)

// SnapshotState is how a snapshot of the index stands to the log.
type SnapshotState string

// The states that are no faults; with a fault, the state is empty.
const (
	SnapshotAgrees  SnapshotState = "agrees"  // with the index derived anew
	SnapshotMissing SnapshotState = "missing" // there is no file
	SnapshotForeign SnapshotState = "foreign" // of another program, machine or ontology; the next start makes its own
)

// Verified is what Verify found.
type Verified struct {
	Head     kg.Head // of the log
	Records  int     // in it
	Snapshot SnapshotState
	Saved    kg.Head // of the snapshot, where it can be read
}

// Verify reads the whole log, with all checksums and the digest chain, derives
// the index from it anew, and holds the snapshot file against that; "" stands
// for no file. It writes nothing. Damage is an error of code Corrupt that names
// the commit or record, the first in the log, and says what to do; if the log is
// sound and the snapshot is not, that of the snapshot.
func Verify(ctx context.Context, store kg.Store, o *ontology.Ontology, file string) (Verified, error) {
	var v Verified
	var err error
	if v.Head, err = store.Head(ctx); err != nil {
		return v, err
	}
	saved, state, damage := readSaved(file, o)
	v.Snapshot = state
	ix := index.New(o)
	if saved != nil {
		v.Saved = saved.Head()
	}
	if at := v.Saved.Revision; at > 0 && at <= v.Head.Revision {
		if ix, v.Records, err = replay(ctx, store, ix, at, replayBatch); err != nil {
			return v, err
		}
	}
	if saved != nil {
		if damage = compareSaved(file, ix, saved, v.Head); damage == nil {
			v.Snapshot = SnapshotAgrees
		}
	}
	_, records, err := replay(ctx, store, ix, newest, replayBatch)
	v.Records += records
	if err != nil {
		return v, err
	}
	return v, damage
}

// readSaved reads the file. Without an index, the state says why, or the error.
func readSaved(file string, o *ontology.Ontology) (*index.Index, SnapshotState, error) {
	if file == "" {
		return nil, SnapshotMissing, nil
	}
	b, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, SnapshotMissing, nil
	}
	if err != nil {
		return nil, "", kg.Errorf(kg.Unavailable, "reading the index snapshot: %w", err)
	}
	ix, err := index.Read(o, b)
	if errors.Is(err, index.ErrOtherSnapshot) {
		return nil, SnapshotForeign, nil
	}
	if err != nil {
		return nil, "", snapshotFault(file, "%w", err)
	}
	return ix, "", nil
}

// compareSaved holds the snapshot against the index that was derived up to its
// revision, where the log has it.
func compareSaved(file string, derived, saved *index.Index, head kg.Head) error {
	at := saved.Head()
	switch {
	case at.Revision > head.Revision:
		return kg.Errorf(kg.Corrupt,
			"the index snapshot %s was derived at revision %d, and the log ends at %d: the log was shortened, or the file is of another one; restore a backup, or remove the file to accept the log",
			file, uint64(at.Revision), uint64(head.Revision))
	case at.Digest != derived.Head().Digest:
		return snapshotFault(file, "it was derived from another log: revision %d has digest %.12s… there and %.12s… here",
			uint64(at.Revision), at.Digest, derived.Head().Digest)
	}
	if found := derived.Difference(saved); found != "" {
		return snapshotFault(file, "at revision %d it differs from the index derived from the log: %s", uint64(at.Revision), found)
	}
	return nil
}

func snapshotFault(file, format string, args ...any) error {
	return kg.Errorf(kg.Corrupt, "the index snapshot %s does not hold what the log does (%w); remove the file: the next start derives the index anew",
		file, fmt.Errorf(format, args...))
}
