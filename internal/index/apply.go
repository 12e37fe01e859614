package index

import (
	"cmp"
	"maps"
	"slices"

	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
)

// Apply derives the graph after the commits, which must follow the Index's
// revision without a gap. A record that does not fit the graph (an unknown
// type, a number given twice, a link without its nodes) is an error of code
// Corrupt, and ix stays what it is in any case.
func (ix *Index) Apply(commits ...kg.Commit) (*Index, error) {
	if len(commits) == 0 {
		return ix, nil
	}
	b := &builder{
		Index: &Index{
			ontology: ix.ontology, head: ix.head, time: ix.time,
			nodes: cloned(ix.nodes), links: cloned(ix.links),
			byType: cloned(ix.byType), adjacency: cloned(ix.adjacency), cited: cloned(ix.cited),
			nextNode: ix.nextNode, nextLink: ix.nextLink,
		},
		types:  map[*ontology.NodeType]*edits[*Node]{},
		ends:   map[adjacencyKey]*edits[*Link]{},
		citing: map[passage]*citingEdits{},
	}
	for _, c := range commits {
		if c.Revision != b.head.Revision+1 {
			return nil, kg.Errorf(kg.Corrupt, "index: %v cannot follow %v", c.Revision, b.head.Revision)
		}
		for i, r := range c.Records {
			ref := kg.Ref{Revision: c.Revision, Ordinal: uint32(i)}
			if err := b.record(r, ref); err != nil {
				return nil, kg.Errorf(kg.Corrupt, "index: %v, record %d: %w", c.Revision, i, err)
			}
		}
		b.head, b.time = kg.Head{Revision: c.Revision, Digest: c.Digest}, c.Time
	}
	b.finish()
	return b.Index, nil
}

func cloned[K comparable, V any](m map[K]V) map[K]V {
	if m == nil {
		return map[K]V{}
	}
	return maps.Clone(m)
}

// builder is an Index in the making. Its maps are its own, the lists in them
// are shared with the Index it came from: changes to a list are gathered as
// edits and end in one new list.
type builder struct {
	*Index
	types  map[*ontology.NodeType]*edits[*Node]
	ends   map[adjacencyKey]*edits[*Link]
	citing map[passage]*citingEdits
}

// edits are the elements that leave and join a list. An element is replaced by
// removing the old version and adding the new one.
type edits[E comparable] struct {
	removed map[E]bool
	added   []E
}

func (e *edits[E]) remove(element E) {
	if e.removed == nil {
		e.removed = map[E]bool{}
	}
	e.removed[element] = true
}

// applyTo makes the new list, in order; the old one stays as it is.
func (e *edits[E]) applyTo(old []E, order func(a, b E) int) []E {
	list := make([]E, 0, len(old)+len(e.added))
	for _, part := range [][]E{old, e.added} {
		for _, element := range part {
			if !e.removed[element] {
				list = append(list, element)
			}
		}
	}
	slices.SortFunc(list, order)
	return list
}

type citingEdits struct {
	nodes edits[*Node]
	links edits[*Link]
}

// editsAt returns the edits of a list, making them at the first use.
func editsAt[K comparable, E any](m map[K]*E, key K) *E {
	e := m[key]
	if e == nil {
		e = new(E)
		m[key] = e
	}
	return e
}

func (b *builder) record(r kg.Record, ref kg.Ref) error {
	switch r.Op {
	case kg.PutNode:
		return b.putNode(r, ref)
	case kg.DeleteNode:
		return b.deleteNode(r.ID)
	case kg.PutLink:
		return b.putLink(r, ref)
	case kg.DeleteLink:
		return b.deleteLink(r.ID)
	}
	return kg.Invalidf("no operation %d", r.Op)
}

func (b *builder) putNode(r kg.Record, ref kg.Ref) error {
	t := b.ontology.NodeType(r.Node.Type)
	if t == nil {
		return kg.Invalidf("%s: the ontology has no type %q", r.Node.ID, r.Node.Type)
	}
	if old := b.nodes[r.Node.ID]; old != nil {
		if old.Number != r.Number || old.NodeType != t {
			return kg.Invalidf("%s: a new version must keep number %d and type %s", r.Node.ID, old.Number, old.Type)
		}
		b.takeOut(old)
	} else if r.Number < b.nextNode {
		return kg.Invalidf("%s: node number %d was given before", r.Node.ID, r.Number)
	} else {
		b.nextNode = r.Number + 1
	}
	n := &Node{Node: r.Node, NodeType: t, Number: r.Number, Ref: ref}
	b.nodes[n.ID] = n
	e := editsAt(b.types, t)
	e.added = append(e.added, n)
	for p := range passagesOfNode(n.Node) {
		e := editsAt(b.citing, p)
		e.nodes.added = append(e.nodes.added, n)
	}
	return nil
}

// takeOut removes the node from all lists that hold it by itself.
func (b *builder) takeOut(n *Node) {
	editsAt(b.types, n.NodeType).remove(n)
	for p := range passagesOfNode(n.Node) {
		editsAt(b.citing, p).nodes.remove(n)
	}
}

func (b *builder) deleteNode(id kg.ID) error {
	n := b.nodes[id]
	if n == nil {
		return kg.Errorf(kg.NotFound, "%s: there is no such node to delete", id)
	}
	for _, end := range n.NodeType.Ends {
		if links := b.current(adjacencyKey{id, end.Relation, end.Direction}); len(links) > 0 {
			return kg.Invalidf("%s: link %s still needs it", id, links[0].ID)
		}
	}
	b.takeOut(n)
	delete(b.nodes, id)
	return nil
}

// current is a list of links with the edits made so far.
func (b *builder) current(key adjacencyKey) []*Link {
	list := b.adjacency[key]
	if e := b.ends[key]; e != nil {
		list = e.applyTo(list, func(x, y *Link) int { return cmp.Compare(x.ID, y.ID) })
	}
	return list
}

func (b *builder) putLink(r kg.Record, ref kg.Ref) error {
	rel := b.ontology.Relation(r.Link.Relation)
	if rel == nil {
		return kg.Invalidf("%s: the ontology has no relation %q", r.Link.ID, r.Link.Relation)
	}
	if err := b.checkEnd(r.Link.ID, r.Link.From, rel.From); err != nil {
		return err
	}
	if err := b.checkEnd(r.Link.ID, r.Link.To, rel.To); err != nil {
		return err
	}
	if old := b.links[r.Link.ID]; old != nil {
		if old.Number != r.Number {
			return kg.Invalidf("%s: a new version must keep number %d", r.Link.ID, old.Number)
		}
		b.unlink(old)
	} else if r.Number < b.nextLink {
		return kg.Invalidf("%s: link number %d was given before", r.Link.ID, r.Number)
	} else {
		b.nextLink = r.Number + 1
	}
	l := &Link{Link: r.Link, Rel: rel, Number: r.Number, Ref: ref}
	b.links[l.ID] = l
	for _, d := range []ontology.Direction{ontology.Out, ontology.In} {
		e := editsAt(b.ends, adjacencyKey{l.NearID(d), rel, d})
		e.added = append(e.added, l)
	}
	for p := range passagesOf(l.Citations) {
		e := editsAt(b.citing, p)
		e.links.added = append(e.links.added, l)
	}
	return nil
}

func (b *builder) checkEnd(link, node kg.ID, want *ontology.Range) error {
	n := b.nodes[node]
	if n == nil {
		return kg.Invalidf("%s: there is no node %s to link", link, node)
	}
	if !want.Has(n.NodeType) {
		return kg.Invalidf("%s: the ontology lets no %s stand at that end, where %s is", link, n.NodeType.Name, node)
	}
	return nil
}

// unlink removes the link from all lists.
func (b *builder) unlink(l *Link) {
	for _, d := range []ontology.Direction{ontology.Out, ontology.In} {
		editsAt(b.ends, adjacencyKey{l.NearID(d), l.Rel, d}).remove(l)
	}
	for p := range passagesOf(l.Citations) {
		editsAt(b.citing, p).links.remove(l)
	}
}

func (b *builder) deleteLink(id kg.ID) error {
	l := b.links[id]
	if l == nil {
		return kg.Errorf(kg.NotFound, "%s: there is no such link to delete", id)
	}
	b.unlink(l)
	delete(b.links, id)
	return nil
}

func (b *builder) finish() {
	for t, e := range b.types {
		b.byType[t] = e.applyTo(b.byType[t], byNodeID)
	}
	for key, e := range b.ends {
		put(b.adjacency, key, e.applyTo(b.adjacency[key], byFarID(key.direction)))
	}
	for p, e := range b.citing {
		old := b.cited[p]
		now := Cited{Nodes: e.nodes.applyTo(old.Nodes, byNodeID), Links: e.links.applyTo(old.Links, byLinkID)}
		if len(now.Nodes)+len(now.Links) == 0 {
			delete(b.cited, p)
			continue
		}
		b.cited[p] = now
	}
}

func put[K comparable, E any](m map[K][]E, key K, list []E) {
	if len(list) == 0 {
		delete(m, key)
		return
	}
	m[key] = list
}

func byNodeID(a, b *Node) int { return cmp.Compare(a.ID, b.ID) }
func byLinkID(a, b *Link) int { return cmp.Compare(a.ID, b.ID) }

func byFarID(d ontology.Direction) func(a, b *Link) int {
	return func(a, b *Link) int {
		return cmp.Or(cmp.Compare(a.FarID(d), b.FarID(d)), cmp.Compare(a.ID, b.ID))
	}
}

// passagesOfNode is the set of passages that the node or one of its aliases cites.
func passagesOfNode(n *kg.Node) map[passage]bool {
	set := passagesOf(n.Citations)
	for _, a := range n.Aliases {
		maps.Copy(set, passagesOf(a.Citations))
	}
	return set
}

func passagesOf(citations []kg.Citation) map[passage]bool {
	set := map[passage]bool{}
	for _, c := range citations {
		set[passage{c.Document, c.Locator}] = true
	}
	return set
}
