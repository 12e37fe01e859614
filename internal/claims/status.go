package claims

import (
	"slices"
	"time"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
)

// statuses are the things whose state two sources report differently.
func statuses(l *look) []Conflict {
	var list []Conflict
	for _, r := range l.claimed(Status) {
		s := &reports{look: l, relation: r, links: map[index.Node]int{}, bySubject: map[index.Node][]report{}, latest: map[index.Node]kg.PartialDate{}}
		s.gather()
		for _, subject := range s.subjects {
			if len(s.bySubject[subject]) < s.links[subject] {
				continue // the rest of its reports was not read
			}
			if c, ok := s.conflict(subject); ok && l.whole() {
				list = append(list, c)
			}
		}
	}
	return list
}

// reports are all links that report states.
type reports struct {
	*look
	relation  *ontology.Relation
	subjects  []index.Node
	links     map[index.Node]int // how many report the state of the subject
	bySubject map[index.Node][]report
	latest    map[index.Node]kg.PartialDate // the latest date as of which a source reports a state that it asserts
}

type report struct {
	source index.Node
	link   index.Link
	state  string
	asOf   kg.PartialDate
}

func (s *reports) gather() {
	claim := s.relation.Claim
	var all []index.Link
	s.linksOf(s.relation, func(_, to index.Node, link index.Link) {
		all = append(all, link)
		s.links[to]++
	})
	s.look.links(all, func(n index.Link, link *kg.Link) {
		from, to := s.ix.LinkEnds(n)
		r := report{source: from, link: n}
		r.state, _ = link.Props[claim.Value.Name].(string)
		if claim.Date != nil {
			text, _ := link.Props[claim.Date.Name].(string)
			r.asOf = kg.PartialDate(text)
		}
		if link.Modality == kg.Asserted && r.asOf != "" && (s.latest[from] == "" || s.latest[from].First().Before(r.asOf.First())) {
			s.latest[from] = r.asOf
		}
		if s.bySubject[to] == nil {
			s.subjects = append(s.subjects, to)
		}
		s.bySubject[to] = append(s.bySubject[to], r)
	})
}

// conflict is that on the state of the thing, if there is one: two sources that
// report it do not report the same states.
func (s *reports) conflict(subject index.Node) (Conflict, bool) {
	c := Conflict{Kind: Status, Subject: subject, About: s.relation.Backward, Development: true}
	states := map[index.Node][]string{}
	spans := map[index.Node]span{}
	var sources []index.Node
	for _, r := range s.bySubject[subject] {
		date, dated := s.dateOf(r)
		c.Claims = append(c.Claims, Claim{Value: r.state, Node: subject, Link: r.link, ByLink: true, Alias: -1, Date: date, Dated: dated})
		if states[r.source] == nil {
			sources = append(sources, r.source)
			spans[r.source] = spanOf(date, dated)
		}
		states[r.source] = append(states[r.source], r.state)
		spans[r.source] = spans[r.source].and(spanOf(date, dated))
	}
	slices.SortStableFunc(c.Claims, func(a, b Claim) int { return a.Date.First().Compare(b.Date.First()) })
	differ := false
	for i, a := range sources {
		for _, b := range sources[:i] {
			if sameSet(states[a], states[b]) {
				continue
			}
			differ = true
			c.Development = c.Development && (spans[a].before(spans[b]) || spans[b].before(spans[a]))
		}
	}
	return c, differ
}

func sameSet(a, b []string) bool {
	unique := func(list []string) []string {
		list = slices.Clone(list)
		slices.Sort(list)
		return slices.Compact(list)
	}
	return slices.Equal(unique(a), unique(b))
}

// dateOf is when the state was so, as far as it can be known: as of the date that
// the report gives, else that of the source, else not before the latest state
// that the source tells of.
func (s *reports) dateOf(r report) (kg.PartialDate, Dating) {
	if r.asOf != "" {
		return r.asOf, AsOf
	}
	if c := index.ColumnNamed(s.ix.Columns(s.ix.NodeType(r.source)), s.relation.Claim.SourceDate); c != nil {
		if date := s.date(c, r.source); date != "" {
			return date, OfSource
		}
	}
	if date := s.latest[r.source]; date != "" {
		return date, NotBefore
	}
	return "", Undated
}

// span is from one day to another, both in it; a zero last is without end, and a
// zero first is of what is not known.
type span struct{ first, last time.Time }

func spanOf(date kg.PartialDate, dated Dating) span {
	switch dated {
	case Undated:
		return span{}
	case NotBefore:
		return span{first: date.First()}
	}
	return span{date.First(), date.Last()}
}

// and is the span that holds both.
func (s span) and(t span) span {
	if s.first.IsZero() || t.first.IsZero() {
		return span{}
	}
	if t.first.Before(s.first) {
		s.first = t.first
	}
	if s.last.IsZero() || t.last.IsZero() {
		s.last = time.Time{}
	} else if t.last.After(s.last) {
		s.last = t.last
	}
	return s
}

// before reports whether the span is known to end before the other begins.
func (s span) before(t span) bool {
	return !s.last.IsZero() && !t.first.IsZero() && s.last.Before(t.first)
}
