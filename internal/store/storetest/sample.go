package storetest

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"ecpgraph/internal/kg"
)

// Sample returns commits that use every operation and every kind of value. The
// same seed makes the same commits; an even share of them is large enough to
// be split by the packing.
func Sample(seed uint64, count int) []kg.Commit {
	r := rand.New(rand.NewPCG(seed, 1))
	commits := make([]kg.Commit, count)
	for i := range commits {
		commits[i] = kg.Commit{
			Time:   time.UnixMilli(1_500_000_000_000 + int64(i)*1000 + r.Int64N(1000)).UTC(),
			Author: "curator-" + word(r), Reason: strings.Repeat(word(r)+" ", r.IntN(5)),
		}
		records := r.IntN(6)
		if r.IntN(4) == 0 {
			records = r.IntN(120)
		}
		for range records {
			commits[i].Records = append(commits[i].Records, record(r))
		}
	}
	return commits
}

// Nodes returns a commit that puts nodes of about the size in bytes.
func Nodes(count, size int) kg.Commit {
	c := kg.Commit{Time: time.UnixMilli(1_500_000_000_000).UTC(), Author: "bulk", Records: make([]kg.Record, count)}
	for i := range c.Records {
		c.Records[i] = kg.Record{Op: kg.PutNode, Number: uint32(i), Node: &kg.Node{
			ID: kg.ID(fmt.Sprintf("tool:%d", i)), Type: "Tool", Name: fmt.Sprintf("Tool %d", i),
			Props: kg.Props{kg.PropDescription: strings.Repeat("x", size)},
		}}
	}
	return c
}

func record(r *rand.Rand) kg.Record {
	number := r.Uint32()
	id := kg.ID("tool:" + word(r))
	switch kg.Op(1 + r.IntN(4)) {
	case kg.PutNode:
		n := &kg.Node{ID: id, Type: "Tool", Name: word(r), Language: language(r), Props: props(r, 0), Citations: citations(r)}
		for range r.IntN(3) {
			n.Aliases = append(n.Aliases, kg.Alias{Name: word(r), Language: language(r), Label: r.IntN(2) == 0, Citations: citations(r)})
		}
		return kg.Record{Op: kg.PutNode, Number: number, Node: n}
	case kg.PutLink:
		l := &kg.Link{
			ID: "supports:" + id, Relation: "Supports", From: id, To: kg.ID("goal:" + word(r)),
			Basis: kg.Stated, Modality: kg.Possible, Props: props(r, 0), Citations: citations(r),
		}
		for range r.IntN(3) {
			l.Premises = append(l.Premises, kg.ID("serves:"+word(r)))
		}
		return kg.Record{Op: kg.PutLink, Number: number, Link: l}
	case kg.DeleteNode:
		return kg.Record{Op: kg.DeleteNode, Number: number, ID: id}
	default:
		return kg.Record{Op: kg.DeleteLink, Number: number, ID: id}
	}
}

// language is English as a rule.
func language(r *rand.Rand) kg.Language {
	return [...]kg.Language{kg.English, kg.English, kg.English, "fr", "zh-Hant"}[r.IntN(5)]
}

func citations(r *rand.Rand) []kg.Citation {
	var cs []kg.Citation
	for range r.IntN(3) {
		c := kg.Citation{Document: kg.ID("document:" + word(r)), Locator: fmt.Sprintf("para %d", r.IntN(99))}
		if r.IntN(2) == 0 {
			c.Checksum = strings.Repeat(fmt.Sprintf("%08x", r.Uint32()), 8)
		}
		cs = append(cs, c)
	}
	return cs
}

func props(r *rand.Rand, depth int) kg.Props {
	p := kg.Props{}
	for range r.IntN(5) {
		p[word(r)] = value(r, depth+1)
	}
	if len(p) == 0 && depth == 0 {
		return nil
	}
	return p
}

func value(r *rand.Rand, depth int) any {
	kinds := 5
	if depth > 4 {
		kinds = 3
	}
	switch r.IntN(kinds) {
	case 0:
		return word(r)
	case 1:
		sign := int64(1 - 2*r.IntN(2))
		return sign * (r.Int64() >> r.IntN(64))
	case 2:
		return r.IntN(2) == 0
	case 3:
		return props(r, depth)
	default:
		list := []any{}
		for range r.IntN(4) {
			list = append(list, value(r, depth+1))
		}
		return list
	}
}

func word(r *rand.Rand) string {
	words := []string{"", "ptc", "Wörter", "關務", "🧭", "a\x00b", "\"quoted\"", "\xff\xfe", "e\u0301", "Revised Kyoto Convention"}
	return words[r.IntN(len(words))] + fmt.Sprint(r.IntN(1000))
}
