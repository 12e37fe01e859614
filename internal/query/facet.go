package query

import (
	"cmp"
	"slices"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
)

// How many buckets a facet lists.
const (
	DefaultBuckets = 20
	MaxBuckets     = index.MaxTally
)

// FacetKey is what the elements of a selection are counted by: a column of
// their nodes, or the nodes that these lead to along a relation field.
type FacetKey struct {
	Name   string        // as in the question: "KIND", "ACTIONS"
	Column *index.Column // nil for a relation field
	End    *ontology.End // nil for a column
}

// FacetKeys reads the names of fields and relation fields of the type, nil for
// any type, as orders have them. The error is of code Invalid.
func FacetKeys(ix *index.Index, t *ontology.NodeType, names []string) ([]FacetKey, error) {
	var keys []FacetKey
	for _, name := range names {
		k := FacetKey{Name: name, Column: orderColumn(ix, t, name)}
		switch {
		case k.Column == nil:
			if k.End = EndNamed(t, name); k.End == nil {
				return nil, kg.Invalidf("facets: there is no field %q to count by", name)
			}
		case k.Column.Name == "id" && len(k.Column.Path) == 0:
			return nil, kg.Invalidf("facets: every node has an id of its own: count by another field")
		}
		keys = append(keys, k)
	}
	return keys, nil
}

// Facet is how the elements of a whole selection, whatever page of it is shown,
// fall on the values of a key.
type Facet struct {
	Key      FacetKey
	Buckets  []Bucket    // those of most elements first, then by value or id, absence last
	Distinct int         // how many buckets there are, also those that are not listed
	Min, Max index.Value // of a column; absent where no element has a value
}

// Bucket is the elements that have one value. Elements that are linked to
// several nodes are in the bucket of each, once.
type Bucket struct {
	Count  int
	Value  index.Value // of a column; absent for the elements that have none
	Node   index.Node  // of a relation field,
	Linked bool        // unless this is false: the elements without links
}

// CheckBuckets reports why so many buckets cannot be asked for.
func CheckBuckets(n int) error {
	switch {
	case n < 0:
		return kg.Invalidf("first: %d is negative", n)
	case n > MaxBuckets:
		return kg.Errorf(kg.Limit, "first: %d is more than the %d buckets that a facet may list", n, MaxBuckets)
	}
	return nil
}

// Facet counts the selection of the page by the key and lists up to size
// buckets. The error is that of the context.
func (p *Page[E]) Facet(key FacetKey, size int) (Facet, error) {
	f := Facet{Key: key}
	s := p.s
	t := tally{size: size, facet: &f, ix: s.ix}
	switch {
	case key.End != nil:
		s.countFar(&p.scope, key.End, &t)
	case p.scope.kind == typeNodes && s.filter == nil:
		s.countOrder(key.Column, &f, size)
	default:
		s.countValues(&p.scope, key.Column, &t)
	}
	if s.err != nil {
		return Facet{}, s.err
	}
	t.cut()
	return f, nil
}

// tally takes in buckets and keeps the largest.
type tally struct {
	ix    *index.Index
	size  int
	facet *Facet
}

func (t *tally) add(b Bucket) {
	f := t.facet
	f.Distinct++
	if !b.Value.Absent() {
		if f.Min.Absent() || b.Value.Compare(f.Min) < 0 {
			f.Min = b.Value
		}
		if f.Max.Absent() || b.Value.Compare(f.Max) > 0 {
			f.Max = b.Value
		}
	}
	if f.Buckets = append(f.Buckets, b); len(f.Buckets) >= 4*MaxBuckets {
		t.cut()
	}
}

func (t *tally) cut() {
	f := t.facet
	slices.SortFunc(f.Buckets, func(a, b Bucket) int {
		if c := cmp.Or(cmp.Compare(b.Count, a.Count), a.Value.Compare(b.Value)); c != 0 || f.Key.End == nil {
			return c
		}
		switch {
		case a.Linked && b.Linked:
			return t.ix.CompareNodes(a.Node, b.Node)
		case a.Linked:
			return -1
		}
		return 1
	})
	f.Buckets = f.Buckets[:min(len(f.Buckets), t.size)]
}

// countOrder counts all nodes of the type, which the index does once.
func (s *Selector) countOrder(c *index.Column, f *Facet, size int) {
	t, ok := s.ix.Tally(c, func() bool { return s.looked(1) })
	if !ok {
		return
	}
	f.Distinct, f.Min, f.Max = t.Distinct, t.Min, t.Max
	for _, v := range t.Most[:min(len(t.Most), size)] {
		f.Buckets = append(f.Buckets, Bucket{Count: v.Nodes, Value: v.Value})
	}
}

func (s *Selector) countValues(sc *scope, c *index.Column, t *tally) {
	counts := map[index.Value]int{}
	s.each(sc, func(e index.Edge) { counts[s.ix.Value(c, e.Far)]++ })
	for v, n := range counts {
		t.add(Bucket{Count: n, Value: v})
	}
}

func (s *Selector) countFar(sc *scope, end *ontology.End, t *tally) {
	counts := map[index.Node]int{}
	without := 0
	s.each(sc, func(e index.Edge) {
		links := s.ix.Links(e.Far, end)
		size := links.Len()
		if size == 0 {
			without++
		}
		var last index.Edge
		for i := 0; i < size; {
			run := links.Run(i)
			if !s.looked(len(run)) {
				return
			}
			for j, e := range run {
				if i+j == 0 || e.Far != last.Far { // parallel links lie side by side
					counts[e.Far]++
				}
				last = e
			}
			i += len(run)
		}
	})
	for n, count := range counts {
		t.add(Bucket{Count: count, Node: n, Linked: true})
	}
	if without > 0 {
		t.add(Bucket{Count: without})
	}
}

// each visits all elements of the scope that match, in no order, until the
// context ends.
func (s *Selector) each(sc *scope, visit func(index.Edge)) {
	w := &walk{kind: sc.kind, way: byID}
	switch sc.kind {
	case nodeLinks:
		w.all = s.ix.Links(sc.node, sc.end)
	case citingNodes:
		passage, cited := s.ix.Passage(sc.node, sc.locator)
		if !cited {
			return
		}
		for n := range s.ix.CitingNodes(passage).From(0) {
			if !s.looked(1) {
				return
			}
			if e := (index.Edge{Far: n}); s.keeps(e) {
				visit(e)
			}
		}
		return
	}
	if s.filter != nil && s.choose(s.eachCosts(w)) == 1 {
		if sc.kind == nodeLinks {
			s.readLinks(w.all)
			for i := range s.rows {
				visit(s.rows[i].edge)
			}
			return
		}
		for _, n := range s.read() {
			if s.looked(1) && s.left.holds(s, n) {
				visit(index.Edge{Far: n})
			}
		}
		return
	}
	w.scan(s, gap{}, false, func(e index.Edge) bool {
		visit(e)
		return true
	})
}

// Within is the selection of the page's elements that are in the bucket of the
// facet, in the same order; of args only the window is read. It is to be applied
// to what the page's Selector was applied to.
func (p *Page[E]) Within(f *Facet, b Bucket, args Args) (*Selector, error) {
	inner, err := Select(p.s.context, p.s.ix, p.s.of, Args{
		First: args.First, After: args.After, Last: args.Last, Before: args.Before, Counted: args.Counted,
	})
	if err != nil {
		return nil, err
	}
	inner.order, inner.levels, inner.links = p.s.order, p.s.levels, p.s.links
	parts := []condition{p.s.bucket(f.Key, b)}
	if p.s.filter != nil {
		parts = append(parts, p.s.filter)
	}
	inner.filter = allOf(parts...)
	return inner, nil
}

// bucket matches the nodes that are in the bucket.
func (s *Selector) bucket(key FacetKey, b Bucket) condition {
	switch {
	case key.End != nil && b.Linked:
		far := key.End.Far().Single()
		id := &field{of: far, column: LookUp(s.ix, far, "id"), set: points(textValue(string(s.ix.NodeID(b.Node))))}
		return some(s.of, key.End, nil, id)
	case key.End != nil:
		return not(some(s.of, key.End, nil, constant(true)))
	case b.Value.Absent():
		return &field{of: key.Column.Type, column: key.Column, set: present().not()}
	}
	return &field{of: key.Column.Type, column: key.Column, set: points(b.Value)}
}
