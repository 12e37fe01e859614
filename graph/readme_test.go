package graph_test

import (
	"bytes"
	"encoding/json"
	"os"
	"regexp"
	"testing"
)

// TestReadme: the queries of the README run, and the answer that it shows is
// the answer.
func TestReadme(t *testing.T) {
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	view := seeded(t).View()
	blocks := regexp.MustCompile("(?s)```(graphql|json)\n(.*?)```").FindAllSubmatch(readme, -1)
	var last []byte
	queries, answers := 0, 0
	for _, b := range blocks {
		if string(b[1]) == "graphql" {
			queries++
			check(t, view, string(b[2]))
			last = ask(t, view, string(b[2]), nil)
			continue
		}
		answers++
		if got, want := compact(t, last), compact(t, b[2]); got != want {
			t.Errorf("the README says\n%s\nand the graph\n%s", want, got)
		}
	}
	if queries < 2 || answers < 1 {
		t.Errorf("%d queries and %d answers found", queries, answers)
	}
}

func compact(t *testing.T, text []byte) string {
	t.Helper()
	var out bytes.Buffer
	if err := json.Compact(&out, text); err != nil {
		t.Fatal(err)
	}
	return out.String()
}
