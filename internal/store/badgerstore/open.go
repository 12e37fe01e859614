package badgerstore

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/dgraph-io/badger/v4"

	"ecpgraph/internal/kg"
	"ecpgraph/internal/store"
)

// badgerDir is the directory of Badger's files in the data directory.
const badgerDir = "badger"

// ErrInUse is the cause of the error with which Open refuses a directory that
// another process has open.
var ErrInUse = errors.New("in use by another ecpgraph process")

// ErrNotClosed is the cause of the error with which Open refuses to open a
// directory only to read it whose last process did not close it, or was killed:
// its newest writes must be recovered first, which writes.
var ErrNotClosed = errors.New("not closed by the process that used it last")

// Exists reports whether the data directory holds a store.
func Exists(dir string) bool {
	info, err := os.Stat(filepath.Join(dir, badgerDir))
	return err == nil && info.IsDir()
}

// Open opens the data directory and makes it where it is missing. Beside faults of the
// file system it refuses, with code Unavailable, a directory that another
// process uses or that has another format, and with code Corrupt a log that is
// shorter than its anchor remembers.
func Open(ctx context.Context, dir string, o Options) (*Engine, error) {
	o = o.withDefaults()
	path := filepath.Join(dir, badgerDir)
	if !o.ReadOnly {
		if err := os.MkdirAll(path, 0o750); err != nil {
			return nil, kg.Errorf(kg.Unavailable, "making the data directory: %w", err)
		}
	}
	db, err := openBadger(dir, o)
	if err != nil {
		return nil, err
	}
	e := &Engine{db: db}
	if o.ReadOnly {
		e.failed = kg.Errorf(kg.Unavailable, "the store is open to be read only")
	}
	if err := e.start(ctx, dir, o); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	if !o.ReadOnly {
		e.anchorer = startAnchorer(dir, &e.watch, o.AnchorEvery, o.Logger)
	}
	return e, nil
}

// start brings a freshly opened engine to the state that Append left. The
// anchor is checked before anything is removed.
func (e *Engine) start(ctx context.Context, dir string, o Options) error {
	head, err := e.loadHead(dir)
	if err != nil {
		return err
	}
	e.watch.Move(head)
	if err := e.checkAnchor(ctx, dir, o); err != nil {
		return err
	}
	if o.ReadOnly {
		return nil
	}
	removed, err := e.removeOrphans()
	if removed > 0 {
		o.Logger.Info("removed what an interrupted append left behind", "chunks", removed)
	}
	return err
}

// loadHead checks the format and reads the head. A new store is given both in
// one transaction, so that a missing head is always a fault.
func (e *Engine) loadHead(dir string) (head kg.Head, err error) {
	defer recovered(&err)
	// Where the database is read only, so is the transaction.
	err = e.db.Update(func(txn *badger.Txn) error {
		format, err := get(txn, keyFormat)
		if err != nil {
			return err
		}
		encoded, err := get(txn, keyHead)
		if err != nil {
			return err
		}
		switch {
		case format == nil && encoded == nil && e.db.Opts().ReadOnly:
			return nil
		case format == nil && encoded == nil:
			encoded = store.EncodeHead(kg.Head{})
			if err := txn.Set(keyFormat, []byte{formatVersion}); err != nil {
				return err
			}
			if err := txn.Set(keyHead, encoded); err != nil {
				return err
			}
		case format == nil || encoded == nil:
			return kg.Errorf(kg.Corrupt, "the store in %s lacks its format or its head: restore it from a backup", dir)
		case len(format) != 1 || format[0] != formatVersion:
			return errFormat(dir, fmt.Sprintf("%x", format))
		}
		head, err = store.DecodeHead(encoded)
		return err
	})
	return head, err
}

func errFormat(dir, found string) error {
	return kg.Errorf(kg.Unavailable, "the data directory %s has format %s; this program reads format %d: run the version that wrote it, export the graph, and import it here",
		dir, found, formatVersion)
}

// openBadger opens Badger, and a second time where empty log files that a power
// cut left made the first try fail. They hold nothing; Badger would refuse them
// for ever.
func openBadger(dir string, o Options) (*badger.DB, error) {
	path := filepath.Join(dir, badgerDir)
	empty, memTable, err := readLogs(path)
	if err != nil {
		return nil, kg.Errorf(kg.Unavailable, "reading the data directory: %w", err)
	}
	if o.Bulk {
		memTable = largeMemTable
	}
	options := o.badgerOptions(path, memTable)
	db, err := guardedOpen(options)
	if err == nil {
		return db, nil
	}
	if named := nameFault(dir, err); named != nil {
		return nil, named
	}
	if o.ReadOnly && (strings.Contains(err.Error(), badger.ErrTruncateNeeded.Error()) || len(empty) > 0) {
		return nil, kg.Errorf(kg.Unavailable, "the data directory %s was %w: open it for writing, so that its newest writes are recovered", dir, ErrNotClosed)
	}
	for _, path := range empty {
		o.Logger.Warn("removing an empty log file, which a kill or a power cut leaves behind", "file", path)
		if err := os.Remove(path); err != nil {
			return nil, kg.Errorf(kg.Unavailable, "removing an empty log file: %w", err)
		}
	}
	if len(empty) > 0 {
		if db, err = guardedOpen(options); err == nil {
			return db, nil
		}
	}
	return nil, kg.Errorf(kg.Corrupt, "the store in %s cannot be opened: %w; restore it from a backup", dir, err)
}

func guardedOpen(o badger.Options) (db *badger.DB, err error) {
	defer recovered(&err)
	return badger.Open(o)
}

// nameFault turns the faults that Badger tells by text alone into errors that
// say what to do, or returns nil.
func nameFault(dir string, err error) error {
	text := err.Error()
	switch {
	case strings.Contains(text, "Another process is using this Badger database"):
		return kg.Errorf(kg.Unavailable, "the data directory %s is %w; stop it", dir, ErrInUse)
	case strings.Contains(text, "external magic number doesn't match"):
		_, found, _ := strings.Cut(text, "version present in manifest: ")
		return errFormat(dir, found)
	case errors.Is(err, os.ErrPermission):
		return kg.Errorf(kg.Unavailable, "the data directory %s cannot be used: %w", dir, err)
	}
	return nil
}

// readLogs lists the log files of no length, and returns how large the memory
// tables must be: Badger reads the log of one into another, and ends the process
// when that is too small. The log of a small table that was never cut short has
// twice its length; any other may be that of a large one.
func readLogs(dir string) (empty []string, memTable int64, err error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, 0, err
	}
	memTable = smallMemTable
	for _, entry := range entries {
		switch filepath.Ext(entry.Name()) {
		case ".mem", ".vlog":
			info, err := entry.Info()
			if err != nil {
				return nil, 0, err
			}
			switch size := info.Size(); {
			case size == 0:
				empty = append(empty, filepath.Join(dir, entry.Name()))
			case filepath.Ext(entry.Name()) == ".mem" && size != 2*smallMemTable:
				memTable = largeMemTable
			}
		}
	}
	return empty, memTable, nil
}
