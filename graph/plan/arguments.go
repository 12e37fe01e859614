package plan

import (
	"encoding/json"
	"slices"

	"github.com/99designs/gqlgen/graphql"

	"ecpgraph/internal/coverage"
	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
	"ecpgraph/internal/query"
)

// arguments are those of a field, as given or by default.
type arguments map[string]any

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

// types is the argument of that name: a list of node types; nil when not given.
func (a arguments) types(o *ontology.Ontology) []*ontology.NodeType {
	var list []*ontology.NodeType
	for _, name := range words[string](a, "types") {
		list = append(list, query.TypeNamed(o, name))
	}
	return list
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

// words is a list of enum values; nil when not given.
func words[T ~string](a arguments, name string) []T {
	var list []T
	if a[name] == nil {
		return nil
	}
	for _, v := range graphql.CoerceList(a[name]) {
		word, _ := v.(string)
		list = append(list, T(word))
	}
	return list
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
		relation, _ := given["relation"].(string)
		direction, _ := given["direction"].(string)
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
		return namedNodes(r.index, name, graphql.CoerceList(given[field]))
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
func namedNodes(ix *index.Index, name string, given []any) (nodes []index.Node, types []*ontology.NodeType, err error) {
	var ids []kg.ID
	for _, v := range given {
		id, _ := v.(string)
		ids = append(ids, kg.ID(id))
	}
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
