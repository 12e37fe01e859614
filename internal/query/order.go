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

// orderKey is one thing to order by: a column of the node; or one of the far
// nodes of a relation, of which the value that sorts first counts; or the number
// of links along a relation.
type orderKey struct {
	name       string // "TIMEFRAME_END", "ACTIONS", "ACTIONS.NUMBER"
	column     *index.Column
	end        *ontology.End // nil for the node's own column
	descending bool
	repeated   bool // an earlier key is the same, so this one decides nothing
}

// parseOrder reads an `orderBy` argument for nodes of the type, nil for any
// type: a list of {field, direction} or, for a field of the nodes that a relation
// leads to, {field, far, direction}. The error is of code Invalid.
func parseOrder(ix *index.Index, t *ontology.NodeType, orderBy []map[string]any) (order, error) {
	var o order
	for _, entry := range orderBy {
		k, err := parseKey(ix, t, entry)
		if err != nil {
			return nil, err
		}
		k.repeated = slices.ContainsFunc(o, k.isDecidedBy)
		o = append(o, k)
	}
	return o, nil
}

func parseKey(ix *index.Index, t *ontology.NodeType, entry map[string]any) (k orderKey, err error) {
	k.descending = entry["direction"] == "DESC"
	if d := entry["direction"]; d != nil && d != "ASC" && !k.descending {
		return k, kg.Invalidf("orderBy: the direction is ASC or DESC, not %v", d)
	}
	k.name, _ = entry["field"].(string)
	far, _ := entry["far"].(string)
	if k.column = orderColumn(ix, t, k.name); k.column != nil {
		if far != "" {
			return k, kg.Invalidf("orderBy: far: %s is a field of the node, not a relation that leads to others", k.name)
		}
		return k, nil
	}
	if k.end = EndNamed(t, k.name); k.end == nil {
		return k, kg.Invalidf("orderBy: there is no field %q to order by", k.name)
	}
	if far == "" {
		k.column = countColumn
		return k, nil
	}
	farType := k.end.Far().Single()
	if k.column = orderColumn(ix, farType, far); k.column == nil {
		return k, kg.Invalidf("orderBy: far: the nodes of %s cannot be ordered by %q but by %s", k.end.Field(), far, strings.Join(orderNames(ix, farType), ", "))
	}
	k.name += "." + far
	return k, nil
}

// EndNamed finds the relation field of the type by its name in an order or
// facet, such as RESPONSIBLE_BODIES; nil when there is none, or no type.
func EndNamed(t *ontology.NodeType, name string) *ontology.End {
	if t != nil {
		for _, end := range t.Ends {
			if sameLetters(name, end.Field()) && kg.UpperSnake(end.Field()) == name {
				return end
			}
		}
	}
	return nil
}

func orderNames(ix *index.Index, t *ontology.NodeType) (names []string) {
	for _, f := range OrderFields(ix, t) {
		names = append(names, f.Name)
	}
	return names
}

// isDecidedBy reports whether nodes that the other key does not tell apart are
// the same to this one. Up and down a relation are different values.
func (k *orderKey) isDecidedBy(other orderKey) bool {
	if k.column != other.column || (k.end == nil) != (other.end == nil) {
		return false
	}
	return k.end == nil || *k.end == *other.end && (k.column == countColumn || k.descending == other.descending)
}

// value is what the node is ordered by: of several far nodes the lowest value,
// or the highest on the way down.
func (s *Selector) value(k *orderKey, n index.Node) index.Value {
	if k.end == nil {
		return s.ix.Value(k.column, n)
	}
	if k.column == countColumn {
		return countValue(s.ix.Links(n, k.end).Len())
	}
	var best index.Value
	links := s.ix.Links(n, k.end)
	if known, ok := s.known[farKey{n, k.name, k.descending}]; ok {
		return known
	}
	size := links.Len()
	for i := 0; i < size; {
		run := links.Run(i)
		if !s.looked(len(run)) {
			break
		}
		for _, e := range run {
			if v := s.ix.Value(k.column, e.Far); k.compare(v, best) < 0 {
				best = v
			}
		}
		i += len(run)
	}
	if size > fewLinks {
		if s.known == nil {
			s.known = map[farKey]index.Value{}
		}
		s.known[farKey{n, k.name, k.descending}] = best
	}
	return best
}

// farKey is a node of many links, and the key that it is ordered by.
type farKey struct {
	node       index.Node
	name       string
	descending bool
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

func (k *orderKey) byID() bool {
	return k.end == nil && len(k.column.Path) == 0 && k.column.Name == "id"
}

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
		if c := k.compare(s.value(k, n), m.keys[i]); c != 0 {
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
	for i := range s.order {
		m.keys = append(m.keys, s.value(&s.order[i], e.Far))
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
