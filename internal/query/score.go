package query

import (
	"math"
	"math/bits"
	"slices"

	"ecpgraph/internal/index"
	"ecpgraph/internal/search"
)

// Scores are BM25F: Robertson, Zaragoza and Taylor, "Simple BM25 extension to
// multiple weighted fields" (CIKM 2004), with the inverse document frequency
// that Lucene uses, which is never negative. A word counts as the best of its
// meanings does.
const (
	saturation      = 1.2  // k1: how soon more of the same word counts no more
	lengthInfluence = 0.75 // b: how much less a word counts in a long text
)

// fieldWeights are how much a word counts in each field.
var fieldWeights = [index.Fields]float64{
	index.NameField: 3, index.AliasField: 2, index.DescriptionField: 1,
}

// rarity is the inverse document frequency of a word that so many of all nodes
// have.
func rarity(having, all int) float64 {
	return math.Log(1 + (float64(all-having)+0.5)/(float64(having)+0.5))
}

// found is a node that a search finds.
type found struct {
	node  index.Node
	score float64
}

// scored are the nodes of the set with their scores, by number. A node whose
// name or alias has the key, which is that of the text, is above all others;
// then come those whose name has just as many words as the text, and each of
// the text's.
func (s *Selector) scored(set nodeSet, words []searched, text []search.Word) []found {
	list := make([]found, 0, set.size())
	before := make([]uint32, len(set)) // how many of the set are before each word of it
	for i, word := range set {
		before[i] = uint32(len(list))
		for ; word != 0; word &= word - 1 {
			list = append(list, found{node: index.Node(i*64 + bits.TrailingZeros64(word))})
		}
	}
	place := func(n index.Node) int {
		return int(before[n/64]) + bits.OnesCount64(set[n/64]&(1<<(n%64)-1))
	}
	all, _ := s.ix.Size()
	worth := s.worth(list)
	var best []float64
	named := make([]uint32, len(list)) // which words are in the name
	top := 0.0                         // of all scores that there could be
	for i := range words {
		w := &words[i]
		if len(w.terms) == 0 {
			continue
		}
		rare := rarity(w.nodes, all)
		top += rare * (saturation + 1)
		several := len(w.terms) > 1
		if several && best == nil {
			best = make([]float64, len(list))
		}
		for _, m := range w.terms {
			postings := s.ix.Postings(m.term)
			for from, size := 0, postings.Len(); from < size; {
				run := postings.Run(from)
				if !s.looked(len(run)) {
					return nil
				}
				for _, p := range run {
					if !set.has(p.Node) {
						continue
					}
					at := place(p.Node)
					value := m.weight * rare * saturated(p, &worth[at])
					if p.Count(index.NameField) > 0 {
						named[at] |= 1 << i
					}
					if several {
						best[at] = max(best[at], value)
					} else {
						list[at].score += value
					}
				}
				from += len(run)
			}
		}
		if several {
			for i, value := range best {
				list[i].score += value
				best[i] = 0
			}
		}
	}
	isCalled := newNodeSet(s.ix)
	for _, n := range s.ix.NodesCalled(nil, search.Key(text)) {
		isCalled.add(n)
	}
	for i := range list {
		switch n := list[i].node; {
		case isCalled.has(n):
			list[i].score += 2 * top
		case named[i] == 1<<len(words)-1 && int(s.ix.Lengths(n)[index.NameField]) == len(text):
			list[i].score += top
		}
		list[i].score = math.Round(list[i].score*scoreUnit) / scoreUnit
	}
	return list
}

// scoreUnit is what scores are rounded to the inverse of.
const scoreUnit = 10_000

// worth is what one word counts in each field of the nodes, in long texts less.
func (s *Selector) worth(list []found) [][index.Fields]float64 {
	var means [index.Fields]float64
	for f := range index.Fields {
		means[f] = s.ix.MeanLength(f)
	}
	worth := make([][index.Fields]float64, len(list))
	for i := range list {
		lengths := s.ix.Lengths(list[i].node)
		for f := range index.Fields {
			worth[i][f] = fieldWeights[f] / (1 - lengthInfluence + lengthInfluence*float64(lengths[f])/means[f])
		}
	}
	return worth
}

// saturated is how much the word counts in the node, from 0 to k1 + 1.
func saturated(p index.Posting, worth *[index.Fields]float64) float64 {
	sum := 0.0
	for f := range index.Fields {
		sum += worth[f] * float64(p.Count(f))
	}
	return sum * (saturation + 1) / (saturation + sum)
}

// searched is a word of a search.
type searched struct {
	search.Word
	reading
	nodes int     // that have it in one of its meanings
	set   nodeSet // the same, of a word of several meanings
}

// foundBy is the set of the nodes that are wanted and have all of the words, or,
// where there is none, those that have the most of them.
func (s *Selector) foundBy(words []searched) nodeSet {
	order := make([]*searched, len(words))
	for i := range words {
		order[i] = &words[i]
		switch w := &words[i]; len(w.terms) {
		case 0:
		case 1:
			w.nodes = s.ix.Postings(w.terms[0].term).Len()
		default:
			w.set = s.withTerms(w.terms, nil)
			w.nodes = w.set.size()
		}
	}
	slices.SortStableFunc(order, func(a, b *searched) int { return a.nodes - b.nodes })
	var set nodeSet
	for _, w := range order {
		switch {
		case w.set == nil:
			set = s.withTerms(w.terms, set)
		case set == nil:
			set = slices.Clone(w.set)
		default:
			for i := range set {
				set[i] &= w.set[i]
			}
		}
	}
	if s.want(set) > 0 || len(words) < 2 || s.err != nil {
		return set
	}
	return s.withMost(words)
}

// want takes out of the set what the filter does not want, and counts the rest.
func (s *Selector) want(set nodeSet) int {
	if s.filter == nil {
		return set.size()
	}
	n := 0
	set.each(func(node index.Node) bool {
		if s.filter.holds(s, node) {
			n++
		} else {
			set.remove(node)
		}
		return s.looked(1)
	})
	return n
}

// withMost is the set of the nodes that are wanted and have the most of the
// words.
func (s *Selector) withMost(words []searched) nodeSet {
	nodes, _ := s.ix.NextNumbers()
	counts := make([]uint8, nodes)
	most := uint8(0)
	for i := range words {
		set := words[i].set
		if set == nil {
			set = s.withTerms(words[i].terms, nil)
		}
		set.each(func(n index.Node) bool {
			counts[n]++
			most = max(most, counts[n])
			return true
		})
	}
	for ; most > 0 && s.err == nil; most-- {
		set := newNodeSet(s.ix)
		for n, count := range counts {
			if count == most {
				set.add(index.Node(n))
			}
		}
		if s.want(set) > 0 {
			return set
		}
	}
	return newNodeSet(s.ix)
}
