// Dos sends requests that are made to cost much, and fails when one of at most a
// megabyte takes more than 50 ms of CPU or 16 MB of memory before it is refused.
// It prints what the worst of each kind took.
//
//	go run ./internal/tools/dos [-n 10000] [-seed N]
package main

import (
	"cmp"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"

	"ecpgraph/graph/limits"
)

func main() {
	n := flag.Int("n", 10_000, "documents to generate")
	seed := flag.Uint64("seed", uint64(time.Now().UnixNano()), "seed of the generator")
	flag.Parse()
	if err := run(os.Stdout, *n, *seed); err != nil {
		fmt.Fprintln(os.Stderr, "dos:", err)
		os.Exit(1)
	}
}

func run(out io.Writer, n int, seed uint64) error {
	fmt.Fprintf(out, "%d generated documents, seed %d\n\n", n, seed)
	h := target(limits.Defaults())
	measureOnce(h, asRequest("warm up", "{__typename}")) // what is made once
	results, generated, passed := attack(h, n, seed)
	report(out, "attack", results)
	fmt.Fprintln(out)
	report(out, "generated (the worst of each kind)", generated)
	var broken []string
	refused := 0
	for _, r := range append(results, generated...) {
		if r.broken() {
			broken = append(broken, fmt.Sprintf("%s (%v, %d kB)", r.name, r.cpu, r.alloc>>10))
		}
		if !r.accepted {
			refused++
		}
	}
	if len(broken) > 0 {
		return fmt.Errorf("over %v of CPU or %d MB: %s", maxCPU, maxAlloc>>20, strings.Join(broken, "; "))
	}
	if refused == 0 {
		return fmt.Errorf("no request was refused: the limits are not there")
	}
	fmt.Fprintf(out, "\n%d of the generated documents passed all limits", passed)
	fmt.Fprintf(out, "\nno request took more than %v of CPU or %d MB\n", maxCPU, maxAlloc>>20)
	return nil
}

// attack sends all that is on the list, and n generated documents of which it
// returns the worst in CPU time and in memory of each kind, and how many passed.
func attack(h http.Handler, n int, seed uint64) (listed, worst []result, passed int) {
	for _, r := range attacks() {
		listed = append(listed, measure(h, r))
	}
	random := rand.New(rand.NewPCG(seed, 0))
	byKind := map[string]result{}
	for i := range n {
		r := measure(h, generate(random, i))
		if r.accepted {
			passed++
		}
		kind := r.name
		r.name = fmt.Sprintf("%s #%d", kind, i)
		for _, by := range []struct {
			name  string
			worse bool
		}{
			{kind + " cpu", r.cpu > byKind[kind+" cpu"].cpu},
			{kind + " alloc", r.alloc > byKind[kind+" alloc"].alloc},
		} {
			if by.worse {
				byKind[by.name] = r
			}
		}
	}
	for _, r := range byKind {
		if !slices.ContainsFunc(worst, func(o result) bool { return o.name == r.name }) {
			worst = append(worst, r)
		}
	}
	return listed, worst, passed
}

func report(out io.Writer, title string, results []result) {
	slices.SortFunc(results, func(a, b result) int { return cmp.Or(cmp.Compare(b.cpu, a.cpu), strings.Compare(a.name, b.name)) })
	fmt.Fprintf(out, "%-46s %9s %8s %9s %8s  %s\n", title, "body", "CPU ms", "alloc kB", "answer", "says")
	for _, r := range results {
		fmt.Fprintf(out, "%-46.46s %9d %8.2f %9d %8d  %.100s\n",
			r.name, len(r.body), float64(r.cpu.Microseconds())/1000, r.alloc>>10, r.bytes, strings.TrimSpace(says(r)))
	}
}

func says(r result) string {
	if _, message, ok := strings.Cut(r.answer, `"message":"`); ok {
		return message
	}
	return r.answer
}
