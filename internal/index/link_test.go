package index

import (
	"strings"
	"testing"

	"ecpgraph/internal/kg"
)

// FuzzLinkIDs: ids in pieces compare and match as the whole ids do.
func FuzzLinkIDs(f *testing.F) {
	f.Add("serves:", "a", ">", "b", "serves:", "a!", ">", "b")
	f.Add("serves:a>b", "", "", "", "serves:", "a", ">", "b")
	f.Add("x", "", "yz", "", "", "xy", "", "z")
	f.Fuzz(func(t *testing.T, a, b, c, d, e, g, h, i string) {
		p, q := linkID{a, b, c, d}, linkID{e, g, "", h, "", i}
		x, y := strings.Join(p[:], ""), strings.Join(q[:], "")
		if got := p.compare(&q); compareInts(got, 0) != strings.Compare(x, y) {
			t.Errorf("%q and %q compare as %d", p, q, got)
		}
		if p.is(kg.ID(y)) != (x == y) || !p.is(kg.ID(x)) || p.is(kg.ID(x+"x")) {
			t.Errorf("%q is not itself only", p)
		}
	})
}
