package rules_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/reference"
	"ecpgraph/internal/rules"
)

// hop is one hop of a pattern; more are names with their values.
func hop(relation string, more ...any) kg.Props {
	p := kg.Props{"relation": relation}
	for i := 0; i < len(more); i += 2 {
		p[more[i].(string)] = more[i+1]
	}
	return p
}

func rule(key, concludes string, pattern ...any) *kg.Node {
	return &kg.Node{ID: kg.ID("rule:" + key), Type: "Rule", Name: key, Props: kg.Props{"concludes": concludes, "pattern": pattern}}
}

func TestRead(t *testing.T) {
	o := reference.Ontology()
	long := rule("long", "PART_OF")
	for range rules.MaxSteps + 1 {
		long.Props["pattern"] = append(long.Props["pattern"].([]any), hop("PART_OF"))
	}
	firm := rule("firm", "BACKS", hop("SERVES"))
	firm.Props["firmest"] = "SURE"
	for _, test := range []struct {
		name  string
		rule  *kg.Node
		fault string // "" for none
	}{
		{"a chain", rule("a", "BACKS", hop("PART_OF"), hop("SERVES")), ""},
		{"against a relation", rule("a", "BACKS", hop("RUN_BY", "direction", "IN"), hop("SERVES")), ""},
		{"a number, a truth, a date", rule("a", "BACKS", hop("RUN_BY", "direction", "IN", "property", "since", "values", []any{"2017"}), hop("SERVES", "property", "strength", "values", []any{"1", "2"})), ""},
		{"no relation", rule("a", "BACK", hop("SERVES")), `rule:a: concludes: no relation "BACK"; did you mean "BACKS"?`},
		{"the name of the ontology", rule("a", "Backs", hop("SERVES")), `no relation "Backs"`},
		{"no pattern", rule("a", "BACKS"), "want 1 to 8 hops, not 0"},
		{"a long pattern", long, "want 1 to 8 hops, not 9"},
		{"no hop", rule("a", "BACKS", hop("SERVE")), `hop 1: no relation "SERVE"; did you mean "SERVES"?`},
		{"no direction", rule("a", "BACKS", hop("SERVES", "direction", "ANY")), `hop 1: direction "ANY" is neither OUT nor IN`},
		{"no type", rule("a", "BACKS", hop("PART_OF", "types", []any{"Tol"}), hop("SERVES")), `hop 1: no node type "Tol"; did you mean "Tool"?`},
		{"a type elsewhere", rule("a", "BACKS", hop("PART_OF", "types", []any{"Goal"}), hop("SERVES")), "hop 1: PART_OF leads to none of these types"},
		{"no modality", rule("a", "BACKS", hop("SERVES", "modality", []any{"SURE"})), `hop 1: modality "SURE" is none of`},
		{"no firmness", firm, `firmest: modality "SURE" is none of`},
		{"no property", rule("a", "BACKS", hop("SERVES", "property", "strengt", "values", []any{"1"})), `links of SERVES have no property "strengt" with @index; did you mean "strength"?`},
		{"a property without values", rule("a", "BACKS", hop("SERVES", "property", "strength")), "property and values go together"},
		{"values without a property", rule("a", "BACKS", hop("SERVES", "values", []any{"1"})), "property and values go together"},
		{"no value", rule("a", "BACKS", hop("SERVES", "property", "strength", "values", []any{"high"})), "strength: high is not a Int"},
		{"a property that is needed", rule("a", "RUN_BY", hop("PART_OF")), "links of RUN_BY need the property since, which a rule cannot give"},
		{"hops that do not meet", rule("a", "BACKS", hop("SERVES"), hop("PART_OF")), "hop 1: it leads to no type that hop 2 starts from"},
		{"a wrong start", rule("a", "BACKS", hop("SERVES", "direction", "IN"), hop("SERVES")), "hop 1: it starts from no type that a link of BACKS may start from"},
		{"a wrong end", rule("a", "BACKS", hop("PART_OF")), "hop 1: it leads to no type that a link of BACKS may lead to"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := rules.Read(o, test.rule)
			switch {
			case test.fault == "" && err != nil:
				t.Error(err)
			case test.fault != "" && (!errors.Is(err, kg.ErrInvalid) || !strings.Contains(err.Error(), test.fault) || !strings.HasPrefix(err.Error(), string(test.rule.ID))):
				t.Errorf("%v, want %s", err, test.fault)
			}
		})
	}
}

// chained is a graph in which tool 0 is a part of tool 3 by rule in several ways,
// with the rule.
func chained(t *testing.T) (*reference.Graph, *index.Index, *rules.Set) {
	t.Helper()
	title := []kg.Citation{{Document: "document:0", Locator: "title"}}
	c := kg.Change{PutNodes: []*kg.Node{
		{ID: "document:0", Type: "Document", Name: "d", Citations: title}, rule("chain", "PART_OF", hop("PART_OF"), hop("PART_OF")),
	}}
	for i := range 5 {
		c.PutNodes = append(c.PutNodes, &kg.Node{ID: kg.ID(fmt.Sprint("tool:", i)), Type: "Tool", Name: "t", Props: kg.Props{"kind": "GUIDE"}, Citations: title})
	}
	for _, part := range []struct {
		from, to int
		modality kg.Modality
	}{
		{0, 1, kg.Asserted}, {1, 2, kg.Asserted}, {2, 3, kg.Asserted}, // 0 to 3 in two rounds
		{0, 4, kg.Planned}, {4, 3, kg.Planned}, // and less firmly in one
		{3, 0, kg.Possible}, // a circle
	} {
		l := &kg.Link{Relation: "PartOf", From: kg.ID(fmt.Sprint("tool:", part.from)), To: kg.ID(fmt.Sprint("tool:", part.to)), Basis: kg.Stated, Modality: part.modality, Citations: title}
		l.ID = kg.LinkID(l.Relation, l.From, l.To, "")
		c.PutLinks = append(c.PutLinks, l)
	}
	g, _, refusal := reference.New(reference.Ontology()).Apply(c)
	if refusal != nil {
		t.Fatal(refusal.Faults)
	}
	set, err := rules.NewSet(g.Ontology, []*kg.Node{g.Nodes["rule:chain"].Node})
	if err != nil {
		t.Fatal(err)
	}
	return g, indexOf(t, g), set
}

// TestProofs: a link that follows in several ways is kept with the best, and what
// rests on the link itself is no proof of it.
func TestProofs(t *testing.T) {
	g, ix, set := chained(t)
	read := links(g, ix)
	id := kg.LinkID("PartOf", "tool:0", "tool:3", "derived")
	l, found := ix.Link(id)
	if !found || ix.LinkModality(l) != kg.Asserted {
		t.Fatalf("%s is not concluded as firmly as it could be", id)
	}
	proofs, truncated, err := rules.NewFinder(t.Context(), set, ix, read).Proofs(l, 100)
	if err != nil || truncated {
		t.Fatal(truncated, err)
	}
	var told []string
	for _, p := range proofs {
		text := fmt.Sprintf("depth %d, %d stated:", p.Depth, len(p.Stated))
		for _, premise := range p.Premises {
			text += " " + strings.TrimPrefix(string(ix.LinkID(premise)), "part-of:")
		}
		told = append(told, text)
	}
	// By way of 1 and by way of 2 are as good: the first by id is kept. None goes
	// by a link that follows from 0>3 itself.
	want := []string{
		"depth 2, 3 stated: tool:0>tool:1 tool:1>tool:3#derived",
		"depth 2, 3 stated: tool:0>tool:2#derived tool:2>tool:3",
		"depth 1, 2 stated: tool:0>tool:4 tool:4>tool:3",
	}
	if strings.Join(told, "\n") != strings.Join(want, "\n") {
		t.Errorf("proofs\n%s\nwant\n%s", strings.Join(told, "\n"), strings.Join(want, "\n"))
	}
	if kept := g.Links[id].Premises; len(kept) != 2 || kept[0] != "part-of:tool:0>tool:1" {
		t.Errorf("kept with %v", kept)
	}
	if some, truncated, err := rules.NewFinder(t.Context(), set, ix, read).Proofs(l, 1); len(some) != 1 || !truncated || err != nil {
		t.Errorf("one of several: %d, %v, %v", len(some), truncated, err)
	}
	stated, _ := ix.Link("part-of:tool:0>tool:1")
	if none, truncated, err := rules.NewFinder(t.Context(), set, ix, read).Proofs(stated, 1); len(none) > 0 || truncated || err != nil {
		t.Errorf("a stated link has %d proofs, %v, %v", len(none), truncated, err)
	}
}

// indexOf is the index of the graph.
func indexOf(t *testing.T, g *reference.Graph) *index.Index {
	t.Helper()
	c := kg.Commit{Revision: 1}
	for _, n := range g.Nodes {
		c.Records = append(c.Records, kg.Record{Op: kg.PutNode, Number: uint32(len(c.Records)), Node: n.Node})
	}
	nodes := len(c.Records)
	for _, l := range g.Links {
		c.Records = append(c.Records, kg.Record{Op: kg.PutLink, Number: uint32(len(c.Records) - nodes), Link: l.Link})
	}
	ix, err := index.New(g.Ontology).Apply(c)
	if err != nil {
		t.Fatal(err)
	}
	return ix
}
