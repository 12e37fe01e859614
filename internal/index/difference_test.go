package index

import (
	"strings"
	"testing"
	"time"

	"ecpgraph/internal/kg"
)

// TestNoDifference: how commits were applied does not show, nor that an index was
// read from a snapshot.
func TestNoDifference(t *testing.T) {
	r := seeded(t)
	o := testOntology(t)
	w := &writer{Rand: r, model: newModel(), keys: 60}
	grown, different := New(o), 0
	var commits []kg.Commit
	for i := range 30 {
		c := w.commit(1 + r.IntN(100))
		c.Time = time.Date(2024, 1, 1, 0, 0, i, int(3*time.Millisecond), time.UTC)
		before := grown
		grown, commits = apply(t, grown, c), append(commits, c)
		same := *before
		same.head, same.time = grown.head, grown.time
		if len(c.Records) > 0 && grown.Difference(&same) != "" {
			different++
		}
	}
	atOnce, err := New(o).Apply(commits...)
	if err != nil {
		t.Fatal(err)
	}
	read, err := Read(o, snapshotOf(t, grown))
	if err != nil {
		t.Fatal(err)
	}
	for name, other := range map[string]*Index{"applied at once": atOnce, "from a snapshot": read} {
		if found := grown.Difference(other); found != "" {
			t.Errorf("%s: %s", name, found)
		}
		if found := other.Difference(grown); found != "" {
			t.Errorf("%s, the other way: %s", name, found)
		}
	}
	if different < 20 {
		t.Errorf("only %d commits make a difference", different)
	}
}

// TestDifference: a change of anything that the index holds is found.
func TestDifference(t *testing.T) {
	cite := func(locator string) []kg.Citation { return []kg.Citation{{Document: "document:d", Locator: locator}} }
	commit := func(change func(goal, body *kg.Node, link *kg.Link)) kg.Commit {
		document := &kg.Node{ID: "document:d", Type: "Document", Name: "d"}
		goal := &kg.Node{ID: "goal:g", Type: "Goal", Name: "Goal", Props: kg.Props{"rank": int64(1)}, Citations: cite("a")}
		body := &kg.Node{ID: "body:b", Type: "Body", Name: "Body", Aliases: []kg.Alias{{Name: "B"}}, Props: kg.Props{kg.PropDescription: "words"}, Citations: cite("a")}
		link := &kg.Link{ID: kg.LinkID("Serves", "body:b", "goal:g", ""), Relation: "Serves", From: "body:b", To: "goal:g", Basis: kg.Stated, Modality: kg.Asserted, Citations: cite("a")}
		change(goal, body, link)
		return kg.Commit{Revision: 1, Records: []kg.Record{
			{Op: kg.PutNode, Number: 0, Node: document}, {Op: kg.PutNode, Number: 1, Node: goal}, {Op: kg.PutNode, Number: 2, Node: body},
			{Op: kg.PutLink, Number: 0, Link: link},
		}}
	}
	o := testOntology(t)
	whole := func(c kg.Commit) *Index {
		ix, err := New(o).Apply(c)
		if err != nil {
			t.Fatal(err)
		}
		return ix
	}
	base := whole(commit(func(*kg.Node, *kg.Node, *kg.Link) {}))
	if found := base.Difference(whole(commit(func(*kg.Node, *kg.Node, *kg.Link) {}))); found != "" {
		t.Fatalf("with itself: %s", found)
	}
	for name, test := range map[string]struct {
		change func(goal, body *kg.Node, link *kg.Link)
		want   string
	}{
		"a name":              {func(g, _ *kg.Node, _ *kg.Link) { g.Name = "GoaL" }, "goal:g: its name"},
		"an alias":            {func(_, b *kg.Node, _ *kg.Link) { b.Aliases[0].Name = "b" }, "body:b: its aliases"},
		"a property":          {func(g, _ *kg.Node, _ *kg.Link) { g.Props["rank"] = int64(2) }, "goal:g: its rank"},
		"a description":       {func(_, b *kg.Node, _ *kg.Link) { b.Props[kg.PropDescription] = "wordy" }, "word"},
		"a passage":           {func(_, b *kg.Node, _ *kg.Link) { b.Citations = cite("b") }, "passages"},
		"a passage of a link": {func(_, _ *kg.Node, l *kg.Link) { l.Citations = cite("b") }, "passages"},
		"a modality":          {func(_, _ *kg.Node, l *kg.Link) { l.Modality = kg.Possible }, "link 0"},
		"an end":              {func(g, b *kg.Node, l *kg.Link) { l.ID = kg.LinkID("Serves", "body:b", "goal:g", "k") }, "link 0"},
		"an id": {func(g, _ *kg.Node, l *kg.Link) {
			g.ID, l.To = "goal:h", "goal:h"
			l.ID = kg.LinkID("Serves", "body:b", "goal:h", "")
		}, "goal:g: its number"},
	} {
		other := whole(commit(test.change))
		if found := base.Difference(other); !strings.Contains(found, test.want) || found == "" {
			t.Errorf("%s: %q, want %q", name, found, test.want)
		}
		if found := other.Difference(base); found == "" {
			t.Errorf("%s: nothing, the other way", name)
		}
	}
	renumbered := commit(func(*kg.Node, *kg.Node, *kg.Link) {})
	renumbered.Records[1], renumbered.Records[2] = renumbered.Records[2], renumbered.Records[1]
	renumbered.Records[1].Number, renumbered.Records[2].Number = 1, 2
	if found := base.Difference(whole(renumbered)); found == "" {
		t.Error("other numbers: nothing")
	}
}
