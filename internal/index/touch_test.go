package index

import "testing"

// TestTouchReadsAnyNode: numbers without a node, and past the last one, are read
// over.
func TestTouchReadsAnyNode(t *testing.T) {
	var ix Index
	edges := []Edge{{Far: 0}, {Far: 7}, {Far: 1 << 20}}
	if got := ix.Touch(edges); got != 0 {
		t.Errorf("an empty index has %d", got)
	}
}
