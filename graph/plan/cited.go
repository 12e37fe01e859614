package plan

// citedness is how far the passages of a document are cited.
type citedness struct {
	*outlined
	counts   []passageCount // of the outline, in its order
	unlisted []passageCount // of what else is cited, by place
	nodes    int
	links    int
}

// passageCount is how much cites a passage.
type passageCount struct {
	passage
	nodes, links int
}

// is counts the passages of the kind.
func (d *citedness) is(kind func(passageCount) bool) (n int) {
	for _, c := range d.counts {
		if kind(c) {
			n++
		}
	}
	return n
}

func (c passageCount) cited() bool { return c.nodes+c.links > 0 }

// documentCoverage is the field for how far a document is cited.
func (c *compiler) documentCoverage(g *group) field[*node] {
	outlines := c.outlines()
	excused := fieldAt(outlines.values.Fields, "uncited")
	child := compile(c, c.schema.Types["DocumentCoverage"], g.selections, func(g *group) field[*citedness] {
		kind := func(is func(passageCount) bool) field[*citedness] {
			return count(g, func(_ *run, d *citedness) int { return d.is(is) })
		}
		hasReason := func(p passageCount) bool { return p.passages[p.place].JSON(excused) != nil }
		switch g.field.Name {
		case "size":
			return count(g, func(_ *run, d *citedness) int { return len(d.counts) })
		case "cited":
			return kind(passageCount.cited)
		case "excused":
			return kind(func(p passageCount) bool { return !p.cited() && hasReason(p) })
		case "open":
			return kind(func(p passageCount) bool { return !p.cited() && !hasReason(p) })
		case "nodes":
			return count(g, func(_ *run, d *citedness) int { return d.nodes })
		case "links":
			return count(g, func(_ *run, d *citedness) int { return d.links })
		case "passages":
			return stretched(c, g, c.passageCount(g), func(_ *run, d *citedness) ([]passageCount, error) { return d.counts, nil })
		case "unlisted":
			return stretched(c, g, c.passageCount(g), func(_ *run, d *citedness) ([]passageCount, error) { return d.unlisted, nil })
		case "uncited":
			return stretched(c, g, c.passage(g), func(_ *run, d *citedness) ([]passage, error) {
				var list []passage
				for _, p := range d.counts {
					if !p.cited() {
						list = append(list, p.passage)
					}
				}
				return list, nil
			})
		}
		return unknown[*citedness](g)
	})
	return recordsFirst(computed(c, g, child, func(r *run, n *node) (*citedness, bool, error) {
		d, err := r.countCiting(outlines.read(n))
		return d, err == nil, err
	}))
}

func (c *compiler) passageCount(g *group) *object[passageCount] {
	return compile(c, c.schema.Types["PassageCoverage"], g.selections, func(g *group) field[passageCount] {
		switch g.field.Name {
		case "passage":
			return one(g, c.passage(g), func(_ *run, p passageCount) (passage, bool) { return p.passage, true })
		case "nodes":
			return count(g, func(_ *run, p passageCount) int { return p.nodes })
		case "links":
			return count(g, func(_ *run, p passageCount) int { return p.links })
		}
		return unknown[passageCount](g)
	})
}

// countCiting counts what cites the passages of the document.
func (r *run) countCiting(o *outlined) (*citedness, error) {
	ix, d := r.index, &citedness{outlined: o}
	places := make(map[string]int, len(o.locators))
	for _, p := range o.all() {
		if _, twice := places[p.locator]; !twice {
			places[p.locator] = p.place
		}
		d.counts = append(d.counts, passageCount{passage: p})
	}
	nextNode, nextLink := ix.NextNumbers()
	nodes, links := newTally(nextNode), newTally(nextLink)
	for _, cited := range ix.Passages(o.document) {
		if err := r.context.Err(); err != nil {
			return nil, err
		}
		locator := ix.Locator(cited)
		p := passageCount{passage{o, -1, locator}, ix.CitingNodes(cited).Len(), ix.CitingLinks(cited).Len()}
		if place, listed := places[locator]; listed {
			p.place = place
			d.counts[place] = p
		} else {
			d.unlisted = append(d.unlisted, p)
		}
		for n := range ix.CitingNodes(cited).From(0) {
			nodes.add(uint32(n))
		}
		for l := range ix.CitingLinks(cited).From(0) {
			links.add(uint32(l))
		}
	}
	d.nodes, d.links = nodes.size, links.size
	return d, nil
}

// tally counts numbers, each once.
type tally struct {
	seen []uint64
	size int
}

func newTally(numbers uint32) *tally { return &tally{seen: make([]uint64, numbers/64+1)} }

func (t *tally) add(number uint32) {
	if word, bit := &t.seen[number/64], uint64(1)<<(number%64); *word&bit == 0 {
		*word |= bit
		t.size++
	}
}
