// Precompress replaces the text files of a built site by their gzip form, so that they are embedded and served small.
//
//	go run ./precompress [-min bytes] dist
//
// HTML stays as it is, because the server writes into it when it starts. Running it twice changes nothing.
package main

import (
	"bytes"
	"compress/gzip"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

func main() {
	minSize := flag.Int("min", 1024, "leave files smaller than this many bytes as they are")
	flag.Parse()
	if flag.NArg() != 1 {
		fmt.Fprintln(os.Stderr, "usage: precompress [-min bytes] directory")
		os.Exit(2)
	}
	sum, err := compressTree(flag.Arg(0), *minSize)
	if err != nil {
		fmt.Fprintln(os.Stderr, "precompress:", err)
		os.Exit(1)
	}
	fmt.Printf("precompressed %d files: %d kB, from %d kB\n", sum.files, sum.after/1000, sum.before/1000)
}

// totals counts the files that were compressed, and their bytes before and after.
type totals struct {
	files, before, after int
}

// compressible holds the extensions of files that gzip makes clearly smaller.
var compressible = map[string]bool{".css": true, ".js": true, ".json": true, ".svg": true, ".ttf": true, ".txt": true}

// compressTree replaces each compressible file of at least minSize bytes below dir by a file with ".gz" added to its
// name. The same input always gives the same bytes.
func compressTree(dir string, minSize int) (totals, error) {
	var sum totals
	err := filepath.WalkDir(dir, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() || !compressible[filepath.Ext(name)] {
			return err
		}
		content, err := os.ReadFile(name)
		if err != nil || len(content) < minSize {
			return err
		}
		packed, err := compress(content)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if err := os.WriteFile(name+".gz", packed, 0o644); err != nil {
			return err
		}
		sum.files++
		sum.before += len(content)
		sum.after += len(packed)
		return os.Remove(name)
	})
	return sum, err
}

func compress(content []byte) ([]byte, error) {
	var buf bytes.Buffer
	w, err := gzip.NewWriterLevel(&buf, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(content); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return buf.Bytes(), nil
}
