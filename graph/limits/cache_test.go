package limits

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"
)

func TestCacheIsBounded(t *testing.T) {
	ctx := context.Background()
	c := NewCache(10_000, 100, func(v string) int { return len(v) })
	for i := range 1000 {
		c.Add(ctx, fmt.Sprint("key", i), strings.Repeat("x", i%900))
		c.Get(ctx, "key0")
		if bytes := c.Usage().Bytes; bytes > 10_000 {
			t.Fatalf("%d bytes after %d entries", bytes, i+1)
		}
	}
	if _, ok := c.Get(ctx, "key0"); !ok {
		t.Error("what is used all the time was let go")
	}
	if v, ok := c.Get(ctx, "key999"); !ok || len(v) != 99 {
		t.Errorf("the newest is not there: %d %v", len(v), ok)
	}
	if _, ok := c.Get(ctx, "key1"); ok {
		t.Error("the oldest is still there")
	}
	before := c.Usage().Entries
	c.Add(ctx, strings.Repeat("k", 101), "")
	c.Add(ctx, "large", strings.Repeat("x", 2000))
	if after := c.Usage().Entries; after != before {
		t.Error("a long key or a large value was kept")
	}
	c.Add(ctx, "key0", "other")
	if v, _ := c.Get(ctx, "key0"); v != "other" {
		t.Errorf("replaced by %q", v)
	}
}

// TestDocumentBytes compares the estimate with what documents take.
func TestDocumentBytes(t *testing.T) {
	for name, text := range map[string]string{
		"fields":    "{" + times(1400, "a# ") + "}",
		"arguments": "{a(" + times(400, "a#:1 ") + ")}",
		"values":    "{a(a:[" + times(1400, "# ") + "])}",
		"comments":  "{a}" + strings.Repeat("# x\n", 700) + "fragment F on A{a}",
		"spreads":   "{" + times(350, "...F @a#(b:1) ") + "}",
	} {
		const n = 20
		docs := make([]*ast.QueryDocument, n)
		before := heap()
		for i := range docs {
			doc, err := parser.ParseQuery(&ast.Source{Input: text})
			if err != nil {
				t.Fatal(name, err)
			}
			docs[i] = doc
		}
		took, estimate := int(heap()-before)/n, documentBytes(docs[0])
		if estimate*2 < took || estimate > 3*took {
			t.Errorf("%s: estimated at %d bytes, takes %d", name, estimate, took)
		}
		runtime.KeepAlive(docs)
	}
}

func heap() uint64 {
	runtime.GC()
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return stats.HeapAlloc
}
