package plan

import (
	"github.com/vektah/gqlparser/v2/ast"

	"ecpgraph/graph/model"
	"ecpgraph/internal/index"
	"ecpgraph/internal/ontology"
	"ecpgraph/internal/rules"
)

// derivation is one proof of a link.
type derivation struct{ rules.Proof }

// derivations are some proofs of a link.
type derivations struct {
	items     []derivation
	truncated bool
}

// proofs finds proofs in the run's graph.
func (r *run) proofs() (*rules.Finder, error) {
	if r.finder == nil {
		var err error
		if r.finder, err = model.NewFinder(r.context, r.index, r.cache); err != nil {
			return nil, err
		}
	}
	return r.finder, nil
}

// derived makes a field that is computed from the proofs of a link, so many at
// most. What the proofs of a level rest on is read together.
func derived[C any](c *compiler, g *group, child composite[C], most func(r *run) (int, error), of func(proofs derivations) (C, bool)) field[*link] {
	f := computed(c, g, child, func(r *run, l *link) (none C, present bool, err error) {
		limit, err := most(r)
		if err != nil {
			return none, false, err
		}
		finder, err := r.proofs()
		if err != nil {
			return none, false, err
		}
		found, truncated, err := finder.Proofs(l.number, limit)
		if err != nil {
			return none, false, err
		}
		proofs := derivations{truncated: truncated}
		for _, p := range found {
			proofs.items = append(proofs.items, derivation{p})
		}
		made, present := of(proofs)
		return made, present, nil
	})
	gather := f.gather
	f.gather = func(r *run, values []*link) {
		numbers := make([]index.Link, len(values))
		for i, l := range values {
			numbers[i] = l.number
		}
		if finder, err := r.proofs(); err == nil {
			_ = finder.Load(numbers) // what could not be read is read again, and then said
		}
		gather(r, values)
	}
	return f
}

// kept asks for the proof that a link is kept with.
func kept(*run) (int, error) { return 1, nil }

func (c *compiler) rule(g *group) field[*link] {
	child := c.node(c.ontology.NodeType(ontology.RuleType), g.selections)
	return derived(c, g, child, kept, func(p derivations) (*node, bool) {
		if len(p.items) == 0 {
			return nil, false
		}
		return &node{number: p.items[0].Rule}, true
	})
}

func (c *compiler) keptDerivation(g *group) field[*link] {
	return derived(c, g, c.derivation(g.selections), kept, func(p derivations) (derivation, bool) {
		if len(p.items) == 0 {
			return derivation{}, false
		}
		return p.items[0], true
	})
}

func (c *compiler) derivations(g *group) field[*link] {
	child := compile(c, c.schema.Types["Derivations"], g.selections, func(g *group) field[derivations] {
		switch g.field.Name {
		case "items":
			return many(g, c.derivation(g.selections), func(d derivations) int { return len(d.items) }, func(d derivations, i int) derivation { return d.items[i] })
		case "truncated":
			return truth(g, func(_ *run, d derivations) bool { return d.truncated })
		}
		return unknown[derivations](g)
	})
	most := func(r *run) (int, error) {
		return r.arguments(g.field).limited("limit", model.MaxDerivations)
	}
	return derived(c, g, child, most, func(p derivations) (derivations, bool) { return p, true })
}

func (c *compiler) derivation(selections ast.SelectionSet) *object[derivation] {
	links := func(g *group, of func(derivation) []index.Link) field[derivation] {
		return computedList(c, g, c.link(g.selections), func(r *run, d derivation) ([]*link, error) {
			return r.linksAt(of(d)), nil
		})
	}
	return compile(c, c.schema.Types["Derivation"], selections, func(g *group) field[derivation] {
		switch g.field.Name {
		case "rule":
			return far(c, g, c.ontology.NodeType(ontology.RuleType), func(_ *run, d derivation) index.Node { return d.Rule })
		case "premises":
			return links(g, func(d derivation) []index.Link { return d.Premises })
		case "depth":
			return count(g, func(_ *run, d derivation) int { return d.Depth })
		case "stated":
			return links(g, func(d derivation) []index.Link { return d.Stated })
		}
		return unknown[derivation](g)
	})
}
