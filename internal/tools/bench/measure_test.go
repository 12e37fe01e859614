package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// thisProcess stands for a server that the test itself runs.
func thisProcess(t *testing.T, handler http.Handler) *process {
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	self, err := os.FindProcess(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	return &process{address: strings.TrimPrefix(server.URL, "http://"), command: &exec.Cmd{Process: self}}
}

// exchangesWith are requests with the bodies "0", "1", …, to be answered by what
// answer says.
func exchangesWith(p *process, count int, answer func(body string) []byte) []*exchange {
	var list []*exchange
	for i := range count {
		e := newExchange(p.address, fmt.Append(nil, i))
		e.answer = answer(string(e.body))
		list = append(list, e)
	}
	return list
}

// TestDriveTheCeiling: the ceiling answers what was recorded, small and large,
// over kept connections, and the samples add up.
func TestDriveTheCeiling(t *testing.T) {
	answer := func(body string) []byte { return []byte(strings.Repeat(body+".", 20_000)) }
	answers := map[string][]byte{}
	for i := range 5 {
		body := fmt.Sprint(i)
		answers[body] = answer(body)
	}
	p := thisProcess(t, ceilingHandler(answers))
	const window = 60 * time.Millisecond
	s, err := drive(context.Background(), p, exchangesWith(p, 5, answer), 4, window, 1)
	if err != nil {
		t.Fatal(err)
	}
	if s.requests != len(s.latencies) || s.requests < 4 || s.elapsed < window || s.perSecond() <= 0 {
		t.Errorf("%d requests with %d latencies in %v", s.requests, len(s.latencies), s.elapsed)
	}
	// A body that was never recorded is an error, not an empty answer.
	if _, err := drive(context.Background(), p, exchangesWith(p, 6, answer), 6, window, 1); err == nil || !strings.Contains(err.Error(), "404") {
		t.Errorf("%v, want the status 404", err)
	}
}

// TestDriveChecks: another answer than the one recorded, an error status and a
// connection that is not kept are errors.
func TestDriveChecks(t *testing.T) {
	for want, handler := range map[string]http.HandlerFunc{
		"has changed": func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "other") },
		"503":         func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "no", http.StatusServiceUnavailable) },
		"closes the connection": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Connection", "close")
			_, _ = io.WriteString(w, "right")
		},
	} {
		p := thisProcess(t, handler)
		exchanges := exchangesWith(p, 2, func(string) []byte { return []byte("right") })
		if _, err := drive(context.Background(), p, exchanges, 2, time.Millisecond, 1); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}

// TestRecordings: the file between the processes gives back what was recorded.
func TestRecordings(t *testing.T) {
	name := filepath.Join(t.TempDir(), "recordings.json")
	want := []recording{{[]byte("{}"), []byte("\x00\xff\u2028<é>")}}
	if err := writeRecordings(name, want); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var got []recording
	if err := json.Unmarshal(text, &got); err != nil || len(got) != 1 || string(got[0].Answer) != string(want[0].Answer) || string(got[0].Body) != "{}" {
		t.Errorf("%q, %v", got, err)
	}
}

func TestPercentile(t *testing.T) {
	of := func(n int) *sample {
		s := &sample{}
		for i := n; i > 0; i-- {
			s.latencies = append(s.latencies, time.Duration(i))
		}
		return s
	}
	for _, test := range []struct {
		n     int
		share float64
		want  time.Duration
	}{{1, 0.5, 1}, {1, 0.99, 1}, {2, 0.5, 1}, {3, 0.5, 2}, {100, 0.5, 50}, {100, 0.99, 99}, {101, 0.99, 100}, {200, 0.99, 198}, {7, 1, 7}} {
		if got := of(test.n).percentile(test.share); got != test.want {
			t.Errorf("percentile %v of 1 to %d is %d, want %d", test.share, test.n, got, test.want)
		}
	}
}

func TestParseStat(t *testing.T) {
	const form = "4711 (%s) S 1 2 3 4 5 6 7 8 9 10 250 125 13 14 20 0 9 0 100 200"
	for _, name := range []string{"ecpgraph", "a b", "x) R 1 (y"} {
		if got, err := parseStat(fmt.Sprintf(form, name)); err != nil || got != 3750*time.Millisecond {
			t.Errorf("%s: %v, %v; want 3.75s", name, got, err)
		}
	}
	for _, bad := range []string{"", "1 (x) S", "1 (x) S 1 2 3 4 5 6 7 8 9 10 u 1 2"} {
		if _, err := parseStat(bad); err == nil {
			t.Errorf("%q passes", bad)
		}
	}
}

func TestParseRollup(t *testing.T) {
	pss, rss, err := parseRollup("00400000-7ffc [rollup]\nRss:   2048 kB\nPss:   1024 kB\nPss_Dirty:  7 kB\n")
	if err != nil || pss != 1<<20 || rss != 2<<20 {
		t.Errorf("%d, %d, %v", pss, rss, err)
	}
	for _, bad := range []string{"", "Rss: 1 kB\n", "Rss: 1 kB\nPss: x kB\n"} {
		if _, _, err := parseRollup(bad); err == nil {
			t.Errorf("%q passes", bad)
		}
	}
}

func TestMedian(t *testing.T) {
	same := func(f float64) float64 { return f }
	for want, list := range map[float64][]float64{5: {5}, 3: {9, 1, 3}, 4: {4, 2}} {
		if got := median(list, same); got != want {
			t.Errorf("median of %v is %v, want %v", list, got, want)
		}
	}
}

// TestWriteWhole: a file that could not be written to its end is not there.
func TestWriteWhole(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, "f")
	fails := func(w io.Writer) error {
		_, _ = io.WriteString(w, "half")
		return io.ErrShortWrite
	}
	if err := writeWhole(name, fails); err == nil {
		t.Error("a write that failed passes")
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	if err := writeWhole(name, func(w io.Writer) error { _, err := io.WriteString(w, "whole"); return err }); err != nil {
		t.Fatal(err)
	}
	if text, err := os.ReadFile(name); err != nil || string(text) != "whole" {
		t.Errorf("%q, %v", text, err)
	}
}

func TestMarkdown(t *testing.T) {
	r := &report{
		settings: settings{nodes: 100_000, connections: 16},
		load: loaded{
			Nodes: 100_000, Links: 999_000, LinesBytes: 468e6, Elapsed: 48700 * time.Millisecond,
			CPU: time.Minute, PeakMemory: 3_900_000_000, Disk: 300e6,
		},
		start: 9500 * time.Millisecond, pss: 2_100_000_000, rss: 2_110_000_000,
		rows: []row{
			{question: question{name: "q1", about: "tool by id", bar: 4, goal: 1.8}, bytes: 409, cpu: 48.24, ceiling: 17.6, ratio: 2.741, least: 2.5, most: 3.04, perSecond: 24169.4, p50: 0.49, p99: 4.62, oneP50: 0.07, oneP99: 0.23},
			{question: question{name: "nested", about: "more"}, bytes: 37000, cpu: 3298, perSecond: 579, p50: 27.6, p99: 132.4, oneP50: 1.5, oneP99: 14.3},
		},
	}
	want := `| 100000 nodes, 999000 links | bytes | CPU µs | ceiling µs | ratio (of rounds) | bar | goal | requests/s | p50 / p99 ms, 16 conn. | p50 / p99 ms, 1 conn. |
|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|
| q1 tool by id | 409 | 48.2 | 17.6 | 2.74 (2.50 to 3.04) | 4 | 1.8 | 24169 | 0.49 / 4.62 | 0.07 / 0.23 |
| nested more | 37000 | 3298 | 0.00 | - |  |  | 579 | 27.6 / 132 | 1.50 / 14.3 |
| load of 468 MB of JSON Lines, s | | 48.7 | | | 19 | 8 | | | |
| the same, CPU s | | 60.0 | | |  |  | | | |
| the same, peak memory, GB | | 3.90 | | |  |  | | | |
| start to first answer, s | | 9.50 | | | 2 | 0.3 | | | |
| memory after reads (PSS), GB | | 2.10 | | | 0.9 | 0.4 | | | |
| the same (RSS), GB | | 2.11 | | |  |  | | | |
| disk, GB | | 0.30 | | | 0.51 | 0.255 | | | |
`
	if got := r.markdown(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
