package claims

import (
	"ecpgraph/internal/index"
	"ecpgraph/internal/ontology"
)

// identities are the links that compare two things which no source equates. Each
// of the two is a claim, with the passages that speak of it.
func identities(l *look) []Conflict {
	var list []Conflict
	l.compared(func(r *ontology.Relation, from, to index.Node, link index.Link) {
		list = append(list, Conflict{
			Kind: Identity, Subject: from, About: r.Forward, Other: to, Compared: link, IsCompared: true,
			Claims: []Claim{l.named(from), l.named(to)},
		})
	})
	return list
}

// compared visits the links that say that their ends may be one.
func (l *look) compared(visit func(r *ontology.Relation, from, to index.Node, link index.Link)) {
	for _, r := range l.claimed(Identity) {
		l.linksOf(r, func(from, to index.Node, link index.Link) { visit(r, from, to, link) })
	}
}

// named is the claim that there is the node.
func (l *look) named(n index.Node) Claim {
	return Claim{Value: l.ix.NodeName(n), Node: n, Alias: -1}
}
