package plan

import (
	"github.com/99designs/gqlgen/graphql"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
	"ecpgraph/internal/query"
	"ecpgraph/internal/records"
)

// facet is a facet of the page.
type facet struct {
	query.Facet
	page *page
}

// bucket is a bucket of the facet.
type bucket struct {
	of *facet
	at int
}

func (b bucket) query() query.Bucket { return b.of.Buckets[b.at] }

// facets is the field for the facets of a page of nodes of the type, nil for
// any.
func (c *compiler) facets(g *group, t *ontology.NodeType) field[*page] {
	f := newField[*page](g)
	child, step := c.facet(g), c.nextStep()
	f.gather = func(r *run, pages []*page) {
		s := r.results(step)
		s.facets = make([][]facet, len(pages))
		keys, size, err := readFacets(g, r, t)
		if s.err = err; err != nil {
			return
		}
		var all []*facet
		for i, p := range pages {
			s.facets[i] = make([]facet, len(keys))
			for j, key := range keys {
				if s.err = r.context.Err(); s.err != nil {
					return
				}
				selection, ok := p.selected.(faceted)
				if !ok {
					s.err = kg.Invalidf("facets: this list is computed and has none: ask the connection of a type, with a filter")
					return
				}
				found, err := selection.Facet(key, size)
				if err != nil {
					s.err = err
					return
				}
				s.facets[i][j] = facet{found, p}
				all = append(all, &s.facets[i][j])
			}
		}
		if child.gathers() {
			child.gather(r, all)
		}
	}
	f.write = func(r *run, _ *page) bool {
		s := r.results(step)
		if s.err != nil {
			r.fault(g.field.Position, s.err)
			return false
		}
		facets, l := s.facets[s.next()], r.startList()
		for i := range facets {
			l.next()
			l.keep(child.write(r, &facets[i]))
		}
		return l.end()
	}
	return f
}

// readFacets reads the arguments of facets.
func readFacets(g *group, r *run, t *ontology.NodeType) (keys []query.FacetKey, size int, err error) {
	given := r.arguments(g.field)
	if keys, err = query.FacetKeys(r.index, t, words[string](given, "by")); err != nil {
		return nil, 0, err
	}
	size = query.DefaultBuckets
	if given["first"] != nil {
		if size, err = graphql.UnmarshalInt(given["first"]); err != nil {
			return nil, 0, err
		}
	}
	return keys, size, query.CheckBuckets(size)
}

func (c *compiler) facet(g *group) *object[*facet] {
	return compile(c, c.schema.Types["Facet"], g.selections, func(g *group) field[*facet] {
		edge := func(of func(*facet) index.Value) field[*facet] {
			return scalar(g, func(_ *run, b []byte, f *facet) ([]byte, bool) { return appendValue(b, f, of(f)) })
		}
		switch g.field.Name {
		case "by":
			return text(g, func(_ *run, f *facet) string { return f.Key.Name })
		case "buckets":
			return many(g, c.bucket(g), func(f *facet) int { return len(f.Buckets) }, func(f *facet, i int) bucket { return bucket{f, i} })
		case "distinct":
			return count(g, func(_ *run, f *facet) int { return f.Distinct })
		case "truncated":
			return truth(g, func(_ *run, f *facet) bool { return len(f.Buckets) < f.Distinct })
		case "min":
			return edge(func(f *facet) index.Value { return f.Min })
		case "max":
			return edge(func(f *facet) index.Value { return f.Max })
		}
		return unknown[*facet](g)
	})
}

// appendValue appends a value of the facet's column as text.
func appendValue(b []byte, f *facet, v index.Value) ([]byte, bool) {
	if v.Absent() {
		return b, false
	}
	return records.AppendString(b, string(f.Key.Column.AppendText(nil, v))), true
}

func (c *compiler) bucket(g *group) *object[bucket] {
	return compile(c, c.schema.Types["Bucket"], g.selections, func(g *group) field[bucket] {
		switch g.field.Name {
		case "value":
			return scalar(g, func(_ *run, b []byte, v bucket) ([]byte, bool) {
				return appendValue(b, v.of, v.query().Value)
			})
		case "count":
			return count(g, func(_ *run, v bucket) int { return v.query().Count })
		case "node":
			return c.bucketNode(g)
		case "nodes":
			return c.bucketNodes(g)
		}
		return unknown[bucket](g)
	})
}

// bucketNode is the field for the node that the elements of a bucket share.
func (c *compiler) bucketNode(g *group) field[bucket] {
	f := newField[bucket](g)
	child, step := c.node(nil, g.selections), c.nextStep()
	f.gather = func(r *run, values []bucket) {
		nodes := r.nodes.take(len(values))
		present := make([]*node, 0, len(values))
		for i, v := range values {
			if b := v.query(); b.Linked {
				nodes[i].number = b.Node
				present = append(present, &nodes[i])
			}
		}
		r.results(step).nodes = nodes
		child.gather(r, present)
	}
	f.write = func(r *run, v bucket) bool {
		s := r.results(step)
		n := &s.nodes[s.next()]
		return v.query().Linked && child.write(r, n)
	}
	return f
}

// bucketNodes is the connection of the nodes of a bucket.
func (c *compiler) bucketNodes(g *group) field[bucket] {
	f := newField[bucket](g)
	step := c.nextStep()
	child, show := c.page(g, nil)
	read := c.pageArgs(g.field, nil, show)
	f.gather = func(r *run, values []bucket) {
		pages := r.pages.take(len(values))
		r.results(step).pages = pages
		args, err := read(r.variables)
		if err == nil {
			err = r.unpinWindow(&args)
		}
		good := make([]*page, 0, len(values))
		for i, v := range values {
			p := &pages[i]
			var s *query.Selector
			if err == nil {
				err = r.context.Err()
			}
			if p.err = err; err == nil {
				of := v.of.page
				if s, p.err = of.selected.(faceted).Within(&v.of.Facet, v.query(), args); p.err == nil {
					of.again(s, p, show)
					r.explain(g, s)
					p.again = of.again
				}
			}
			if p.err == nil {
				good = append(good, p)
			}
		}
		if child.gathers() {
			child.gather(r, good)
		}
	}
	f.write = func(r *run, _ bucket) bool {
		s := r.results(step)
		p := &s.pages[s.next()]
		if p.err != nil {
			r.fault(g.field.Position, p.err)
			return false
		}
		return child.write(r, p)
	}
	return f
}
