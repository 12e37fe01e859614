package plan

import (
	"cmp"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"math"
	"sort"
	"strconv"

	"github.com/vektah/gqlparser/v2/ast"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/records"
)

// MaxListing is how many elements a page of a listing may hold that is there as
// a whole.
const MaxListing = 10_000

// listingSizes are how many elements a page holds unless told, and at most.
type listingSizes struct{ usual, most int }

var wholeListing = listingSizes{100, MaxListing}

// rank is the place of an element in a listing: the highest value first, then
// by ids. It holds from one revision to the next, as a cursor must.
type rank struct {
	value float64
	ids   [2]kg.ID
}

func (a rank) compare(b rank) int {
	return cmp.Or(cmp.Compare(b.value, a.value), cmp.Compare(a.ids[0], b.ids[0]), cmp.Compare(a.ids[1], b.ids[1]))
}

// listing is a page of a list that is there as a whole, in the order of its
// ranks.
type listing struct {
	size        int
	rank        func(i int) rank
	made        string // what its cursors are for
	start, stop int
}

// newListing reads the page arguments of the field. Cursors are good for lists
// that are made of the same things.
func newListing(f *ast.Field, r *run, made string, size int, pages listingSizes, of func(i int) rank) (*listing, error) {
	given := r.arguments(f)
	hash := sha256.Sum256([]byte(made + "\x00" + f.Name))
	l := &listing{size: size, rank: of, made: base64.RawURLEncoding.EncodeToString(hash[:6]), stop: size}
	if after, ok := given["after"].(string); ok {
		at, err := l.read(r, "after", after)
		if err != nil {
			return nil, err
		}
		l.start = sort.Search(size, func(i int) bool { return of(i).compare(at) > 0 })
	}
	if before, ok := given["before"].(string); ok {
		at, err := l.read(r, "before", before)
		if err != nil {
			return nil, err
		}
		l.stop = max(l.start, sort.Search(size, func(i int) bool { return of(i).compare(at) >= 0 }))
	}
	if given["last"] != nil {
		if f.Arguments.ForName("first") != nil {
			return nil, kg.Invalidf("give first or last, not both")
		}
		last, err := given.limited("last", pages.most)
		if err != nil {
			return nil, err
		}
		l.start = max(l.start, l.stop-last)
		return l, nil
	}
	first := pages.usual
	if given["first"] != nil {
		var err error
		if first, err = given.limited("first", pages.most); err != nil {
			return nil, err
		}
	}
	l.stop = min(l.stop, l.start+first)
	return l, nil
}

// read reads a cursor. The error is of code Invalid.
func (l *listing) read(r *run, name, cursor string) (at rank, err error) {
	cursor, err = r.unpin(name, cursor)
	if err != nil {
		return at, err
	}
	text, err := base64.RawURLEncoding.DecodeString(cursor)
	var made string
	parts := []any{&made, &at.value, &at.ids[0], &at.ids[1]}
	if err != nil || json.Unmarshal(text, &parts) != nil || len(parts) != 4 {
		return at, kg.Invalidf("%s: %.80q is not a cursor: give back one that a page returned", name, cursor)
	}
	if made != l.made {
		return at, kg.Invalidf("%s: the cursor was made for another list or for other arguments", name)
	}
	return at, nil
}

// Cursor is the place of the i-th element of the page.
func (l *listing) Cursor(i int) string {
	at := l.rank(l.start + i)
	text := records.AppendString([]byte{'['}, l.made)
	text = strconv.AppendFloat(append(text, ','), at.value, 'g', -1, 64)
	for _, id := range at.ids {
		text = records.AppendString(append(text, ','), string(id))
	}
	return base64.RawURLEncoding.EncodeToString(append(text, ']'))
}

// Total is the length of the list.
func (l *listing) Total() (int, error) { return l.size, nil }

// HasPrevious reports whether the page starts after others.
func (l *listing) HasPrevious() (bool, error) { return l.start > 0, nil }

// HasNext reports whether the page ends before others.
func (l *listing) HasNext() (bool, error) { return l.stop < l.size, nil }

// ranked is a list that is there as a whole.
type ranked[E any] struct {
	size  int
	at    func(i int) E
	rank  func(i int) rank // ascending
	made  string           // of what, with all that decides its order
	owner any              // what fields of the page besides are read from
	pages listingSizes     // those of a whole listing when not told
}

// listPage is a page of elements that are not nodes or links alone.
type listPage[E any] struct {
	page
	elements []E
	owner    any
}

// pageOf is the page of the list that the field asks for.
func pageOf[E any](r *run, f *ast.Field, list ranked[E]) (*listPage[E], error) {
	l, err := newListing(f, r, list.made, list.size, cmp.Or(list.pages, wholeListing), list.rank)
	if err != nil {
		return nil, err
	}
	p := &listPage[E]{page: page{selected: l, size: l.stop - l.start}, owner: list.owner}
	p.elements = make([]E, p.size)
	for i := range p.elements {
		p.elements[i] = list.at(l.start + i)
	}
	return p, nil
}

// listed is a field that holds a page of elements. Child compiles what is asked
// of one; more compiles further fields of the page, and may be nil.
func listed[V, E any](c *compiler, g *group, child func(ast.SelectionSet) composite[E], more func(*group) field[*listPage[E]], load func(r *run, value V) (ranked[E], error)) field[V] {
	return computed(c, g, listOf(c, g, child, more), func(r *run, value V) (*listPage[E], bool, error) {
		list, err := load(r, value)
		if err != nil {
			return nil, false, err
		}
		p, err := pageOf(r, g.field, list)
		return p, err == nil, err
	})
}

// listOf compiles the page.
func listOf[E any](c *compiler, g *group, child func(ast.SelectionSet) composite[E], more func(*group) field[*listPage[E]]) *object[*listPage[E]] {
	return compile(c, c.schema.Types[g.field.Definition.Type.Name()], g.selections, func(g *group) field[*listPage[E]] {
		switch g.field.Name {
		case "items":
			size := func(p *listPage[E]) int { return p.size }
			return many(g, child(g.selections), size, func(p *listPage[E], i int) E { return p.elements[i] })
		case "pageInfo":
			return one(g, c.pageInfo(g), func(_ *run, p *listPage[E]) (*page, bool) { return &p.page, true })
		case "totalCount":
			return total(g, func(p *listPage[E]) selected { return p.selected })
		}
		if more == nil {
			return unknown[*listPage[E]](g)
		}
		return more(g)
	})
}

// listedNodes is a field that holds a connection of nodes, by id.
func listedNodes[V any](c *compiler, g *group, load func(r *run, value V) (list []index.Node, made string)) field[V] {
	child, show := c.page(g, nil)
	return computed(c, g, child, func(r *run, value V) (*page, bool, error) {
		list, made := load(r, value)
		l, err := newListing(g.field, r, made, len(list), wholeListing, func(i int) rank { return rank{ids: [2]kg.ID{r.index.NodeID(list[i])}} })
		if err != nil {
			return nil, false, err
		}
		p := &page{selected: l, size: l.stop - l.start}
		if show.far {
			p.far = r.nodes.take(p.size)
			for i, n := range list[l.start:l.stop] {
				p.far[i].number = n
			}
		}
		return p, true, nil
	})
}

// count is a field that is a number of things. It stops where an Int of GraphQL
// does.
func count[V any, N int | uint64](g *group, of func(r *run, value V) N) field[V] {
	return scalar(g, func(r *run, b []byte, value V) ([]byte, bool) {
		return strconv.AppendInt(b, int64(min(uint64(of(r, value)), math.MaxInt32)), 10), true
	})
}

// number is a field that is a number, not always whole.
func number[V any](g *group, of func(r *run, value V) float64) field[V] {
	return scalar(g, func(r *run, b []byte, value V) ([]byte, bool) {
		return strconv.AppendFloat(b, of(r, value), 'g', -1, 64), true
	})
}

// truth is a field that is true or false.
func truth[V any](g *group, of func(r *run, value V) bool) field[V] {
	return scalar(g, func(r *run, b []byte, value V) ([]byte, bool) { return strconv.AppendBool(b, of(r, value)), true })
}
