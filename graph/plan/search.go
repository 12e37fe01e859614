package plan

import (
	"encoding/json"
	"strconv"
	"unicode/utf16"

	"github.com/vektah/gqlparser/v2/ast"

	"ecpgraph/internal/kg"
	"ecpgraph/internal/query"
	"ecpgraph/internal/records"
)

// hits is one page of a search.
type hits struct {
	page  page // its far nodes are those found
	found *query.Hits
	all   []hit
}

// hit is an element of the page.
type hit struct {
	*hits
	at      int
	matches []match
	matched bool // whether matches were looked for
}

// match is a text of a node with words of the search in it.
type match struct {
	field  string
	text   []byte // in JSON
	ranges [][2]int
}

// search is the field for a full text search.
func (c *compiler) search(g *group) field[root] {
	return computed(c, g, c.hits(g.selections), func(r *run, _ root) (*hits, bool, error) {
		args, err := c.searchArgs(g.field, r.variables)
		if err == nil {
			err = r.unpinWindow(&args.Args)
		}
		if err != nil {
			return nil, false, err
		}
		found, err := query.Search(r.context, r.index, args)
		if err != nil {
			return nil, false, err
		}
		size := len(found.Elements)
		h := &hits{page: page{selected: found, size: size, far: r.nodes.take(size)}, found: found, all: make([]hit, size)}
		for i, n := range found.Elements {
			h.page.far[i].number = n
			h.all[i].hits, h.all[i].at = h, i
		}
		r.touched += r.index.Touch(found.Elements, nil)
		return h, true, nil
	})
}

func (c *compiler) searchArgs(f *ast.Field, variables map[string]any) (query.SearchArgs, error) {
	args, err := readArgs(f, variables)
	given := arguments(f.ArgumentMap(variables))
	return query.SearchArgs{
		Args: args, Text: given.word("text"), Types: given.types(c.ontology), Inference: given.word("inference"),
	}, err
}

func (c *compiler) hits(selections ast.SelectionSet) *object[*hits] {
	size := func(h *hits) int { return h.page.size }
	return compile(c, c.schema.Types["SearchConnection"], selections, func(g *group) field[*hits] {
		switch g.field.Name {
		case "edges":
			return many(g, c.hit(g.selections), size, func(h *hits, i int) *hit { return &h.all[i] })
		case "nodes":
			return many(g, c.node(nil, g.selections), size, func(h *hits, i int) *node { return &h.page.far[i] })
		case "pageInfo":
			return one(g, c.pageInfo(g), func(_ *run, h *hits) (*page, bool) { return &h.page, true })
		case "totalCount":
			return total(g, func(h *hits) selected { return h.found })
		case "truncated":
			return truth(g, func(_ *run, h *hits) bool { return h.found.Truncated })
		}
		return unknown[*hits](g)
	})
}

func (c *compiler) hit(selections ast.SelectionSet) *object[*hit] {
	o := compile(c, c.schema.Types["SearchEdge"], selections, func(g *group) field[*hit] {
		switch g.field.Name {
		case "cursor":
			return text(g, func(r *run, h *hit) string { return r.pin(h.found.Cursor(h.at)) })
		case "score":
			return scalar(g, func(_ *run, b []byte, h *hit) ([]byte, bool) {
				return strconv.AppendFloat(b, h.found.Scores[h.at], 'f', -1, 64), true
			})
		case "node":
			return one(g, c.node(nil, g.selections), func(_ *run, h *hit) (*node, bool) { return h.node(), true })
		case "matches":
			f := many(g, c.match(g.selections), func(h *hit) int { return len(h.matches) }, func(h *hit, i int) *match { return &h.matches[i] })
			write := f.write
			f.reads = true
			f.write = func(r *run, h *hit) bool {
				h.match(r)
				return write(r, h)
			}
			return f
		}
		return unknown[*hit](g)
	})
	return o.reading(func(r *run, h *hit) { r.records.Node(h.node().number, &h.node().record) })
}

func (h *hit) node() *node { return &h.page.far[h.at] }

// match finds the texts of the node with words of the search in them.
func (h *hit) match(r *run) {
	if h.matched {
		return
	}
	h.matched = true
	record := h.node().record
	h.look("NAME", records.AppendString(nil, r.index.NodeName(h.node().number)), record.Language())
	aliases := record.Aliases()
	for a, ok := aliases.Next(); ok; a, ok = aliases.Next() {
		h.look("ALIAS", a.Name, a.Language)
	}
	h.look("DESCRIPTION", record.JSON(0), kg.English)
}

// look adds the text, which is in JSON, if it has words of the search.
func (h *hit) look(field string, text []byte, language kg.Language) {
	var plain string
	if len(text) == 0 || json.Unmarshal(text, &plain) != nil {
		return
	}
	if ranges := h.found.Matches(plain, language); len(ranges) > 0 {
		h.matches = append(h.matches, match{field, text, codeUnits(plain, ranges)})
	}
}

// codeUnits are the ranges of bytes in UTF-16 code units.
func codeUnits(text string, ranges [][2]int) [][2]int {
	list := make([][2]int, len(ranges))
	at, units := 0, 0
	to := func(end int) int {
		for _, r := range text[at:end] {
			units += utf16.RuneLen(r)
		}
		at = end
		return units
	}
	for i, r := range ranges {
		list[i][0] = to(r[0])
		list[i][1] = to(r[1])
	}
	return list
}

func (c *compiler) match(selections ast.SelectionSet) *object[*match] {
	return compile(c, c.schema.Types["SearchMatch"], selections, func(g *group) field[*match] {
		switch g.field.Name {
		case "field":
			return text(g, func(_ *run, m *match) string { return m.field })
		case "text":
			return scalar(g, func(_ *run, b []byte, m *match) ([]byte, bool) { return append(b, m.text...), true })
		case "ranges":
			return many(g, c.textRange(g.selections), func(m *match) int { return len(m.ranges) }, func(m *match, i int) [2]int { return m.ranges[i] })
		}
		return unknown[*match](g)
	})
}

func (c *compiler) textRange(selections ast.SelectionSet) *object[[2]int] {
	return compile(c, c.schema.Types["TextRange"], selections, func(g *group) field[[2]int] {
		bound := func(i int) field[[2]int] {
			return count(g, func(_ *run, v [2]int) int { return v[i] })
		}
		switch g.field.Name {
		case "start":
			return bound(0)
		case "end":
			return bound(1)
		}
		return unknown[[2]int](g)
	})
}
