package rules

import (
	"context"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
)

// Links reads links of an index as the commits wrote them, in the order asked
// for.
type Links func(ctx context.Context, links []index.Link) ([]*kg.Link, error)

// past is what derived links are kept with: their premises, and so their worth.
type past struct {
	context context.Context
	read    Links
	links   map[link]*kg.Link
	worths  map[link]worth
	err     error
}

func newPast(ctx context.Context, read Links) *past {
	return &past{context: ctx, read: read, links: map[link]*kg.Link{}, worths: map[link]worth{}}
}

// link is the link as it was written; one that says nothing after an error.
func (p *past) link(l link) *kg.Link {
	if known := p.links[l]; known != nil {
		return known
	}
	found := &kg.Link{}
	if p.err == nil {
		var list []*kg.Link
		if list, p.err = p.read(p.context, []index.Link{index.Link(l)}); p.err == nil {
			found = list[0]
		}
	}
	p.links[l] = found
	return found
}

// worth is what the link of the index is worth by what it is kept with.
func (p *past) worth(ix *index.Index, l index.Link) worth {
	firmness := ix.LinkModality(l).Firmness()
	if ix.LinkBasis(l) != kg.Derived {
		return worth{firmness: firmness}
	}
	if known, ok := p.worths[link(l)]; ok {
		return known
	}
	w := worth{firmness: firmness, rounds: 1}
	p.worths[link(l)] = w // what should never be, a proof in a circle, comes to an end
	for _, id := range p.link(link(l)).Premises {
		premise, found := ix.Link(id)
		if !found {
			continue
		}
		if of := p.worth(ix, premise); of.firmness == firmness {
			w.rounds = max(w.rounds, of.rounds+1)
		}
	}
	p.worths[link(l)] = w
	return w
}
