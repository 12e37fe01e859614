package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

type exportCommand struct {
	sourceFlags
	Format string `enum:"jsonl" default:"jsonl" placeholder:"FORMAT" help:"jsonl: JSON Lines, one node or link a line (default: jsonl)."`
	Out    string `placeholder:"FILE" help:"Write this file, whole or not at all, instead of standard output."`
}

func (exportCommand) Help() string {
	return `Nodes come first, then links, each by id: equal graphs give equal bytes. ecpgraph load reads them back
to the same graph.

Examples:

	ecpgraph export --out graph.jsonl
	ecpgraph export --server http://127.0.0.1:8080 | grep '"type":"Action"'`
}

func (c *exportCommand) Run(ctx context.Context, s *session) error {
	if c.Out == "" {
		return c.write(ctx, s, s.stdout)
	}
	return replaceFile(c.Out, func(w io.Writer) error { return c.write(ctx, s, w) })
}

func (c *exportCommand) write(ctx context.Context, s *session, w io.Writer) (err error) {
	if c.Server != "" {
		r, err := newRemote(c.Server)
		if err != nil {
			return err
		}
		return r.export(ctx, w)
	}
	db, err := openExisting(ctx, c.Data, 0, s.logger)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	return exportLines(ctx, w, db.View())
}

// replaceFile puts what write writes in the place of the file, in one step and
// durably; after an error the file is as it was.
func replaceFile(path string, write func(io.Writer) error) (err error) {
	file, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*.tmp")
	if err != nil {
		return fmt.Errorf("--out %s: %w", path, err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(file.Name()))
		}
	}()
	if err := errors.Join(write(file), file.Chmod(0o644), file.Sync(), file.Close()); err != nil {
		return err
	}
	return os.Rename(file.Name(), path)
}
