package plan

import (
	"bytes"
	"encoding/json"
	"slices"

	"github.com/99designs/gqlgen/graphql"

	"ecpgraph/internal/index"
	"ecpgraph/internal/ontology"
	"ecpgraph/internal/outline"
	"ecpgraph/internal/query"
	"ecpgraph/internal/records"
)

// outlined is a document with the outline that its record holds.
type outlined struct {
	document index.Node
	passages []records.Record
	locators []string // of the passages
}

// passage is a place in a document.
type passage struct {
	*outlined
	place   int // in passages; -1 where the outline does not have it
	locator string
}

// at is the passage at that place; false where none is.
func (o *outlined) at(place int) (passage, bool) {
	if place < 0 || place >= len(o.passages) {
		return passage{}, false
	}
	return passage{o, place, o.locators[place]}, true
}

// outlineReader reads outlines from records.
type outlineReader struct {
	place  int // of the outline in the record of a document
	values *ontology.ValueType
}

func (c *compiler) outlines() outlineReader {
	t := c.ontology.NodeType(ontology.DocumentType)
	return outlineReader{fieldAt(t.Fields, outline.PropOutline) + 1, t.Field(outline.PropOutline).Value}
}

// read reads the outline of the document, whose record is there.
func (o outlineReader) read(n *node) *outlined {
	made, at := &outlined{document: n.number}, fieldAt(o.values.Fields, "locator")
	values := n.record.Values(o.place)
	for v, ok := values.Next(); ok; v, ok = values.Next() {
		made.passages = append(made.passages, v)
		made.locators = append(made.locators, unquoted(v.JSON(at)))
	}
	return made
}

// unquoted is the text that a record holds as JSON.
func unquoted(text []byte) string {
	if !bytes.Contains(text, []byte{'\\'}) {
		return string(text[1 : len(text)-1])
	}
	var s string
	_ = json.Unmarshal(text, &s) // records hold nothing else
	return s
}

// passageAt is the field for one passage by its place.
func (c *compiler) passageAt(g *group) field[root] {
	outlines, step := c.outlines(), c.nextStep()
	f := computed(c, g, c.passage(g), func(r *run, _ root) (passage, bool, error) {
		document := r.results(step)
		if document.err != nil {
			return passage{}, false, document.err
		}
		o, locator := outlines.read(&document.nodes[0]), r.arguments(g.field).word("locator")
		if place := slices.Index(o.locators, locator); place >= 0 {
			return passage{o, place, locator}, true, nil
		}
		_, cited := r.index.Passage(o.document, locator)
		return passage{o, -1, locator}, cited, nil
	})
	gather := f.gather
	f.gather = func(r *run, values []root) {
		s := r.results(step)
		var n index.Node
		if n, s.err = query.FindDocument(r.index, r.arguments(g.field).id("document")); s.err == nil {
			s.nodes = r.nodes.take(1)
			s.nodes[0].number = n
			r.records.Node(n, &s.nodes[0].record)
		}
		r.afterFetch(func() { gather(r, values) })
	}
	return f
}

// passages is the field for the passages of a document.
func (c *compiler) passages(g *group) field[*node] {
	outlines := c.outlines()
	return recordsFirst(stretched(c, g, c.passage(g), func(_ *run, n *node) ([]passage, error) {
		return outlines.read(n).all(), nil
	}))
}

func (o *outlined) all() []passage {
	list := make([]passage, len(o.passages))
	for i, locator := range o.locators {
		list[i] = passage{o, i, locator}
	}
	return list
}

// stretched is a field that holds a part of a list of passages, or of what has
// one, as limit and after say.
func stretched[V any, E interface{ of() passage }](c *compiler, g *group, child composite[E], load func(r *run, value V) ([]E, error)) field[V] {
	return computedList(c, g, child, func(r *run, value V) ([]E, error) {
		list, err := load(r, value)
		if err != nil {
			return nil, err
		}
		locators := make([]string, len(list))
		for i, e := range list {
			locators[i] = e.of().locator
		}
		given := r.arguments(g.field)
		limit, err := graphql.UnmarshalInt(given["limit"])
		if err != nil {
			return nil, err
		}
		var after *string
		if place, ok := given["after"].(string); ok {
			after = &place
		}
		start, stop, err := query.Stretch(locators, limit, after)
		return list[start:stop], err
	})
}

func (p passage) of() passage { return p }

// passage compiles what is asked of a passage.
func (c *compiler) passage(g *group) *object[passage] {
	values := c.outlines().values
	outlined := func(name string) func(p passage) []byte {
		at := fieldAt(values.Fields, name)
		return func(p passage) []byte {
			if p.place < 0 {
				return nil
			}
			return p.passages[p.place].JSON(at)
		}
	}
	locator, checksum := outlined("locator"), outlined("checksum")
	return compile(c, c.schema.Types["Passage"], g.selections, func(g *group) field[passage] {
		beside := func(step int) field[passage] {
			return one(g, c.passage(g), func(_ *run, p passage) (passage, bool) {
				if p.place < 0 {
					return passage{}, false
				}
				return p.at(p.place + step)
			})
		}
		switch name := g.field.Name; name {
		case "document":
			return far(c, g, c.ontology.NodeType(ontology.DocumentType), func(_ *run, p passage) index.Node { return p.document })
		case "locator":
			return text(g, func(_ *run, p passage) string { return p.locator })
		case "kind", "checksum", "uncited":
			of := outlined(name)
			return scalar(g, func(_ *run, b []byte, p passage) ([]byte, bool) {
				text := of(p)
				return append(b, text...), text != nil
			})
		case "quote", "verified":
			return compared(g, func(p passage) (index.Node, []byte, []byte) { return p.document, locator(p), checksum(p) })
		case "previous":
			return beside(-1)
		case "next":
			return beside(1)
		case "nodes":
			return connection(c, g, nil, nil, func(r *run, p passage, s *query.Selector, to *page, show shown) {
				at := query.PassageAt(r.index, p.document, p.locator)
				r.showNodes(to, show, func(q *query.Page[index.Node]) error { return s.CitingNodes(q, at) })
			}, nil)
		case "links":
			return connection(c, g, nil, nil, func(r *run, p passage, s *query.Selector, to *page, _ shown) {
				at := query.PassageAt(r.index, p.document, p.locator)
				r.showLinks(to, func(q *query.Page[index.Link]) error { return s.CitingLinks(q, at) })
			}, nil)
		}
		return unknown[passage](g)
	})
}
