package claims

import (
	"slices"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
)

// names are the things to which two documents give names of different words. A
// name of one document that agrees with some name of the other is none of them,
// so neither abbreviations nor other spellings nor shorter names are; and a thing
// is in conflict only when each of the two has a name that does not agree. The
// title of a node counts as a name of every document that the node cites, but no
// claim is made of it, as no citation is of the title alone.
func names(l *look) []Conflict {
	var candidates []index.Node
	for _, t := range l.ix.Ontology().NodeTypes {
		for n := range l.ix.NodesOf(t).From(0) {
			if !l.goesOn(1) {
				return nil
			}
			if l.ix.AliasCount(n) > 1 { // one for each of two documents
				candidates = append(candidates, n)
			}
		}
	}
	var list []Conflict
	l.nodes(candidates, func(n index.Node, node *kg.Node) {
		if claims := differingNames(n, node); claims != nil {
			list = append(list, Conflict{Kind: Name, Subject: n, About: "name", Claims: claims})
		}
	})
	return list
}

// usage is what one document calls a thing.
type usage struct {
	document kg.ID
	phrases  []phrase
	aliases  []int // the place of each; -1 for the title
}

func differingNames(n index.Node, node *kg.Node) []Claim {
	usages := usagesOf(node)
	differs := map[int]bool{} // aliases
	for i, a := range usages {
		for _, b := range usages[:i] {
			left, right := a.unmatched(b), b.unmatched(a)
			if len(left) == 0 || len(right) == 0 {
				continue
			}
			for _, alias := range append(left, right...) {
				differs[alias] = true
			}
		}
	}
	var claims []Claim
	for i, a := range node.Aliases {
		if differs[i] {
			claims = append(claims, Claim{Value: a.Name, Node: n, Alias: i})
		}
	}
	return claims
}

func usagesOf(node *kg.Node) []*usage {
	var list []*usage
	note := func(citations []kg.Citation, p phrase, alias int) {
		seen := map[kg.ID]bool{}
		for _, c := range citations {
			if seen[c.Document] {
				continue
			}
			seen[c.Document] = true
			i := slices.IndexFunc(list, func(u *usage) bool { return u.document == c.Document })
			if i < 0 {
				i, list = len(list), append(list, &usage{document: c.Document})
			}
			list[i].phrases, list[i].aliases = append(list[i].phrases, p), append(list[i].aliases, alias)
		}
	}
	note(node.Citations, phraseOf(node.Name, node.Language), -1)
	for i, a := range node.Aliases {
		note(a.Citations, phraseOf(a.Name, a.Language), i)
	}
	return list
}

// unmatched are the aliases that agree with no name that the other document
// uses, though it uses one in their language.
func (u *usage) unmatched(other *usage) []int {
	var list []int
	for i, p := range u.phrases {
		agrees := func(q phrase) bool { return p.agrees(q) }
		comparable := func(q phrase) bool { return p.language == q.language }
		if u.aliases[i] >= 0 && slices.ContainsFunc(other.phrases, comparable) && !slices.ContainsFunc(other.phrases, agrees) {
			list = append(list, u.aliases[i])
		}
	}
	return list
}
