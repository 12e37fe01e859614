package main

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
	"ecpgraph/internal/tools/synth/generate"
)

// question is one row of the table: a document, and variables drawn anew for
// each request.
type question struct {
	name     string // "q1"
	about    string
	document string
	// bar and goal are the CPU of a request in multiples of the ceiling's that a
	// release has to reach and aims at, for 100,000 nodes; 0 for none.
	bar, goal float64
	variables func(d *draw) map[string]any
}

// draw is what variables are drawn from.
type draw struct {
	*rand.Rand
	graph    *generate.Graph
	ontology *ontology.Ontology
	// cursors of random elements of the connections that are paged, by question.
	cursors map[string][]string
}

// id is the id of a random node of the type.
func (d *draw) id(typeName string) kg.ID {
	return d.graph.ID(typeName, d.IntN(d.graph.Count(typeName)))
}

// word is a word of a random node's name: one of the two that its id has.
func (d *draw) word(typeName string) string {
	_, key, _ := strings.Cut(string(d.id(typeName)), ":")
	return strings.Split(key, "-")[d.IntN(2)]
}

// acronym is the other name of a random node that is short for its name: one of so
// many letters that few nodes share it, in a large graph as in a small one.
func (d *draw) acronym(typeName string) string {
	const letters = 5
	for {
		for _, a := range d.graph.Node(typeName, d.IntN(d.graph.Count(typeName))).Aliases {
			if len(a.Name) >= letters && !strings.Contains(a.Name, " ") {
				return a.Name
			}
		}
	}
}

// hub is the id of one of the ten nodes of the type that have the most links.
func (d *draw) hub(typeName string) kg.ID {
	return d.graph.ID(typeName, d.IntN(min(10, d.graph.Count(typeName))))
}

// any is the id of a random node of a random type.
func (d *draw) any() kg.ID {
	for {
		if t := d.ontology.NodeTypes[d.IntN(len(d.ontology.NodeTypes))]; d.graph.Count(t.Name) > 0 {
			return d.id(t.Name)
		}
	}
}

// ofType draws the one variable id.
func (d *draw) ofType(typeName string) func(*draw) map[string]any {
	return func(d *draw) map[string]any { return map[string]any{"id": d.id(typeName)} }
}

// eightScalars are eight values of a tool, of which two are those of a citation.
const eightScalars = `__typename id name kind issuedIn description citations { locator checksum }`

// pageSize is how many elements q7, q12 and nested ask for.
const pageSize = 100

// questions are the rows, with pages of that many elements. They ask of the
// ontology what the questions of docs/performance.md ask of theirs.
func questions(o *ontology.Ontology, page int) []question {
	byID := (*draw)(nil).ofType
	return []question{{
		name: "q1", about: "tool by id, 8 scalars", bar: 4, goal: 1.8,
		document:  `query($id: ID!) { tool(id: $id) { ` + eightScalars + ` } }`,
		variables: byID("Tool"),
	}, {
		name: "q2", about: "action with bodies, programmes, plan", bar: 6, goal: 2.5,
		document: `query($id: ID!) { action(id: $id) {
			id name number timeframe { kind wording start end }
			responsibleBodies(first: 10) { nodes { id name kind } }
			workProgrammes(first: 10) { nodes { id name kind } }
			sections(first: 1) { nodes { id name versions(first: 1) { nodes { id name plans(first: 1) { nodes { id name } } } } } }
		} }`,
		variables: byID("Action"),
	}, {
		name: "q3", about: "goal > 10 activities > 2 sections > 10 actions > 5 tools", bar: 60, goal: 6,
		document: `query($id: ID!) { strategicGoal(id: $id) {
			id name number
			listedActivities(first: 10) { nodes { id name number
				repeatedBySections(first: 2) { nodes { id name kind
					actions(first: 10) { nodes { id name number
						tools(first: 5) { nodes { id name kind issuedIn } }
					} } } } } } } }`,
		variables: byID("StrategicGoal"),
	}, {
		name: "q4", about: "tools by kind, date and plan, 50 by name, with count", bar: 10, goal: 3,
		document: `query($kind: ToolKind!, $since: PartialDate!, $plan: String!) {
			tools(first: 50, orderBy: [{field: NAME}],
				where: {kind: {eq: $kind}, issuedIn: {gte: $since}, madeUnder: {some: {id: {eq: $plan}}}}) {
				totalCount nodes { id name kind issuedIn }
			} }`,
		variables: func(d *draw) map[string]any {
			kind := "GUIDELINES"
			if f := d.ontology.NodeType("Tool").Field("kind"); f != nil && f.Enum != nil {
				kind = f.Enum.Values[d.IntN(len(f.Enum.Values))].Name
			}
			return map[string]any{"kind": kind, "since": fmt.Sprint(1995 + d.IntN(20)), "plan": d.hub("ActionPlan")}
		},
	}, {
		name: "q5", about: "full text, two random words, 20 with count", bar: 25, goal: 5,
		document: `query($text: String!) { search(text: $text, first: 20) {
			totalCount edges { score node { id name description } } } }`,
		variables: func(d *draw) map[string]any { return map[string]any{"text": d.word("Tool") + " " + d.word("Action")} },
	}, {
		name: "acronym", about: "full text, the acronym of a random tool, 20 with count",
		document: `query($text: String!) { search(text: $text, first: 20) {
			totalCount edges { score node { id name description } } } }`,
		variables: func(d *draw) map[string]any { return map[string]any{"text": d.acronym("Tool")} },
	}, {
		name: "q6", about: "bodies through a filter over 4 relations, 50 by name, with count", bar: 60, goal: 9,
		document: `query($goal: String!) {
			workingBodies(first: 50, orderBy: [{field: NAME}],
				where: {actions: {some: {sections: {some: {repeatsActivities: {some: {listedUnderGoals: {some: {id: {eq: $goal}}}}}}}}}}) {
				totalCount nodes { id name kind }
			} }`,
		variables: func(d *draw) map[string]any { return map[string]any{"goal": d.id("StrategicGoal")} },
	}, {
		name: "q9", about: "tools counted by kind and by date", bar: 6, goal: 2,
		document: `query($size: Int!) { tools(first: 0) { totalCount
			facets(by: [KIND, ISSUED_IN], first: $size) { by distinct truncated buckets { value count } } } }`,
		variables: func(d *draw) map[string]any { return map[string]any{"size": 20 + d.IntN(10)} },
	}, {
		name: "q7", about: "page of 100 tools by name, at a deep cursor", bar: 8, goal: 2,
		document: `query($after: String!) { tools(first: ` + fmt.Sprint(page) + `, after: $after, orderBy: [{field: NAME}]) {
			pageInfo { endCursor hasNextPage } nodes { id name kind issuedIn } } }`,
		variables: func(d *draw) map[string]any { return map[string]any{"after": d.cursor("q7")} },
	}, {
		name: "q8", about: "shortest path of random nodes", bar: 25, goal: 4,
		document: `query($from: ID!, $to: ID!) { paths(from: $from, to: $to) { truncated
			paths { length nodes { __typename id name } hops { direction link { id relation } } } } }`,
		variables: func(d *draw) map[string]any { return map[string]any{"from": d.any(), "to": d.any()} },
	}, {
		name: "q10", about: "2-hop neighbourhood, 200 nodes", bar: 15, goal: 3,
		document: `query($id: ID!) { neighborhood(ids: [$id], hops: 2, limit: 200) { truncated
			nodes { __typename id name } } }`,
		variables: func(d *draw) map[string]any { return map[string]any{"id": d.any()} },
	}, {
		name: "q11", about: "tool with all links and their properties", bar: 12, goal: 3,
		document:  allLinks(o, "Tool"),
		variables: byID("Tool"),
	}, {
		name: "q12", about: "100 tools x 8 scalars", bar: 12, goal: 3,
		document:  `query($after: String!) { tools(first: ` + fmt.Sprint(page) + `, after: $after) { nodes { ` + eightScalars + ` } } }`,
		variables: func(d *draw) map[string]any { return map[string]any{"after": d.cursor("q12")} },
	}, {
		name: "nested", about: "100 actions x 10 tools",
		document: `query($after: String!) { actions(first: ` + fmt.Sprint(page) + `, after: $after) { nodes { id name
			tools(first: 10) { nodes { id name kind } } } } }`,
		variables: func(d *draw) map[string]any { return map[string]any{"after": d.cursor("nested")} },
	}}
}

// cursor is one of the cursors fetched for the question.
func (d *draw) cursor(name string) string {
	list := d.cursors[name]
	return list[d.IntN(len(list))]
}

// paged says, for the questions that start behind a cursor, which connection it
// is of.
var paged = map[string]struct{ typeName, field, order string }{
	"q7":     {"Tool", "tools", "[{field: NAME}]"},
	"q12":    {"Tool", "tools", "[]"},
	"nested": {"Action", "actions", "[]"},
}

// fetchCursors asks for the cursors of random elements of each connection that
// is paged. A filter narrows the page, not the cursors: they hold for all pages
// in the same order.
func (d *draw) fetchCursors(count int, ask func(document string, variables map[string]any, answer any) error) error {
	d.cursors = map[string][]string{}
	for _, name := range []string{"q7", "q12", "nested"} {
		p := paged[name]
		var ids []kg.ID
		for range count {
			ids = append(ids, d.id(p.typeName))
		}
		var answer map[string]struct{ Edges []struct{ Cursor string } }
		document := fmt.Sprintf(`query($ids: [String!]) { %s(first: 500, where: {id: {in: $ids}}, orderBy: %s) { edges { cursor } } }`, p.field, p.order)
		if err := ask(document, map[string]any{"ids": ids}, &answer); err != nil {
			return fmt.Errorf("cursors of %s: %w", name, err)
		}
		for _, edge := range answer[p.field].Edges {
			d.cursors[name] = append(d.cursors[name], edge.Cursor)
		}
		if len(d.cursors[name]) == 0 {
			return fmt.Errorf("cursors of %s: there are no %s", name, p.field)
		}
	}
	return nil
}

// allLinks asks for a node of the type with its links of every relation: ten
// each, their far nodes and all properties.
func allLinks(o *ontology.Ontology, typeName string) string {
	t := o.NodeType(typeName)
	if t == nil {
		return ""
	}
	var b strings.Builder
	fmt.Fprintf(&b, "query($id: ID!) { %s(id: $id) { id name\n", t.Singular())
	for _, end := range t.Ends {
		fmt.Fprintf(&b, "%s(first: 10) { edges { modality wording %snode { id name } } }\n", end.Field(), selection(end.Relation.Fields))
	}
	b.WriteString("} }")
	return b.String()
}

// selection asks for all of the fields, value types with all that they hold.
func selection(fields []*ontology.Field) string {
	text := ""
	for _, f := range fields {
		text += f.Name + " "
		if f.Kind == ontology.ValueKind {
			text += "{ " + selection(f.Value.Fields) + "} "
		}
	}
	return text
}
