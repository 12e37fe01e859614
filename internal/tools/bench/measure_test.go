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
	"sync/atomic"
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
func exchangesWith(count int, answer func(body string) []byte) []*exchange {
	var list []*exchange
	for i := range count {
		e := newExchange(fmt.Append(nil, i))
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
	s, err := drive(context.Background(), p, exchangesWith(5, answer), 4, window, 1)
	if err != nil {
		t.Fatal(err)
	}
	if s.requests != len(s.latencies) || s.requests < 4 || s.elapsed < window || s.perSecond() <= 0 {
		t.Errorf("%d requests with %d latencies in %v", s.requests, len(s.latencies), s.elapsed)
	}
	// A body that was never recorded is an error, not an empty answer.
	if _, err := drive(context.Background(), p, exchangesWith(6, answer), 6, window, 1); err == nil || !strings.Contains(err.Error(), "404") {
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
		exchanges := exchangesWith(2, func(string) []byte { return []byte("right") })
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
			{question: question{name: "q1", about: "tool by id", bar: 4, goal: 1.8}, bytes: 409, cpu: 48.24, ceiling: 17.6, ratio: ratio{2.741, 2.5, 3.04}, executor: 152.4, executorRatio: ratio{8.66, 8, 9}, perSecond: 24169.4, p50: 0.49, p99: 4.62, oneP50: 0.07, oneP99: 0.23},
			{question: question{name: "nested", about: "more"}, bytes: 37000, cpu: 3298, perSecond: 579, p50: 27.6, p99: 132.4, oneP50: 1.5, oneP99: 14.3},
			{question: question{name: "q1", about: "again", goal: 1.5}, missing: "not built in"},
		},
	}
	want := `| 100000 nodes, 999000 links | bytes | CPU µs | ceiling µs | ratio (of rounds) | bar | goal | gqlgen's executor: CPU µs, ratio | requests/s | p50 / p99 ms, 16 conn. | p50 / p99 ms, 1 conn. |
|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|
| q1 tool by id | 409 | 48.2 | 17.6 | 2.74 (2.50 to 3.04) | 4 | 1.8 | 152, 8.66 | 24169 | 0.49 / 4.62 | 0.07 / 0.23 |
| nested more | 37000 | 3298 | 0.00 | - |  |  |  | 579 | 27.6 / 132 | 1.50 / 14.3 |
| q1 again | | not built in | | |  | 1.5 | | | | |
| load of 468 MB of JSON Lines, s | | 48.7 | | | 19 | 8 | | | | |
| the same, CPU s | | 60.0 | | |  |  | | | | |
| the same, peak memory, GB | | 3.90 | | |  |  | | | | |
| start to first answer, s | | 9.50 | | | 2 | 0.3 | | | | |
| memory after reads (PSS), GB | | 2.10 | | | 0.9 | 0.4 | | | | |
| the same (RSS), GB | | 2.11 | | |  |  | | | | |
| disk, GB | | 0.30 | | | 0.51 | 0.255 | | | | |
`
	if got := r.markdown(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// TestCachedRow: a server that answers as before, with a tag, is measured, by
// GET as unmodified; one without a tag or with another answer is not.
func TestCachedRow(t *testing.T) {
	var asked304 atomic.Int64
	cached := func(tag, answer string) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if tag != "" {
				w.Header().Set("ETag", tag)
			}
			if r.Header.Get("If-None-Match") == tag && tag != "" {
				asked304.Add(1)
				w.WriteHeader(http.StatusNotModified)
				return
			}
			_, _ = io.WriteString(w, answer)
		})
	}
	body, err := requestBody("{ a }", map[string]any{})
	if err != nil {
		t.Fatal(err)
	}
	e := newExchange(body)
	e.answer = []byte("answer")
	for _, test := range []struct {
		handler    http.Handler
		revalidate bool
		bytes      int
		fault      string
	}{
		{cached(`"tag"`, "answer"), false, 6, ""},
		{cached(`"tag"`, "answer"), true, 0, ""},
		{cached("", "answer"), false, 0, "no ETag"},
		{cached(`"tag"`, "other"), false, 0, "without a cache"},
	} {
		before := asked304.Load()
		b := &bench{
			settings: settings{connections: 2, rounds: 1, window: time.Millisecond},
			server:   thisProcess(t, test.handler),
			ceiling:  thisProcess(t, ceilingHandler(map[string][]byte{string(body): e.answer})),
		}
		row, err := b.cachedRow(context.Background(), asked{exchanges: []*exchange{e}}, test.revalidate)
		switch {
		case test.fault != "":
			if err == nil || !strings.Contains(err.Error(), test.fault) {
				t.Errorf("%v, want %q", err, test.fault)
			}
		case err != nil || row.bytes != test.bytes:
			t.Errorf("revalidate %v: %+v, %v", test.revalidate, row, err)
		}
		if (asked304.Load() > before) != test.revalidate {
			t.Errorf("revalidate %v: answered 304 %d times", test.revalidate, asked304.Load()-before)
		}
	}
}

// TestGate: a question that costs more than twice its bar in every round shuts
// the gate, and so does one whose cost is not known.
func TestGate(t *testing.T) {
	of := func(bar, goal float64, r ratio, missing string) *report {
		return &report{rows: []row{{question: question{name: "q1", bar: bar, goal: goal}, ratio: r, missing: missing}}}
	}
	for _, test := range []struct {
		report *report
		passes bool
	}{
		{of(4, 1, ratio{8.5, 8, 9}, ""), true},
		{of(4, 1, ratio{8.5, 8.1, 9}, ""), false},
		{of(4, 1, ratio{}, ""), false},
		{of(4, 1, ratio{}, "not built in"), true},
		{of(0, 1, ratio{2.1, 2, 3}, ""), true},
		{of(0, 1, ratio{2.2, 2.1, 3}, ""), false},
		{of(0, 0, ratio{100, 90, 110}, ""), true},
	} {
		if err := test.report.gate(); (err == nil) != test.passes {
			t.Errorf("%+v: %v", test.report.rows, err)
		}
	}
}

// TestCompare: the ratio is taken of rounds, not of medians.
func TestCompare(t *testing.T) {
	of := func(micros ...int) *turn {
		u := &turn{}
		for _, m := range micros {
			u.samples = append(u.samples, &sample{requests: 1, cpu: time.Duration(m) * time.Microsecond})
		}
		return u
	}
	if got, want := compare(of(10, 40, 90), of(10, 10, 30)), (ratio{3, 1, 4}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	if got := compare(of(10), of(0)); got != (ratio{}) {
		t.Errorf("%+v of a ceiling that cost nothing", got)
	}
}

// TestGetExchange: a question goes by GET as it went by POST; with its tag it is
// answered 304, by the ceiling as well.
func TestGetExchange(t *testing.T) {
	const document = "{ a(b: \"é&+\") }"
	body, err := requestBody(document, map[string]any{"id": 7})
	if err != nil {
		t.Fatal(err)
	}
	post := newExchange(body)
	post.answer = []byte("answer")
	server := thisProcess(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		query := r.URL.Query()
		if r.Method != http.MethodGet || query.Get("query") != document || query.Get("variables") != `{"id":7}` {
			http.Error(w, "wrong question", http.StatusBadRequest)
		}
		w.Header().Set("ETag", `"tag"`)
		_, _ = io.WriteString(w, "answer")
	}))
	for _, test := range []struct {
		process *process
		tag     string
		passes  bool
	}{{server, "", true}, {server, `"tag"`, false}, {thisProcess(t, ceilingHandler(nil)), `"tag"`, true}} {
		e, err := getExchange(post, test.tag)
		if err != nil {
			t.Fatal(err)
		}
		c, err := dial(context.Background(), test.process.address)
		if err != nil {
			t.Fatal(err)
		}
		answer, err := c.do(e)
		if (err == nil) != test.passes || err == nil && string(answer) != string(e.answer) {
			t.Errorf("with tag %q: %q, %v", test.tag, answer, err)
		}
		if err == nil && c.header.Get("ETag") != `"tag"` {
			t.Errorf("with tag %q: the answer's is %q", test.tag, c.header.Get("ETag"))
		}
		if err := c.conn.Close(); err != nil {
			t.Error(err)
		}
	}
}
