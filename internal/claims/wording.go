package claims

import (
	"slices"
	"strings"
	"unicode/utf8"

	"ecpgraph/internal/kg"
	"ecpgraph/internal/search"
)

// phrase is a name by its words.
type phrase struct {
	language kg.Language
	words    []search.Word
}

func phraseOf(name string, language kg.Language) phrase {
	return phrase{language, search.Words(nil, name)}
}

// agrees reports whether the names are in one language and one of them says no more
// than the other does: each of its words is one of the other, in some form, or
// stands for words of the other as an acronym, or for an acronym of it with its
// neighbours.
func (p phrase) agrees(q phrase) bool {
	return p.language == q.language && (p.within(q) || q.within(p))
}

func (p phrase) within(q phrase) bool {
	for i, w := range p.words {
		if !q.has(w, p.language) && !q.spells(w.Acronym) && !p.spelledAt(i, q) {
			return false
		}
	}
	return true
}

// has reports whether the word is one of the phrase.
func (p phrase) has(w search.Word, language kg.Language) bool {
	return slices.ContainsFunc(p.words, func(v search.Word) bool {
		switch {
		case w.Text == "" || v.Text == "":
			return w.Acronym != "" && w.Acronym == v.Acronym
		case language != kg.English:
			return w.Text == v.Text
		}
		return search.Stem(w.Text) == search.Stem(v.Text)
	})
}

// initials are the first letters of the words, in capitals.
func (p phrase) initials() string {
	var b strings.Builder
	for _, w := range p.words {
		text := w.Text
		if text == "" {
			text = w.Acronym
		}
		_, size := utf8.DecodeRuneInString(text)
		b.WriteString(strings.ToUpper(text[:size]))
	}
	return b.String()
}

// spells reports whether the acronym is made of the first letters of neighbouring
// words.
func (p phrase) spells(acronym string) bool {
	return acronym != "" && strings.Contains(p.initials(), acronym)
}

// spelledAt reports whether the word at the place is one of neighbours of whose
// first letters the other phrase has the acronym.
func (p phrase) spelledAt(place int, q phrase) bool {
	initials := []rune(p.initials())
	return slices.ContainsFunc(q.words, func(w search.Word) bool {
		acronym := []rune(w.Acronym)
		for start := max(0, place-len(acronym)+1); len(acronym) > 0 && start <= place && start+len(acronym) <= len(initials); start++ {
			if slices.Equal(initials[start:start+len(acronym)], acronym) {
				return true
			}
		}
		return false
	})
}
