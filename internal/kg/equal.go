package kg

import (
	"maps"
	"slices"
)

// Equal reports whether both versions of a node say the same. Absent and empty
// lists are the same.
func (n *Node) Equal(other *Node) bool {
	return n.ID == other.ID && n.Type == other.Type && n.Name == other.Name && n.Language == other.Language &&
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

// Equal reports whether both are the same name in the same language, for the
// same use and with the same citations.
func (a Alias) Equal(other Alias) bool {
	return a.Name == other.Name && a.Language == other.Language && a.Label == other.Label && slices.Equal(a.Citations, other.Citations)
}

// Equal reports whether both hold the same values; nil lists and Props are the
// same as empty ones, and neither is the same as an absent one.
func (p Props) Equal(other Props) bool { return maps.EqualFunc(p, other, equalValues) }

func equalValues(a, b any) bool {
	switch x := a.(type) {
	case Props:
		y, ok := b.(Props)
		return ok && x.Equal(y)
	case []any:
		y, ok := b.([]any)
		return ok && slices.EqualFunc(x, y, equalValues)
	}
	switch b.(type) {
	case Props, []any:
		return false
	}
	return a == b
}
