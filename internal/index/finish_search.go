package index

import (
	"maps"
	"runtime"
	"slices"
	"strings"
	"sync"

	"ecpgraph/internal/kg"
	"ecpgraph/internal/search"
)

// counted are the terms found, each once, by text.
func (r *reader) counted() []countedTerm {
	slices.SortFunc(r.found, compareTerms)
	terms := make([]countedTerm, 0, len(r.found))
	for _, t := range r.found {
		if last := len(terms) - 1; last < 0 || terms[last].text != t.text {
			terms = append(terms, t)
		} else {
			terms[last].counts = addCounts(terms[last].counts, t.counts)
		}
	}
	return terms
}

// addCounts adds up the counts of each field.
func addCounts(a, b uint32) uint32 {
	sum := uint32(0)
	for f := range Fields {
		most := mostCounted[f]
		sum |= min(a>>(8*f)&most+b>>(8*f)&most, most) << (8 * f)
	}
	return sum
}

// manyTexts is how many nodes are worth several goroutines that read them, and
// someTexts how many of them one reads at a time.
const manyTexts, someTexts = 4096, 512

// readTouched reads the texts of the touched nodes, in their order; of those
// that are gone, none.
func (tx *transaction) readTouched() []texted {
	var nodes []*kg.Node
	for _, n := range tx.touchedNodes.all() {
		nodes = append(nodes, n)
	}
	read := make([]texted, len(nodes))
	some := func(r *reader, start int) {
		for i := start; i < min(start+someTexts, len(nodes)); i++ {
			if nodes[i] != nil {
				read[i] = r.read(nodes[i])
			}
		}
	}
	if len(nodes) < manyTexts {
		var r reader
		for start := 0; start < len(nodes); start += someTexts {
			some(&r, start)
		}
		return read
	}
	starts := make(chan int)
	var readers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		readers.Go(func() {
			var r reader
			for start := range starts {
				some(&r, start)
			}
		})
	}
	for start := 0; start < len(nodes); start += someTexts {
		starts <- start
	}
	close(starts)
	readers.Wait()
	return read
}

// finishSearch puts the terms of the touched nodes in place.
func (tx *transaction) finishSearch() {
	p := &tx.postings
	read := tx.readTouched()
	numbers := dictionaryEdit{base: &tx.base.postings.terms}
	var (
		removed, added []runEdit[Posting]
		of             []textEdit
		terms          []Posting // of the node at hand: term and counts
		numbered       []Term
		scratch        []byte
		at             = -1
	)
	for n, node := range tx.touchedNodes.all() {
		at++
		before, _ := tx.base.postings.of.at(n)
		if before == "" && node == nil {
			continue
		}
		keys, old := readTexts(before)
		now := read[at]
		terms, numbered = terms[:0], numbered[:0]
		for _, t := range now.terms {
			number := numbers.number(tx.owner, &p.terms, t.text)
			terms = append(terms, Posting{Node(number), t.counts})
		}
		slices.SortFunc(terms, comparePostings)
		for _, t := range terms {
			numbered = append(numbered, Term(t.Node))
		}
		// Old and new terms are both in order.
		i := 0
		for _, t := range terms {
			term := Term(t.Node)
			for i < len(old) && old[i] < term {
				removed = append(removed, tx.posting(old[i], Node(n)))
				i++
			}
			edit := runEdit[Posting]{holder: uint32(term), element: Posting{Node(n), t.counts}}
			if i < len(old) && old[i] == term {
				i++
				was := tx.posting(term, Node(n))
				if was == edit {
					continue
				}
				removed = append(removed, was)
			}
			added = append(added, edit)
		}
		for ; i < len(old); i++ {
			removed = append(removed, tx.posting(old[i], Node(n)))
		}
		tx.finishKeys(Node(n), keys, now.keys)
		tx.finishLengths(Node(n), before != "", node != nil, now.lengths)
		if node == nil {
			of = append(of, textEdit{at: n, absent: true})
		} else if scratch = appendTexts(scratch[:0], now.keys, numbered); string(scratch) != before {
			of = append(of, textEdit{at: n, text: string(scratch)})
		}
	}
	p.terms.texts.edit(tx.owner, numbers.texts)
	p.of.edit(tx.owner, of)
	touched := map[uint32]bool{}
	for _, e := range removed {
		touched[e.holder] = true
	}
	for _, e := range added {
		touched[e.holder] = true
	}
	p.lists.edit(tx.owner, removed, added, comparePostings)
	tx.finishTerms(touched)
	p.stems.clip(tx.owner)
	p.whole.clip(tx.owner)
	p.terms.hash.clip(tx.owner)
}

// posting is what the term had of the node before, to be taken out.
func (tx *transaction) posting(t Term, n Node) runEdit[Posting] {
	list := tx.base.Postings(t)
	return runEdit[Posting]{holder: uint32(t), element: list.At(list.Search(func(p Posting) bool { return p.Node >= n }))}
}

// finishKeys puts the keys of a node's names in place; both lists are in order.
func (tx *transaction) finishKeys(n Node, old, now []uint32) {
	if slices.Equal(old, now) {
		return
	}
	for _, k := range old {
		if _, still := slices.BinarySearch(now, k); !still {
			tx.postings.whole.remove(tx.owner, k, uint32(n))
		}
	}
	for _, k := range now {
		if _, before := slices.BinarySearch(old, k); !before {
			tx.postings.whole.insert(tx.owner, k, uint32(n))
		}
	}
}

// finishLengths puts the lengths of a node in place, which was there and which
// is there now.
func (tx *transaction) finishLengths(n Node, was, is bool, now Lengths) {
	old := Lengths{}
	if was {
		old = tx.base.Lengths(n)
	}
	if !is {
		now = Lengths{}
	}
	if old == now {
		return
	}
	*tx.postings.lengths.edit(tx.owner, uint32(n)) = now
	for f := range Fields {
		t := &tx.postings.totals[f]
		t.words += int(now[f]) - int(old[f])
		t.nodes += min(int(now[f]), 1) - min(int(old[f]), 1)
	}
}

// finishTerms enters the touched terms that some node has now and none had
// before, and takes out those that no node has any more.
func (tx *transaction) finishTerms(touched map[uint32]bool) {
	var removed, added []Term
	for _, t := range slices.Sorted(maps.Keys(touched)) {
		was, is := tx.base.Postings(Term(t)).Len() > 0, tx.Postings(Term(t)).Len() > 0
		switch {
		case is && !was:
			added = append(added, Term(t))
			tx.postings.stems.insert(tx.owner, hashOf(search.Stem(tx.TermText(Term(t)))), t)
		case was && !is:
			removed = append(removed, Term(t))
			tx.postings.stems.remove(tx.owner, hashOf(search.Stem(tx.TermText(Term(t)))), t)
		}
	}
	compare := func(a, b Term) int { return strings.Compare(tx.TermText(a), tx.TermText(b)) }
	slices.SortFunc(removed, compare)
	slices.SortFunc(added, compare)
	tx.postings.order = edited(tx.postings.order, removed, added, func(t Term) Term { return t }, compare)
}

func sortedSet(list []uint32) []uint32 {
	slices.Sort(list)
	return slices.Compact(list)
}
