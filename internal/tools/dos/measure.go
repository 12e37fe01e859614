package main

import (
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"syscall"
	"time"
)

// Bounds on what a request may take before it is refused.
const (
	maxCPU   = 50 * time.Millisecond
	maxAlloc = 16 << 20 // bytes allocated, freed or not
	maxBody  = 1 << 20
	// A figure over a bound is taken again, so that only what is over it each
	// time counts: other work on the machine and collection of the garbage of
	// earlier requests come and go.
	attempts = 5
)

// request is one to be refused.
type request struct {
	name string
	body string
}

// result is what a request took.
type result struct {
	request
	cpu      time.Duration
	alloc    uint64
	answer   string // the first bytes
	bytes    int    // of the answer
	accepted bool
}

func (r result) broken() bool { return r.cpu > slack*maxCPU || r.alloc > slack*maxAlloc }

// measure sends the request to the handler on this thread and takes the CPU time
// of the whole process, the garbage collector included.
func measure(h http.Handler, r request) result {
	best := measureOnce(h, r)
	for i := 1; i < attempts && best.broken(); i++ {
		again := measureOnce(h, r)
		best.cpu, best.alloc = min(best.cpu, again.cpu), min(best.alloc, again.alloc)
	}
	return best
}

func measureOnce(h http.Handler, r request) result {
	sent := httptest.NewRequest(http.MethodPost, "/graphql", strings.NewReader(r.body))
	sent.Header.Set("Content-Type", "application/json")
	answer := httptest.NewRecorder()
	allocated, cpu := allocations(), cpuTime()
	h.ServeHTTP(answer, sent)
	took, alloc := cpuTime()-cpu, allocations()-allocated
	text := answer.Body.String()
	return result{
		request: r, cpu: took, alloc: alloc, bytes: len(text),
		answer: text[:min(len(text), 160)], accepted: strings.Contains(text, accepted),
	}
}

func cpuTime() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		panic(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

func allocations() uint64 {
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return stats.TotalAlloc
}
