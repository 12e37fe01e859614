package rules

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/reference"
)

// crowd is 60 tools, each a part of every other.
func crowd(t *testing.T) *index.Index {
	t.Helper()
	title := []kg.Citation{{Document: "document:0", Locator: "title"}}
	tool := func(i int) kg.ID { return kg.ID(fmt.Sprint("tool:", i)) }
	c := kg.Commit{Revision: 1}
	for i := range 60 {
		c.Records = append(c.Records, kg.Record{Op: kg.PutNode, Number: uint32(i), Node: &kg.Node{ID: tool(i), Type: "Tool", Name: "t", Citations: title}})
	}
	number := uint32(0)
	for i := range 60 {
		for j := range 60 {
			c.Records = append(c.Records, kg.Record{Op: kg.PutLink, Number: number, Link: &kg.Link{
				ID: kg.LinkID("PartOf", tool(i), tool(j), ""), Relation: "PartOf", From: tool(i), To: tool(j), Basis: kg.Stated, Modality: kg.Asserted, Citations: title,
			}})
			number++
		}
	}
	ix, err := index.New(reference.Ontology()).Apply(c)
	if err != nil {
		t.Fatal(err)
	}
	return ix
}

// TestBounds: conclusions end with the context, and with the links that may be
// looked at; the error says what to do.
func TestBounds(t *testing.T) {
	ix := crowd(t)
	part := kg.Props{"relation": "PART_OF"}
	set, err := NewSet(ix.Ontology(), []*kg.Node{{ID: "rule:a", Type: "Rule", Name: "a", Props: kg.Props{"concludes": "PART_OF", "pattern": []any{part, part, part}}}})
	if err != nil {
		t.Fatal(err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	for name, test := range map[string]struct {
		ctx   context.Context
		looks int
		want  error
	}{
		"the context ends":            {ended, MaxLooks, context.Canceled},
		"too much is to be looked at": {t.Context(), 100_000, kg.ErrLimit},
	} {
		c := newConcluder(test.ctx, set, ix, newPast(test.ctx, nil))
		c.looks = test.looks
		c.everything()
		if err := c.run(); !errors.Is(err, test.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
