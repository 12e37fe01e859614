package kg

import (
	"encoding/hex"
	"time"
)

// Op says what a record does to the graph.
type Op uint8

// The four things that a record can do. The numbers are kept on disk.
const (
	PutNode    Op = 1 // a new node, or a new version of one
	DeleteNode Op = 2
	PutLink    Op = 3 // a new link, or a new version of one
	DeleteLink Op = 4
)

// Ref is the address of a record: the revision of the commit that wrote it and
// its place in that commit, from 0. What a Ref points to never changes.
type Ref struct {
	Revision Revision
	Ordinal  uint32
}

// Record is one immutable version of a node or link.
type Record struct {
	Op Op
	// Number is the node's or link's number: given when an id first appears,
	// kept by its later versions, and never given again after a deletion.
	// Nodes and links count apart, each from 0.
	Number uint32
	Node   *Node // for PutNode
	Link   *Link // for PutLink
	ID     ID    // for DeleteNode and DeleteLink: what goes
}

// Commit is one atomic change set.
type Commit struct {
	Time    time.Time // UTC, to the millisecond
	Author  string    // who changed the graph
	Reason  string    // why
	Records []Record

	// Set by the store; ignored by Append.
	Revision Revision
	Digest   Digest // over the commit's bytes and the digest of its parent
}

// TimeLayout is the form of the time of a commit: in UTC, to the millisecond.
const TimeLayout = "2006-01-02T15:04:05.000Z07:00"

// CommitHead is what a commit says of itself beside its records.
type CommitHead struct {
	Head
	Time           time.Time // UTC, to the millisecond
	Author, Reason string
	Records        uint32  // how many it has
	Wrote          *Counts // of them by operation; nil where the commit was written before commits said so
}

// Counts are how many records a commit has of each operation.
type Counts struct {
	NodesPut, NodesDeleted, LinksPut, LinksDeleted uint32
}

// Count adds a record of the operation; false when there is no such operation.
func (c *Counts) Count(op Op) bool {
	switch op {
	case PutNode:
		c.NodesPut++
	case DeleteNode:
		c.NodesDeleted++
	case PutLink:
		c.LinksPut++
	case DeleteLink:
		c.LinksDeleted++
	default:
		return false
	}
	return true
}

// Records is how many records there are in all.
func (c *Counts) Records() uint64 {
	return uint64(c.NodesPut) + uint64(c.NodesDeleted) + uint64(c.LinksPut) + uint64(c.LinksDeleted)
}

// Digest is a SHA-256 that chains a commit to all commits before it. The digest
// of the empty log is all zero.
type Digest [32]byte

// String is the digest in hex.
func (d Digest) String() string { return hex.EncodeToString(d[:]) }

// Head names the newest commit of a log. Two stores with equal heads hold equal
// logs.
type Head struct {
	Revision Revision
	Digest   Digest
}

// Change is a wish to alter the graph: nodes and links to write or delete, by
// id. What is equal to the graph already is left alone, so applying a Change
// twice is applying it once.
type Change struct {
	Author string
	Reason string

	PutNodes    []*Node
	PutLinks    []*Link
	DeleteNodes []ID // their links must be deleted too, or the change is refused
	DeleteLinks []ID
}
