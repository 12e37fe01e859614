package index

import (
	"strings"

	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
)

// linkRow is what is kept of a link at a fixed width. The row of a number that
// no link has is zero.
type linkRow struct {
	ref      uint64 // of its record, packed; 0 for no link
	from, to Node
	cites    uint32 // see cited
	relation uint16
	form     idForm
	ground   uint8 // basis<<4 | modality, as their places in bases and modalities
}

// idForm tells how the id of a link follows from its row.
type idForm uint8

const (
	plainID idForm = iota // as kg.LinkID makes it without a key
	keyedID               // the same, # and the key that is among linkTexts
	ownID                 // another id, which is among linkTexts
)

// The bases and modalities by the number they are kept as.
var (
	bases      = [...]kg.Basis{"", kg.Stated, kg.Derived}
	modalities = [...]kg.Modality{"", kg.Asserted, kg.Planned, kg.Proposed, kg.Possible}
)

// formOf tells the form of the link's id and what of it is to be kept as text.
func (s *schema) formOf(l *kg.Link, relation uint16) (idForm, string) {
	rest, ok := strings.CutPrefix(string(l.ID), s.prefixes[relation])
	if ok {
		rest, ok = strings.CutPrefix(rest, string(l.From))
	}
	if ok {
		rest, ok = strings.CutPrefix(rest, ">")
	}
	if ok {
		rest, ok = strings.CutPrefix(rest, string(l.To))
	}
	switch {
	case ok && rest == "":
		return plainID, ""
	case ok && rest[0] == '#':
		return keyedID, rest[1:]
	}
	return ownID, string(l.ID)
}

// linkID is the pieces that a link's id is made of, the last ones may be empty.
type linkID [6]string

// pieces takes the id apart.
func (ix *Index) pieces(l Link, row *linkRow) linkID {
	if row.form == ownID {
		text, _ := ix.linkTexts.at(uint32(l))
		return linkID{text}
	}
	id := linkID{ix.schema.prefixes[row.relation], string(ix.NodeID(row.from)), ">", string(ix.NodeID(row.to))}
	if row.form == keyedID {
		id[4] = "#"
		id[5], _ = ix.linkTexts.at(uint32(l))
	}
	return id
}

// is reports whether the pieces make up the id.
func (p *linkID) is(id kg.ID) bool {
	rest := string(id)
	for _, piece := range p {
		var ok bool
		if rest, ok = strings.CutPrefix(rest, piece); !ok {
			return false
		}
	}
	return rest == ""
}

// compare orders ids as the whole texts would be, without making them.
func (p *linkID) compare(q *linkID) int {
	var x, y string
	i, j := 0, 0
	for {
		for ; x == "" && i < len(p); i++ {
			x = p[i]
		}
		for ; y == "" && j < len(q); j++ {
			y = q[j]
		}
		n := min(len(x), len(y))
		if n == 0 {
			return len(x) - len(y) // at most one of them goes on
		}
		if c := strings.Compare(x[:n], y[:n]); c != 0 {
			return c
		}
		x, y = x[n:], y[n:]
	}
}

// Link finds the link of that id.
func (ix *Index) Link(id kg.ID) (Link, bool) {
	hash := hashOf(string(id))
	for _, entry := range ix.linkHash.bucket(hash) {
		if l := Link(entry); uint32(entry>>32) == hash && ix.isLink(l, id) {
			return l, true
		}
	}
	return 0, false
}

func (ix *Index) isLink(l Link, id kg.ID) bool {
	row := ix.links.at(uint32(l))
	pieces := ix.pieces(l, &row)
	return pieces.is(id)
}

// LinkID is the link's id.
func (ix *Index) LinkID(l Link) kg.ID {
	row := ix.links.at(uint32(l))
	pieces := ix.pieces(l, &row)
	return kg.ID(strings.Join(pieces[:], ""))
}

// LinkRelation is the link's relation.
func (ix *Index) LinkRelation(l Link) *ontology.Relation {
	return ix.Ontology().Relations[ix.links.at(uint32(l)).relation]
}

// LinkEnds are the nodes that the link goes from and to.
func (ix *Index) LinkEnds(l Link) (from, to Node) {
	row := ix.links.at(uint32(l))
	return row.from, row.to
}

// LinkCount is how many links of the relation there are.
func (ix *Index) LinkCount(r *ontology.Relation) int {
	return int(ix.linkCounts[ix.schema.relations[r]])
}

// countLinks finds the counts from the rows, and reports false when a row is of
// no relation.
func (ix *Index) countLinks() bool {
	clear(ix.linkCounts)
	for i := range uint32(len(ix.links.pages.leaves) * leafSize) {
		page := ix.links.pages.at(i)
		if page == nil {
			continue
		}
		for j := range page {
			switch row := &page[j]; {
			case row.ref == 0:
			case int(row.relation) >= len(ix.linkCounts):
				return false
			default:
				ix.linkCounts[row.relation]++
			}
		}
	}
	return true
}

// LinkBasis is the ground that the link stands on.
func (ix *Index) LinkBasis(l Link) kg.Basis { return bases[ix.links.at(uint32(l)).ground>>4] }

// LinkModality is how firmly the source puts the link.
func (ix *Index) LinkModality(l Link) kg.Modality {
	return modalities[ix.links.at(uint32(l)).ground&15]
}

// LinkRef is the address of the record that wrote this version of the link.
func (ix *Index) LinkRef(l Link) kg.Ref { return unpackRef(ix.links.at(uint32(l)).ref) }

// CompareLinks orders links by id, byte by byte.
func (ix *Index) CompareLinks(a, b Link) int {
	if a == b {
		return 0
	}
	x, y := ix.links.at(uint32(a)), ix.links.at(uint32(b))
	p, q := ix.pieces(a, &x), ix.pieces(b, &y)
	return p.compare(&q)
}

// Links lists the links of the node along one relation field, by the id of the
// far node, then by their own.
func (ix *Index) Links(n Node, end *ontology.End) List[Edge] {
	return ix.adjacency.list(uint32(n), kindOf(ix.schema.relations[end.Relation], end.Direction))
}
