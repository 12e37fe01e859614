package reference

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
)

// Seeds are the seeds of a random test: that of ECPGRAPH_TEST_SEED alone where
// it is set, else the numbers from 1 to count.
func Seeds(t testing.TB, count int) []uint64 {
	t.Helper()
	if seed, given := givenSeed(t); given {
		return []uint64{seed}
	}
	var seeds []uint64
	for i := range count {
		seeds = append(seeds, uint64(i+1))
	}
	return seeds
}

// NewSeed is the seed of a random test that draws another one each time: that of
// ECPGRAPH_TEST_SEED where it is set. It is printed.
func NewSeed(t testing.TB) uint64 {
	t.Helper()
	seed, given := givenSeed(t)
	if !given {
		seed = uint64(time.Now().UnixNano())
	}
	t.Logf("ECPGRAPH_TEST_SEED=%d", seed)
	return seed
}

func givenSeed(t testing.TB) (seed uint64, given bool) {
	t.Helper()
	text := os.Getenv("ECPGRAPH_TEST_SEED")
	if text == "" {
		return 0, false
	}
	seed, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		t.Fatalf("ECPGRAPH_TEST_SEED: %v", err)
	}
	return seed, true
}

// Generator makes random changes and questions for the ontology of SDL. The
// same seed makes the same ones for the same graphs. Its names, ids and values
// are few, so that they meet often.
type Generator struct{ *rand.Rand }

// NewGenerator starts a generator.
func NewGenerator(seed uint64) Generator { return Generator{rand.New(rand.NewPCG(seed, 2))} }

func (r Generator) oneIn(n int) bool { return r.IntN(n) == 0 }

func pick[E any](r Generator, list ...E) E { return list[r.IntN(len(list))] }

// spread is how many ids of a type there are.
var spread = map[string]int{"Document": 6, "Tool": 24, "Goal": 7, "Body": 5, "Rule": 4}

func (r Generator) id(typeName string) kg.ID {
	return kg.NodeID(typeName, fmt.Sprint(r.IntN(spread[typeName])))
}

func (r Generator) typeName() string {
	return pick(r, "Document", "Tool", "Tool", "Tool", "Goal", "Body")
}

var titles = []string{"Alpha", "alpha", "ALPHA two", "Beta", "Élan", "élan vital", "Ω", "Zeta <&> \"q\"", "b", "關務"}

func (r Generator) title() string {
	if r.oneIn(3) {
		return r.Text()
	}
	return pick(r, titles...)
}

// terms are words of texts, and ways to write them that search reads alike.
var terms = []string{
	"guide", "guides", "Guided", "GUIDE", "guiding", "national", "natl", "nationl", "committee", "committees", "comittee", "RKC", "rkc", "RKCs",
	"transit", "transport", "tran", "trasnit", "harmonise", "harmonization", "the", "of", "it", "IT", "é", "élan", "vital", "關務", "關", "x", "al",
}

// Text makes some words, to be found or to be looked for.
func (r Generator) Text() string {
	text := ""
	for range 1 + r.IntN(4) {
		text += pick(r, terms...) + pick(r, " ", " ", "-", ", ", "'s ")
	}
	return text[:len(text)-r.IntN(2)]
}

func (r Generator) date() string {
	year := 2015 + r.IntN(4)
	switch r.IntN(3) {
	case 0:
		return fmt.Sprintf("%d", year)
	case 1:
		return fmt.Sprintf("%d-%02d", year, pick(r, 1, 2, 12))
	}
	return fmt.Sprintf("%d-%02d-%02d", year, pick(r, 1, 2, 12), pick(r, 1, 28))
}

func (r Generator) citations(g *Graph) []kg.Citation {
	var list []kg.Citation
	for range 1 + r.IntN(2) {
		c := kg.Citation{Document: r.document(g), Locator: fmt.Sprintf("para %d", r.IntN(3))}
		if r.oneIn(4) {
			c.Checksum = strings.Repeat("ab", 32)
		}
		list = append(list, c)
	}
	return list
}

// document is mostly one that is there.
func (r Generator) document(g *Graph) kg.ID {
	id := r.id("Document")
	for range 8 {
		if g.Nodes[id] != nil {
			break
		}
		id = r.id("Document")
	}
	return id
}

// Node makes a random node, right by itself.
func (r Generator) Node(g *Graph, id kg.ID) *kg.Node {
	if isRule(id) {
		return r.Rule(id)
	}
	n := &kg.Node{ID: id, Type: g.Ontology.TypeOf(id).Name, Name: r.title(), Props: kg.Props{}, Citations: r.citations(g)}
	if r.oneIn(6) {
		n.Language = "fr"
	}
	for range r.IntN(3) {
		a := kg.Alias{Name: r.title(), Language: pick[kg.Language](r, kg.English, kg.English, "fr", "zh-Hant"), Citations: r.citations(g)}
		taken := func(b kg.Alias) bool { return b.Label && b.Language == a.Language }
		a.Label = a.Language != n.Language && !slices.ContainsFunc(n.Aliases, taken) && r.oneIn(2)
		n.Aliases = append(n.Aliases, a)
	}
	if n.Type == "Document" && r.oneIn(2) {
		n.Citations = []kg.Citation{{Document: id, Locator: "title"}}
	}
	may := func(name string, value any) {
		if !r.oneIn(3) {
			n.Props[name] = value
		}
	}
	switch n.Type {
	case "Document":
		may("issued", r.date())
	case "Goal":
		may("rank", int64(r.IntN(5)-2))
	case "Tool":
		n.Props["kind"] = pick(r, "GUIDE", "TABLE", "MODEL")
		may("rank", int64(r.IntN(5)-2))
		may("open", r.oneIn(2))
		may("code", pick(r, titles...))
		may("adopted", r.date())
		may("retired", r.date())
		may("page", "https://example.org/"+fmt.Sprint(r.IntN(3)))
		may("tags", pick[any](r, []any{}, []any(nil), []any{"x"}, []any{"y", "x"}))
		may("period", r.period())
		may("earlier", []any{r.period(), r.period()})
	}
	if r.oneIn(3) {
		n.Props[kg.PropDescription] = pick(r, pick(r, titles...), r.Text())
	}
	return n
}

func (r Generator) period() kg.Props {
	if r.oneIn(6) {
		return pick[kg.Props](r, nil, kg.Props{})
	}
	p := kg.Props{}
	for name, value := range map[string]any{
		"start": r.date(), "end": r.date(), "weeks": int64(r.IntN(4)), "firm": r.oneIn(2), "sort": pick(r, "GUIDE", "TABLE", "MODEL"),
		"wording": pick(r, titles...), "notes": []any{"n"},
	} {
		p[name] = value
	}
	for _, name := range []string{"start", "end", "weeks", "firm", "sort", "wording", "notes"} {
		if r.oneIn(3) {
			delete(p, name)
		}
	}
	return p
}

// Link makes a random link between nodes that are mostly there.
func (r Generator) Link(g *Graph) *kg.Link {
	l := &kg.Link{
		Relation: pick(r, "Serves", "PartOf", "RunBy", "Mentions"), Basis: kg.Stated, Props: kg.Props{},
		Modality:  pick(r, kg.Asserted, kg.Planned, kg.Proposed, kg.Possible),
		Citations: r.citations(g),
	}
	switch l.Relation {
	case "Serves":
		l.From, l.To = r.present(g, pick(r, "Tool", "Body")), r.present(g, "Goal")
		if r.oneIn(2) {
			l.Props["strength"] = int64(r.IntN(3))
		}
	case "PartOf":
		l.From, l.To = r.present(g, "Tool"), r.present(g, "Tool")
		if r.oneIn(4) {
			l.To = l.From
		}
	case "RunBy":
		l.From, l.To = r.present(g, "Tool"), r.present(g, "Body")
		l.Props["since"] = r.date()
	case "Mentions":
		l.From, l.To = r.present(g, "Document"), r.present(g, r.typeName())
	}
	if r.oneIn(4) {
		l.Props[kg.PropWording] = pick(r, titles...)
	}
	l.ID = kg.LinkID(l.Relation, l.From, l.To, pick(r, "", "", "a", "b"))
	return l
}

func (r Generator) present(g *Graph, typeName string) kg.ID {
	id := r.id(typeName)
	for range 20 {
		if g.Nodes[id] != nil {
			break
		}
		id = r.id(typeName)
	}
	return id
}

// stated lists the links that a change may name.
func (g *Graph) stated() []kg.ID {
	return slices.DeleteFunc(sortedIDs(g.Links), func(id kg.ID) bool { return g.Links[id].Basis == kg.Derived })
}

func sortedIDs[V any](m map[kg.ID]V) []kg.ID { return slices.Sorted(maps.Keys(m)) }

// Change makes a random change of a few steps: most can be made, some can not.
func (r Generator) Change(g *Graph) kg.Change {
	c := kg.Change{Author: pick(r, "ada", "ben"), Reason: pick(r, "", "because")}
	if len(g.Nodes) == 0 {
		n := r.Node(g, "document:0")
		n.Citations, n.Aliases = []kg.Citation{{Document: n.ID, Locator: "title"}}, nil
		c.PutNodes = append(c.PutNodes, n)
		return c
	}
	if r.oneIn(10) {
		r.again(g, &c)
		return c
	}
	for range 1 + r.IntN(5) {
		r.step(g, &c)
	}
	if r.oneIn(8) {
		r.fault(g, &c)
	}
	return c
}

func (r Generator) step(g *Graph, c *kg.Change) {
	nodes, links := sortedIDs(g.Nodes), g.stated()
	taken := func(id kg.ID) bool {
		return slices.Contains(c.DeleteNodes, id) || slices.Contains(c.DeleteLinks, id) ||
			slices.ContainsFunc(c.PutNodes, func(n *kg.Node) bool { return n.ID == id }) ||
			slices.ContainsFunc(c.PutLinks, func(l *kg.Link) bool { return l.ID == id })
	}
	switch r.IntN(12) {
	case 0, 1, 2, 3:
		typeName := r.typeName()
		if r.oneIn(12) {
			typeName = ontology.RuleType
		}
		if id := r.id(typeName); !taken(id) {
			c.PutNodes = append(c.PutNodes, r.Node(g, id))
		}
	case 4, 5, 6, 7:
		for range 1 + r.IntN(3) {
			l := r.Link(g)
			whole := g.Nodes[l.From] != nil && g.Nodes[l.To] != nil && !slices.Contains(c.DeleteNodes, l.From) && !slices.Contains(c.DeleteNodes, l.To)
			if !taken(l.ID) && (whole || r.oneIn(30)) {
				c.PutLinks = append(c.PutLinks, l)
			}
		}
	case 8, 9:
		if len(links) > 0 {
			if id := pick(r, links...); !taken(id) {
				c.DeleteLinks = append(c.DeleteLinks, id)
			}
		}
	default:
		id := pick(r, nodes...)
		if !taken(id) && r.IntN(30) < len(nodes) && (g.Nodes[id].Type != "Document" || r.oneIn(3)) {
			r.deleteNode(g, c, id, taken)
		}
	}
}

// again puts what is there already.
func (r Generator) again(g *Graph, c *kg.Change) {
	for _, id := range sortedIDs(g.Nodes) {
		if r.oneIn(6) {
			same := *g.Nodes[id].Node
			c.PutNodes = append(c.PutNodes, &same)
		}
	}
	for _, id := range g.stated() {
		if r.oneIn(6) {
			same := *g.Links[id].Link
			c.PutLinks = append(c.PutLinks, &same)
		}
	}
}

// deleteNode deletes the node with its links; what cites a document goes too,
// or is rewritten to cite another.
func (r Generator) deleteNode(g *Graph, c *kg.Change, id kg.ID, taken func(kg.ID) bool) {
	c.DeleteNodes = append(c.DeleteNodes, id)
	for _, link := range g.stated() {
		if l := g.Links[link]; (l.From == id || l.To == id) && !taken(link) {
			c.DeleteLinks = append(c.DeleteLinks, link)
		}
	}
	if g.Nodes[id].Type != "Document" {
		return
	}
	elsewhere := []kg.Citation{{Document: "document:0", Locator: "title"}}
	for _, other := range sortedIDs(g.Nodes) {
		n := *g.Nodes[other].Node
		switch {
		case taken(other) || !slices.Contains(documents(&n), id):
		case r.oneIn(8):
			r.deleteNode(g, c, other, taken)
		default:
			n.Citations, n.Aliases = elsewhere, nil
			c.PutNodes = append(c.PutNodes, &n)
		}
	}
	for _, link := range g.stated() {
		l := *g.Links[link].Link
		if !taken(link) && slices.ContainsFunc(l.Citations, func(c kg.Citation) bool { return c.Document == id }) {
			l.Citations = elsewhere
			c.PutLinks = append(c.PutLinks, &l)
		}
	}
}

// fault makes the change one that must be refused, mostly.
func (r Generator) fault(g *Graph, c *kg.Change) {
	n, l := r.Node(g, r.present(g, "Tool")), r.Link(g)
	absent := kg.ID("document:none")
	switch r.IntN(20) {
	case 14:
		l.Basis, l.Premises, l.Citations = kg.Derived, []kg.ID{"part-of:tool:0>tool:1"}, nil
	case 15:
		l.ID = kg.LinkID(l.Relation, l.From, l.To, strings.TrimPrefix(concludedKey, "#"))
	case 16:
		n = r.Rule(r.id(ontology.RuleType))
		n.Props["concludes"] = pick(r, "RUN_BY", "SERVE")
	case 17:
		for _, id := range sortedIDs(g.Links) {
			if g.Links[id].Basis == kg.Derived {
				c.DeleteLinks = append(c.DeleteLinks, id)
				break
			}
		}
	case 18:
		n.Language = pick[kg.Language](r, "en", "FR", "no tongue")
	case 19:
		n.Aliases = []kg.Alias{{Name: "x", Language: n.Language, Label: true, Citations: n.Citations}}
	case 0:
		n.Type = "Gaol"
	case 1:
		n.ID = "goal:x"
	case 2:
		n.Props["rank"] = "high"
	case 3:
		delete(n.Props, "kind")
	case 4:
		n.Citations = nil
	case 5:
		n.Citations = []kg.Citation{{Document: absent, Locator: "para 1"}}
	case 6:
		c.PutNodes = append(c.PutNodes, n) // twice, below
	case 7:
		c.DeleteNodes = append(c.DeleteNodes, n.ID)
	case 8:
		c.DeleteNodes = append(c.DeleteNodes, "tool:none")
	case 9:
		c.DeleteLinks = append(c.DeleteLinks, "serves:none")
	case 10:
		l.From, l.To = l.To, l.From
	case 11:
		l.To = kg.NodeID(string(l.To.Prefix()), "none")
	case 12:
		l.Citations = []kg.Citation{{Document: absent, Locator: "para 1"}}
	case 13: // without what needs it
		c.DeleteNodes = append(c.DeleteNodes, r.present(g, r.typeName()))
	}
	if r.oneIn(2) || len(c.PutNodes) > 0 {
		c.PutNodes = append(c.PutNodes, n)
	}
	c.PutLinks = append(c.PutLinks, l)
}
