// Package sources holds the texts of documents that a user has, and compares the
// passages of a graph with them. The texts stay in memory: nothing here writes
// them anywhere.
package sources

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/outline"
	"ecpgraph/internal/records"
)

// MaxText is how many bytes the text of a document may have.
const MaxText = 8 << 20

// Texts are the texts of documents by the names of their files. Nil holds none.
// It is safe for concurrent use.
type Texts struct {
	files map[string]string

	mu   sync.Mutex
	cuts map[kg.Ref]*Cut // by version of the document; nil for one without a text
}

// keptCuts is how many versions of documents stay cut.
const keptCuts = 256

// read reads those files of the folder whose names are given. What else lies
// there is an error: a file that was renamed would be left out in silence.
// Subfolders and names that start with a dot are passed over.
func read(folder fs.FS, names []string) (*Texts, error) {
	entries, err := fs.ReadDir(folder, ".")
	if err != nil {
		return nil, kg.Errorf(kg.NotFound, "the folder of the sources cannot be read: %w", err)
	}
	expected := "no document of the graph has an outline"
	if len(names) > 0 {
		expected = "the outlines name " + strings.Join(names, ", ")
	}
	t := &Texts{files: map[string]string{}, cuts: map[kg.Ref]*Cut{}}
	for _, entry := range entries {
		name := entry.Name()
		if entry.IsDir() || strings.HasPrefix(name, ".") {
			continue
		}
		if !slices.Contains(names, name) {
			return nil, kg.Invalidf("%s is the text of no document of the graph: %s; rename it or move it away", name, expected)
		}
		if t.files[name], err = readText(folder, name); err != nil {
			return nil, err
		}
	}
	if len(t.files) == 0 {
		return nil, kg.Errorf(kg.NotFound, "the folder of the sources has no text: %s", expected)
	}
	return t, nil
}

func readText(folder fs.FS, name string) (string, error) {
	file, err := folder.Open(name)
	if err != nil {
		return "", fmt.Errorf("the text %s cannot be read: %w", name, err)
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, MaxText+1))
	switch {
	case err != nil:
		return "", fmt.Errorf("the text %s cannot be read: %w", name, err)
	case len(text) > MaxText:
		return "", kg.Errorf(kg.Limit, "%s has more than the %d bytes that a text may have", name, MaxText)
	case !utf8.Valid(text):
		return "", kg.Invalidf("%s is not text in UTF-8: save the document as plain text", name)
	}
	return string(text), nil
}

// Digest tells the texts apart from any others; "" for none.
func (t *Texts) Digest() string {
	if t == nil {
		return ""
	}
	names := make([]string, 0, len(t.files))
	for name := range t.files {
		names = append(names, name)
	}
	slices.Sort(names)
	hash := sha256.New()
	for _, name := range names {
		fmt.Fprintf(hash, "%q %q\n", name, t.files[name])
	}
	return hex.EncodeToString(hash.Sum(nil))
}

// Cut is the text of the document, cut as its outline in the view says; nil where
// there is none.
func (t *Texts) Cut(ctx context.Context, view records.View, document index.Node) (*Cut, error) {
	if t == nil {
		return nil, nil
	}
	version := view.Index.NodeRef(document)
	t.mu.Lock()
	known, ok := t.cuts[version]
	t.mu.Unlock()
	if ok {
		return known, nil
	}
	nodes, err := view.Records.Nodes(ctx, view.Index, []index.Node{document})
	if err != nil {
		return nil, err
	}
	o, _ := outline.Of(nodes[0]) // what is faulty finds nothing
	cut := t.cut(o)
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.cuts) == keptCuts {
		clear(t.cuts)
	}
	t.cuts[version] = cut
	return cut, nil
}

func (t *Texts) cut(o *outline.Outline) *Cut {
	if o == nil {
		return nil
	}
	text, held := t.files[o.File]
	if !held {
		return nil
	}
	pieces, faults := o.Cut(text)
	c := &Cut{outline: o, pieces: pieces, faults: faults, sums: make([][]byte, len(pieces)), quotes: make([][]byte, len(pieces)), places: make(map[string]int, len(pieces))}
	for i, p := range pieces {
		c.places[string(records.AppendString(nil, o.Passages[i].Locator))] = i
		if !p.Lost {
			c.sums[i] = records.AppendString(nil, outline.Checksum(p.Text))
			c.quotes[i] = records.AppendString(nil, p.Text)
		}
	}
	return c
}

// Cut is the text of one document, in passages.
type Cut struct {
	outline *outline.Outline
	pieces  []outline.Piece
	faults  []outline.Fault

	// As records have it, in JSON.
	places map[string]int // by locator
	sums   [][]byte       // nil for a passage that was not found
	quotes [][]byte
}

// Compare compares a passage of the text with a checksum, both given as records
// have them. Where it stands it returns the text of the passage as JSON, else
// nil. It tells nothing, known is false, where there is nothing to compare.
func (c *Cut) Compare(locator, checksum []byte) (quote []byte, known bool) {
	if c == nil || checksum == nil {
		return nil, false
	}
	i, ok := c.places[string(locator)]
	if !ok || string(c.sums[i]) != string(checksum) {
		return nil, true
	}
	return c.quotes[i], true
}

type textsKey struct{}

// With returns a context under which citations are compared with the texts.
func With(ctx context.Context, t *Texts) context.Context {
	return context.WithValue(ctx, textsKey{}, t)
}

// From returns the texts that With gave, or nil.
func From(ctx context.Context) *Texts {
	t, _ := ctx.Value(textsKey{}).(*Texts)
	return t
}
