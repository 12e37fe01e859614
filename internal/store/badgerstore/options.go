package badgerstore

import (
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/dgraph-io/badger/v4"
	"github.com/dgraph-io/badger/v4/options"
)

// Options tune an engine. The zero Options suit a graph of up to some hundred
// thousand records.
type Options struct {
	// Logger receives what the operator should know; nil discards it.
	Logger *slog.Logger

	// Bulk makes large appends faster, for more memory: Badger's memory tables,
	// of which there are two, have 32 MB in place of 8 MB.
	Bulk bool

	// ReadOnly opens a store as it is: nothing is written, not even the anchor,
	// and appends are refused. A store that was not closed cannot be opened so:
	// see ErrNotClosed.
	ReadOnly bool

	// AnchorEvery is how far the anchor file may lag behind the head; 0 is
	// 200 ms. It is refreshed beside the appends, which do not wait for it.
	AnchorEvery time.Duration
}

// The sizes of the memory tables. An append of up to 15 % of it is one
// transaction, and the small one just lets a value of the threshold fit in.
const (
	smallMemTable = 8 << 20
	largeMemTable = 32 << 20
)

func (o Options) withDefaults() Options {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.AnchorEvery == 0 {
		o.AnchorEvery = 200 * time.Millisecond
	}
	return o
}

// badgerOptions says how Badger is run, and why.
func (o Options) badgerOptions(dir string, memTable int64) badger.Options {
	return badger.DefaultOptions(dir).
		// An acknowledged commit survives a power cut.
		WithSyncWrites(true).
		// Values stay in the tables: Badger reports no failed sync of its value
		// log, checks no sums there, and asks for a collector of its own.
		WithValueThreshold(1 << 20).
		// The value log stays empty; this is the smallest file Badger takes.
		WithValueLogFileSize(1 << 20).
		// Small memory: two memory tables, and no caches: chunks are not
		// compressed, so tables are read where they are mapped.
		WithMemTableSize(memTable).
		WithNumMemtables(2).
		WithCompression(options.None).
		WithBlockCacheSize(0).
		WithIndexCacheSize(0).
		// The fewest compactors that Badger runs with.
		WithNumCompactors(2).
		// Engine.Append is the only writer, under a lock.
		WithDetectConflicts(false).
		WithMetricsEnabled(false).
		WithExternalMagic(formatVersion).
		WithReadOnly(o.ReadOnly).
		WithLogger(badgerLogger{o.Logger})
}

// badgerLogger passes Badger's messages on. Its information is for those who
// mend Badger, so it comes out as debug.
type badgerLogger struct{ to *slog.Logger }

func (l badgerLogger) Errorf(f string, a ...any)   { l.to.Error(message(f, a)) }
func (l badgerLogger) Warningf(f string, a ...any) { l.to.Warn(message(f, a)) }
func (l badgerLogger) Infof(f string, a ...any)    { l.to.Debug(message(f, a)) }
func (l badgerLogger) Debugf(f string, a ...any)   { l.to.Debug(message(f, a)) }

func message(format string, args []any) string {
	return "badger: " + strings.TrimSpace(fmt.Sprintf(format, args...))
}
