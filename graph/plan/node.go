package plan

import (
	"sync"

	"github.com/vektah/gqlparser/v2/ast"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
	"ecpgraph/internal/query"
	"ecpgraph/internal/records"
)

// node compiles what is asked of nodes of the type, nil for any.
func (c *compiler) node(t *ontology.NodeType, selections ast.SelectionSet) composite[*node] {
	if t != nil {
		return c.nodeOf(t, selections)
	}
	return &anyNode{compiler: c, selections: selections, byType: map[*ontology.NodeType]*object[*node]{}}
}

func (c *compiler) nodeOf(t *ontology.NodeType, selections ast.SelectionSet) *object[*node] {
	recordOf := func(n *node) records.Record { return n.record }
	var columns []*index.Column
	o := compile(c, c.schema.Types[t.Name], selections, func(g *group) field[*node] {
		name := g.field.Name
		switch name {
		case "id":
			return text(g, func(r *run, n *node) string { return string(r.index.NodeID(n.number)) })
		case "name":
			return text(g, func(r *run, n *node) string { return r.index.NodeName(n.number) })
		case "label":
			return c.label(g)
		case "description":
			return recorded(g, 0, recordOf)
		case "aliases":
			return c.aliases(g, recordOf)
		case "citations":
			return citations(c, g, recordOf)
		case "history":
			return versions(c, g, func(r *run, n *node) kg.ID { return r.index.NodeID(n.number) })
		case "statusHistory":
			return c.statusHistory(g)
		case "progressReport":
			return c.progressReport(g)
		}
		if t.Name == ontology.DocumentType {
			switch name {
			case "passages":
				return c.passages(g)
			case "coverage":
				return c.documentCoverage(g)
			}
		}
		if i := fieldAt(t.Fields, name); i >= 0 {
			f := property(c, g, t.Fields[i], i+1, recordOf)
			if column := c.columnOf(t, name); column != nil {
				f.column, columns = fromColumn(column), append(columns, column)
			}
			return f
		}
		if end := t.End(name); end != nil {
			return connection(c, g, end.Far().Single(), end.Relation, func(r *run, n *node, s *query.Selector, p *page, show shown) {
				r.showEdges(p, show, func(q *query.Page[index.Edge]) error { return s.Links(q, n.number, end) })
			}, touchLinks)
		}
		return unknown[*node](g)
	})
	if readColumns(o) {
		o.columns = columns
	}
	return o.reading(func(r *run, n *node) { r.records.Node(n.number, &n.record) })
}

// touchLinks has the links of the nodes fetched from far memory side by side, see
// index.Touch.
func touchLinks(r *run, nodes []*node) {
	for _, n := range nodes {
		r.touched += r.index.TouchLinks(n.number)
	}
}

// anyNode is a selection set on the interface Node: one object for each type
// that turns up, compiled when it does, since most never do.
type anyNode struct {
	compiler   *compiler
	selections ast.SelectionSet

	mu     sync.Mutex
	byType map[*ontology.NodeType]*object[*node]
}

func (a *anyNode) of(t *ontology.NodeType) *object[*node] {
	a.mu.Lock()
	defer a.mu.Unlock()
	o := a.byType[t]
	if o == nil {
		o = a.compiler.nodeOf(t, a.selections)
		a.byType[t] = o
	}
	return o
}

// gathers is true, as some type might gather.
func (a *anyNode) gathers() bool { return true }

func (a *anyNode) gather(r *run, nodes []*node) {
	byType := map[*ontology.NodeType][]*node{}
	var order []*ontology.NodeType
	for _, n := range nodes {
		t := r.index.NodeType(n.number)
		if byType[t] == nil {
			order = append(order, t)
		}
		byType[t] = append(byType[t], n)
	}
	for _, t := range order {
		a.of(t).gather(r, byType[t])
	}
}

func (a *anyNode) write(r *run, n *node) bool { return a.of(r.index.NodeType(n.number)).write(r, n) }

// far is a field that holds one node, which follows from the value.
func far[V any](c *compiler, g *group, t *ontology.NodeType, number func(r *run, value V) index.Node) field[V] {
	f := newField[V](g)
	child := c.node(t, g.selections)
	if !child.gathers() {
		f.write = func(r *run, value V) bool {
			n := &r.nodes.take(1)[0]
			n.number = number(r, value)
			return child.write(r, n)
		}
		return f
	}
	step := c.nextStep()
	f.gather = func(r *run, values []V) {
		nodes := r.nodes.take(len(values))
		places := make([]*node, len(values))
		for i, v := range values {
			nodes[i].number, places[i] = number(r, v), &nodes[i]
		}
		r.results(step).nodes = nodes
		child.gather(r, places)
	}
	f.write = func(r *run, _ V) bool {
		s := r.results(step)
		return child.write(r, &s.nodes[s.next()])
	}
	return f
}

// aliases is the field for the other names of a node.
func (c *compiler) aliases(g *group, of func(*node) records.Record) field[*node] {
	child := compile(c, c.schema.Types["Alias"], g.selections, func(g *group) field[records.Alias] {
		switch g.field.Name {
		case "name":
			return scalar(g, func(_ *run, b []byte, a records.Alias) ([]byte, bool) { return append(b, a.Name...), true })
		case "language":
			return text(g, func(_ *run, a records.Alias) string { return a.Language.Tag() })
		case "label":
			return truth(g, func(_ *run, a records.Alias) bool { return a.Label })
		case "citations":
			return cited(c, g, func(a records.Alias) records.Citations { return a.Citations })
		}
		return unknown[records.Alias](g)
	})
	f := newField[*node](g)
	f.reads = true
	if child.gathers() {
		f.gather = func(r *run, nodes []*node) {
			r.afterFetch(func() {
				var all []records.Alias
				for _, n := range nodes {
					aliases := of(n).Aliases()
					for a, ok := aliases.Next(); ok; a, ok = aliases.Next() {
						all = append(all, a)
					}
				}
				child.gather(r, all)
			})
		}
	}
	f.write = func(r *run, n *node) bool {
		aliases, l := of(n).Aliases(), r.startList()
		for a, ok := aliases.Next(); ok; a, ok = aliases.Next() {
			l.next()
			l.keep(child.write(r, a))
		}
		return l.end()
	}
	return f
}

// citations is the field for the citations that a value's record holds.
func citations[V any](c *compiler, g *group, of func(V) records.Record) field[V] {
	return recordsFirst(cited(c, g, func(value V) records.Citations { return of(value).Citations() }))
}

// recordsFirst puts the gather of the field off until the records are there.
func recordsFirst[V any](f field[V]) field[V] {
	f.reads = true
	if gather := f.gather; gather != nil {
		f.gather = func(r *run, values []V) { r.afterFetch(func() { gather(r, values) }) }
	}
	return f
}

// citation compiles what is asked of a citation.
func (c *compiler) citation(selections ast.SelectionSet) *object[records.Citation] {
	return compile(c, c.schema.Types["Citation"], selections, func(g *group) field[records.Citation] {
		switch g.field.Name {
		case "document":
			return far(c, g, c.ontology.NodeType(ontology.DocumentType), func(_ *run, c records.Citation) index.Node { return c.Document })
		case "locator":
			return scalar(g, func(_ *run, b []byte, c records.Citation) ([]byte, bool) { return append(b, c.Locator...), true })
		case "checksum":
			return scalar(g, func(_ *run, b []byte, c records.Citation) ([]byte, bool) {
				return append(b, c.Checksum...), c.Checksum != nil
			})
		case "quote", "verified":
			return compared(g, func(c records.Citation) (index.Node, []byte, []byte) { return c.Document, c.Locator, c.Checksum })
		}
		return unknown[records.Citation](g)
	})
}

// cited is a field for citations that are there already.
func cited[V any](c *compiler, g *group, of func(V) records.Citations) field[V] {
	child := c.citation(g.selections)
	f := newField[V](g)
	if child.gathers() {
		f.gather = func(r *run, values []V) {
			var all []records.Citation
			for _, v := range values {
				citations := of(v)
				for c, ok := citations.Next(); ok; c, ok = citations.Next() {
					all = append(all, c)
				}
			}
			child.gather(r, all)
		}
	}
	f.write = func(r *run, value V) bool {
		citations, l := of(value), r.startList()
		for c, ok := citations.Next(); ok; c, ok = citations.Next() {
			l.next()
			l.keep(child.write(r, c))
		}
		return l.end()
	}
	return f
}
