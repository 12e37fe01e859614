package plan

import (
	"strings"
	"sync/atomic"

	"github.com/vektah/gqlparser/v2/ast"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
	"ecpgraph/internal/query"
)

// compiler makes one plan. Parts of it are compiled when they are first needed,
// also while the plan runs.
type compiler struct {
	schema     *ast.Schema
	ontology   *ontology.Ontology
	document   *ast.QueryDocument
	conditions conditions
	networks   *networks
	steps      atomic.Int32
	// introspection is what the root asks of the schema itself.
	introspection ast.SelectionSet
}

func (c *compiler) nextStep() int { return int(c.steps.Add(1)) - 1 }

// compile makes the object that the selections ask of the type.
func compile[V any](c *compiler, t *ast.Definition, selections ast.SelectionSet, makeField func(*group) field[V]) *object[V] {
	o := &object[V]{}
	for _, g := range c.collect(t, selections) {
		if g.field.Name == "__typename" {
			f := text(g, func(*run, V) string { return t.Name })
			f.nullable = false
			o.fields = append(o.fields, f)
			continue
		}
		o.fields = append(o.fields, makeField(g))
	}
	return o
}

// unknown is for a field of the schema that this package does not know.
func unknown[V any](g *group) field[V] {
	panic("plan: " + g.field.ObjectDefinition.Name + "." + g.field.Name + " is not planned")
}

// relationOf is the relation whose edge has the GraphQL type, nil for an edge
// that several relations share.
func (c *compiler) relationOf(edge *ast.Definition) *ontology.Relation {
	for _, suffix := range []string{"TargetEdge", "SourceEdge"} {
		if name, ok := strings.CutSuffix(edge.Name, suffix); ok {
			return c.ontology.Relation(name)
		}
	}
	return nil
}

// root stands for the value of the query itself.
type root struct{}

// root compiles the operation.
func (c *compiler) root(o *ast.OperationDefinition) *object[root] {
	singular, plural := map[string]*ontology.NodeType{}, map[string]*ontology.NodeType{}
	for _, t := range c.ontology.NodeTypes {
		singular[t.Singular()], plural[t.Plural] = t, t
	}
	return compile(c, c.schema.Query, o.SelectionSet, func(g *group) field[root] {
		name := g.field.Name
		if t := singular[name]; t != nil {
			return c.found(g, t)
		}
		if t := plural[name]; t != nil {
			return connection(c, g, t, nil, func(r *run, _ root, s *query.Selector, p *page, show shown) { r.showNodes(p, show, s.Nodes) }, nil)
		}
		switch name {
		case "__schema", "__type":
			return c.introspected(g)
		case "node":
			return c.found(g, nil)
		case "nodes":
			return c.nodes(g)
		case "link":
			return c.foundLink(g)
		case "passage":
			return c.passageAt(g)
		case "coverage":
			return c.coverage(g)
		case "projection":
			return c.projection(g)
		case "metrics":
			return c.metrics(g)
		case "nodeMetrics":
			return c.nodeMetrics(g)
		case "conflicts":
			return c.conflicts(g)
		case "unspecified":
			return c.unspecified(g)
		case "gaps":
			return c.gaps(g)
		case "search":
			return c.search(g)
		case "paths":
			return c.paths(g)
		case "neighborhood":
			return c.neighborhood(g)
		case "reachable":
			return c.reachable(g)
		case "ontology":
			return c.meta(g)
		case "history":
			return versions(c, g, func(r *run, _ root) kg.ID { return r.arguments(g.field).id("id") })
		case "diff":
			return c.diff(g)
		case "compare":
			return c.compare(g)
		case "timeline":
			return c.timeline(g)
		case "revision":
			return c.revision(g)
		case "revisions":
			return c.revisions(g)
		}
		return unknown[root](g)
	})
}

// introspected is a field about the schema, which gqlgen answers.
func (c *compiler) introspected(g *group) field[root] {
	asked := *g.field
	asked.Directives, asked.SelectionSet = nil, g.selections
	c.introspection = append(c.introspection, &asked)
	f := scalar(g, func(r *run, b []byte, _ root) ([]byte, bool) {
		text := r.introspected[g.key]
		if text == nil || string(text) == "null" {
			return b, false
		}
		return append(b, text...), true
	})
	f.nullable = true // as gqlgen has it where introspection is off
	return f
}

// found is a field for one node by its id, of the type, nil for any.
func (c *compiler) found(g *group, t *ontology.NodeType) field[root] {
	f := newField[root](g)
	child, step := c.node(t, g.selections), c.nextStep()
	f.gather = func(r *run, _ []root) {
		s := r.results(step)
		var n index.Node
		var ok bool
		n, ok, s.err = query.Find(r.index, r.arguments(g.field).id("id"), t)
		if !ok || s.err != nil {
			return
		}
		s.nodes = r.nodes.take(1)
		s.nodes[0].number = n
		if child.gathers() {
			child.gather(r, []*node{&s.nodes[0]})
		}
	}
	f.write = func(r *run, _ root) bool {
		s := r.results(step)
		if s.err != nil {
			r.fault(g.field.Position, s.err)
			return false
		}
		return len(s.nodes) > 0 && child.write(r, &s.nodes[0])
	}
	return f
}

// foundLink is the field for one link by its id.
func (c *compiler) foundLink(g *group) field[root] {
	return linkFrom(c, g, func(r *run, _ root) (index.Link, bool) { return r.index.Link(r.arguments(g.field).id("id")) })
}

// nodes is the field for several nodes by their ids, null where there is none.
func (c *compiler) nodes(g *group) field[root] {
	child, step := c.node(nil, g.selections), c.nextStep()
	f := newField[root](g)
	f.gather = func(r *run, _ []root) {
		s := r.results(step)
		var found []query.Found
		if found, s.err = query.FindAll(r.index, words[kg.ID](r.arguments(g.field), "ids")); s.err != nil {
			return
		}
		s.nodes, s.absent = r.nodes.take(len(found)), make([]bool, len(found))
		present := make([]*node, 0, len(found))
		for i, n := range found {
			s.nodes[i].number, s.absent[i] = n.Node, !n.OK
			if n.OK {
				present = append(present, &s.nodes[i])
			}
		}
		child.gather(r, present)
	}
	f.write = func(r *run, _ root) bool {
		s := r.results(step)
		if s.err != nil {
			r.fault(g.field.Position, s.err)
			return false
		}
		l := r.startList()
		for i := range s.nodes {
			l.next()
			if s.absent[i] || !child.write(r, &s.nodes[i]) {
				r.buffer = append(r.buffer, "null"...)
			}
		}
		return l.end()
	}
	return f
}
