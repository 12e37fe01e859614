package index

import (
	"iter"
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
	tx := begin(ix)
	for _, c := range commits {
		if c.Revision != tx.head.Revision+1 {
			return nil, kg.Errorf(kg.Corrupt, "index: %v cannot follow %v", c.Revision, tx.head.Revision)
		}
		if c.Revision > maxRevision || len(c.Records) > maxOrdinal+1 {
			return nil, kg.Errorf(kg.Corrupt, "index: %v with %d records is beyond what an index holds", c.Revision, len(c.Records))
		}
		for i := range c.Records {
			ref := kg.Ref{Revision: c.Revision, Ordinal: uint32(i)}
			if err := tx.record(&c.Records[i], packRef(ref)); err != nil {
				return nil, kg.Errorf(kg.Corrupt, "index: %v, record %d: %w", c.Revision, i, err)
			}
		}
		tx.head, tx.time = kg.Head{Revision: c.Revision, Digest: c.Digest}, c.Time
	}
	tx.finish()
	return tx.Index, nil
}

// transaction is an Index in the making. Records change rows and hash tables at
// once, so that each is held against the graph that those before it left. All
// that is ordered, and all text, waits for the finish, which knows the first
// and the last version of everything that was touched, and makes each page once.
type transaction struct {
	*Index
	base  *Index
	owner *owner

	touchedNodes versions[kg.Node]
	touchedLinks versions[kg.Link]

	ranks []uint32 // see rankNodes

	new         newPassages
	citingNodes citing[Node]
	citingLinks citing[Link]

	leftNodes, leftLinks pastEdit
}

func begin(ix *Index) *transaction {
	next := *ix
	next.types, next.linkCounts = slices.Clone(ix.types), slices.Clone(ix.linkCounts)
	return &transaction{
		Index: &next, base: ix, owner: new(owner),
		touchedNodes: versions[kg.Node]{first: ix.nextNode},
		touchedLinks: versions[kg.Link]{first: ix.nextLink},
		new: newPassages{
			documents: dictionaryEdit{base: &ix.cited.documents},
			locators:  dictionaryEdit{base: &ix.cited.locators},
		},
		citingNodes: citing[Node]{lists: &ix.cited.ofNodes},
		citingLinks: citing[Link]{lists: &ix.cited.ofLinks},
	}
}

// versions are the newest versions of what a transaction touches, by number;
// nil for what is deleted.
type versions[T any] struct {
	first   uint32 // the number that was the next at the start
	fresh   []*T   // from first on; nil also for numbers that were left out
	changed map[uint32]*T
}

func (v *versions[T]) put(number uint32, version *T) {
	if number < v.first {
		if v.changed == nil {
			v.changed = map[uint32]*T{}
		}
		v.changed[number] = version
		return
	}
	for uint32(len(v.fresh)) <= number-v.first {
		v.fresh = append(v.fresh, nil)
	}
	v.fresh[number-v.first] = version
}

// all yields the versions by number, among them nil for some numbers that were
// never used.
func (v *versions[T]) all() iter.Seq2[uint32, *T] {
	return func(yield func(uint32, *T) bool) {
		for _, n := range slices.Sorted(maps.Keys(v.changed)) {
			if !yield(n, v.changed[n]) {
				return
			}
		}
		for i, version := range v.fresh {
			if !yield(v.first+uint32(i), version) {
				return
			}
		}
	}
}

func (tx *transaction) record(r *kg.Record, ref uint64) error {
	switch r.Op {
	case kg.PutNode:
		return tx.putNode(r.Number, r.Node, ref)
	case kg.DeleteNode:
		return tx.deleteNode(r.ID, ref)
	case kg.PutLink:
		return tx.putLink(r.Number, r.Link, ref)
	case kg.DeleteLink:
		return tx.deleteLink(r.ID, ref)
	}
	return kg.Invalidf("no operation %d", r.Op)
}

// maxGap is how many numbers may be left out at a time. More is not the work of
// a committer, and would make tables of holes.
const maxGap = 1 << 20

// checkNew reports why the number cannot be that of something new.
func checkNew[ID ~string](id ID, what string, number, next uint32) error {
	switch {
	case number < next:
		return kg.Invalidf("%s: %s number %d was given before", id, what, number)
	case number-next > maxGap || number == ^uint32(0):
		return kg.Invalidf("%s: %s number %d is far above %d, which is the next", id, what, number, next)
	}
	return nil
}

// findNode finds the node of that id in the graph as the records so far left it.
func (tx *transaction) findNode(id kg.ID) (Node, bool) {
	hash := hashOf(string(id))
	for _, entry := range tx.nodeHash.bucket(hash) {
		if n := Node(entry); uint32(entry>>32) == hash && tx.nodeID(n) == id {
			return n, true
		}
	}
	return 0, false
}

// nodeID is the id of a node that is, or was before the transaction.
func (tx *transaction) nodeID(n Node) kg.ID {
	if uint32(n) >= tx.base.nextNode {
		return tx.touchedNodes.fresh[uint32(n)-tx.base.nextNode].ID
	}
	return tx.base.NodeID(n)
}

func (tx *transaction) putNode(number uint32, node *kg.Node, ref uint64) error {
	t := tx.Ontology().NodeType(node.Type)
	if t == nil {
		return kg.Invalidf("%s: the ontology has no type %q", node.ID, node.Type)
	}
	typ := tx.schema.types[t]
	if old, found := tx.findNode(node.ID); found {
		row := tx.nodes.at(uint32(old))
		if uint32(old) != number || row.typ != typ {
			return kg.Invalidf("%s: a new version must keep number %d and type %s", node.ID, old, tx.NodeType(old).Name)
		}
		tx.leftNodes.leave(number, row.ref)
		tx.nodes.edit(tx.owner, number).ref = ref
	} else {
		if err := checkNew(node.ID, "node", number, tx.nextNode); err != nil {
			return err
		}
		tx.nextNode = number + 1
		of := tx.editType(typ)
		*tx.nodes.edit(tx.owner, number) = nodeRow{ref: ref, typ: typ, slot: of.slots}
		of.slots++
		tx.nodeHash.insert(tx.owner, hashOf(string(node.ID)), number)
	}
	tx.touchedNodes.put(number, node)
	return nil
}

// editType is the transaction's own typeIndex of the type.
func (tx *transaction) editType(typ uint16) *typeIndex {
	if tx.types[typ] == tx.base.types[typ] {
		own := *tx.base.types[typ]
		own.columns = slices.Clone(own.columns)
		tx.types[typ] = &own
	}
	return tx.types[typ]
}

func (tx *transaction) deleteNode(id kg.ID, ref uint64) error {
	n, found := tx.findNode(id)
	if !found {
		return kg.Errorf(kg.NotFound, "%s: there is no such node to delete", id)
	}
	row := tx.nodes.at(uint32(n))
	if row.degree > 0 {
		return kg.Invalidf("%s: link %s still needs it", id, tx.someLink(n))
	}
	tx.leftNodes.bury(tx.owner, &tx.pastNodes, id, uint32(n), row.ref, ref)
	*tx.nodes.edit(tx.owner, uint32(n)) = nodeRow{}
	tx.nodeHash.remove(tx.owner, hashOf(string(id)), uint32(n))
	tx.touchedNodes.put(uint32(n), nil)
	return nil
}

// someLink is the id of the first link at the node, by relation field and id.
func (tx *transaction) someLink(n Node) kg.ID {
	for _, end := range tx.NodeType(n).Ends {
		var first kg.ID
		consider := func(id kg.ID) {
			if first == "" || id < first {
				first = id
			}
		}
		if uint32(n) < tx.base.nextNode {
			for e := range tx.base.Links(n, end).From(0) {
				if _, touched := tx.touchedLinks.changed[uint32(e.Link)]; !touched {
					consider(tx.base.LinkID(e.Link))
				}
			}
		}
		for l, link := range tx.touchedLinks.all() {
			row := tx.links.at(l)
			near := row.from
			if end.Direction == ontology.In {
				near = row.to
			}
			if link != nil && near == n && row.relation == tx.schema.relations[end.Relation] {
				consider(link.ID)
			}
		}
		if first != "" {
			return first
		}
	}
	return ""
}

// findLink finds the link of that id in the graph as the records so far left it.
func (tx *transaction) findLink(id kg.ID) (Link, bool) {
	hash := hashOf(string(id))
	for _, entry := range tx.linkHash.bucket(hash) {
		if l := Link(entry); uint32(entry>>32) == hash {
			if pieces := tx.linkPieces(l); pieces.is(id) {
				return l, true
			}
		}
	}
	return 0, false
}

// linkPieces are those of the id of a link that is, or was before the
// transaction.
func (tx *transaction) linkPieces(l Link) linkID {
	if uint32(l) >= tx.base.nextLink {
		return linkID{string(tx.freshLinkID(l))}
	}
	row := tx.base.links.at(uint32(l))
	return tx.base.pieces(l, &row)
}

// freshLinkID is the id of a link that the transaction made.
func (tx *transaction) freshLinkID(l Link) kg.ID {
	return tx.touchedLinks.fresh[uint32(l)-tx.base.nextLink].ID
}

func (tx *transaction) putLink(number uint32, link *kg.Link, ref uint64) error {
	r := tx.Ontology().Relation(link.Relation)
	if r == nil {
		return kg.Invalidf("%s: the ontology has no relation %q", link.ID, link.Relation)
	}
	from, err := tx.checkEnd(link.ID, link.From, r.From)
	if err != nil {
		return err
	}
	to, err := tx.checkEnd(link.ID, link.To, r.To)
	if err != nil {
		return err
	}
	row := linkRow{ref: ref, from: from, to: to, relation: tx.schema.relations[r]}
	row.form, _ = tx.schema.formOf(link, row.relation)
	if row.ground, err = groundOf(link); err != nil {
		return err
	}
	if l, found := tx.findLink(link.ID); found {
		if uint32(l) != number {
			return kg.Invalidf("%s: a new version must keep number %d", link.ID, l)
		}
		old := tx.links.at(number)
		row.cites = old.cites // until the finish
		tx.countLink(&old, -1)
		tx.leftLinks.leave(number, old.ref)
	} else {
		if err := checkNew(link.ID, "link", number, tx.nextLink); err != nil {
			return err
		}
		tx.nextLink = number + 1
		tx.linkHash.insert(tx.owner, hashOf(string(link.ID)), number)
	}
	*tx.links.edit(tx.owner, number) = row
	tx.countLink(&row, 1)
	tx.touchedLinks.put(number, link)
	return nil
}

// countLink keeps the degrees of the link's ends and the count of its relation.
func (tx *transaction) countLink(row *linkRow, by int32) {
	tx.nodes.edit(tx.owner, uint32(row.from)).degree += uint32(by)
	tx.nodes.edit(tx.owner, uint32(row.to)).degree += uint32(by)
	tx.linkCounts[row.relation] += uint32(by)
}

func (tx *transaction) checkEnd(link, node kg.ID, want *ontology.Range) (Node, error) {
	n, found := tx.findNode(node)
	if !found {
		return 0, kg.Invalidf("%s: there is no node %s to link", link, node)
	}
	if t := tx.NodeType(n); !want.Has(t) {
		return 0, kg.Invalidf("%s: the ontology lets no %s stand at that end, where %s is", link, t.Name, node)
	}
	return n, nil
}

// groundOf is the link's basis and modality as a row keeps them.
func groundOf(l *kg.Link) (uint8, error) {
	basis, modality := slices.Index(bases[:], l.Basis), slices.Index(modalities[:], l.Modality)
	if basis < 0 || modality < 0 {
		return 0, kg.Invalidf("%s: there is no basis %q or no modality %q", l.ID, l.Basis, l.Modality)
	}
	return uint8(basis<<4 | modality), nil
}

func (tx *transaction) deleteLink(id kg.ID, ref uint64) error {
	l, found := tx.findLink(id)
	if !found {
		return kg.Errorf(kg.NotFound, "%s: there is no such link to delete", id)
	}
	row := tx.links.edit(tx.owner, uint32(l))
	tx.countLink(row, -1)
	tx.leftLinks.bury(tx.owner, &tx.pastLinks, id, uint32(l), row.ref, ref)
	*row = linkRow{}
	tx.linkHash.remove(tx.owner, hashOf(string(id)), uint32(l))
	tx.touchedLinks.put(uint32(l), nil)
	return nil
}
