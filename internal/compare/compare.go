package compare

import (
	"cmp"
	"context"
	"slices"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
	"ecpgraph/internal/records"
)

// MaxLooked is how many citations and links a comparison looks at. Where there
// are more it is an error: what is not looked at cannot be called absent.
const MaxLooked = 1_000_000

// Kind is how the two sides differ.
type Kind uint8

// The kinds there are, in the order of a comparison.
const (
	Added       Kind = iota // only the second has it
	Dropped                 // only the first has it
	Renamed                 // each has a name for it that the other does not use
	Redated                 // each has a date that the other contradicts
	Reassigned              // each names a party that the other does not
	StatusMoved             // each reports another state
)

// String is the kind in capitals.
func (k Kind) String() string {
	return [...]string{"ADDED", "DROPPED", "RENAMED", "REDATED", "REASSIGNED", "STATUS_MOVED"}[k]
}

// Item is one difference.
type Item struct {
	Kind     Kind
	Node     index.Node         // what it is about
	Relation *ontology.Relation // that says so; nil where several do, or none
	Key      string             // tells items of one kind about one node apart, and orders them

	Before, After *Side // what the first and the second say; nil for nothing
}

// Comparison is what differs between the first and the second.
type Comparison struct {
	Items []Item // by kind, by the id of the node, by key
	Kept  int    // nodes of the wanted types that both have
}

// comparer makes a comparison.
type comparer struct {
	ctx    context.Context
	view   records.View
	index  *index.Index
	looked int
	types  []*ontology.NodeType // of the nodes that items are about; nil for all
	made   Comparison
}

func newComparer(ctx context.Context, view records.View, types []*ontology.NodeType) *comparer {
	return &comparer{ctx: ctx, view: view, index: view.Index, types: types}
}

// look counts one citation or link that is looked at.
func (c *comparer) look() error {
	c.looked++
	if c.looked > MaxLooked {
		return kg.Errorf(kg.Limit, "the two have more than %d citations and links: they are too large to be compared", MaxLooked)
	}
	if c.looked%1024 == 0 {
		return c.ctx.Err()
	}
	return nil
}

// wants reports whether items about the node are asked for.
func (c *comparer) wants(n index.Node) bool {
	return c.types == nil || slices.Contains(c.types, c.index.NodeType(n))
}

// states reports whether a document states the link: what a rule concludes is no
// saying of a document.
func (c *comparer) states(l index.Link) bool { return c.index.LinkBasis(l) == kg.Stated }

// find finds the two, which must be different nodes of one of the types.
func find(ix *index.Index, argument string, ids []kg.ID, types ...string) (first, second index.Node, err error) {
	if len(ids) != 2 {
		return 0, 0, kg.Invalidf("%s: give two ids, the earlier first, not %d", argument, len(ids))
	}
	var found [2]index.Node
	for i, id := range ids {
		n, ok := ix.Node(id)
		if !ok {
			return 0, 0, kg.Errorf(kg.NotFound, "%s: there is no node %q", argument, id)
		}
		if t := ix.NodeType(n).Name; !slices.Contains(types, t) {
			return 0, 0, kg.Invalidf("%s: %s is a %s: give the ids of nodes of type %s", argument, id, t, orList(types))
		}
		found[i] = n
	}
	if found[0] == found[1] {
		return 0, 0, kg.Invalidf("%s: %s is given twice: there is nothing to compare", argument, ids[0])
	}
	return found[0], found[1], nil
}

func orList(words []string) string {
	if len(words) == 1 {
		return words[0]
	}
	return words[0] + " or " + words[1]
}

// done is the comparison, in order.
func (c *comparer) done() *Comparison {
	slices.SortFunc(c.made.Items, func(a, b Item) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), c.index.CompareNodes(a.Node, b.Node), cmp.Compare(a.Key, b.Key))
	})
	return &c.made
}
