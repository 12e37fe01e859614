package reference

import (
	"crypto/sha256"
	"fmt"
	"maps"
	"slices"
	"strings"

	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
)

// Graph is a graph in two maps. A published Graph is not changed: Apply makes
// another one.
type Graph struct {
	Ontology *ontology.Ontology
	Revision kg.Revision
	Nodes    map[kg.ID]*Node
	Links    map[kg.ID]*Link
}

// Node is a node and the revision that wrote this version of it.
type Node struct {
	*kg.Node
	Revision kg.Revision
}

// Link is a link and the revision that wrote this version of it.
type Link struct {
	*kg.Link
	Revision kg.Revision
}

// New is the empty graph.
func New(o *ontology.Ontology) *Graph {
	return &Graph{Ontology: o, Nodes: map[kg.ID]*Node{}, Links: map[kg.ID]*Link{}}
}

// Effect is what a change did to a graph.
type Effect struct{ Created, Updated, Deleted, Same, Derived int }

// Refusal is why a change is refused: all its faults, and their codes.
type Refusal struct {
	Faults []string
	Codes  map[kg.Code]bool
}

func (r *Refusal) add(code kg.Code, format string, args ...any) {
	r.Faults = append(r.Faults, fmt.Sprintf(format, args...))
	if r.Codes == nil {
		r.Codes = map[kg.Code]bool{}
	}
	r.Codes[code] = true
}

// Apply returns the graph after the change and what the change did, or why it
// is refused. The rules: what is deleted is there; nothing is named twice; each
// node and link is right by itself; a link keeps its ends; and afterwards every
// end of a link and every cited document is there. A change that alters nothing
// makes no revision. The rules of the graph conclude from what it leaves.
func (g *Graph) Apply(c kg.Change) (*Graph, Effect, *Refusal) {
	r := &Refusal{}
	after := &Graph{g.Ontology, g.Revision + 1, maps.Clone(g.Nodes), maps.Clone(g.Links)}
	var e Effect
	for _, id := range unique(c.DeleteLinks) {
		if g.Links[id] == nil {
			r.add(kg.NotFound, "no link %s", id)
		} else if g.Links[id].Basis == kg.Derived {
			r.add(kg.Invalid, "%s is derived", id)
		}
		delete(after.Links, id)
		e.Deleted++
	}
	for _, id := range unique(c.DeleteNodes) {
		if g.Nodes[id] == nil {
			r.add(kg.NotFound, "no node %s", id)
		}
		delete(after.Nodes, id)
		e.Deleted++
	}
	put := map[kg.ID]bool{}
	for _, n := range c.PutNodes {
		if err := g.Ontology.CheckNode(n); err != nil {
			r.add(kg.Invalid, "%v", err)
		}
		if put[n.ID] || slices.Contains(c.DeleteNodes, n.ID) {
			r.add(kg.Invalid, "%s twice", n.ID)
		}
		put[n.ID] = true
		if isRule(n.ID) {
			for _, fault := range g.ruleFaults(n) {
				r.add(kg.Invalid, "%s: %s", n.ID, fault)
			}
		}
		switch old := g.Nodes[n.ID]; {
		case old == nil:
			e.Created++
		case describeNode(old.Node) == describeNode(n):
			e.Same++
			continue
		default:
			e.Updated++
		}
		after.Nodes[n.ID] = &Node{n, after.Revision}
	}
	for _, l := range c.PutLinks {
		if err := g.Ontology.CheckLink(l); err != nil {
			r.add(kg.Invalid, "%v", err)
		}
		if g.Ontology.Relation(l.Relation) == nil || l.ID.Prefix() != kg.Kebab(l.Relation) {
			r.add(kg.Invalid, "%s does not start with the relation %s", l.ID, l.Relation)
		}
		if l.Basis == kg.Derived || strings.HasSuffix(string(l.ID), concludedKey) {
			r.add(kg.Invalid, "%s is not for a change to derive", l.ID)
		}
		if put[l.ID] || slices.Contains(c.DeleteLinks, l.ID) {
			r.add(kg.Invalid, "%s twice", l.ID)
		}
		put[l.ID] = true
		switch old := g.Links[l.ID]; {
		case old == nil:
			e.Created++
		case describeLink(old.Link) == describeLink(l):
			e.Same++
			continue
		default:
			if old.Relation != l.Relation || old.From != l.From || old.To != l.To {
				r.add(kg.Invalid, "%s changes its ends", l.ID)
			}
			e.Updated++
		}
		after.Links[l.ID] = &Link{l, after.Revision}
	}
	g.checkWhole(after, c, put, r)
	if len(r.Faults) > 0 {
		return g, Effect{}, r
	}
	if e.Created+e.Updated+e.Deleted == 0 {
		return g, e, nil
	}
	e.Derived = after.derive()
	return after, e, nil
}

// checkWhole finds what would dangle: NotFound when the change itself names
// what is not there, Invalid when the change takes it away from under others.
func (g *Graph) checkWhole(after *Graph, c kg.Change, put map[kg.ID]bool, r *Refusal) {
	needs := func(about kg.ID, what []kg.ID, code kg.Code) {
		for _, id := range what {
			if after.Nodes[id] == nil {
				r.add(code, "%s needs %s", about, id)
			}
		}
	}
	for _, n := range c.PutNodes {
		needs(n.ID, documents(n), kg.NotFound)
	}
	for _, l := range c.PutLinks {
		needs(l.ID, []kg.ID{l.From, l.To}, kg.NotFound)
		for _, citation := range l.Citations {
			needs(l.ID, []kg.ID{citation.Document}, kg.NotFound)
		}
	}
	for id, n := range g.Nodes {
		if after.Nodes[id] != nil && !put[id] {
			needs(id, documents(n.Node), kg.Invalid)
		}
	}
	for id, l := range g.Links {
		if after.Links[id] == nil || l.Basis == kg.Derived { // which goes with what it follows from
			continue
		}
		needs(id, []kg.ID{l.From, l.To}, kg.Invalid)
		if put[id] {
			continue
		}
		for _, citation := range l.Citations {
			needs(id, []kg.ID{citation.Document}, kg.Invalid)
		}
	}
}

func documents(n *kg.Node) []kg.ID {
	var list []kg.ID
	for _, c := range allCitations(n) {
		list = append(list, c.Document)
	}
	return list
}

func allCitations(n *kg.Node) []kg.Citation {
	all := slices.Clone(n.Citations)
	for _, a := range n.Aliases {
		all = append(all, a.Citations...)
	}
	return all
}

func unique(ids []kg.ID) []kg.ID {
	ids = slices.Clone(ids)
	slices.Sort(ids)
	return slices.Compact(ids)
}

// describeNode writes out all that the node says; equal texts are equal nodes.
func describeNode(n *kg.Node) string {
	text := fmt.Sprintf("%q %q %q in %q cites%s", n.ID, n.Type, n.Name, n.Language, describeCitations(n.Citations))
	for _, a := range n.Aliases {
		text += fmt.Sprintf(" alias %q in %q %v cites%s", a.Name, a.Language, a.Label, describeCitations(a.Citations))
	}
	return text + " " + describeValue(n.Props)
}

// describeLink writes out all that the link says.
func describeLink(l *kg.Link) string {
	return fmt.Sprintf("%q %q %q > %q %s %s premises%q cites%s %s", l.ID, l.Relation, l.From, l.To,
		l.Basis, l.Modality, l.Premises, describeCitations(l.Citations), describeValue(l.Props))
}

func describeCitations(citations []kg.Citation) string {
	text := ""
	for _, c := range citations {
		text += fmt.Sprintf(" (%q %q %q)", c.Document, c.Locator, c.Checksum)
	}
	return text
}

func describeValue(v any) string {
	switch v := v.(type) {
	case kg.Props:
		text := "{"
		for _, name := range slices.Sorted(maps.Keys(v)) {
			text += name + ": " + describeValue(v[name]) + ", "
		}
		return text + "}"
	case []any:
		text := "["
		for _, element := range v {
			text += describeValue(element) + ", "
		}
		return text + "]"
	case string:
		if len(v) > 200 { // shortened, so that people can read the messages of tests
			return fmt.Sprintf("%.20q… of %d bytes with SHA-256 %x", v, len(v), sha256.Sum256([]byte(v)))
		}
	}
	return fmt.Sprintf("%#v", v)
}
