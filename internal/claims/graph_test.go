package claims_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"ecpgraph/internal/claims"
	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
	"ecpgraph/internal/records"
)

const sdl = `
"A paper." type Document @node {
  "Its date." date: PartialDate @index @unspecified(of: TIME)
}
"A thing." type Thing @node @gap(name: "thingsWithoutWhole", says: "Things in no whole.", without: ["groups.wholes", "wholes"]) {
  "When it was made." made: PartialDate @index
  "When it is on." period: Period @index
  "Who else." others: String @unspecified(of: ACTOR)
}
"A group." type Group @node(plural: "groups") @gap(name: "emptyGroups", says: "Groups of nothing.", without: ["things"]) {
  "Its kind." kind: GroupKind @index
}
"A whole." type Whole @node
"A meeting." type Meeting @node {
  "When." start: PartialDate @index @unspecified(of: TIME, wording: "dateWording")
  "In words." dateWording: String
}
"A period." type Period @value {
  "How it is meant." kind: PeriodKind! @index
  "In words." wording: String
  "Its start." start: PartialDate @index
  "Its end." end: PartialDate @index
}
"How a period is meant." enum PeriodKind { "By a date." BY_DATE "Nobody knows." OPEN @unspecified(of: TIME) }
"What a group is." enum GroupKind { "Named." NAMED "Not named." UNNAMED @unspecified(of: ACTOR) }
"The state of a thing." enum State { "Planned." PLANNED "Begun." BEGUN "Done." DONE }

"It is in a group." type InGroup @relation(from: Thing, to: Group, forward: "groups", backward: "things") @claim(of: MEMBERSHIP)
"A group is in a whole." type InWhole @relation(from: [Group, Thing], to: Whole, forward: "wholes", backward: "parts") @claim(of: MEMBERSHIP)
"They may be one." type Compared @relation(from: [Thing, Meeting], to: [Thing, Meeting], forward: "comparedWith", backward: "comparedFrom") @claim(of: IDENTITY, value: "note") {
  "Why." note: String!
}
"A paper tells its state." type Tells @relation(from: Document, to: Thing, forward: "tells", backward: "states") @claim(of: STATUS, value: "state", date: "asOf", sourceDate: "date") {
  "The state." state: State! @index
  "As of when." asOf: PartialDate
}
"A meeting dealt with it." type Dealt @relation(from: Thing, to: Meeting, forward: "meetings", backward: "dealt") {
  "What it did." outcome: String
  "When." on: PartialDate
  "Who else." others: String @unspecified(of: ACTOR)
}
`

// builder makes a graph of one commit.
type builder struct {
	t       testing.TB
	records []kg.Record
	nodes   uint32
	links   uint32
}

// cite is one passage of each of the documents: "a" is document:a.
func cite(documents string) []kg.Citation {
	var list []kg.Citation
	for _, name := range strings.Fields(documents) {
		list = append(list, kg.Citation{Document: kg.NodeID("Document", name), Locator: "para 1"})
	}
	return list
}

func (b *builder) node(id kg.ID, documents string, alter func(*kg.Node)) {
	o := parse(b.t)
	n := &kg.Node{ID: id, Type: o.TypeOf(id).Name, Name: string(id), Props: kg.Props{}, Citations: cite(documents)}
	if alter != nil {
		alter(n)
	}
	if err := o.CheckNode(n); err != nil {
		b.t.Fatal(err)
	}
	b.records = append(b.records, kg.Record{Op: kg.PutNode, Number: b.nodes, Node: n})
	b.nodes++
}

// link adds one; its props are a JSON-like list of key and value.
func (b *builder) link(relation string, from, to kg.ID, documents string, props ...string) {
	l := &kg.Link{Relation: relation, From: from, To: to, Basis: kg.Stated, Modality: kg.Asserted, Citations: cite(documents), Props: kg.Props{}}
	for i := 0; i < len(props); i += 2 {
		l.Props[props[i]] = props[i+1]
	}
	if modality, ok := l.Props["modality"].(string); ok {
		l.Modality = kg.Modality(modality)
		delete(l.Props, "modality")
	}
	l.ID = kg.LinkID(relation, from, to, fmt.Sprint(b.links))
	if err := parse(b.t).CheckLink(l); err != nil {
		b.t.Fatal(err)
	}
	b.records = append(b.records, kg.Record{Op: kg.PutLink, Number: b.links, Link: l})
	b.links++
}

func parse(t testing.TB) *ontology.Ontology {
	t.Helper()
	o, err := ontology.Parse([]ontology.Source{{Name: "claims.graphqls", Text: sdl}})
	if err != nil {
		t.Fatal(err)
	}
	return o
}

type commit []kg.Record

func (c commit) Records(_ context.Context, refs []kg.Ref) ([]kg.Record, error) {
	list := make([]kg.Record, len(refs))
	for i, ref := range refs {
		list[i] = c[ref.Ordinal]
	}
	return list, nil
}

func (b *builder) view() records.View {
	ix, err := index.New(parse(b.t)).Apply(kg.Commit{Revision: 1, Records: b.records})
	if err != nil {
		b.t.Fatal(err)
	}
	return records.View{Index: ix, Records: records.New(commit(b.records), 0)}
}

// papers adds the documents a of 2016-09, b of 2017, and c and d without a date.
func papers(t testing.TB) *builder {
	b := &builder{t: t}
	for name, date := range map[string]string{"a": "2016-09", "b": "2017", "c": "", "d": ""} {
		b.node(kg.NodeID("Document", name), name, func(n *kg.Node) {
			if date != "" {
				n.Props["date"] = date
			}
		})
	}
	return b
}

// write writes a conflict on a line.
func write(ix *index.Index, c claims.Conflict) string {
	text := fmt.Sprintf("%s %s %s:", c.Kind, ix.NodeID(c.Subject), c.About)
	if c.IsCompared {
		text = fmt.Sprintf("%s %s or %s %s:", c.Kind, ix.NodeID(c.Subject), ix.NodeID(c.Other), c.About)
	}
	for _, claim := range c.Claims {
		text += " " + claim.Value
		if claim.Dated != claims.Undated {
			text += fmt.Sprintf("(%s %s)", claim.Dated, claim.Date)
		}
	}
	if c.Development {
		text += " development"
	}
	return text
}
