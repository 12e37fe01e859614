package search

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// letters are letters that Unicode does not take apart, as they are written
// without their marks.
var letters = map[rune]string{
	'ß': "ss", 'æ': "ae", 'œ': "oe", 'ø': "o", 'đ': "d", 'ð': "d", 'ħ': "h", 'ı': "i", 'ł': "l", 'þ': "th", 'ς': "σ",
}

// Fold is the text in lower case, its letters without marks and in their
// compatible forms (Unicode Standard Annex 15, NFKD): "É" is "e", "Ⅲ" is "iii".
func Fold(text string) string {
	plain := true
	for i := range len(text) {
		if c := text[i]; c >= utf8.RuneSelf {
			return foldRunes(text)
		} else if 'A' <= c && c <= 'Z' {
			plain = false
		}
	}
	if plain {
		return text
	}
	return strings.ToLower(text)
}

func foldRunes(text string) string {
	var b strings.Builder
	for _, r := range norm.NFKD.String(text) {
		if unicode.Is(unicode.Mn, r) {
			continue
		}
		r = unicode.ToLower(r)
		if plain, ok := letters[r]; ok {
			b.WriteString(plain)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}
