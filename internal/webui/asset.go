package webui

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"io/fs"
	"path"
	"regexp"
	"strings"
	"sync"
)

// asset is one file as it is served: its bytes in one or two content codings, and the headers that depend on them.
type asset struct {
	contentType  string
	cacheControl string
	etag         string                 // opaque part, without quotes; the gzip form adds a suffix
	gzipped      []byte                 // nil when the file is not worth compressing
	plain        func() ([]byte, error) // decompressed at most once, for the rare client without gzip
}

// contentTypes names every kind of file that the build writes. The types of the operating system are not asked, because
// they differ between machines.
var contentTypes = map[string]string{
	".css":   "text/css; charset=utf-8",
	".html":  "text/html; charset=utf-8",
	".js":    "text/javascript; charset=utf-8",
	".json":  "application/json",
	".png":   "image/png",
	".svg":   "image/svg+xml",
	".ttf":   "font/ttf",
	".txt":   "text/plain; charset=utf-8",
	".woff2": "font/woff2",
}

// hashedName matches the names that Vite gives to files whose name changes with their content.
var hashedName = regexp.MustCompile(`^assets/.+-[A-Za-z0-9_-]{8}\.[a-z0-9]+$`)

// loadAssets reads every file of fsys, keyed by its path in it without a trailing ".gz". The replacer fills the
// placeholders of HTML pages. A file without a known content type, such as .gitkeep, is left out.
func loadAssets(fsys fs.FS, fill *strings.Replacer) (map[string]*asset, error) {
	assets := make(map[string]*asset)
	err := fs.WalkDir(fsys, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		stored, err := fs.ReadFile(fsys, name)
		if err != nil {
			return err
		}
		name, compressed := strings.CutSuffix(name, ".gz")
		contentType, ok := contentTypes[path.Ext(name)]
		if !ok {
			return nil
		}
		if path.Ext(name) == ".html" {
			stored = []byte(fill.Replace(string(stored)))
		}
		assets[name] = newAsset(name, contentType, stored, compressed)
		return nil
	})
	return assets, err
}

func newAsset(name, contentType string, stored []byte, compressed bool) *asset {
	sum := sha256.Sum256(stored)
	a := &asset{
		contentType:  contentType,
		cacheControl: "no-cache",
		etag:         base64.RawURLEncoding.EncodeToString(sum[:12]),
	}
	if hashedName.MatchString(name) {
		a.cacheControl = "public, max-age=31536000, immutable"
	}
	switch {
	case compressed:
		a.gzipped = stored
		a.plain = sync.OnceValues(func() ([]byte, error) {
			plain, err := gunzip(stored)
			if err != nil {
				return nil, fmt.Errorf("decompress %s: %w", name, err)
			}
			return plain, nil
		})
	default:
		if path.Ext(name) == ".html" {
			a.gzipped = gzipBytes(stored)
		}
		a.plain = func() ([]byte, error) { return stored, nil }
	}
	return a
}

func gunzip(b []byte) ([]byte, error) {
	r, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}

func gzipBytes(b []byte) []byte {
	var buf bytes.Buffer
	w := gzip.NewWriter(&buf)
	_, _ = w.Write(b) // a bytes.Buffer takes every write
	_ = w.Close()
	return buf.Bytes()
}
