package query

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"slices"
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
	Cursors  []string // one an element
	Total    int      // of the whole selection, the same on every page
	// Whether the selection holds elements before and after those of the page.
	HasPrevious, HasNext bool
}

// Nodes selects nodes of the type.
func Nodes(ix *index.Index, t *ontology.NodeType, args Args) (*Page[*index.Node], error) {
	return NodesIn(ix, t, ix.NodesOf(t), "nodes:"+t.Name, args)
}

// NodesIn selects among the candidates, which are of the type, or of any when
// it is nil. The scope names what they are, so that a cursor made for other
// candidates is refused.
func NodesIn(ix *index.Index, t *ontology.NodeType, candidates []*index.Node, scope string, args Args) (*Page[*index.Node], error) {
	return selectPage(ix, t, scope, args, func(yield func(element[*index.Node])) {
		for _, n := range candidates {
			yield(element[*index.Node]{value: n, node: n})
		}
	})
}

// Links selects links of the node along the relation field; filter and order
// look at the far node.
func Links(ix *index.Index, node kg.ID, end *ontology.End, args Args) (*Page[*index.Link], error) {
	scope := "links:" + string(node) + "/" + end.Field()
	return selectPage(ix, end.Far().Single(), scope, args, func(yield func(element[*index.Link])) {
		for _, l := range ix.Links(node, end) {
			yield(element[*index.Link]{value: l, node: ix.Node(l.FarID(end.Direction)), tie: string(l.ID)})
		}
	})
}

// AllLinks selects among links of any relation, in the order of their ids. The
// scope names what they are. Where and OrderBy are not looked at.
func AllLinks(ix *index.Index, links []*index.Link, scope string, args Args) (*Page[*index.Link], error) {
	args.Where, args.OrderBy = nil, nil
	return selectPage(ix, nil, scope, args, func(yield func(element[*index.Link])) {
		for _, l := range links {
			yield(element[*index.Link]{value: l, keys: []any{"", string(l.ID)}})
		}
	})
}

// element is a candidate with the sort keys it is paged by: those of the node,
// its id, and the tie that tells apart several elements with one node.
type element[E any] struct {
	value E
	node  *index.Node // filtered and ordered by; nil with keys given
	tie   string
	keys  []any
}

func selectPage[E any](ix *index.Index, t *ontology.NodeType, scope string, args Args, candidates func(yield func(element[E]))) (*Page[E], error) {
	filter, err := ParseFilter(ix.Ontology(), t, args.Where)
	if err != nil {
		return nil, err
	}
	order, err := ParseOrder(t, args.OrderBy)
	if err != nil {
		return nil, err
	}
	w, err := newWindow(args, order, scope)
	if err != nil {
		return nil, err
	}
	var selected []element[E]
	candidates(func(e element[E]) {
		if e.node != nil {
			if !filter(ix, e.node) {
				return
			}
			e.keys = append(order.keys(e.node), e.tie)
		}
		selected = append(selected, e)
	})
	compare := func(a, b []any) int {
		if c := order.compare(a, b); c != 0 {
			return c
		}
		return strings.Compare(a[len(a)-1].(string), b[len(b)-1].(string))
	}
	slices.SortFunc(selected, func(a, b element[E]) int { return compare(a.keys, b.keys) })

	start, end := w.cut(len(selected), func(i int, keys []any) int { return compare(selected[i].keys, keys) })
	page := &Page[E]{Total: len(selected), HasPrevious: start > 0, HasNext: end < len(selected)}
	for _, e := range selected[start:end] {
		page.Elements = append(page.Elements, e.value)
		page.Cursors = append(page.Cursors, w.cursor(e.keys))
	}
	return page, nil
}

// window is the part of a sorted selection that is asked for.
type window struct {
	fingerprint   string
	after, before []any
	size          int
	fromEnd       bool
}

func newWindow(args Args, order Order, scope string) (*window, error) {
	hash := sha256.Sum256([]byte(scope + "\x00" + order.String()))
	w := &window{fingerprint: base64.RawURLEncoding.EncodeToString(hash[:6]), size: DefaultPage}
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
		for start < n && compare(start, w.after) <= 0 {
			start++
		}
	}
	if w.before != nil {
		for end > start && compare(end-1, w.before) >= 0 {
			end--
		}
	}
	if w.fromEnd {
		return max(start, end-w.size), end
	}
	return start, min(end, start+w.size)
}

// A cursor is the JSON list of the fingerprint and the keys, in base64url.
func (w *window) cursor(keys []any) string {
	text, err := json.Marshal(append([]any{w.fingerprint}, keys...))
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
	if list[0] != w.fingerprint {
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
