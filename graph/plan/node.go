package plan

import (
	"strconv"
	"sync"

	"github.com/vektah/gqlparser/v2/ast"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
	"ecpgraph/internal/query"
)

// node compiles what is asked of nodes of the type, nil for any.
func (c *compiler) node(t *ontology.NodeType, selections ast.SelectionSet) composite[*index.Node] {
	if t != nil {
		return c.nodeOf(t, selections)
	}
	return &anyNode{compiler: c, selections: selections, byType: map[*ontology.NodeType]*object[*index.Node]{}}
}

func (c *compiler) nodeOf(t *ontology.NodeType, selections ast.SelectionSet) *object[*index.Node] {
	return compile(c, c.schema.Types[t.Name], selections, func(g *group) field[*index.Node] {
		name := g.field.Name
		switch name {
		case "id":
			return text(g, func(n *index.Node) string { return string(n.ID) })
		case "name":
			return text(g, func(n *index.Node) string { return n.Name })
		case "description":
			return scalar(g, func(b []byte, n *index.Node) ([]byte, bool) { return appendText(b, n.Props, kg.PropDescription) })
		case "aliases":
			return many(g, c.alias(g), func(_ *run, n *index.Node) []kg.Alias { return n.Aliases })
		case "citations":
			return many(g, c.citation(g), func(_ *run, n *index.Node) []kg.Citation { return n.Citations })
		}
		if f := t.Field(name); f != nil {
			return property(c, g, f, func(n *index.Node) kg.Props { return n.Props })
		}
		if end := t.End(name); end != nil {
			return connection(c, g, end.Far().Single(), false, func(r *run, n *index.Node, args query.Args) page {
				links, err := query.Links(r.index, n.ID, end, args)
				return page{links: links, direction: end.Direction, err: err}
			})
		}
		return unknown[*index.Node](c, g)
	})
}

// anyNode is a selection set on the interface Node: one object for each type
// that turns up, compiled when it does, since most never do.
type anyNode struct {
	compiler   *compiler
	selections ast.SelectionSet

	mu     sync.Mutex
	byType map[*ontology.NodeType]*object[*index.Node]
}

func (a *anyNode) of(t *ontology.NodeType) *object[*index.Node] {
	a.mu.Lock()
	defer a.mu.Unlock()
	o := a.byType[t]
	if o == nil {
		o = a.compiler.nodeOf(t, a.selections)
		a.byType[t] = o
	}
	return o
}

// gathers is true when any type might gather: when the selections reach below
// scalars.
func (a *anyNode) gathers() bool { return reachesBelow(a.selections) }

func reachesBelow(selections ast.SelectionSet) bool {
	for _, selection := range selections {
		switch s := selection.(type) {
		case *ast.Field:
			if len(s.SelectionSet) > 0 {
				return true
			}
		case *ast.InlineFragment:
			if reachesBelow(s.SelectionSet) {
				return true
			}
		case *ast.FragmentSpread:
			return true
		}
	}
	return false
}

func (a *anyNode) gather(r *run, nodes []*index.Node) {
	byType := map[*ontology.NodeType][]*index.Node{}
	var order []*ontology.NodeType
	for _, n := range nodes {
		if byType[n.NodeType] == nil {
			order = append(order, n.NodeType)
		}
		byType[n.NodeType] = append(byType[n.NodeType], n)
	}
	for _, t := range order {
		a.of(t).gather(r, byType[t])
	}
}

func (a *anyNode) write(r *run, n *index.Node) bool { return a.of(n.NodeType).write(r, n) }

// property is a field that the ontology declares.
func property[V any](c *compiler, g *group, f *ontology.Field, of func(V) kg.Props) field[V] {
	switch {
	case f.Kind == ontology.ValueKind && f.List:
		return many(g, c.value(f.Value, g.selections), func(_ *run, v V) []kg.Props {
			elements, _ := of(v)[f.Name].([]any)
			list := make([]kg.Props, 0, len(elements))
			for _, e := range elements {
				if p, ok := e.(kg.Props); ok {
					list = append(list, p)
				}
			}
			return list
		})
	case f.Kind == ontology.ValueKind:
		return one(g, c.value(f.Value, g.selections), func(_ *run, v V) (kg.Props, bool) {
			p, ok := of(v)[f.Name].(kg.Props)
			return p, ok
		})
	case f.List:
		return scalar(g, func(b []byte, v V) ([]byte, bool) {
			elements, _ := of(v)[f.Name].([]any)
			b = append(b, '[')
			for i, e := range elements {
				if i > 0 {
					b = append(b, ',')
				}
				b, _ = appendScalar(b, e)
			}
			return append(b, ']'), true
		})
	}
	return scalar(g, func(b []byte, v V) ([]byte, bool) { return appendScalar(b, of(v)[f.Name]) })
}

func appendText(b []byte, p kg.Props, name string) ([]byte, bool) { return appendScalar(b, p[name]) }

func appendScalar(b []byte, value any) ([]byte, bool) {
	switch v := value.(type) {
	case string:
		return appendString(b, v), true
	case int64:
		return strconv.AppendInt(b, v, 10), true
	case bool:
		return strconv.AppendBool(b, v), true
	}
	return b, false
}

// value compiles what is asked of a value type.
func (c *compiler) value(t *ontology.ValueType, selections ast.SelectionSet) *object[kg.Props] {
	return compile(c, c.schema.Types[t.Name], selections, func(g *group) field[kg.Props] {
		if f := t.Field(g.field.Name); f != nil {
			return property(c, g, f, func(p kg.Props) kg.Props { return p })
		}
		return unknown[kg.Props](c, g)
	})
}

func (c *compiler) alias(g *group) *object[kg.Alias] {
	return compile(c, c.schema.Types["Alias"], g.selections, func(g *group) field[kg.Alias] {
		switch g.field.Name {
		case "name":
			return text(g, func(a kg.Alias) string { return a.Name })
		case "citations":
			return many(g, c.citation(g), func(_ *run, a kg.Alias) []kg.Citation { return a.Citations })
		}
		return unknown[kg.Alias](c, g)
	})
}

func (c *compiler) citation(g *group) *object[kg.Citation] {
	documents := c.ontology.NodeType(ontology.DocumentType)
	return compile(c, c.schema.Types["Citation"], g.selections, func(g *group) field[kg.Citation] {
		switch g.field.Name {
		case "document":
			return one(g, c.node(documents, g.selections), func(r *run, c kg.Citation) (*index.Node, bool) { return r.index.Node(c.Document), true })
		case "locator":
			return text(g, func(c kg.Citation) string { return c.Locator })
		case "checksum":
			return scalar(g, func(b []byte, c kg.Citation) ([]byte, bool) {
				if c.Checksum == "" {
					return b, false
				}
				return appendString(b, c.Checksum), true
			})
		}
		return unknown[kg.Citation](c, g)
	})
}
