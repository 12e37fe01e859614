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

// weighed are the terms found, each once, by text, with what they are worth in
// fields of those lengths.
func (r *reader) weighed(l *lengths) []weighedTerm {
	slices.SortFunc(r.found, compareTerms)
	terms := make([]weighedTerm, 0, len(r.found))
	for i := 0; i < len(r.found); {
		t := r.found[i]
		for i++; i < len(r.found) && r.found[i].text == t.text; i++ {
			for f, n := range r.found[i].counts {
				t.counts[f] += n
			}
		}
		terms = append(terms, weighedTerm{t.text, worthOf(&t.counts, l)})
	}
	return terms
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
		terms          []Posting // of the node at hand, with terms in place of nodes
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
			terms = append(terms, Posting{Node: Node(number), worth: t.worth})
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
			edit := runEdit[Posting]{holder: uint32(term), element: Posting{Node: Node(n), worth: t.worth}}
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
		if length := uint16(min(now.lengths[NameField], 1<<16-1)); length != p.nameLengths.at(n) {
			*p.nameLengths.edit(tx.owner, n) = length
		}
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
	tx.editPostings(removed, added)
	tx.finishTerms(touched)
	p.stems.clip(tx.owner)
	p.whole.clip(tx.owner)
	p.terms.hash.clip(tx.owner)
}

// posting is what the term had of the node before, to be taken out.
func (tx *transaction) posting(t Term, n Node) runEdit[Posting] {
	p, _ := tx.base.Postings(t).Find(n)
	return runEdit[Posting]{holder: uint32(t), element: p}
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
