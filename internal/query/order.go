package query

import (
	"cmp"
	"slices"
	"strings"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
)

// order is a total order of nodes: by its keys, absent values last in either
// direction, then by id; and of links: as their far nodes, then by their own id.
type order []orderKey

// orderKey is one column to order by.
type orderKey struct {
	name       string // "TIMEFRAME_END"
	column     *index.Column
	descending bool
	repeated   bool // an earlier key is on the same column, so this one decides nothing
}

// parseOrder reads an `orderBy` argument for nodes of the type, nil for any
// type: a list of {field, direction}. The error is of code Invalid.
func parseOrder(ix *index.Index, t *ontology.NodeType, orderBy []map[string]any) (order, error) {
	var o order
	for _, entry := range orderBy {
		name, _ := entry["field"].(string)
		descending := entry["direction"] == "DESC"
		if d := entry["direction"]; d != nil && d != "ASC" && !descending {
			return nil, kg.Invalidf("orderBy: the direction is ASC or DESC, not %v", d)
		}
		c := orderColumn(ix, t, name)
		if c == nil {
			return nil, kg.Invalidf("orderBy: there is no field %q to order by", name)
		}
		repeated := slices.ContainsFunc(o, func(k orderKey) bool { return k.column == c })
		o = append(o, orderKey{name, c, descending, repeated})
	}
	return o, nil
}

// String names the order: "TIMEFRAME_END,NAME-". Cursors carry it.
func (o order) String() string {
	var names []string
	for _, k := range o {
		name := k.name
		if k.descending {
			name += "-"
		}
		names = append(names, name)
	}
	return strings.Join(names, ",")
}

func (k *orderKey) byID() bool { return len(k.column.Path) == 0 && k.column.Name == "id" }

// compare orders two values of the key.
func (k *orderKey) compare(a, b index.Value) int {
	if k.descending && !a.Absent() && !b.Absent() {
		return b.Compare(a)
	}
	return a.Compare(b)
}

// level is a key that tells apart what the keys before it do not.
type level struct {
	orderKey
	place int // in the order
}

// levels leaves out the keys that can decide nothing between nodes of one
// revision: those on a column that came before, and those after the id.
func (o order) levels() []level {
	var list []level
	for i, k := range o {
		if k.repeated {
			continue
		}
		list = append(list, level{k, i})
		if k.byID() {
			break
		}
	}
	// By id is the order that there is without keys.
	if n := len(list); n > 0 && list[n-1].byID() && !list[n-1].descending {
		list = list[:n-1]
	}
	return list
}

// mark is a place in an order: the sort keys of an element, which need not be
// there any more.
type mark struct {
	keys []index.Value // by the order
	node string        // id of the node; "" of links that are not seen from one
	link string        // id of the link; "" of nodes
}

// compareNode orders the node against the mark by the keys from the given place
// on, then by id.
func (s *Selector) compareNode(n index.Node, m *mark, place int) int {
	for i := place; i < len(s.order); i++ {
		k := &s.order[i]
		if k.repeated {
			continue
		}
		if c := k.compare(s.ix.Value(k.column, n), m.keys[i]); c != 0 {
			return c
		}
	}
	return strings.Compare(string(s.ix.NodeID(n)), m.node)
}

// compare orders the element of a selection of that kind against the mark.
func (s *Selector) compare(of kind, e index.Edge, m *mark) int {
	if of != citingLinks {
		if c := s.compareNode(e.Far, m, 0); c != 0 {
			return c
		}
	} else if m.node != "" {
		return -1
	}
	if of.ofNodes() {
		return strings.Compare("", m.link)
	}
	return strings.Compare(string(s.ix.LinkID(e.Link)), m.link)
}

// markOf is the place of the element.
func (s *Selector) markOf(of kind, e index.Edge) *mark {
	m := &mark{}
	if of == citingLinks {
		m.link = string(s.ix.LinkID(e.Link))
		return m
	}
	for _, k := range s.order {
		m.keys = append(m.keys, s.ix.Value(k.column, e.Far))
	}
	m.node = string(s.ix.NodeID(e.Far))
	if of == nodeLinks {
		m.link = string(s.ix.LinkID(e.Link))
	}
	return m
}

// compareMarks orders two places.
func (s *Selector) compareMarks(m, n *mark) int {
	for i := range s.order[:len(m.keys)] {
		if c := s.order[i].compare(m.keys[i], n.keys[i]); c != 0 {
			return c
		}
	}
	return cmp.Or(strings.Compare(m.node, n.node), strings.Compare(m.link, n.link))
}
