package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"time"

	"golang.org/x/term"

	"ecpgraph/internal/structure"
)

// progress tells a person at a terminal what a long command is doing, on one
// line of stderr that it wipes in the end. It tells nothing where stderr is no
// terminal, or where NO_COLOR, CI or TERM=dumb ask for plain output.
type progress struct {
	out  io.Writer // nil to tell nothing
	last time.Time
}

// progressEvery is how long the line stays as it is at least.
const progressEvery = 100 * time.Millisecond

func (s *session) progress() *progress {
	file, ok := s.stderr.(*os.File)
	if !ok || !term.IsTerminal(int(file.Fd())) || s.env["NO_COLOR"] != "" || s.env["CI"] != "" || s.env["TERM"] == "dumb" {
		return &progress{}
	}
	return &progress{out: file}
}

func (p *progress) sayf(format string, args ...any) {
	if p.out != nil {
		fmt.Fprintf(p.out, "\r\x1b[K"+format, args...)
		p.last = time.Now()
	}
}

// done wipes the line.
func (p *progress) done() { p.sayf("") }

// measuring tells how far the graph is measured under the context.
func (p *progress) measuring(ctx context.Context) context.Context {
	if p.out == nil {
		return ctx
	}
	return structure.WithProgress(ctx, func(what string, share float64) {
		if time.Since(p.last) > progressEvery {
			p.sayf("measuring the graph: %s, %.0f %%", what, 100*share)
		}
	})
}

// reading tells how much has been read of the stream.
func (p *progress) reading(name string, from io.Reader) io.Reader {
	if p.out == nil {
		return from
	}
	return &countingReader{from: from, name: name, progress: p}
}

type countingReader struct {
	from     io.Reader
	name     string
	progress *progress
	bytes    int64
}

func (r *countingReader) Read(b []byte) (int, error) {
	n, err := r.from.Read(b)
	r.bytes += int64(n)
	if time.Since(r.progress.last) > progressEvery {
		r.progress.sayf("reading %s: %.1f MB", r.name, float64(r.bytes)/1e6)
	}
	return n, err
}
