package plan

import (
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/vektah/gqlparser/v2/ast"

	"ecpgraph/graph/model"
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
	steps      atomic.Int32
	unplanned  atomic.Bool
}

func (c *compiler) nextStep() int { return int(c.steps.Add(1)) - 1 }

// compile makes the object that the selections ask of the type.
func compile[V any](c *compiler, t *ast.Definition, selections ast.SelectionSet, makeField func(*group) field[V]) *object[V] {
	o := &object[V]{}
	for _, g := range c.collect(t, selections) {
		if g.field.Name == "__typename" {
			f := text(g, func(V) string { return t.Name })
			f.nullable = false
			o.fields = append(o.fields, f)
			continue
		}
		o.fields = append(o.fields, makeField(g))
	}
	return o
}

// unknown stands for a field that this package does not know. The operation is
// then left to gqlgen.
func unknown[V any](c *compiler, g *group) field[V] {
	c.unplanned.Store(true)
	f := newField[V](g)
	f.write = func(*run, V) bool { return false }
	return f
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
			return connection(c, g, t, false, func(r *run, _ root, args query.Args) page {
				nodes, err := query.Nodes(r.index, t, args)
				return page{nodes: nodes, err: err}
			})
		}
		switch name {
		case "node":
			return c.found(g, nil)
		case "nodes":
			return c.nodes(g)
		case "link":
			return one(g, c.link(g.selections), func(r *run, _ root) (*index.Link, bool) {
				l := r.index.Link(kg.ID(argument(g.field, r, "id")))
				return l, l != nil
			})
		case "cited":
			return c.cited(g)
		case "revision":
			return one(g, c.revision(g), func(r *run, _ root) (*model.Revision, bool) { return model.NewRevision(r.index), true })
		}
		return unknown[root](c, g)
	})
}

// argument is the value of an argument that is text.
func argument(f *ast.Field, r *run, name string) string {
	s, _ := f.ArgumentMap(r.variables)[name].(string)
	return s
}

// found is a field for one node by its id, of the type, nil for any.
func (c *compiler) found(g *group, t *ontology.NodeType) field[root] {
	return lookedUp[root](g, c.node(t, g.selections), func(r *run) (*index.Node, bool, error) {
		n, err := query.Find(r.index, kg.ID(argument(g.field, r, "id")), t)
		return n, n != nil, err
	})
}

// nodes is the field for several nodes by their ids, null where there is none.
func (c *compiler) nodes(g *group) field[root] {
	child := c.node(nil, g.selections)
	f := newField[root](g)
	find := func(r *run) ([]*index.Node, error) {
		var ids []kg.ID
		list, isList := g.field.ArgumentMap(r.variables)["ids"].([]any)
		if !isList {
			list = []any{g.field.ArgumentMap(r.variables)["ids"]}
		}
		for _, id := range list {
			s, _ := id.(string)
			ids = append(ids, kg.ID(s))
		}
		return query.FindAll(r.index, ids)
	}
	if child.gathers() {
		f.gather = func(r *run, _ []root) {
			nodes, _ := find(r) // write tells the error
			present := make([]*index.Node, 0, len(nodes))
			for _, n := range nodes {
				if n != nil {
					present = append(present, n)
				}
			}
			child.gather(r, present)
		}
	}
	f.write = func(r *run, _ root) bool {
		nodes, err := find(r)
		if err != nil {
			r.fault(g.field.Position, err)
			return false
		}
		r.buffer = append(r.buffer, '[')
		for i, n := range nodes {
			if i > 0 {
				r.buffer = append(r.buffer, ',')
			}
			r.enterIndex(i)
			if n == nil || !child.write(r, n) {
				r.buffer = append(r.buffer, "null"...)
			}
			r.leave()
		}
		r.buffer = append(r.buffer, ']')
		return true
	}
	return f
}

// cited is the field for what cites a passage.
func (c *compiler) cited(g *group) field[root] {
	child := compile(c, c.schema.Types["CitedFacts"], g.selections, func(g *group) field[*query.Passage] {
		switch g.field.Name {
		case "nodes":
			return connection(c, g, nil, false, func(r *run, p *query.Passage, args query.Args) page {
				nodes, err := p.Nodes(r.index, args)
				return page{nodes: nodes, err: err}
			})
		case "links":
			return connection(c, g, nil, true, func(r *run, p *query.Passage, args query.Args) page {
				links, err := p.Links(r.index, args)
				return page{links: links, err: err}
			})
		}
		return unknown[*query.Passage](c, g)
	})
	return lookedUp[root](g, child, func(r *run) (*query.Passage, bool, error) {
		p, err := query.Cited(r.index, kg.ID(argument(g.field, r, "document")), argument(g.field, r, "locator"))
		return p, err == nil, err
	})
}

func (c *compiler) revision(g *group) *object[*model.Revision] {
	return compile(c, c.schema.Types["Revision"], g.selections, func(g *group) field[*model.Revision] {
		switch g.field.Name {
		case "number":
			return scalar(g, func(b []byte, v *model.Revision) ([]byte, bool) {
				return strconv.AppendInt(b, int64(v.Number), 10), true
			})
		case "digest":
			return text(g, func(v *model.Revision) string { return v.Digest })
		case "committedAt":
			return scalar(g, func(b []byte, v *model.Revision) ([]byte, bool) {
				if v.CommittedAt == nil {
					return b, false
				}
				return appendString(b, *v.CommittedAt), true
			})
		}
		return unknown[*model.Revision](c, g)
	})
}
