package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"strings"

	"ecpgraph/internal/kg"
	"ecpgraph/internal/live"
	"ecpgraph/internal/ontology"
	"ecpgraph/internal/seed"
	"ecpgraph/internal/store"
	"ecpgraph/internal/store/badgerstore"
	"ecpgraph/internal/store/memstore"
)

type loadCommand struct {
	Path string `arg:"" help:"Seed folder, file of JSON Lines, or - for JSON Lines from standard input."`

	dataFlag
	Author string `placeholder:"NAME" setting:"" help:"Who changes the graph, for its history (default: the user)."`
	Reason string `placeholder:"TEXT" help:"Why, for its history (default: load PATH)."`
	DryRun bool   `help:"Only tell what would change."`
	outputFlag
}

func (loadCommand) Help() string {
	return `What is new is created, what differs is updated, what is the same is left alone: loading the same
again changes nothing, not even the revision. Nothing is deleted. After any fault, or when the
process is killed, the graph is as it was.

Examples:

	ecpgraph load seeds/ecp
	ecpgraph load graph.jsonl --data ./copy --dry-run
	ecpgraph export --data ./a | ecpgraph load - --data ./b`
}

// loadResult is what load did. Its JSON form is part of the program's interface.
type loadResult struct {
	Source    string      `json:"source"`
	Data      string      `json:"data"`
	DryRun    bool        `json:"dryRun"`
	Nodes     int         `json:"nodes"` // in the source
	Links     int         `json:"links"`
	Created   int         `json:"created"` // nodes and links
	Updated   int         `json:"updated"`
	Unchanged int         `json:"unchanged"`
	Derived   int         `json:"derived"`  // links that rules concluded anew or took back
	Revision  kg.Revision `json:"revision"` // of the graph afterwards
}

func (r loadResult) String() string {
	if r.Created+r.Updated == 0 {
		return fmt.Sprintf("Nothing to change: %s holds all %d nodes and %d links of %s, at %v.", r.Data, r.Nodes, r.Links, r.Source, r.Revision)
	}
	did, at := "Loaded", "now at"
	if r.DryRun {
		did, at = "Would load", "then at"
	}
	derived := ""
	switch {
	case r.Derived == 1:
		derived = "; rules changed 1 link"
	case r.Derived > 1:
		derived = fmt.Sprintf("; rules changed %d links", r.Derived)
	}
	return fmt.Sprintf("%s %s into %s: %d created, %d updated, %d unchanged%s; %s %v.", did, r.Source, r.Data, r.Created, r.Updated, r.Unchanged, derived, at, r.Revision)
}

func (c *loadCommand) Run(ctx context.Context, s *session) (err error) {
	o, err := readOntology()
	if err != nil {
		return err
	}
	p := s.progress()
	defer p.done()
	var db *database
	defer func() {
		if db != nil {
			err = errors.Join(err, db.Close())
		}
	}()
	var known func(kg.ID) bool
	if badgerstore.Exists(c.Data) { // else nothing is made there before the source was read
		if db, err = open(ctx, c.Data, o, use{bulk: true}, s.logger); err != nil {
			return err
		}
		ix := db.Root()
		known = func(id kg.ID) bool {
			_, isNode := ix.Node(id)
			_, isLink := ix.Link(id)
			return isNode || isLink
		}
	}
	set, err := readSet(ctx, s, p, c.Path, o, known)
	if err != nil {
		return refused(err, c.name())
	}
	target := db
	switch {
	case c.DryRun:
		if target, err = rehearsal(ctx, db, o); err != nil {
			return err
		}
		defer target.Close()
	case db == nil:
		if db, err = open(ctx, c.Data, o, use{bulk: true}, s.logger); err != nil {
			return err
		}
		target = db
	}
	result := loadResult{Source: c.name(), Data: c.Data, DryRun: c.DryRun, Nodes: len(set.Nodes), Links: len(set.Links)}
	p.sayf("writing %d nodes and %d links", result.Nodes, result.Links)
	// The set itself, which knows the line of each, is not needed from here on.
	outcome, err := target.Commit(ctx, set.Change(c.author(), c.reason()))
	if err != nil {
		return refused(err, c.name())
	}
	p.done()
	result.Created, result.Updated, result.Unchanged = outcome.Created, outcome.Updated, outcome.Same
	result.Derived, result.Revision = outcome.Derived, outcome.Revision
	if c.json() {
		return writeJSON(s.stdout, result)
	}
	_, err = fmt.Fprintln(s.stdout, result)
	return err
}

// refused says of a set that was not loaded that nothing has changed.
func refused(err error, name string) error {
	if own := (*failure)(nil); errors.As(err, &own) {
		return own
	}
	switch kg.CodeOf(err) {
	case kg.Invalid, kg.NotFound, kg.Limit:
		return faultList(exitInvalid, err, name+" is not loaded, the graph is as it was")
	}
	return err
}

// name stands for the source in messages.
func (c *loadCommand) name() string { return setName(c.Path) }

func (c *loadCommand) author() string {
	if c.Author != "" {
		return c.Author
	}
	if u, err := user.Current(); err == nil && u.Username != "" {
		return u.Username
	}
	return "unknown"
}

func (c *loadCommand) reason() string {
	if c.Reason != "" {
		return c.Reason
	}
	return "load " + c.name()
}

// rehearsal copies the log into memory, where a change may be tried; db may be
// nil for a graph that does not exist yet.
func rehearsal(ctx context.Context, db *database, o *ontology.Ontology) (*database, error) {
	log, err := store.Open(ctx, memstore.New())
	if err != nil {
		return nil, err
	}
	if db != nil {
		for commit, err := range db.store.Commits(ctx, 0) {
			if err != nil {
				return nil, err
			}
			head, err := log.Head(ctx)
			if err != nil {
				return nil, err
			}
			if _, err := log.Append(ctx, head, []kg.Commit{commit}); err != nil {
				return nil, err
			}
		}
	}
	graph, err := live.Open(ctx, log, o, live.Options{})
	if err != nil {
		return nil, errors.Join(err, log.Close())
	}
	return &database{graph, log}, nil
}

// readSet reads the path whole: a seed folder, a file of JSON Lines, or - for JSON
// Lines from standard input, whose lines may name what is known.
func readSet(ctx context.Context, s *session, p *progress, path string, o *ontology.Ontology, known func(kg.ID) bool) (*seed.Set, error) {
	var in io.Reader = interruptible{ctx, s.stdin}
	if path != "-" {
		info, err := os.Stat(path)
		if err != nil {
			return nil, notThere(err, path)
		}
		if info.IsDir() {
			p.sayf("reading %s", path)
			return readSeedFolder(path, o)
		}
		file, err := os.Open(path)
		if err != nil {
			return nil, err
		}
		defer file.Close()
		in = file
	}
	return seed.ReadLines(p.reading(setName(path), bufio.NewReaderSize(in, 1<<20)), setName(path), o, known)
}

// setName stands for the path in messages.
func setName(path string) string {
	if path == "-" {
		return "standard input"
	}
	return path
}

// readSeedFolder reads a folder on disk. Its faults name the files as the path
// does.
func readSeedFolder(path string, o *ontology.Ontology) (*seed.Set, error) {
	if _, err := os.Stat(filepath.Join(path, "seed.yaml")); errors.Is(err, fs.ErrNotExist) {
		return nil, failf(exitNotFound, "%s is not a seed folder: it has no seed.yaml", path)
	}
	if strings.ContainsAny(path, `*?[\`) { // signs that patterns of file names take for their own
		return seed.ReadFolder(os.DirFS(path), ".", o)
	}
	return seed.ReadFolder(disk{}, path, o)
}

// disk is the file system by the names that people write, relative or absolute.
type disk struct{}

func (disk) Open(name string) (fs.File, error) { return os.Open(name) }

// notThere turns a path that does not exist into an error of its own exit code.
func notThere(err error, path string) error {
	if errors.Is(err, fs.ErrNotExist) {
		return failf(exitNotFound, "%s: there is no such file or folder", path)
	}
	return err
}

// interruptible is a reader of standard input that ends with the context, also
// while nothing comes.
type interruptible struct {
	ctx  context.Context
	from io.Reader
}

func (r interruptible) Read(b []byte) (int, error) {
	type result struct {
		read []byte
		err  error
	}
	// A read that waits cannot be ended; after an interrupt it is left behind,
	// with a buffer of its own, and ends with the process.
	done := make(chan result, 1)
	go func() {
		buffer := make([]byte, len(b))
		n, err := r.from.Read(buffer)
		done <- result{buffer[:n], err}
	}()
	select {
	case got := <-done:
		return copy(b, got.read), got.err
	case <-r.ctx.Done():
		return 0, r.ctx.Err()
	}
}
