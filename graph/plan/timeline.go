package plan

import (
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
	"ecpgraph/internal/query"
	"ecpgraph/internal/timeline"
)

// drawn is the answer to timeline.
type drawn struct {
	*timeline.Timeline
	made   string // its arguments, but those of the page
	groups []timeline.Group
}

// lineEntry is one of a timeline, with what is shown of its node.
type lineEntry struct {
	*timeline.Entry
	node node
}

// timeline is the field for what is dated.
func (c *compiler) timeline(g *group) field[root] {
	grouped := slices.ContainsFunc(c.collect(c.schema.Types["Timeline"], g.selections), func(g *group) bool { return strings.HasPrefix(g.field.Name, "group") })
	return listed(c, g, c.lineEntry, c.drawn, func(r *run, _ root) (ranked[*lineEntry], error) {
		args := r.arguments(g.field)
		var none ranked[*lineEntry]
		if err := args.named("types"); err != nil {
			return none, err
		}
		q := timeline.Question{Types: args.types(c.ontology)}
		for name, to := range map[string]*kg.PartialDate{"from": &q.From, "to": &q.To} {
			var err error
			if *to, err = args.date(name); err != nil {
				return none, err
			}
		}
		if q.From != "" || q.To != "" {
			if err := query.CheckRange("timeline", q.From, q.To); err != nil {
				return none, err
			}
		}
		line, err := timeline.Draw(r.context, r.index, q)
		if err != nil {
			return none, err
		}
		d := &drawn{Timeline: line, made: args.made("groupBy")}
		if unit, ok := args["groupBy"].(string); ok && grouped {
			d.groups = line.Groups(timeline.Unit(unit))
		}
		list := entriesOf(r, len(line.Entries), func(i int) *timeline.Entry { return &line.Entries[i] }, d.made)
		list.owner = d
		return list, nil
	})
}

// entriesOf is a list of entries, which are in the order of a timeline.
func entriesOf(r *run, size int, at func(i int) *timeline.Entry, made string) ranked[*lineEntry] {
	return ranked[*lineEntry]{
		size: size, made: made,
		at: func(i int) *lineEntry {
			e := &lineEntry{Entry: at(i)}
			e.node.number = e.Node
			return e
		},
		rank: func(i int) rank {
			e := at(i)
			return rank{-float64(e.Place()), [2]kg.ID{r.index.NodeID(e.Node), kg.ID(e.Dating.Property)}}
		},
	}
}

// drawn is a field of Timeline beside those of its page.
func (c *compiler) drawn(g *group) field[*listPage[*lineEntry]] {
	type page = *listPage[*lineEntry]
	of := func(p page) *drawn { return p.owner.(*drawn) }
	switch g.field.Name {
	case "groups":
		return computedList(c, g, c.lineGroup(g), func(r *run, p page) ([]lineGroup, error) {
			limit, err := r.arguments(g.field).limited("limit", MaxListing)
			if err != nil {
				return nil, err
			}
			d := of(p)
			var list []lineGroup
			for _, made := range d.groups[:min(limit, len(d.groups))] {
				list = append(list, lineGroup{made, d})
			}
			return list, nil
		})
	case "groupCount":
		return count(g, func(_ *run, p page) int { return len(of(p).groups) })
	case "unbounded":
		return listed(c, g, c.lineEntry, nil, func(r *run, p page) (ranked[*lineEntry], error) {
			d := of(p)
			return entriesOf(r, len(d.Unbounded), func(i int) *timeline.Entry { return &d.Unbounded[i] }, d.made), nil
		})
	case "undated":
		return listedNodes(c, g, func(_ *run, p page) ([]index.Node, string) { return of(p).Undated, of(p).made })
	case "truncated":
		return truth(g, func(_ *run, p page) bool { return of(p).Truncated })
	}
	return unknown[page](g)
}

// lineGroup is one group of a timeline.
type lineGroup struct {
	timeline.Group
	of *drawn
}

func (c *compiler) lineGroup(g *group) *object[lineGroup] {
	return compile(c, c.schema.Types["TimelineGroup"], g.selections, func(g *group) field[lineGroup] {
		switch g.field.Name {
		case "key":
			return text(g, func(_ *run, v lineGroup) string { return v.Key })
		case "start":
			return text(g, func(_ *run, v lineGroup) string { return string(v.Start) })
		case "end":
			return text(g, func(_ *run, v lineGroup) string { return string(v.End) })
		case "count":
			return count(g, func(_ *run, v lineGroup) int { return len(v.Entries) })
		case "entries":
			return listed(c, g, c.lineEntry, nil, func(r *run, v lineGroup) (ranked[*lineEntry], error) {
				at := func(i int) *timeline.Entry { return &v.of.Timeline.Entries[v.Entries[i]] }
				return entriesOf(r, len(v.Entries), at, v.of.made+v.Key), nil
			})
		}
		return unknown[lineGroup](g)
	})
}

func (c *compiler) lineEntry(selections ast.SelectionSet) composite[*lineEntry] {
	o := compile(c, c.schema.Types["TimelineEntry"], selections, func(g *group) field[*lineEntry] {
		switch g.field.Name {
		case "node":
			return one(g, c.node(nil, g.selections), func(_ *run, e *lineEntry) (*node, bool) { return &e.node, true })
		case "property":
			return text(g, func(_ *run, e *lineEntry) string { return e.Dating.Property })
		case "kind":
			return textOrNull(g, func(_ *run, e *lineEntry) string { return e.Span.Kind })
		case "start":
			return textOrNull(g, func(_ *run, e *lineEntry) string { return string(e.Span.Start) })
		case "end":
			return textOrNull(g, func(_ *run, e *lineEntry) string { return string(e.Span.End) })
		case "at":
			return textOrNull(g, func(_ *run, e *lineEntry) string { return string(e.Span.At()) })
		case "precision":
			return textOrNull(g, func(_ *run, e *lineEntry) string {
				return map[int]string{4: "YEAR", 7: "MONTH", 10: "DAY"}[len(e.Span.At())]
			})
		case "wording":
			f := scalar(g, func(r *run, b []byte, e *lineEntry) ([]byte, bool) {
				words := wordingAt(r.index.NodeType(e.node.number), e)
				return append(b, words...), words != nil
			})
			f.reads = true
			return f
		}
		return unknown[*lineEntry](g)
	})
	return o.reading(func(r *run, e *lineEntry) { r.records.Node(e.node.number, &e.node.record) })
}

// wordingAt is the words of the entry's source, in JSON; nil where none are kept.
func wordingAt(t *ontology.NodeType, e *lineEntry) []byte {
	path := e.Dating.Wording
	if len(path) == 0 {
		return nil
	}
	place := fieldAt(t.Fields, path[0])
	if len(path) == 1 {
		return e.node.record.JSON(place + 1)
	}
	return e.node.record.Value(place + 1).JSON(fieldAt(t.Fields[place].Value.Fields, path[1]))
}
