package query

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
)

// TestSets holds random sets of values against lists of them, and where they
// stand in an order against looking at each.
func TestSets(t *testing.T) {
	const most = 12
	o, err := ontology.Parse([]ontology.Source{{Name: "set.graphqls", Text: `
		"A document." type Document @node
		"A goal." type Goal @node { "Its rank." rank: Int @index }
	`}})
	if err != nil {
		t.Fatal(err)
	}
	ix := index.New(o)
	rank := index.ColumnNamed(ix.Columns(ix.Ontology().NodeType("Goal")), "rank")
	var values []index.Value // all there are; the last is absence
	for i := range most {
		v, err := rank.Value(int64(i))
		if err != nil {
			t.Fatal(err)
		}
		values = append(values, v)
	}
	values = append(values, index.Value{})
	c := kg.Commit{Revision: 1}
	for i := range 3 * len(values) {
		n := &kg.Node{ID: kg.NodeID("Goal", string(rune('a'+i))), Type: "Goal", Name: "G", Props: kg.Props{}}
		if i%len(values) < most {
			n.Props["rank"] = int64(i % len(values))
		}
		c.Records = append(c.Records, kg.Record{Op: kg.PutNode, Number: uint32(i), Node: n})
	}
	if ix, err = ix.Apply(c); err != nil {
		t.Fatal(err)
	}
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 7))
		var random func(depth int) (set, []bool)
		random = func(depth int) (set, []bool) {
			is := make([]bool, len(values))
			at := r.IntN(most)
			v := values[at]
			switch n := r.IntN(8); {
			case n < 3 && depth > 0:
				s, inS := random(depth - 1)
				o, inO := random(depth - 1)
				for i := range is {
					if n == 0 {
						is[i] = inS[i] || inO[i]
					} else {
						is[i] = inS[i] && inO[i]
					}
				}
				if n == 0 {
					return s.or(o), is
				}
				return s.and(o), is
			case n == 3 && depth > 0:
				s, inS := random(depth - 1)
				for i := range is {
					is[i] = !inS[i]
				}
				return s.not(), is
			case n == 4:
				for i := range is {
					is[i] = i < at
				}
				return upTo(cut{v, false}), is
			case n == 5:
				for i := range is {
					is[i] = i > at && i < most
				}
				return from(cut{v, true}), is
			case n == 6:
				for i := range is {
					is[i] = i < most
				}
				return present(), is
			}
			is[at], is[most/2] = true, true
			return points(v, values[most/2], v), is
		}
		s, want := random(5)
		count := 0
		for i, v := range values {
			if s.has(v) != want[i] {
				t.Errorf("seed %d: %+v has the %d-th value: %v, want %v", seed, s, i, s.has(v), want[i])
			}
			if want[i] {
				count += 3
			}
		}
		if all := !slices.Contains(want, false); s.isNothing() && count > 0 || s.isEverything() && !all {
			t.Errorf("seed %d: %+v", seed, s)
		}
		spans := s.spans(ix, rank)
		if total(spans) != count {
			t.Errorf("seed %d: %+v spans %v, of %d nodes", seed, s, spans, count)
		}
		for _, at := range spans {
			for i := at.lo; i < at.hi; i++ {
				if !s.has(ix.Value(rank, ix.Order(rank).At(i))) {
					t.Errorf("seed %d: %+v spans %v, but position %d", seed, s, spans, i)
				}
			}
		}
		if list, ok := s.values(); ok && 3*len(list) != count {
			t.Errorf("seed %d: %+v has the values %v", seed, s, list)
		}
	}
}

// TestLower writes texts as strings.ToLower does.
func TestLower(t *testing.T) {
	for _, text := range []string{"", "Ab9_z", "ÉLAN", "a\xffB\xc3", "\u212aelvin", "ΑΣ", "İ", "關務 A", "aÉ\x80"} {
		if got, want := string(lower([]byte("x"), text)), "x"+strings.ToLower(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
