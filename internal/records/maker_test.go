package records

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
)

// sdl has every kind of property: scalars and values, alone and in lists.
const sdl = `
"A text that can be cited."
type Document @node { "Where." url: URL }

"A thing with everything."
type Thing @node {
  "A remark." remark: String
  "A number." number: Int @index
  "A choice." flag: Boolean
  "A day." day: PartialDate
  "A word." kind: ThingKind
  "Some words." words: [String!]!
  "Some numbers." numbers: [Int]
  "A span." span: Span
  "Some spans." spans: [Span!]
}

"A sort of thing."
enum ThingKind { "Large." LARGE "Small." SMALL }

"A span of time."
type Span @value {
  "What the source says." wording: String
  "Its end." end: PartialDate
  "Notes." notes: [String!]
  "How long." days: Int
  "Exact." exact: Boolean
}

"One thing is near another."
type Near @relation(from: Thing, to: Thing, forward: "near", backward: "nearOf") {
  "How far." distance: Int
  "Since when." since: [Span!]
}
`

func testOntology(t testing.TB) *ontology.Ontology {
	o, err := ontology.Parse([]ontology.Source{{Name: "test.graphqls", Text: sdl}})
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// random is a source of random numbers; its seed is printed, and
// ECPGRAPH_TEST_SEED replays a run.
func random(t testing.TB) *rand.Rand {
	seed := uint64(time.Now().UnixNano())
	if text := os.Getenv("ECPGRAPH_TEST_SEED"); text != "" {
		var err error
		if seed, err = strconv.ParseUint(text, 10, 64); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("ECPGRAPH_TEST_SEED=%d", seed)
	return rand.New(rand.NewPCG(seed, 0))
}

// maker draws nodes and links of the test ontology.
type maker struct {
	*rand.Rand
	o         *ontology.Ontology
	documents []kg.ID
}

func (m *maker) text() string {
	const letters = "abc \"\\\n\t\x01é東x"
	runes := []rune(letters)
	length := m.IntN(12)
	switch m.IntN(200) { // lengths of two and of three bytes
	case 0:
		length = 17_000
	case 1, 2, 3:
		length = 100 + m.IntN(100)
	}
	text := make([]rune, length)
	for i := range text {
		text[i] = runes[m.IntN(len(runes))]
	}
	return string(text)
}

func (m *maker) props(fields []*ontology.Field, implicit string) kg.Props {
	props := kg.Props{}
	if implicit != "" && m.IntN(2) == 0 {
		props[implicit] = m.text()
	}
	for _, f := range fields {
		if m.IntN(2) == 0 {
			continue
		}
		if !f.List {
			props[f.Name] = m.value(f)
			continue
		}
		list := []any{}
		for range m.IntN(4) {
			list = append(list, m.value(f))
		}
		props[f.Name] = list
	}
	return props
}

func (m *maker) value(f *ontology.Field) any {
	switch f.Kind {
	case ontology.Int:
		return int64(int32(m.Uint32()))
	case ontology.Boolean:
		return m.IntN(2) == 0
	case ontology.PartialDate:
		return fmt.Sprint(1900 + m.IntN(200))
	case ontology.EnumKind:
		return f.Enum.Values[m.IntN(len(f.Enum.Values))].Name
	case ontology.URL:
		return "https://example.org/" + fmt.Sprint(m.Uint32())
	case ontology.ValueKind:
		return m.props(f.Value.Fields, "")
	}
	return m.text()
}

func (m *maker) citations() []kg.Citation {
	var list []kg.Citation
	for range m.IntN(4) {
		c := kg.Citation{Document: m.documents[m.IntN(len(m.documents))], Locator: "para " + m.text()}
		if m.IntN(2) == 0 {
			c.Checksum = strings.Repeat("0a", 32)
		}
		list = append(list, c)
	}
	return list
}

func (m *maker) thing(key string) *kg.Node {
	n := &kg.Node{ID: kg.NodeID("Thing", key), Type: "Thing", Name: m.text(), Language: m.language(), Citations: m.citations()}
	n.Props = m.props(m.o.NodeType("Thing").Fields, kg.PropDescription)
	for range m.IntN(4) {
		n.Aliases = append(n.Aliases, kg.Alias{Name: m.text(), Language: m.language(), Label: m.IntN(2) == 0, Citations: m.citations()})
	}
	return n
}

func (m *maker) language() kg.Language {
	return []kg.Language{kg.English, "fr", "zh-Hant"}[m.IntN(3)]
}

func (m *maker) near(from, to kg.ID) *kg.Link {
	l := &kg.Link{
		ID: kg.LinkID("Near", from, to, ""), Relation: "Near", From: from, To: to,
		Basis: kg.Stated, Modality: kg.Asserted, Citations: m.citations(),
	}
	l.Props = m.props(m.o.Relation("Near").Fields, kg.PropWording)
	for range m.IntN(4) {
		l.Premises = append(l.Premises, kg.LinkID("Near", "thing:"+kg.ID(strings.Repeat("p", m.IntN(300))), to, ""))
	}
	return l
}
