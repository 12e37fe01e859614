// Package ontology reads the node types and relations of the graph from their
// only source, the SDL in graph/schema/ontology, and checks nodes and links
// against them. The generator, the seed reader and the running server all use
// the Ontology that Parse returns; there is no second table.
package ontology

import (
	"ecpgraph/internal/kg"
)

// Ontology is what types and relations exist. It is never changed after Parse.
type Ontology struct {
	NodeTypes  []*NodeType  // by name
	Relations  []*Relation  // by name
	Enums      []*Enum      // by name
	ValueTypes []*ValueType // by name

	nodeTypes map[string]*NodeType
	prefixes  map[string]*NodeType
	relations map[string]*Relation
	relNames  map[string]*Relation
}

// NodeType is a kind of thing.
type NodeType struct {
	Name        string // "WorkingBody"
	Plural      string // the root field for all of them: "workingBodies"
	Description string
	Fields      []*Field // in the order of the SDL, without what every node has
	Gaps        []*Gap   // what nodes of the type may lack, in the order of the SDL
	Ends        []*End   // the relation fields, by name
	Uncited     bool     // no document need speak of its nodes: @node(cited: false)
	Period      *Period  // when nodes of the type are, where fields of it say so together; or nil
	File        string   // the SDL file that declares it

	fields map[string]*Field
	ends   map[string]*End
}

// Singular is the root field for one node of the type: "workingBody".
func (t *NodeType) Singular() string { return lowerFirst(t.Name) }

// Field returns the property of that name, or nil.
func (t *NodeType) Field(name string) *Field { return t.fields[name] }

// End returns the relation field of that name, or nil.
func (t *NodeType) End(name string) *End { return t.ends[name] }

// Relation is a kind of directed link.
type Relation struct {
	Name        string // "ResponsibleFor"
	Description string
	From, To    *Range
	Forward     string   // the field on the from side, which lists the to side
	Backward    string   // the field on the to side, which lists the from side
	Fields      []*Field // properties of the link, without what every link has
	Claim       *Claim   // what sources may differ on by its links; nil for nothing
	File        string   // the SDL file that declares it

	fields map[string]*Field
}

// Field returns the property of that name, or nil.
func (r *Relation) Field(name string) *Field { return r.fields[name] }

// EnumName is the relation's name as an enum value and in JSON Lines:
// "RESPONSIBLE_FOR".
func (r *Relation) EnumName() string { return kg.UpperSnake(r.Name) }

// Range is the set of types that may stand at one end of a relation.
type Range struct {
	Types []*NodeType // by name
	Any   bool        // declared as Node: every type, also those to come
}

// Single is the only type of the range, or nil when there are several.
func (r *Range) Single() *NodeType {
	if r.Any || len(r.Types) != 1 {
		return nil
	}
	return r.Types[0]
}

// Has reports whether nodes of the type may stand here.
func (r *Range) Has(t *NodeType) bool {
	for _, candidate := range r.Types {
		if candidate == t {
			return true
		}
	}
	return false
}

// Direction tells which end of a link one stands at.
type Direction uint8

// The two directions to look along a relation.
const (
	Out Direction = iota // from the from side to the to side
	In                   // from the to side to the from side
)

// String is "OUT" or "IN".
func (d Direction) String() string {
	if d == Out {
		return "OUT"
	}
	return "IN"
}

// End is a relation as seen from one side: a field on the types of that side
// that lists the nodes of the other.
type End struct {
	Relation  *Relation
	Direction Direction
}

// Field is the name of the relation field on the near side.
func (e *End) Field() string {
	if e.Direction == Out {
		return e.Relation.Forward
	}
	return e.Relation.Backward
}

// Far is the range of the nodes that the field lists.
func (e *End) Far() *Range {
	if e.Direction == Out {
		return e.Relation.To
	}
	return e.Relation.From
}

// Kind is the sort of value that a field holds.
type Kind string

// The kinds of value.
const (
	String      Kind = "String"
	Int         Kind = "Int"
	Boolean     Kind = "Boolean"
	PartialDate Kind = "PartialDate"
	URL         Kind = "URL"
	EnumKind    Kind = "enum"
	ValueKind   Kind = "value"
)

// Field is a property of a node type, a relation or a value type.
type Field struct {
	Name        string
	Description string
	Kind        Kind
	Enum        *Enum      // for EnumKind
	Value       *ValueType // for ValueKind
	List        bool
	Required    bool
	Indexed     bool // can be filtered and ordered by
	Unspecified Unspecified
}

// TypeName is the SDL name of the field's type, without list and "!".
func (f *Field) TypeName() string {
	switch f.Kind {
	case EnumKind:
		return f.Enum.Name
	case ValueKind:
		return f.Value.Name
	}
	return string(f.Kind)
}

// Enum is a closed list of words.
type Enum struct {
	Name        string
	Description string
	Values      []EnumValue // in the order of the SDL
	File        string
}

// EnumValue is one word of an Enum.
type EnumValue struct {
	Name, Description string
	Unspecified       Unspecified // what is left open where it stands
}

// Has reports whether the word is one of the enum's.
func (e *Enum) Has(name string) bool {
	for _, v := range e.Values {
		if v.Name == name {
			return true
		}
	}
	return false
}

// ValueType is a group of fields that lives inside a node or link and has no id
// of its own.
type ValueType struct {
	Name        string
	Description string
	Fields      []*Field
	Period      *Period // when values of the type are, where fields of it say so together; or nil
	File        string

	fields map[string]*Field
}

// Field returns the field of that name, or nil.
func (v *ValueType) Field(name string) *Field { return v.fields[name] }

// NodeType returns the type of that SDL name, or nil.
func (o *Ontology) NodeType(name string) *NodeType { return o.nodeTypes[name] }

// TypeOf returns the type that the id's prefix names, or nil.
func (o *Ontology) TypeOf(id kg.ID) *NodeType { return o.prefixes[id.Prefix()] }

// Relation returns the relation of that SDL name or enum name, or nil.
func (o *Ontology) Relation(name string) *Relation {
	if r := o.relations[name]; r != nil {
		return r
	}
	return o.relNames[name]
}
