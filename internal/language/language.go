// Package language reads the tags of languages, and finds the name of a node in
// the language that is wanted. Tags are those of BCP 47.
package language

import (
	"strings"

	"golang.org/x/text/language"

	"ecpgraph/internal/kg"
)

// Parse returns the language of a tag, put into canonical form ("FR-ch" is fr-CH,
// "iw" is he). The error has code Invalid for a text that is no tag or has subtags
// that are not registered.
func Parse(tag string) (kg.Language, error) {
	parsed, err := language.Parse(tag)
	if err != nil || strings.Contains(tag, "_") {
		return kg.English, kg.Invalidf("%.40q is not the tag of a language: write a BCP 47 tag such as en, fr or zh-Hant", tag)
	}
	return of(parsed.String()), nil
}

// of is the language of a canonical tag.
func of(tag string) kg.Language {
	if tag == kg.English.Tag() {
		return kg.English
	}
	return kg.Language(tag)
}

// Check returns an error of code Invalid unless the language is as Parse returns
// it.
func Check(l kg.Language) error {
	if l == kg.English {
		return nil
	}
	canonical, err := Parse(l.Tag())
	if err == nil && canonical != l {
		err = kg.Invalidf("the language %q is written %q", string(l), string(canonical))
	}
	return err
}

// Wanted are languages asked for, the most wanted first: RFC 4647 calls it a
// language priority list.
type Wanted struct {
	asked  []string
	ranges [][]kg.Language // of each, from what is asked for to what is more general
}

// MaxWanted is how many languages may be asked for at once.
const MaxWanted = 20

// ParseWanted reads language ranges, each a tag or "*", which asks for the
// default. The error has code Invalid for what is neither, and Limit for more than
// MaxWanted.
func ParseWanted(asked []string) (Wanted, error) {
	if len(asked) > MaxWanted {
		return Wanted{}, kg.Errorf(kg.Limit, "languages: %d are more than the %d that may be asked for", len(asked), MaxWanted)
	}
	w := Wanted{asked: asked, ranges: make([][]kg.Language, len(asked))}
	for i, text := range asked {
		if text == "*" { // RFC 4647, section 3.4: a lookup passes over it
			continue
		}
		first, err := Parse(text)
		if err != nil {
			return Wanted{}, kg.Errorf(kg.Invalid, "languages: %w", err)
		}
		for tag := first.Tag(); tag != ""; tag = truncated(tag) {
			w.ranges[i] = append(w.ranges[i], of(tag))
		}
	}
	return w, nil
}

// truncated is the tag without its last subtag, and without a single letter or
// digit that would end it then; "" for a tag of one subtag.
func truncated(tag string) string {
	at := strings.LastIndexByte(tag, '-')
	if at < 0 {
		return ""
	}
	if tag = tag[:at]; len(tag) > 1 && tag[len(tag)-2] == '-' {
		tag = tag[:len(tag)-2]
	}
	return tag
}

// Lookup chooses one of so many languages as RFC 4647, section 3.4, does: of what
// is asked for, in order, the first that is there, or else what it is a kind of, as
// fr is of fr-CH. It returns its place, and which of what was asked for it
// answers; -1 and "" when none is there.
func (w Wanted) Lookup(count int, at func(i int) kg.Language) (place int, asked string) {
	for i, ranges := range w.ranges {
		for _, wanted := range ranges {
			for place := range count {
				if at(place) == wanted {
					return place, w.asked[i]
				}
			}
		}
	}
	return -1, ""
}

// Label is the name of the node in the first of the languages in which it has
// one, with that language and which of what was asked for it answers: its own
// name or a label among its aliases. Its own name, and "" for what was asked, when it
// has none in any of them.
func (w Wanted) Label(n *kg.Node) (name string, l kg.Language, asked string) {
	labels := []kg.Alias{{Name: n.Name, Language: n.Language}}
	for _, a := range n.Aliases {
		if a.Label {
			labels = append(labels, a)
		}
	}
	at, asked := w.Lookup(len(labels), func(i int) kg.Language { return labels[i].Language })
	label := labels[max(at, 0)]
	return label.Name, label.Language, asked
}
