package ontology

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"unicode"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"

	"ecpgraph/internal/kg"
)

// Source is one SDL file.
type Source struct{ Name, Text string }

// Read parses all *.graphqls files of a folder as one ontology.
func Read(fsys fs.FS, dir string) (*Ontology, error) {
	sources, err := readSources(fsys, dir)
	if err != nil {
		return nil, err
	}
	return Parse(sources)
}

// readSources reads the files by name.
func readSources(fsys fs.FS, dir string) ([]Source, error) {
	names, err := fs.Glob(fsys, path.Join(dir, "*.graphqls"))
	if err != nil {
		return nil, err
	}
	if len(names) == 0 {
		return nil, kg.Errorf(kg.NotFound, "no *.graphqls files in %s", dir)
	}
	sources := make([]Source, 0, len(names))
	for _, name := range names {
		text, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, err
		}
		sources = append(sources, Source{Name: name, Text: string(text)})
	}
	return sources, nil
}

// Parse reads the SDL files as one ontology. The error joins all faults found,
// each with its file and line.
func Parse(sources []Source) (*Ontology, error) {
	p := &ontologyParser{
		enums:  map[string]*Enum{},
		values: map[string]*ValueType{},
		at:     map[string]*ast.Position{},
		out: &Ontology{
			nodeTypes: map[string]*NodeType{}, prefixes: map[string]*NodeType{},
			relations: map[string]*Relation{}, relNames: map[string]*Relation{},
		},
	}
	var definitions ast.DefinitionList
	for _, source := range sources {
		doc, err := parser.ParseSchema(&ast.Source{Name: source.Name, Input: source.Text})
		if err != nil {
			return nil, kg.Invalidf("ontology: %w", err)
		}
		for _, ext := range doc.Extensions {
			p.fault(ext.Position, "extend is not used here: write %s as one block", ext.Name)
		}
		definitions = append(definitions, doc.Definitions...)
	}
	p.declare(definitions)
	p.complete(definitions)
	p.attachEnds()
	p.checkGaps()
	if err := errors.Join(p.faults...); err != nil {
		return nil, kg.Invalidf("ontology: %w", err)
	}
	return p.out, nil
}

// ontologyParser first declares every name, then fills in what refers to names.
type ontologyParser struct {
	out    *Ontology
	enums  map[string]*Enum
	values map[string]*ValueType
	at     map[string]*ast.Position // where each name is declared
	faults []error
}

func (p *ontologyParser) fault(at *ast.Position, format string, args ...any) {
	place := fmt.Sprintf("%s:%d: ", at.Src.Name, at.Line)
	p.faults = append(p.faults, errors.New(place+fmt.Sprintf(format, args...)))
}

// Names that the base schema takes for itself.
var reservedTypes = []string{
	"Node", "Link", "Citation", "Alias", "Label", "Revision", "PageInfo", "Query", "Mutation", "Subscription",
	"Basis", "Modality", "Boolean", "Int", "Float", "String", "ID", "PartialDate", "URL",
}

// Names that the base schema or the seed format (cite, links, key) takes for itself.
var reservedFields = []string{
	"id", "name", "language", "label", "aliases", "description", "citations", "basis", "modality", "wording", "premises", "history", "statusHistory",
	"node", "cursor", "link", "and", "or", "not", "text", "cite", "links", "key",
}

// The directives of the ontology and their arguments.
var directives = map[string][]string{
	"node":     {"plural", "cited"},
	"relation": {"from", "to", "forward", "backward"},
	"value":    {},
	"index":    {},
	"period":   {"name", "start", "end", "kind", "wording", "openStart", "openEnd"},

	"unspecified": {"of", "wording"},
	"claim":       {"of", "value", "date", "sourceDate"},
	"gap":         {"name", "says", "without"},
}

func (p *ontologyParser) declare(definitions ast.DefinitionList) {
	seen := map[string]bool{}
	for _, d := range definitions {
		switch {
		case seen[d.Name]:
			p.fault(d.Position, "%s is declared twice", d.Name)
			continue
		case slices.Contains(reservedTypes, d.Name):
			p.fault(d.Position, "%s is a name of the base schema: choose another", d.Name)
			continue
		case d.Description == "":
			p.fault(d.Position, "%s has no description", d.Name)
		}
		seen[d.Name] = true
		p.at[d.Name] = d.Position
		p.checkDirectives(d.Name, d.Directives)
		file := d.Position.Src.Name
		switch kind := p.role(d); kind {
		case "enum":
			p.enums[d.Name] = p.enum(d)
			p.out.Enums = append(p.out.Enums, p.enums[d.Name])
		case "value":
			p.values[d.Name] = &ValueType{Name: d.Name, Description: d.Description, File: file}
			p.out.ValueTypes = append(p.out.ValueTypes, p.values[d.Name])
		case "node":
			t := &NodeType{Name: d.Name, Description: d.Description, Plural: plural(d.Name), File: file, ends: map[string]*End{}}
			if arg := d.Directives.ForName("node").Arguments.ForName("plural"); arg != nil {
				t.Plural = arg.Value.Raw
			}
			if arg := d.Directives.ForName("node").Arguments.ForName("cited"); arg != nil {
				t.Uncited = arg.Value.Raw == "false"
			}
			if other := p.out.prefixes[kg.Kebab(d.Name)]; other != nil {
				p.fault(d.Position, "%s: its ids would start with %q like those of %s: choose another name", d.Name, kg.Kebab(d.Name)+":", other.Name)
			}
			p.out.nodeTypes[d.Name] = t
			p.out.prefixes[kg.Kebab(d.Name)] = t
			p.out.NodeTypes = append(p.out.NodeTypes, t)
		case "relation":
			r := &Relation{Name: d.Name, Description: d.Description, File: file}
			p.out.relations[d.Name] = r
			p.out.relNames[r.EnumName()] = r
			p.out.Relations = append(p.out.Relations, r)
		}
	}
	slices.SortFunc(p.out.Enums, func(a, b *Enum) int { return cmp.Compare(a.Name, b.Name) })
	slices.SortFunc(p.out.ValueTypes, func(a, b *ValueType) int { return cmp.Compare(a.Name, b.Name) })
	slices.SortFunc(p.out.NodeTypes, byTypeName)
	slices.SortFunc(p.out.Relations, func(a, b *Relation) int { return cmp.Compare(a.Name, b.Name) })
}

func byTypeName(a, b *NodeType) int { return cmp.Compare(a.Name, b.Name) }

// role tells which of the four things a definition is; "" with a fault for none.
func (p *ontologyParser) role(d *ast.Definition) string {
	if d.Kind == ast.Enum {
		return "enum"
	}
	var roles []string
	for _, name := range []string{"node", "relation", "value"} {
		if d.Directives.ForName(name) != nil {
			roles = append(roles, name)
		}
	}
	if d.Kind != ast.Object || len(roles) != 1 {
		p.fault(d.Position, "%s: write an enum, or a type with one of @node, @relation, @value", d.Name)
		return ""
	}
	return roles[0]
}

// checkDirectives reports directives and arguments that mean nothing here.
func (p *ontologyParser) checkDirectives(about string, list ast.DirectiveList) {
	for _, d := range list {
		arguments, ok := directives[d.Name]
		if !ok {
			p.fault(d.Position, "%s: there is no directive @%s%s", about, d.Name, DidYouMean(d.Name, keys(directives)))
			continue
		}
		for _, a := range d.Arguments {
			if !slices.Contains(arguments, a.Name) {
				p.fault(a.Position, "%s: @%s takes no argument %q%s", about, d.Name, a.Name, DidYouMean(a.Name, arguments))
			}
		}
	}
}

func (p *ontologyParser) enum(d *ast.Definition) *Enum {
	e := &Enum{Name: d.Name, Description: d.Description, File: d.Position.Src.Name}
	for _, v := range d.EnumValues {
		if v.Description == "" {
			p.fault(v.Position, "%s.%s has no description", d.Name, v.Name)
		}
		if v.Name != strings.ToUpper(v.Name) {
			p.fault(v.Position, "%s.%s: enum values are written in capitals", d.Name, v.Name)
		}
		if e.Has(v.Name) {
			p.fault(v.Position, "%s.%s is declared twice", d.Name, v.Name)
		}
		about := d.Name + "." + v.Name
		p.checkDirectives(about, v.Directives)
		e.Values = append(e.Values, EnumValue{v.Name, v.Description, p.unspecified(about, v.Directives)})
	}
	return e
}

func (p *ontologyParser) complete(definitions ast.DefinitionList) {
	for _, d := range definitions {
		if v := p.values[d.Name]; v != nil {
			v.Fields, v.fields = p.fields(d)
			v.Period = p.period(d, v.fields)
		}
		if t := p.out.nodeTypes[d.Name]; t != nil {
			t.Fields, t.fields = p.fields(d)
			t.Period = p.period(d, t.fields)
			t.Gaps = p.gaps(d)
		}
		if r := p.out.relations[d.Name]; r != nil {
			r.Fields, r.fields = p.fields(d)
			if at := d.Directives.ForName("period"); at != nil {
				p.fault(at.Position, "%s: @period is for node types and value types", d.Name)
			}
			p.relation(r, d)
			r.Claim = p.claim(r, d)
		}
	}
}

func (p *ontologyParser) relation(r *Relation, d *ast.Definition) {
	args := d.Directives.ForName("relation").Arguments
	text := func(name string) string {
		if arg := args.ForName(name); arg != nil && arg.Value.Raw != "" {
			return arg.Value.Raw
		}
		p.fault(d.Position, "%s: @relation needs %s: \"fieldName\"", d.Name, name)
		return ""
	}
	r.Forward, r.Backward = text("forward"), text("backward")
	r.From, r.To = p.typeRange(d, args.ForName("from"), "from"), p.typeRange(d, args.ForName("to"), "to")
}

// typeRange reads `Tool`, `[Tool, Action]` or `Node`.
func (p *ontologyParser) typeRange(d *ast.Definition, arg *ast.Argument, end string) *Range {
	r := &Range{}
	if arg == nil {
		p.fault(d.Position, "%s: @relation needs %s: TypeName", d.Name, end)
		return r
	}
	names := []string{arg.Value.Raw}
	if arg.Value.Kind == ast.ListValue {
		names = nil
		for _, child := range arg.Value.Children {
			names = append(names, child.Value.Raw)
		}
	}
	for _, name := range names {
		if name == "Node" {
			r.Any = true
			r.Types = p.out.NodeTypes
			return r
		}
		t := p.out.nodeTypes[name]
		if t == nil {
			p.fault(d.Position, "%s: no node type %q%s", d.Name, name, DidYouMean(name, keys(p.out.nodeTypes)))
			continue
		}
		r.Types = append(r.Types, t)
	}
	slices.SortFunc(r.Types, byTypeName)
	return r
}

func (p *ontologyParser) fields(d *ast.Definition) ([]*Field, map[string]*Field) {
	var list []*Field
	byName := map[string]*Field{}
	for _, fd := range d.Fields {
		f := &Field{
			Name: fd.Name, Description: fd.Description,
			Required: fd.Type.NonNull, Indexed: fd.Directives.ForName("index") != nil,
		}
		named := fd.Type
		if fd.Type.Elem != nil {
			f.List, named = true, fd.Type.Elem
		}
		switch kind := Kind(named.NamedType); {
		case slices.Contains([]Kind{String, Int, Boolean, PartialDate, URL}, kind):
			f.Kind = kind
		case p.enums[named.NamedType] != nil:
			f.Kind, f.Enum = EnumKind, p.enums[named.NamedType]
		case p.values[named.NamedType] != nil && p.values[d.Name] == nil:
			f.Kind, f.Value = ValueKind, p.values[named.NamedType]
		default:
			p.fault(fd.Position, "%s.%s: a field is a String, Int, Boolean, PartialDate, URL, an enum, or (not inside one) a @value type; %s is none of these", d.Name, fd.Name, fd.Type)
		}
		p.checkField(d, fd, f, byName)
		f.Unspecified = p.unspecified(d.Name+"."+fd.Name, fd.Directives)
		p.checkUnspecified(d, fd, f)
		list = append(list, f)
		byName[f.Name] = f
	}
	return list, byName
}

func (p *ontologyParser) checkField(d *ast.Definition, fd *ast.FieldDefinition, f *Field, seen map[string]*Field) {
	p.checkDirectives(d.Name+"."+fd.Name, fd.Directives)
	switch {
	case fd.Description == "":
		p.fault(fd.Position, "%s.%s has no description", d.Name, fd.Name)
	case seen[fd.Name] != nil:
		p.fault(fd.Position, "%s.%s is declared twice", d.Name, fd.Name)
	case p.values[d.Name] == nil && slices.Contains(reservedFields, fd.Name):
		p.fault(fd.Position, "%s.%s: every node or link has %q already, or the API needs the word: choose another", d.Name, fd.Name, fd.Name)
	case len(fd.Arguments) > 0:
		p.fault(fd.Position, "%s.%s: a property takes no arguments", d.Name, fd.Name)
	case f.Indexed && f.List:
		p.fault(fd.Position, "%s.%s: a list cannot carry @index", d.Name, fd.Name)
	}
}

// attachEnds gives each type the fields of the relations that start or end at it.
func (p *ontologyParser) attachEnds() {
	roots := map[string]string{}
	for _, t := range p.out.NodeTypes {
		for _, root := range []string{t.Singular(), t.Plural} {
			if other := roots[root]; other != "" {
				p.fault(p.at[t.Name], "%s: the root field %q is taken by %s: set @node(plural: …)", t.Name, root, other)
			}
			roots[root] = t.Name
		}
	}
	for _, r := range p.out.Relations {
		for _, end := range []*End{{Relation: r, Direction: Out}, {Relation: r, Direction: In}} {
			near := r.From
			if end.Direction == In {
				near = r.To
			}
			if slices.Contains(reservedFields, end.Field()) {
				p.fault(p.at[r.Name], "%s: the field name %q is reserved", r.Name, end.Field())
			}
			for _, t := range near.Types {
				if t.Period != nil && t.Period.Name == end.Field() {
					p.fault(p.at[r.Name], "%s.%s: the name is taken by @period of %s", t.Name, end.Field(), t.Name)
				}
				if t.fields[end.Field()] != nil || t.ends[end.Field()] != nil {
					p.fault(p.at[r.Name], "%s.%s is declared twice, once by relation %s", t.Name, end.Field(), r.Name)
				}
				t.ends[end.Field()] = end
				t.Ends = append(t.Ends, end)
			}
		}
	}
	for _, t := range p.out.NodeTypes {
		slices.SortFunc(t.Ends, func(a, b *End) int { return cmp.Compare(a.Field(), b.Field()) })
	}
}

// plural names the root field for all nodes of a type, by the common rules of
// English spelling.
func plural(name string) string {
	s := lowerFirst(name)
	switch {
	case len(s) > 1 && strings.HasSuffix(s, "y") && !strings.ContainsAny(s[len(s)-2:len(s)-1], "aeiou"):
		return s[:len(s)-1] + "ies"
	case strings.HasSuffix(s, "s"), strings.HasSuffix(s, "x"), strings.HasSuffix(s, "ch"), strings.HasSuffix(s, "sh"):
		return s + "es"
	}
	return s + "s"
}

func lowerFirst(s string) string {
	r := []rune(s)
	r[0] = unicode.ToLower(r[0])
	return string(r)
}

func keys[V any](m map[string]V) []string {
	list := make([]string, 0, len(m))
	for k := range m {
		list = append(list, k)
	}
	slices.Sort(list)
	return list
}
