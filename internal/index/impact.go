package index

import "math"

// Impact is what a term counts for in a node: 0 where it says nothing, at most
// MaxImpact. It is the part of BM25F that has to do with the one node: Robertson,
// Zaragoza and Taylor, "Simple BM25 extension to multiple weighted fields" (CIKM
// 2004). A text's length is held against a usual one that is the same for all
// graphs, not against the mean of the graph at hand, so that the impact is a
// property of the node: it is kept with the posting, postings can be ranked by
// it, and a commit changes that of the nodes that it touches only (Anh and
// Moffat, "Pruned query evaluation using pre-computed impacts", SIGIR 2006).
type Impact float64

// MaxImpact is more than any impact, and comes near to it where a node has hardly
// another word.
const MaxImpact Impact = saturation + 1

const (
	saturation      = 1.2  // k1: how soon more of the same word counts no more
	lengthInfluence = 0.75 // b: how much less a word counts in a long text
	impactUnit      = 10_000
)

// The fields' weights, and how many words there usually are in one that is not
// empty: about the means of seeds/ecp.
var (
	fieldWeights = [Fields]float64{NameField: 3, AliasField: 2, DescriptionField: 1}
	usualLengths = [Fields]float64{NameField: 4, AliasField: 4, DescriptionField: 10}
)

// counts are how often a node has a term, and lengths how many words it has, in
// each field.
type (
	counts  [Fields]uint32
	lengths [Fields]int
)

// worth is what a posting keeps of a term in a node: the impact in units of one
// in 10,000, rounded, and whether the term is in the name.
type worth uint16

const inName worth = 1 << 15

func (w worth) impact() Impact { return Impact(w&^inName) / impactUnit }

// worthOf is what a term is worth in a node that has it so often.
func worthOf(c *counts, l *lengths) worth {
	sum := 0.0
	for f := range Fields {
		if c[f] > 0 {
			sum += fieldWeights[f] * float64(c[f]) / (1 - lengthInfluence + lengthInfluence*float64(l[f])/usualLengths[f])
		}
	}
	w := worth(math.Round(impactUnit * sum * (saturation + 1) / (saturation + sum)))
	if c[NameField] > 0 {
		w |= inName
	}
	return w
}

// NameImpact is the least impact of a term in a node whose name has it and so
// many words.
func NameImpact(words int) Impact {
	return worthOf(&counts{NameField: 1}, &lengths{NameField: words}).impact()
}
