package compare

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"ecpgraph/graph/schema"
	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
	"ecpgraph/internal/records"
	"ecpgraph/internal/seed"
	"ecpgraph/internal/store"
	"ecpgraph/internal/store/memstore"
)

// viewOf is the graph of one change over a store in memory.
func viewOf(t *testing.T, o *ontology.Ontology, change kg.Change) records.View {
	t.Helper()
	log, err := store.Open(t.Context(), memstore.New())
	if err != nil {
		t.Fatal(err)
	}
	c := kg.Commit{Revision: 1}
	for i, n := range change.PutNodes {
		c.Records = append(c.Records, kg.Record{Op: kg.PutNode, Number: uint32(i), Node: n})
	}
	for i, l := range change.PutLinks {
		c.Records = append(c.Records, kg.Record{Op: kg.PutLink, Number: uint32(i), Link: l})
	}
	if _, err := log.Append(t.Context(), kg.Head{}, []kg.Commit{c}); err != nil {
		t.Fatal(err)
	}
	ix, err := index.New(o).Apply(c)
	if err != nil {
		t.Fatal(err)
	}
	return records.View{Index: ix, Records: records.New(log, 0), Log: log}
}

func seeds(t *testing.T) records.View {
	t.Helper()
	o, err := ontology.Read(schema.Files, schema.OntologyDir)
	if err != nil {
		t.Fatal(err)
	}
	set, err := seed.ReadFolder(os.DirFS("../../seeds"), "ecp", o)
	if err != nil {
		t.Fatal(err)
	}
	return viewOf(t, o, set.Change("test", "seeds"))
}

// tell writes the items, read.
func tell(t *testing.T, view records.View, c *Comparison) []string {
	t.Helper()
	items := make([]*Item, len(c.Items))
	for i := range c.Items {
		items[i] = &c.Items[i]
	}
	if err := Read(t.Context(), view, items); err != nil {
		t.Fatal(err)
	}
	side := func(s *Side) string {
		if s == nil {
			return "-"
		}
		var places []string
		for _, c := range s.Citations {
			places = append(places, string(c.Document)+" "+c.Locator)
		}
		return fmt.Sprintf("%s [%s] %d", s.Text, strings.Join(places, ", "), s.LinkCount)
	}
	var list []string
	for _, i := range items {
		list = append(list, fmt.Sprintf("%v %s: %s -> %s", i.Kind, view.Index.NodeID(i.Node), side(i.Before), side(i.After)))
	}
	return list
}

// TestDraftAndReport: what the paper with the draft of the third plan and the
// later report say differently, each line held against the two papers by hand.
func TestDraftAndReport(t *testing.T) {
	view := seeds(t)
	c, err := Documents(t.Context(), view, []kg.ID{"document:ecp-action-plan-phase-iii", "document:inter-sessional-developments"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	all := tell(t, view, c)
	var got []string
	for i, line := range all {
		if c.Items[i].Kind > Renamed {
			line = strings.ReplaceAll(line, "document:ecp-action-plan-phase-iii", "A")
			got = append(got, strings.ReplaceAll(line, "document:inter-sessional-developments", "B"))
		}
	}
	want := []string{
		"STATUS_MOVED action-plan:ecp-3: NEEDED; DRAFT (2016-09-19) [A para 2, A para 20] 2 -> ENDORSED (2016-12) [B para 8] 1",
		"STATUS_MOVED event:policy-commission-2016-12: ENVISAGED [A para 20] 1 -> CONCLUDED (2016-12) [B para 8] 1",
		"STATUS_MOVED event:ptc-213-214: ENVISAGED [A para 3] 1 -> CONCLUDED (2016-10-14) [B para 8] 1",
		"STATUS_MOVED tool:guidelines-on-customs-brokers: TO_BE_DISCUSSED [A para 11] 1 -> IN_PROGRESS [B para 8] 1",
		"STATUS_MOVED tool:guidelines-on-special-customs-zones: TO_BE_DISCUSSED [A para 13] 1 -> IN_PROGRESS [B para 8] 1",
		"STATUS_MOVED tool:transit-guidelines: ENVISAGED [A para 9] 1 -> IN_PROGRESS [B para 8] 1",
		"STATUS_MOVED tool:trs-guide: ENVISAGED [A para 12] 1 -> IN_PROGRESS [B para 8] 1",
	}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want\n%q", got, want)
	}
	// The report speaks of guidelines where the draft also has guidance: no passage
	// equates them, so the guidance is the draft's alone.
	for _, id := range []string{"tool:guidance-on-optional-use-of-customs-brokers", "tool:guidance-on-special-customs-zones"} {
		if !slices.ContainsFunc(all, func(line string) bool { return strings.HasPrefix(line, "DROPPED "+id+":") }) {
			t.Errorf("%s is not told to be in the draft alone", id)
		}
	}
	if c.Kept == 0 {
		t.Error("the papers have nothing in common")
	}
}

// TestSecondAndThirdPlan: the tools that the paper lists under the second plan
// are those that the third does not have.
func TestSecondAndThirdPlan(t *testing.T) {
	view := seeds(t)
	o := view.Index.Ontology()
	c, err := Plans(t.Context(), view, []kg.ID{"action-plan:ecp-2", "action-plan:ecp-3"}, []*ontology.NodeType{o.NodeType("Tool"), o.NodeType("Edition"), o.NodeType("Action")})
	if err != nil {
		t.Fatal(err)
	}
	actions := 0
	var dropped []string
	for i, line := range tell(t, view, c) {
		switch id, _, _ := strings.Cut(line, ": "); {
		case c.Items[i].Kind == Dropped:
			if !strings.HasSuffix(line, "[document:ecp-action-plan-phase-iii para 6] 1 -> -") {
				t.Errorf("not from the list of tools: %s", line)
			}
			dropped = append(dropped, strings.TrimPrefix(id, "DROPPED "))
		case strings.HasPrefix(id, "ADDED action:ecp-3/"):
			actions++
		}
	}
	want := []string{
		"edition:aeo-compendium/2015", "edition:aeo-compendium/2016", "edition:safe-framework/2015",
		"tool:advanced-pillar-customs-business-partnership", "tool:aeo-compendium", "tool:customs-tax-guidelines", "tool:gnc-handbook", "tool:guidance-nctf",
		"tool:it-guidance-for-executives", "tool:nii-guidelines", "tool:safe-framework", "tool:single-window-supplement", "tool:tfa-implementation-guidance",
		"tool:transparency-and-predictability-guidelines", "tool:voluntary-compliance-framework",
	}
	if !slices.Equal(dropped, want) {
		t.Errorf("%q, want\n%q", dropped, want)
	}
	if actions != 28 {
		t.Errorf("%d actions of the third plan, want 28", actions)
	}
}
