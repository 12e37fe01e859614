package search

import (
	"bytes"
	"strings"
)

// Stem is what the forms of an English word have in common: that of "facilitate"
// and "facilitation" is "facilit". Words are folded. British and American
// spellings have the same stem. A word with other letters than those from a to z
// is its own.
//
// The algorithm is Porter2: M. F. Porter, "The English (Porter2) stemming
// algorithm", 2001, snowballstem.org/algorithms/english/stemmer.html. The names
// of the steps are those of its description.
func Stem(word string) string {
	for i := range len(word) {
		if word[i] < 'a' || word[i] > 'z' {
			return word
		}
	}
	return porter2(american(word))
}

// spellings are British endings and American ones.
var spellings = [][2]string{
	{"isations", "izations"}, {"isation", "ization"}, {"ising", "izing"}, {"isers", "izers"}, {"iser", "izer"}, {"ised", "ized"}, {"ises", "izes"},
	{"ise", "ize"}, {"ours", "ors"}, {"our", "or"}, {"tres", "ters"}, {"tre", "ter"}, {"mmes", "ms"}, {"mme", "m"},
}

// american is the word in American spelling, as far as the ending tells: three
// letters at least must come before it.
func american(word string) string {
	for _, s := range spellings {
		if rest, ok := strings.CutSuffix(word, s[0]); ok && len(rest) >= 3 {
			return rest + s[1]
		}
	}
	return word
}

// irregular are words with stems of their own.
var irregular = map[string]string{
	"skis": "ski", "skies": "sky", "dying": "die", "lying": "lie", "tying": "tie", "idly": "idl", "gently": "gentl", "ugly": "ugli",
	"early": "earli", "only": "onli", "singly": "singl",
	"sky": "sky", "news": "news", "howe": "howe", "atlas": "atlas", "cosmos": "cosmos", "bias": "bias", "andes": "andes",
}

// finished are words that end with step 1a.
var finished = map[string]bool{
	"inning": true, "outing": true, "canning": true, "herring": true, "earring": true, "proceed": true, "exceed": true, "succeed": true,
}

// suffix is an ending, and what takes its place.
type suffix struct{ from, to string }

// In each step the longest suffix that the word has decides.
var (
	step2 = []suffix{
		{"ization", "ize"}, {"ational", "ate"}, {"fulness", "ful"}, {"ousness", "ous"}, {"iveness", "ive"}, {"tional", "tion"}, {"biliti", "ble"},
		{"lessli", "less"}, {"entli", "ent"}, {"ation", "ate"}, {"alism", "al"}, {"aliti", "al"}, {"ousli", "ous"}, {"iviti", "ive"},
		{"fulli", "ful"}, {"enci", "ence"}, {"anci", "ance"}, {"abli", "able"}, {"izer", "ize"}, {"ator", "ate"}, {"alli", "al"},
		{"bli", "ble"}, {"ogi", "og"}, {"li", ""},
	}
	step3 = []suffix{
		{"ational", "ate"}, {"tional", "tion"}, {"alize", "al"}, {"icate", "ic"}, {"iciti", "ic"}, {"ative", ""}, {"ical", "ic"},
		{"ness", ""}, {"ful", ""},
	}
	step4 = []suffix{
		{"ement", ""}, {"ance", ""}, {"ence", ""}, {"able", ""}, {"ible", ""}, {"ment", ""}, {"ant", ""}, {"ent", ""}, {"ism", ""}, {"ate", ""},
		{"iti", ""}, {"ous", ""}, {"ive", ""}, {"ize", ""}, {"ion", ""}, {"al", ""}, {"er", ""}, {"ic", ""},
	}
)

// stemmer is a word that loses its endings. A y that is a consonant is a Y.
type stemmer struct {
	b      []byte
	r1, r2 int // where the regions of that name start
}

func porter2(word string) string {
	if len(word) <= 2 {
		return word
	}
	if stem, ok := irregular[word]; ok {
		return stem
	}
	s := stemmer{b: []byte(word)}
	for i, c := range s.b {
		if c == 'y' && (i == 0 || isVowel(s.b[i-1])) {
			s.b[i] = 'Y'
		}
	}
	s.regions()
	s.step1a()
	if finished[string(s.b)] {
		return string(s.b)
	}
	s.step1b()
	s.step1c()
	s.replace(step2, s.r1, func(f suffix, before byte) bool {
		switch f.from {
		case "ogi":
			return before == 'l'
		case "li":
			return strings.IndexByte("cdeghkmnrt", before) >= 0
		}
		return true
	})
	s.replace(step3, s.r1, func(f suffix, _ byte) bool { return f.from != "ative" || s.within(s.r2, f.from) })
	s.replace(step4, s.r2, func(f suffix, before byte) bool { return f.from != "ion" || before == 's' || before == 't' })
	s.step5()
	return string(bytes.ToLower(s.b))
}

func isVowel(c byte) bool {
	switch c {
	case 'a', 'e', 'i', 'o', 'u', 'y':
		return true
	}
	return false
}

// regions finds R1, which starts behind the first consonant that follows a
// vowel, and R2, which does the same in R1.
func (s *stemmer) regions() {
	from := func(start int) int {
		for i := start + 1; i < len(s.b); i++ {
			if !isVowel(s.b[i]) && isVowel(s.b[i-1]) {
				return i + 1
			}
		}
		return len(s.b)
	}
	s.r1 = from(0)
	for _, beginning := range []string{"gener", "commun", "arsen"} {
		if bytes.HasPrefix(s.b, []byte(beginning)) {
			s.r1 = len(beginning)
		}
	}
	s.r2 = from(s.r1)
}

func (s *stemmer) has(ending string) bool {
	return len(s.b) >= len(ending) && string(s.b[len(s.b)-len(ending):]) == ending
}

// within reports whether the ending, which the word has, is in the region.
func (s *stemmer) within(region int, ending string) bool { return len(s.b)-len(ending) >= region }

func (s *stemmer) drop(n int) { s.b = s.b[:len(s.b)-n] }

// hasVowel reports whether there is a vowel among the first n letters.
func (s *stemmer) hasVowel(n int) bool {
	for _, c := range s.b[:max(n, 0)] {
		if isVowel(c) {
			return true
		}
	}
	return false
}

// endsShort reports whether the first n letters end with a short syllable.
func (s *stemmer) endsShort(n int) bool {
	b := s.b[:n]
	switch {
	case n == 2:
		return isVowel(b[0]) && !isVowel(b[1])
	case n < 2:
		return false
	}
	last := b[n-1]
	return !isVowel(last) && last != 'w' && last != 'x' && last != 'Y' && isVowel(b[n-2]) && !isVowel(b[n-3])
}

// isShort reports whether the word is a short one.
func (s *stemmer) isShort() bool { return s.r1 >= len(s.b) && s.endsShort(len(s.b)) }

func (s *stemmer) step1a() {
	switch {
	case s.has("sses"):
		s.drop(2)
	case s.has("ied"), s.has("ies"):
		if len(s.b) > 4 {
			s.drop(2)
		} else {
			s.drop(1)
		}
	case s.has("us"), s.has("ss"):
	case s.has("s") && s.hasVowel(len(s.b)-2):
		s.drop(1)
	}
}

func (s *stemmer) step1b() {
	for _, ending := range []string{"eedly", "eed"} {
		if s.has(ending) {
			if s.within(s.r1, ending) {
				s.drop(len(ending) - 2)
			}
			return
		}
	}
	for _, ending := range []string{"ingly", "edly", "ing", "ed"} {
		if !s.has(ending) {
			continue
		}
		if !s.hasVowel(len(s.b) - len(ending)) {
			return
		}
		s.drop(len(ending))
		n := len(s.b)
		switch {
		case s.has("at"), s.has("bl"), s.has("iz"):
			s.b = append(s.b, 'e')
		case n >= 2 && s.b[n-1] == s.b[n-2] && strings.IndexByte("bdfgmnprt", s.b[n-1]) >= 0:
			s.drop(1)
		case s.isShort():
			s.b = append(s.b, 'e')
		}
		return
	}
}

func (s *stemmer) step1c() {
	if n := len(s.b); n > 2 && s.b[n-1]|0x20 == 'y' && !isVowel(s.b[n-2]) {
		s.b[n-1] = 'i'
	}
}

// replace puts what is to take its place for the longest of the suffixes that
// the word has, when it is in the region and the test, which gets the letter
// before it, lets it.
func (s *stemmer) replace(list []suffix, region int, allowed func(f suffix, before byte) bool) {
	for _, f := range list {
		if !s.has(f.from) {
			continue
		}
		before := byte(0)
		if at := len(s.b) - len(f.from); at > 0 {
			before = s.b[at-1]
		}
		if s.within(region, f.from) && allowed(f, before) {
			s.drop(len(f.from))
			s.b = append(s.b, f.to...)
		}
		return
	}
}

func (s *stemmer) step5() {
	n := len(s.b)
	switch {
	case s.has("e") && (s.within(s.r2, "e") || s.within(s.r1, "e") && !s.endsShort(n-1)):
		s.drop(1)
	case s.has("l") && s.within(s.r2, "l") && n > 1 && s.b[n-2] == 'l':
		s.drop(1)
	}
}
