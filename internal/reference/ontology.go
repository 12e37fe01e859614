package reference

import (
	"ecpgraph/internal/ontology"
)

// SDL is the ontology that the random tests run over: every kind of property,
// a value type, a relation of a type with itself, and polymorphic ends.
const SDL = `
"What is cited." type Document @node {
  "When it was issued." issued: PartialDate @index
}
"A tool." type Tool @node @period(name: "use", start: "adopted", end: "retired") {
  "Its kind." kind: ToolKind! @index
  "Its rank." rank: Int @index
  "Whether anybody may have it." open: Boolean @index
  "Its code." code: String @index
  "When it was adopted." adopted: PartialDate @index
  "When it was given up." retired: PartialDate @index
  "Where it is." page: URL
  "Key words." tags: [String!]
  "When it runs." period: Period @index
  "When it ran before." earlier: [Period!]
}
"A goal." type Goal @node {
  "Its rank." rank: Int @index
}
"A body." type Body @node(plural: "bodies")

"Kinds of tools." enum ToolKind { "A guide." GUIDE "A table." TABLE "A model." MODEL }

"A span of time." type Period @value
  @period(start: "start", end: "end", kind: "sort", wording: "wording", openStart: [GUIDE, TABLE], openEnd: [GUIDE, MODEL]) {
  "Its first date." start: PartialDate @index
  "Its last date." end: PartialDate @index
  "How long." weeks: Int @index
  "Whether it is certain." firm: Boolean @index
  "How it is meant." sort: ToolKind @index
  "What was written." wording: String
  "What was noted." notes: [String!]
}

"A tool or body serves a goal." type Serves @relation(from: [Tool, Body], to: Goal, forward: "goals", backward: "servants") {
  "How well." strength: Int @index
}
"A tool is a part of a tool." type PartOf @relation(from: Tool, to: Tool, forward: "wholes", backward: "parts")
"A body runs a tool." type RunBy @relation(from: Tool, to: Body, forward: "runners", backward: "tools") {
  "Since when." since: PartialDate! @index
}
"A tool or body backs a goal." type Backs @relation(from: [Tool, Body], to: Goal, forward: "backed", backward: "backers")
"A rule." type Rule @node(cited: false) {
  "What it concludes." concludes: String! @index
  "How." pattern: [RuleStep!]!
  "How firmly at most." firmest: String
}
"A hop." type RuleStep @value {
  "What is followed." relation: String!
  "Which way." direction: String
  "Where to." types: [String!]
  "How firm it is." modality: [String!]
  "What it has." property: String
  "Which values." values: [String!]
}
"A document mentions a thing." type Mentions @relation(from: Document, to: Node, forward: "mentions", backward: "mentionedIn")
`

// Ontology is SDL, parsed. It panics when SDL is wrong.
func Ontology() *ontology.Ontology {
	o, err := ontology.Parse([]ontology.Source{{Name: "reference.graphqls", Text: SDL}})
	if err != nil {
		panic(err)
	}
	return o
}
