// Package outline says how the text of a document falls into passages that can
// be cited. An outline holds no text: it tells where each passage starts, and
// the checksum of what it held when it was cited, so that whoever has the
// document can cut it and compare.
package outline

import (
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"strings"

	"ecpgraph/internal/kg"
)

// Outline is how one document falls into passages.
type Outline struct {
	Document kg.ID  // the node that stands for the document
	File     string // its file name among the sources
	// Ignore are patterns of lines that belong to no passage, such as the
	// header of a table.
	Ignore   []*regexp.Regexp
	Passages []Passage // in the order of the document, by Add

	places map[string]int // in Passages, by locator
}

// Passage is a piece of a document that a citation can point to. It starts at
// the first line that matches, after the line where the passage before it
// starts, and ends where the next one starts.
type Passage struct {
	Locator  string         // "para 6", "action row 16"
	Kind     string         // a PassageKind of the ontology, or "" where the locator does not tell
	Match    *regexp.Regexp // nil finds nothing
	Checksum string         // that of its text, or "" when not taken yet
	Uncited  string         // the reason why nothing cites it, or ""
}

// Add puts the passage behind the others. It reports false, and adds nothing,
// when there is one of that locator.
func (o *Outline) Add(p Passage) bool {
	if _, given := o.places[p.Locator]; given {
		return false
	}
	if o.places == nil {
		o.places = map[string]int{}
	}
	o.places[p.Locator] = len(o.Passages)
	o.Passages = append(o.Passages, p)
	return true
}

// Place is where the passage of that locator stands in Passages; false when
// there is none.
func (o *Outline) Place(locator string) (int, bool) {
	i, ok := o.places[locator]
	return i, ok
}

// Passage returns the passage of that locator, or nil.
func (o *Outline) Passage(locator string) *Passage {
	if i, ok := o.places[locator]; ok {
		return &o.Passages[i]
	}
	return nil
}

// Locators lists the locators of the passages, in order.
func (o *Outline) Locators() []string {
	names := make([]string, len(o.Passages))
	for i := range o.Passages {
		names[i] = o.Passages[i].Locator
	}
	return names
}

// Checksum is the SHA-256 in hex of a passage's text, in which every run of
// white space counts as one blank and the ends are trimmed.
func Checksum(text string) string {
	sum := sha256.Sum256([]byte(strings.Join(strings.Fields(text), " ")))
	return hex.EncodeToString(sum[:])
}

// IsChecksum reports whether the text is a SHA-256 in lower-case hex.
func IsChecksum(text string) bool {
	for i := range len(text) {
		if c := text[i]; (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return len(text) == 64
}
