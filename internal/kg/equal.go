package kg

import (
	"reflect"
	"slices"
)

// Equal reports whether both versions of a node say the same. Absent and empty
// lists are the same.
func (n *Node) Equal(other *Node) bool {
	return n.ID == other.ID && n.Type == other.Type && n.Name == other.Name &&
		slices.EqualFunc(n.Aliases, other.Aliases, Alias.Equal) &&
		n.Props.Equal(other.Props) &&
		slices.Equal(n.Citations, other.Citations)
}

// Equal reports whether both versions of a link say the same. Absent and empty
// lists are the same.
func (l *Link) Equal(other *Link) bool {
	return l.ID == other.ID && l.Relation == other.Relation && l.From == other.From && l.To == other.To &&
		l.Basis == other.Basis && l.Modality == other.Modality &&
		slices.Equal(l.Premises, other.Premises) &&
		l.Props.Equal(other.Props) &&
		slices.Equal(l.Citations, other.Citations)
}

// Equal reports whether both are the same name with the same citations.
func (a Alias) Equal(other Alias) bool {
	return a.Name == other.Name && slices.Equal(a.Citations, other.Citations)
}

// Equal reports whether both hold the same values.
func (p Props) Equal(other Props) bool {
	return len(p) == 0 && len(other) == 0 || reflect.DeepEqual(p, other)
}
