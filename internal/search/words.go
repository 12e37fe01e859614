// Package search knows words: how a text is cut into them, which forms of a word
// belong together, and which words somebody may have meant who wrote another. It
// knows no graph and no index.
//
//	words.go  texts cut into folded words, acronyms told apart
//	fold.go   letters without case and marks
//	stem.go   English words without their endings
//	near.go   misspelt and contracted words
package search

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// MaxWord is how many bytes of a word count. The rest of a longer one is as if
// it were not there.
const MaxWord = 64

// Word is a word of a text.
type Word struct {
	// Text is the word folded: in lower case, without marks on its letters. It is
	// empty for an acronym that reads like a word which is not searched for, such
	// as IT.
	Text string
	// Acronym is the word as it stands, without marks, when it is all in capitals
	// (an s may follow, which is left out); else empty.
	Acronym string
	// Start and End are where it is in the text, in bytes.
	Start, End int
}

// stopWords say too little to be searched for.
var stopWords = []string{
	"a", "an", "and", "are", "as", "at", "be", "but", "by", "for", "from", "if", "in", "into", "is", "it", "its", "no", "not", "of", "on",
	"or", "such", "that", "the", "their", "then", "there", "these", "they", "this", "to", "was", "were", "will", "with",
}

// Unstemmed stands at the end of a term, which is what a word is looked up by,
// when the word is from a text that is not in English. No word has the sign in it,
// so Stem leaves such a term as it is.
const Unstemmed = "~"

// Plain is the term as its word is written.
func Plain(term string) string { return strings.TrimSuffix(term, Unstemmed) }

// Words appends the words of the text, in order. A word is a run of letters and
// digits, or one ideograph; a possessive 's is no part of it. Stop words are
// left out.
func Words(to []Word, text string) []Word {
	for at := 0; at < len(text); {
		r, size := decode(text, at)
		if !inWord(r) {
			at += size
			continue
		}
		start := at
		at += size
		if !isIdeograph(r) {
			for at < len(text) {
				r, size := decode(text, at)
				if !inWord(r) && !unicode.IsMark(r) || isIdeograph(r) {
					break
				}
				at += size
			}
		}
		if w, ok := wordOf(text[start:at]); ok {
			w.Start, w.End = start, at
			to = append(to, w)
		}
		at = skipPossessive(text, at)
	}
	return to
}

func decode(text string, at int) (rune, int) {
	if c := text[at]; c < utf8.RuneSelf {
		return rune(c), 1
	}
	return utf8.DecodeRuneInString(text[at:])
}

func inWord(r rune) bool {
	if r < utf8.RuneSelf {
		return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9'
	}
	return unicode.IsLetter(r) || unicode.IsNumber(r)
}

// isIdeograph tells the signs that are written without spaces between words.
func isIdeograph(r rune) bool {
	return r >= 0x2e80 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana)
}

// skipPossessive is the place behind an 's that stands at the place.
func skipPossessive(text string, at int) int {
	rest, ok := strings.CutPrefix(text[at:], "'")
	if !ok {
		rest, ok = strings.CutPrefix(text[at:], "’")
	}
	if !ok || rest == "" || rest[0]|0x20 != 's' {
		return at
	}
	rest = rest[1:]
	if r, _ := utf8.DecodeRuneInString(rest); rest != "" && inWord(r) {
		return at
	}
	return len(text) - len(rest)
}

// wordOf makes the word, or tells that it is not searched for.
func wordOf(text string) (Word, bool) {
	w := Word{Text: cut(Fold(text))}
	if acronym, ok := acronymOf(text); ok {
		w.Acronym = cut(acronym)
	}
	if _, stop := slices.BinarySearch(stopWords, w.Text); stop {
		w.Text = ""
	}
	return w, w.Text != "" || w.Acronym != ""
}

// acronymOf is the acronym that the text is: two capitals or more, digits among
// them, then nothing or an s.
func acronymOf(text string) (string, bool) {
	capitals := 0
	for i, r := range text {
		switch {
		case unicode.IsUpper(r):
			capitals++
		case unicode.IsMark(r) || unicode.IsNumber(r):
		case r == 's' && i == len(text)-1:
			text = text[:i]
		default:
			return "", false
		}
	}
	if capitals < 2 {
		return "", false
	}
	return strings.ToUpper(Fold(text)), true
}

// cut leaves out what of a word does not count.
func cut(word string) string {
	if len(word) <= MaxWord {
		return word
	}
	at := MaxWord
	for !utf8.RuneStart(word[at]) {
		at--
	}
	return word[:at]
}

// Key is the same for texts that have the same words in the same order.
func Key(words []Word) string {
	var b strings.Builder
	for i, w := range words {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(cmp.Or(w.Text, w.Acronym))
	}
	return b.String()
}
