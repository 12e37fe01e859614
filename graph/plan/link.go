package plan

import (
	"github.com/vektah/gqlparser/v2/ast"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/records"
)

// link compiles what is asked of the type Link.
func (c *compiler) link(selections ast.SelectionSet) *object[*link] {
	o := compile(c, c.schema.Types["Link"], selections, func(g *group) field[*link] {
		switch g.field.Name {
		case "id":
			return text(g, func(r *run, l *link) string { return string(r.index.LinkID(l.number)) })
		case "relation":
			return text(g, func(r *run, l *link) string { return r.index.LinkRelation(l.number).EnumName() })
		case "from":
			return far(c, g, nil, func(r *run, l *link) index.Node {
				from, _ := r.index.LinkEnds(l.number)
				return from
			})
		case "to":
			return far(c, g, nil, func(r *run, l *link) index.Node {
				_, to := r.index.LinkEnds(l.number)
				return to
			})
		case "premises":
			return c.premises(g)
		case "rule":
			return c.rule(g)
		case "derivation":
			return c.keptDerivation(g)
		case "derivations":
			return c.derivations(g)
		case "history":
			return versions(c, g, func(r *run, l *link) kg.ID { return r.index.LinkID(l.number) })
		}
		return linkField(c, g, func(l *link) *link { return l })
	})
	return o.reading(func(r *run, l *link) { r.records.Link(l.number, &l.record) })
}

// linkField is a field that Link and the edges of relations share, or a
// property of the relation.
func linkField[V any](c *compiler, g *group, of func(V) *link) field[V] {
	recordOf := func(v V) records.Record { return of(v).record }
	switch g.field.Name {
	case "basis":
		return text(g, func(r *run, v V) string { return string(r.index.LinkBasis(of(v).number)) })
	case "modality":
		return text(g, func(r *run, v V) string { return string(r.index.LinkModality(of(v).number)) })
	case "wording":
		return recorded(g, 0, recordOf)
	case "citations":
		return citations(c, g, recordOf)
	}
	if relation := c.relationOf(g.field.ObjectDefinition); relation != nil {
		if i := fieldAt(relation.Fields, g.field.Name); i >= 0 {
			return property(c, g, relation.Fields[i], i+1, recordOf)
		}
	}
	return unknown[V](g)
}

// linkFrom is a field that holds one link, or null where there is none.
func linkFrom[V any](c *compiler, g *group, of func(r *run, value V) (index.Link, bool)) field[V] {
	return computed(c, g, c.link(g.selections), func(r *run, v V) (*link, bool, error) {
		l, present := of(r, v)
		return r.linkAt(l), present, nil
	})
}

// premises is the field for the links that a link follows from. Those that are
// not in the graph are left out.
func (c *compiler) premises(g *group) field[*link] {
	f := newField[*link](g)
	f.reads = true
	child := c.link(g.selections)
	step := c.nextStep()
	f.gather = func(r *run, values []*link) {
		r.afterFetch(func() {
			var numbers []index.Link
			for _, v := range values {
				premises := v.record.Premises()
				for id, ok := premises.Next(); ok; id, ok = premises.Next() {
					if l, found := r.index.Link(id); found {
						numbers = append(numbers, l)
					}
				}
			}
			links := r.links.take(len(numbers))
			places := make([]*link, len(links))
			for i, l := range numbers {
				links[i].number, places[i] = l, &links[i]
			}
			r.results(step).links = links
			if child.gathers() {
				child.gather(r, places)
			}
		})
	}
	f.write = func(r *run, v *link) bool {
		premises, s, l := v.record.Premises(), r.results(step), r.startList()
		for id, ok := premises.Next(); ok; id, ok = premises.Next() {
			if _, found := r.index.Link(id); found {
				l.next()
				l.keep(child.write(r, &s.links[s.next()]))
			}
		}
		return l.end()
	}
	return f
}
