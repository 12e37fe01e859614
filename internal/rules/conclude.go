package rules

import (
	"container/heap"
	"context"
	"slices"
	"strings"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
)

// conclusion is a derived link with its proof.
type conclusion struct {
	key
	premises []link
	worth    worth
}

// key is what is concluded: a link of the relation, by its place in the
// ontology, between two nodes.
type key struct {
	relation int
	from, to index.Node
}

func (k key) id(ix *index.Index) kg.ID {
	return LinkID(ix.Ontology().Relations[k.relation], ix.NodeID(k.from), ix.NodeID(k.to))
}

// concluder derives links, the worthiest first.
type concluder struct {
	*graph
	set     *Set
	past    *past
	stands  map[key]*standing
	waiting map[key]*conclusion
	queue   queue
}

// standing is a conclusion that holds.
type standing struct {
	*conclusion
	link link
	anew bool // it was made since the change
}

func newConcluder(ctx context.Context, set *Set, ix *index.Index, p *past) *concluder {
	return &concluder{graph: newGraph(ctx, ix), set: set, past: p, stands: map[key]*standing{}, waiting: map[key]*conclusion{}}
}

// worthOf is what the link counts for as a premise now.
func (c *concluder) worthOf(l link) worth {
	switch {
	case l >= c.indexed:
		return c.made[l-c.indexed].worth
	case c.better[l] != nil:
		return c.better[l].worth
	}
	return c.past.worth(c.ix, index.Link(l))
}

// standing is what holds for the key, nil for nothing.
func (c *concluder) standing(k key) *standing {
	if s, known := c.stands[k]; known {
		return s
	}
	var s *standing
	if l, found := c.ix.Link(k.id(c.ix)); found && c.ix.LinkBasis(l) == kg.Derived {
		s = &standing{&conclusion{key: k, worth: c.past.worth(c.ix, l)}, link(l), false}
		for _, id := range c.past.link(link(l)).Premises {
			premise, _ := c.ix.Link(id) // it is there, or the conclusion would have been taken back
			s.premises = append(s.premises, link(premise))
		}
	}
	c.stands[k] = s
	return s
}

// offer considers what follows from the path. It reports whether to go on.
func (c *concluder) offer(p path) bool {
	worths := make([]worth, len(p.links))
	for i, l := range p.links {
		worths[i] = c.worthOf(l)
	}
	if c.past.err != nil {
		return false
	}
	n := &conclusion{
		key:      key{c.set.place(p.rule.Concludes), p.from, p.to},
		premises: p.links, worth: conclude(p.rule.firmest, worths),
	}
	if s := c.standing(n.key); s != nil {
		if c.before(n, s.conclusion) {
			n.premises = slices.Clone(p.links)
			if n.worth == s.worth { // another proof of the same worth: nothing else changes
				c.replace(s, n)
				return true
			}
		} else {
			return true
		}
	}
	if w := c.waiting[n.key]; w == nil || c.before(n, w) {
		n.premises = slices.Clone(p.links)
		c.waiting[n.key] = n
		heap.Push(&c.queue, entry{n.worth, n.key})
	}
	return true
}

// replace puts another proof in the place of that of what stands.
func (c *concluder) replace(s *standing, n *conclusion) {
	s.conclusion, s.anew = n, true
	if s.link < c.indexed {
		c.better[s.link] = n
	} else {
		c.made[s.link-c.indexed] = n
	}
}

// before orders proofs of one conclusion: by worth, then by the links, as ids
// are ordered. A proof that several rules make of the same links is one.
func (c *concluder) before(a, b *conclusion) bool {
	if order := a.worth.compare(b.worth); order != 0 {
		return order < 0
	}
	return slices.CompareFunc(a.premises, b.premises, func(x, y link) int {
		if x == y {
			return 0
		}
		return strings.Compare(string(c.id(x)), string(c.id(y)))
	}) < 0
}

// run settles what waits, and all that follows from it.
func (c *concluder) run() error {
	for c.queue.Len() > 0 && c.err == nil && c.past.err == nil {
		next := heap.Pop(&c.queue).(entry)
		n := c.waiting[next.key]
		if n == nil || n.worth != next.worth {
			continue // settled, or found to be worth more
		}
		delete(c.waiting, next.key)
		s := c.standing(next.key)
		if s == nil {
			s = &standing{link: c.add(n)}
			c.stands[next.key] = s
		}
		c.replace(s, n)
		c.from(s.link)
	}
	if c.past.err != nil {
		return c.past.err
	}
	return c.err
}

// from offers what follows from the link.
func (c *concluder) from(l link) {
	for _, p := range c.set.positions[c.relation(l)] {
		if !c.matcher(p.rule, c.offer).through(p.hop, l) {
			return
		}
	}
}

// entry is a conclusion that waits.
type entry struct {
	worth worth
	key   key
}

// queue has the worthiest entry first.
type queue []entry

func (q queue) Len() int           { return len(q) }
func (q queue) Less(i, j int) bool { return q[i].worth.compare(q[j].worth) < 0 }
func (q queue) Swap(i, j int)      { q[i], q[j] = q[j], q[i] }

// Push is for package heap.
func (q *queue) Push(x any) { *q = append(*q, x.(entry)) }

// Pop is for package heap.
func (q *queue) Pop() any {
	last := (*q)[len(*q)-1]
	*q = (*q)[:len(*q)-1]
	return last
}
