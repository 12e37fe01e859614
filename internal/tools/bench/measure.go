package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"time"

	"ecpgraph/graph/schema"
	"ecpgraph/internal/ontology"
	"ecpgraph/internal/tools/synth/generate"
)

// measure runs the whole benchmark.
func measure(ctx context.Context, s settings) (_ *report, err error) {
	o, err := ontology.Read(schema.Files, schema.OntologyDir)
	if err != nil {
		return nil, err
	}
	g, err := generate.New(o, generate.Options{Nodes: s.nodes, LinksPerNode: s.links, Seed: s.seed})
	if err != nil {
		return nil, err
	}
	scratch, err := os.MkdirTemp("", "ecpgraph-bench-run-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(scratch)) }()
	if s.binary == "" {
		if s.binary, err = build(ctx, scratch); err != nil {
			return nil, err
		}
	}
	load, err := prepare(ctx, s, o, g)
	if err != nil {
		return nil, err
	}
	b := &bench{settings: s, load: load, draw: &draw{rand.New(rand.NewPCG(s.seed, 1)), g, o, nil}}
	defer func() { err = errors.Join(err, b.stop()) }()
	r := &report{settings: s, load: *load}
	if r.start, err = b.startServer(ctx); err != nil {
		return nil, err
	}
	asked, err := b.record(ctx, o)
	if err != nil {
		return nil, err
	}
	if err := b.startCeiling(filepath.Join(scratch, "recordings.json"), asked); err != nil {
		return nil, err
	}
	for _, a := range asked {
		row, err := b.row(ctx, a)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", a.name, err)
		}
		sayf("%s: %.0f us, %.1f times the ceiling", a.name, row.cpu, row.ratio)
		r.rows = append(r.rows, *row)
	}
	r.pss, r.rss, err = b.server.memory()
	return r, err
}

// build makes the server's binary of this source tree.
func build(ctx context.Context, dir string) (string, error) {
	binary := filepath.Join(dir, "ecpgraph")
	// Without the stamp of version control equal sources make equal binaries, and
	// the data directory of an earlier run serves again.
	command := exec.CommandContext(ctx, "go", "build", "-trimpath", "-buildvcs=false", "-o", binary, "ecpgraph/cmd/ecpgraph")
	if out, err := command.CombinedOutput(); err != nil {
		return "", fmt.Errorf("building the server: %w\n%s", err, out)
	}
	return binary, nil
}

// bench holds the two processes under load.
type bench struct {
	settings
	load            *loaded
	draw            *draw
	server, ceiling *process
}

func (b *bench) stop() error {
	var errs []error
	for _, p := range []*process{b.server, b.ceiling} {
		if p != nil {
			errs = append(errs, p.stop())
		}
	}
	return errors.Join(errs...)
}

// startServer starts the server twice, so that the files are in the page cache
// for the second, and tells how long that took to its first answer.
func (b *bench) startServer(ctx context.Context) (time.Duration, error) {
	for second := range 2 {
		args := append([]string{"serve", "--data", b.load.data, "--no-seeds", "--listen", "127.0.0.1:0", "--log-level", "warn"}, b.serverFlags...)
		var err error
		if b.server, err = start(b.binary, args...); err != nil {
			return 0, err
		}
		first := map[string]any{}
		err = b.ask(ctx, `query($id: ID!) { tool(id: $id) { name } }`, b.draw.ofType("Tool")(b.draw), &first)
		took := time.Since(b.server.started)
		if err != nil || second == 1 {
			return took, err
		}
		if err := b.server.stop(); err != nil {
			return 0, err
		}
	}
	panic("unreachable")
}

// ask gives the server one request and decodes the data of its answer.
func (b *bench) ask(ctx context.Context, document string, variables map[string]any, data any) error {
	body, err := requestBody(document, variables)
	if err != nil {
		return err
	}
	c, err := dial(ctx, b.server.address)
	if err != nil {
		return err
	}
	defer c.conn.Close()
	answer, err := c.do(newExchange(b.server.address, body).request)
	if err != nil {
		return err
	}
	return decodeData(answer, data)
}

func requestBody(document string, variables map[string]any) ([]byte, error) {
	return json.Marshal(map[string]any{"query": document, "variables": variables})
}

// decodeData takes the data of an answer without errors.
func decodeData(answer []byte, data any) error {
	var whole struct {
		Data   json.RawMessage
		Errors []json.RawMessage
	}
	if err := json.Unmarshal(answer, &whole); err != nil {
		return fmt.Errorf("not JSON: %w: %.500s", err, answer)
	}
	if len(whole.Errors) > 0 || len(whole.Data) == 0 || string(whole.Data) == "null" {
		return fmt.Errorf("the answer has errors: %.1000s", answer)
	}
	return json.Unmarshal(whole.Data, data)
}

// asked is a question with the requests for it and their answers.
type asked struct {
	question
	exchanges []*exchange
	bytes     int // of an answer, on average
}

// record asks every request of every question twice, over two connections, and
// keeps the answers, which must be equal and without errors.
func (b *bench) record(ctx context.Context, o *ontology.Ontology) ([]asked, error) {
	err := b.draw.fetchCursors(b.parameters, func(document string, variables map[string]any, data any) error {
		return b.ask(ctx, document, variables, data)
	})
	if err != nil {
		return nil, err
	}
	var list []asked
	for _, q := range questions(o) {
		if len(b.only) > 0 && !slices.Contains(b.only, q.name) {
			continue
		}
		a := asked{question: q}
		var clients [2]*client
		for i := range clients {
			if clients[i], err = dial(ctx, b.server.address); err != nil {
				return nil, err
			}
			defer clients[i].conn.Close()
		}
		for range b.parameters {
			body, err := requestBody(q.document, q.variables(b.draw))
			if err != nil {
				return nil, err
			}
			e := newExchange(b.server.address, body)
			for i, c := range clients {
				answer, err := c.do(e.request)
				if err == nil {
					err = decodeData(answer, &map[string]any{})
				}
				if err == nil && i > 0 && !bytes.Equal(answer, e.answer) {
					err = fmt.Errorf("two answers: %.500s and %.500s", e.answer, answer)
				}
				if err != nil {
					return nil, fmt.Errorf("%s: %.500s: %w", q.name, body, err)
				}
				e.answer = bytes.Clone(answer)
			}
			a.exchanges = append(a.exchanges, e)
			a.bytes += len(e.answer)
		}
		a.bytes /= len(a.exchanges)
		list = append(list, a)
	}
	if len(list) == 0 {
		return nil, fmt.Errorf("there are no questions %v", b.only)
	}
	return list, nil
}

// startCeiling starts this program again, as the handler that writes what was
// recorded.
func (b *bench) startCeiling(file string, list []asked) error {
	var recordings []recording
	for _, a := range list {
		for _, e := range a.exchanges {
			recordings = append(recordings, recording{e.body, e.answer})
		}
	}
	if err := writeRecordings(file, recordings); err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	b.ceiling, err = start(self, "-ceiling", file)
	return err
}

// row measures one question: server and ceiling in turns, so that what else
// the machine does falls on both.
func (b *bench) row(ctx context.Context, a asked) (*row, error) {
	var many, ceiling, one []*sample
	for round := range b.rounds {
		for _, m := range []struct {
			samples     *[]*sample
			process     *process
			connections int
			window      time.Duration
		}{
			{&many, b.server, b.connections, b.window},
			{&ceiling, b.ceiling, b.connections, b.window},
			{&one, b.server, 1, b.window / 2},
		} {
			got, err := drive(ctx, m.process, a.exchanges, m.connections, m.window, b.seed+uint64(round))
			if err != nil {
				return nil, err
			}
			*m.samples = append(*m.samples, got)
		}
	}
	var ratios []float64
	for i := range many {
		if c := ceiling[i].cpuPerRequest(); c > 0 {
			ratios = append(ratios, many[i].cpuPerRequest()/c)
		}
	}
	ms := func(samples []*sample, share float64) float64 {
		return median(samples, func(s *sample) float64 { return float64(s.percentile(share).Microseconds()) / 1000 })
	}
	r := &row{
		question: a.question, bytes: a.bytes,
		cpu: median(many, (*sample).cpuPerRequest), ceiling: median(ceiling, (*sample).cpuPerRequest),
		perSecond: median(many, (*sample).perSecond),
		p50:       ms(many, 0.5), p99: ms(many, 0.99), oneP50: ms(one, 0.5), oneP99: ms(one, 0.99),
	}
	if len(ratios) > 0 {
		r.ratio, r.least, r.most = median(ratios, func(f float64) float64 { return f }), slices.Min(ratios), slices.Max(ratios)
	}
	return r, nil
}

// median is that of the values; of an even number, the upper of the two in the middle.
func median[E any](list []E, value func(E) float64) float64 {
	values := make([]float64, len(list))
	for i, e := range list {
		values[i] = value(e)
	}
	slices.Sort(values)
	return values[len(values)/2]
}
