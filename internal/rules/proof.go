package rules

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
)

// Proof is one way in which a derived link follows from others.
type Proof struct {
	Rule     index.Node   // the first by id of those that make it
	Premises []index.Link // in the order of the rule's pattern
	// Depth is how many rules are applied one after the other, where premises
	// that are derived follow as they are kept; 1 when all premises are stated.
	Depth int
	// Stated are the links of documents that all of it rests on, each once, in
	// the order of the premises.
	Stated []index.Link
}

// MaxProofLooks is how many links are looked at to find the proofs of one link.
const MaxProofLooks = 100_000

// Finder finds proofs in one graph. It serves one goroutine, and remembers what
// it has read.
type Finder struct {
	*graph
	set     *Set
	past    *past
	grounds map[index.Link]*ground
}

// NewFinder makes a finder for the index, whose rules the set is and whose links
// read reads.
func NewFinder(ctx context.Context, s *Set, ix *index.Index, read Links) *Finder {
	return &Finder{graph: newGraph(ctx, ix), set: s, past: newPast(ctx, read), grounds: map[index.Link]*ground{}}
}

// Load reads what the proofs of the links, as they are kept, rest on: one call
// of the reader for each round of reasoning, instead of one for each link.
func (f *Finder) Load(links []index.Link) error {
	for len(links) > 0 {
		var missing []index.Link
		for _, l := range links {
			if f.ix.LinkBasis(l) == kg.Derived && f.past.links[link(l)] == nil && !slices.Contains(missing, l) {
				missing = append(missing, l)
			}
		}
		if len(missing) == 0 {
			return nil
		}
		read, err := f.past.read(f.context, missing)
		if err != nil {
			return err
		}
		links = nil
		for i, l := range read {
			f.past.links[link(missing[i])] = l
			for _, id := range l.Premises {
				if premise, found := f.ix.Link(id); found {
					links = append(links, premise)
				}
			}
		}
	}
	return nil
}

// Proofs lists how the derived link follows by the rules: the proof that it is
// kept with first, then the others by the ids of their premises. What rests on
// the link itself proves nothing and is left out. Truncated says that there are
// more than most, or that too many links were looked at to find all. A link that
// is stated has none.
func (f *Finder) Proofs(l index.Link, most int) (list []Proof, truncated bool, err error) {
	if f.ix.LinkBasis(l) != kg.Derived || f.set.Empty() {
		return nil, false, nil
	}
	f.looks, f.err = MaxProofLooks, nil
	from, to := f.ix.LinkEnds(l)
	whole := true
	for _, r := range f.set.concluding(f.ix.LinkRelation(l)) {
		whole = f.matcher(r, func(p path) bool {
			if proof, sound := f.proof(r, p, l); sound &&
				!slices.ContainsFunc(list, func(known Proof) bool { return slices.Equal(known.Premises, proof.Premises) }) {
				list = append(list, proof)
			}
			return f.past.err == nil
		}).between(from, to) && whole
	}
	kept := f.past.link(link(l)).Premises
	if err := cmp.Or(f.past.err, f.context.Err()); err != nil {
		return nil, false, err
	}
	slices.SortFunc(list, func(a, b Proof) int {
		x, y := f.ids(a), f.ids(b)
		if first := slices.Equal(x, kept); first != slices.Equal(y, kept) {
			if first {
				return -1
			}
			return 1
		}
		return slices.CompareFunc(x, y, func(a, b kg.ID) int { return strings.Compare(string(a), string(b)) })
	})
	if len(list) > most {
		return list[:most], true, nil
	}
	return list, !whole, nil
}

func (f *Finder) ids(p Proof) []kg.ID {
	ids := make([]kg.ID, len(p.Premises))
	for i, l := range p.Premises {
		ids[i] = f.ix.LinkID(l)
	}
	return ids
}

// ground is what a link rests on, by the proofs that derived links are kept
// with.
type ground struct {
	depth   int // 0 for a stated link
	stated  []index.Link
	derived []index.Link // the link itself among them
}

func (f *Finder) ground(l index.Link) *ground {
	if known := f.grounds[l]; known != nil {
		return known
	}
	g := &ground{}
	f.grounds[l] = g
	if f.ix.LinkBasis(l) != kg.Derived {
		g.stated = []index.Link{l}
		return g
	}
	g.depth, g.derived = 1, []index.Link{l}
	for _, id := range f.past.link(link(l)).Premises {
		premise, found := f.ix.Link(id)
		if !found || !f.look() {
			continue
		}
		g.add(f.ground(premise))
	}
	return g
}

// add takes in what a premise rests on.
func (g *ground) add(premise *ground) {
	g.depth = max(g.depth, premise.depth+1)
	for _, l := range premise.stated {
		if !slices.Contains(g.stated, l) {
			g.stated = append(g.stated, l)
		}
	}
	for _, l := range premise.derived {
		if !slices.Contains(g.derived, l) {
			g.derived = append(g.derived, l)
		}
	}
}

// proof is that by the path; it is sound unless it rests on the link itself.
func (f *Finder) proof(r *Rule, p path, of index.Link) (proof Proof, sound bool) {
	g := &ground{}
	proof.Rule, _ = f.ix.Node(r.ID) // it is one of the graph
	for _, l := range p.links {
		g.add(f.ground(index.Link(l)))
		proof.Premises = append(proof.Premises, index.Link(l))
	}
	proof.Depth, proof.Stated = g.depth, g.stated
	return proof, !slices.Contains(g.derived, of)
}
