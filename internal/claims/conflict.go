package claims

import (
	"cmp"
	"context"
	"slices"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
	"ecpgraph/internal/records"
)

// Kind is what sources differ on.
type Kind string

// The kinds.
const (
	Date       Kind = "DATE"
	Identity   Kind = ontology.Identity
	Membership Kind = ontology.Membership
	Name       Kind = "NAME"
	Status     Kind = ontology.Status
)

// Conflict is a place where sources differ, or where one leaves open whether two
// things are one.
type Conflict struct {
	Kind    Kind
	Subject index.Node
	About   string // the property or relation field of the subject
	// Other is the node that may be the same as the subject, and Compared the link
	// that says so, where the conflict follows from such a link.
	Other      index.Node
	Compared   index.Link
	IsCompared bool
	// Development tells that the claims may all be true, one after the other.
	Development bool
	Claims      []Claim
}

// Claim is one side of a conflict, with what carries it: a link, an alias, or the
// passages that a node cites.
type Claim struct {
	Value string     // the name, date or word that is claimed, or the name of the node
	Node  index.Node // what the claim is of: that of the date or name, or the whole that the subject is a part of

	Link   index.Link // that carries it
	ByLink bool
	Alias  int // the place among the aliases of the node of the one that carries it; -1 for none

	Dated Dating
	Date  kg.PartialDate // as of when; "" when Undated
}

// Dating says how the date of a claim is known.
type Dating string

// The ways.
const (
	AsOf      Dating = "AS_OF"      // the source dates the state
	OfSource  Dating = "OF_SOURCE"  // the source itself is dated
	NotBefore Dating = "NOT_BEFORE" // the source is undated, but tells of a state of that date
	Undated   Dating = ""
)

// Conflicts are what was found, by kind, then by the id of the subject, then by
// key.
type Conflicts struct {
	List      []Conflict
	Truncated bool // whether a bound was met, and some may be missing
}

// Find finds the conflicts of the kinds; without any, of all. The error is that of
// the context, or of reading a record.
func Find(ctx context.Context, view records.View, kinds []Kind) (*Conflicts, error) {
	l := newLook(ctx, view)
	found := &Conflicts{}
	for _, of := range []struct {
		kind Kind
		find func(*look) []Conflict
	}{{Date, dates}, {Identity, identities}, {Membership, memberships}, {Name, names}, {Status, statuses}} {
		if len(kinds) == 0 || slices.Contains(kinds, of.kind) {
			found.List = append(found.List, of.find(l)...)
		}
	}
	slices.SortFunc(found.List, func(a, b Conflict) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), l.ix.CompareNodes(a.Subject, b.Subject), cmp.Compare(a.Key(l.ix), b.Key(l.ix)))
	})
	found.Truncated = l.truncated
	return found, l.err
}

// Key tells conflicts of one kind on one subject apart: by what they are about,
// and by the link that compares, or what the first claim is of.
func (c *Conflict) Key(ix *index.Index) kg.ID {
	if c.IsCompared {
		return kg.ID(c.About+" ") + ix.LinkID(c.Compared)
	}
	return kg.ID(c.About+" ") + ix.NodeID(c.Claims[0].Node)
}

// claimed lists the relations whose links claim such things.
func (l *look) claimed(of Kind) []*ontology.Relation {
	var list []*ontology.Relation
	for _, r := range l.ix.Ontology().Relations {
		if r.Claims(string(of)) {
			list = append(list, r)
		}
	}
	return list
}

// linksOf visits the links of the relation, by their from ends.
func (l *look) linksOf(r *ontology.Relation, visit func(from, to index.Node, link index.Link)) {
	end := &ontology.End{Relation: r, Direction: ontology.Out}
	for _, t := range r.From.Types {
		for n := range l.ix.NodesOf(t).From(0) {
			edges := l.ix.Links(n, end)
			if !l.goesOn(1 + edges.Len()) {
				return
			}
			for e := range edges.From(0) {
				visit(n, e.Far, e.Link)
			}
		}
	}
}

// documents are those that the link cites, each once, by id.
func (l *look) documents(link index.Link) []kg.ID {
	list := slices.Sorted(l.ix.LinkDocuments(link))
	return slices.Compact(list)
}
