package index

import (
	"strings"

	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
)

// nodeRow is what is kept of a node at a fixed width. The row of a number that
// no node has is zero.
type nodeRow struct {
	ref    uint64 // of its record, packed; 0 for no node
	slot   uint32 // its place in the columns of its type
	degree uint32 // ends of links that are at the node
	cites  uint32 // see cited
	typ    uint16
}

// typeIndex is what the index keeps of one node type.
type typeIndex struct {
	slots   uint32 // that were given
	byID    List[Node]
	byName  List[Node]
	columns []columnData // of properties

	nameTallies *tallies
}

// newTypeIndex is that of no nodes, with so many columns of properties.
func newTypeIndex(columns int) *typeIndex {
	t := &typeIndex{columns: make([]columnData, columns), nameTallies: new(tallies)}
	for i := range t.columns {
		t.columns[i].tallies = new(tallies)
	}
	return t
}

// columnData is the values of a column by slot, and the nodes in their order.
type columnData struct {
	codes rows[uint64]
	texts texts // of text columns
	order List[Node]

	tallies *tallies // of the order
}

// Refs are packed into one word.
const (
	ordinalBits = 28
	maxOrdinal  = 1<<ordinalBits - 1
	maxRevision = 1<<(64-ordinalBits) - 1
)

func packRef(r kg.Ref) uint64 { return uint64(r.Revision)<<ordinalBits | uint64(r.Ordinal) }

func unpackRef(p uint64) kg.Ref {
	return kg.Ref{Revision: kg.Revision(p >> ordinalBits), Ordinal: uint32(p & maxOrdinal)}
}

// Size is the number of nodes and of links.
func (ix *Index) Size() (nodes, links int) { return ix.nodeHash.entries, ix.linkHash.entries }

// NextNumbers are the numbers that the next new node and link get.
func (ix *Index) NextNumbers() (node, link uint32) { return ix.nextNode, ix.nextLink }

// Node finds the node of that id.
func (ix *Index) Node(id kg.ID) (Node, bool) {
	hash := hashOf(string(id))
	for _, entry := range ix.nodeHash.bucket(hash) {
		if n := Node(entry); uint32(entry>>32) == hash && ix.NodeID(n) == id {
			return n, true
		}
	}
	return 0, false
}

// NodeID is the node's id.
func (ix *Index) NodeID(n Node) kg.ID {
	id, _ := ix.ids.at(uint32(n))
	return kg.ID(id)
}

// NodeName is the node's name.
func (ix *Index) NodeName(n Node) string {
	name, _ := ix.names.at(uint32(n))
	return name
}

// NodeType is the node's type.
func (ix *Index) NodeType(n Node) *ontology.NodeType {
	return ix.Ontology().NodeTypes[ix.nodes.at(uint32(n)).typ]
}

// NodeRef is the address of the record that wrote this version of the node.
func (ix *Index) NodeRef(n Node) kg.Ref { return unpackRef(ix.nodes.at(uint32(n)).ref) }

// CompareNodes orders nodes by id, byte by byte.
func (ix *Index) CompareNodes(a, b Node) int {
	if a == b {
		return 0
	}
	return strings.Compare(string(ix.NodeID(a)), string(ix.NodeID(b)))
}

// NodesOf lists the nodes of the type, by id.
func (ix *Index) NodesOf(t *ontology.NodeType) List[Node] { return ix.typeIndex(t).byID }

func (ix *Index) typeIndex(t *ontology.NodeType) *typeIndex { return ix.types[ix.schema.types[t]] }

// Columns lists the columns of the type, nil for nodes of any type: id, name,
// then the indexed properties in the order of the ontology, or the type. The
// same list, of the same columns, holds for all indexes of one ontology that
// descend from one New.
func (ix *Index) Columns(t *ontology.NodeType) []*Column { return ix.schema.columns[t] }

// Value is the node's value in the column, which must be one of its type's or of
// any type's.
func (ix *Index) Value(c *Column, n Node) Value {
	switch c.source {
	case fromID:
		return Value{1, string(ix.NodeID(n))}
	case fromName:
		return Value{1, ix.NodeName(n)}
	case fromType:
		return Value{code: uint64(ix.nodes.at(uint32(n)).typ) + 1}
	}
	row := ix.nodes.at(uint32(n))
	data := &ix.types[row.typ].columns[c.place]
	if !c.isText() {
		return Value{code: data.codes.at(row.slot)}
	}
	if text, present := data.texts.at(row.slot); present {
		return Value{1, text}
	}
	return Value{}
}

// Order lists the nodes of the column's type, which must not be nil, by value,
// those without one last, and then by id.
func (ix *Index) Order(c *Column) List[Node] {
	t := ix.typeIndex(c.Type)
	switch c.source {
	case fromID:
		return t.byID
	case fromName:
		return t.byName
	}
	return t.columns[c.place].order
}
