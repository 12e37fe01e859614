package kg

// Basis says on what ground a link stands.
type Basis string

// The two grounds there are.
const (
	Stated  Basis = "STATED"  // a document says it
	Derived Basis = "DERIVED" // a rule concludes it from premises
)

// Modality says how firmly a source puts a link: a goal that a package may
// serve is not a goal that it serves.
type Modality string

// The modalities, from firm to weak.
const (
	Asserted Modality = "ASSERTED" // the source says that it is so
	Planned  Modality = "PLANNED"  // the source says that it will be, or is to be
	Proposed Modality = "PROPOSED" // the source suggests it, or invites discussion of it
	Possible Modality = "POSSIBLE" // the source says that it may or can be
)

// Firmness is the place of the modality from firm to weak: 0 is the firmest. What
// is no modality counts as weaker than all.
func (m Modality) Firmness() int {
	for i, known := range Modalities {
		if m == known {
			return i
		}
	}
	return len(Modalities)
}

// Modalities lists all there are, from firm to weak.
var Modalities = [...]Modality{Asserted, Planned, Proposed, Possible}

// Citation points to the passage of a document that supports a node, a link or
// an alias.
type Citation struct {
	Document ID     // the id of a Document node
	Locator  string // the place in it: "para 6", "section 5", "action row 16"
	// Checksum is the SHA-256 of the passage's text in hex, with white space
	// folded; empty when the seeds were written without the document at hand.
	Checksum string
}

// Alias is another name that a document uses for a node: an abbreviation, a
// variant wording, or its name in another language.
type Alias struct {
	Name     string
	Language Language
	// Label tells a name that stands for the node's own where its language is
	// wanted. A node has one at most in a language, and none in that of its name.
	Label     bool
	Citations []Citation
}

// Props holds properties by name. The values are what a record can keep:
// string (also for enums, dates and URLs), int64, bool, Props (a value type of
// the ontology) and []any of these. An absent property is absent, never nil.
type Props map[string]any

// Node is one version of a thing. A published Node is shared by all readers
// and never changed.
type Node struct {
	ID        ID
	Type      string   // the SDL name of its type: "WorkingBody"
	Name      string   // its title, as the documents write it
	Language  Language // of the name
	Aliases   []Alias
	Props     Props
	Citations []Citation
}

// Link is one version of a relation between two nodes. A published Link is
// shared by all readers and never changed.
type Link struct {
	ID        ID
	Relation  string // the SDL name of its relation: "ResponsibleFor"
	From, To  ID
	Basis     Basis
	Modality  Modality
	Premises  []ID // the links that a derived link follows from; none when stated
	Props     Props
	Citations []Citation
}

// Properties that every node or link may carry, whatever the ontology says.
const (
	// PropDescription of a node: what it is, in our own words.
	PropDescription = "description"
	// PropWording of a link: the few words of the source that state it.
	PropWording = "wording"
)
