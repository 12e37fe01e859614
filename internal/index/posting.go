package index

import (
	"cmp"
	"iter"
	"slices"
)

// Posting is a node that has a term.
type Posting struct {
	Node  Node
	worth worth
	_     uint16 // to the whole word
}

// Impact is what the term counts for in the node.
func (p Posting) Impact() Impact { return p.worth.impact() }

// InName tells whether the term is in the node's name.
func (p Posting) InName() bool { return p.worth&inName != 0 }

func comparePostings(p, q Posting) int { return cmp.Compare(p.Node, q.Node) }

// Postings are the nodes that have one term. The zero Postings are none.
type Postings struct {
	list   List[Posting]
	common *common // instead of the list
}

// Postings are the nodes that have the term.
func (ix *Index) Postings(t Term) Postings {
	if c := ix.postings.commons.at(uint32(t)); c != nil {
		return Postings{common: c}
	}
	return Postings{list: ix.postings.lists.list(uint32(t), 0)}
}

// Len is how many nodes have the term.
func (p Postings) Len() int {
	if p.common != nil {
		return p.common.size
	}
	return p.list.Len()
}

// Find is what the node has of the term, if it has it.
func (p Postings) Find(n Node) (Posting, bool) {
	if p.common != nil {
		return p.common.find(n)
	}
	at := p.list.Search(func(q Posting) bool { return q.Node >= n })
	if at == p.list.Len() || p.list.At(at).Node != n {
		return Posting{}, false
	}
	return p.list.At(at), true
}

// All yields the postings by number of the node.
func (p Postings) All() iter.Seq[Posting] {
	if p.common != nil {
		return p.common.all()
	}
	return p.list.From(0)
}

// Common tells whether Members, Among and Ranked can be asked for: of a term that
// many nodes have. List is for the others.
func (p Postings) Common() bool { return p.common != nil }

// List are the postings by number of the node; none of a common term.
func (p Postings) List() List[Posting] { return p.list }

// Members is which nodes of that page of PageNodes nodes have the term, a bit
// each; nil when none has.
func (p Postings) Members(page int) *Members {
	if page := p.common.page(uint32(page)); page != nil {
		return page.members()
	}
	return nil
}

// Among visits the postings of those of the nodes, which are by number, that have
// the term, each with its place among the nodes. The term is a common one.
func (p Postings) Among(nodes []Node, visit func(at int, p Posting)) { p.common.among(nodes, visit) }

// Ranked are the postings of at least LeastRanked, the greatest impact first,
// then by number of the node.
func (p Postings) Ranked() List[Posting] { return p.common.ranked }

// editPostings takes postings out and puts others in; both are by term, in any
// order, and each is made or left as its term's count wants it: in a list, or as
// those of a common term.
func (tx *transaction) editPostings(removed, added []runEdit[Posting]) {
	removed, added = sortRunEdits(removed, comparePostings), sortRunEdits(added, comparePostings)
	var fromLists, toLists []runEdit[Posting]
	p := &tx.postings
	for len(removed)+len(added) > 0 {
		gone, come := cutEdits(&removed, &added)
		term := max(gone.holder, come.holder)
		was := tx.base.Postings(Term(term))
		size := was.Len() - len(gone.edits) + len(come.edits)
		switch is := tx.manyNodes(size, was.Common()); {
		case is && was.Common():
			p.commons.set(tx.owner, term, was.common.edited(gone.elements(), come.elements()))
		case is:
			before := slices.Collect(was.All())
			for _, e := range before {
				fromLists = append(fromLists, runEdit[Posting]{holder: term, element: e})
			}
			all := merged(nil, before, gone.elements(), come.elements(), comparePostings)
			p.commons.set(tx.owner, term, new(common).edited(nil, all))
		case was.Common():
			for _, e := range merged(nil, slices.Collect(was.All()), gone.elements(), come.elements(), comparePostings) {
				toLists = append(toLists, runEdit[Posting]{holder: term, element: e})
			}
			p.commons.set(tx.owner, term, nil)
		default:
			fromLists, toLists = append(fromLists, gone.edits...), append(toLists, come.edits...)
		}
	}
	p.lists.editSorted(tx.owner, fromLists, toLists, comparePostings)
}

// termEdits are edits of one term, by number of the node. Without an edit, the
// holder is 0.
type termEdits struct {
	holder uint32
	edits  []runEdit[Posting]
}

func (t *termEdits) elements() []Posting {
	list := make([]Posting, len(t.edits))
	for i := range list {
		list[i] = t.edits[i].element
	}
	return list
}

// cutEdits takes the edits of the first term that has any.
func cutEdits(removed, added *[]runEdit[Posting]) (gone, come termEdits) {
	first := ^uint32(0)
	for _, list := range [][]runEdit[Posting]{*removed, *added} {
		if len(list) > 0 {
			first = min(first, list[0].holder)
		}
	}
	cut := func(list *[]runEdit[Posting]) termEdits {
		n := 0
		for n < len(*list) && (*list)[n].holder == first {
			n++
		}
		t := termEdits{edits: (*list)[:n]}
		if n > 0 {
			t.holder = first
		}
		*list = (*list)[n:]
		return t
	}
	return cut(removed), cut(added)
}
