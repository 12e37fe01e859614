package badgerstore

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ecpgraph/internal/kg"
	"ecpgraph/internal/store/storetest"
)

func TestAnchor(t *testing.T) {
	noLeaks(t)
	commits := storetest.Sample(1, 6)
	for _, test := range []struct {
		name  string
		spoil func(t *testing.T, dir, older, other string)
		code  kg.Code // empty when the store must open
		words []string
	}{
		{"kept", func(*testing.T, string, string, string) {}, "", nil},
		{"missing", func(t *testing.T, dir, _, _ string) { remove(t, dir, anchorFile) }, "", []string{"anchor is missing", "level=WARN", "revision=6"}},
		{"behind", func(t *testing.T, dir, older, _ string) { replace(t, dir, older, anchorFile) }, "", nil},
		{"shortened", func(t *testing.T, dir, older, _ string) { replace(t, dir, older, badgerDir) }, kg.Corrupt, []string{"ends at revision 3", "revision 6 had been written", "restore a backup", anchorFile}},
		{"emptied", func(t *testing.T, dir, _, _ string) { remove(t, dir, badgerDir) }, kg.Corrupt, []string{"ends at revision 0", "revision 6"}},
		{"another log", func(t *testing.T, dir, _, other string) { replace(t, dir, other, badgerDir) }, kg.Corrupt, []string{"another one"}},
		{"damaged", func(t *testing.T, dir, _, _ string) { flip(t, filepath.Join(dir, anchorFile), 20, 1) }, kg.Corrupt, []string{"anchor", "damaged", "remove the file"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir, older, other := t.TempDir(), t.TempDir(), t.TempDir()
			write(t, dir, commits[:3]...)
			replace(t, older, dir, badgerDir)
			replace(t, older, dir, anchorFile)
			write(t, dir, commits[3:]...)
			write(t, other, storetest.Sample(2, 6)...)
			test.spoil(t, dir, older, other)
			for range 2 { // a refusal must last
				got, log, err := read(dir)
				if test.code != "" {
					wantFault(t, err, test.code, test.words...)
					continue
				}
				if err != nil || len(got) != len(commits) {
					t.Fatalf("%d commits, %v", len(got), err)
				}
				for _, w := range test.words {
					if !strings.Contains(log, w) {
						t.Errorf("the log does not say %q: %s", w, log)
					}
				}
				test.words = nil // the second start has an anchor again
				if strings.Contains(log, "WARN") && test.name != "missing" {
					t.Errorf("warnings: %s", log)
				}
			}
		})
	}
}

// The anchor follows the head while the store is open, not only at its end.
func TestAnchorFollows(t *testing.T) {
	noLeaks(t)
	dir := t.TempDir()
	s, err := openStore(dir, Options{AnchorEvery: time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	var head kg.Head
	for _, c := range storetest.Sample(1, 3) {
		if head, err = s.Append(t.Context(), head, []kg.Commit{c}); err != nil {
			t.Fatal(err)
		}
		var anchored kg.Head
		for deadline := time.Now().Add(10 * time.Second); anchored != head; time.Sleep(time.Millisecond) {
			if anchored, _, err = ReadAnchor(dir); err != nil || time.Now().After(deadline) {
				t.Fatalf("anchor %v, head %v, %v", anchored, head, err)
			}
		}
	}
}
