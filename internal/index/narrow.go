package index

import (
	"sync/atomic"

	"ecpgraph/internal/kg"
)

// MaxNarrowed is how many links a graph may be narrowed by.
const MaxNarrowed = 2_000_000

// narrowings keep, for each basis, the index that was narrowed last. All indexes
// that descend from one New share them.
type narrowings [len(bases)]atomic.Pointer[narrowing]

type narrowing struct{ from, to *Index }

// Narrowed is the same graph with only the links of that basis, under the same
// numbers and head. Made for an index once, it is kept until it is made for
// another. More than MaxNarrowed links to leave out are an error of code Limit.
func (ix *Index) Narrowed(basis kg.Basis) (*Index, error) {
	ground := uint8(0)
	for i, b := range bases {
		if b == basis {
			ground = uint8(i)
		}
	}
	kept := &ix.narrowings[ground]
	if n := kept.Load(); n != nil && n.from == ix {
		return n.to, nil
	}
	c := kg.Commit{Revision: ix.head.Revision + 1}
	for l := range ix.nextLink {
		row := ix.links.at(l)
		if row.ref == 0 || row.ground>>4 == ground {
			continue
		}
		if len(c.Records) == MaxNarrowed {
			return nil, kg.Errorf(kg.Limit, "more than %d links are not %s: ask with a filter on their basis instead", MaxNarrowed, basis)
		}
		c.Records = append(c.Records, kg.Record{Op: kg.DeleteLink, ID: ix.LinkID(Link(l)), Number: l})
	}
	to := ix
	if len(c.Records) > 0 {
		var err error
		if to, err = ix.Apply(c); err != nil {
			return nil, err
		}
		to.head, to.time = ix.head, ix.time
		to.pastNodes, to.pastLinks = ix.pastNodes, ix.pastLinks // nothing happened
	}
	kept.Store(&narrowing{ix, to})
	return to, nil
}
