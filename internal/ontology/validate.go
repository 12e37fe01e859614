package ontology

import (
	"errors"
	"fmt"
	"net/url"
	"slices"

	"ecpgraph/internal/kg"
)

// CheckNode reports all that is wrong with the node by itself, each fault
// naming the node, or nil.
func (o *Ontology) CheckNode(n *kg.Node) error {
	c := checker{about: string(n.ID)}
	c.add(n.ID.Validate())
	t := o.NodeType(n.Type)
	if t == nil {
		c.addf("no node type %q%s", n.Type, DidYouMean(n.Type, keys(o.nodeTypes)))
		return c.err()
	}
	if want := kg.Kebab(t.Name); n.ID.Prefix() != want {
		c.addf("the id of a %s starts with %q", t.Name, want+":")
	}
	if n.Name == "" {
		c.addf("no name")
	}
	for _, a := range n.Aliases {
		if a.Name == "" {
			c.addf("an alias without a name")
		}
		o.checkCitations(&c, fmt.Sprintf("alias %q", a.Name), a.Citations)
	}
	o.checkCitations(&c, "node", n.Citations)
	c.props(n.Props, t.Fields, t.fields, kg.PropDescription)
	return c.err()
}

// CheckLink reports all that is wrong with the link by itself, each fault
// naming the link, or nil. That its ends exist is the graph's to check.
func (o *Ontology) CheckLink(l *kg.Link) error {
	c := checker{about: string(l.ID)}
	c.add(l.ID.Validate())
	r := o.Relation(l.Relation)
	if r == nil {
		c.addf("no relation %q%s", l.Relation, DidYouMean(l.Relation, keys(o.relations)))
		return c.err()
	}
	if l.Relation != r.Name {
		c.addf("a link names its relation %q, not %q", r.Name, l.Relation)
	}
	if want := kg.Kebab(r.Name); l.ID.Prefix() != want { // so no node can have the same id
		c.addf("the id of a %s link starts with %q", r.Name, want+":")
	}
	o.checkEnd(&c, r, "from", r.From, l.From)
	o.checkEnd(&c, r, "to", r.To, l.To)
	switch l.Basis {
	case kg.Stated:
		if len(l.Premises) > 0 {
			c.addf("a stated link has no premises: its citations carry it")
		}
		o.checkCitations(&c, "link", l.Citations)
	case kg.Derived:
		if len(l.Premises) == 0 {
			c.addf("a derived link names the links it follows from as premises")
		}
		if len(l.Citations) > 0 {
			o.checkCitations(&c, "link", l.Citations)
		}
	default:
		c.addf("basis %q is neither %s nor %s", l.Basis, kg.Stated, kg.Derived)
	}
	if modalities := []kg.Modality{kg.Asserted, kg.Planned, kg.Proposed, kg.Possible}; !slices.Contains(modalities, l.Modality) {
		c.addf("modality %q is none of %v", l.Modality, modalities)
	}
	c.props(l.Props, r.Fields, r.fields, kg.PropWording)
	return c.err()
}

func (o *Ontology) checkEnd(c *checker, r *Relation, end string, want *Range, id kg.ID) {
	t := o.TypeOf(id)
	switch {
	case t == nil:
		c.addf("%s: no node type has ids like %q", end, id)
	case !want.Has(t):
		c.addf("%s: a %s cannot stand here; %s links %s to %s", end, t.Name, r.Name, names(r.From), names(r.To))
	}
}

func (o *Ontology) checkCitations(c *checker, what string, citations []kg.Citation) {
	if len(citations) == 0 {
		c.addf("%s: no citation: name the document and the place that say so", what)
	}
	for _, citation := range citations {
		if citation.Locator == "" {
			c.addf("%s: a citation without a locator", what)
		}
		if t := o.TypeOf(citation.Document); t == nil || t.Name != DocumentType {
			c.addf("%s: %q cannot be cited: it is not the id of a %s", what, citation.Document, DocumentType)
		}
	}
}

// DocumentType is the node type whose nodes can be cited.
const DocumentType = "Document"

func names(r *Range) string {
	if r.Any {
		return "any node"
	}
	text := ""
	for i, t := range r.Types {
		if i > 0 {
			text += " or "
		}
		text += t.Name
	}
	return text
}

// Check reports what is wrong with the value for this field, or nil. Absent
// values are the owner's business.
func (f *Field) Check(value any) error {
	if !f.List {
		return f.checkOne(value)
	}
	list, ok := value.([]any)
	if !ok {
		return kg.Invalidf("%s: want a list", f.Name)
	}
	for _, element := range list {
		if err := f.checkOne(element); err != nil {
			return err
		}
	}
	return nil
}

func (f *Field) checkOne(value any) error {
	want := func(ok bool) error {
		if ok {
			return nil
		}
		return kg.Invalidf("%s: %v (%T) is no %s", f.Name, value, value, f.TypeName())
	}
	text, isText := value.(string)
	switch f.Kind {
	case Int:
		n, ok := value.(int64)
		return want(ok && n == int64(int32(n)))
	case Boolean:
		_, ok := value.(bool)
		return want(ok)
	case ValueKind:
		props, ok := value.(kg.Props)
		if !ok {
			return want(false)
		}
		c := checker{about: f.Name}
		c.props(props, f.Value.Fields, f.Value.fields, "")
		return c.err()
	case EnumKind:
		if isText && !f.Enum.Has(text) {
			return kg.Invalidf("%s: %q is not a %s%s", f.Name, text, f.Enum.Name, DidYouMean(text, f.Enum.names()))
		}
	case PartialDate:
		if isText {
			if _, err := kg.ParsePartialDate(text); err != nil {
				return kg.Invalidf("%s: %w", f.Name, err)
			}
		}
	case URL:
		if u, err := url.Parse(text); isText && (err != nil || u.Scheme == "" || u.Host == "") {
			return kg.Invalidf("%s: %q is not an absolute URL", f.Name, text)
		}
	}
	return want(isText)
}

func (e *Enum) names() []string {
	list := make([]string, len(e.Values))
	for i, v := range e.Values {
		list[i] = v.Name
	}
	return list
}

// checker gathers the faults of one node or link.
type checker struct {
	about  string
	faults []error
}

// add notes the error; of joined ones each, so that each names what it is about.
func (c *checker) add(err error) {
	var joined interface{ Unwrap() []error }
	if errors.As(err, &joined) {
		for _, e := range joined.Unwrap() {
			c.add(e)
		}
		return
	}
	if err != nil {
		c.faults = append(c.faults, fmt.Errorf("%s: %w", c.about, err))
	}
}

func (c *checker) addf(format string, args ...any) { c.add(fmt.Errorf(format, args...)) }

func (c *checker) err() error {
	if len(c.faults) == 0 {
		return nil
	}
	return kg.Invalidf("%w", errors.Join(c.faults...))
}

// props checks the values against the fields; implicit names the one text
// property that needs no declaration.
func (c *checker) props(props kg.Props, fields []*Field, byName map[string]*Field, implicit string) {
	for _, name := range keys(props) {
		if name == implicit && implicit != "" {
			if _, ok := props[name].(string); !ok {
				c.addf("%s: want text", name)
			}
			continue
		}
		f := byName[name]
		if f == nil {
			c.addf("no property %q%s", name, DidYouMean(name, append(keys(byName), implicit)))
			continue
		}
		c.add(f.Check(props[name]))
	}
	for _, f := range fields {
		if _, ok := props[f.Name]; f.Required && !ok {
			c.addf("%s is required", f.Name)
		}
	}
}
