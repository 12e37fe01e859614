package main

import (
	"bytes"
	"testing"

	"ecpgraph/graph/limits"
)

// TestNothingCostsMuch is the short form of the tool.
func TestNothingCostsMuch(t *testing.T) {
	var out bytes.Buffer
	if err := run(&out, 300, 1); err != nil {
		t.Errorf("%v\n%s", err, &out)
	}
}

// TestMeasureSees: without limits the same requests are over the bounds.
func TestMeasureSees(t *testing.T) {
	s := limits.Defaults()
	for _, limit := range []*int{&s.DocumentBytes, &s.Tokens, &s.Repeats, &s.Selections, &s.Values, &s.ValueDepth, &s.VariableBytes, &s.Cost} {
		*limit = 1 << 30
	}
	h := target(s)
	seen := map[string]bool{}
	for _, r := range attacks() {
		if r.name == "4000 times one leaf" || r.name == "1 MB of empty lists" {
			took := measureOnce(h, r)
			seen[r.name] = took.cpu > maxCPU || took.alloc > maxAlloc
		}
	}
	if len(seen) != 2 || !seen["4000 times one leaf"] || !seen["1 MB of empty lists"] {
		t.Errorf("over the bounds without limits: %v", seen)
	}
}
