package query

import (
	"ecpgraph/internal/index"
	"ecpgraph/internal/ontology"
)

// Sizes of a page, in elements.
const (
	DefaultPage = 50
	MaxPage     = 500
)

// Args are the arguments of a connection, as GraphQL gives them; nil means not
// given.
type Args struct {
	First, Last   *int
	After, Before *string
	Where         map[string]any
	OrderBy       []map[string]any

	// Links are conditions on the links themselves, of the Relation; for
	// selections of links only.
	Links    map[string]any
	Relation *ontology.Relation

	// Counted tells that the total of the page will be asked for. Answers do not
	// depend on it, but the cheapest way to them does.
	Counted bool
}

// Element is what a page holds: nodes, links as seen from one end, or links.
type Element interface {
	index.Node | index.Edge | index.Link
}

// Page is one page of a selection. A Selector fills it; the zero Page is ready
// to be filled, and a Page can be filled again. What is not asked of it is not
// found out, and what is asked twice is found out once. Like its Selector it is
// for one goroutine at a time.
type Page[E Element] struct {
	// Elements are the page's elements in order. They may lie in the index
	// itself: the caller must not change them.
	Elements []E

	s     *Selector
	scope scope
	made  fingerprint // of its cursors, once one is asked for
	facts
	rest *walk // finds out the facts that are not known; nil when all are
}

// facts are what is known of a page beside its elements.
type facts struct {
	total          int // of the selection; unknown when negative
	previous, next answer
}

// answer is the answer to a question, once it is known.
type answer uint8

const (
	unknown answer = iota
	no
	yes
)

func answered(b bool) answer {
	if b {
		return yes
	}
	return no
}

// known are the facts of a page of size elements that stands after start of
// total.
func known(start, size, total int) facts {
	return facts{total, answered(start > 0), answered(start+size < total)}
}

// Total is the size of the whole selection, the same on every page. The error
// is that of the context, when it ends the count.
func (p *Page[E]) Total() (int, error) {
	if p.total < 0 {
		total := p.s.count(p.rest)
		if p.s.err != nil {
			return 0, p.s.err
		}
		p.total = total
	}
	return p.total, nil
}

// HasPrevious reports whether the selection holds elements before those of the
// page. The error is that of the context.
func (p *Page[E]) HasPrevious() (bool, error) { return p.has(&p.previous, true) }

// HasNext reports whether the selection holds elements after those of the page.
// The error is that of the context.
func (p *Page[E]) HasNext() (bool, error) { return p.has(&p.next, false) }

func (p *Page[E]) has(a *answer, back bool) (bool, error) {
	if *a == unknown {
		found := false
		p.rest.scan(p.s, p.edge(back), back, func(index.Edge) bool {
			found = true
			return false
		})
		if p.s.err != nil {
			return false, p.s.err
		}
		*a = answered(found)
	}
	return *a == yes, nil
}

// edge is where the page starts or ends. An empty page stands at the end of its
// window that it would have been filled from; where the window's ends have
// crossed, at its start.
func (p *Page[E]) edge(start bool) gap {
	switch n := len(p.Elements); {
	case n > 0 && start:
		return gap{p.s.markOf(p.scope.kind, edgeOf(p.Elements[0])), false}
	case n > 0:
		return gap{p.s.markOf(p.scope.kind, edgeOf(p.Elements[n-1])), true}
	}
	return p.s.emptyAt()
}

// Cursor is the place of the i-th element of the page, for After and Before.
func (p *Page[E]) Cursor(i int) string {
	if p.made == (fingerprint{}) {
		p.made = p.s.fingerprint(&p.scope)
	}
	return p.s.cursor(p.scope.kind, p.made, edgeOf(p.Elements[i]))
}

// edgeOf is the element as all kinds of it are handled: a node as the far node
// of no link, a link as one without a far node.
func edgeOf[E Element](e E) index.Edge {
	switch e := any(e).(type) {
	case index.Node:
		return index.Edge{Far: e}
	case index.Link:
		return index.Edge{Link: e}
	case index.Edge:
		return e
	}
	return index.Edge{}
}
