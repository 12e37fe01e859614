package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"ecpgraph/internal/ontology"
)

// A question costs what its answer takes, not what the graph holds: on a large
// graph at most mostGrowth times what it costs on a small one. As a larger graph
// gives larger answers, answers of about one size are compared.
const (
	mostGrowth = 1.5
	// Answers are of one size when they differ by at most this share of the larger.
	sameSize = 0.05
	// Fewer pairs of answers of one size than this tell nothing of a question.
	leastPairs = 8
	// For each pair that is asked for, so many draws are tried at each size.
	drawsPerPair = 4
)

// growth is how the questions' cost differs between two sizes of the graph.
type growth struct {
	nodes [2]int
	page  int // elements of the pages of q7, q12 and nested
	rows  []growthRow
}

type growthRow struct {
	question
	pairs int // of answers of one size; 0 when answers of all sizes were compared
	bytes [2]int
	cpu   [2]float64 // microseconds a request
	ratio ratio      // of the second size to the first
}

// measureGrowth asks the questions at both sizes of the settings, in turns.
func measureGrowth(ctx context.Context, s settings, o *ontology.Ontology) (_ *growth, err error) {
	var benches [2]*bench
	defer func() {
		for _, b := range benches {
			if b != nil {
				err = errors.Join(err, b.stop())
			}
		}
	}()
	g := &growth{nodes: s.scale, page: pageSize}
	for i, nodes := range s.scale {
		s.nodes = nodes
		if benches[i], err = prepared(ctx, s, o); err != nil {
			return nil, err
		}
		// Half of all leaves room for a random cursor before the page.
		for _, p := range paged {
			g.page = min(g.page, benches[i].draw.graph.Count(p.typeName)/2)
		}
	}
	var lists [2][]asked
	for i, b := range benches {
		if _, err := b.startServer(ctx, b.binary, b.serveArguments(false)...); err != nil {
			return nil, err
		}
		if lists[i], err = b.record(ctx, b.draws*drawsPerPair, g.page); err != nil {
			return nil, err
		}
		if err = b.warm(ctx, lists[i][0]); err != nil {
			return nil, err
		}
	}
	for q := range lists[0] {
		row := growthRow{question: lists[0][q].question}
		small, large := lists[0][q], lists[1][q]
		if a, b := pairs(small.exchanges, large.exchanges, s.draws); len(a) >= leastPairs {
			small.exchanges, large.exchanges, row.pairs = a, b, len(a)
		}
		first := &turn{process: benches[0].server, exchanges: small.exchanges, connections: s.connections, window: s.window}
		second := &turn{process: benches[1].server, exchanges: large.exchanges, connections: s.connections, window: s.window}
		if err := benches[0].takeTurns(ctx, first, second); err != nil {
			return nil, fmt.Errorf("%s: %w", row.name, err)
		}
		row.bytes = [2]int{small.bytes(), large.bytes()}
		row.cpu = [2]float64{first.cpu(), second.cpu()}
		row.ratio = compare(second, first)
		sayf("%s: %.0f and %.0f us, %.2f times", row.name, row.cpu[0], row.cpu[1], row.ratio.median)
		g.rows = append(g.rows, row)
	}
	return g, nil
}

// counts finds what an answer says that it has counted.
var counts = regexp.MustCompile(`"totalCount":(\d+)`)

// counted is the first count in the answer, 0 where it has none.
func (e *exchange) counted() float64 {
	if found := counts.FindSubmatch(e.answer); found != nil {
		n, _ := strconv.ParseFloat(string(found[1]), 64) // digits
		return n
	}
	return 0
}

// pairs picks from each list answers that have one of about the same size in
// the other, none twice, and of more than most such pairs, those at even steps
// of size. What is counted belongs to the size: to count more takes longer,
// whatever is shown.
func pairs(small, large []*exchange, most int) (a, b []*exchange) {
	bySize := func(x, y *exchange) int { return cmp.Compare(len(x.answer), len(y.answer)) }
	small, large = slices.SortedStableFunc(slices.Values(small), bySize), slices.SortedStableFunc(slices.Values(large), bySize)
	alike := func(x, y float64) bool { return math.Abs(x-y) <= sameSize*max(x, y) }
	for _, x := range small {
		at := slices.IndexFunc(large, func(y *exchange) bool {
			return alike(float64(len(x.answer)), float64(len(y.answer))) && alike(x.counted(), y.counted())
		})
		if at >= 0 {
			a, b = append(a, x), append(b, large[at])
			large = slices.Delete(large, at, at+1)
		}
	}
	if count := len(a); count > most {
		for i := range most {
			a[i], b[i] = a[i*count/most], b[i*count/most]
		}
		a, b = a[:most], b[:most]
	}
	return a, b
}

// perByte is the ratio of CPU a byte of answer, of the second size to the first.
func (r *growthRow) perByte() float64 {
	return r.ratio.median * float64(r.bytes[0]) / float64(r.bytes[1])
}

func (g *growth) markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "| %d and %d nodes, pages of %d | answers compared | bytes | CPU µs | ratio (of rounds), at most %s | ratio a byte |\n|---|---|--:|--:|--:|--:|\n",
		g.nodes[0], g.nodes[1], g.page, number(mostGrowth))
	for _, r := range g.rows {
		compared := "of all sizes"
		if r.pairs > 0 {
			compared = fmt.Sprintf("%d pairs of one size", r.pairs)
		}
		fmt.Fprintf(&b, "| %s %s | %s | %d, %d | %s, %s | %s | %s |\n", r.name, r.about, compared,
			r.bytes[0], r.bytes[1], figure(r.cpu[0]), figure(r.cpu[1]), r.ratio, figure(r.perByte()))
	}
	return b.String()
}
