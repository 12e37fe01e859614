package paths

import (
	"context"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
)

// Bounds of a subgraph.
const (
	MaxSurroundingHops = 5
	DefaultNodes       = 200
	MaxNodes           = 1000
	MaxLinks           = 5000
)

// Around asks for the surroundings of nodes. Types are then the types of all
// nodes but those; without Types, what may not be passed ends the walk and is
// shown.
type Around struct {
	Rules
	IDs   []kg.ID
	Hops  int
	Limit int // of nodes, from 0 to MaxNodes
	// Linked tells that Links will be asked for. Without it they are not to be
	// relied on, and found only where Truncated hangs on them.
	Linked bool
}

// Subgraph is nodes and links between them.
type Subgraph struct {
	// Nodes are those that the walk comes to, by distance and then by id.
	Nodes []index.Node
	// Links are all that join two of Nodes by one of the steps: by the node they
	// start from in the order of Nodes, then by relation, the id of the node they
	// lead to, and their own.
	Links []index.Link
	// Truncated tells that Nodes lacks some for the limit, Links some for
	// MaxLinks, or either for MaxLooks.
	Truncated bool
}

// Surroundings walks breadth first from the nodes. The errors are of the codes
// NotFound, Invalid and Limit, or that of the context.
func Surroundings(ctx context.Context, ix *index.Index, a Around) (*Subgraph, error) {
	switch {
	case a.Limit < 0:
		return nil, kg.Invalidf("limit: %d is less than 0", a.Limit)
	case a.Limit > MaxNodes:
		return nil, kg.Errorf(kg.Limit, "limit: %d is more than %d", a.Limit, MaxNodes)
	case a.Hops > MaxSurroundingHops:
		return nil, kg.Errorf(kg.Limit, "hops: %d is more than %d", a.Hops, MaxSurroundingHops)
	case len(a.IDs) > MaxIDs:
		return nil, kg.Errorf(kg.Limit, "ids: %d are more than the %d that can be asked for at once", len(a.IDs), MaxIDs)
	}
	if err := checkHops("hops", a.Hops); err != nil {
		return nil, err
	}
	rules, err := a.compile(ix, nil, Avoid{})
	if err != nil {
		return nil, err
	}
	w := &spread{walk: newWalk(ctx, ix, rules), limit: a.Limit, any: a.Types == nil}
	defer w.end()
	w.seen, w.shown = w.sets[0].cleared(ix), w.sets[1].cleared(ix)
	s := &Subgraph{}
	start := smallest{from: ix, most: a.Limit}
	for _, id := range a.IDs {
		n, err := find(ix, "ids", id)
		if err != nil {
			return nil, err
		}
		if !w.seen.has(n) {
			w.seen.add(n)
			start.add(n)
		}
	}
	for _, n := range start.sorted() {
		w.show(s, n.node)
	}
	s.Truncated = start.dropped
	for depth, begin := 0, 0; depth < a.Hops && !s.Truncated; depth++ {
		level := s.Nodes[begin:]
		begin = len(s.Nodes)
		w.outward(s, level, depth == 0)
	}
	if a.Linked || !s.Truncated {
		w.join(s)
	}
	s.Truncated = s.Truncated || w.tired
	return s, w.err
}

// spread is a walk to all sides.
type spread struct {
	*walk
	seen, shown nodeSet
	limit       int  // of nodes
	any         bool // whether what is not passed is shown
}

func (w *spread) show(s *Subgraph, n index.Node) {
	w.shown.add(n)
	s.Nodes = append(s.Nodes, n)
}

// outward finds the next level: what the links of the nodes lead to.
func (w *spread) outward(s *Subgraph, level []index.Node, given bool) {
	followed := w.rules.hop(0)
	m := merge{walk: w}
	var firsts []index.Node
	for i, n := range level {
		w.touched += w.index.TouchLinksAhead(level, i)
		if !given && !w.rules.passed[w.index.TypePlace(n)] {
			continue
		}
		for _, a := range w.links(n) {
			if followed[a.Step] {
				m.heads = append(m.heads, head{list: a.Edges, step: a.Step})
				firsts = append(firsts, a.Edges.At(0).Far)
			}
		}
	}
	w.touched += w.index.Touch(firsts, nil)
	m.begin()
	for n, found := m.next(); found && !w.over(); n, found = m.next() {
		if len(s.Nodes) == w.limit {
			s.Truncated = true
			return
		}
		w.show(s, n)
	}
}

// seek goes on to the first link, from where the head is, to a node that is not
// seen and may be shown. It reports whether there is one.
func (w *spread) seek(h *head) bool {
	for {
		run := h.list.Run(h.at)
		if len(run) == 0 {
			return false
		}
		for i, e := range run {
			if !w.seen.has(e.Far) && (w.any || w.rules.passes(w.index, h.step, e.Far)) {
				h.at += i
				h.far, h.id = e.Far, string(w.index.NodeID(e.Far))
				return w.look(i + 1)
			}
		}
		h.at += len(run)
		if !w.look(len(run)) {
			return false
		}
	}
}

// join finds the links between the nodes.
func (w *spread) join(s *Subgraph) {
	followed := w.rules.hop(0)
	var byID []named // made when it is needed
	for _, n := range s.Nodes {
		for _, a := range w.links(n) {
			if a.Step.Back() < a.Step || !followed[a.Step] && !followed[a.Step.Back()] {
				continue // each link is found from where it starts
			}
			var whole bool
			if a.Edges.Len() > longList*len(s.Nodes) {
				if byID == nil {
					all := smallest{from: w.index, most: len(s.Nodes)}
					for _, n := range s.Nodes {
						all.add(n)
					}
					byID = all.sorted()
				}
				whole = w.pick(s, a.Edges, byID)
			} else {
				whole = w.scan(s, a.Edges)
			}
			if !whole {
				s.Truncated = true
				return
			}
		}
	}
}

// longList is how many times as long as the nodes a list is in which they are
// looked up rather than all looked at.
const longList = 16

// scan takes the links of the list to nodes of the subgraph, and reports whether
// there was room for all.
func (w *spread) scan(s *Subgraph, list index.List[index.Edge]) bool {
	for i := 0; i < list.Len(); {
		run := list.Run(i)
		i += len(run)
		if !w.look(len(run)) {
			return false
		}
		for _, e := range run {
			if !w.shown.has(e.Far) {
				continue
			}
			if len(s.Links) == MaxLinks {
				return false
			}
			s.Links = append(s.Links, e.Link)
		}
	}
	return true
}

// pick does the same by looking up each of the nodes.
func (w *spread) pick(s *Subgraph, list index.List[index.Edge], byID []named) bool {
	for _, n := range byID {
		if !w.look(1) {
			return false
		}
		at := list.Search(func(e index.Edge) bool { return string(w.index.NodeID(e.Far)) >= n.id })
		for ; at < list.Len() && list.At(at).Far == n.node; at++ {
			if !w.look(1) || len(s.Links) == MaxLinks {
				return false
			}
			s.Links = append(s.Links, list.At(at).Link)
		}
	}
	return true
}
