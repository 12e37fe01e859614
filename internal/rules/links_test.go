package rules_test

import (
	"context"
	"errors"
	"testing"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/reference"
	"ecpgraph/internal/rules"
)

// links reads the links of the graph.
func links(g *reference.Graph, ix *index.Index) rules.Links {
	return func(_ context.Context, numbers []index.Link) ([]*kg.Link, error) {
		list := make([]*kg.Link, len(numbers))
		for i, l := range numbers {
			list[i] = g.Links[ix.LinkID(l)].Link
		}
		return list, nil
	}
}

// TestReviseFails: when the store cannot read, or the graph cannot be made, there
// are no conclusions.
func TestReviseFails(t *testing.T) {
	g, ix, set := chained(t)
	fault := errors.New("no disk")
	good := rules.Change{
		Old: set, New: nil, Before: ix, Links: links(g, ix),
		After: func([]kg.ID) (*index.Index, error) { return ix, nil },
	}
	unread, unmade := good, good
	unread.Links = func(context.Context, []index.Link) ([]*kg.Link, error) { return nil, fault }
	unmade.After = func([]kg.ID) (*index.Index, error) { return nil, fault }
	for name, c := range map[string]rules.Change{"unread": unread, "unmade": unmade} {
		if put, gone, err := rules.Revise(t.Context(), c); !errors.Is(err, fault) || put != nil || gone != nil {
			t.Errorf("%s: %d, %d, %v", name, len(put), len(gone), err)
		}
	}
	if put, gone, err := rules.Revise(t.Context(), good); err != nil || len(put) > 0 || len(gone) < 5 {
		t.Errorf("without the rule: %d, %d, %v; want all conclusions to go", len(put), len(gone), err)
	}
}
