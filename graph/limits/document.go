package limits

import (
	"slices"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/lexer"

	"ecpgraph/graph/selection"
	"ecpgraph/internal/kg"
)

// checkText bounds a document by its bytes, tokens and brackets, before it is
// parsed. A fault of syntax ends the scan; the parser meets it too.
func (s *Settings) checkText(document string) *kg.Error {
	if len(document) > s.DocumentBytes {
		return exceeded("limit-document-bytes", s.DocumentBytes, len(document), "the document has %s bytes")
	}
	scanner := lexer.New(&ast.Source{Input: document})
	open := 0
	for tokens := 1; ; tokens++ {
		token, err := scanner.ReadToken()
		if err != nil || token.Kind == lexer.EOF {
			return nil
		}
		if tokens > s.Tokens {
			return tooMany("limit-tokens", s.Tokens, "the document has more than the %d tokens")
		}
		switch token.Kind {
		case lexer.Name:
			if n := len(token.Value); n > s.NameBytes {
				return exceeded("limit-name-bytes", s.NameBytes, n, "a name in the document has %s bytes")
			}
		case lexer.BraceL, lexer.BracketL, lexer.ParenL:
			if open++; open > s.Nesting {
				return tooMany("limit-nesting", s.Nesting, "the document opens more than the %d brackets inside each other")
			}
		case lexer.BraceR, lexer.BracketR, lexer.ParenR:
			open--
		}
	}
}

// checkDocument bounds what a parsed document says, by the time that validation
// and execution take for it at worst.
func (s *Settings) checkDocument(doc *ast.QueryDocument) *gqlerror.Error {
	if n := len(doc.Fragments); n > s.Fragments {
		return refuse(exceeded("limit-fragments", s.Fragments, n, "the document defines %s fragments"))
	}
	c := census{uses: map[string][]*ast.FragmentSpread{}}
	c.document(doc)
	for _, fault := range []*kg.Error{
		over("limit-aliases", s.Aliases, c.aliases, "the document has %s aliases"),
		over("limit-directives", s.Directives, c.directives, "the document has %s directives"),
		over("limit-variables", s.Variables, c.variables, "the document declares %s variables"),
		over("limit-spreads", s.Spreads, c.spreads, "the document has %s spreads and inline fragments"),
	} {
		if fault != nil {
			return refuse(fault)
		}
	}
	if spread := c.cycle(); spread != nil {
		return invalid(gqlerror.ErrorPosf(spread.Position, `Cannot spread fragment "%s" within itself.`, spread.Name))
	}
	m := merger{fragments: fragmentsOf(doc), expanded: map[*ast.FragmentDefinition]bool{}, repeats: s.Repeats, selections: s.Selections}
	for _, o := range doc.Operations {
		if fault := s.checkOperation(&m, o); fault != nil {
			return refuse(fault)
		}
	}
	for _, f := range doc.Fragments { // those that no operation uses are validated too
		if !m.expanded[f] {
			if fault := m.level([]ast.SelectionSet{f.SelectionSet}, 1, s.fieldLevels()); fault != nil {
				return refuse(fault)
			}
		}
	}
	return nil
}

func over(setting string, limit, figure int, what string) *kg.Error {
	if figure <= limit {
		return nil
	}
	return exceeded(setting, limit, figure, what)
}

// fragmentsOf finds fragments by name; the first of a name counts, as it does in
// validation.
func fragmentsOf(doc *ast.QueryDocument) map[string]*ast.FragmentDefinition {
	if len(doc.Fragments) == 0 {
		return nil
	}
	found := make(map[string]*ast.FragmentDefinition, len(doc.Fragments))
	for _, f := range slices.Backward(doc.Fragments) {
		found[f.Name] = f
	}
	return found
}

// census counts what is written in a document.
type census struct {
	aliases, directives, variables, spreads int

	within string // the fragment that is counted
	uses   map[string][]*ast.FragmentSpread
}

func (c *census) document(doc *ast.QueryDocument) {
	for _, o := range doc.Operations {
		c.variables += len(o.VariableDefinitions)
		for _, v := range o.VariableDefinitions {
			c.directives += len(v.Directives)
		}
		c.directives += len(o.Directives)
		c.selections(o.SelectionSet)
	}
	for _, f := range doc.Fragments {
		c.within = f.Name
		c.variables += len(f.VariableDefinition)
		c.directives += len(f.Directives)
		c.selections(f.SelectionSet)
	}
}

func (c *census) selections(set ast.SelectionSet) {
	for _, selected := range set {
		switch s := selected.(type) {
		case *ast.Field:
			if s.Alias != s.Name {
				c.aliases++
			}
			c.directives += len(s.Directives)
			c.selections(s.SelectionSet)
		case *ast.InlineFragment:
			c.spreads++
			c.directives += len(s.Directives)
			c.selections(s.SelectionSet)
		case *ast.FragmentSpread:
			c.spreads++
			c.directives += len(s.Directives)
			if c.within != "" {
				c.uses[c.within] = append(c.uses[c.within], s)
			}
		}
	}
}

// cycle finds a spread that leads back to the fragment it is in, or nil.
func (c *census) cycle() *ast.FragmentSpread {
	const open, done = 1, 2
	state := map[string]int{}
	var visit func(name string) *ast.FragmentSpread
	visit = func(name string) *ast.FragmentSpread {
		state[name] = open
		for _, spread := range c.uses[name] {
			switch state[spread.Name] {
			case open:
				return spread
			case 0:
				if found := visit(spread.Name); found != nil {
					return found
				}
			}
		}
		state[name] = done
		return nil
	}
	for name := range c.uses {
		if state[name] == 0 {
			if found := visit(name); found != nil {
				return found
			}
		}
	}
	return nil
}

func (s *Settings) checkOperation(m *merger, o *ast.OperationDefinition) *kg.Error {
	root, fault := m.merge([]ast.SelectionSet{o.SelectionSet})
	if fault != nil {
		return fault
	}
	if n := len(root.keys); n > s.RootFields {
		return exceeded("limit-root-fields", s.RootFields, n, "the operation has %s fields at its root")
	}
	for _, key := range root.keys {
		fields, levels := root.fields[key], s.fieldLevels()
		for _, f := range fields {
			if isIntrospection(f.Name) {
				if !s.Introspection {
					return kg.Errorf(kg.Limit, "%s is not answered here: introspection is off (setting introspection)", f.Name)
				}
				levels = depthLimit{"limit-introspection-depth", s.IntrospectionDepth}
			}
		}
		if fault := m.below(fields, 1, levels); fault != nil {
			return fault
		}
	}
	return nil
}

type depthLimit struct {
	setting string
	levels  int
}

func (s *Settings) fieldLevels() depthLimit { return depthLimit{"limit-depth", s.Depth} }

// merger walks selection sets as execution merges them: fields with one response
// key are one field, with all their selections. It stops after as many
// selections as are allowed, however often fragments use each other.
type merger struct {
	fragments           map[string]*ast.FragmentDefinition
	expanded            map[*ast.FragmentDefinition]bool // those met so far
	repeats, selections int                              // how many are allowed
	met                 int                              // selections so far
	// skip, when there is one, tells which selections are left out.
	skip func(ast.DirectiveList) bool
}

// level takes the selections that make one object.
func (m *merger) level(sets []ast.SelectionSet, depth int, limit depthLimit) *kg.Error {
	if depth > limit.levels {
		return tooMany(limit.setting, limit.levels, "the document has more than the %d levels of fields")
	}
	merged, fault := m.merge(sets)
	if fault != nil {
		return fault
	}
	for _, key := range merged.keys {
		if fault := m.below(merged.fields[key], depth, limit); fault != nil {
			return fault
		}
	}
	return nil
}

func (m *merger) below(fields []*ast.Field, depth int, limit depthLimit) *kg.Error {
	sets := selectionsOf(fields)
	if len(sets) == 0 {
		return nil
	}
	return m.level(sets, depth+1, limit)
}

func selectionsOf(fields []*ast.Field) []ast.SelectionSet {
	var sets []ast.SelectionSet
	for _, f := range fields {
		if len(f.SelectionSet) > 0 {
			sets = append(sets, f.SelectionSet)
		}
	}
	return sets
}

// merged is one selection set: response keys in order, and the fields of each.
type merged struct {
	keys   []string
	fields map[string][]*ast.Field
}

func (m *merger) merge(sets []ast.SelectionSet) (merged, *kg.Error) {
	into := merged{fields: map[string][]*ast.Field{}}
	spread := map[string]bool{}
	var add func(ast.SelectionSet) *kg.Error
	add = func(set ast.SelectionSet) *kg.Error {
		for _, selected := range set {
			if m.met++; m.met > m.selections {
				return tooMany("limit-selections", m.selections, "the document has more than the %d selections, with fragments expanded,")
			}
			if m.skip != nil && m.skip(selection.Directives(selected)) {
				continue
			}
			var fault *kg.Error
			switch s := selected.(type) {
			case *ast.Field:
				same := append(into.fields[s.Alias], s)
				if into.fields[s.Alias] = same; len(same) == 1 {
					into.keys = append(into.keys, s.Alias)
				}
				if len(same) > m.repeats {
					fault = tooMany("limit-repeats", m.repeats, "a selection set has more than the %d fields with one response key")
				}
			case *ast.InlineFragment:
				fault = add(s.SelectionSet)
			case *ast.FragmentSpread:
				f := m.fragments[s.Name]
				if f == nil || spread[s.Name] {
					break
				}
				spread[s.Name] = true
				m.expanded[f] = true
				fault = add(f.SelectionSet)
			}
			if fault != nil {
				return fault
			}
		}
		return nil
	}
	for _, set := range sets {
		if fault := add(set); fault != nil {
			return into, fault
		}
	}
	return into, nil
}

func isIntrospection(field string) bool { return field == "__schema" || field == "__type" }
