package index

import (
	"encoding/binary"
	"slices"
)

// cited is who cites what. A passage gets a number when something begins to
// cite it, and is forgotten when nothing does any more. A document is known here
// by its id, so that what cites it needs no more than that.
type cited struct {
	documents dictionary // ids
	locators  dictionary

	nextPassage uint32
	passages    rows[passageRow]
	ofDocument  runs[Passage] // by locator

	nodes runs[Node] // that cite the passage
	links runs[Link]

	// What a node or link cites is in the field cites of its row: 0 for nothing,
	// a passage's number + 1, or several for the passages listed here, each as
	// four bytes, by number.
	ofNodes, ofLinks texts
}

// passageRow is a passage, by the numbers in the dictionaries.
type passageRow struct{ document, locator uint32 }

const several = ^uint32(0)

// passage finds the passage of the document of that number.
func (c *cited) passage(document uint32, locator string) (Passage, bool) {
	list := c.ofDocument.list(document, 0)
	i := list.Search(func(p Passage) bool { return c.locator(p) >= locator })
	if i == list.Len() || c.locator(list.At(i)) != locator {
		return 0, false
	}
	return list.At(i), true
}

func (c *cited) locator(p Passage) string { return c.locators.at(c.passages.at(uint32(p)).locator) }

// appendCites appends the passages that the field cites stands for, by number.
func appendCites(to []Passage, cites uint32, lists *texts, number uint32) []Passage {
	switch cites {
	case 0:
		return to
	case several:
		list, _ := lists.at(number)
		for i := 0; i < len(list); i += 4 {
			to = append(to, Passage(word(list, i)))
		}
		return to
	}
	return append(to, Passage(cites-1))
}

// citesOf is the field cites for the passages, and the text to keep beside it.
func citesOf(list []Passage) (cites uint32, text string) {
	switch len(list) {
	case 0:
		return 0, ""
	case 1:
		return uint32(list[0]) + 1, ""
	}
	b := make([]byte, 0, 4*len(list))
	for _, p := range list {
		b = binary.LittleEndian.AppendUint32(b, uint32(p))
	}
	return several, string(b)
}

// Passage is a place in a document that something cites.
type Passage uint32

// Passage finds the passage of the document.
func (ix *Index) Passage(document Node, locator string) (Passage, bool) {
	d, ok := ix.cited.documents.find(string(ix.NodeID(document)))
	if !ok {
		return 0, false
	}
	return ix.cited.passage(d, locator)
}

// Passages lists the passages of the document that anything cites, by locator.
// The caller must not change it.
func (ix *Index) Passages(document Node) []Passage {
	d, ok := ix.cited.documents.find(string(ix.NodeID(document)))
	if !ok {
		return nil
	}
	list := ix.cited.ofDocument.list(d, 0)
	if run := list.Run(0); len(run) == list.Len() {
		return run
	}
	return slices.Collect(list.From(0))
}

// Locator is the place that the passage is at.
func (ix *Index) Locator(p Passage) string { return ix.cited.locator(p) }

// CitingNodes lists the nodes that cite the passage, themselves or by an alias,
// by id.
func (ix *Index) CitingNodes(p Passage) List[Node] { return ix.cited.nodes.list(uint32(p), 0) }

// CitingLinks lists the links that cite the passage, by id.
func (ix *Index) CitingLinks(p Passage) List[Link] { return ix.cited.links.list(uint32(p), 0) }
