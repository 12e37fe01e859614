package query

import (
	"math"
	"slices"
	"strings"

	"ecpgraph/internal/index"
)

// plan is a way to find a page.
type plan uint8

const (
	walkList  plan = iota // along a list that is in order, from a position on
	walkOrder             // along an order, with tests
	sortList              // all links of a list, sorted
	sortType              // all nodes of the type, sorted
	sortRead              // what the filter's index leads to, sorted
)

// Explain tells which index the last page was read from, and what was tested
// and sorted then.
func (s *Selector) Explain() string {
	switch s.plan {
	case walkList:
		return "walk by " + s.levelNames()
	case walkOrder:
		return "walk by " + s.levelNames() + s.testNames()
	case sortType:
		return "read " + s.of.Plural + s.testNames() + ", sort by " + s.levelNames()
	case sortList:
		return "read the list" + s.testNames() + ", sort by " + s.levelNames()
	}
	return "read by " + s.filter.source() + ", sort by " + s.levelNames()
}

func (s *Selector) levelNames() string {
	var names []string
	for _, l := range s.levels {
		name := l.column.Name
		if l.end != nil {
			name = l.end.Field() + "." + name
		}
		if l.descending {
			name += " down"
		}
		names = append(names, name)
	}
	if len(names) == 0 {
		return "id"
	}
	return strings.Join(names, ", ")
}

func (s *Selector) testNames() string {
	switch {
	case s.filter == nil:
		return ""
	case s.links != nil && s.filter == condition(constant(true)):
		return ", test links"
	case s.links != nil:
		return ", test links and " + s.filter.source()
	}
	return ", test " + s.filter.source()
}

// fewLinks is how many links are looked at without a plan.
const fewLinks = 64

// planNodes selects nodes of the type by a filter or an order.
func (s *Selector) planNodes() ([]index.Edge, facts, *walk) {
	w := &walk{kind: typeNodes, way: byColumn}
	unordered := len(s.levels) > 0 && s.levels[0].end != nil // by any index
	if s.filter == nil {
		if unordered {
			return s.allNodes()
		}
		s.visits = float64(s.size + 1)
		return s.along(w)
	}
	e := s.estimate()
	if field := s.ordering(); field != nil {
		w.within = field.spans(s)
	}
	all := float64(s.sizeOf(s.of))
	matches := all * e.share
	visited := all
	if w.within != nil {
		visited = float64(total(w.within))
	}
	if need := float64(s.size + 1); need < matches {
		visited *= need / matches
	}
	s.visits = visited
	alongCost := visited * (stepCost + e.test)
	if s.counted {
		alongCost += min(s.countCosts(w))
	}
	readCost := e.cost + e.reads*stepCost + math.Min(matches, e.reads)*sortCost
	if !e.exact {
		readCost += e.reads * e.test
	}
	if unordered {
		alongCost = all*(stepCost+e.test) + matches*sortCost
	}
	if s.choose(alongCost, readCost) == 1 {
		s.rows, s.inOrder = s.rows[:0], false
		for _, n := range s.read() {
			if s.looked(1) && s.left.holds(s, n) {
				s.rows = append(s.rows, s.row(index.Edge{Far: n}))
			}
		}
		s.plan = sortRead
		elements, facts := s.cut(typeNodes)
		return elements, facts, nil
	}
	if unordered {
		return s.allNodes()
	}
	return s.along(w)
}

// allNodes selects among all nodes of the type, by an order that no index has.
func (s *Selector) allNodes() ([]index.Edge, facts, *walk) {
	s.plan = sortType
	s.rows, s.inOrder = s.rows[:0], false
	list := s.ix.NodesOf(s.of)
	for i, size := 0, list.Len(); i < size && s.err == nil; {
		run := list.Run(i)
		for _, n := range run {
			s.addRow(index.Edge{Far: n})
		}
		i += len(run)
	}
	elements, facts := s.cut(typeNodes)
	return elements, facts, nil
}

// planLinks selects links of the list by a filter or an order.
func (s *Selector) planLinks(list index.List[index.Edge]) ([]index.Edge, facts, *walk) {
	size := list.Len()
	if size <= fewLinks && s.whim == nil {
		return s.fromList(list)
	}
	all := float64(max(1, s.sizeOf(s.of)))
	e := estimate{share: 1, reads: infinite, cost: infinite}
	if s.filter != nil {
		e = s.estimate()
	}
	matches := float64(size) * e.share
	need := math.Min(float64(s.size+1), matches)
	seek := seekCost * math.Log2(float64(size))

	// Along the list itself, or by the order of the far nodes.
	w := &walk{kind: nodeLinks, way: byID, all: list}
	alongCost := float64(size) * need / math.Max(matches, 1) * (stepCost + e.test)
	if len(s.levels) > 0 {
		switch {
		case s.levels[0].byID():
			w.way = byIDDown
		case s.of == nil || s.levels[0].end != nil:
			alongCost = infinite
		default:
			w.way = byColumn
			visited := all
			if field := s.ordering(); field != nil {
				w.within = field.spans(s)
				visited = float64(total(w.within))
			}
			visited *= need / math.Max(matches, 1)
			s.visits = visited
			alongCost = visited*(2*stepCost+seek) + need*e.test
		}
	}
	if s.counted && s.filter != nil {
		alongCost += min(s.countCosts(w))
	}
	// All links, sorted; only those that the filter's index leads to.
	sortedCost := float64(size)*(stepCost+e.test) + matches*sortCost
	readCost := e.cost + e.reads*seek + matches*sortCost
	switch s.choose(alongCost, sortedCost, readCost) {
	case 0:
		return s.along(w)
	case 1:
		return s.fromList(list)
	}
	s.plan = sortRead
	s.readLinks(list)
	elements, facts := s.cut(nodeLinks)
	return elements, facts, nil
}

// choose is the place of the lowest cost.
func (s *Selector) choose(costs ...float64) int {
	best := 0
	for i, c := range costs {
		if c < costs[best] {
			best = i
		}
	}
	for range costs {
		if s.whim == nil {
			break
		}
		if i := s.whim(len(costs)); costs[i] < infinite {
			return i
		}
	}
	return best
}

// estimate is the filter's.
func (s *Selector) estimate() estimate {
	if s.guess == nil {
		e := s.filter.estimate(s)
		s.guess, s.left = &e, s.filter
		if e.exact {
			s.left = constant(true)
		} else if parts, ok := s.filter.(all); ok {
			s.left = parts.left(s)
		}
	}
	return *s.guess
}

// read lists the nodes that the filter's index leads to, which may match.
func (s *Selector) read() []index.Node {
	if !s.isRead {
		s.source, s.isRead = s.filter.read(s), true
	}
	return s.source
}

// ordering is the condition that must hold on the column of the first level,
// nil when there is none.
func (s *Selector) ordering() *field {
	if len(s.levels) == 0 {
		return nil
	}
	parts := all{s.filter}
	if whole, ok := s.filter.(all); ok {
		parts = whole
	}
	for _, c := range parts {
		if f, ok := c.(*field); ok && s.levels[0].end == nil && f.column == s.levels[0].column {
			return f
		}
	}
	return nil
}

// fromList selects among all links of the list.
func (s *Selector) fromList(list index.List[index.Edge]) ([]index.Edge, facts, *walk) {
	s.plan = sortList
	s.rows, s.inOrder = s.rows[:0], len(s.levels) == 0
	for i, size := 0, list.Len(); i < size && s.err == nil; {
		run := list.Run(i)
		for _, e := range run {
			s.addRow(e)
		}
		i += len(run)
	}
	elements, facts := s.cut(nodeLinks)
	return elements, facts, nil
}

// addRow adds the element to the rows if it matches.
func (s *Selector) addRow(e index.Edge) {
	if s.looked(1) && s.keeps(e) {
		s.rows = append(s.rows, s.row(e))
	}
}

// keeps reports whether the element matches.
func (s *Selector) keeps(e index.Edge) bool {
	return s.filter == nil || (s.links == nil || s.links.holds(s, e.Link)) && s.filter.holds(s, e.Far)
}

// readLinks makes rows of the links to the nodes that the filter's index leads
// to.
func (s *Selector) readLinks(list index.List[index.Edge]) {
	s.rows, s.inOrder = s.rows[:0], false
	s.estimate()
	size := list.Len()
	for _, n := range s.read() {
		if !s.looked(1) {
			return
		}
		i := s.searchLinks(list, n)
		if i == size || list.At(i).Far != n || !s.left.holds(s, n) {
			continue
		}
		for ; i < size && list.At(i).Far == n; i++ {
			if e := list.At(i); s.links.holds(s, e.Link) {
				s.rows = append(s.rows, s.row(e))
			}
		}
	}
}

// cut is the page of the rows.
func (s *Selector) cut(of kind) ([]index.Edge, facts) {
	rows, start := s.cutRows(of, s.rows)
	elements := s.room(len(rows))
	for i := range rows {
		elements[i] = rows[i].edge
	}
	return elements, known(start, len(rows), len(s.rows))
}

// room is space for n elements, many pages of which lie in one piece of memory.
func (s *Selector) room(n int) []index.Edge {
	if n == 0 {
		return nil
	}
	if len(s.store) < n {
		s.chunk = max(n, min(2*s.chunk, 1024))
		s.store = make([]index.Edge, s.chunk)
	}
	room := s.store[:n:n]
	s.store = s.store[n:]
	return room
}

// along walks until the page is full.
func (s *Selector) along(w *walk) ([]index.Edge, facts, *walk) {
	s.plan = walkOrder
	elements := s.room(s.size)[:0]
	start, end := s.after, s.before
	if s.fromEnd {
		start, end = end, start
	}
	whole := false
	if s.size > 0 {
		whole = w.scan(s, start, s.fromEnd, func(e index.Edge) bool {
			if end.mark != nil {
				if c := s.compare(w.kind, e, end.mark); c >= 0 && !s.fromEnd || c <= 0 && s.fromEnd {
					return false
				}
			}
			elements = append(elements, e)
			return len(elements) < s.size
		})
	}
	f := facts{total: -1}
	first, last := &f.previous, &f.next // where the walk started, and where it ended
	if s.fromEnd {
		first, last = last, first
	}
	if start.mark == nil {
		*first = no
	}
	if whole && (len(elements) > 0 || end.mark == nil) { // else the page may stand elsewhere
		*last = no
	}
	switch {
	case s.filter == nil:
		f.total = w.len(s)
	case start.mark == nil && whole:
		f.total = len(elements)
	}
	if s.fromEnd {
		slices.Reverse(elements)
	}
	return elements, f, w
}

// len is the number of elements, whether they match or not.
func (w *walk) len(s *Selector) int {
	if w.kind == nodeLinks {
		return w.all.Len()
	}
	return s.sizeOf(s.of)
}

// emptyAt is where an empty page stands: at the end of its window that it would
// have been filled from; where the ends have crossed, at the later one.
func (s *Selector) emptyAt() gap {
	if !s.fromEnd || s.after.mark != nil && s.before.mark != nil && s.compareMarks(s.after.mark, s.before.mark) >= 0 {
		return s.after
	}
	return s.before
}

// countCosts are what it costs to count the elements that match, as eachCosts
// has it.
func (s *Selector) countCosts(w *walk) (all, read float64) {
	all, read = s.eachCosts(w)
	if _, ok := s.filter.(*field); ok && s.estimate().exact && w.kind != nodeLinks {
		read = 0
	}
	return all, read
}

// eachCosts are what it costs to find all elements that match: by a test of
// each; by what the filter's index leads to.
func (s *Selector) eachCosts(w *walk) (all, read float64) {
	e, size := s.estimate(), float64(w.len(s))
	each := e.test // of what the index gives
	if e.exact {
		each = 0
	}
	all = size * (stepCost + e.test)
	switch {
	case math.IsInf(e.reads, 1):
		return all, infinite
	case w.kind == nodeLinks:
		return all, e.cost + e.reads*(each+seekCost*math.Log2(size))
	}
	return all, e.cost + e.reads*each
}

// count is the number of elements that match.
func (s *Selector) count(w *walk) int {
	if s.choose(s.countCosts(w)) == 1 {
		if w.kind == nodeLinks {
			s.readLinks(w.all)
			return len(s.rows)
		}
		if f, ok := s.filter.(*field); ok && s.estimate().exact {
			return total(f.spans(s))
		}
		n := 0
		for _, node := range s.read() {
			if s.looked(1) && s.left.holds(s, node) {
				n++
			}
		}
		return n
	}
	n := 0
	(&walk{kind: w.kind, way: byID, all: w.all}).scan(s, gap{}, false, func(index.Edge) bool {
		n++
		return true
	})
	return n
}
