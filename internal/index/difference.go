package index

import (
	"fmt"
	"iter"
	"slices"
)

// Difference says in what the two indexes of one log and ontology answer
// differently, the first that is found; "" when in nothing. How their pages came
// to be does not matter.
func (ix *Index) Difference(other *Index) string {
	d := differ{ix, other}
	for _, part := range []func() string{d.heads, d.nodes, d.links, d.histories, d.passages, d.words} {
		if found := part(); found != "" {
			return found
		}
	}
	return ""
}

type differ struct{ a, b *Index }

// unlike describes two values that differ; "" when they do not.
func unlike[T comparable](what string, a, b T) string {
	if a == b {
		return ""
	}
	return fmt.Sprintf("%s: %v and %v", what, a, b)
}

// unlikeLists does so for lists.
func unlikeLists[E comparable](what string, a, b List[E]) string {
	if a.Len() != b.Len() {
		return fmt.Sprintf("%s are %d and %d", what, a.Len(), b.Len())
	}
	for i := 0; i < a.Len(); {
		x, y := a.Run(i), b.Run(i)
		for j := range min(len(x), len(y)) {
			if x[j] != y[j] {
				return fmt.Sprintf("%s differ from place %d on", what, i+j)
			}
		}
		i += min(len(x), len(y))
	}
	return ""
}

// unlikeWalks does so for what is walked over.
func unlikeWalks[E comparable](what string, a, b iter.Seq[E]) string {
	if x, y := slices.Collect(a), slices.Collect(b); !slices.Equal(x, y) {
		return fmt.Sprintf("%s: %v and %v", what, x, y)
	}
	return ""
}

func (d differ) heads() string {
	nodes, links := d.a.Size()
	otherNodes, otherLinks := d.b.Size()
	nextNode, nextLink := d.a.NextNumbers()
	otherNode, otherLink := d.b.NextNumbers()
	return first(
		unlike("the head", d.a.head, d.b.head), unlike("its time", d.a.time.UnixMilli(), d.b.time.UnixMilli()),
		unlike("the number of nodes", nodes, otherNodes), unlike("the number of links", links, otherLinks),
		unlike("the number of the next node", nextNode, otherNode), unlike("that of the next link", nextLink, otherLink),
	)
}

func first(found ...string) string {
	for _, f := range found {
		if f != "" {
			return f
		}
	}
	return ""
}

func (d differ) nodes() string {
	for _, t := range d.a.Ontology().NodeTypes {
		if found := unlikeLists("the nodes of type "+t.Name, d.a.NodesOf(t), d.b.NodesOf(t)); found != "" {
			return found
		}
		columns, others := d.a.Columns(t), d.b.Columns(t)
		for i := range columns {
			if found := unlikeLists("the nodes of type "+t.Name+" by "+columns[i].Name, d.a.Order(columns[i]), d.b.Order(others[i])); found != "" {
				return found
			}
		}
		for n := range d.a.NodesOf(t).From(0) {
			id := d.a.NodeID(n)
			found, there := d.b.Node(id)
			difference := first(
				unlike("its number", Node(n), found), unlike("whether it is there", true, there), unlike("its id", id, d.b.NodeID(n)),
				unlike("its type", d.a.NodeType(n), d.b.NodeType(n)), unlike("its record", d.a.NodeRef(n), d.b.NodeRef(n)),
				unlike("its degree", d.a.Degree(n), d.b.Degree(n)), unlikeWalks("its aliases", d.a.Aliases(n), d.b.Aliases(n)),
			)
			for i := 0; difference == "" && i < len(columns); i++ {
				difference = unlike("its "+columns[i].Name, d.a.Value(columns[i], n), d.b.Value(others[i], n))
			}
			for _, end := range t.Ends {
				if difference == "" {
					difference = unlikeLists("its "+end.Field(), d.a.Links(n, end), d.b.Links(n, end))
				}
			}
			if difference != "" {
				return string(id) + ": " + difference
			}
		}
	}
	return ""
}

// histories compares what is no longer the newest.
func (d differ) histories() string {
	of := func(what string, a, b *past, count uint32) string {
		for n := range count {
			if found := unlikeLists(fmt.Sprintf("the past versions of %s %d", what, n), a.versions.list(n, 0), b.versions.list(n, 0)); found != "" {
				return found
			}
			id, gone := a.ids.at(n)
			other, alsoGone := b.ids.at(n)
			if id != other || gone != alsoGone {
				return fmt.Sprintf("the deleted %s %d: %q and %q", what, n, id, other)
			}
		}
		return ""
	}
	return first(of("node", &d.a.pastNodes, &d.b.pastNodes, d.a.nextNode), of("link", &d.a.pastLinks, &d.b.pastLinks, d.a.nextLink))
}

func (d differ) links() string {
	for number := range d.a.nextLink {
		l := Link(number)
		row, other := d.a.links.at(number), d.b.links.at(number)
		row.cites, other.cites = 0, 0 // the same passages may have other numbers
		if row != other {
			return fmt.Sprintf("link %d: %+v and %+v", number, row, other)
		}
		if row.ref == 0 {
			continue
		}
		id := d.a.LinkID(l)
		found, there := d.b.Link(id)
		difference := first(unlike("its number", l, found), unlike("whether it is there", true, there))
		columns, others := d.a.LinkColumns(d.a.LinkRelation(l)), d.b.LinkColumns(d.b.LinkRelation(l))
		for i := 0; difference == "" && i < len(columns); i++ {
			difference = unlike("its "+columns[i].Name, d.a.LinkValue(columns[i], l), d.b.LinkValue(others[i], l))
		}
		if difference == "" {
			// In the order of passages, which may have other numbers.
			difference = unlikeWalks("the documents that it cites",
				slices.Values(slices.Sorted(d.a.LinkDocuments(l))), slices.Values(slices.Sorted(d.b.LinkDocuments(l))))
		}
		if difference != "" {
			return string(id) + ": " + difference
		}
	}
	return ""
}

func (d differ) passages() string {
	for _, t := range d.a.Ontology().NodeTypes {
		for document := range d.a.NodesOf(t).From(0) {
			passages, others := d.a.Passages(document), d.b.Passages(document)
			if found := unlike(string(d.a.NodeID(document))+": how many passages are cited", len(passages), len(others)); found != "" {
				return found
			}
			for i, p := range passages {
				difference := first(
					unlike("its locator", d.a.Locator(p), d.b.Locator(others[i])),
					unlikeLists("the nodes that cite it", d.a.CitingNodes(p), d.b.CitingNodes(others[i])),
					unlikeLists("the links that cite it", d.a.CitingLinks(p), d.b.CitingLinks(others[i])),
				)
				if difference != "" {
					return fmt.Sprintf("%s, %s: %s", d.a.NodeID(document), d.a.Locator(p), difference)
				}
			}
		}
	}
	return ""
}

func (d differ) words() string {
	terms, others := d.a.Terms(), d.b.Terms()
	if found := unlike("how many words there are", terms.Len(), others.Len()); found != "" {
		return found
	}
	for i := range terms.Len() { // the same word may have another number
		if found := unlike("a word", d.a.TermText(terms.At(i)), d.b.TermText(others.At(i))); found != "" {
			return found
		}
	}
	for t := range d.a.Terms().From(0) {
		text := d.a.TermText(t)
		other, there := d.b.Term(text)
		if found := first(
			unlike("whether it is known", true, there),
			unlike("which nodes have it", true, slices.Equal(slices.Collect(d.a.Postings(t).All()), slices.Collect(d.b.Postings(other).All()))),
		); found != "" {
			return fmt.Sprintf("the word %q: %s", text, found)
		}
	}
	for number := range d.a.nextNode {
		n := Node(number)
		if d.a.nodes.at(number).ref == 0 {
			continue
		}
		if found := unlike("how long its name is", d.a.NameLength(n), d.b.NameLength(n)); found != "" {
			return string(d.a.NodeID(n)) + ": " + found
		}
		if found := d.called(n); found != "" {
			return found
		}
	}
	return ""
}

// called compares who is found by the names of the node.
func (d differ) called(n Node) string {
	var keys []uint32
	text, _ := d.a.postings.of.at(uint32(n))
	keys, _ = readTexts(text)
	for _, key := range keys {
		a, b := d.a.postings.whole.bucket(key), d.b.postings.whole.bucket(key)
		entry := uint64(key)<<32 | uint64(n)
		if slices.Contains(a, entry) != slices.Contains(b, entry) {
			return fmt.Sprintf("%s: whether it is found by its names", d.a.NodeID(n))
		}
	}
	return ""
}
