package query

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"ecpgraph/internal/index"
)

// condition is a compiled filter on nodes of one type, or of any. It belongs to
// one Selector, whose index it reads.
type condition interface {
	// holds reports whether the node matches.
	holds(s *Selector, n index.Node) bool
	// estimate tells what it takes to find the matching nodes.
	estimate(s *Selector) estimate
	// read lists each node that may match once, in no order; the caller owns
	// the list. It must not be called where the estimate's reads are infinite.
	read(s *Selector) []index.Node
	// source names what read reads.
	source() string
	// weight orders conditions by how long a test takes.
	weight() int
}

// estimate is about what it takes to find the nodes that match. Costs are in
// nanoseconds and rough: they only rank the ways there are.
type estimate struct {
	share float64 // of the nodes of the type that match
	reads float64 // nodes that read lists; infinite where no index leads to them
	cost  float64 // of read
	test  float64 // cost of holds
	exact bool    // read lists no node that does not match
}

// What steps cost.
const (
	stepCost   = 5  // to the next element of a list
	valueCost  = 25 // to read and compare a value
	textCost   = 80 // to look into a text
	sortCost   = 50 // to make a row, and to sort it as far as a page needs
	seekCost   = 60 // a step of a search by id
	lookUpCost = 100
	nearCost   = 25 // to list a node that links lead to, and to sort it out among others
)

var infinite = math.Inf(1)

// constant matches every node or none.
type constant bool

func (c constant) holds(*Selector, index.Node) bool { return bool(c) }
func (c constant) read(*Selector) []index.Node      { return nil }
func (c constant) source() string                   { return "nothing" }
func (c constant) weight() int                      { return 0 }

func (c constant) estimate(*Selector) estimate {
	if c {
		return estimate{share: 1, reads: infinite, cost: infinite}
	}
	return estimate{exact: true}
}

// all matches nodes that match each of its parts, cheap ones first.
type all []condition

// allOf matches nodes that match every condition.
func allOf(conditions ...condition) condition { return combine[all](false, conditions) }

// combination is a condition of parts.
type combination[T any] interface {
	~[]condition
	condition
	add(c condition) T
}

// combine makes the simplest condition of the parts, of which one that is the
// deciding constant decides, and the other constant says nothing.
func combine[T combination[T]](deciding constant, conditions []condition) condition {
	var parts T
	for _, c := range conditions {
		switch c := c.(type) {
		case constant:
			if c == deciding {
				return c
			}
			continue
		case T:
			for _, inner := range c {
				parts = parts.add(inner)
			}
			continue
		}
		parts = parts.add(c)
	}
	switch {
	case len(parts) == 0:
		return !deciding
	case slices.Contains(parts, condition(deciding)):
		return deciding
	case len(parts) == 1:
		return parts[0]
	}
	slices.SortStableFunc(parts, func(a, b condition) int { return a.weight() - b.weight() })
	return parts
}

// add adds the condition, to that on the same column when there is one.
func (a all) add(c condition) all {
	f, ok := c.(*field)
	if !ok {
		return append(a, c)
	}
	for i := range a {
		if g, ok := a[i].(*field); ok && g.column == f.column {
			both := &field{of: f.of, column: f.column, set: f.set.and(g.set), texts: slices.Concat(g.texts, f.texts)}
			a[i] = both.simple()
			return a
		}
	}
	return append(a, c)
}

func (a all) holds(s *Selector, n index.Node) bool {
	for _, c := range a {
		if !c.holds(s, n) {
			return false
		}
	}
	return true
}

// best is the place of the part that is read: that which lists the fewest
// nodes.
func (a all) best(s *Selector) (int, estimate) {
	best, lowest := 0, a[0].estimate(s)
	for i, c := range a[1:] {
		if e := c.estimate(s); e.cost+e.reads*valueCost < lowest.cost+lowest.reads*valueCost {
			best, lowest = i+1, e
		}
	}
	return best, lowest
}

func (a all) estimate(s *Selector) estimate {
	// The sooner a part rules out what does not match, the better.
	slices.SortStableFunc(a, func(x, y condition) int {
		ex, ey := x.estimate(s), y.estimate(s)
		return cmp.Compare(ex.test*(1-ey.share), ey.test*(1-ex.share))
	})
	_, e := a.best(s)
	e.share, e.test, e.exact = 1, 0, false
	for _, c := range a {
		part := c.estimate(s)
		e.test += e.share * part.test
		e.share *= part.share
	}
	return e
}

func (a all) read(s *Selector) []index.Node {
	best, _ := a.best(s)
	return a[best].read(s)
}

// left is what remains to be tested on the nodes that read lists.
func (a all) left(s *Selector) condition {
	best, e := a.best(s)
	if !e.exact {
		return a
	}
	return slices.Delete(slices.Clone(a), best, best+1)
}

func (a all) source() string {
	var names []string
	for _, c := range a {
		names = append(names, c.source())
	}
	return strings.Join(names, " and ")
}

func (a all) weight() int { return weigh(a) }

func weigh(parts []condition) int {
	sum := 0
	for _, c := range parts {
		sum += c.weight()
	}
	return sum
}

// anyPart matches nodes that match one of its parts, cheap ones first.
type anyPart []condition

// anyOf matches nodes that match one of the conditions.
func anyOf(conditions ...condition) condition { return combine[anyPart](true, conditions) }

// add adds the condition, to that on the same column when there is one and
// neither looks into texts.
func (a anyPart) add(c condition) anyPart {
	f, ok := c.(*field)
	if !ok || len(f.texts) > 0 {
		return append(a, c)
	}
	for i := range a {
		if g, ok := a[i].(*field); ok && g.column == f.column && len(g.texts) == 0 {
			either := &field{of: f.of, column: f.column, set: f.set.or(g.set)}
			a[i] = either.simple()
			return a
		}
	}
	return append(a, c)
}

func (a anyPart) holds(s *Selector, n index.Node) bool {
	for _, c := range a {
		if c.holds(s, n) {
			return true
		}
	}
	return false
}

func (a anyPart) estimate(s *Selector) estimate {
	e := estimate{exact: true}
	rest := 1.0
	for _, c := range a {
		part := c.estimate(s)
		e.test += rest * part.test
		rest *= 1 - part.share
		e.reads += part.reads
		e.cost += part.cost
		e.exact = e.exact && part.exact
	}
	e.share = 1 - rest
	e.cost += e.reads * 4 * stepCost // sorted to be unique
	return e
}

func (a anyPart) read(s *Selector) []index.Node {
	var list []index.Node
	for _, c := range a {
		list = append(list, c.read(s)...)
	}
	return s.unique(list)
}

// unique leaves each node in the list once, in any order.
func (s *Selector) unique(nodes []index.Node) []index.Node {
	all, _ := s.ix.NextNumbers()
	words := int(all/64) + 1
	if len(nodes) < 64 || len(nodes) < words/16 {
		slices.Sort(nodes)
		return slices.Compact(nodes)
	}
	met := make([]uint64, words)
	left := nodes[:0]
	for _, n := range nodes {
		if bit := uint64(1) << (n % 64); met[n/64]&bit == 0 {
			met[n/64] |= bit
			left = append(left, n)
		}
	}
	return left
}

func (a anyPart) source() string {
	var names []string
	for _, c := range a {
		names = append(names, c.source())
	}
	return "(" + strings.Join(names, " or ") + ")"
}

func (a anyPart) weight() int { return weigh(a) }

// negation matches nodes that do not match the condition.
type negation struct{ of condition }

// not matches nodes that do not match the condition.
func not(c condition) condition {
	switch c := c.(type) {
	case constant:
		return !c
	case negation:
		return c.of
	case *field:
		if len(c.texts) == 0 {
			return (&field{of: c.of, column: c.column, set: c.set.not()}).simple()
		}
	}
	return negation{c}
}

func (c negation) holds(s *Selector, n index.Node) bool { return !c.of.holds(s, n) }
func (c negation) read(*Selector) []index.Node          { panic("query: no index leads to what does not match") }
func (c negation) source() string                       { return "not " + c.of.source() }
func (c negation) weight() int                          { return c.of.weight() }

func (c negation) estimate(s *Selector) estimate {
	e := c.of.estimate(s)
	return estimate{share: 1 - e.share, reads: infinite, cost: infinite, test: e.test}
}
