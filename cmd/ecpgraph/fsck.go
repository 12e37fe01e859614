package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"log/slog"
	"path/filepath"
	"time"

	"ecpgraph/internal/kg"
	"ecpgraph/internal/live"
	"ecpgraph/internal/store"
	"ecpgraph/internal/store/badgerstore"
)

type fsckCommand struct {
	dataFlag
	outputFlag
}

func (fsckCommand) Help() string {
	return `Reads the whole log: every checksum, and the chain of digests from the first commit to the newest.
Compares the newest with the anchor beside it, derives the index anew and compares it with the
snapshot of it. Damage goes to standard error, with the first commit or record that is not what was
written and what to do, and exit code 5.

Nothing is written, unless the store was not closed by the process that used it last: then Badger
recovers its newest writes first, as for every command. A server must be stopped before.

Examples:

	ecpgraph fsck
	ecpgraph fsck --data /srv/ecpgraph --output json`
}

// fsckResult is what fsck found. Its JSON form is part of the program's
// interface.
type fsckResult struct {
	Data      string       `json:"data"`
	Revision  kg.Revision  `json:"revision"` // that the log ends at
	Digest    string       `json:"digest"`
	Records   int          `json:"records"`          // that were found sound
	Anchor    *kg.Revision `json:"anchor"`           // null when there is none
	Snapshot  string       `json:"snapshot"`         // agrees, missing, foreign; empty with a fault
	Saved     kg.Revision  `json:"snapshotRevision"` // 0 when it cannot be read
	Recovered bool         `json:"recovered"`        // whether the store had not been closed
	Faults    []string     `json:"faults"`           // what is damaged, and what to do
}

func (c *fsckCommand) Run(ctx context.Context, s *session) error {
	if !badgerstore.Exists(c.Data) {
		return failf(exitNotFound, "there is no graph in %s: name the directory with --data", c.Data)
	}
	result := fsckResult{Data: c.Data, Faults: []string{}}
	p := s.progress()
	fault := c.check(ctx, s, p, &result)
	p.done()
	if fault != nil && kg.CodeOf(fault) != kg.Corrupt {
		return fault
	}
	if fault != nil {
		result.Faults = faultsIn(fault)
		fault = faultList(exitStore, fault, c.Data+" is damaged")
	}
	if c.json() {
		return errors.Join(writeJSON(s.stdout, result), fault)
	}
	if fault != nil {
		return fault
	}
	return result.writeText(s.stdout)
}

// check fills the result as far as it comes.
func (c *fsckCommand) check(ctx context.Context, s *session, p *progress, result *fsckResult) (err error) {
	o, err := readOntology()
	if err != nil {
		return err
	}
	engine, err := openToCheck(ctx, c.Data, s.logger, result)
	if err != nil {
		return err
	}
	log, err := store.Open(ctx, engine)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, log.Close()) }()
	anchored, found, err := badgerstore.ReadAnchor(c.Data)
	if err != nil {
		return err
	}
	if found {
		result.Anchor = &anchored.Revision
	}
	verified, err := live.Verify(ctx, told{log, p}, o, filepath.Join(c.Data, snapshotFile))
	result.Revision, result.Digest = verified.Head.Revision, verified.Head.Digest.String()
	result.Records, result.Snapshot, result.Saved = verified.Records, string(verified.Snapshot), verified.Saved.Revision
	return err
}

// openToCheck opens the store to read it, or where that cannot be, as other
// commands do.
func openToCheck(ctx context.Context, dir string, logger *slog.Logger, result *fsckResult) (*badgerstore.Engine, error) {
	engine, err := badgerstore.Open(ctx, dir, badgerstore.Options{Logger: logger, ReadOnly: true})
	if errors.Is(err, badgerstore.ErrNotClosed) {
		result.Recovered = true
		return badgerstore.Open(ctx, dir, badgerstore.Options{Logger: logger})
	}
	return engine, err
}

func (r fsckResult) writeText(w io.Writer) error {
	anchor, snapshot := "missing; the next start writes one", "missing; the next start derives the index"
	if r.Anchor != nil {
		anchor = fmt.Sprintf("%v, as the log has it", *r.Anchor)
	}
	switch live.SnapshotState(r.Snapshot) {
	case live.SnapshotAgrees:
		snapshot = fmt.Sprintf("%v, as an index derived anew", r.Saved)
	case live.SnapshotForeign:
		snapshot = "of another program, machine or ontology; the next start makes its own"
	}
	closed := ""
	if r.Recovered {
		closed = "The store had not been closed: its newest writes were recovered first.\n"
	}
	_, err := fmt.Fprintf(w, "No damage in %s.\n  log       %v, %d records, every checksum and the chain of digests\n  digest    %s\n  anchor    %s\n  snapshot  %s\n%s",
		r.Data, r.Revision, r.Records, r.Digest, anchor, snapshot, closed)
	return err
}

// told is a store that tells a person how far its log is read.
type told struct {
	kg.Store
	progress *progress
}

// Commits implements kg.Store.
func (t told) Commits(ctx context.Context, after kg.Revision) iter.Seq2[kg.Commit, error] {
	walk := t.Store.Commits(ctx, after)
	return func(yield func(kg.Commit, error) bool) {
		records := 0
		for c, err := range walk {
			if records += len(c.Records); time.Since(t.progress.last) > progressEvery {
				t.progress.sayf("checking: %v, %d records", c.Revision, records)
			}
			if !yield(c, err) {
				return
			}
		}
	}
}
