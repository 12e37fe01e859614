package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"ecpgraph/internal/ontology"
)

// measure takes all rows of the table, at one size of the graph.
func measure(ctx context.Context, s settings, o *ontology.Ontology) (_ *report, err error) {
	b, err := prepared(ctx, s, o)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, b.stop()) }()
	r := &report{settings: s, load: *b.load}
	// The second start finds the files in the page cache.
	for range 2 {
		if r.start, err = b.startServer(ctx, b.binary, b.serveArguments(false)...); err != nil {
			return nil, err
		}
	}
	list, err := b.record(ctx, b.draws, pageSize)
	if err != nil {
		return nil, err
	}
	if err := b.startCeiling(list); err != nil {
		return nil, err
	}
	for _, a := range list {
		row, err := b.row(ctx, a)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", a.name, err)
		}
		r.rows = append(r.rows, *row)
	}
	if r.pss, r.rss, err = b.server.memory(); err != nil {
		return nil, err
	}
	cached, err := b.cachedRows(ctx, list)
	if err != nil {
		return nil, err
	}
	if s.executor {
		if err := b.askExecutor(ctx, list, r.rows); err != nil {
			return nil, err
		}
	}
	r.rows = append(r.rows, cached...)
	return r, nil
}

// turn is a process with a load that it gets again and again, and what was
// measured of it.
type turn struct {
	process     *process
	exchanges   []*exchange
	connections int
	window      time.Duration
	samples     []*sample // one a round
}

// takeTurns puts the loads on their processes one after the other, in each
// round, so that what else the machine does falls on all.
func (b *bench) takeTurns(ctx context.Context, turns ...*turn) error {
	for round := range b.rounds {
		for _, t := range turns {
			got, err := drive(ctx, t.process, t.exchanges, t.connections, t.window, b.seed+uint64(round))
			if err != nil {
				return err
			}
			t.samples = append(t.samples, got)
		}
	}
	return nil
}

// mostWarming is how many windows a server is asked for at most before it is
// measured.
const mostWarming = 10

// warm asks the server until its memory does not grow any more. A server whose
// collector has not run yet takes every byte from the kernel, which has to clear it
// first; with a large graph that goes on for a long time, and would be counted to
// the questions that happen to come first.
func (b *bench) warm(ctx context.Context, a asked) error {
	_, before, err := b.server.memory()
	for range mostWarming {
		if err != nil {
			return err
		}
		if _, err := drive(ctx, b.server, a.exchanges, b.connections, b.window, b.seed); err != nil {
			return err
		}
		var after int64
		if _, after, err = b.server.memory(); after < before+before/50 {
			return err
		}
		before = after
	}
	return nil
}

// row measures one question on the server, beside the ceiling.
func (b *bench) row(ctx context.Context, a asked) (*row, error) {
	many := &turn{process: b.server, exchanges: a.exchanges, connections: b.connections, window: b.window}
	ceiling := &turn{process: b.ceiling, exchanges: a.exchanges, connections: b.connections, window: b.window}
	one := &turn{process: b.server, exchanges: a.exchanges, connections: 1, window: b.window / 2}
	if err := b.takeTurns(ctx, many, ceiling, one); err != nil {
		return nil, err
	}
	r := &row{
		question: a.question, bytes: a.bytes(), cpu: many.cpu(), ceiling: ceiling.cpu(), ratio: compare(many, ceiling),
		perSecond: median(many.samples, (*sample).perSecond),
		p50:       many.latency(0.5), p99: many.latency(0.99), oneP50: one.latency(0.5), oneP99: one.latency(0.99),
	}
	sayf("%s %s: %.0f us, %.1f times the ceiling", a.name, a.about, r.cpu, r.ratio.median)
	return r, nil
}

// askExecutor asks the questions of a server that has no plans, and puts what
// they cost it into the rows. It must give the same answers.
func (b *bench) askExecutor(ctx context.Context, list []asked, rows []row) error {
	binary, err := build(ctx, b.scratch, "ecpgraph/internal/tools/bench/executor")
	if err != nil {
		return err
	}
	if _, err := b.startServer(ctx, binary, "-data", b.load.data); err != nil {
		return err
	}
	for i, a := range list {
		own := &turn{process: b.server, exchanges: a.exchanges, connections: b.connections, window: b.window}
		ceiling := &turn{process: b.ceiling, exchanges: a.exchanges, connections: b.connections, window: b.window}
		if err := b.takeTurns(ctx, own, ceiling); err != nil {
			return fmt.Errorf("%s on gqlgen's executor: %w", a.name, err)
		}
		rows[i].executor, rows[i].executorRatio = own.cpu(), compare(own, ceiling)
		sayf("%s on gqlgen's executor: %.0f us, %.1f times the ceiling", a.name, rows[i].executor, rows[i].executorRatio.median)
	}
	return nil
}

// cpu is the median of the rounds, in microseconds a request.
func (t *turn) cpu() float64 { return median(t.samples, (*sample).cpuPerRequest) }

// latency is the median of the rounds' percentiles, in milliseconds.
func (t *turn) latency(share float64) float64 {
	return median(t.samples, func(s *sample) float64 { return float64(s.percentile(share).Microseconds()) / 1000 })
}

// ratio is of the CPU of two processes, round by round; zero when that of the
// second was too little to see.
type ratio struct{ median, least, most float64 }

func compare(over, under *turn) ratio {
	var list []float64
	for i, s := range over.samples {
		if u := under.samples[i].cpuPerRequest(); u > 0 {
			list = append(list, s.cpuPerRequest()/u)
		}
	}
	if len(list) == 0 {
		return ratio{}
	}
	return ratio{median(list, func(f float64) float64 { return f }), slices.Min(list), slices.Max(list)}
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
