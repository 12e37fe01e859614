package compare

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
	"ecpgraph/internal/records"
)

// assignments are the relations, by name, that say which party a thing is the
// task or the work of, seen from the thing. One that an ontology does not have is
// not compared.
var assignments = map[string]ontology.Direction{
	"ResponsibleFor":  ontology.In,
	"MadeBy":          ontology.Out,
	"OrganizedBy":     ontology.Out,
	"LaunchedBy":      ontology.Out,
	"EstablishedBy":   ontology.Out,
	"ProgrammeOfBody": ontology.Out,
}

// source is what a document is cited for.
type source struct {
	document index.Node
	nodes    map[index.Node]bool         // that cite it, themselves or by an alias
	links    map[index.Node][]index.Link // that cite it, by both of their ends, each in the order of ids
}

// speaksOf reports whether anything about the node cites the document.
func (s *source) speaksOf(n index.Node) bool { return s.nodes[n] || len(s.links[n]) > 0 }

// Documents compares what two documents are cited for. A document speaks of a
// node when the node, an alias of it or a link at it cites the document. Links
// that a rule derives and those that only compare two nodes do not count, and the
// two documents themselves are left out. Items are about nodes of the types, nil
// for all.
//
// The ids must be of two different documents, else the error is of code Invalid
// or NotFound.
func Documents(ctx context.Context, view records.View, ids []kg.ID, types []*ontology.NodeType) (*Comparison, error) {
	c := newComparer(ctx, view, types)
	first, second, err := find(c.index, "documents", ids, ontology.DocumentType)
	if err != nil {
		return nil, err
	}
	before, err := c.source(first)
	if err != nil {
		return nil, err
	}
	after, err := c.source(second)
	if err != nil {
		return nil, err
	}
	subjects := map[index.Node]bool{}
	for _, s := range []*source{before, after} {
		for n := range s.nodes {
			subjects[n] = true
		}
		for n := range s.links {
			subjects[n] = true
		}
	}
	delete(subjects, first)
	delete(subjects, second)
	var both []index.Node
	for n := range subjects {
		switch {
		case !c.wants(n):
		case !before.speaksOf(n):
			c.made.Items = append(c.made.Items, Item{Kind: Added, Node: n, After: after.side(n)})
		case !after.speaksOf(n):
			c.made.Items = append(c.made.Items, Item{Kind: Dropped, Node: n, Before: before.side(n)})
		default:
			both = append(both, n)
		}
	}
	c.made.Kept = len(both)
	for _, n := range both {
		c.linked(n, before, after)
	}
	if err := c.renamed(both, before, after); err != nil {
		return nil, err
	}
	return c.done(), nil
}

func (c *comparer) source(document index.Node) (*source, error) {
	s := &source{document, map[index.Node]bool{}, map[index.Node][]index.Link{}}
	seen := map[index.Link]bool{}
	for _, p := range c.index.Passages(document) {
		for n := range c.index.CitingNodes(p).From(0) {
			if err := c.look(); err != nil {
				return nil, err
			}
			s.nodes[n] = true
		}
		for l := range c.index.CitingLinks(p).From(0) {
			if err := c.look(); err != nil {
				return nil, err
			}
			// A link that compares cites the passages of both its ends, of which one
			// document may have neither.
			if c.states(l) && !c.index.LinkRelation(l).Claims(ontology.Identity) {
				seen[l] = true
			}
		}
	}
	for l := range seen {
		from, to := c.index.LinkEnds(l)
		s.links[from] = append(s.links[from], l)
		if to != from {
			s.links[to] = append(s.links[to], l)
		}
	}
	for _, list := range s.links {
		slices.SortFunc(list, c.index.CompareLinks)
	}
	return s, nil
}

// side is what the document says of the node at all.
func (s *source) side(n index.Node) *Side {
	return &Side{document: s.document, ofDocument: true, named: true, node: s.nodes[n], links: s.links[n]}
}

// saying is what links of one document say in one respect, by what they say.
type saying map[string][]index.Link

func (s saying) add(text string, l index.Link) { s[text] = append(s[text], l) }

// linked finds what links at the node say differently.
func (c *comparer) linked(n index.Node, before, after *source) {
	old, now := c.respects(n, before), c.respects(n, after)
	for r, said := range old {
		if then, ok := now[r]; ok && differ(said, then, r.same) {
			c.made.Items = append(c.made.Items, Item{
				Kind: r.kind, Node: n, Relation: r.relation, Key: r.key,
				Before: c.sayingSide(before, r, said), After: c.sayingSide(after, r, then),
			})
		}
	}
}

// respect is in what links may differ.
type respect struct {
	kind     Kind
	relation *ontology.Relation
	key      string
}

// same reports whether what the documents say agrees in this respect.
func (r respect) same(a, b string) bool {
	if r.kind == Redated { // one date may be more exact than the other
		return strings.HasPrefix(a, b) || strings.HasPrefix(b, a)
	}
	return a == b
}

// differ reports whether each says something that the other does not.
func differ(before, after saying, same func(a, b string) bool) bool {
	lacks := func(s, other saying) bool {
		for a := range s {
			found := false
			for b := range other {
				found = found || same(a, b)
			}
			if !found {
				return true
			}
		}
		return false
	}
	return lacks(before, after) && lacks(after, before)
}

// respects sorts what the document's links say of the node.
func (c *comparer) respects(n index.Node, s *source) map[respect]saying {
	all := map[respect]saying{}
	say := func(r respect, text string, l index.Link) {
		if all[r] == nil {
			all[r] = saying{}
		}
		all[r].add(text, l)
	}
	for _, l := range s.links[n] {
		relation := c.index.LinkRelation(l)
		from, to := c.index.LinkEnds(l)
		if relation.Claims(ontology.Status) {
			if to != n || from != s.document {
				continue
			}
			status := c.property(l, relation.Claim.Value.Name)
			say(respect{StatusMoved, relation, ""}, status, l)
			for name, date := range c.dates(l) {
				say(respect{Redated, relation, status + "\n" + name}, date, l)
			}
			continue
		}
		if direction, ok := assignments[relation.Name]; ok {
			subject, far := from, to
			if direction == ontology.In {
				subject, far = to, from
			}
			if subject == n {
				say(respect{Reassigned, relation, relation.Name + "\n" + c.otherwise(l)}, string(c.index.NodeID(far)), l)
			}
		}
		if from == n {
			for name, date := range c.dates(l) {
				say(respect{Redated, relation, relation.Name + "\n" + string(c.index.NodeID(to)) + "\n" + c.otherwise(l) + "\n" + name}, date, l)
			}
		}
	}
	return all
}

// property is the link's indexed property of that name as text, "" when absent.
func (c *comparer) property(l index.Link, name string) string {
	column := index.ColumnNamed(c.index.LinkColumns(c.index.LinkRelation(l)), name)
	if column == nil {
		return ""
	}
	return string(column.AppendText(nil, c.index.LinkValue(column, l)))
}

// dates are the link's indexed dates by name.
func (c *comparer) dates(l index.Link) map[string]string {
	var dates map[string]string
	for _, column := range c.index.LinkColumns(c.index.LinkRelation(l)) {
		if v := c.index.LinkValue(column, l); column.Kind == ontology.PartialDate && !v.Absent() {
			if dates == nil {
				dates = map[string]string{}
			}
			dates[column.Name] = string(column.AppendText(nil, v))
		}
	}
	return dates
}

// otherwise is what the link says in indexed properties that are no dates: links
// that differ in it say different things and are not compared.
func (c *comparer) otherwise(l index.Link) string {
	var b []byte
	for _, column := range c.index.LinkColumns(c.index.LinkRelation(l)) {
		if column.Kind != ontology.PartialDate {
			b = column.AppendText(append(b, '\t'), c.index.LinkValue(column, l))
		}
	}
	return string(b)
}

// sayingSide is the side that says so.
func (c *comparer) sayingSide(s *source, r respect, said saying) *Side {
	side := &Side{document: s.document, ofDocument: true}
	var words []string
	for _, text := range slices.SortedFunc(maps.Keys(said), r.compare) {
		side.links = append(side.links, said[text]...)
		switch r.kind {
		case Reassigned:
			n, _ := c.index.Node(kg.ID(text))
			text = c.index.NodeName(n)
		case StatusMoved:
			text = c.withDates(text, said[text])
		}
		words = append(words, text)
	}
	slices.SortFunc(side.links, c.index.CompareLinks)
	side.links = slices.Compact(side.links)
	side.Text = list(words)
	return side
}

// compare orders what is said: states as the ontology lists them, all else byte
// by byte.
func (r respect) compare(a, b string) int {
	if r.kind == StatusMoved && r.relation.Claim.Value.Enum != nil {
		place := func(status string) int {
			return slices.IndexFunc(r.relation.Claim.Value.Enum.Values, func(v ontology.EnumValue) bool { return v.Name == status })
		}
		return place(a) - place(b)
	}
	return strings.Compare(a, b)
}

// withDates adds the dates that the links give for the status.
func (c *comparer) withDates(status string, links []index.Link) string {
	var dates []string
	for _, l := range links {
		for _, date := range c.dates(l) {
			dates = append(dates, date)
		}
	}
	if len(dates) == 0 {
		return status
	}
	slices.Sort(dates)
	return status + " (" + strings.Join(slices.Compact(dates), ", ") + ")"
}

// nameBatch is how many nodes are read at once to see who uses which alias.
const nameBatch = 1000

// renamed finds the nodes that each document has a name for which the other does
// not use.
func (c *comparer) renamed(both []index.Node, before, after *source) error {
	both = slices.DeleteFunc(slices.Clone(both), func(n index.Node) bool {
		return c.index.AliasCount(n) < 2 || !before.nodes[n] || !after.nodes[n]
	})
	first, second := c.index.NodeID(before.document), c.index.NodeID(after.document)
	for some := range slices.Chunk(both, nameBatch) {
		nodes, err := c.view.Records.Nodes(c.ctx, c.index, some)
		if err != nil {
			return fmt.Errorf("reading aliases: %w", err)
		}
		for i, n := range nodes {
			old, now := namesIn(n, first), namesIn(n, second)
			oldOnly, nowOnly := without(old, now), without(now, old)
			if len(oldOnly) == 0 || len(nowOnly) == 0 {
				continue
			}
			c.made.Items = append(c.made.Items, Item{
				Kind: Renamed, Node: some[i],
				Before: &Side{Text: list(oldOnly), document: before.document, ofDocument: true, node: true, aliases: oldOnly},
				After:  &Side{Text: list(nowOnly), document: after.document, ofDocument: true, node: true, aliases: nowOnly},
			})
		}
	}
	return nil
}

// namesIn lists the aliases of the node that cite the document.
func namesIn(n *kg.Node, document kg.ID) []string {
	var names []string
	for _, a := range n.Aliases {
		if slices.ContainsFunc(a.Citations, func(c kg.Citation) bool { return c.Document == document }) {
			names = append(names, a.Name)
		}
	}
	return names
}

// without lists the names that the others do not have in any case of letters.
func without(names, others []string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool {
		return slices.ContainsFunc(others, func(other string) bool { return strings.EqualFold(name, other) })
	})
}
