package index

import (
	"cmp"
	"iter"
	"math/bits"
	"slices"
	"unsafe"
)

// A term is common that more nodes have than leastCommon, and than one for commonShare
// numbers given to nodes. It stays common down to half of that, so that a graph at
// the limit does not make its postings anew with every commit. A term is looked at
// when a commit changes who has it.
const commonShare = 64

var leastCommon = 256 // changed by tests only

// manyNodes tells whether so many postings are to be those of a common term,
// which they are already or not.
func (tx *transaction) manyNodes(postings int, already bool) bool {
	least := max(leastCommon, int(tx.nextNode)/commonShare)
	if already {
		least /= 2
	}
	return postings > least
}

// common is the postings of a term that many nodes have: as sets of bits, whose
// intersections are made and counted 64 nodes at a time, with what the term is
// worth in each of them; and those of great impact ranked, for what is found best
// by a few of them. It is never changed.
type common struct {
	size   int
	pages  []commonPage // nil for pages without nodes, and none after the last that has some
	ranked List[Posting]
}

// PageNodes is how many nodes a page of Members stands for.
const PageNodes = 64 * 256

// Members is which nodes of a page are in a set, a bit each.
type Members [PageNodes / 64]uint64

// LeastRanked is the least impact of a posting among Ranked.
const LeastRanked Impact = 1.2

// commonPage is the postings of one page, in words without pointers: its Members;
// for each word of them the number of nodes before it, in 16 bits; and what the
// term is worth in each node, in 16 bits too.
type commonPage []uint64

const worthsAt = len(Members{}) // of 16 bits, behind the numbers

func (p commonPage) members() *Members { return (*Members)(p) }

// shorts are the numbers and what follows them.
func (p commonPage) shorts() []uint16 {
	rest := p[len(Members{}):]
	return unsafe.Slice((*uint16)(unsafe.Pointer(&rest[0])), 4*len(rest))
}

// page is the page of that number, nil when it has no nodes.
func (c *common) page(number uint32) commonPage {
	if int(number) < len(c.pages) {
		return c.pages[number]
	}
	return nil
}

func (c *common) find(n Node) (Posting, bool) {
	page := c.page(uint32(n) / PageNodes)
	if page == nil {
		return Posting{}, false
	}
	at, bit := n%PageNodes/64, uint64(1)<<(n%64)
	word := page.members()[at]
	if word&bit == 0 {
		return Posting{}, false
	}
	shorts := page.shorts()
	return Posting{Node: n, worth: worth(shorts[worthsAt+int(shorts[at])+bits.OnesCount64(word&(bit-1))])}, true
}

func (c *common) among(nodes []Node, visit func(at int, p Posting)) {
	var (
		page    commonPage
		members *Members
		shorts  []uint16
		number  = ^uint32(0)
	)
	for at, n := range nodes {
		if uint32(n)/PageNodes != number {
			number = uint32(n) / PageNodes
			if page = c.page(number); page != nil {
				members, shorts = page.members(), page.shorts()
			}
		}
		if page == nil {
			continue
		}
		i, bit := n%PageNodes/64, uint64(1)<<(n%64)
		if word := members[i]; word&bit != 0 {
			visit(at, Posting{Node: n, worth: worth(shorts[worthsAt+int(shorts[i])+bits.OnesCount64(word&(bit-1))])})
		}
	}
}

// all yields the postings by number of the node.
func (c *common) all() iter.Seq[Posting] {
	return func(yield func(Posting) bool) {
		var page []Posting
		for i := range c.pages {
			page = c.pages[i].appendTo(page[:0], uint32(i))
			for _, p := range page {
				if !yield(p) {
					return
				}
			}
		}
	}
}

// appendTo appends the postings of the page of that number, which may be nil.
func (p commonPage) appendTo(to []Posting, number uint32) []Posting {
	if p == nil {
		return to
	}
	worths := p.shorts()[worthsAt:]
	for i, word := range p.members() {
		for ; word != 0; word &= word - 1 {
			n := Node(number*PageNodes + uint32(64*i+bits.TrailingZeros64(word)))
			to, worths = append(to, Posting{Node: n, worth: worth(worths[0])}), worths[1:]
		}
	}
	return to
}

// commonPageSize is how many words a page of so many postings has.
func commonPageSize(postings int) int {
	return len(Members{}) + (worthsAt+postings+3)/4
}

// size is how many postings the page has.
func (p commonPage) size() int {
	if p == nil {
		return 0
	}
	last := len(Members{}) - 1
	return int(p.shorts()[last]) + bits.OnesCount64(p.members()[last])
}

// newCommonPage is the page of the postings, nil when there is none.
func newCommonPage(postings []Posting) commonPage {
	if len(postings) == 0 {
		return nil
	}
	page := make(commonPage, commonPageSize(len(postings)))
	members, shorts := page.members(), page.shorts()
	for i, p := range postings {
		members[p.Node%PageNodes/64] |= 1 << (p.Node % 64)
		shorts[worthsAt+i] = uint16(p.worth)
	}
	before := 0
	for i, word := range members {
		shorts[i] = uint16(before)
		before += bits.OnesCount64(word)
	}
	return page
}

// fewEdits is up to how many edits of a page are made one by one.
const fewEdits = 8

// spliced is the page, which may be nil, with few edits.
func (p commonPage) spliced(removed, added []Posting) commonPage {
	size := p.size()
	page := make(commonPage, commonPageSize(size+len(added)))
	copy(page, p)
	members, shorts := page.members(), page.shorts()
	befores, worths := shorts[:worthsAt], shorts[worthsAt:]
	place := func(n Node) (word, at int, bit uint64) {
		word, bit = int(n%PageNodes/64), 1<<(n%64)
		return word, int(befores[word]) + bits.OnesCount64(members[word]&(bit-1)), bit
	}
	for _, r := range removed {
		word, at, bit := place(r.Node)
		if members[word]&bit == 0 || worth(worths[at]) != r.worth {
			panic("index: a page lacks what is to be removed")
		}
		members[word] &^= bit
		copy(worths[at:], worths[at+1:size])
		size--
		worths[size] = 0
		for i := range befores[word+1:] {
			befores[word+1+i]--
		}
	}
	for _, a := range added {
		word, at, bit := place(a.Node)
		members[word] |= bit
		copy(worths[at+1:size+1], worths[at:size])
		worths[at] = uint16(a.worth)
		size++
		for i := range befores[word+1:] {
			befores[word+1+i]++
		}
	}
	if size == 0 {
		return nil
	}
	return page[:commonPageSize(size):commonPageSize(size)]
}

// edited is the postings without those removed, which must be there, and with
// those added; both are by number of the node. Pages without an edit are shared.
func (c *common) edited(removed, added []Posting) *common {
	next := *c
	next.pages = slices.Clone(c.pages)
	next.size += len(added) - len(removed)
	next.ranked = edited(c.ranked, rankedOf(removed), rankedOf(added), func(p Posting) Posting { return p }, compareRanks)
	var old, now []Posting
	for len(removed)+len(added) > 0 {
		number := ^uint32(0)
		for _, list := range [][]Posting{removed, added} {
			if len(list) > 0 {
				number = min(number, uint32(list[0].Node)/PageNodes)
			}
		}
		cut := func(list *[]Posting) []Posting {
			n, _ := slices.BinarySearchFunc(*list, number, func(p Posting, page uint32) int {
				return cmp.Compare(uint32(p.Node)/PageNodes, page+1)
			})
			part := (*list)[:n]
			*list = (*list)[n:]
			return part
		}
		gone, come, page := cut(&removed), cut(&added), c.page(number)
		if len(gone)+len(come) <= fewEdits {
			next.put(number, page.spliced(gone, come))
			continue
		}
		old = page.appendTo(old[:0], number)
		now = merged(now[:0], old, gone, come, comparePostings)
		next.put(number, newCommonPage(now))
	}
	return &next
}

// put puts the page, which may be nil, in place.
func (c *common) put(number uint32, page commonPage) {
	for int(number) >= len(c.pages) {
		c.pages = append(c.pages, nil)
	}
	c.pages[number] = page
	for last := len(c.pages) - 1; last >= 0 && c.pages[last] == nil; last-- {
		c.pages = c.pages[:last]
	}
}

// rankedOf are the postings that are ranked, in their order.
func rankedOf(postings []Posting) []Posting {
	var list []Posting
	for _, p := range postings {
		if p.Impact() >= LeastRanked {
			list = append(list, p)
		}
	}
	slices.SortFunc(list, compareRanks)
	return list
}

func compareRanks(p, q Posting) int {
	if c := cmp.Compare(q.worth&^inName, p.worth&^inName); c != 0 {
		return c
	}
	return comparePostings(p, q)
}
