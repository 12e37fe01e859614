package main

import (
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestCompressTree(t *testing.T) {
	dir := t.TempDir()
	long := strings.Repeat("let a = 1;\n", 500)
	files := map[string]string{
		"index.html": long, "assets/app.js": long, "assets/small.js": "1", "assets/icon.png": long, ".gitkeep": "",
	}
	if err := os.Mkdir(filepath.Join(dir, "assets"), 0o755); err != nil {
		t.Fatal(err)
	}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}

	sum, err := compressTree(dir, 1024)
	if err != nil {
		t.Fatal(err)
	}
	if sum.files != 1 || sum.before != len(long) || sum.after >= sum.before {
		t.Errorf("totals = %+v, want one smaller file from %d bytes", sum, len(long))
	}
	if _, err := os.Stat(filepath.Join(dir, "assets/app.js")); !os.IsNotExist(err) {
		t.Errorf("assets/app.js is still there: %v", err)
	}
	packed, err := os.ReadFile(filepath.Join(dir, "assets/app.js.gz"))
	if err != nil {
		t.Fatal(err)
	}
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(r); err != nil || string(got) != long {
		t.Errorf("decompressed %d bytes, %v; want the original %d", len(got), err, len(long))
	}
	for _, name := range []string{"index.html", "assets/small.js", "assets/icon.png", ".gitkeep"} {
		if got, err := os.ReadFile(filepath.Join(dir, name)); err != nil || string(got) != files[name] {
			t.Errorf("%s was changed (%v)", name, err)
		}
	}

	if again, err := compressTree(dir, 1024); err != nil || again.files != 0 {
		t.Errorf("second run compressed %d files, %v; want none", again.files, err)
	}
}
