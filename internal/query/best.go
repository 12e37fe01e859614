package query

import (
	"slices"

	"ecpgraph/internal/index"
)

// Bounds of a search for the best alone: how many are wanted at most, how many
// terms are looked for, and how many nodes there are at least for each that is
// wanted. Beyond them all that is found is scored.
const (
	mostBest      = 100
	mostBestTerms = 8
	leastForBest  = 16
)

// slack is more than sums of the same in another order, or rounded, differ by.
const slack = 1e-4

// best are the first of the nodes that have all of the words, as many as the page
// holds, in order. There are total such nodes. It is not sure of them when it would
// have to look at more than it takes to score all.
//
// Each word's postings are ranked by impact. They are read from the greatest down,
// those of all words to one level after the other, and each node that they lead to
// and that has the other words is scored. In what was not met, every word counts for less
// than the level, its rarity apart. Once the last of the best scores more than such a node
// can, there is none better (the threshold algorithm: Fagin, Lotem and Naor,
// "Optimal aggregation algorithms for middleware", 2001).
func (c *scorer) best(total int, compare func(a, b found) int) (best []found, sure bool) {
	if c.size == 0 || c.size > mostBest || total < leastForBest*c.size {
		return nil, false
	}
	start := c.looks
	b := bestSearch{scorer: c, compare: compare, all: 1<<len(c.words) - 1, name: index.NameImpact(c.length)}
	for i := range c.words {
		w := &c.words[i]
		least := 1.0
		for _, m := range w.terms {
			b.rankings = append(b.rankings, ranking{meaning: m, word: i, postings: c.ix.Postings(m.term)})
			least = min(least, m.weight)
		}
		b.sum += w.rarity
		b.named = max(b.named, least*float64(b.name))
	}
	if len(b.rankings) > mostBestTerms {
		return nil, false
	}
	if !c.looked(len(c.called)) {
		return nil, false
	}
	for _, n := range c.called {
		if b.othersHave(n, -1) {
			b.try(index.Posting{Node: n}, nil)
		}
	}
	for i := range b.rankings {
		if r := &b.rankings[i]; !r.postings.Common() { // they are not ranked, but few
			if !c.looked(r.nodes) {
				return nil, false
			}
			for p := range r.postings.List().From(0) {
				if b.othersHave(p.Node, r.word) {
					b.try(p, r)
				}
			}
		}
	}
	if b.metAll() {
		return b.list, true
	}
	// A look at a posting takes about an eighth of what it takes to score a node.
	const step = 0.05
	for level := float64(index.MaxImpact) - step; c.looks-start < 8*total; level -= step {
		for i := range b.rankings {
			if !b.down(&b.rankings[i], level) {
				return nil, false
			}
		}
		if b.isSure(level) {
			return b.list, true
		}
	}
	return nil, false
}

// bestSearch is a search for the best in the making.
type bestSearch struct {
	*scorer
	compare  func(a, b found) int
	rankings []ranking    // of all terms of all words, by word
	list     []found      // the best so far, in order
	sum      float64      // of the words' rarities
	all      uint32       // a bit for each word
	name     index.Impact // at least, of each word in a node whose name is the words of the text
	named    float64      // what one word at least counts for there, rarity apart
}

// metAll tells whether there is a word of which no meaning is a common term: then all
// nodes that have it were met.
func (b *bestSearch) metAll() bool {
	for i := range b.words {
		if !slices.ContainsFunc(b.rankings, func(r ranking) bool { return r.word == i && r.postings.Common() }) {
			return true
		}
	}
	return false
}

// ranking is the postings of a meaning of a word, and how far those that are ranked
// were read.
type ranking struct {
	meaning
	word     int
	postings index.Postings
	at       int
}

// down reads the ranking down to the level. It reports false when it cannot.
func (b *bestSearch) down(r *ranking, level float64) bool {
	if !r.postings.Common() {
		return true
	}
	if r.weight*float64(index.LeastRanked) > level {
		return false
	}
	ranked := r.postings.Ranked()
	end := ranked.Search(func(p index.Posting) bool { return r.weight*float64(p.Impact()) < level })
	if !b.looked(end - r.at) {
		return false
	}
	for r.at < end {
		run := ranked.Run(r.at)
		run = run[:min(len(run), end-r.at)]
		r.at += len(run)
		for _, p := range run {
			if b.othersHave(p.Node, r.word) {
				b.try(p, r)
			}
		}
	}
	return true
}

// othersHave tells whether the node has all words but that one.
func (b *bestSearch) othersHave(n index.Node, but int) bool {
	for i := range b.words {
		if i != but && !b.words[i].has(n) {
			return false
		}
	}
	return true
}

// try enters the node of the posting, which has all words, if it is better than the
// last.
func (b *bestSearch) try(p index.Posting, of *ranking) {
	n, sum, named := p.Node, 0.0, uint32(0)
	for i := 0; i < len(b.rankings); {
		word, value := b.rankings[i].word, 0.0
		for ; i < len(b.rankings) && b.rankings[i].word == word; i++ {
			r, has := &b.rankings[i], true
			q := p
			if r != of {
				q, has = r.postings.Find(n)
			}
			if has {
				value = max(value, b.words[word].value(r.meaning, q))
				if q.InName() && q.Impact() >= b.name { // else the name is longer
					named |= 1 << word
				}
			}
		}
		sum += value
	}
	if len(b.list) == b.size && sum < b.list[b.size-1].score-slack && named != b.all && len(b.called) == 0 {
		return // as most do
	}
	f := found{n, b.final(n, sum, named)}
	if len(b.list) == b.size {
		if last := b.list[b.size-1]; f.score < last.score || b.compare(f, last) >= 0 {
			return
		}
	}
	if slices.Contains(b.list, f) {
		return // by another word
	}
	at, _ := slices.BinarySearchFunc(b.list, f, b.compare)
	b.list = slices.Insert(b.list, at, f)
	b.list = b.list[:min(len(b.list), b.size)]
}

// isSure tells whether no node in which every word counts for less than the level can
// be among the best.
func (b *bestSearch) isSure(level float64) bool {
	if len(b.list) < b.size {
		return false
	}
	bound := b.sum * level
	if level > b.named { // a node that is raised above others may not have been met
		bound += b.top
	}
	return b.list[b.size-1].score > bound+slack
}
