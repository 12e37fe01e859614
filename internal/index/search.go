package index

import (
	"encoding/binary"
	"slices"
	"strings"

	"ecpgraph/internal/kg"
	"ecpgraph/internal/search"
)

// Term is the number of a word, as package search folds it, or of an acronym,
// that a text of some node has. Words of texts in other languages than English are
// terms of their own, see search.Unstemmed.
type Term uint32

// Field is a text of a node that is searched.
type Field uint8

// The fields. All aliases of a node are one.
const (
	NameField Field = iota
	AliasField
	DescriptionField
	Fields // how many there are
)

// postings are which node has which terms.
type postings struct {
	terms   dictionary     // all that any node ever had
	order   List[Term]     // those that some node has, by text
	stems   hashes         // the same, by stem
	lists   runs[Posting]  // of terms that are not common
	commons table[*common] // of those that are, by term
	of      texts          // what each node has, see appendTexts

	nameLengths rows[uint16] // words of the names, by node, 65,535 at most
	whole       hashes       // nodes, by the keys of their name and of each alias
}

// Term finds the term of that text, if some node has it.
func (ix *Index) Term(text string) (Term, bool) {
	number, found := ix.postings.terms.find(text)
	return Term(number), found && ix.Postings(Term(number)).Len() > 0
}

// TermText is the text of the term.
func (ix *Index) TermText(t Term) string { return ix.postings.terms.at(uint32(t)) }

// Terms lists the terms by text, byte by byte: acronyms first.
func (ix *Index) Terms() List[Term] { return ix.postings.order }

// TermsOfStem lists the terms whose stem is that, by text.
func (ix *Index) TermsOfStem(stem string) []Term {
	var list []Term
	hash := hashOf(stem)
	for _, entry := range ix.postings.stems.bucket(hash) {
		if t := Term(entry); uint32(entry>>32) == hash && search.Stem(ix.TermText(t)) == stem {
			list = append(list, t)
		}
	}
	slices.SortFunc(list, func(a, b Term) int { return strings.Compare(ix.TermText(a), ix.TermText(b)) })
	return list
}

// NameLength is how many words the node's name has, at most 65,535.
func (ix *Index) NameLength(n Node) int { return int(ix.postings.nameLengths.at(uint32(n))) }

// NodesCalled appends the nodes whose name or one of whose aliases has that
// search.Key, in no order; with a chance of one in billions, another node.
func (ix *Index) NodesCalled(to []Node, key string) []Node {
	hash := hashOf(key)
	for _, entry := range ix.postings.whole.bucket(hash) {
		if uint32(entry>>32) == hash {
			to = append(to, Node(entry))
		}
	}
	return to
}

// texted is what a node's texts hold: the hashes of the keys of its names, each
// once, and its terms in the order of their texts.
type texted struct {
	keys    []uint32
	terms   []weighedTerm
	lengths lengths
}

type weighedTerm struct {
	text  string
	worth worth
}

// reader reads texts; it is for one goroutine.
type reader struct {
	words []search.Word
	found []countedTerm
}

// countedTerm is a term and how often a node has it.
type countedTerm struct {
	text   string
	counts counts
}

// read is what the node's texts hold.
func (r *reader) read(n *kg.Node) texted {
	var t texted
	r.found = r.found[:0]
	r.add(&t, NameField, n.Name, n.Language)
	t.keys = append(t.keys, hashOf(search.Key(r.words)))
	for _, a := range n.Aliases {
		r.add(&t, AliasField, a.Name, a.Language)
		t.keys = append(t.keys, hashOf(search.Key(r.words)))
	}
	if text, ok := n.Props[kg.PropDescription].(string); ok {
		r.add(&t, DescriptionField, text, kg.English)
	}
	t.keys = sortedSet(t.keys)
	t.terms = r.weighed(&t.lengths)
	return t
}

// add adds the words of a text, and leaves them in words.
func (r *reader) add(t *texted, f Field, text string, language kg.Language) {
	r.words = search.Words(r.words[:0], text)
	end := ""
	if language != kg.English {
		end = search.Unstemmed
	}
	var one counts
	one[f] = 1
	for _, w := range r.words {
		if w.Text != "" {
			r.found = append(r.found, countedTerm{w.Text + end, one})
		}
		if w.Acronym != "" {
			r.found = append(r.found, countedTerm{w.Acronym, one})
		}
	}
	t.lengths[f] += len(r.words)
}

// appendTexts appends what is kept of a node's texts, so that they can be taken
// out again when the record that had them is no longer at hand: how many keys
// there are, the keys in four bytes each, and the terms in ascending order, each
// as how far it is above the one before.
func appendTexts(b []byte, keys []uint32, terms []Term) []byte {
	b = binary.AppendUvarint(b, uint64(len(keys)))
	for _, k := range keys {
		b = binary.LittleEndian.AppendUint32(b, k)
	}
	last := Term(0)
	for _, t := range terms {
		b = binary.AppendUvarint(b, uint64(t-last))
		last = t
	}
	return b
}

// readTexts reads what appendTexts wrote.
func readTexts(text string) (keys []uint32, terms []Term) {
	if text == "" {
		return nil, nil
	}
	count, text := cutUvarint(text)
	for range count {
		keys = append(keys, word(text, 0))
		text = text[4:]
	}
	last := Term(0)
	for text != "" {
		var step uint64
		step, text = cutUvarint(text)
		last += Term(step)
		terms = append(terms, last)
	}
	return keys, terms
}

func compareTerms(a, b countedTerm) int { return strings.Compare(a.text, b.text) }
