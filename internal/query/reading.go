package query

import (
	"cmp"
	"slices"
	"strings"

	"ecpgraph/internal/index"
	"ecpgraph/internal/search"
)

// What a term counts for that a word of a search may mean: the more freely the
// word is read, the less.
const (
	asWritten   = 1.0
	asFolded    = 0.8 // an acronym's letters, as a word
	sameStem    = 0.9 // times that of the term that has the stem
	beginning   = 0.7
	oneTypo     = 0.6
	contraction = 0.5
	twoTypos    = 0.4
)

// MaxReadings is how many terms a word of a search may stand for. Those that
// count least, and of these the rarest, are left out.
const MaxReadings = 128

// minBeginning is how many letters a word has at least that is taken for the
// beginning of another, unless it is the last.
const minBeginning = 3

// reading is what a word of a search may mean.
type reading struct {
	terms []meaning
	cut   bool // whether terms were left out
}

// meaning is a term that the word may mean.
type meaning struct {
	term   index.Term
	weight float64
	nodes  int // that have it
}

// size is how many postings the terms have.
func (r *reading) size() int {
	sum := 0
	for _, m := range r.terms {
		sum += m.nodes
	}
	return sum
}

func (r *reading) add(ix *index.Index, t index.Term, weight float64) {
	for i := range r.terms {
		if r.terms[i].term == t {
			r.terms[i].weight = max(r.terms[i].weight, weight)
			return
		}
	}
	r.append(ix, t, weight)
}

func (r *reading) append(ix *index.Index, t index.Term, weight float64) {
	r.terms = append(r.terms, meaning{t, weight, ix.Postings(t).Len()})
}

// forms reads the word as it is, in all its forms.
func forms(ix *index.Index, w search.Word) reading {
	var r reading
	folded := asWritten
	if w.Acronym != "" {
		folded = asFolded
		if t, found := ix.Term(w.Acronym); found {
			r.add(ix, t, asWritten)
		}
	}
	if w.Text != "" {
		for _, text := range []string{w.Text, w.Text + search.Unstemmed} {
			if t, found := ix.Term(text); found {
				r.add(ix, t, folded)
			}
		}
		for _, t := range ix.TermsOfStem(search.Stem(w.Text)) {
			r.add(ix, t, folded*sameStem)
		}
	}
	return r
}

// readWord reads a word of a search: as it is, and as the beginning of other words
// when it is open, which the last one is; when no node has such a word, as the
// beginning of one, as misspelt, or as a contraction.
func (s *Selector) readWord(w search.Word, open bool) reading {
	r := forms(s.ix, w)
	if open && w.Text != "" {
		s.begins(&r, w.Text)
	}
	if len(r.terms) == 0 && w.Text != "" {
		if !open && len(w.Text) >= minBeginning {
			s.begins(&r, w.Text)
		}
		same := termsFrom(s.ix, search.Initial(w.Text))
		s.contracted(&r, w.Text, same)
		s.misspelt(&r, w.Text, same)
		if len(r.terms) == 0 { // the first letter may be wrong
			s.misspelt(&r, w.Text, span{0, s.ix.Terms().Len()})
		}
		for _, m := range slices.Clone(r.terms[:min(len(r.terms), MaxReadings)]) {
			for _, t := range s.ix.TermsOfStem(search.Stem(s.ix.TermText(m.term))) {
				r.add(s.ix, t, m.weight*sameStem)
			}
		}
	}
	slices.SortStableFunc(r.terms, func(a, b meaning) int {
		return cmp.Or(cmp.Compare(b.weight, a.weight), cmp.Compare(b.nodes, a.nodes))
	})
	if len(r.terms) > MaxReadings {
		r.terms, r.cut = r.terms[:MaxReadings], true
	}
	return r
}

// termsFrom is where the terms that begin so are among all.
func termsFrom(ix *index.Index, prefix string) span {
	list := ix.Terms()
	lo := list.Search(func(t index.Term) bool { return ix.TermText(t) >= prefix })
	hi := list.Search(func(t index.Term) bool {
		text := ix.TermText(t)
		return text > prefix && !strings.HasPrefix(text, prefix)
	})
	return span{lo, hi}
}

// begins adds the terms that begin with the word.
func (s *Selector) begins(r *reading, word string) {
	at, known, list := termsFrom(s.ix, word), len(r.terms), s.ix.Terms()
	for i := at.lo; i < at.hi && s.looked(1); i++ {
		t := list.At(i)
		if !slices.ContainsFunc(r.terms[:known], func(m meaning) bool { return m.term == t }) {
			r.append(s.ix, t, beginning)
		}
	}
}

// contracted adds the terms in the span that the word may be a contraction of.
func (s *Selector) contracted(r *reading, word string, in span) {
	list := s.ix.Terms()
	for i := in.lo; i < in.hi && s.looked(1); i++ {
		if t := list.At(i); search.IsContraction(word, search.Plain(s.ix.TermText(t))) {
			r.add(s.ix, t, contraction)
		}
	}
}

// misspelt adds the terms in the span that the word may be misspelt for.
func (s *Selector) misspelt(r *reading, word string, in span) {
	most := search.Typos(word)
	if most == 0 {
		return
	}
	list := s.ix.Terms()
	near := search.NewNear(word, most)
	for i := in.lo; i < in.hi && s.looked(1); {
		t := list.At(i)
		text := search.Plain(s.ix.TermText(t))
		distance, isNear, apart := near.Distance(text)
		i++
		switch {
		case isNear && distance <= 1:
			r.add(s.ix, t, oneTypo)
		case isNear:
			r.add(s.ix, t, twoTypos)
		case apart > 0:
			i = skip(s.ix, text[:apart], i, in.hi)
		}
	}
}

// skip is the place of the first term from i on, up to hi, that does not begin
// so. All up to there do.
func skip(ix *index.Index, prefix string, i, hi int) int {
	list := ix.Terms()
	return i + seek(hi-i, func(j int) bool { return !strings.HasPrefix(ix.TermText(list.At(i+j)), prefix) })
}
