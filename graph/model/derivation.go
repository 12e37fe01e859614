package model

import (
	"context"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/records"
	"ecpgraph/internal/rules"
)

// MaxDerivations is how many proofs of a link are listed at most.
const MaxDerivations = 100

// NewFinder makes a finder of proofs by the rules of the graph.
func NewFinder(ctx context.Context, ix *index.Index, source *records.Cache) (*rules.Finder, error) {
	var numbers []index.Node
	for n := range rules.Nodes(ix).From(0) {
		numbers = append(numbers, n)
	}
	nodes, err := source.Nodes(ctx, ix, numbers)
	if err != nil {
		return nil, err
	}
	set, err := rules.NewSet(ix.Ontology(), nodes)
	if err != nil {
		return nil, err
	}
	return rules.NewFinder(ctx, set, ix, func(ctx context.Context, links []index.Link) ([]*kg.Link, error) {
		return source.Links(ctx, ix, links)
	}), nil
}

// Derivation is the Go side of the GraphQL type.
type Derivation struct {
	reader *reader
	proof  rules.Proof
}

// Rule is the rule that was applied last.
func (d *Derivation) Rule() *Rule { return newRule(d.reader.base(d.proof.Rule)) }

// Premises are the links that it was applied to.
func (d *Derivation) Premises() []*Link { return d.reader.asLinks(d.proof.Premises) }

// Depth is how many rules are applied one after the other.
func (d *Derivation) Depth() int { return d.proof.Depth }

// Stated are the links of documents at the bottom.
func (d *Derivation) Stated() []*Link { return d.reader.asLinks(d.proof.Stated) }

// Derivations is the Go side of the GraphQL type.
type Derivations struct {
	Items     []*Derivation
	Truncated bool
}

// Rule is the rule that concludes the link, nil when it is stated.
func (l *Link) Rule() (*Rule, error) {
	d, err := l.Derivation()
	if d == nil || err != nil {
		return nil, err
	}
	return d.Rule(), nil
}

// Derivation is the proof that the link is kept with, nil when it is stated.
func (l *Link) Derivation() (*Derivation, error) {
	d, err := l.Derivations(1)
	if err != nil || len(d.Items) == 0 {
		return nil, err
	}
	return d.Items[0], nil
}

// Derivations are the proofs of the link.
func (l *Link) Derivations(limit int) (*Derivations, error) {
	switch {
	case limit < 0:
		return nil, kg.Invalidf("limit: %d is negative", limit)
	case limit > MaxDerivations:
		return nil, kg.Errorf(kg.Limit, "limit: %d is more than the %d that are answered at once", limit, MaxDerivations)
	}
	finder, err := NewFinder(l.reader.ctx, l.reader.Index, l.reader.Records)
	if err != nil {
		return nil, err
	}
	proofs, truncated, err := finder.Proofs(l.link.number, limit)
	d := &Derivations{Truncated: truncated, Items: []*Derivation{}}
	for _, p := range proofs {
		d.Items = append(d.Items, &Derivation{l.reader, p})
	}
	return d, err
}
