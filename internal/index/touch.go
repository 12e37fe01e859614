package index

// Touch reads a little of what the index holds of the nodes: their rows, ids and
// names, and their values in the columns, which are of the nodes' type. In a large
// index these lie in far memory. Work that goes from node to node waits for each of
// them in turn; here the processor fetches for many nodes side by side, and the work
// finds them near. The result means nothing: it is for the caller to keep, so that
// the reads are not optimised away.
func (ix *Index) Touch(nodes []Node, columns []*Column) (sum uint32) {
	// What leads to the rest comes first, of all nodes: so more is under way at a time.
	for _, n := range nodes {
		sum += ix.nodes.at(uint32(n)).slot + ix.ids.touchPage(uint32(n)) + ix.names.touchPage(uint32(n))
	}
	for _, n := range nodes {
		sum += ix.ids.touch(uint32(n)) + ix.names.touch(uint32(n))
		row := ix.nodes.at(uint32(n))
		for _, c := range columns {
			if c.source == fromProperty && !c.isText() {
				sum += uint32(ix.types[row.typ].columns[c.place].codes.at(row.slot))
			}
		}
	}
	return sum
}

// touchPage reads what leads to the text.
func (t *texts) touchPage(i uint32) uint32 {
	page := t.pages.at(i / pageTexts)
	if page == "" {
		return 0
	}
	return word(page, 0) + word(page, min(4+4*int(i%pageTexts), len(page)-4))
}

// touch reads where the text starts and ends.
func (t *texts) touch(i uint32) uint32 {
	text, _ := t.at(i)
	if text == "" {
		return 0
	}
	return uint32(text[0]) + uint32(text[len(text)-1])
}

// TouchLinks does the same with where the links of the node lie.
func (ix *Index) TouchLinks(n Node) uint32 {
	page := ix.adjacency.pages.at(uint32(n) / pageOwners)
	if page == nil {
		return 0
	}
	return page[min(int(page[n%pageOwners]), len(page)-1)]
}

// touchedAhead is how many nodes' links are touched at a time: about as many as a
// processor can wait for.
const touchedAhead = 16

// TouchLinksAhead is for work that goes along the nodes and has come to the i-th: it
// touches the links of the next few, when it is time.
func (ix *Index) TouchLinksAhead(nodes []Node, i int) (sum uint32) {
	if i%touchedAhead == 0 {
		for _, n := range nodes[i:min(i+touchedAhead, len(nodes))] {
			sum += ix.TouchLinks(n)
		}
	}
	return sum
}
