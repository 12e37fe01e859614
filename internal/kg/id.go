package kg

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// MaxIDLength is the length in bytes that an ID may have at most.
const MaxIDLength = 512

// ID names a node or a link for ever: "tool:transit-guidelines",
// "action:ecp-3/16". The part before the first colon is the kebab-case name of
// the type (for a link, of its relation), so an id tells what it names. Ids
// survive export and import; clients treat them as opaque.
type ID string

// NodeID builds the id of a node of the type (in its SDL spelling) from its
// key: NodeID("WorkingBody", "ptc") is "working-body:ptc".
func NodeID(typeName, key string) ID {
	return ID(Kebab(typeName) + ":" + key)
}

// LinkID builds the id of the link of the relation (in its SDL spelling)
// between two nodes. The key tells parallel links apart and is empty for the
// only one: "responsible-for:working-body:ptc>action:ecp-3/9".
func LinkID(relation string, from, to ID, key string) ID {
	id := Kebab(relation) + ":" + string(from) + ">" + string(to)
	if key != "" {
		id += "#" + key
	}
	return ID(id)
}

// Prefix is the part before the first colon, empty when there is none.
func (id ID) Prefix() string {
	prefix, _, found := strings.Cut(string(id), ":")
	if !found {
		return ""
	}
	return prefix
}

// Validate reports what is wrong with the form of the id, or nil.
func (id ID) Validate() error {
	prefix, key, found := strings.Cut(string(id), ":")
	switch {
	case !found || prefix == "" || key == "":
		return Invalidf("id %q: want the form type:key, such as tool:transit-guidelines", id)
	case len(id) > MaxIDLength:
		return Invalidf("id %.40q…: %d bytes are more than the %d allowed", id, len(id), MaxIDLength)
	case !utf8.ValidString(string(id)):
		return Invalidf("id %q: not valid UTF-8", id)
	}
	for _, r := range id {
		if unicode.IsSpace(r) || unicode.IsControl(r) {
			return Invalidf("id %q: blanks and control characters are not allowed", id)
		}
	}
	return nil
}

// Kebab spells an SDL type name in lower case with hyphens, as ids do:
// "WorkingBody" becomes "working-body". It reads letter by letter, so a run of
// capitals is one word: "RKCRule" is "rkc-rule".
func Kebab(name string) string { return join(words(name), "-", strings.ToLower) }

// UpperSnake spells an SDL name as enum values are: "ResponsibleFor" becomes
// "RESPONSIBLE_FOR", "issuedIn" becomes "ISSUED_IN".
func UpperSnake(name string) string { return join(words(name), "_", strings.ToUpper) }

func join(parts []string, sep string, spell func(string) string) string {
	for i, p := range parts {
		parts[i] = spell(p)
	}
	return strings.Join(parts, sep)
}

// words cuts a camel-case name before each capital that starts a word.
func words(name string) []string {
	var parts []string
	start := 0
	runes := []rune(name)
	for i := 1; i < len(runes); i++ {
		lowerBefore := !unicode.IsUpper(runes[i-1])
		lowerAfter := i+1 < len(runes) && unicode.IsLower(runes[i+1])
		if unicode.IsUpper(runes[i]) && (lowerBefore || lowerAfter) {
			parts = append(parts, string(runes[start:i]))
			start = i
		}
	}
	return append(parts, string(runes[start:]))
}

// Revision numbers the commits of a store: the first is 1, each next one
// higher. 0 is the empty graph before any commit.
type Revision uint64

// String prints the revision as people write it: "revision 12".
func (r Revision) String() string { return fmt.Sprintf("revision %d", uint64(r)) }
