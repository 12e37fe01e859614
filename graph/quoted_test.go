package graph

import (
	"fmt"
	"maps"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"ecpgraph/internal/kg"
	"ecpgraph/internal/outline"
	"ecpgraph/internal/records"
	"ecpgraph/internal/sources"
)

// quotedView is the graph of seedParts with texts that are made up. Some passages
// of them, and some citations, have another checksum or none, and some passages
// are not in the outline.
func quotedView(t testing.TB) (records.View, *sources.Texts) {
	t.Helper()
	o := testOntology(t)
	nodes, links := seedParts(t, o)
	folder, sums := fstest.MapFS{}, map[kg.Citation]string{}
	for _, n := range nodes {
		was, err := outline.Of(n)
		if err != nil {
			t.Fatal(err)
		}
		if was == nil {
			continue
		}
		made := &outline.Outline{Document: was.Document, File: string(was.Document) + ".txt"}
		var text strings.Builder
		for i, p := range was.Passages {
			p.Match = regexp.MustCompile(fmt.Sprintf("^@%d ", i))
			line := fmt.Sprintf("@%d of %q \"\\\u0001 <&> é \u2028\n\tits end\n", i, p.Locator)
			p.Checksum = outline.Checksum(line)
			sums[kg.Citation{Document: n.ID, Locator: p.Locator}] = p.Checksum
			switch i % 9 {
			case 4:
				line = strings.Replace(line, "of", "not of", 1)
			case 5:
				line = "" // the text lacks it
			case 6:
				continue // the outline lacks it
			case 7:
				p.Checksum = ""
			}
			made.Add(p)
			text.WriteString(line)
		}
		props := maps.Clone(n.Props)
		maps.Copy(props, made.Props())
		n.Props = props
		folder[made.File] = &fstest.MapFile{Data: []byte(text.String())}
	}
	count := 0
	resum := func(citations []kg.Citation) []kg.Citation {
		made := make([]kg.Citation, len(citations))
		for i, c := range citations {
			made[i] = kg.Citation{Document: c.Document, Locator: c.Locator}
			switch count++; count % 11 {
			case 0:
			case 1:
				made[i].Checksum = outline.Checksum("another")
			default:
				made[i].Checksum = sums[made[i]]
			}
		}
		return made
	}
	for _, n := range nodes {
		n.Citations = resum(n.Citations)
		aliases := make([]kg.Alias, len(n.Aliases))
		for i, a := range n.Aliases {
			aliases[i] = kg.Alias{Name: a.Name, Citations: resum(a.Citations)}
		}
		n.Aliases = aliases
	}
	for _, l := range links {
		l.Citations = resum(l.Citations)
	}
	view, _ := viewOf(t, o, nodes, links)
	texts, _, err := sources.Attach(t.Context(), view, folder)
	if err != nil {
		t.Fatal(err)
	}
	return view, texts
}

// TestPlansCompareLikeGqlgen: plans and gqlgen say the same of texts.
func TestPlansCompareLikeGqlgen(t *testing.T) {
	view, texts := quotedView(t)
	w, below := newTwinWith(view, texts)
	bare, _ := newTwin(view)
	for _, document := range []string{
		`{ tools(first: 500) { nodes { citations { locator checksum quote verified } aliases { citations { verified quote } }
			actions(first: 5) { edges { citations { verified quote document { id passages(limit: 2) { verified } } } node { citations { v: verified } } } } } } }`,
		`{ documents(first: 500) { nodes { id passages(limit: 500) { document { id } locator kind checksum uncited quote verified
			previous { locator next { locator quote } } next { locator verified } nodes(first: 2) { totalCount nodes { id name } } links(first: 1) { totalCount items { id citations { quote } } } } } } }`,
		`{ passage(document: "document:ecp-action-plan-phase-iii", locator: "title") { locator previous { locator } next { next { next { next { locator verified quote } } } } } }`,
		`{ passage(document: "document:ecp-action-plan-phase-iii", locator: "para 2") { locator kind checksum verified quote } }`,
		`{ passage(document: "document:ecp-action-plan-phase-iii", locator: "para 4") { locator kind checksum uncited verified quote previous { locator } next { locator } nodes { totalCount } links { totalCount } } }`,
		`{ passage(document: "document:ecp-action-plan-phase-iii", locator: "none") { locator } x: passage(document: "tool:trs-guide", locator: "none") { locator } }`,
		`{ document(id: "document:ecp-action-plan-phase-iii") { a: passages(after: "para 9", limit: 2) { locator } b: passages(after: "x") { locator } c: passages(limit: 501) { locator } d: passages(limit: -1) { locator } } }`,
		`{ documents(first: 500) { nodes { coverage { size cited excused open nodes links passages(limit: 500) { passage { locator verified } nodes links }
			uncited(limit: 3) { locator uncited nodes { totalCount } } unlisted { passage { locator kind next { locator } } nodes links } more: unlisted(after: "title") { nodes } } } } }`,
		`query ($no: Boolean!) { node(id: "document:inter-sessional-developments") { ... on Document { passages(limit: 9) { locator quote @include(if: $no) verified @skip(if: $no) } } } }`,
	} {
		variables := map[string]any{"no": false}
		w.compare(t, document, variables)
		bare.compare(t, document, variables)
		if strings.Contains(ask(t, bare.planned, document, variables), `"verified":true`) {
			t.Errorf("verified without a text: %s", document)
		}
		if document[2] == 't' {
			answer := ask(t, w.planned, document, variables)
			for _, want := range []string{`"verified":true`, `"verified":false`, `"verified":null`, `"quote":"@`, `"quote":null`} {
				if !strings.Contains(answer, want) {
					t.Errorf("no citation has %s", want)
				}
			}
		}
	}
	if below.runs > 0 {
		t.Errorf("%d of the documents were not planned", below.runs)
	}
}
