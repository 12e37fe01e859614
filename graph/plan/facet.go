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
	return computedList(c, g, c.facet(g), func(r *run, p *page) ([]*facet, error) {
		keys, size, err := readFacets(g, r, t)
		if err != nil {
			return nil, err
		}
		list := make([]*facet, len(keys))
		for i, key := range keys {
			if err := r.context.Err(); err != nil {
				return nil, err
			}
			selection, ok := p.selected.(faceted)
			if !ok {
				return nil, kg.Invalidf("facets: this list is computed and has none: ask the connection of a type, with a filter")
			}
			found, err := selection.Facet(key, size)
			if err != nil {
				return nil, err
			}
			list[i] = &facet{found, p}
		}
		return list, nil
	})
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
	return computed(c, g, c.node(nil, g.selections), func(r *run, v bucket) (*node, bool, error) {
		b := v.query()
		return r.nodeAt(b.Node), b.Linked, nil
	})
}

// bucketNodes is the connection of the nodes of a bucket.
func (c *compiler) bucketNodes(g *group) field[bucket] {
	return paged(c, g, nil, nil, nil, func(r *run, args query.Args, show shown) (func(v bucket, p *page) error, error) {
		return func(v bucket, p *page) error {
			of := v.of.page
			s, err := of.selected.(faceted).Within(&v.of.Facet, v.query(), args)
			if err != nil {
				return err
			}
			of.again(s, p, show)
			r.explain(g, s)
			p.again = of.again
			return p.err
		}, nil
	})
}
