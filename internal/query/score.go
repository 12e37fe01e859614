package query

import (
	"math"
	"math/bits"
	"slices"

	"ecpgraph/internal/index"
	"ecpgraph/internal/search"
)

// Scores are BM25F: for each word the impact that it has in the node, times the
// inverse document frequency that Lucene uses, which is never negative. A word
// counts as the best of its meanings does.

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

// searched is a word of a search.
type searched struct {
	reading
	wordSet
	rarity float64
}

// scorer gives nodes their scores in one search.
type scorer struct {
	*Selector
	words   []searched   // without those that mean nothing
	nothing int          // how many those are
	length  int          // words of the text
	called  []index.Node // whose name or alias has the key of the text, by number
	top     float64      // of all sums that there could be
}

// newScorer is the scorer for a search of the text for the words, each of which is
// in it once.
func (s *Selector) newScorer(text []search.Word, words []searched) *scorer {
	c := &scorer{Selector: s, length: len(text)}
	all, _ := s.ix.Size()
	for _, w := range words {
		if len(w.terms) == 0 {
			c.nothing++
			continue
		}
		w.wordSet = s.setOf(w.terms)
		w.rarity = rarity(w.wordSet.size, all)
		c.top += w.rarity * float64(index.MaxImpact)
		c.words = append(c.words, w)
	}
	c.called = s.ix.NodesCalled(nil, search.Key(text))
	slices.Sort(c.called)
	return c
}

// sets are those of the words.
func (c *scorer) sets() []wordSet {
	sets := make([]wordSet, len(c.words))
	for i := range sets {
		sets[i] = c.words[i].wordSet
	}
	return sets
}

// scored are the nodes with their scores. They are by number, and have all of the
// words or, in a search that no node fulfils, some.
func (c *scorer) scored(nodes []index.Node) []found {
	list := make([]found, len(nodes))
	named := make([]uint32, len(nodes)) // which words are in the name
	values := make([]float64, len(nodes))
	places := c.placesOf(nodes)
	for i := range c.words {
		w := &c.words[i]
		for _, m := range w.terms {
			c.each(places, c.ix.Postings(m.term), func(at int, p index.Posting) {
				values[at] = max(values[at], w.value(m, p))
				if p.InName() {
					named[at] |= 1 << i
				}
			})
		}
		for at, value := range values {
			list[at].score += value
			values[at] = 0
		}
	}
	for at, n := range nodes {
		list[at] = found{n, c.final(n, list[at].score, named[at])}
	}
	return list
}

// value is what the word counts for in a node that has it by that meaning.
func (w *searched) value(m meaning, p index.Posting) float64 {
	return m.weight * w.rarity * float64(p.Impact())
}

// final is the score of a node whose words come to the sum. A node whose name or
// alias has the key, which is that of the text, is above all others; then come
// those whose name has just as many words as the text, and each of the text's.
func (c *scorer) final(n index.Node, sum float64, named uint32) float64 {
	if _, called := slices.BinarySearch(c.called, n); called {
		sum += 2 * c.top
	} else if c.nothing == 0 && named == 1<<len(c.words)-1 && c.ix.NameLength(n) == c.length {
		sum += c.top
	}
	return rounded(sum)
}

// rounded is the score as it is shown and compared.
func rounded(sum float64) float64 {
	const unit = 10_000
	return math.Round(sum*unit) / unit
}

// places finds nodes in a list, which is by number.
type places struct {
	nodes  []index.Node
	bits   nodeSet  // the same, when they are many
	before []uint32 // how many of them are before each word of it
}

func (c *scorer) placesOf(nodes []index.Node) places {
	p := places{nodes: nodes}
	if len(nodes) < pages(c.ix)*len(index.Members{}) {
		return p
	}
	p.bits = newNodeSet(c.ix)
	for _, n := range nodes {
		p.bits.add(n)
	}
	p.before = make([]uint32, len(p.bits))
	before := 0
	for i, word := range p.bits {
		p.before[i] = uint32(before)
		before += bits.OnesCount64(word)
	}
	return p
}

// each visits what the postings have of the nodes.
func (c *scorer) each(places places, p index.Postings, visit func(at int, p index.Posting)) {
	nodes := places.nodes
	if p.Common() && len(nodes) < p.Len() {
		c.looked(len(nodes))
		p.Among(nodes, visit)
		return
	}
	if !c.looked(p.Len()) {
		return
	}
	if places.bits != nil {
		for q := range p.All() {
			if word, bit := places.bits[q.Node/64], uint64(1)<<(q.Node%64); word&bit != 0 {
				visit(int(places.before[q.Node/64])+bits.OnesCount64(word&(bit-1)), q)
			}
		}
		return
	}
	at := 0
	for q := range p.All() {
		rest := nodes[at:]
		at += seek(len(rest), func(i int) bool { return rest[i] >= q.Node })
		if at == len(nodes) {
			return
		}
		if nodes[at] == q.Node {
			visit(at, q)
			at++
		}
	}
}
