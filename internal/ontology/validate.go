package ontology

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"ecpgraph/internal/kg"
	"ecpgraph/internal/language"
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
	if o.TypeOf(n.ID) != t {
		c.addf("the id of a %s starts with %q", t.Name, kg.Kebab(t.Name)+":")
	}
	if n.Name == "" {
		c.addf("no name")
	}
	c.add(language.Check(n.Language))
	for i, a := range n.Aliases {
		if a.Name == "" {
			c.addf("an alias without a name")
		}
		if err := language.Check(a.Language); err != nil {
			c.addf("alias %q: %w", a.Name, err)
		}
		if a.Label && (a.Language == n.Language || hasLabel(n.Aliases[:i], a.Language)) {
			c.addf("alias %q: there is a name or label in %q already: one stands for the node in each language", a.Name, a.Language.Tag())
		}
		for _, fault := range o.citationFaults(a.Citations) {
			c.addf("alias %q: %s", a.Name, fault)
		}
	}
	if !t.Uncited || len(n.Citations) > 0 {
		for _, fault := range o.citationFaults(n.Citations) {
			c.addf("node: %s", fault)
		}
	}
	c.props(n.Props, t.Fields, t.fields, kg.PropDescription)
	return c.err()
}

func hasLabel(aliases []kg.Alias, l kg.Language) bool {
	return slices.ContainsFunc(aliases, func(a kg.Alias) bool { return a.Label && a.Language == l })
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
	if !isKebab(l.ID.Prefix(), r.Name) { // so no node can have the same id
		c.addf("the id of a %s link starts with %q", r.Name, kg.Kebab(r.Name)+":")
	}
	o.checkEnd(&c, r, "from", r.From, l.From)
	o.checkEnd(&c, r, "to", r.To, l.To)
	switch l.Basis {
	case kg.Stated:
		if len(l.Premises) > 0 {
			c.addf("a stated link has no premises: its citations carry it")
		}
	case kg.Derived:
		if len(l.Premises) == 0 {
			c.addf("a derived link names the links it follows from as premises")
		}
	default:
		c.addf("basis %q is neither %s nor %s", l.Basis, kg.Stated, kg.Derived)
	}
	if l.Basis == kg.Stated || l.Basis == kg.Derived && len(l.Citations) > 0 {
		for _, fault := range o.citationFaults(l.Citations) {
			c.addf("link: %s", fault)
		}
	}
	switch l.Modality {
	case kg.Asserted, kg.Planned, kg.Proposed, kg.Possible:
	default:
		c.addf("modality %q is none of %v", l.Modality, []kg.Modality{kg.Asserted, kg.Planned, kg.Proposed, kg.Possible})
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

// isKebab reports whether the text is what kg.Kebab makes of the SDL name,
// which is ASCII, without making it.
func isKebab(text, name string) bool {
	upper := func(i int) bool { return i < len(name) && 'A' <= name[i] && name[i] <= 'Z' }
	lower := func(i int) bool { return i < len(name) && 'a' <= name[i] && name[i] <= 'z' }
	for i := range len(name) {
		if i > 0 && upper(i) && (!upper(i-1) || lower(i+1)) {
			if !strings.HasPrefix(text, "-") {
				return false
			}
			text = text[1:]
		}
		letter := name[i]
		if upper(i) {
			letter += 'a' - 'A'
		}
		if text == "" || text[0] != letter {
			return false
		}
		text = text[1:]
	}
	return text == ""
}

// citationFaults lists what is wrong with citations that must be there.
func (o *Ontology) citationFaults(citations []kg.Citation) []string {
	if len(citations) == 0 {
		return []string{"no citation: name the document and the place that say so"}
	}
	var faults []string
	for _, citation := range citations {
		if citation.Locator == "" {
			faults = append(faults, "a citation without a locator")
		}
		if t := o.TypeOf(citation.Document); t == nil || t.Name != DocumentType {
			faults = append(faults, fmt.Sprintf("%q cannot be cited: it is not the id of a %s", citation.Document, DocumentType))
		}
	}
	return faults
}

// Node types that the program itself knows.
const (
	DocumentType = "Document" // whose nodes can be cited
	RuleType     = "Rule"     // whose nodes conclude links; an ontology need not have it
)

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
	if err == nil {
		return
	}
	var joined interface{ Unwrap() []error }
	if errors.As(err, &joined) {
		for _, e := range joined.Unwrap() {
			c.add(e)
		}
		return
	}
	c.faults = append(c.faults, fmt.Errorf("%s: %w", c.about, err))
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
	fault := func(name string) error {
		value, f := props[name], byName[name]
		switch {
		case implicit != "" && name == implicit:
			if _, ok := value.(string); !ok {
				return fmt.Errorf("%s: want text", name)
			}
			return nil
		case f == nil:
			return fmt.Errorf("no property %q%s", name, DidYouMean(name, append(keys(byName), implicit)))
		}
		return f.Check(value)
	}
	var wrong []string
	for name := range props {
		if fault(name) != nil {
			wrong = append(wrong, name)
		}
	}
	slices.Sort(wrong)
	for _, name := range wrong {
		c.add(fault(name))
	}
	for _, f := range fields {
		if _, ok := props[f.Name]; f.Required && !ok {
			c.addf("%s is required", f.Name)
		}
	}
}
