package query

import (
	"context"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
)

// Selector is a selection whose arguments are read: a filter, an order and a
// window. It is applied to all nodes of a type, or to any number of parents,
// and is for one goroutine at a time.
type Selector struct {
	context context.Context
	ix      *index.Index
	of      *ontology.NodeType // nil for any

	filter condition   // nil when everything matches
	links  *linkFilter // nil when all links do
	order  order
	levels []level // of the order

	size          int // of the page
	fromEnd       bool
	counted       bool
	given         [2]*given // cursors, after and before; nil when not given
	after, before gap       // the places of the cursors

	looks   int    // at elements so far
	touched uint32 // see index.Touch
	err     error  // the context's, once it has ended a walk

	guess   *estimate    // of the filter, once made
	source  []index.Node // to which the filter's index leads, once read
	isRead  bool
	left    condition                // of the filter, to be tested on those; set with guess
	sampled map[ontology.End]float64 // links a node
	known   map[farKey]index.Value   // of nodes of many links

	visits float64         // how many nodes a walk is likely to visit
	whim   func(n int) int // chooses among n plans, in tests

	rows    []row        // for one page after the other
	inOrder bool         // whether the rows are in order
	store   []index.Edge // space for elements of pages
	chunk   int          // how much space there was last
	plan    plan         // of the last page
}

// Select reads the arguments for a selection of nodes of the type, nil for any,
// or of links to such nodes (the type is then end.Far().Single()). An error is
// of code Invalid, or Limit where the page is too large. Cursors are checked
// when the Selector is applied, because they belong to one parent. The context
// ends long walks, also those of the pages.
func Select(ctx context.Context, ix *index.Index, t *ontology.NodeType, args Args) (*Selector, error) {
	s := &Selector{context: ctx, ix: ix, of: t, size: DefaultPage, counted: args.Counted}
	if len(args.Where) > 0 {
		filter, err := parser{ix}.filter(t, args.Where)
		if err != nil {
			return nil, err
		}
		if filter != condition(constant(true)) {
			s.filter = filter
		}
	}
	if args.Links != nil {
		links, err := parser{ix}.links(args.Relation, args.Links)
		if err != nil {
			return nil, err
		}
		if s.links = links; links != nil && s.filter == nil {
			s.filter = constant(true)
		}
	}
	if len(args.OrderBy) > 0 {
		o, err := parseOrder(ix, t, args.OrderBy)
		if err != nil {
			return nil, err
		}
		s.order, s.levels = o, o.levels()
	}
	if args.First != nil && args.Last != nil {
		return nil, kg.Invalidf("give first or last, not both")
	}
	if err := s.setSize("first", args.First); err != nil {
		return nil, err
	}
	if err := s.setSize("last", args.Last); err != nil {
		return nil, err
	}
	s.fromEnd = args.Last != nil
	if args.After != nil {
		s.given[0] = readCursor("after", *args.After)
	}
	if args.Before != nil {
		s.given[1] = readCursor("before", *args.Before)
	}
	return s, nil
}

func (s *Selector) setSize(name string, n *int) error {
	switch {
	case n == nil:
		return nil
	case *n < 0:
		return kg.Invalidf("%s: %d is negative", name, *n)
	case *n > MaxPage:
		return kg.Errorf(kg.Limit, "%s: %d is more than the %d that a page may hold; fetch the rest with after", name, *n, MaxPage)
	}
	s.size = *n
	return nil
}

// Nodes fills the page from all nodes of the type, which must not be nil.
func (s *Selector) Nodes(page *Page[index.Node]) error {
	if err := begin(s, page, scope{kind: typeNodes}); err != nil {
		return err
	}
	if s.filter == nil && len(s.levels) == 0 {
		cutList(page, s.ix.NodesOf(s.of))
		return nil
	}
	if s.filter == nil && len(s.levels) == 1 && !s.levels[0].descending && s.levels[0].end == nil {
		cutList(page, s.ix.Order(s.levels[0].column))
		return nil
	}
	elements, facts, rest := s.planNodes()
	return finish(s, page, nodesOf(elements), facts, rest)
}

// Links fills the page from the links of the node along the relation field;
// filter and order look at the far node.
func (s *Selector) Links(page *Page[index.Edge], n index.Node, end *ontology.End) error {
	if err := begin(s, page, scope{kind: nodeLinks, node: n, end: end}); err != nil {
		return err
	}
	list := s.ix.Links(n, end)
	if s.filter == nil && len(s.levels) == 0 {
		cutList(page, list)
		return nil
	}
	elements, facts, rest := s.planLinks(list)
	return finish(s, page, elements, facts, rest)
}

// CitingNodes fills the page from the nodes that cite the passage, themselves
// or by an alias. The Selector is for nodes of any type.
func (s *Selector) CitingNodes(page *Page[index.Node], p Passage) error {
	if err := begin(s, page, scope{kind: citingNodes, node: p.document, locator: p.locator}); err != nil {
		return err
	}
	var list index.List[index.Node]
	if p.cited {
		list = s.ix.CitingNodes(p.number)
	}
	if s.filter == nil && len(s.levels) == 0 {
		cutList(page, list)
		return nil
	}
	s.plan = sortList
	s.rows, s.inOrder = s.rows[:0], len(s.levels) == 0
	for n := range list.From(0) {
		s.addRow(index.Edge{Far: n})
	}
	elements, facts := s.cut(citingNodes)
	return finish(s, page, nodesOf(elements), facts, nil)
}

// CitingLinks fills the page from the links that cite the passage, by id.
// Filter and order are not looked at.
func (s *Selector) CitingLinks(page *Page[index.Link], p Passage) error {
	if err := begin(s, page, scope{kind: citingLinks, node: p.document, locator: p.locator}); err != nil {
		return err
	}
	var list index.List[index.Link]
	if p.cited {
		list = s.ix.CitingLinks(p.number)
	}
	cutList(page, list)
	return nil
}

// begin makes the page ready to be filled from the scope, and places the
// cursors in it.
func begin[E Element](s *Selector, p *Page[E], sc scope) error {
	*p = Page[E]{s: s, scope: sc}
	if !s.looked(1) {
		return s.err
	}
	s.plan = walkList
	if s.given[0] == nil && s.given[1] == nil {
		return nil
	}
	p.made = s.fingerprint(&p.scope)
	var marks [2]*mark
	for i, g := range s.given {
		if g == nil {
			continue
		}
		var err error
		if marks[i], err = g.mark(p.made, s.orderOf(sc.kind)); err != nil {
			return err
		}
	}
	s.after, s.before = gap{marks[0], true}, gap{marks[1], false}
	return nil
}

// finish fills the page.
func finish[E Element](s *Selector, p *Page[E], elements []E, f facts, rest *walk) error {
	p.Elements, p.facts, p.rest = elements, f, rest
	return s.err
}

func nodesOf(edges []index.Edge) []index.Node {
	list := make([]index.Node, len(edges))
	for i, e := range edges {
		list[i] = e.Far
	}
	return list
}

// cutList fills the page from the list, all of which is selected and which is
// in order.
func cutList[E Element](p *Page[E], list index.List[E]) {
	s, total := p.s, list.Len()
	start, stop := 0, total
	if s.after.mark != nil {
		start = list.Search(func(e E) bool { return s.compare(p.scope.kind, edgeOf(e), s.after.mark) > 0 })
	}
	if s.before.mark != nil {
		stop = max(start, list.Search(func(e E) bool { return s.compare(p.scope.kind, edgeOf(e), s.before.mark) >= 0 }))
	}
	if s.fromEnd {
		start = max(start, stop-s.size)
	} else {
		stop = min(stop, start+s.size)
	}
	p.facts = known(start, stop-start, total)
	if start == stop {
		return
	}
	if run := list.Run(start); len(run) >= stop-start {
		p.Elements = run[: stop-start : stop-start]
		return
	}
	p.Elements = make([]E, 0, stop-start)
	for len(p.Elements) < stop-start {
		run := list.Run(start + len(p.Elements))
		p.Elements = append(p.Elements, run[:min(len(run), stop-start-len(p.Elements))]...)
	}
}

// looked counts looks at elements. It reports false when the context has ended.
func (s *Selector) looked(n int) bool {
	const often = 1024
	before := s.looks
	s.looks += n
	if before/often != s.looks/often && s.err == nil {
		s.err = s.context.Err()
	}
	return s.err == nil
}

// sizeOf is the number of nodes of the type, nil for any.
func (s *Selector) sizeOf(t *ontology.NodeType) int {
	if t == nil {
		n, _ := s.ix.Size()
		return n
	}
	return s.ix.NodesOf(t).Len()
}

// degree is about how many links a node of the type has along the end.
func (s *Selector) degree(t *ontology.NodeType, end *ontology.End) float64 {
	if d, known := s.sampled[*end]; known {
		return d
	}
	const samples = 16
	list := s.ix.NodesOf(t)
	size := list.Len()
	n, sum := min(size, samples), 0
	for i := range n {
		sum += s.ix.Links(list.At(i*size/n), end).Len()
	}
	d := float64(sum) / float64(max(1, n))
	if s.sampled == nil {
		s.sampled = map[ontology.End]float64{}
	}
	s.sampled[*end] = d
	return d
}
