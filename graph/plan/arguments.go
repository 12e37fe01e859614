package plan

import (
	"encoding/json"
	"slices"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"ecpgraph/internal/coverage"
	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
	"ecpgraph/internal/query"
)

// arguments are those of a field, as given or by default, or the fields of an
// input. They were validated: what is not of its type is absent. A list that is
// absent or null is nil, an empty one is not; one value stands for a list of one.
type arguments map[string]any

// arguments are those of the field.
func (r *run) arguments(f *ast.Field) arguments { return f.ArgumentMap(r.variables) }

func (a arguments) has(name string) bool { return a[name] != nil }

// word is an argument that is a string or a word; "" when not given.
func (a arguments) word(name string) string {
	text, _ := a[name].(string)
	return text
}

func (a arguments) id(name string) kg.ID { return kg.ID(a.word(name)) }

func (a arguments) number(name string, otherwise int) int {
	if n, err := graphql.UnmarshalInt(a[name]); err == nil && a.has(name) {
		return n
	}
	return otherwise
}

// words is a list of strings, ids or enum values.
func words[T ~string](a arguments, name string) []T {
	return listOfNames(a, name, func(text string) T { return T(text) })
}

func listOfNames[E any](a arguments, name string, read func(text string) E) []E {
	if !a.has(name) {
		return nil
	}
	list := []E{}
	for _, value := range graphql.CoerceList(a[name]) {
		text, _ := value.(string)
		list = append(list, read(text))
	}
	return list
}

// text writes the arguments but those named, the same for the same ones.
func (a arguments) text(but ...string) string {
	rest := map[string]any{}
	for name, value := range a {
		if value != nil {
			rest[name] = value
		}
	}
	for _, name := range but {
		delete(rest, name)
	}
	text, err := json.Marshal(rest)
	if err != nil {
		panic("plan: arguments are JSON values: " + err.Error())
	}
	return string(text)
}

// made is the text of all that decides a list, of which the arguments choose a
// page.
func (a arguments) made(but ...string) string {
	return a.text(append(but, "first", "after", "last", "before")...)
}

// types is the argument types: the node types of the names.
func (a arguments) types(o *ontology.Ontology) []*ontology.NodeType {
	return listOfNames(a, "types", func(name string) *ontology.NodeType { return query.TypeNamed(o, name) })
}

// relations is the argument relations: those of the names.
func (a arguments) relations(o *ontology.Ontology) []*ontology.Relation {
	return listOfNames(a, "relations", o.Relation)
}

// named finds a list among the arguments that names nothing, where leaving it
// out is everything. The error is of code Invalid.
func (a arguments) named(names ...string) error {
	for _, name := range names {
		if list, ok := a[name].([]any); ok && len(list) == 0 {
			return kg.Invalidf("%s: name at least one, or leave the argument out for all", name)
		}
	}
	return nil
}

// date is an argument that is a date; "" when it is not given.
func (a arguments) date(name string) (kg.PartialDate, error) {
	text, given := a[name].(string)
	if !given {
		return "", nil
	}
	date, err := kg.ParsePartialDate(text)
	if err != nil {
		return "", kg.Invalidf("%s: %w", name, err)
	}
	return date, nil
}

// limited is an argument that counts, up to the most.
func (a arguments) limited(name string, most int) (int, error) {
	n, err := graphql.UnmarshalInt(a[name])
	switch {
	case err != nil:
		return 0, err
	case n < 0:
		return 0, kg.Invalidf("%s: %d is negative", name, n)
	case n > most:
		return 0, kg.Errorf(kg.Limit, "%s: %d is more than the %d that are answered at once", name, n, most)
	}
	return n, nil
}

// ground is which links count.
func (a arguments) ground() coverage.Ground {
	return coverage.Ground{Basis: words[kg.Basis](a, "basis"), Modality: words[kg.Modality](a, "modality")}
}

// pattern is the argument through with the ground.
func (a arguments) pattern(o *ontology.Ontology) (coverage.Pattern, error) {
	p := coverage.Pattern{Ground: a.ground()}
	if err := a.named("basis", "modality"); err != nil {
		return p, err
	}
	for _, v := range graphql.CoerceList(a["through"]) {
		given, _ := v.(map[string]any)
		relation, direction := arguments(given).word("relation"), arguments(given).word("direction")
		if direction == "" {
			direction = "OUT"
		}
		step, err := coverage.NewStep(o.Relation(relation), direction)
		if err != nil {
			return p, err
		}
		p.Steps = append(p.Steps, step)
	}
	return p, nil
}

// nodeSet is an argument of the type NodeSet: its nodes by id, each once, and
// their types.
func (a arguments) nodeSet(r *run, name string) (nodes []index.Node, types []*ontology.NodeType, err error) {
	given, _ := a[name].(map[string]any)
	field := ""
	for key, value := range given {
		if value == nil {
			continue
		}
		if field != "" {
			return nil, nil, kg.Invalidf("%s: give one field, not %s and %s", name, min(field, key), max(field, key))
		}
		field = key
	}
	if field == "" {
		return nil, nil, kg.Invalidf("%s: give one field, such as {tools: {}} for all tools", name)
	}
	if field == "ids" {
		return namedNodes(r.index, name, words[kg.ID](given, field))
	}
	for _, t := range r.index.Ontology().NodeTypes {
		if t.Plural == field {
			where, _ := given[field].(map[string]any)
			nodes, err := query.Matching(r.context, r.index, t, where)
			return nodes, []*ontology.NodeType{t}, err
		}
	}
	panic("plan: NodeSet." + field + " is of no type")
}

// namedNodes finds the nodes of the ids.
func namedNodes(ix *index.Index, name string, ids []kg.ID) (nodes []index.Node, types []*ontology.NodeType, err error) {
	found, err := query.FindAll(ix, ids)
	if err != nil {
		return nil, nil, err
	}
	for i, n := range found {
		if !n.OK {
			return nil, nil, kg.Errorf(kg.NotFound, "%s: there is no node %q", name, ids[i])
		}
		nodes = append(nodes, n.Node)
	}
	slices.SortFunc(nodes, ix.CompareNodes)
	nodes = slices.Compact(nodes)
	for _, n := range nodes {
		if t := ix.NodeType(n); !slices.Contains(types, t) {
			types = append(types, t)
		}
	}
	return nodes, types, nil
}
