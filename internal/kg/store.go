package kg

import (
	"context"
	"iter"
)

// Store is the truth: an ordered log of commits and their records. It is safe
// for concurrent use. Everything else (index, search, history) is derived from
// the log and may be thrown away at any time.
//
// Every method returns the context's error when it ends first, and an error of
// code Unavailable when the store is closed or its engine cannot be reached.
type Store interface {
	// Head returns the newest revision and its digest; the zero Head when the
	// log is empty.
	Head(ctx context.Context) (Head, error)

	// HeadAt returns the head that the log had when the revision was its newest;
	// the zero Head for revision 0. A revision that the log does not hold is
	// ErrNotFound.
	HeadAt(ctx context.Context, revision Revision) (Head, error)

	// CommitHeads reads what the commits say of themselves, in the order asked
	// for and in one batch, whatever the number of their records. Revision 0 has
	// the zero CommitHead; one that the log does not hold is ErrNotFound.
	CommitHeads(ctx context.Context, revisions []Revision) ([]CommitHead, error)

	// Append adds the commits in their order, all or none, and returns the new
	// head once they are durable. The parent must be the head of the log, else
	// nothing is written and the error is ErrConflict. An empty list is an
	// error of code Invalid.
	Append(ctx context.Context, parent Head, commits []Commit) (Head, error)

	// Records reads the records at the refs in one batch, in the order asked
	// for; a ref may occur twice. A ref that no commit wrote is ErrNotFound; a
	// record whose checksum fails is an error of code Corrupt.
	Records(ctx context.Context, refs []Ref) ([]Record, error)

	// Commits yields the commits after the revision, in order, up to the head
	// at the time of the call. The walk checks the digest chain and ends with an error
	// of code Corrupt where it breaks.
	Commits(ctx context.Context, after Revision) iter.Seq2[Commit, error]

	// Follow returns nil as soon as the head is past the revision, at once
	// where it is already.
	Follow(ctx context.Context, after Revision) error

	// Close waits for running calls and frees the store. A second Close is a no-op.
	Close() error
}
