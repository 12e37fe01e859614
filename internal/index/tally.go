package index

import (
	"cmp"
	"slices"
	"sort"
	"sync/atomic"
)

// MaxTally is how many values a Tally lists.
const MaxTally = 500

// Count is how many nodes have a value.
type Count struct {
	Value Value
	Nodes int
}

// Tally is how many nodes of a type have each value of a column.
type Tally struct {
	Most     []Count // of most nodes first, then by value, absence last; MaxTally at most
	Distinct int     // values, absence among them
	Min, Max Value   // absent when no node has a value
}

// tallies is the place of a Tally once it is made. It belongs to one version of
// an order.
type tallies struct{ made atomic.Pointer[Tally] }

// Tally counts all nodes of the column's type, which must not be nil, from
// border to border of the order. It is made when it is first asked for and kept
// until a commit changes the order. goOn is asked for each value whether to go
// on; when it is false there is no Tally.
func (ix *Index) Tally(c *Column, goOn func() bool) (*Tally, bool) {
	kept := ix.typeIndex(c.Type).tallies(c)
	if t := kept.made.Load(); t != nil {
		return t, true
	}
	t := &Tally{}
	list := ix.Order(c)
	for lo, size := 0, list.Len(); lo < size; {
		if !goOn() {
			return nil, false
		}
		v := ix.Value(c, list.At(lo))
		step, last := 1, lo // the last that is known to have the value
		for last+step < size && ix.Value(c, list.At(last+step)) == v {
			last += step
			step *= 2
		}
		room := min(last+step, size) - last - 1
		hi := last + 1 + sort.Search(room, func(i int) bool { return ix.Value(c, list.At(last+1+i)) != v })
		t.add(Count{v, hi - lo})
		lo = hi
	}
	t.cut()
	t.Most = slices.Clone(t.Most)
	kept.made.Store(t)
	return t, true
}

// add adds the next value in order.
func (t *Tally) add(c Count) {
	t.Distinct++
	if !c.Value.Absent() {
		if t.Min.Absent() {
			t.Min = c.Value
		}
		t.Max = c.Value
	}
	if t.Most = append(t.Most, c); len(t.Most) >= 4*MaxTally {
		t.cut()
	}
}

func (t *Tally) cut() {
	slices.SortFunc(t.Most, func(a, b Count) int {
		return cmp.Or(cmp.Compare(b.Nodes, a.Nodes), a.Value.Compare(b.Value))
	})
	t.Most = t.Most[:min(len(t.Most), MaxTally)]
}

// tallies is the place for the Tally of the column.
func (t *typeIndex) tallies(c *Column) *tallies {
	switch c.source {
	case fromID:
		return new(tallies) // every node has one of its own: not worth keeping
	case fromName:
		return t.nameTallies
	}
	return t.columns[c.place].tallies
}
