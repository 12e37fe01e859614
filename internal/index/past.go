package index

import (
	"cmp"
	"iter"
	"slices"
	"sort"

	"ecpgraph/internal/kg"
)

// past is where the versions of nodes, or of links, lie that are not the newest.
// It takes memory for what was written anew or deleted only: a graph that was
// loaded once has none.
type past struct {
	// versions, by number, in their order: of what is there all but the newest,
	// which its row has; of what is deleted all, and then the deletion.
	versions runs[pastRef]
	ids      texts  // of what is deleted, by number
	hash     hashes // the numbers that are deleted, by id; one id may have had several
}

// pastRef is a packed ref in words.
type pastRef struct{ high, low uint32 }

func toPast(ref uint64) pastRef { return pastRef{uint32(ref >> 32), uint32(ref)} }

func (p pastRef) ref() uint64 { return uint64(p.high)<<32 | uint64(p.low) }

func comparePast(a, b pastRef) int { return cmp.Compare(a.ref(), b.ref()) }

// pastEdit gathers what a transaction leaves behind.
type pastEdit struct {
	added []runEdit[pastRef]
	ids   []textEdit
}

// leave notes that the version at the ref is no longer the newest of its number.
func (e *pastEdit) leave(number uint32, ref uint64) {
	e.added = append(e.added, runEdit[pastRef]{holder: number, element: toPast(ref)})
}

// bury notes the deletion, by the record at the ref, of what has its newest
// version at last.
func (e *pastEdit) bury(o *owner, p *past, id kg.ID, number uint32, last, ref uint64) {
	e.leave(number, last)
	e.leave(number, ref)
	e.ids = append(e.ids, textEdit{at: number, text: string(id)})
	p.hash.insert(o, hashOf(string(id)), number)
}

// finish puts in place what was gathered.
func (p *past) finish(o *owner, e *pastEdit) {
	p.versions.edit(o, nil, e.added, comparePast)
	slices.SortFunc(e.ids, func(a, b textEdit) int { return cmp.Compare(a.at, b.at) })
	p.ids.edit(o, e.ids)
	p.hash.clip(o)
}

// Change is what a version did.
type Change uint8

// The changes there are.
const (
	Created Change = iota
	Updated
	Deleted
)

// String is the change in capitals.
func (c Change) String() string { return [...]string{"CREATED", "UPDATED", "DELETED"}[c] }

// Version is a version of a node or link, or its deletion.
type Version struct {
	Ref    kg.Ref // of the record
	Change Change
}

// History is all versions that nodes or links of one id ever had, deletions
// among them, in their order. The zero History is that of an id that never was.
type History struct {
	lives []life // an id may be created again after it was deleted
	size  int
}

// life is the versions of one number.
type life struct {
	past List[pastRef]
	now  uint64 // the newest; 0 after a deletion, which past ends with
}

func (l *life) size() int {
	if l.now == 0 {
		return l.past.Len()
	}
	return l.past.Len() + 1
}

// Len is the number of versions.
func (h *History) Len() int { return h.size }

// At is the i-th version, from 0, the oldest first.
func (h *History) At(i int) Version {
	for n := range h.lives {
		l := &h.lives[n]
		size := l.size()
		if i >= size {
			i -= size
			continue
		}
		v := Version{Change: Updated}
		if i < l.past.Len() {
			v.Ref = unpackRef(l.past.At(i).ref())
		} else {
			v.Ref = unpackRef(l.now)
		}
		switch {
		case i == 0:
			v.Change = Created
		case i == size-1 && l.now == 0:
			v.Change = Deleted
		}
		return v
	}
	panic("index: a history has no such version")
}

// AsOf is the newest version at the revision: how the node or link was then. It
// is false before the first one, and a deletion where there was none at the
// time.
func (h *History) AsOf(r kg.Revision) (Version, bool) {
	i := sort.Search(h.size, func(i int) bool { return h.At(i).Ref.Revision > r })
	if i == 0 {
		return Version{}, false
	}
	return h.At(i - 1), true
}

// NodeHistory is the history of the id as that of a node.
func (ix *Index) NodeHistory(id kg.ID) History {
	h := ix.pastNodes.history(id)
	if n, ok := ix.Node(id); ok {
		h.add(&ix.pastNodes, uint32(n), ix.nodes.at(uint32(n)).ref)
	}
	return h
}

// LinkHistory is the history of the id as that of a link.
func (ix *Index) LinkHistory(id kg.ID) History {
	h := ix.pastLinks.history(id)
	if l, ok := ix.Link(id); ok {
		h.add(&ix.pastLinks, uint32(l), ix.links.at(uint32(l)).ref)
	}
	return h
}

// history is what the id was before it was deleted for the last time.
func (p *past) history(id kg.ID) (h History) {
	hash := hashOf(string(id))
	var numbers []uint32
	for _, entry := range p.hash.bucket(hash) {
		if text, _ := p.ids.at(uint32(entry)); uint32(entry>>32) == hash && kg.ID(text) == id {
			numbers = append(numbers, uint32(entry))
		}
	}
	slices.Sort(numbers) // later ones are higher
	for _, n := range numbers {
		h.add(p, n, 0)
	}
	return h
}

func (h *History) add(p *past, number uint32, now uint64) {
	l := life{p.versions.list(number, 0), now}
	h.lives, h.size = append(h.lives, l), h.size+l.size()
}

// TouchedNodes yields the ids of the nodes of which the commits after the first
// revision, up to the last one, wrote a version or a deletion. It looks at the
// rows of all numbers; an id that had several may come as often.
func (ix *Index) TouchedNodes(after, upTo kg.Revision) iter.Seq[kg.ID] {
	return touched(&ix.pastNodes, ix.nextNode, after, upTo,
		func(n uint32) uint64 { return ix.nodes.at(n).ref }, func(n uint32) kg.ID { return ix.NodeID(Node(n)) })
}

// TouchedLinks does the same for links.
func (ix *Index) TouchedLinks(after, upTo kg.Revision) iter.Seq[kg.ID] {
	return touched(&ix.pastLinks, ix.nextLink, after, upTo,
		func(l uint32) uint64 { return ix.links.at(l).ref }, func(l uint32) kg.ID { return ix.LinkID(Link(l)) })
}

func touched(p *past, numbers uint32, after, upTo kg.Revision, newest func(uint32) uint64, idOf func(uint32) kg.ID) iter.Seq[kg.ID] {
	within := func(ref uint64) bool {
		r := unpackRef(ref).Revision
		return r > after && r <= upTo
	}
	return func(yield func(kg.ID) bool) {
		for n := range numbers {
			now := newest(n)
			if now != 0 && unpackRef(now).Revision <= after {
				continue
			}
			if !within(now) {
				list := p.versions.list(n, 0)
				i := list.Search(func(v pastRef) bool { return unpackRef(v.ref()).Revision > after })
				if i == list.Len() || !within(list.At(i).ref()) {
					continue
				}
			}
			id, deleted := p.ids.at(n)
			if !deleted {
				id = string(idOf(n))
			}
			if !yield(kg.ID(id)) {
				return
			}
		}
	}
}
