package reference

import (
	"maps"
	"slices"
	"strings"

	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
)

// Rules, as plainly as they can be written: all paths of all links are looked at
// again until nothing changes. What a conclusion is worth, and which of its
// proofs is kept, is what package rules says.

// concludedKey ends the id of every derived link.
const concludedKey = "#derived"

// worth orders proofs: how firm, then how many rounds of reasoning among links
// that are as firm.
type worth struct{ firmness, rounds int }

func (w worth) less(v worth) bool {
	return w.firmness < v.firmness || w.firmness == v.firmness && w.rounds < v.rounds
}

// believed is a link with what it is worth.
type believed struct {
	*kg.Link
	worth
}

// isRule reports whether the id is that of a rule.
func isRule(id kg.ID) bool { return id.Prefix() == kg.Kebab(ontology.RuleType) }

// conclude lists the links that the graph's rules derive from its stated links.
func (g *Graph) conclude() map[kg.ID]*kg.Link {
	var rules []*kg.Node
	for _, id := range sortedIDs(g.Nodes) {
		if isRule(id) {
			rules = append(rules, g.Nodes[id].Node)
		}
	}
	stated, derived := map[kg.ID]believed{}, map[kg.ID]believed{}
	for id, l := range g.Links {
		if l.Basis == kg.Stated {
			stated[id] = believed{l.Link, worth{slices.Index(firmnesses, l.Modality), 0}}
		}
	}
	for len(rules) > 0 {
		next := map[kg.ID]believed{}
		all := maps.Clone(stated)
		maps.Copy(all, derived)
		at := map[kg.ID][]believed{}
		for _, id := range sortedIDs(all) {
			l := all[id]
			at[l.From] = append(at[l.From], l)
			if l.To != l.From {
				at[l.To] = append(at[l.To], l)
			}
		}
		for _, rule := range rules {
			pattern, _ := rule.Props["pattern"].([]any)
			for _, start := range sortedIDs(g.Nodes) {
				g.follow(rule, pattern, at, start, start, nil, next)
			}
		}
		if maps.EqualFunc(next, derived, func(a, b believed) bool { return a.worth == b.worth && a.Equal(b.Link) }) {
			break
		}
		derived = next
	}
	links := map[kg.ID]*kg.Link{}
	for id, l := range derived {
		links[id] = l.Link
	}
	return links
}

var firmnesses = []kg.Modality{kg.Asserted, kg.Planned, kg.Proposed, kg.Possible}

// follow goes on along the pattern, and at its end concludes.
func (g *Graph) follow(rule *kg.Node, pattern []any, at map[kg.ID][]believed, start, n kg.ID, path []believed, into map[kg.ID]believed) {
	if len(path) == len(pattern) {
		g.believe(rule, start, n, path, into)
		return
	}
	hop := pattern[len(path)].(kg.Props)
	r := g.Ontology.Relation(hop["relation"].(string))
	for _, l := range at[n] {
		far, from := l.To, l.From
		if hop["direction"] == "IN" {
			far, from = l.From, l.To
		}
		if from != n || l.Relation != r.Name || slices.ContainsFunc(path, func(p believed) bool { return p.ID == l.ID }) {
			continue
		}
		if types := texts(hop["types"]); len(types) > 0 && !slices.Contains(types, g.Ontology.TypeOf(far).Name) {
			continue
		}
		if words := texts(hop["modality"]); len(words) > 0 && !slices.Contains(words, string(l.Modality)) {
			continue
		}
		if name, ok := hop["property"].(string); ok && !slices.Contains(texts(hop["values"]), spell(l.Props[name])) {
			continue
		}
		g.follow(rule, pattern, at, start, far, append(slices.Clone(path), l), into)
	}
}

func texts(list any) (out []string) {
	values, _ := list.([]any)
	for _, v := range values {
		out = append(out, v.(string))
	}
	return out
}

// spell writes the value as a rule does.
func spell(v any) string { return strings.Trim(toJSON(v), `"`) }

// believe adds what follows from the path, unless more is known already.
func (g *Graph) believe(rule *kg.Node, from, to kg.ID, path []believed, into map[kg.ID]believed) {
	r := g.Ontology.Relation(rule.Props["concludes"].(string))
	if from == to || !r.From.Has(g.Ontology.TypeOf(from)) || !r.To.Has(g.Ontology.TypeOf(to)) {
		return
	}
	w := worth{}
	if word, ok := rule.Props["firmest"].(string); ok {
		w.firmness = slices.Index(firmnesses, kg.Modality(word))
	}
	l := &kg.Link{ID: kg.LinkID(r.Name, from, to, "derived"), Relation: r.Name, From: from, To: to, Basis: kg.Derived}
	for _, p := range path {
		w.firmness = max(w.firmness, p.firmness)
		l.Premises = append(l.Premises, p.ID)
	}
	for _, p := range path {
		if p.firmness == w.firmness {
			w.rounds = max(w.rounds, p.rounds)
		}
	}
	w.rounds++
	l.Modality = firmnesses[w.firmness]
	if known, ok := into[l.ID]; ok && (known.less(w) || known.worth == w && slices.Compare(known.Premises, l.Premises) <= 0) {
		return
	}
	into[l.ID] = believed{l, w}
}

// derive brings the derived links of the graph in step with its rules, and
// returns how many were written or went.
func (g *Graph) derive() int {
	want, count := g.conclude(), 0
	for id, l := range g.Links {
		if l.Basis == kg.Derived && want[id] == nil {
			delete(g.Links, id)
			count++
		}
	}
	for id, l := range want {
		if old := g.Links[id]; old == nil || !old.Equal(l) {
			g.Links[id] = &Link{l, g.Revision}
			count++
		}
	}
	return count
}

// ruleFaults lists what is wrong with a rule, of the faults that the Generator
// makes.
func (g *Graph) ruleFaults(n *kg.Node) (faults []string) {
	concludes, _ := n.Props["concludes"].(string)
	r := g.Ontology.Relation(concludes)
	if r == nil {
		return []string{"no relation " + concludes}
	}
	for _, f := range r.Fields {
		if f.Required {
			faults = append(faults, concludes+" needs "+f.Name)
		}
	}
	pattern, _ := n.Props["pattern"].([]any)
	if len(pattern) == 0 {
		faults = append(faults, "no pattern")
	}
	return faults
}

// Rule makes a random rule, right by itself.
func (r Generator) Rule(id kg.ID) *kg.Node {
	hop := func(relation string, more ...any) kg.Props {
		p := kg.Props{"relation": relation}
		for i := 0; i < len(more); i += 2 {
			p[more[i].(string)] = more[i+1]
		}
		return p
	}
	n := &kg.Node{ID: id, Type: ontology.RuleType, Name: r.title(), Props: kg.Props{}}
	rule := func(concludes string, pattern ...any) {
		n.Props["concludes"], n.Props["pattern"] = concludes, pattern
	}
	switch r.IntN(8) {
	case 0:
		rule("PART_OF", hop("PART_OF"), hop("PART_OF"))
	case 1:
		rule("SERVES", hop("PART_OF"), hop("SERVES"))
	case 2:
		rule("SERVES", hop("RUN_BY", "direction", "IN"), hop("SERVES", "modality", []any{"ASSERTED", "PLANNED"}))
	case 3:
		rule("PART_OF", hop("SERVES", "property", "strength", "values", []any{"1", "2"}), hop("SERVES", "direction", "IN", "types", []any{"Tool"}))
	case 4:
		rule("BACKS", hop("SERVES"))
	case 5:
		rule("BACKS", hop("PART_OF", "direction", "OUT"), hop("BACKS"))
	case 6:
		rule("BACKS", hop("RUN_BY", "direction", "IN"), hop("PART_OF"), hop("BACKS"))
	case 7:
		rule("MENTIONS", hop("MENTIONS", "types", []any{"Tool"}), hop("PART_OF", "direction", "IN"))
	}
	if r.oneIn(3) {
		n.Props["firmest"] = string(pick(r, firmnesses...))
	}
	return n
}
