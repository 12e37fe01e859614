package generate

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math"
	"math/rand/v2"

	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
)

// The streams of chance, so that what is drawn for one thing does not move what
// is drawn for another.
const (
	keyStream uint64 = iota + 1
	nodeStream
	linkStream
	passageStream
)

// mix makes one number of several by the finalizer of SplitMix64 (Steele, Lea,
// Flood, "Fast splittable pseudorandom number generators", 2014).
func mix(parts ...uint64) uint64 {
	var h uint64
	for _, p := range parts {
		h = (h ^ p) + 0x9e3779b97f4a7c15
		h = (h ^ h>>30) * 0xbf58476d1ce4e5b9
		h = (h ^ h>>27) * 0x94d049bb133111eb
		h ^= h >> 31
	}
	return h
}

// chance draws values. All of its arithmetic is exact, so that every machine
// draws the same.
type chance struct{ *rand.Rand }

func newChance(parts ...uint64) chance {
	h := mix(parts...)
	return chance{rand.New(rand.NewPCG(h, mix(h)))}
}

// once in a hundred as often as percent says.
func (c chance) percent(percent int) bool { return c.IntN(100) < percent }

// skewed is a number from 0 to n-1. The k-th smallest is drawn in proportion to
// k^(-2/3), which as degrees is a power law of exponent 2.5; none is drawn less
// than a third as often as the mean.
func (c chance) skewed(n int) int {
	u := c.Float64()
	return int(float64(n) * (u * u * u))
}

// degree is a number of links with the mean given, by a power law of exponent 3.
func (c chance) degree(mean float64) int {
	d := mean / 2 / math.Sqrt(1-c.Float64()) // 1-u is never 0
	whole := math.Floor(d)
	if c.Float64() < d-whole {
		whole++
	}
	return int(whole)
}

func (g *Graph) node(p *population, i int) *kg.Node {
	c := newChance(g.seed, nodeStream, uint64(p.ordinal), uint64(i))
	first, second := g.words(p, i)
	n := &kg.Node{
		ID: g.id(p, i), Type: p.nodeType.Name, Name: c.title(first, second, p.nodeType.Name),
		Props: c.props(p.fields, 75), Citations: g.citations(c),
	}
	if c.percent(80) {
		n.Props[kg.PropDescription] = c.sentences(1 + c.IntN(3))
	}
	if c.percent(30) {
		n.Aliases = append(n.Aliases, kg.Alias{Name: initials(n.Name), Citations: n.Citations})
	}
	if c.percent(10) {
		n.Aliases = append(n.Aliases, kg.Alias{Name: "the " + first + " " + second, Citations: g.citations(c)})
	}
	return n
}

// linksFrom draws the links of the relation that start from the i-th node of
// its from side, no two to the same node and none to itself.
func (g *Graph) linksFrom(s share, i int) []*kg.Link {
	c := newChance(g.seed, linkStream, uint64(s.ordinal), uint64(i))
	from := g.id(s.from.at(i))
	degree := min(c.degree(float64(s.links)/float64(s.from.size)), s.to.size)
	var links []*kg.Link
	seen := map[kg.ID]bool{from: true}
	for tries := 0; len(links) < degree && tries < 4*degree; tries++ {
		// Which type in proportion to its nodes, then which of them.
		p, j := s.to.at(c.IntN(s.to.size))
		if tries < 2*degree { // else the hubs are all linked, and any will do
			j = c.skewed(p.size)
		}
		if to := g.id(p, j); !seen[to] {
			seen[to] = true
			links = append(links, g.link(c, s.relation, from, to))
		}
	}
	return links
}

// modalities, as often as they are listed.
var modalities = []kg.Modality{
	kg.Asserted, kg.Asserted, kg.Asserted, kg.Asserted, kg.Asserted, kg.Asserted, kg.Asserted,
	kg.Planned, kg.Proposed, kg.Possible,
}

func (g *Graph) link(c chance, r *ontology.Relation, from, to kg.ID) *kg.Link {
	l := &kg.Link{
		ID: kg.LinkID(r.Name, from, to, ""), Relation: r.Name, From: from, To: to,
		Basis: kg.Stated, Modality: modalities[c.IntN(len(modalities))],
		Props: c.props(r.Fields, 60), Citations: g.citations(c),
	}
	if c.percent(30) {
		l.Props[kg.PropWording] = c.phrase()
	}
	return l
}

// citations draws one to three passages. The checksum follows from the passage,
// as that of a text would.
func (g *Graph) citations(c chance) []kg.Citation {
	var list []kg.Citation
	for range 1 + c.skewed(3) {
		document := c.skewed(g.documents.size)
		kind, number := c.IntN(10), 1+c.IntN(80)
		var locator string
		switch kind {
		case 0:
			number = number%9 + 1
			locator = fmt.Sprintf("section %d", number)
		case 1:
			locator = fmt.Sprintf("table row %d", number)
		default:
			kind, locator = 2, fmt.Sprintf("para %d", number)
		}
		citation := kg.Citation{Document: g.id(g.documents, document), Locator: locator}
		if known := mix(g.seed, passageStream, uint64(document), uint64(kind), uint64(number)); known%4 > 0 {
			citation.Checksum = checksum(known)
		}
		if len(list) == 0 || list[len(list)-1] != citation {
			list = append(list, citation)
		}
	}
	return list
}

// checksum has the form of a SHA-256 in hex.
func checksum(of uint64) string {
	var b []byte
	for i := range uint64(4) {
		b = binary.BigEndian.AppendUint64(b, mix(of, i))
	}
	return hex.EncodeToString(b)
}

// props draws what is required, and of what is not the percentage.
func (c chance) props(fields []*ontology.Field, percent int) kg.Props {
	props := kg.Props{}
	for _, f := range fields {
		if !f.Required && !c.percent(percent) {
			continue
		}
		if !f.List {
			props[f.Name] = c.value(f)
			continue
		}
		var list []any
		for range 1 + c.IntN(3) {
			list = append(list, c.value(f))
		}
		props[f.Name] = list
	}
	return props
}

func (c chance) value(f *ontology.Field) any {
	switch f.Kind {
	case ontology.EnumKind:
		return f.Enum.Values[c.skewed(len(f.Enum.Values))].Name
	case ontology.ValueKind:
		return c.props(f.Value.Fields, 75)
	case ontology.Int:
		return int64(1 + c.skewed(400))
	case ontology.Boolean:
		return c.percent(70)
	case ontology.PartialDate:
		return c.date()
	case ontology.URL:
		return "https://" + c.of(subjects) + ".example.org/" + c.of(qualifiers) + "/" + c.of(subjects)
	}
	return c.phrase()
}

// date is a year, a month or a day of the years 1990 to 2029.
func (c chance) date() string {
	year, month, day := 1990+c.IntN(40), 1+c.IntN(12), 1+c.IntN(28)
	switch c.IntN(3) {
	case 0:
		return fmt.Sprintf("%d", year)
	case 1:
		return fmt.Sprintf("%d-%02d", year, month)
	}
	return fmt.Sprintf("%d-%02d-%02d", year, month, day)
}
