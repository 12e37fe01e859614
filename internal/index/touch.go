package index

// Touch reads a little of what the index holds of the far nodes: their rows, ids
// and names. In a large index these lie in far memory. Work that goes from node
// to node waits for each of them in turn; here the processor fetches for many
// nodes side by side, and the work finds them near. The result means nothing:
// it is for the caller to keep, so that the reads are not optimised away.
func (ix *Index) Touch(edges []Edge) (sum uint32) {
	for _, e := range edges {
		n := uint32(e.Far)
		sum += ix.nodes.at(n).slot + ix.ids.touch(n) + ix.names.touch(n)
	}
	return sum
}

// touch reads the head of the text's page, and about where the text lies.
func (t *texts) touch(i uint32) uint32 {
	page := t.pages.at(i / pageTexts)
	if page == "" {
		return 0
	}
	return word(page, 0) + uint32(page[len(page)*int(i%pageTexts)/pageTexts])
}

// TouchLinks does the same with where the links of the nodes lie.
func (ix *Index) TouchLinks(nodes []Node) (sum uint32) {
	for _, n := range nodes {
		if page := ix.adjacency.pages.at(uint32(n) / pageOwners); page != nil {
			if at := page[n%pageOwners]; int(at) < len(page) {
				sum += page[at]
			}
		}
	}
	return sum
}
