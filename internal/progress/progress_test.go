package progress

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"ecpgraph/graph/schema"
	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
	"ecpgraph/internal/reference"
)

// served is the ontology that is served.
func served(t *testing.T) *ontology.Ontology {
	t.Helper()
	o, err := ontology.Read(schema.Files, schema.OntologyDir)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// TestOntologyHasAll: the words that this package reads by are those of the
// ontology.
func TestOntologyHasAll(t *testing.T) {
	o := served(t)
	relation := o.Relation("ReportsStatusOf")
	if relation == nil || relation.Field("status") == nil || relation.Field("asOf") == nil || o.NodeType("Document").Field("date") == nil {
		t.Fatal("states are reported otherwise")
	}
	status := relation.Field("status").Enum
	for _, v := range status.Values {
		if slices.Contains(done, v.Name) == slices.Contains(notDone, v.Name) && v.Name != "ONGOING" {
			t.Errorf("%s is neither done nor not done, or both", v.Name)
		}
	}
	for _, name := range slices.Concat(done, notDone) {
		if !status.Has(name) {
			t.Errorf("there is no state %s", name)
		}
	}
	for _, name := range actsOn {
		if o.Relation(name) == nil || o.Relation(name).From.Single() != o.NodeType("Action") {
			t.Errorf("%s is no relation of actions", name)
		}
	}
	known := map[string]bool{}
	for _, v := range o.Relation("ActsOnTool").Field("task").Enum.Values {
		known[v.Name] = PartOf("ActsOnTool", v.Name) != Used
	}
	for name, acts := range known {
		if used := slices.Contains([]string{"BUILD_ON", "SUPPORT_IMPLEMENTATION", "PROMOTE"}, name); used == acts {
			t.Errorf("the part of the task %s is not settled", name)
		}
	}
	kind := o.NodeType("Action").Field("timeframe").Value.Field("kind").Enum
	for _, name := range []string{"BY_DATE", "WINDOW", "CONTINUOUS", "RECURRING", "UNSPECIFIED"} {
		if !kind.Has(name) {
			t.Errorf("there is no kind %s", name)
		}
	}
	for typ, fields := range map[string][]string{
		"ActionPlan": {"versions", "sections"}, "PlanVersion": {"sections"}, "PlanSection": {"actions", "strands", "within"},
		"Action": {"responsibleBodies"}, "Tool": {"comparedWith", "comparedFrom"},
	} {
		for _, field := range fields {
			if o.NodeType(typ).End(field) == nil {
				t.Errorf("%s has no relation field %s", typ, field)
			}
		}
	}
}

// graphOf is a graph of nodes, given as "id property=value …", and links, given
// as "Relation from to property=value …".
func graphOf(t *testing.T, lines ...string) *index.Index {
	t.Helper()
	o := served(t)
	c := kg.Commit{Revision: 1}
	nodes, links := uint32(0), uint32(0)
	for _, line := range lines {
		parts := strings.Fields(line)
		props := kg.Props{}
		set := func(pairs []string) {
			for _, pair := range pairs {
				name, value, _ := strings.Cut(pair, "=")
				group, inner, nested := strings.Cut(name, ".")
				switch {
				case name == "number":
					props[name] = int64(value[0] - '0')
				case nested:
					if props[group] == nil {
						props[group] = kg.Props{}
					}
					props[group].(kg.Props)[inner] = value
				default:
					props[name] = value
				}
			}
		}
		if relation := o.Relation(parts[0]); relation != nil {
			set(parts[3:])
			l := &kg.Link{Relation: parts[0], From: kg.ID(parts[1]), To: kg.ID(parts[2]), Basis: kg.Stated, Modality: kg.Asserted, Props: props}
			l.ID = kg.LinkID(l.Relation, l.From, l.To, fmt.Sprint(links))
			c.Records = append(c.Records, kg.Record{Op: kg.PutLink, Number: links, Link: l})
			links++
			continue
		}
		set(parts[1:])
		n := &kg.Node{ID: kg.ID(parts[0]), Type: o.TypeOf(kg.ID(parts[0])).Name, Name: parts[0], Props: props}
		c.Records = append(c.Records, kg.Record{Op: kg.PutNode, Number: nodes, Node: n})
		nodes++
	}
	ix, err := index.New(o).Apply(c)
	if err != nil {
		t.Fatal(err)
	}
	return ix
}

func nodeOf(t *testing.T, ix *index.Index, id kg.ID) index.Node {
	t.Helper()
	n, found := ix.Node(id)
	if !found {
		t.Fatalf("no node %s", id)
	}
	return n
}

func TestHistoryOf(t *testing.T) {
	ix := graphOf(t, "document:old date=2016-09-19", "document:new date=2018", "document:undated", "tool:a", "tool:b",
		"ReportsStatusOf document:undated tool:a status=IN_PROGRESS",
		"ReportsStatusOf document:new tool:a status=PUBLISHED",
		"ReportsStatusOf document:new tool:a status=ENDORSED asOf=2016",
		"ReportsStatusOf document:undated tool:a status=DRAFT asOf=2016-12-31",
		"ReportsStatusOf document:old tool:a status=ENVISAGED",
		"ReportsStatusOf document:old tool:b status=NEEDED")
	h, err := HistoryOf(t.Context(), ix, nodeOf(t, ix, "tool:a"))
	if err != nil || h.Total != 5 {
		t.Fatalf("%d statements, %v", h.Total, err)
	}
	var got []string
	for _, s := range h.Statements {
		got = append(got, fmt.Sprint(ix.NodeID(s.Document), " ", s.Status, " ", s.AsOf, "/", s.Date, " ", s.DateIs))
	}
	want := []string{
		"document:old ENVISAGED /2016-09-19 OF_DOCUMENT",
		"document:new ENDORSED 2016/2016 OF_STATE", // a year ends before its last day is over
		"document:undated DRAFT 2016-12-31/2016-12-31 OF_STATE",
		"document:new PUBLISHED /2018 OF_DOCUMENT",
		"document:undated IN_PROGRESS / UNKNOWN",
	}
	if !slices.Equal(got, want) {
		t.Errorf("%q\nwant %q", got, want)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := HistoryOf(ctx, ix, nodeOf(t, ix, "tool:a")); !errors.Is(err, context.Canceled) {
		t.Errorf("%v; want the context's error", err)
	}
}

// TestHistoryElsewhere: where no relation reports states, there are none.
func TestHistoryElsewhere(t *testing.T) {
	ix, err := index.New(reference.Ontology()).Apply(kg.Commit{Revision: 1, Records: []kg.Record{
		{Op: kg.PutNode, Node: &kg.Node{ID: "goal:0", Type: "Goal", Name: "G"}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	if h, err := HistoryOf(t.Context(), ix, nodeOf(t, ix, "goal:0")); err != nil || h.Total != 0 || len(h.Statements) != 0 {
		t.Errorf("%+v, %v", h, err)
	}
}

func TestHistoryIsBounded(t *testing.T) {
	lines := []string{"document:a", "tool:a"}
	for range MaxStatements + 1 {
		lines = append(lines, "ReportsStatusOf document:a tool:a status=NEEDED")
	}
	ix := graphOf(t, lines...)
	if h, err := HistoryOf(t.Context(), ix, nodeOf(t, ix, "tool:a")); err != nil || h.Total != MaxStatements+1 || len(h.Statements) != MaxStatements {
		t.Errorf("%d of %d, %v", len(h.Statements), h.Total, err)
	}
	ix = graphOf(t, append(lines, "action-plan:p", "plan-version:v", "VersionOf plan-version:v action-plan:p", "plan-section:s", "SectionOfVersion plan-section:s plan-version:v",
		"action:1 number=1", "ListedIn action:1 plan-section:s", "ActsOnTool action:1 tool:a task=DEVELOP")...)
	if r, err := Of(t.Context(), ix, nodeOf(t, ix, "action-plan:p")); err != nil || !r.Truncated || len(r.Sections[0].Actions[0].Statements) != MaxStatements {
		t.Errorf("a report of too much: %v, %v", r.Truncated, err)
	}
}

func TestReport(t *testing.T) {
	ix := graphOf(t,
		"document:d date=2017", "action-plan:p", "action-plan:other",
		"plan-version:draft date=2016", "plan-version:undated", "plan-version:first date=2015",
		"VersionOf plan-version:draft action-plan:p", "VersionOf plan-version:undated action-plan:p", "VersionOf plan-version:first action-plan:p",
		"plan-section:b number=2", "plan-section:a number=1", "plan-section:none", "plan-section:old number=9",
		"SectionOfVersion plan-section:b plan-version:draft", "SectionOfVersion plan-section:a plan-version:draft", "SectionOfVersion plan-section:none plan-version:draft",
		"SectionOfVersion plan-section:old plan-version:first",
		"plan-section:part", "plan-section:strand", "plan-section:elsewhere",
		"SectionOfPlan plan-section:part action-plan:p", "SectionOfPlan plan-section:strand action-plan:p", "WithinSection plan-section:strand plan-section:part",
		"SectionOfPlan plan-section:elsewhere action-plan:other",
		"action:2 number=2 timeframe.kind=BY_DATE timeframe.end=2017-07", "action:1 number=1 timeframe.kind=CONTINUOUS", "action:3 number=3",
		"ListedIn action:2 plan-section:a", "ListedIn action:1 plan-section:a", "ListedIn action:3 plan-section:b",
		"working-body:w", "ResponsibleFor working-body:w action:2",
		"tool:t", "event:e", "tool:near", "tool:far",
		"ActsOnTool action:2 tool:t task=DEVELOP", "ActsOnEvent action:2 event:e",
		"ComparedWith tool:near tool:t", "ComparedWith tool:far tool:near",
		"ReportsStatusOf document:d action:2 status=IN_PROGRESS", "ReportsStatusOf document:d tool:t status=DRAFT", "ReportsStatusOf document:d event:e status=ENVISAGED",
		"ReportsStatusOf document:d tool:near status=PUBLISHED", "ReportsStatusOf document:d tool:far status=NEEDED",
		"ReportsStatusOf document:d action-plan:p status=ENDORSED", "ReportsStatusOf document:d plan-version:draft status=DRAFT", "ReportsStatusOf document:d plan-section:part status=ONGOING",
	)
	r, err := Of(t.Context(), ix, nodeOf(t, ix, "action-plan:p"))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	reported := func(indent string, list []Reported) {
		for _, s := range list {
			fmt.Fprintf(&b, "%s%s %s", indent, ix.NodeID(s.About), s.Status)
			if s.HasVia {
				fmt.Fprintf(&b, " via %s", ix.LinkRelation(s.Via).Name)
			}
			if s.HasCompared {
				b.WriteString(" compared")
			}
			b.WriteByte('\n')
		}
	}
	reported("", r.Statements)
	for _, s := range r.Sections {
		fmt.Fprintf(&b, "%s", ix.NodeID(s.Node))
		if s.HasVersion {
			fmt.Fprintf(&b, " in %s", ix.NodeID(s.Version))
		}
		b.WriteByte('\n')
		reported("  ", s.Statements)
		for _, a := range s.Actions {
			fmt.Fprintf(&b, "  %s %s %q, %d bodies\n", ix.NodeID(a.Node), a.Timeframe.Kind, a.Timeframe.Due(), len(a.Bodies))
			reported("    ", a.Statements)
		}
	}
	want := `action-plan:p ENDORSED
plan-version:draft DRAFT
plan-section:old in plan-version:first
plan-section:a in plan-version:draft
  action:1 CONTINUOUS "", 0 bodies
  action:2 BY_DATE "2017-07", 1 bodies
    action:2 IN_PROGRESS
    tool:t DRAFT via ActsOnTool
    tool:near PUBLISHED via ActsOnTool compared
    event:e ENVISAGED via ActsOnEvent
plan-section:b in plan-version:draft
  action:3  "", 0 bodies
plan-section:none in plan-version:draft
plan-section:part
  plan-section:part ONGOING
plan-section:strand
`
	if b.String() != want || r.Actions != 3 || r.Truncated {
		t.Errorf("%d actions, truncated %v:\n%s\nwant\n%s", r.Actions, r.Truncated, b.String(), want)
	}
}
