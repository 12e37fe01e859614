package reference

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"ecpgraph/internal/kg"
	"ecpgraph/internal/search"
)

// Hit is a node that a search finds.
type Hit struct {
	ID    kg.ID
	Score float64
}

// fields are the words of a node's name, aliases and description.
type fields [3][]search.Word

func fieldsOf(n *Node) fields {
	var f fields
	f[0] = wordsIn(n.Language, n.Name)
	for _, a := range n.Aliases {
		f[1] = append(f[1], wordsIn(a.Language, a.Name)...)
	}
	if text, ok := n.Props[kg.PropDescription].(string); ok {
		f[2] = search.Words(nil, text)
	}
	return f
}

// wordsIn are the words of a text in the language, marked unless that is
// English.
func wordsIn(language kg.Language, text string) []search.Word {
	words := search.Words(nil, text)
	for i := range words {
		if language != kg.English && words[i].Text != "" {
			words[i].Text += search.Unstemmed
		}
	}
	return words
}

// count is how often the term is among the words.
func count(words []search.Word, term string) int {
	n := 0
	for _, w := range words {
		if w.Text == term || w.Acronym == term {
			n++
		}
	}
	return n
}

func (f *fields) has(term string) bool {
	return count(f[0], term)+count(f[1], term)+count(f[2], term) > 0
}

// textMatches: the node has each word of the text in one of its forms.
func textMatches(n *Node, text string) bool {
	words := search.Words(nil, text)
	f := fieldsOf(n)
	for _, w := range words {
		has := false
		for _, list := range f {
			for _, v := range list {
				same := w.Text != "" && v.Text != "" && search.Stem(v.Text) == search.Stem(w.Text)
				same = same || w.Text != "" && search.Plain(v.Text) == w.Text
				has = has || same || w.Acronym != "" && v.Acronym == w.Acronym
			}
		}
		if !has {
			return false
		}
	}
	return len(words) > 0
}

// Search lists all nodes that a search finds, in order: those of the types, all
// when there is none, that match the filter.
func (g *Graph) Search(text string, types []string, where map[string]any) []Hit {
	all := map[kg.ID]fields{}
	vocabulary := map[string]bool{}
	for id, n := range g.Nodes {
		f := fieldsOf(n)
		all[id] = f
		for _, words := range f {
			for _, w := range words {
				vocabulary[w.Text], vocabulary[w.Acronym] = true, true
			}
		}
	}
	delete(vocabulary, "")
	words := search.Words(nil, text)
	var meanings []map[string]float64 // of each word that is not a repetition
	var seen []search.Word
	for _, w := range words {
		same := func(v search.Word) bool { return v.Text == w.Text && v.Acronym == w.Acronym }
		if slices.ContainsFunc(seen, same) {
			continue
		}
		seen = append(seen, w)
		last := words[len(words)-1]
		meanings = append(meanings, meaningsOf(vocabulary, w, same(last) && last.End == len(text)))
	}
	scores, had, most := map[kg.ID]float64{}, map[kg.ID]int{}, 0
	inName := map[kg.ID]int{}
	top := 0.0
	for _, terms := range meanings {
		matching := 0
		for _, f := range all {
			if slices.ContainsFunc(slices.Collect(maps.Keys(terms)), f.has) {
				matching++
			}
		}
		rare := math.Log(1 + (float64(len(all)-matching)+0.5)/(float64(matching)+0.5))
		if len(terms) > 0 {
			top += 2.2 * rare
		}
		for id, f := range all {
			best, named := 0.0, false
			for term, weight := range terms {
				sum := 0.0
				for i, boost := range []float64{3, 2, 1} {
					if n := count(f[i], term); n > 0 {
						sum += boost * float64(n) / (0.25 + 0.75*float64(len(f[i]))/[]float64{4, 4, 10}[i])
					}
				}
				best = max(best, weight*rare*math.Round(10_000*sum*2.2/(1.2+sum))/10_000)
				named = named || count(f[0], term) > 0
			}
			if best > 0 {
				scores[id] += best
				had[id]++
			}
			if named {
				inName[id]++
			}
		}
	}
	for id := range scores {
		n := g.Nodes[id]
		wanted := (len(types) == 0 || slices.Contains(types, n.Type)) && g.matches(n, nil, where)
		if !wanted {
			delete(scores, id)
			continue
		}
		most = max(most, had[id])
	}
	var hits []Hit
	key := search.Key(words)
	for id, score := range scores {
		if had[id] < most {
			continue
		}
		n := g.Nodes[id]
		called := search.Key(search.Words(nil, n.Name)) == key
		for _, a := range n.Aliases {
			called = called || search.Key(search.Words(nil, a.Name)) == key
		}
		switch {
		case called:
			score += 2 * top
		case inName[id] == len(meanings) && len(all[id][0]) == len(words):
			score += top
		}
		hits = append(hits, Hit{id, math.Round(score*10_000) / 10_000})
	}
	slices.SortFunc(hits, func(a, b Hit) int { return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.ID, b.ID)) })
	return hits
}

// meaningsOf are the terms of the vocabulary that the word may mean, with what
// they count for.
func meaningsOf(vocabulary map[string]bool, w search.Word, open bool) map[string]float64 {
	terms := map[string]float64{}
	note := func(weight func(term string) float64) {
		for term := range vocabulary {
			if x := weight(term); x > 0 {
				terms[term] = max(terms[term], x)
			}
		}
	}
	folded := 1.0
	if w.Acronym != "" {
		folded = 0.8
		if vocabulary[w.Acronym] {
			terms[w.Acronym] = 1
		}
	}
	if w.Text == "" {
		return terms
	}
	note(func(term string) float64 {
		switch {
		case search.Plain(term) == w.Text:
			return folded
		case search.Stem(term) == search.Stem(w.Text):
			return folded * 0.9
		case open && strings.HasPrefix(term, w.Text):
			return 0.7
		}
		return 0
	})
	if len(terms) > 0 {
		return terms
	}
	near := func(term string) float64 {
		length, d := utf8.RuneCountInString(w.Text), apart([]rune(w.Text), []rune(search.Plain(term)))
		switch {
		case length > 3 && d <= 1:
			return 0.6
		case length > 7 && d <= 2:
			return 0.4
		}
		return 0
	}
	first := func(text string) rune { r, _ := utf8.DecodeRuneInString(text); return r }
	note(func(term string) float64 {
		if first(term) != first(w.Text) {
			return 0
		}
		x := near(term)
		if search.IsContraction(w.Text, search.Plain(term)) {
			x = max(x, 0.5)
		}
		if len(w.Text) >= 3 && strings.HasPrefix(term, w.Text) {
			x = 0.7
		}
		return x
	})
	if len(terms) == 0 {
		note(near)
	}
	for term, x := range maps.Clone(terms) {
		note(func(other string) float64 {
			if search.Stem(other) == search.Stem(term) {
				return x * 0.9
			}
			return 0
		})
	}
	return terms
}

// apart is the distance of optimal string alignment, by its definition.
func apart(a, b []rune) int {
	table := make([][]int, len(a)+1)
	for i := range table {
		table[i] = make([]int, len(b)+1)
		for j := range table[i] {
			switch {
			case i == 0 || j == 0:
				table[i][j] = i + j
				continue
			case a[i-1] == b[j-1]:
				table[i][j] = table[i-1][j-1]
			default:
				table[i][j] = 1 + table[i-1][j-1]
			}
			table[i][j] = min(table[i][j], 1+table[i-1][j], 1+table[i][j-1])
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				table[i][j] = min(table[i][j], 1+table[i-2][j-2])
			}
		}
	}
	return table[len(a)][len(b)]
}
