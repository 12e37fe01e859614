package main

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"

	"ecpgraph/graph/schema"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/live"
	"ecpgraph/internal/ontology"
	"ecpgraph/internal/store"
	"ecpgraph/internal/store/badgerstore"
)

// dataFlag is for commands that work on the store themselves.
type dataFlag struct {
	Data string `default:"./data" placeholder:"DIR" setting:"" help:"Directory of the graph's store (default: ./data)."`
}

// sourceFlags is for commands that read a graph, wherever it is.
type sourceFlags struct {
	dataFlag
	Server string `placeholder:"URL" setting:"" help:"Ask this running server instead of reading --data."`
}

// outputFlag is for commands whose result scripts may want.
type outputFlag struct {
	Output string `short:"o" enum:"text,json" default:"text" placeholder:"FORMAT" setting:"" help:"text for people, json for programs (default: text)."`
}

func (o outputFlag) json() bool { return o.Output == "json" }

func readOntology() (*ontology.Ontology, error) {
	return ontology.Read(schema.Files, schema.OntologyDir)
}

// snapshotFile is the file of the data directory that keeps the index.
const snapshotFile = "index.snapshot"

// database is an open data directory.
type database struct {
	*live.Graph
	store kg.Store // belongs to the Graph, which closes it
}

// oneAnswer is how many bytes of records a command keeps that answers once.
const oneAnswer = 32 << 20

// replayFlag is for commands that may answer as of an earlier revision.
type replayFlag struct {
	ReplayRecords int `default:"500000" placeholder:"N" setting:"" help:"Records of the log that may be read to answer as of one earlier revision (default: 500000)."`
}

// Validate is called by Kong.
func (f *replayFlag) Validate() error {
	if f.ReplayRecords < 1 {
		return failf(exitUsage, "--replay-records: %d is less than 1", f.ReplayRecords)
	}
	return nil
}

// openExisting opens a data directory to read it; replay is as in use.
func openExisting(ctx context.Context, dir string, replay int, logger *slog.Logger) (*database, error) {
	if !badgerstore.Exists(dir) {
		return nil, failf(exitNotFound, "there is no graph in %s: load one with ecpgraph load FOLDER --data %s, or name the directory with --data", dir, dir)
	}
	o, err := readOntology()
	if err != nil {
		return nil, err
	}
	db, err := open(ctx, dir, o, use{recordCache: oneAnswer, replay: replay}, logger)
	if errors.Is(err, badgerstore.ErrInUse) {
		return nil, failf(exitStore, "%w, or use --server URL", err)
	}
	return db, err
}

// use is what a data directory is opened for.
type use struct {
	recordCache int64 // bytes of records that are kept in memory
	bulk        bool  // one large change
	replay      int   // see live.Options
}

// open opens a data directory, or makes it.
func open(ctx context.Context, dir string, o *ontology.Ontology, u use, logger *slog.Logger) (*database, error) {
	engine, err := badgerstore.Open(ctx, dir, badgerstore.Options{Logger: logger, Bulk: u.bulk})
	if err != nil {
		return nil, err
	}
	log, err := store.Open(ctx, engine)
	if err != nil {
		return nil, err
	}
	graph, err := live.Open(ctx, log, o, live.Options{
		RecordCache: u.recordCache, Replay: u.replay, Snapshot: filepath.Join(dir, snapshotFile), Logger: logger,
	})
	if err != nil {
		return nil, errors.Join(err, log.Close())
	}
	return &database{graph, log}, nil
}
