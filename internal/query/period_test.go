package query_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
	"ecpgraph/internal/query"
)

// TestPeriods: in the reference ontology GUIDE and TABLE are open at the start,
// GUIDE and MODEL at the end, where they have no date there.
func TestPeriods(t *testing.T) {
	span := func(key string, period kg.Props) *kg.Node { return tool(key, key, kg.Props{"period": period}) }
	nodes := []*kg.Node{
		span("always", kg.Props{"sort": "GUIDE"}),
		span("due", kg.Props{"sort": "TABLE", "end": "2017-07"}),
		span("since", kg.Props{"sort": "MODEL", "start": "2017-07"}),
		span("window", kg.Props{"start": "2017-04", "end": "2017-07"}),
		span("start", kg.Props{"start": "2017-07"}),
		span("end", kg.Props{"end": "2017-07"}),
		span("table", kg.Props{"sort": "TABLE", "start": "2016"}), // its end is not known
		span("unknown", kg.Props{"sort": "TABLE"}),
		span("model", kg.Props{"sort": "MODEL"}),
		span("empty", kg.Props{}),
		tool("none", "none", nil),
	}
	ix := indexOf(t, nodes)
	overlaps := func(from, to any) m { return m{"overlaps": m{"from": from, "to": to}} }
	for _, test := range []struct {
		period m
		want   string
	}{
		{m{"undated": true}, "empty model none unknown"},
		{m{"undated": false}, "always due end since start table window"},
		{overlaps("2017", "2017"), "always due end since start window"},
		{overlaps("2017-08", nil), "always since"},
		{overlaps("2017-07-31", nil), "always due end since start window"},
		{overlaps(nil, "2017-04"), "always due table window"},
		{overlaps(nil, "2017-03-31"), "always due table"},
		{overlaps("2016", "2016"), "always due table"},
		{overlaps("2010", "2010"), "always due"},
		{overlaps("2030", "2030"), "always since"},
		{m{"before": "2017-08"}, "due end start table window"},
		{m{"before": "2017-07-31"}, "table"},
		{m{"before": "2017"}, "table"},
		{m{"after": "2017-03"}, "end since start window"},
		{m{"after": "2016"}, "end since start window"},
		{m{"after": "2017-04"}, "end since start"},
		{m{"after": "2017-07"}, ""},
		{m{"after": "2016", "before": "2018"}, "end start window"},
		{m{"overlaps": nil, "before": nil, "undated": nil}, "always due empty end model none since start table unknown window"},
		{m{"undated": false, "end": m{"isNull": true}}, "always since start table"},
	} {
		if got := found(t, ix, m{"period": test.period}); got != test.want {
			t.Errorf("%v: %q, want %q", test.period, got, test.want)
		}
	}
	if got := found(t, ix, m{"not": m{"period": overlaps("2017", nil)}}); got != "empty model none table unknown" {
		t.Errorf("not: %q", got)
	}
}

// TestPeriodOfType: two dates of a node make a period under a name of its own.
func TestPeriodOfType(t *testing.T) {
	ix := indexOf(t, []*kg.Node{
		tool("both", "B", kg.Props{"adopted": "2015-12", "retired": "2016-02-10"}),
		tool("first", "F", kg.Props{"adopted": "2016"}),
		tool("last", "L", kg.Props{"retired": "2016-01"}),
		tool("none", "N", nil),
	})
	for _, test := range []struct {
		use  m
		want string
	}{
		{m{"overlaps": m{"from": "2016-02", "to": "2016-02"}}, "both first"},
		{m{"overlaps": m{"from": "2016-01", "to": "2016-01"}}, "both first last"},
		{m{"before": "2016-02-11"}, "both last"},
		{m{"after": "2015"}, "first last"},
		{m{"undated": true}, "none"},
	} {
		if got := found(t, ix, m{"use": test.use}); got != test.want {
			t.Errorf("%v: %q, want %q", test.use, got, test.want)
		}
	}
}

func TestPeriodFaults(t *testing.T) {
	ix := indexOf(t, []*kg.Node{tool("a", "A", nil)})
	for _, test := range []struct {
		period m
		want   string
	}{
		{m{"overlaps": m{}}, "where: period: overlaps: give from, to or both"},
		{m{"overlaps": m{"from": nil}}, "where: period: overlaps: give from, to or both"},
		{m{"overlaps": m{"from": "2018", "to": "2017-12"}}, "where: period: overlaps: 2017-12 ends before 2018 starts"},
		{m{"overlaps": m{"from": "2018-13"}}, `where: period: from: "2018-13" is not a date`},
		{m{"overlaps": "2018"}, "where: overlaps takes an object of conditions"},
		{m{"overlaps": m{"since": "2018"}}, `where: period: overlaps takes from and to, not "since"`},
		{m{"before": "soon"}, `where: period: before: "soon" is not a date`},
		{m{"after": 2018}, "where: period: after takes a date, not 2018"},
		{m{"undated": "yes"}, "where: period: undated takes true or false"},
	} {
		_, err := query.Select(t.Context(), ix, ix.Ontology().NodeType("Tool"), query.Args{Where: m{"period": test.period}})
		if !errors.Is(err, kg.ErrInvalid) || !strings.HasPrefix(err.Error(), test.want) {
			t.Errorf("%v: %v, want %q", test.period, err, test.want)
		}
	}
	if _, err := query.Select(t.Context(), ix, ix.Ontology().NodeType("Tool"), query.Args{Where: m{"use": m{"kind": m{}}}}); !errors.Is(err, kg.ErrInvalid) {
		t.Errorf("an operator that there is not: %v", err)
	}
}

// TestPeriodsAreRead: a filter on a period reads what matches it from the order
// of a date, not all nodes of the type.
func TestPeriodsAreRead(t *testing.T) {
	var nodes []*kg.Node
	for i := range 5000 {
		p := kg.Props{"start": fmt.Sprintf("%d", 1000+i/5), "end": fmt.Sprintf("%d", 1001+i/5)}
		if i%1000 == 0 {
			p = kg.Props{"sort": "TABLE", "end": fmt.Sprintf("%d", 1001+i/5)}
		}
		nodes = append(nodes, tool(fmt.Sprintf("%04d", i), "T", kg.Props{"period": p}))
	}
	ix := indexOf(t, nodes)
	ten := 10
	for _, test := range []struct {
		period m
		total  int
		looks  int
	}{
		{m{"overlaps": m{"to": "1001"}}, 14, 60}, // 9 windows and 5 that are due later
		{m{"overlaps": m{"from": "1999"}}, 10, 60},
		{m{"before": "1003"}, 10, 60},
		{m{"after": "1998"}, 5, 40},
		{m{"undated": true}, 0, 20},
	} {
		s, err := query.Select(t.Context(), ix, ix.Ontology().NodeType("Tool"), query.Args{First: &ten, Where: m{"period": test.period}})
		if err != nil {
			t.Fatal(err)
		}
		var page query.Page[index.Node]
		if err := s.Nodes(&page); err != nil {
			t.Fatal(err)
		}
		if got := aroundOf(t, &page).total; got != test.total || query.Looks(s) > test.looks || !strings.HasPrefix(s.Explain(), "read by ") {
			t.Errorf("%v: %d nodes with %d looks by %q; want %d with at most %d", test.period, got, query.Looks(s), s.Explain(), test.total, test.looks)
		}
	}
}

// TestPeriodsOfLinks: links have no order by dates, so their periods are
// filtered by the dates alone, and a filter that asks for more says so.
func TestPeriodsOfLinks(t *testing.T) {
	o, err := ontology.Parse([]ontology.Source{{Name: "links.graphqls", Text: `
"A document." type Document @node
"A span." type Span @value @period(start: "start", end: "end") {
  "First." start: PartialDate @index
  "Last." end: PartialDate @index
}
"One follows another." type Follows @relation(from: Document, to: Document, forward: "follows", backward: "followedBy") {
  "When." term: Span @index
}`}})
	if err != nil {
		t.Fatal(err)
	}
	for term, want := range map[string]string{
		"overlaps": "links of FOLLOWS are filtered by the dates of term, not by overlaps",
		"start":    "",
	} {
		where := m{"follows": m{"some": m{}, "link": m{"term": m{term: m{"eq": "2017"}}}}}
		_, err := query.Select(t.Context(), index.New(o), o.NodeType("Document"), query.Args{Where: where})
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: %v, want %q", term, err, want)
		}
	}
}
