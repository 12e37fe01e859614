package reference

import (
	"fmt"
	"testing"

	"ecpgraph/internal/kg"
)

func TestDays(t *testing.T) {
	for date, want := range map[string]string{
		"2018": "2018-01-01 2018-12-31", "2018-04": "2018-04-01 2018-04-30", "2018-07": "2018-07-01 2018-07-31",
		"2016-02": "2016-02-01 2016-02-29", "2018-02": "2018-02-01 2018-02-28", "1900-02": "1900-02-01 1900-02-28",
		"2000-02": "2000-02-01 2000-02-29", "2018-07-31": "2018-07-31 2018-07-31",
	} {
		first, last := days(date)
		if got := first + " " + last; got != want {
			t.Errorf("%s: %s, want %s", date, got, want)
		}
		if d := kg.PartialDate(date); first != d.First().Format("2006-01-02") || last != d.Last().Format("2006-01-02") {
			t.Errorf("%s: package kg has %v to %v", date, d.First(), d.Last())
		}
	}
}

// TestRepeatable: a seed printed by a failing test makes the same test again.
func TestRepeatable(t *testing.T) {
	run := func() string {
		g, r, text := New(Ontology()), NewGenerator(7), ""
		for range 30 {
			c := r.Change(g)
			g, _, _ = g.Apply(c)
			q := r.Question(g)
			text += fmt.Sprintln(c.DeleteNodes, c.DeleteLinks, len(c.PutNodes), len(c.PutLinks), q, g.Answer(q))
		}
		return text
	}
	first := run()
	for range 3 {
		if again := run(); again != first {
			t.Fatalf("one run:\n%s\nanother:\n%s", first, again)
		}
	}
}
