package query

import (
	"slices"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
)

// linkFilter is a compiled filter on links of one relation. All parts must hold;
// nil matches every link.
type linkFilter struct {
	derived    kg.Basis // that links stand on; empty for any
	basis      []string // nil for any, as in modality
	modality   []string
	document   *field // on the ids of the documents that the link cites
	properties []*field

	documents map[kg.ID]bool // answers about documents
}

// What the parts of a link are called in a filter beside its properties.
var (
	documentColumn = &index.Column{Name: "document", Kind: ontology.String}
	bases          = []string{string(kg.Stated), string(kg.Derived)}
	modalities     = []string{string(kg.Asserted), string(kg.Planned), string(kg.Proposed), string(kg.Possible)}
)

// links reads a filter on links of the relation; nil when nothing is given.
func (p parser) links(r *ontology.Relation, given any) (*linkFilter, error) {
	if given == nil {
		return nil, nil
	}
	where, err := object("link", given)
	if err != nil {
		return nil, err
	}
	l := &linkFilter{documents: map[kg.ID]bool{}}
	any := false
	for _, name := range sortedKeys(where) {
		if where[name] == nil {
			continue
		}
		if name == "inference" {
			any = true
			l.derived = basisOf(where[name])
			continue
		}
		operators, err := object(name, where[name])
		if err != nil {
			return nil, err
		}
		any = true
		switch name {
		case "basis":
			l.basis, err = someWords(name, bases, operators)
		case "modality":
			l.modality, err = someWords(name, modalities, operators)
		case documentColumn.Name:
			l.document, err = p.operators(nil, documentColumn, operators)
		default:
			err = p.property(l, r, name, operators)
		}
		if err != nil {
			return nil, err
		}
	}
	if !any {
		return nil, nil
	}
	return l, nil
}

// property adds conditions on an indexed property of the relation.
func (p parser) property(l *linkFilter, r *ontology.Relation, name string, operators map[string]any) error {
	add := func(name string, operators map[string]any) error {
		c := index.ColumnNamed(p.ix.LinkColumns(r), name)
		if c == nil {
			return kg.Invalidf("where: links of %s have no field %q to filter by", r.EnumName(), name)
		}
		f, err := p.operators(nil, c, operators)
		l.properties = append(l.properties, f)
		return err
	}
	f := r.Field(name)
	if f == nil || f.Kind != ontology.ValueKind {
		return add(name, operators)
	}
	for _, inner := range sortedKeys(operators) {
		if operators[inner] == nil {
			continue
		}
		if f.Value.Period != nil && slices.Contains(ontology.PeriodOperators, inner) {
			return kg.Invalidf("where: links of %s are filtered by the dates of %s, not by %s", r.EnumName(), name, inner)
		}
		on, err := object(inner, operators[inner])
		if err != nil {
			return err
		}
		if err := add(name+"."+inner, on); err != nil {
			return err
		}
	}
	return nil
}

// basisOf is the basis of the links that an inference looks at; empty for any.
func basisOf(inference any) kg.Basis {
	switch inference {
	case "EXCLUDE":
		return kg.Stated
	case "ONLY":
		return kg.Derived
	}
	return ""
}

// someWords lists those of the words that meet the operators.
func someWords(name string, words []string, operators map[string]any) ([]string, error) {
	left := slices.Clone(words)
	for _, op := range sortedKeys(operators) {
		if op == "isNull" {
			if operators[op] == true {
				left = left[:0]
			}
			continue
		}
		var given []string
		for _, o := range asList(operators[op]) {
			word, ok := o.(string)
			if !ok {
				return nil, kg.Invalidf("where: %s: %s takes a value, not %v", name, op, o)
			}
			given = append(given, word)
		}
		in := op != "ne" && op != "notIn"
		left = slices.DeleteFunc(left, func(word string) bool { return slices.Contains(given, word) != in })
	}
	return left, nil
}

func (l *linkFilter) holds(s *Selector, link index.Link) bool {
	if l == nil {
		return true
	}
	if l.derived != "" && s.ix.LinkBasis(link) != l.derived {
		return false
	}
	if l.basis != nil && !slices.Contains(l.basis, string(s.ix.LinkBasis(link))) ||
		l.modality != nil && !slices.Contains(l.modality, string(s.ix.LinkModality(link))) {
		return false
	}
	for _, f := range l.properties {
		if !f.has(s, s.ix.LinkValue(f.column, link)) {
			return false
		}
	}
	return l.document == nil || l.cites(s, link)
}

// cites reports whether some document that the link cites meets the condition;
// of a link that cites none, whether absence does.
func (l *linkFilter) cites(s *Selector, link index.Link) bool {
	none := true
	for id := range s.ix.LinkDocuments(link) {
		none = false
		answer, known := l.documents[id]
		if !known {
			answer = l.document.has(s, textValue(string(id)))
			l.documents[id] = answer
		}
		if answer {
			return true
		}
	}
	return none && l.document.has(s, index.Value{})
}

// cost is about what a test takes.
func (l *linkFilter) cost() float64 {
	if l == nil {
		return 0
	}
	cost := float64(valueCost * (1 + len(l.properties)))
	if l.document != nil {
		cost += lookUpCost
	}
	return cost
}

// count reads the operators on the number of links along the end.
func (p parser) count(t *ontology.NodeType, end *ontology.End, links *linkFilter, operators map[string]any) (condition, error) {
	f, err := p.operators(nil, countColumn, operators)
	if err != nil {
		return nil, err
	}
	if simple := f.simple(); simple != condition(f) {
		return simple, nil
	}
	return &counted{near: t, end: end, links: links, numbers: f}, nil
}

// countColumn is what the number of links of a node is called.
var countColumn = &index.Column{Name: "count", Kind: ontology.Int}

func countValue(n int) index.Value {
	v, _ := countColumn.Value(int64(n)) // which is an Int
	return v
}

// counted matches nodes by how many links along the relation field match.
type counted struct {
	near    *ontology.NodeType
	end     *ontology.End
	links   *linkFilter
	numbers *field
	guess   *estimate
}

func (c *counted) holds(s *Selector, n index.Node) bool {
	return c.numbers.has(s, countValue(s.countLinks(n, c.end, c.links)))
}

// countLinks is how many links of the node along the end match.
func (s *Selector) countLinks(n index.Node, end *ontology.End, links *linkFilter) int {
	list := s.ix.Links(n, end)
	if links == nil {
		return list.Len()
	}
	count := 0
	for e := range list.From(0) {
		if !s.looked(1) {
			break
		}
		if links.holds(s, e.Link) {
			count++
		}
	}
	return count
}

func (c *counted) estimate(s *Selector) estimate {
	if c.guess == nil {
		e := estimate{reads: infinite, cost: infinite, test: lookUpCost}
		if c.links != nil {
			e.test += s.degree(c.near, c.end) * (stepCost + c.links.cost())
		}
		const samples = 32
		nodes := s.ix.NodesOf(c.near)
		size, hits := nodes.Len(), 0
		n := min(size, samples)
		for i := range n {
			if c.holds(s, nodes.At(i*size/n)) {
				hits++
			}
		}
		e.share = (float64(hits) + 0.5) / (float64(n) + 1)
		c.guess = &e
	}
	return *c.guess
}

func (c *counted) read(*Selector) []index.Node { panic("query: no index leads to numbers of links") }
func (c *counted) source() string              { return c.end.Field() + ".count" }
func (c *counted) weight() int                 { return 4 }
