package claims_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"ecpgraph/internal/claims"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
)

// TestConflicts: what is a conflict, and what only looks like one.
func TestConflicts(t *testing.T) {
	names := func(title string, aliases ...string) func(*builder) {
		return func(b *builder) {
			b.node("thing:x", "a b", func(n *kg.Node) {
				n.Name = title
				for _, text := range aliases { // "a: name", or "a b fr: name"
					where, name, _ := strings.Cut(text, ": ")
					alias := kg.Alias{Name: name}
					if rest, ok := strings.CutSuffix(where, " fr"); ok {
						where, alias.Language = rest, "fr"
					}
					alias.Citations = cite(where)
					n.Aliases = append(n.Aliases, alias)
				}
			})
		}
	}
	tells := func(reports ...string) func(*builder) { // "a DONE", "b DONE 2017-01"
		return func(b *builder) {
			b.node("thing:x", "a b", nil)
			b.node("thing:y", "a b", nil)
			for _, text := range reports {
				words := strings.Fields(text)
				props := []string{"state", words[1]}
				if len(words) > 2 {
					props = append(props, "asOf", words[2])
				}
				if words[1] == "PLANNED" {
					props = append(props, "modality", "PLANNED")
				}
				thing, document, found := strings.Cut(words[0], "/")
				if !found {
					thing, document = "x", words[0]
				}
				b.link("Tells", kg.NodeID("Document", document), kg.NodeID("Thing", thing), document, props...)
			}
		}
	}
	compare := func(x, y func(*kg.Node)) func(*builder) {
		return func(b *builder) {
			b.node("thing:x", "a", x)
			b.node("thing:y", "b", y)
			b.link("Compared", "thing:x", "thing:y", "a b", "note", "near")
		}
	}
	made := func(date string) func(*kg.Node) { return func(n *kg.Node) { n.Props["made"] = date } }
	period := func(start, end string) func(*kg.Node) {
		return func(n *kg.Node) { n.Props["period"] = kg.Props{"kind": "BY_DATE", "start": start, "end": end} }
	}
	groups := func(b *builder) {
		b.node("thing:x", "a b", nil)
		b.node("whole:1", "a b", nil)
		b.node("whole:2", "a b", nil)
		for _, name := range []string{"1", "1b", "2"} {
			b.node(kg.NodeID("Group", name), "a b", nil)
			b.link("InWhole", kg.NodeID("Group", name), kg.NodeID("Whole", name[:1]), "a b")
		}
	}
	dealt := func(props ...[]string) func(*builder) {
		return func(b *builder) {
			b.node("thing:x", "a b", nil)
			b.node("meeting:m", "a b", func(n *kg.Node) { n.Props["start"] = "2016" })
			for i, p := range props {
				b.link("Dealt", "thing:x", "meeting:m", string("ab"[i%2]), p...)
			}
		}
	}
	const identity = "IDENTITY thing:x or thing:y comparedWith: thing:x thing:y"
	for _, test := range []struct {
		name  string
		build func(*builder)
		want  string // lines
	}{
		{"names of different words", names("Third pillar", "a: Customs and agencies cooperation", "b: Customs and inter-agency work"),
			"NAME thing:x name: Customs and agencies cooperation Customs and inter-agency work"},
		{"of three documents, only those that differ", names("Third pillar", "a: other agencies", "b: inter-government work", "a b c: third pillar of it", "c: the third pillar"),
			"NAME thing:x name: other agencies inter-government work"},
		{"one document alone", names("Third pillar", "a: other agencies", "a: inter-government work"), ""},
		{"one of the two agrees with the title", names("Transit Guidelines", "a: guide on transits", "b: new Guidelines on Transit"), ""},
		{"a shorter name", names("X", "a: Guidelines on Customs Brokers", "b: Customs brokers"), ""},
		{"forms and spellings", names("X", "a: Organisation of guidelines", "b: organization of GUIDELINE"), ""},
		{"an acronym of words", names("X", "a: TRS Guide", "b: the Time Release Study Guide"), ""},
		{"an acronym of other words", names("Y", "a: TRS Guide", "b: Time Study Guide"), "NAME thing:x name: TRS Guide Time Study Guide"},
		{"an acronym in brackets", names("X", "a: Time Release Study (TRS)", "b: TRS"), ""},
		{"another language", names("X", "a: guidelines on transit", "b fr: lignes directrices"), ""},
		{"two names in another language", names("X", "a fr: guide des douanes", "b fr: manuel de transit"),
			"NAME thing:x name: guide des douanes manuel de transit"},
		{"English stems are for English", names("X", "a fr: guide", "b fr: guides"), "NAME thing:x name: guide guides"},

		{"a state that moved on", tells("a PLANNED", "b DONE"), "STATUS thing:x states: PLANNED(OF_SOURCE 2016-09) DONE(OF_SOURCE 2017) development"},
		{"the same state", tells("a DONE", "b DONE"), ""},
		{"one source tells a story", tells("a PLANNED", "a DONE"), ""},
		{"dates that do not part", tells("a PLANNED 2017-03", "b DONE"), "STATUS thing:x states: DONE(OF_SOURCE 2017) PLANNED(AS_OF 2017-03)"},
		{"dates within each other", tells("a PLANNED 2016", "a BEGUN 2018", "b DONE"), "STATUS thing:x states: PLANNED(AS_OF 2016) DONE(OF_SOURCE 2017) BEGUN(AS_OF 2018)"},
		{"a source without a date", tells("a PLANNED", "c DONE"), "STATUS thing:x states: DONE PLANNED(OF_SOURCE 2016-09)"},
		{"that tells of a later state", tells("a PLANNED", "c DONE", "y/c DONE 2017-06"), "STATUS thing:x states: PLANNED(OF_SOURCE 2016-09) DONE(NOT_BEFORE 2017-06) development"},
		{"that tells of a later plan", tells("a PLANNED", "c DONE", "y/c PLANNED 2017-06"), "STATUS thing:x states: DONE PLANNED(OF_SOURCE 2016-09)"},
		{"that tells of an earlier state", tells("a PLANNED", "c DONE", "y/c DONE 2015"), "STATUS thing:x states: DONE(NOT_BEFORE 2015) PLANNED(OF_SOURCE 2016-09)"},
		{"two without a date", tells("d BEGUN", "c DONE", "y/c DONE 2017-06", "y/d DONE 2017-06"),
			"STATUS thing:x states: DONE(NOT_BEFORE 2017-06) BEGUN(NOT_BEFORE 2017-06)"},

		{"near things", compare(nil, nil), identity},
		{"with dates apart", compare(made("2016-06"), made("2016-07")), "DATE thing:x or thing:y made: 2016-06 2016-07\n" + identity},
		{"with dates that share a day", compare(made("2016-06"), made("2016")), identity},
		{"with one date", compare(made("2016-06"), nil), identity},
		{"with periods apart in two ways", compare(period("2016-06", "2016-07"), period("2017-01", "2018-07")),
			"DATE thing:x or thing:y period.end: 2016-07 2018-07\nDATE thing:x or thing:y period.start: 2016-06 2017-01\n" + identity},
		{"with one date each, as first and last day", compare(period("2016-06", "2016-06"), period("2016-07", "2016-07")),
			"DATE thing:x or thing:y period.start, period.end: 2016-06 2016-07\n" + identity},

		{"links that differ in a date", dealt([]string{"outcome", "A", "on", "2016-06", "wording", "x"}, []string{"outcome", "A", "on", "2016-07"}),
			"DATE thing:x meetings.on: 2016-06 2016-07"},
		{"in all that exclude another", dealt([]string{"on", "2016"}, []string{"on", "2016-07"}, []string{"on", "2017"}), "DATE thing:x meetings.on: 2016 2016-07 2017"},
		{"in another property too", dealt([]string{"outcome", "A", "on", "2016-06"}, []string{"outcome", "B", "on", "2016-07"}), ""},
		{"in how exact it is", dealt([]string{"outcome", "A", "on", "2016"}, []string{"outcome", "A", "on", "2016-07"}), ""},
		{"in whether there is one", dealt([]string{"outcome", "A"}, []string{"outcome", "A", "on", "2016-07"}), ""},

		{"on two meetings", func(b *builder) {
			dealt([]string{"on", "2016"}, []string{"on", "2017"})(b)
			b.node("meeting:l", "a", func(n *kg.Node) { n.Props["start"] = "2016" })
			b.link("Dealt", "thing:x", "meeting:l", "a", "on", "2018")
			b.link("Dealt", "thing:x", "meeting:l", "b", "on", "2019")
		}, "DATE thing:x meetings.on: 2018 2019\nDATE thing:x meetings.on: 2016 2017"},

		{"in two wholes by two documents", func(b *builder) {
			groups(b)
			b.link("InGroup", "thing:x", "group:1", "a")
			b.link("InWhole", "thing:x", "whole:2", "b")
		}, "MEMBERSHIP thing:x groups, wholes: whole:1 whole:2"},
		{"in one whole by two ways", func(b *builder) {
			groups(b)
			b.link("InGroup", "thing:x", "group:1", "a")
			b.link("InGroup", "thing:x", "group:1b", "b")
		}, ""},
		{"in two wholes by one document", func(b *builder) {
			groups(b)
			b.link("InGroup", "thing:x", "group:1", "a")
			b.link("InGroup", "thing:x", "group:2", "a")
		}, ""},
		{"in two wholes by both documents", func(b *builder) {
			groups(b)
			b.link("InGroup", "thing:x", "group:1", "a b")
			b.link("InGroup", "thing:x", "group:2", "a b")
		}, ""},
		{"in one more by one of them", func(b *builder) {
			groups(b)
			b.link("InGroup", "thing:x", "group:1", "a b")
			b.link("InGroup", "thing:x", "group:2", "b")
		}, "MEMBERSHIP thing:x groups: whole:1 whole:2"},
		{"in a group of no whole", func(b *builder) {
			groups(b)
			b.node("group:none", "a b", nil)
			b.link("InGroup", "thing:x", "group:1", "a")
			b.link("InGroup", "thing:x", "group:none", "b")
		}, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			b := papers(t)
			test.build(b)
			view := b.view()
			found, err := claims.Find(t.Context(), view, nil)
			if err != nil || found.Truncated {
				t.Fatal(err, found.Truncated)
			}
			var lines []string
			for _, c := range found.List {
				lines = append(lines, write(view.Index, c))
			}
			if got := strings.Join(lines, "\n"); got != test.want {
				t.Errorf("got\n%s\nwant\n%s", got, test.want)
			}
			for _, kind := range []claims.Kind{claims.Date, claims.Identity, claims.Membership, claims.Name, claims.Status} {
				one, err := claims.Find(t.Context(), view, []claims.Kind{kind})
				if want := strings.Count("\n"+test.want, "\n"+string(kind)+" "); err != nil || len(one.List) != want {
					t.Errorf("%s alone: %d, %v, want %d", kind, len(one.List), err, want)
				}
			}
		})
	}
}

func TestUnspecified(t *testing.T) {
	b := papers(t)
	b.node("thing:x", "a", func(n *kg.Node) {
		n.Props["others"], n.Props["period"] = "and others", kg.Props{"kind": "OPEN", "wording": "some day"}
	})
	b.node("thing:y", "a", func(n *kg.Node) { n.Props["period"] = kg.Props{"kind": "OPEN", "end": "2017"} })
	b.node("thing:z", "a", func(n *kg.Node) { n.Props["period"] = kg.Props{"kind": "BY_DATE"} })
	b.node("group:named", "a", func(n *kg.Node) { n.Props["kind"] = "NAMED" })
	b.node("group:unnamed", "a", func(n *kg.Node) { n.Props["kind"], n.Name = "UNNAMED", "other bodies" })
	b.node("meeting:m", "a", func(n *kg.Node) { n.Props["dateWording"] = "soon" })
	b.node("meeting:n", "a", func(n *kg.Node) { n.Props["start"], n.Props["dateWording"] = "2017", "next year" })
	b.link("Dealt", "thing:y", "meeting:n", "a", "others", "further parties")
	b.link("Dealt", "thing:z", "meeting:n", "a")
	view := b.view()
	for _, test := range []struct {
		of    []string
		types string
		want  string
	}{
		{nil, "", `ACTOR group:unnamed kind "other bodies"
ACTOR thing:x others "and others"
ACTOR thing:y others "further parties" dealt:thing:y>meeting:n#0
TIME document:c date ""
TIME document:d date ""
TIME meeting:m start "soon"
TIME thing:x period.kind "some day"`},
		{[]string{"TIME"}, "Thing Meeting", `TIME meeting:m start "soon"
TIME thing:x period.kind "some day"`},
		{[]string{"ACTOR"}, "Thing", `ACTOR thing:x others "and others"
ACTOR thing:y others "further parties" dealt:thing:y>meeting:n#0`},
	} {
		var types []*ontology.NodeType
		for _, name := range strings.Fields(test.types) {
			types = append(types, view.Index.Ontology().NodeType(name))
		}
		found, err := claims.Unspecified(t.Context(), view, test.of, types)
		if err != nil || found.Truncated {
			t.Fatal(err, found.Truncated)
		}
		var lines []string
		for _, o := range found.List {
			line := fmt.Sprintf("%s %s %s %q", o.Of, view.Index.NodeID(o.Node), o.Field, o.Wording)
			if o.ByLink {
				line += " " + string(view.Index.LinkID(o.Link))
			}
			lines = append(lines, line)
		}
		if got := strings.Join(lines, "\n"); got != test.want {
			t.Errorf("%v of %q: got\n%s\nwant\n%s", test.of, test.types, got, test.want)
		}
	}
}

func TestMissing(t *testing.T) {
	b := papers(t)
	b.node("whole:w", "a", nil)
	for _, name := range []string{"in", "out"} {
		b.node(kg.NodeID("Group", name), "b", nil)
		b.node(kg.NodeID("Thing", "by-group-"+name), "a b", nil)
		b.link("InGroup", kg.NodeID("Thing", "by-group-"+name), kg.NodeID("Group", name), "a")
	}
	b.node("group:empty", "b", nil)
	b.node("thing:itself", "a", func(n *kg.Node) { n.Aliases = []kg.Alias{{Name: "it", Citations: cite("b")}} })
	b.node("thing:none", "b", nil)
	b.link("InWhole", "group:in", "whole:w", "b")
	b.link("InWhole", "thing:itself", "whole:w", "a")
	b.link("Compared", "thing:none", "thing:itself", "a b", "note", "not what a speaks of")
	view := b.view()
	found, err := claims.Missing(t.Context(), view, nil)
	if err != nil || found.Truncated {
		t.Fatal(err, found.Truncated)
	}
	var lines []string
	for _, g := range found.List {
		line := g.Name
		if g.IsSilence {
			line += " " + string(view.Index.NodeID(g.Source))
		}
		for _, n := range g.Nodes {
			line += " " + string(view.Index.NodeID(n))
		}
		lines = append(lines, line)
	}
	// Document a speaks of group:in and group:out by links, b of whole:w by one and
	// of thing:itself by an alias.
	const others = " document:b document:c document:d"
	want := `emptyGroups group:empty
thingsWithoutWhole thing:by-group-out thing:none
sourceSilent document:a` + others + ` group:empty thing:none
sourceSilent document:b document:a document:c document:d
sourceSilent document:c document:a document:b document:d group:empty group:in group:out thing:by-group-in thing:by-group-out thing:itself thing:none whole:w
sourceSilent document:d document:a document:b document:c group:empty group:in group:out thing:by-group-in thing:by-group-out thing:itself thing:none whole:w`
	if got := strings.Join(lines, "\n"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	one, err := claims.Missing(t.Context(), view, []string{"emptyGroups"})
	if err != nil || len(one.List) != 1 || one.List[0].Name != "emptyGroups" {
		t.Errorf("one: %v, %v", one, err)
	}
	if _, err := claims.Missing(t.Context(), view, []string{"emtyGroups"}); kg.CodeOf(err) != kg.Invalid || !strings.Contains(err.Error(), `did you mean "emptyGroups"`) {
		t.Errorf("a name that there is not: %v", err)
	}
}

// TestCancelled: who gives up waiting is told so, by all three.
func TestCancelled(t *testing.T) {
	b := papers(t)
	b.node("thing:x", "a", nil)
	view := b.view()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, conflicts := claims.Find(ctx, view, nil)
	_, unspecified := claims.Unspecified(ctx, view, nil, nil)
	_, missing := claims.Missing(ctx, view, nil)
	for what, err := range map[string]error{"conflicts": conflicts, "unspecified": unspecified, "missing": missing} {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// TestBounds: what is more than may be read is left out, and said to be.
func TestBounds(t *testing.T) {
	b := papers(t)
	for i := range claims.MaxRead {
		b.records = append(b.records, kg.Record{Op: kg.PutNode, Number: b.nodes, Node: &kg.Node{
			ID: kg.NodeID("Thing", fmt.Sprintf("%05d", i)), Type: "Thing", Name: "x", Props: kg.Props{"others": "others"}, Citations: cite("a"),
		}})
		b.nodes++
	}
	found, err := claims.Unspecified(t.Context(), b.view(), []string{ontology.Actor}, nil)
	if err != nil || !found.Truncated || len(found.List) != claims.MaxRead-4 { // the four papers were read, too
		t.Errorf("%d, %v, %v", len(found.List), found.Truncated, err)
	}
	exact, err := claims.Unspecified(t.Context(), b.view(), []string{ontology.Actor}, []*ontology.NodeType{parse(t).NodeType("Thing")})
	if err != nil || len(exact.List) != 0 {
		t.Errorf("of the type of another ontology: %d, %v", len(exact.List), err)
	}
}

// TestWithinBoundsNothingIsFalse: what is found within a bound is what is found
// without one, or less.
func TestWithinBoundsNothingIsFalse(t *testing.T) {
	b := papers(t)
	for _, name := range []string{"x", "y", "z"} {
		id := kg.NodeID("Thing", name)
		b.node(id, "a b", func(n *kg.Node) {
			n.Aliases = []kg.Alias{{Name: "other agencies", Citations: cite("a")}, {Name: "inter-government work", Citations: cite("b")}}
			n.Props["made"], n.Props["others"] = "2016-0"+string("123"[int(name[0]-'x')]), "others"
		})
		for document, states := range map[string]string{"a": "PLANNED BEGUN DONE", "b": "DONE PLANNED BEGUN"} {
			if name == "z" {
				states = states[:strings.LastIndexByte(states, ' ')]
			}
			for _, state := range strings.Fields(states) {
				b.link("Tells", kg.NodeID("Document", document), id, document, "state", state)
			}
		}
	}
	b.link("Compared", "thing:x", "thing:y", "a b", "note", "near")
	for _, whole := range []string{"1", "2"} {
		b.node(kg.NodeID("Whole", whole), "a b", nil)
		for _, document := range []string{"a", "b"} {
			group := kg.NodeID("Group", whole+document)
			b.node(group, "a b", nil)
			b.link("InWhole", group, kg.NodeID("Whole", whole), "a b")
			b.link("InGroup", "thing:x", group, document)
		}
		b.link("InGroup", "thing:y", kg.NodeID("Group", whole+"a"), string("ab"[whole[0]-'1']))
	}
	view := b.view()
	all := func() (lines []string, truncated bool) {
		conflicts, err := claims.Find(t.Context(), view, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range conflicts.List {
			lines = append(lines, write(view.Index, c))
		}
		opens, err := claims.Unspecified(t.Context(), view, nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range opens.List {
			lines = append(lines, fmt.Sprint("open ", view.Index.NodeID(o.Node), o.Field))
		}
		gaps, err := claims.Missing(t.Context(), view, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, g := range gaps.List {
			for _, n := range g.Nodes {
				lines = append(lines, fmt.Sprint(g.Name, " ", g.Source, " ", view.Index.NodeID(n)))
			}
		}
		return lines, conflicts.Truncated || opens.Truncated || gaps.Truncated
	}
	whole, truncated := all()
	kinds := map[string]bool{}
	for _, line := range whole {
		kinds[strings.Fields(line)[0]] = true
	}
	if truncated || len(kinds) < 7 {
		t.Fatalf("%v, truncated %v", kinds, truncated)
	}
	check := func(looked, read int) {
		t.Helper()
		defer claims.SetBounds(looked, read)()
		some, truncated := all()
		for _, line := range some {
			if !slices.Contains(whole, line) {
				t.Errorf("looking at %d, reading %d: %s, which is not so", looked, read, line)
			}
		}
		if !truncated && len(some) < len(whole) {
			t.Errorf("looking at %d, reading %d: %d of %d, and not said to be truncated", looked, read, len(some), len(whole))
		}
	}
	for bound := range 200 {
		check(bound, claims.MaxRead)
		check(claims.MaxLooked, bound)
	}
}
