package paths

import (
	"context"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"slices"
	"sort"

	"github.com/cespare/xxhash/v2"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
)

// Bounds of a page of what is reached.
const (
	DefaultPage = 50
	MaxPage     = 500
)

// Reach asks for a page of the nodes that can be reached from one.
type Reach struct {
	Rules
	From    kg.ID
	MaxHops int
	Listed  []*ontology.NodeType // what is shown; nil for all that is reached
	First   int                  // from 0 to MaxPage
	After   *string              // the cursor of another page of the same
	Last    *int                 // from 0 to MaxPage: so many from the end, in place of First
	Before  *string              // the cursor that the page ends before
	// Counted tells that Total or Truncated of the page will be asked for. Without
	// it they are not to be relied on, and the walk ends when the page is full.
	Counted bool
}

// Reached is a page of the nodes that can be reached, by distance and then by
// id. The node that the walk starts from is none of them.
type Reached struct {
	Nodes    []index.Node
	Distance []int // in hops, of each of Nodes
	// Truncated tells that the walk gave up after MaxLooks links: the nodes at the
	// distance that it was at and beyond are missing on all pages.
	Truncated bool

	index          *index.Index
	total          int
	previous, next bool
	made           string // the fingerprint of cursors
}

// Total is how many nodes all pages have together.
func (r *Reached) Total() (int, error) { return r.total, nil }

// HasPrevious reports whether there are nodes before the page.
func (r *Reached) HasPrevious() (bool, error) { return r.previous, nil }

// HasNext reports whether there are nodes after the page.
func (r *Reached) HasNext() (bool, error) { return r.next, nil }

// Cursor is the place of the i-th node of the page, for After.
func (r *Reached) Cursor(i int) string {
	text, err := json.Marshal([]any{r.made, r.Distance[i], r.index.NodeID(r.Nodes[i])})
	if err != nil {
		panic("paths: a cursor cannot be written: " + err.Error())
	}
	return base64.RawURLEncoding.EncodeToString(text)
}

// place is what a cursor stands for: the end of all nodes up to it.
type place struct {
	distance int
	id       string
}

// readCursor reads a cursor with that fingerprint.
func readCursor(name, cursor, made string) (p place, err error) {
	malformed := kg.Invalidf("%s: %.80q is not a cursor: give back one that a page returned", name, cursor)
	text, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil {
		return p, malformed
	}
	var parts []json.RawMessage
	if json.Unmarshal(text, &parts) != nil || len(parts) != 3 {
		return p, malformed
	}
	var given string
	for i, to := range []any{&given, &p.distance, &p.id} {
		if json.Unmarshal(parts[i], to) != nil {
			return p, malformed
		}
	}
	if given != made {
		return p, kg.Invalidf("%s: the cursor was made for another list or another order", name)
	}
	return p, nil
}

// fingerprint tells cursors of one question from those of others.
func (r *Reach) fingerprint(rules *compiled) string {
	h := xxhash.New()
	write := func(v any) { _ = binary.Write(h, binary.LittleEndian, v) } // a hash takes all
	write(rules.hops[0])
	write(rules.passed)
	for _, t := range r.Listed {
		_, _ = h.WriteString(t.Name + ",")
	}
	write([]bool{r.Listed == nil})
	write(int32(r.MaxHops))
	_, _ = h.WriteString(string(r.From) + " " + r.Inference)
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil)[:6])
}

// Reachable walks breadth first from the node. The errors are of the codes
// NotFound, Invalid and Limit, or that of the context.
func Reachable(ctx context.Context, ix *index.Index, r Reach) (*Reached, error) {
	if err := checkSize("first", r.First); err != nil {
		return nil, err
	}
	if r.Last != nil {
		if err := checkSize("last", *r.Last); err != nil {
			return nil, err
		}
	}
	if err := checkHops("maxHops", r.MaxHops); err != nil {
		return nil, err
	}
	from, err := find(ix, "from", r.From)
	if err != nil {
		return nil, err
	}
	rules, err := r.compile(ix, nil, Avoid{})
	if err != nil {
		return nil, err
	}
	page := &Reached{index: ix, made: r.fingerprint(rules)}
	var after place
	if r.After != nil {
		if after, err = readCursor("after", *r.After, page.made); err != nil {
			return nil, err
		}
	}
	fromEnd, first, counted := r.Last != nil || r.Before != nil, r.First, r.Counted
	if fromEnd { // the end is known when all is
		nodes, _ := ix.Size()
		first, counted = nodes, true
	}
	w := newWalk(ctx, ix, rules)
	defer w.end()
	listed := func(n index.Node) bool { return r.Listed == nil || slices.Contains(r.Listed, ix.NodeType(n)) }
	seen := w.sets[0].cleared(ix)
	seen.add(from)
	level, next := []index.Node{from}, []index.Node(nil)
	for distance := 1; distance <= r.MaxHops && len(level) > 0; distance++ {
		next = next[:0]
		for i, n := range level {
			w.touched += w.index.TouchLinksAhead(level, i)
			if distance == 1 || rules.passed[ix.TypePlace(n)] {
				next = w.beyond(n, seen, next)
			}
		}
		if w.over() {
			break
		}
		level, next = next, level
		page.take(level, distance, after, first, listed)
		if page.next && !counted {
			break
		}
	}
	page.Truncated = w.tired
	if fromEnd && w.err == nil {
		return page, page.cut(r)
	}
	return page, w.err
}

func checkSize(name string, n int) error {
	switch {
	case n < 0:
		return kg.Invalidf("%s: %d is less than 0", name, n)
	case n > MaxPage:
		return kg.Errorf(kg.Limit, "%s: %d is more than %d", name, n, MaxPage)
	}
	return nil
}

// cut leaves the page that is asked for of all nodes after its start.
func (r *Reached) cut(asked Reach) error {
	start, stop := 0, len(r.Nodes)
	if asked.Before != nil {
		before, err := readCursor("before", *asked.Before, r.made)
		if err != nil {
			return err
		}
		stop = sort.Search(stop, func(i int) bool {
			return r.Distance[i] > before.distance || r.Distance[i] == before.distance && string(r.index.NodeID(r.Nodes[i])) >= before.id
		})
	}
	end := stop
	if asked.Last != nil {
		start = max(0, stop-*asked.Last)
	} else {
		end = min(stop, asked.First)
	}
	r.previous, r.next = r.previous || start > 0, end < len(r.Nodes)
	r.Nodes, r.Distance = r.Nodes[start:end], r.Distance[start:end]
	return nil
}

// beyond appends the nodes that the links of the node lead to and that are not
// seen yet.
func (w *walk) beyond(n index.Node, seen nodeSet, next []index.Node) []index.Node {
	followed := w.rules.hop(0)
	for _, a := range w.links(n) {
		if !followed[a.Step] {
			continue
		}
		for i := 0; i < a.Edges.Len(); {
			run := a.Edges.Run(i)
			i += len(run)
			if !w.look(len(run)) {
				return next
			}
			for _, e := range run {
				if !seen.has(e.Far) {
					seen.add(e.Far)
					next = append(next, e.Far)
				}
			}
		}
	}
	return next
}

// take takes from the level what belongs on the page.
func (r *Reached) take(level []index.Node, distance int, after place, first int, listed func(index.Node) bool) {
	rest := smallest{from: r.index, most: first - len(r.Nodes)}
	for _, n := range level {
		if !listed(n) {
			continue
		}
		r.total++
		if distance < after.distance || distance == after.distance && string(r.index.NodeID(n)) <= after.id {
			r.previous = true
			continue
		}
		rest.add(n)
	}
	for _, n := range rest.sorted() {
		r.Nodes, r.Distance = append(r.Nodes, n.node), append(r.Distance, distance)
	}
	r.next = r.next || rest.dropped
}
