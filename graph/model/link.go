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
	view *index.Index
	link *index.Link
}

// Basis is the ground that the link stands on.
func (l LinkBase) Basis() Basis { return Basis(l.link.Basis) }

// Modality is how firmly the source puts the link.
func (l LinkBase) Modality() Modality { return Modality(l.link.Modality) }

// Wording is the words of the source, nil when none are kept.
func (l LinkBase) Wording() *string { return textOf(l.link.Props, kg.PropWording) }

// Citations are the passages that state the link, in the order of the data.
func (l LinkBase) Citations() []*Citation { return citations(l.view, l.link.Citations) }

func (l LinkBase) props() kg.Props { return l.link.Props }

func (l LinkBase) end(id kg.ID) NodeBase { return NodeBase{l.view, l.view.Node(id)} }

// Link is the Go side of the GraphQL type.
type Link struct{ LinkBase }

// ID is the link's id.
func (l *Link) ID() string { return string(l.link.ID) }

// Relation is the relation in capitals, such as RESPONSIBLE_FOR.
func (l *Link) Relation() string { return l.link.Rel.EnumName() }

// From is the node that the link starts from.
func (l *Link) From() Node { return wrap(l.end(l.link.From)) }

// To is the node that the link leads to.
func (l *Link) To() Node { return wrap(l.end(l.link.To)) }

// Premises are the links that it follows from, in the order of the data.
func (l *Link) Premises() []*Link {
	list := make([]*Link, 0, len(l.link.Premises))
	for _, id := range l.link.Premises {
		if premise := l.view.Link(id); premise != nil {
			list = append(list, &Link{LinkBase{l.view, premise}})
		}
	}
	return list
}

// FindLink returns the link of that id, or nil.
func FindLink(ctx context.Context, id string) *Link {
	view := View(ctx)
	l := view.Link(kg.ID(id))
	if l == nil {
		return nil
	}
	return &Link{LinkBase{view, l}}
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
func (e RelationEdge) far() NodeBase { return e.end(e.link.FarID(e.direction)) }
