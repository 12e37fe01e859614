package ontology

import (
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// Unspecified says that a source leaves something open. On a text, who or what
// its words stand for; on a date, the time, where the date is absent; on a word of an
// enum, the actor or time that a property with the word would tell.
type Unspecified struct {
	Of      string // Actor or Time; "" for nothing
	Wording string // the field with the words that stand in place of an absent date; "" for none
}

// What may be left open.
const (
	Actor = "ACTOR"
	Time  = "TIME"
)

// Claim says what links of a relation claim, on which sources may differ.
type Claim struct {
	Of         string // Membership, Status or Identity
	Value      *Field // what is claimed of the node at the end; nil when that is the end itself
	Date       *Field // as of when; nil when it has none
	SourceDate string // the field with the date of a source, which is at the start; "" for none
}

// What is claimed.
const (
	Membership = "MEMBERSHIP" // the start is a part of the end
	Status     = "STATUS"     // the start, a source, tells the state of the end
	Identity   = "IDENTITY"   // the start may be the same as the end
)

// Claims reports whether links of the relation claim such a thing.
func (r *Relation) Claims(of string) bool { return r.Claim != nil && r.Claim.Of == of }

// Gap is what nodes of a type may lack.
type Gap struct {
	Name        string // "toolsWithoutGoal"
	Description string
	Type        *NodeType
	// Without are relation fields, one after the other, that lead from a node to
	// what it lacks when none of them leads anywhere.
	Without [][]string
}

// arguments reads those of the directive, which are words, texts and lists of
// texts.
func arguments(d *ast.Directive) (text map[string]string, lists map[string][]string) {
	text, lists = map[string]string{}, map[string][]string{}
	for _, a := range d.Arguments {
		text[a.Name] = a.Value.Raw
		for _, child := range a.Value.Children {
			lists[a.Name] = append(lists[a.Name], child.Value.Raw)
		}
	}
	return text, lists
}

func (p *ontologyParser) unspecified(about string, list ast.DirectiveList) Unspecified {
	d := list.ForName("unspecified")
	if d == nil {
		return Unspecified{}
	}
	given, _ := arguments(d)
	if of := given["of"]; of != Actor && of != Time {
		p.fault(d.Position, "%s: @unspecified needs of: %s or of: %s", about, Actor, Time)
	}
	return Unspecified{given["of"], given["wording"]}
}

// checkUnspecified reports fields that cannot leave anything open.
func (p *ontologyParser) checkUnspecified(d *ast.Definition, fd *ast.FieldDefinition, f *Field) {
	u := f.Unspecified
	if u.Of == "" {
		return
	}
	if f.List || f.Kind != String && f.Kind != PartialDate || p.values[d.Name] != nil {
		p.fault(fd.Position, "%s.%s: @unspecified stands on a String or a PartialDate of a node or link", d.Name, fd.Name)
	}
	if other := d.Fields.ForName(u.Wording); u.Wording != "" && (f.Kind != PartialDate || other == nil || other.Type.NamedType != string(String)) {
		p.fault(fd.Position, "%s.%s: wording names a String of %s that stands in place of a date", d.Name, fd.Name, d.Name)
	}
}

func (p *ontologyParser) claim(r *Relation, d *ast.Definition) *Claim {
	directive := d.Directives.ForName("claim")
	if directive == nil {
		return nil
	}
	given, _ := arguments(directive)
	c := &Claim{Of: given["of"], SourceDate: given["sourceDate"]}
	if !slices.Contains([]string{Membership, Status, Identity}, c.Of) {
		p.fault(directive.Position, "%s: @claim needs of: %s, %s or %s", r.Name, Membership, Status, Identity)
	}
	field := func(argument string, of func(*Field) bool) *Field {
		name := given[argument]
		if name == "" {
			return nil
		}
		f := r.fields[name]
		if f == nil || f.List || !of(f) {
			p.fault(directive.Position, "%s: @claim(%s: %q) names no fitting property of the relation", r.Name, argument, name)
			return nil
		}
		return f
	}
	c.Value = field("value", func(f *Field) bool { return f.Kind == String || f.Kind == EnumKind })
	c.Date = field("date", func(f *Field) bool { return f.Kind == PartialDate })
	if (c.Of == Membership) == (c.Value != nil) {
		p.fault(directive.Position, "%s: @claim(of: %s) and its value do not fit: what is a part has none, the others need one", r.Name, c.Of)
	}
	return c
}

func (p *ontologyParser) gaps(d *ast.Definition) []*Gap {
	var list []*Gap
	for _, directive := range d.Directives.ForNames("gap") {
		text, lists := arguments(directive)
		g := &Gap{Name: text["name"], Description: text["says"], Type: p.out.nodeTypes[d.Name]}
		if g.Name == "" || g.Description == "" || len(lists["without"]) == 0 {
			p.fault(directive.Position, "%s: @gap needs name, says and without: [\"field.field\"]", d.Name)
		}
		for _, path := range lists["without"] {
			g.Without = append(g.Without, strings.Split(path, "."))
		}
		list = append(list, g)
	}
	return list
}

// checkGaps reports names given twice, and paths along fields that are not
// there.
func (p *ontologyParser) checkGaps() {
	seen := map[string]bool{}
	for _, t := range p.out.NodeTypes {
		for _, g := range t.Gaps {
			if seen[g.Name] {
				p.fault(p.at[t.Name], "%s: the gap %q is declared twice", t.Name, g.Name)
			}
			seen[g.Name] = true
			for _, path := range g.Without {
				p.checkPath(t, g, path)
			}
		}
	}
	for _, r := range p.out.Relations {
		if r.Claim == nil || r.Claim.SourceDate == "" {
			continue
		}
		for _, t := range r.From.Types {
			if f := t.fields[r.Claim.SourceDate]; f == nil || f.Kind != PartialDate || !f.Indexed {
				p.fault(p.at[r.Name], "%s: @claim(sourceDate: %q) names no PartialDate of %s with @index", r.Name, r.Claim.SourceDate, t.Name)
			}
		}
	}
}

func (p *ontologyParser) checkPath(t *NodeType, g *Gap, path []string) {
	at := []*NodeType{t}
	for _, field := range path {
		var next []*NodeType
		for _, near := range at {
			if end := near.ends[field]; end != nil {
				next = append(next, end.Far().Types...)
			}
		}
		if len(next) == 0 {
			p.fault(p.at[t.Name], "%s: the gap %q: no relation field %q in %s", t.Name, g.Name, field, strings.Join(path, "."))
			return
		}
		at = next
	}
}

// Gaps lists what nodes may lack, by the names of their types and then in the
// order of the SDL.
func (o *Ontology) Gaps() []*Gap {
	var list []*Gap
	for _, t := range o.NodeTypes {
		list = append(list, t.Gaps...)
	}
	return list
}
