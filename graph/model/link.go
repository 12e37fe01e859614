package model

import (
	"context"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
)

// LinkBase is what Link and the edges of all relations share: one link at one
// revision.
type LinkBase struct {
	reader *reader
	link   *link
}

// Basis is the ground that the link stands on.
func (l LinkBase) Basis() Basis { return Basis(l.link.Basis) }

// Modality is how firmly the source puts the link.
func (l LinkBase) Modality() Modality { return Modality(l.link.Modality) }

// Wording is the words of the source, nil when none are kept.
func (l LinkBase) Wording() *string { return textOf(l.link.Props, kg.PropWording) }

// Citations are the passages that state the link, in the order of the data.
func (l LinkBase) Citations() []*Citation { return citations(l.reader, l.link.Citations) }

func (l LinkBase) props() kg.Props { return l.link.Props }

// end is the node of an id that another node or link names, so it is there.
func (r *reader) end(id kg.ID) NodeBase {
	n, _ := r.Index.Node(id)
	return r.base(n)
}

// Link is the Go side of the GraphQL type.
type Link struct{ LinkBase }

// ID is the link's id.
func (l *Link) ID() string { return string(l.link.ID) }

// Relation is the relation in capitals, such as RESPONSIBLE_FOR.
func (l *Link) Relation() string { return l.reader.Index.LinkRelation(l.link.number).EnumName() }

// From is the node that the link starts from.
func (l *Link) From() Node { return wrap(l.reader.end(l.link.From)) }

// To is the node that the link leads to.
func (l *Link) To() Node { return wrap(l.reader.end(l.link.To)) }

// Premises are the links that it follows from, in the order of the data.
func (l *Link) Premises() []*Link {
	var numbers []index.Link
	for _, id := range l.link.Premises {
		if premise, ok := l.reader.Index.Link(id); ok {
			numbers = append(numbers, premise)
		}
	}
	return l.reader.asLinks(numbers)
}

// asLinks are the links of those numbers, in their order.
func (r *reader) asLinks(numbers []index.Link) []*Link {
	list := make([]*Link, len(numbers))
	for i, l := range r.links(numbers) {
		list[i] = &Link{LinkBase{r, l}}
	}
	return list
}

// FindLink returns the link of that id, or nil.
func FindLink(ctx context.Context, id string) *Link {
	r := read(ctx)
	l, ok := r.Index.Link(kg.ID(id))
	if !ok {
		return nil
	}
	return r.asLinks([]index.Link{l})[0]
}

// RelationEdge is a link as the edge of a relation field.
type RelationEdge struct {
	LinkBase
	direction ontology.Direction
	cursor    string
}

// Cursor is the edge's place, for after and before.
func (e RelationEdge) Cursor() string { return e.cursor }

// Link is the link itself.
func (e RelationEdge) Link() *Link { return &Link{e.LinkBase} }

// far is the node at the other end.
func (e RelationEdge) far() NodeBase {
	if e.direction == ontology.Out {
		return e.reader.end(e.link.To)
	}
	return e.reader.end(e.link.From)
}
