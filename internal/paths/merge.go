package paths

import (
	"strings"

	"ecpgraph/internal/index"
)

// merge goes through several lists of links at once, by the id of the far node,
// which is the order of each of them. What is never asked for is never looked
// at, so a hub among the lists costs no more than the others.
type merge struct {
	walk  *spread
	heads []head // a heap: none is before the one that it hangs on
}

// head is where the merge is in a list.
type head struct {
	id   string
	far  index.Node
	at   int
	list index.List[index.Edge]
	step index.Step
}

// begin makes the heads a heap, each at the first node that its list leads to, once
// all lists are in.
func (m *merge) begin() {
	heads := m.heads[:0]
	for _, h := range m.heads {
		if m.walk.seek(&h) {
			heads = append(heads, h)
		}
	}
	m.heads = heads
	for i := len(m.heads)/2 - 1; i >= 0; i-- {
		m.down(i)
	}
}

// next is the far node with the smallest id of those that no list has led to
// before, and whether there is one.
func (m *merge) next() (n index.Node, found bool) {
	for len(m.heads) > 0 && !found {
		h := &m.heads[0]
		n, found = h.far, !m.walk.seen.has(h.far)
		m.walk.seen.add(n)
		if h.at++; !m.walk.seek(h) {
			last := len(m.heads) - 1
			m.heads[0], m.heads = m.heads[last], m.heads[:last]
		}
		m.down(0)
	}
	return n, found
}

// down puts the head at i where it belongs among those below it.
func (m *merge) down(i int) {
	for {
		least := i
		for child := 2*i + 1; child <= 2*i+2 && child < len(m.heads); child++ {
			if strings.Compare(m.heads[child].id, m.heads[least].id) < 0 {
				least = child
			}
		}
		if least == i {
			return
		}
		m.heads[i], m.heads[least] = m.heads[least], m.heads[i]
		i = least
	}
}
