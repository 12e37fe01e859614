package index

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"ecpgraph/internal/kg"
)

// writer draws commits and keeps the model of the graph that they make.
type writer struct {
	*rand.Rand
	*model
	keys int // how many nodes of a type there may be

	records []kg.Record
}

// commit draws a commit of so many changes.
func (w *writer) commit(changes int) kg.Commit {
	w.revision++
	w.records = nil
	for range changes {
		w.change()
	}
	return kg.Commit{Revision: w.revision, Digest: kg.Digest{byte(w.revision)}, Records: w.records}
}

func (w *writer) add(r kg.Record) { w.records = append(w.records, r) }

func (w *writer) ref() kg.Ref { return kg.Ref{Revision: w.revision, Ordinal: uint32(len(w.records))} }

func (w *writer) change() {
	switch w.IntN(12) {
	case 0, 1, 2:
		w.add(w.putNode(w.node(), w.ref()))
	case 3:
		if id, ok := w.someNode(); ok {
			w.dropNode(id)
			if w.IntN(3) == 0 { // a new node of the same id
				n := w.node()
				n.ID, n.Type = id, map[string]string{"tool": "Tool", "goal": "Goal", "body": "Body", "document": "Document"}[id.Prefix()]
				w.add(w.putNode(n, w.ref()))
			}
		}
	case 4:
		if id, ok := pick(w.Rand, w.links); ok {
			w.add(w.deleteLink(id, w.ref()))
		}
	case 5:
		if id, ok := pick(w.Rand, w.links); ok {
			l := *w.links[id].Link
			l.Basis, l.Citations = bases[w.IntN(len(bases))], w.citations()
			if other, ok := w.link(); ok && w.IntN(2) == 0 && other.Relation == l.Relation {
				l.From, l.To = other.From, other.To // the id may no longer follow from the ends
			}
			w.add(w.putLink(&l, w.ref()))
		}
	default:
		if l, ok := w.link(); ok {
			w.add(w.putLink(l, w.ref()))
		}
	}
}

// dropNode deletes the node with its links.
func (w *writer) dropNode(id kg.ID) {
	for _, l := range sortedIDs(w.links) {
		if link := w.links[l]; link.From == id || link.To == id {
			w.add(w.deleteLink(l, w.ref()))
		}
	}
	w.add(w.deleteNode(id, w.ref()))
}

func sortedIDs[V any](m map[kg.ID]V) []kg.ID {
	var ids []kg.ID
	for id := range m {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}

func pick[V any](r *rand.Rand, m map[kg.ID]V) (kg.ID, bool) {
	if len(m) == 0 {
		return "", false
	}
	return sortedIDs(m)[r.IntN(len(m))], true
}

func (w *writer) someNode() (kg.ID, bool) { return pick(w.Rand, w.nodes) }

// someOf is a node of one of the types.
func (w *writer) someOf(types ...string) (kg.ID, bool) {
	for range 20 {
		if id := w.id(types[w.IntN(len(types))]); w.nodes[id].Node != nil {
			return id, true
		}
	}
	return "", false
}

// id is one of those that nodes of the type have. Some begin others, and some
// go on with what sorts before the marks in a link's id.
func (w *writer) id(typ string) kg.ID {
	i := w.IntN(w.keys)
	return kg.NodeID(typ, fmt.Sprint(i/3)+[]string{"", "!", "#a"}[i%3])
}

func (w *writer) node() *kg.Node {
	typ := []string{"Tool", "Tool", "Goal", "Body", "Document"}[w.IntN(5)]
	n := &kg.Node{ID: w.id(typ), Type: typ, Name: w.word(), Citations: w.citations(), Props: kg.Props{}}
	maybe := func(name string, value any) {
		if w.IntN(3) > 0 {
			n.Props[name] = value
		}
	}
	maybe(kg.PropDescription, w.sentence())
	switch typ {
	case "Tool":
		n.Props["kind"] = []string{"TABLE", "GUIDE", "MODEL"}[w.IntN(3)]
		maybe("rank", int64(w.IntN(7)-3))
		maybe("open", w.IntN(2) == 0)
		maybe("code", w.word())
		maybe("page", "https://example.org/"+w.word())
		period := kg.Props{"wording": "x"}
		if w.IntN(2) == 0 {
			period["start"] = w.date()
		}
		if w.IntN(2) == 0 {
			period["weeks"] = int64(w.IntN(9))
		}
		maybe("period", period)
	case "Goal":
		maybe("rank", int64(w.IntN(3)))
	case "Document":
		maybe("issued", w.date())
	}
	for range w.IntN(3) {
		n.Aliases = append(n.Aliases, kg.Alias{Name: w.word(), Language: []kg.Language{kg.English, kg.English, "fr"}[w.IntN(3)], Citations: w.citations()})
	}
	return n
}

// sentence is some words, many of them forms of one.
func (w *writer) sentence() string {
	words := []string{"guide", "guides", "guided", "GUIDE", "RKC", "rkc", "RKCs", "Élan", "elan", "the", "IT", "關務", "x", "custom", "customs", "Customs'", "office's"}
	text := ""
	for range w.IntN(9) {
		text += words[w.IntN(len(words))] + []string{" ", "-", ", "}[w.IntN(3)]
	}
	if w.IntN(30) == 0 {
		text += fmt.Sprint("unlike ", w.IntN(1e6))
	}
	return text
}

func (w *writer) word() string {
	return []string{"", "a", "ab", "abc", "é", "long and longer and even longer than that", "b", "ba"}[w.IntN(8)]
}

func (w *writer) date() string {
	return []string{"2017", "2017-12", "2017-12-31", "2018", "2016-02", "2016-02-29", "0001", "9999-12-31"}[w.IntN(8)]
}

func (w *writer) citations() []kg.Citation {
	list := make([]kg.Citation, 0, 3)
	for range w.IntN(4) {
		list = append(list, kg.Citation{Document: w.id("Document"), Locator: fmt.Sprint("para ", w.IntN(5))})
	}
	return list
}

func (w *writer) link() (*kg.Link, bool) {
	l := &kg.Link{
		Relation: []string{"Serves", "Serves", "Serves", "ServesWell", "PartOf", "Mentions"}[w.IntN(6)],
		Basis:    kg.Stated, Modality: modalities[w.IntN(len(modalities))], Citations: w.citations(),
	}
	var ok, also bool
	switch l.Relation {
	case "Serves", "ServesWell":
		l.From, ok = w.someOf("Tool", "Body")
		l.To, also = w.someOf("Goal")
	case "PartOf":
		l.From, ok = w.someOf("Tool")
		l.To, also = w.someOf("Tool")
	default:
		l.From, ok = w.someOf("Document")
		l.To, also = w.someNode()
	}
	switch w.IntN(8) {
	case 0:
		l.ID = kg.ID(kg.Kebab(l.Relation) + fmt.Sprint(":own-", w.IntN(20)))
		if old := w.links[l.ID]; old.Link != nil && old.Relation != l.Relation {
			return nil, false
		}
	case 1, 2:
		l.ID = kg.LinkID(l.Relation, l.From, l.To, fmt.Sprint(w.IntN(3)))
	default:
		l.ID = kg.LinkID(l.Relation, l.From, l.To, "")
	}
	return l, ok && also
}

// checkEmpty: an index without nodes has nothing of them left.
func checkEmpty(t *testing.T, ix *Index) {
	t.Helper()
	for what, left := range map[string]int{
		"ids": filled(&ix.ids.pages), "names": filled(&ix.names.pages), "entries of nodes": ix.nodeHash.entries,
		"texts of links": filled(&ix.linkTexts.pages), "entries of links": ix.linkHash.entries,
		"adjacency": filled(&ix.adjacency.pages), "hubs": int(ix.adjacency.slots) - len(ix.adjacency.free),
		"citing nodes": filled(&ix.cited.nodes.pages), "citing links": filled(&ix.cited.links.pages),
		"words": filled(&ix.postings.of.pages), "postings": filled(&ix.postings.lists.pages), "terms": ix.postings.order.Len(),
		"stems": ix.postings.stems.entries, "keys": ix.postings.whole.entries, "common terms": filled(&ix.postings.commons),
		"passages": filled(&ix.cited.ofDocument.pages), "passages of nodes": filled(&ix.cited.ofNodes.pages), "of links": filled(&ix.cited.ofLinks.pages),
	} {
		if left > 0 {
			t.Errorf("%d pages of %s are left", left, what)
		}
	}
	for i := range ix.nextNode {
		if ix.nodes.at(i) != (nodeRow{}) || ix.postings.nameLengths.at(i) != 0 {
			t.Fatalf("row %d is left", i)
		}
	}
	for i := range ix.cited.nextPassage {
		if ix.cited.passages.at(i) != (passageRow{}) {
			t.Fatalf("passage %d is left", i)
		}
	}
}

// filled counts the pages that hold something.
func filled[T any](t *table[T]) int {
	n := 0
	for i := range uint32(len(t.leaves) * leafSize) {
		switch page := any(t.at(i)).(type) {
		case string:
			n += truth(page != "")
		case []uint32:
			n += truth(page != nil)
		case *common:
			n += truth(page != nil)
		}
	}
	return n
}

// TestRandomCommits applies random commits and holds the index against the
// model, old indexes against theirs once all commits are applied, and what is
// left when all nodes are deleted against nothing.
func TestRandomCommits(t *testing.T) {
	r := seeded(t)
	for _, keys := range []int{6, 40, 300} {
		t.Run(fmt.Sprint(keys, " keys"), func(t *testing.T) {
			defer func(was int) { leastCommon = was }(leastCommon)
			leastCommon = 2 // so that terms become common, and stop to be so
			w := &writer{Rand: r, model: newModel(), keys: keys}
			ix := New(testOntology(t))
			type version struct {
				*Index
				*model
			}
			versions := []version{{ix, w.model.clone()}}
			for i := range 300 {
				var commits []kg.Commit
				before := w.model.clone()
				for range 1 + r.IntN(3)/2 {
					commits = append(commits, w.commit([]int{1, 1, 2, 3, 20, 400}[r.IntN(6)]))
				}
				next, err := ix.Apply(commits...)
				if err != nil {
					t.Fatal(err)
				}
				if r.IntN(5) == 0 { // another commit follows the same index
					given := &writer{Rand: r, model: before, keys: keys}
					versions = append(versions, version{apply(t, ix, given.commit(20)), given.model})
				}
				ix = next
				if i%10 == 0 || keys == 6 {
					checkIndex(t, ix, w.model)
				}
				if i%30 == 0 {
					versions = append(versions, version{ix, w.model.clone()})
				}
			}
			for _, v := range versions[max(0, len(versions)-40):] {
				checkIndex(t, v.Index, v.model)
			}
			for _, id := range sortedIDs(w.nodes) {
				w.revision++
				w.records = nil
				w.dropNode(id)
				ix = apply(t, ix, kg.Commit{Revision: w.revision, Records: w.records})
			}
			checkIndex(t, ix, w.model)
			checkEmpty(t, ix)
		})
	}
}

// TestSynthetic applies a graph of the product's ontology at once, which takes a
// second goroutine, and in pieces.
func TestSynthetic(t *testing.T) {
	o := realOntology(t)
	all := synthetic(t, o, 1500)
	m := newModel()
	m.revision = 1
	for i, r := range all.Records {
		if ref := (kg.Ref{Revision: 1, Ordinal: uint32(i)}); r.Node != nil {
			m.putNode(r.Node, ref)
		} else {
			m.putLink(r.Link, ref)
		}
	}
	if len(m.links) < manyLinks {
		t.Fatalf("%d links are too few to take a second goroutine", len(m.links))
	}
	checkIndex(t, apply(t, New(o), all), m)

	ix := New(o)
	m.log = nil
	for records := range slices.Chunk(all.Records, 1100) {
		revision := ix.Head().Revision + 1
		ix = apply(t, ix, kg.Commit{Revision: revision, Records: records})
		for i, r := range records {
			ref := kg.Ref{Revision: revision, Ordinal: uint32(i)}
			m.write(r, ref)
			if v, ok := m.nodes[idOf(r)]; ok {
				v.ref = ref
				m.nodes[v.ID] = v
			} else {
				v := m.links[idOf(r)]
				v.ref = ref
				m.links[v.ID] = v
			}
		}
		m.revision = revision
	}
	checkIndex(t, ix, m)
}

func idOf(r kg.Record) kg.ID {
	if r.Node != nil {
		return r.Node.ID
	}
	return r.Link.ID
}
