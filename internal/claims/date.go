package claims

import (
	"maps"
	"slices"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
)

// dates are those that exclude one another: of the same property of two things
// that may be one, or of links side by side that agree in all else.
func dates(l *look) []Conflict {
	var list []Conflict
	l.compared(func(_ *ontology.Relation, from, to index.Node, link index.Link) {
		t := l.ix.NodeType(from)
		if l.ix.NodeType(to) != t {
			return
		}
		for _, c := range l.ix.Columns(t) {
			a, b := l.date(c, from), l.date(c, to)
			if !exclude(a, b) {
				continue
			}
			if last := len(list) - 1; last >= 0 && list[last].Compared == link && list[last].Claims[0].Value == string(a) && list[last].Claims[1].Value == string(b) {
				list[last].About += ", " + c.Name // the first and last day of one date
				continue
			}
			list = append(list, Conflict{
				Kind: Date, Subject: from, About: c.Name, Other: to, Compared: link, IsCompared: true,
				Claims: []Claim{{Value: string(a), Node: from, Alias: -1}, {Value: string(b), Node: to, Alias: -1}},
			})
		}
	})
	for _, r := range l.ix.Ontology().Relations {
		if slices.ContainsFunc(r.Fields, isDate) {
			list = append(list, l.parallelDates(r)...)
		}
	}
	return list
}

func isDate(f *ontology.Field) bool { return f.Kind == ontology.PartialDate && !f.List }

// date is the node's date in the column, "" when there is none.
func (l *look) date(c *index.Column, n index.Node) kg.PartialDate {
	if c.Kind != ontology.PartialDate {
		return ""
	}
	text, _ := c.Plain(l.ix.Value(c, n)).(string)
	return kg.PartialDate(text)
}

// exclude reports whether no day is within both dates.
func exclude(a, b kg.PartialDate) bool {
	return a != "" && b != "" && (a.Last().Before(b.First()) || b.Last().Before(a.First()))
}

// parallelDates are the conflicts among links of the relation between the same
// nodes. A link that reports a state has it as of a date, and another of another
// date is no conflict.
func (l *look) parallelDates(r *ontology.Relation) []Conflict {
	if r.Claim != nil && Kind(r.Claim.Of) == Status {
		return nil
	}
	type ends struct{ from, to index.Node }
	var order []ends
	groups := map[ends][]index.Link{}
	end := &ontology.End{Relation: r, Direction: ontology.Out}
	for _, t := range r.From.Types {
		for n := range l.ix.NodesOf(t).From(0) {
			edges := l.ix.Links(n, end)
			if !l.goesOn(1 + edges.Len()) {
				return nil
			}
			for i := 1; i < edges.Len(); i++ { // by the far end, so parallel ones are neighbours
				before, this := edges.At(i-1), edges.At(i)
				if before.Far != this.Far {
					continue
				}
				at := ends{n, this.Far}
				if groups[at] == nil {
					groups[at] = []index.Link{before.Link}
					order = append(order, at)
				}
				groups[at] = append(groups[at], this.Link)
			}
		}
	}
	var all []index.Link
	for _, at := range order {
		all = append(all, groups[at]...)
	}
	read := map[index.Link]*kg.Link{}
	l.links(all, func(n index.Link, link *kg.Link) { read[n] = link })
	var list []Conflict
	for _, at := range order {
		for _, f := range r.Fields {
			if isDate(f) {
				list = append(list, l.differing(r, f, at.from, groups[at], read)...)
			}
		}
	}
	return list
}

// differing is the conflict on the date among the links, or none.
func (l *look) differing(r *ontology.Relation, f *ontology.Field, from index.Node, links []index.Link, read map[index.Link]*kg.Link) []Conflict {
	dateOf := func(n index.Link) kg.PartialDate {
		text, _ := read[n].Props[f.Name].(string)
		return kg.PartialDate(text)
	}
	var claims []Claim
	for _, n := range links {
		excluded := slices.ContainsFunc(links, func(other index.Link) bool {
			return read[n] != nil && read[other] != nil && alike(read[n], read[other], f.Name) && exclude(dateOf(n), dateOf(other))
		})
		if excluded {
			_, to := l.ix.LinkEnds(n)
			claims = append(claims, Claim{Value: string(dateOf(n)), Node: to, Link: n, ByLink: true, Alias: -1})
		}
	}
	if claims == nil {
		return nil
	}
	return []Conflict{{Kind: Date, Subject: from, About: r.Forward + "." + f.Name, Claims: claims}}
}

// alike reports whether the links say the same but for the date and the words.
func alike(a, b *kg.Link, date string) bool {
	left, right := maps.Clone(a.Props), maps.Clone(b.Props)
	for _, name := range []string{date, kg.PropWording} {
		delete(left, name)
		delete(right, name)
	}
	return left.Equal(right)
}
