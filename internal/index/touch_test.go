package index

import "testing"

// TestTouchReadsAnyNode: numbers without a node, and past the last one, are read
// over.
func TestTouchReadsAnyNode(t *testing.T) {
	var ix Index
	nodes := []Node{0, 7, 1 << 20}
	if got := ix.Touch(nodes, nil) + ix.TouchLinks(7); got != 0 {
		t.Errorf("an empty index has %d", got)
	}
}
