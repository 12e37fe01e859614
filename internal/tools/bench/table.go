package main

import (
	"cmp"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// report is what the table shows.
type report struct {
	settings
	load     loaded
	start    time.Duration // to the first answer
	rows     []row
	pss, rss int64 // of the server after all questions, in bytes
}

// row is what was measured of one question. CPU is in microseconds a request,
// latencies are in milliseconds; p50 and p99 at all connections, oneP50 and
// oneP99 at one.
type row struct {
	question
	bytes          int
	cpu, ceiling   float64
	ratio          ratio   // of the two
	executor       float64 // CPU on gqlgen's own executor; 0 when that was not asked
	executorRatio  ratio   // of that to the ceiling
	perSecond      float64
	p50, p99       float64
	oneP50, oneP99 float64
	missing        string // why nothing was measured; else empty
}

// limits are the bars and goals of the rows that are not questions, as the
// size of the graph sets them; "" for none.
type limits struct{ load, start, memory, disk [2]string }

var limitsBySize = map[int]limits{
	100_000:   {load: [2]string{"19", "8"}, start: [2]string{"2", "0.3"}, memory: [2]string{"0.9", "0.4"}, disk: [2]string{"0.51", "0.255"}},
	1_000_000: {load: [2]string{"234", "60"}, start: [2]string{"5", "1"}},
}

func (r *report) markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "| %d nodes, %d links | bytes | CPU µs | ceiling µs | ratio (of rounds) | bar | goal | gqlgen's executor: CPU µs, ratio | requests/s | p50 / p99 ms, %d conn. | p50 / p99 ms, 1 conn. |\n",
		r.load.Nodes, r.load.Links, r.connections)
	b.WriteString("|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n")
	for _, row := range r.rows {
		bar, goal, executor := limit(row.bar), limit(row.goal), ""
		if row.missing != "" {
			fmt.Fprintf(&b, "| %s %s | | %s | | | %s | %s | | | | |\n", row.name, row.about, row.missing, bar, goal)
			continue
		}
		if row.executor > 0 {
			executor = figure(row.executor) + ", " + figure(row.executorRatio.median)
		}
		fmt.Fprintf(&b, "| %s %s | %d | %s | %s | %s | %s | %s | %s | %s | %s / %s | %s / %s |\n",
			row.name, row.about, row.bytes, figure(row.cpu), figure(row.ceiling), row.ratio, bar, goal, executor, figure(row.perSecond),
			figure(row.p50), figure(row.p99), figure(row.oneP50), figure(row.oneP99))
	}
	l := limitsBySize[r.nodes]
	for _, other := range []struct {
		name, figure string
		limits       [2]string
	}{
		{fmt.Sprintf("load of %s MB of JSON Lines, s", figure(megabytes(r.load.LinesBytes))), figure(r.load.Elapsed.Seconds()), l.load},
		{"the same, CPU s", figure(r.load.CPU.Seconds()), [2]string{}},
		{"the same, peak memory, GB", figure(megabytes(r.load.PeakMemory) / 1000), [2]string{}},
		{"start to first answer, s", figure(r.start.Seconds()), l.start},
		{"memory after reads (PSS), GB", figure(megabytes(r.pss) / 1000), l.memory},
		{"the same (RSS), GB", figure(megabytes(r.rss) / 1000), [2]string{}},
		{"disk, GB", figure(megabytes(r.load.Disk) / 1000), l.disk},
	} {
		fmt.Fprintf(&b, "| %s | | %s | | | %s | %s | | | | |\n", other.name, other.figure, other.limits[0], other.limits[1])
	}
	return b.String()
}

// String is the median and the range of the rounds.
func (r ratio) String() string {
	if r == (ratio{}) {
		return "-"
	}
	return fmt.Sprintf("%s (%s to %s)", figure(r.median), figure(r.least), figure(r.most))
}

// gateSlack is how many times its bar, or its goal where it has no bar, a
// question may cost before the gate shuts: the gate finds what has gone wrong, on
// any machine, not what is slow.
const gateSlack = 2

// gate is an error that names the rows which cost too much in every round, or
// whose ratio is not known.
func (r *report) gate() error {
	var errs []error
	for _, row := range r.rows {
		switch most := gateSlack * cmp.Or(row.bar, row.goal); {
		case most == 0 || row.missing != "":
		case row.ratio == (ratio{}):
			errs = append(errs, fmt.Errorf("%s %s: the ceiling's CPU was too little to see", row.name, row.about))
		case row.ratio.least > most:
			errs = append(errs, fmt.Errorf("%s %s costs %v times the ceiling, and may cost %s", row.name, row.about, row.ratio, number(most)))
		}
	}
	return errors.Join(errs...)
}

func megabytes(n int64) float64 { return float64(n) / 1e6 }

// figure writes three digits or all before the point.
func figure(f float64) string {
	switch {
	case f >= 100:
		return strconv.FormatFloat(f, 'f', 0, 64)
	case f >= 10:
		return strconv.FormatFloat(f, 'f', 1, 64)
	}
	return strconv.FormatFloat(f, 'f', 2, 64)
}

// limit is a bar or a goal; of 0 there is none.
func limit(f float64) string {
	if f == 0 {
		return ""
	}
	return number(f)
}

func number(f float64) string { return strconv.FormatFloat(f, 'g', -1, 64) }
