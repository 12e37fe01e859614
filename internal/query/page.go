package query

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"slices"
	"sort"
	"strings"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
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
}

// Page is one page of a selection.
type Page[E any] struct {
	Elements []E
	Total    int // of the whole selection, the same on every page
	// Whether the selection holds elements before and after those of the page.
	HasPrevious, HasNext bool

	selected []element[E] // the elements again, with what their cursors are made of
	window   *window
}

// Cursor is the place of the i-th element of the page, for After and Before.
// Cursors are made when they are asked for, because most are not.
func (p *Page[E]) Cursor(i int) string {
	return p.window.cursor(p.selected[i].sortKeys(p.window.order))
}

// Nodes selects nodes of the type.
func Nodes(ix *index.Index, t *ontology.NodeType, args Args) (*Page[*index.Node], error) {
	return NodesIn(ix, t, ix.NodesOf(t), Scope{"nodes", t.Name}, args)
}

// NodesIn selects among the candidates, which come in the order of their ids
// and are of the type, or of any when it is nil.
func NodesIn(ix *index.Index, t *ontology.NodeType, candidates []*index.Node, s Scope, args Args) (*Page[*index.Node], error) {
	return selectPage(ix, t, s, args, len(candidates), func(i int) element[*index.Node] {
		return element[*index.Node]{value: candidates[i], node: candidates[i]}
	})
}

// Links selects links of the node along the relation field; filter and order
// look at the far node.
func Links(ix *index.Index, node kg.ID, end *ontology.End, args Args) (*Page[*index.Link], error) {
	candidates := ix.Links(node, end)
	return selectPage(ix, end.Far().Single(), Scope{"links", string(node), end.Field()}, args, len(candidates), func(i int) element[*index.Link] {
		l := candidates[i]
		return element[*index.Link]{value: l, node: ix.Node(l.FarID(end.Direction)), tie: string(l.ID)}
	})
}

// LinksIn selects among links of any relation, which come in the order of their
// ids. Where and OrderBy are not looked at.
func LinksIn(ix *index.Index, candidates []*index.Link, s Scope, args Args) (*Page[*index.Link], error) {
	args.Where, args.OrderBy = nil, nil
	return selectPage(ix, nil, s, args, len(candidates), func(i int) element[*index.Link] {
		return element[*index.Link]{value: candidates[i], tie: string(candidates[i].ID)}
	})
}

// Scope names what is selected from, so that a cursor made elsewhere is refused.
type Scope [3]string

// element is a candidate with what it is ordered by: the node's keys, and the
// tie that tells apart several elements with one node.
type element[E any] struct {
	value E
	node  *index.Node // filtered and ordered by; nil where the tie alone orders
	tie   string
	keys  []any // by sortKeys
}

func (e *element[E]) sortKeys(o Order) []any {
	switch {
	case e.keys != nil:
	case e.node == nil:
		e.keys = []any{"", e.tie}
	default:
		e.keys = append(o.keys(e.node), e.tie)
	}
	return e.keys
}

// selectPage filters the n candidates, which come in the order that holds when
// none is asked for, sorts what matches, and cuts the page out.
func selectPage[E any](ix *index.Index, t *ontology.NodeType, s Scope, args Args, n int, candidate func(i int) element[E]) (*Page[E], error) {
	filter, err := ParseFilter(ix.Ontology(), t, args.Where)
	if err != nil {
		return nil, err
	}
	order, err := ParseOrder(t, args.OrderBy)
	if err != nil {
		return nil, err
	}
	w, err := newWindow(args, order, s)
	if err != nil {
		return nil, err
	}
	selected := make([]element[E], 0, n)
	for i := range n {
		if e := candidate(i); e.node == nil || len(args.Where) == 0 || filter(ix, e.node) {
			selected = append(selected, e)
		}
	}
	if len(order) > 0 {
		for i := range selected {
			selected[i].sortKeys(order)
		}
		slices.SortFunc(selected, func(a, b element[E]) int { return w.compare(a.keys, b.keys) })
	}
	start, end := w.cut(len(selected), func(i int, keys []any) int { return w.compare(selected[i].sortKeys(order), keys) })
	page := &Page[E]{
		Elements: make([]E, 0, end-start), Total: len(selected),
		HasPrevious: start > 0, HasNext: end < len(selected),
		selected: selected[start:end], window: w,
	}
	for _, e := range page.selected {
		page.Elements = append(page.Elements, e.value)
	}
	return page, nil
}

// window is the part of a sorted selection that is asked for.
type window struct {
	scope         Scope
	order         Order
	after, before []any
	size          int
	fromEnd       bool
}

// compare orders two lists of keys as sortKeys returns them.
func (w *window) compare(a, b []any) int {
	if c := w.order.compare(a, b); c != 0 {
		return c
	}
	return strings.Compare(a[len(a)-1].(string), b[len(b)-1].(string))
}

// fingerprint tells cursors of one scope and order from those of others.
func (w *window) fingerprint() string {
	hash := sha256.Sum256([]byte(strings.Join(w.scope[:], "\x00") + "\x00" + w.order.String()))
	return base64.RawURLEncoding.EncodeToString(hash[:6])
}

func newWindow(args Args, order Order, s Scope) (*window, error) {
	w := &window{scope: s, order: order, size: DefaultPage}
	if args.First != nil && args.Last != nil {
		return nil, kg.Invalidf("give first or last, not both")
	}
	for name, n := range map[string]*int{"first": args.First, "last": args.Last} {
		switch {
		case n == nil:
			continue
		case *n < 0:
			return nil, kg.Invalidf("%s: %d is negative", name, *n)
		case *n > MaxPage:
			return nil, kg.Errorf(kg.Limit, "%s: %d is more than the %d that a page may hold; fetch the rest with after", name, *n, MaxPage)
		}
		w.size, w.fromEnd = *n, name == "last"
	}
	var err error
	if w.after, err = w.parse("after", args.After, order); err != nil {
		return nil, err
	}
	w.before, err = w.parse("before", args.Before, order)
	return w, err
}

// cut finds the page in a sorted list of n elements, of which compare orders
// the i-th against given keys.
func (w *window) cut(n int, compare func(i int, keys []any) int) (start, end int) {
	start, end = 0, n
	if w.after != nil {
		start = sort.Search(n, func(i int) bool { return compare(i, w.after) > 0 })
	}
	if w.before != nil {
		end = max(start, sort.Search(n, func(i int) bool { return compare(i, w.before) >= 0 }))
	}
	if w.fromEnd {
		return max(start, end-w.size), end
	}
	return start, min(end, start+w.size)
}

// A cursor is the JSON list of the fingerprint and the keys, in base64url.
func (w *window) cursor(keys []any) string {
	text, err := json.Marshal(append([]any{w.fingerprint()}, keys...))
	if err != nil {
		panic("query: keys are strings, numbers and booleans: " + err.Error())
	}
	return base64.RawURLEncoding.EncodeToString(text)
}

func (w *window) parse(name string, cursor *string, order Order) ([]any, error) {
	if cursor == nil {
		return nil, nil
	}
	malformed := kg.Invalidf("%s: %.80q is not a cursor: give back one that a connection returned", name, *cursor)
	text, err := base64.RawURLEncoding.DecodeString(*cursor)
	if err != nil {
		return nil, malformed
	}
	decoder := json.NewDecoder(strings.NewReader(string(text)))
	decoder.UseNumber()
	var list []any
	if err := decoder.Decode(&list); err != nil || len(list) < 1 || decoder.InputOffset() != int64(len(text)) {
		return nil, malformed
	}
	if list[0] != w.fingerprint() {
		if _, ok := list[0].(string); !ok {
			return nil, malformed
		}
		return nil, kg.Invalidf("%s: the cursor was made for another connection or another order", name)
	}
	keys := list[1:]
	if len(keys) != len(order)+2 {
		return nil, malformed
	}
	for i, key := range keys {
		if i >= len(order) {
			if _, ok := key.(string); !ok {
				return nil, malformed
			}
		} else if key != nil {
			if keys[i], err = order[i].Field.coerce(key); err != nil {
				return nil, malformed
			}
		}
	}
	return keys, nil
}
