package coverage

import (
	"os"
	"strconv"
	"testing"
)

// sequences is how many random graphs are compared: ECPGRAPH_TEST_SEQUENCES
// where it is set.
func sequences(t *testing.T, otherwise int) int {
	text := os.Getenv("ECPGRAPH_TEST_SEQUENCES")
	if text == "" {
		return otherwise
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatalf("ECPGRAPH_TEST_SEQUENCES: %v", err)
	}
	return n
}
