package claims

import (
	"maps"
	"slices"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
)

// memberships are the things that two documents place in different wholes. A
// whole is a node of a type that other things are parts of and that is a part of
// nothing, such as a package; a thing is in it when links that say so lead there.
// The document that places it is the one that the first of these links cites.
func memberships(l *look) []Conflict {
	relations := l.claimed(Membership)
	m := &wholes{look: l, of: map[index.Node][]index.Node{}}
	var types []*ontology.NodeType
	for _, r := range relations {
		m.ends = append(m.ends, &ontology.End{Relation: r, Direction: ontology.Out})
		for _, t := range r.From.Types {
			if !slices.Contains(types, t) {
				types = append(types, t)
			}
		}
	}
	m.isPart = func(t *ontology.NodeType) bool { return slices.Contains(types, t) }
	var list []Conflict
	for _, t := range types {
		for n := range l.ix.NodesOf(t).From(0) {
			if !l.goesOn(1) {
				return list
			}
			if c, ok := m.conflict(n); ok && l.whole() {
				list = append(list, c)
			}
		}
	}
	return list
}

// wholes finds what things are in.
type wholes struct {
	*look
	ends   []*ontology.End
	isPart func(*ontology.NodeType) bool
	of     map[index.Node][]index.Node // known: by id
}

// conflict is that on the thing, if there is one.
func (m *wholes) conflict(n index.Node) (Conflict, bool) {
	c := Conflict{Kind: Membership, Subject: n}
	by := map[kg.ID]map[index.Node]bool{} // by the document that places it there
	for _, end := range m.ends {
		for e := range m.ix.Links(n, end).From(0) {
			in := m.reached(e.Far)
			for _, document := range m.documents(e.Link) {
				if by[document] == nil && len(in) > 0 {
					by[document] = map[index.Node]bool{}
				}
				for _, whole := range in {
					by[document][whole] = true
				}
			}
			for _, whole := range in {
				c.Claims = append(c.Claims, Claim{Value: m.ix.NodeName(whole), Node: whole, Link: e.Link, ByLink: true, Alias: -1})
			}
		}
	}
	sets := slices.Collect(maps.Values(by))
	for _, set := range sets {
		if !maps.Equal(set, sets[0]) {
			// What it is a part of is told by several relations.
			c.About = relationsOf(m.ix, c.Claims)
			return c, true
		}
	}
	return c, false
}

// relationsOf lists the fields of the links that carry the claims.
func relationsOf(ix *index.Index, claims []Claim) string {
	var fields []string
	for _, c := range claims {
		if field := ix.LinkRelation(c.Link).Forward; !slices.Contains(fields, field) {
			fields = append(fields, field)
		}
	}
	slices.Sort(fields)
	text := ""
	for i, field := range fields {
		if i > 0 {
			text += ", "
		}
		text += field
	}
	return text
}

// reached are the wholes that the node is in, or itself when it is one.
func (m *wholes) reached(n index.Node) []index.Node {
	if known, ok := m.of[n]; ok {
		return known
	}
	seen := map[index.Node]bool{n: true}
	var list []index.Node
	for next := []index.Node{n}; len(next) > 0; {
		at := next[len(next)-1]
		next = next[:len(next)-1]
		if !m.isPart(m.ix.NodeType(at)) {
			list = append(list, at)
			continue
		}
		for _, end := range m.ends {
			edges := m.ix.Links(at, end)
			if !m.goesOn(1 + edges.Len()) {
				return nil
			}
			for e := range edges.From(0) {
				if !seen[e.Far] {
					seen[e.Far] = true
					next = append(next, e.Far)
				}
			}
		}
	}
	slices.SortFunc(list, m.ix.CompareNodes)
	m.of[n] = list
	return list
}
