package transport

import (
	"bytes"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/formatter"
)

// An operation with @defer is executed in parts. The first is the operation
// without the deferred fragments. Each deferred fragment is an operation of its
// own: the path of fields that leads to it, and the fragment itself, with a
// field in it that marks the objects in the answer which it applies to. So the
// executor needs to know nothing of @defer, and documents, which requests
// share, are never changed but copied. A fragment deferred inside of a deferred
// one comes together with the outer one.

// marker is the alias of the field that marks a deferred fragment's objects.
const marker = "__deferred"

// parts is an operation to be answered in parts.
type parts struct {
	initial  *graphql.OperationContext
	deferred []deferredPart // never empty
}

type deferredPart struct {
	label     string
	operation *graphql.OperationContext
}

// split returns nil when nothing in the operation is deferred.
func split(operation *graphql.OperationContext) *parts {
	if !mayDefer(operation) {
		return nil
	}
	s := splitter{operation: operation}
	found := s.find()
	if len(found) == 0 {
		return nil
	}
	p := &parts{initial: s.copy(func(set ast.SelectionSet) ast.SelectionSet { return s.plain(set, true) }, nil)}
	for _, f := range found {
		p.deferred = append(p.deferred, deferredPart{label: f.label, operation: s.part(f.selection)})
	}
	return p
}

// withoutDefer is the operation in which nothing is deferred: the same when
// that is so already, else a copy.
func withoutDefer(operation *graphql.OperationContext) *graphql.OperationContext {
	if !mayDefer(operation) {
		return operation
	}
	s := splitter{operation: operation}
	return s.copy(func(set ast.SelectionSet) ast.SelectionSet { return s.plain(set, false) }, nil)
}

// mayDefer is false for nearly every operation, and cheap.
func mayDefer(operation *graphql.OperationContext) bool {
	for _, o := range operation.Doc.Operations {
		if hasDefer(o.SelectionSet) {
			return true
		}
	}
	for _, f := range operation.Doc.Fragments {
		if hasDefer(f.SelectionSet) {
			return true
		}
	}
	return false
}

func hasDefer(set ast.SelectionSet) bool {
	for _, selection := range set {
		switch s := selection.(type) {
		case *ast.Field:
			if hasDefer(s.SelectionSet) {
				return true
			}
		case *ast.InlineFragment:
			if s.Directives.ForName("defer") != nil || hasDefer(s.SelectionSet) {
				return true
			}
		case *ast.FragmentSpread:
			if s.Directives.ForName("defer") != nil {
				return true
			}
		}
	}
	return false
}

// splitter makes operations out of one.
type splitter struct {
	operation *graphql.OperationContext
}

type deferredFragment struct {
	label     string
	selection ast.Selection
}

// deferral reports whether the directives defer, for the operation's variables.
func (s *splitter) deferral(directives ast.DirectiveList) (label string, deferred bool) {
	d := directives.ForName("defer")
	if d == nil {
		return "", false
	}
	deferred = true
	for _, argument := range d.Arguments {
		value, err := argument.Value.Value(s.operation.Variables)
		if err != nil {
			continue
		}
		switch argument.Name {
		case "if":
			if condition, isBool := value.(bool); isBool {
				deferred = condition
			}
		case "label":
			label, _ = value.(string)
		}
	}
	return label, deferred
}

// find returns the deferred fragments of the operation, but not those inside of
// another one.
func (s *splitter) find() []deferredFragment {
	var found []deferredFragment
	seen := map[string]bool{}
	var walk func(ast.SelectionSet)
	walk = func(set ast.SelectionSet) {
		for _, selection := range set {
			if label, deferred := s.deferral(directivesOf(selection)); deferred {
				found = append(found, deferredFragment{label, selection})
				continue
			}
			switch n := selection.(type) {
			case *ast.Field:
				walk(n.SelectionSet)
			case *ast.InlineFragment:
				walk(n.SelectionSet)
			case *ast.FragmentSpread:
				if !seen[n.Name] {
					seen[n.Name] = true
					walk(s.operation.Doc.Fragments.ForName(n.Name).SelectionSet)
				}
			}
		}
	}
	walk(s.operation.Operation.SelectionSet)
	return found
}

// directivesOf are those of a fragment; a field cannot be deferred.
func directivesOf(selection ast.Selection) ast.DirectiveList {
	switch s := selection.(type) {
	case *ast.InlineFragment:
		return s.Directives
	case *ast.FragmentSpread:
		return s.Directives
	}
	return nil
}

// plain copies the selections without @defer, or without what is deferred.
func (s *splitter) plain(set ast.SelectionSet, leaveOut bool) ast.SelectionSet {
	var out ast.SelectionSet
	for _, selection := range set {
		if _, deferred := s.deferral(directivesOf(selection)); deferred && leaveOut {
			continue
		}
		switch n := selection.(type) {
		case *ast.Field:
			c := *n
			c.SelectionSet = s.plain(n.SelectionSet, leaveOut)
			out = append(out, &c)
		case *ast.InlineFragment:
			c := *n
			c.Directives = undeferred(n.Directives)
			c.SelectionSet = s.plain(n.SelectionSet, leaveOut)
			out = append(out, &c)
		case *ast.FragmentSpread:
			c := *n
			c.Directives = undeferred(n.Directives)
			out = append(out, &c)
		}
	}
	return out
}

func undeferred(directives ast.DirectiveList) ast.DirectiveList {
	var rest ast.DirectiveList
	for _, d := range directives {
		if d.Name != "defer" {
			rest = append(rest, d)
		}
	}
	return rest
}

// onPath is the name of the copy of a fragment that keeps only what leads to a
// deferred one. No document can have a fragment of that name and this schema's
// rules: it has a character that names do not have.
func onPath(fragment string) string { return fragment + "~" }

// part is the operation that leads to the deferred fragment and into it.
func (s *splitter) part(target ast.Selection) *graphql.OperationContext {
	leads := map[string]bool{}
	var path func(ast.SelectionSet) ast.SelectionSet
	path = func(set ast.SelectionSet) ast.SelectionSet {
		var out ast.SelectionSet
		for _, selection := range set {
			if selection == target {
				out = append(out, s.marked(target))
				continue
			}
			if _, deferred := s.deferral(directivesOf(selection)); deferred {
				continue
			}
			switch n := selection.(type) {
			case *ast.Field:
				if below := path(n.SelectionSet); below != nil {
					c := *n
					c.SelectionSet = below
					out = append(out, &c)
				}
			case *ast.InlineFragment:
				if below := path(n.SelectionSet); below != nil {
					c := *n
					c.Directives, c.SelectionSet = undeferred(n.Directives), below
					out = append(out, &c)
				}
			case *ast.FragmentSpread:
				lead, known := leads[n.Name]
				if !known {
					lead = path(s.operation.Doc.Fragments.ForName(n.Name).SelectionSet) != nil
					leads[n.Name] = lead
				}
				if lead {
					c := *n
					c.Name, c.Directives = onPath(n.Name), undeferred(n.Directives)
					out = append(out, &c)
				}
			}
		}
		return out
	}
	return s.copy(func(set ast.SelectionSet) ast.SelectionSet { return s.plain(set, false) }, path)
}

// marked is the deferred fragment with its marker.
func (s *splitter) marked(target ast.Selection) ast.Selection {
	switch n := target.(type) {
	case *ast.InlineFragment:
		c := *n
		c.Directives = undeferred(n.Directives)
		c.SelectionSet = append(ast.SelectionSet{markerField(n.ObjectDefinition)}, s.plain(n.SelectionSet, false)...)
		return &c
	case *ast.FragmentSpread:
		definition := s.operation.Doc.Fragments.ForName(n.Name)
		whole := *n
		whole.Directives = nil
		return &ast.InlineFragment{
			TypeCondition:    definition.TypeCondition,
			Directives:       undeferred(n.Directives),
			ObjectDefinition: definition.Definition,
			SelectionSet:     ast.SelectionSet{markerField(definition.Definition), &whole},
			Position:         n.Position,
		}
	}
	return target
}

func markerField(object *ast.Definition) *ast.Field {
	return &ast.Field{
		Alias: marker, Name: "__typename", ObjectDefinition: object,
		Definition: &ast.FieldDefinition{Name: "__typename", Type: ast.NonNullNamedType("String", nil)},
	}
}

// copy makes an operation with the selections that the function makes of the
// original ones, in fragments as well. With a path, the operation's own
// selections are those of the path, and each fragment has a copy for it.
func (s *splitter) copy(selections, path func(ast.SelectionSet) ast.SelectionSet) *graphql.OperationContext {
	old := s.operation
	doc := &ast.QueryDocument{Position: old.Doc.Position}
	for _, f := range old.Doc.Fragments {
		c := *f
		c.SelectionSet = selections(f.SelectionSet)
		doc.Fragments = append(doc.Fragments, &c)
		if path != nil {
			p := *f
			p.Name, p.SelectionSet = onPath(f.Name), path(f.SelectionSet)
			doc.Fragments = append(doc.Fragments, &p)
		}
	}
	operation := *old.Operation
	if path != nil {
		operation.SelectionSet = path(operation.SelectionSet)
	} else {
		operation.SelectionSet = selections(operation.SelectionSet)
	}
	doc.Operations = ast.OperationList{&operation}
	link(operation.SelectionSet, doc.Fragments)
	for _, f := range doc.Fragments {
		link(f.SelectionSet, doc.Fragments)
	}
	var text bytes.Buffer
	formatter.NewFormatter(&text).FormatQueryDocument(doc)
	return &graphql.OperationContext{
		RawQuery: text.String(), Doc: doc, Operation: &operation, OperationName: old.OperationName,
		Variables: old.Variables, Extensions: old.Extensions, Headers: old.Headers, Stats: old.Stats,
		DisableIntrospection: old.DisableIntrospection, RecoverFunc: old.RecoverFunc,
		ResolverMiddleware: old.ResolverMiddleware, RootResolverMiddleware: old.RootResolverMiddleware,
	}
}

// link lets the spreads of a copied document point to its own fragments.
func link(set ast.SelectionSet, fragments ast.FragmentDefinitionList) {
	for _, selection := range set {
		switch n := selection.(type) {
		case *ast.Field:
			link(n.SelectionSet, fragments)
		case *ast.InlineFragment:
			link(n.SelectionSet, fragments)
		case *ast.FragmentSpread:
			n.Definition = fragments.ForName(n.Name)
		}
	}
}
