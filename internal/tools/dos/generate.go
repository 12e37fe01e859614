package main

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"ecpgraph/graph/generated"
)

// generator writes documents of the served schema that are as large as the
// limits allow, or somewhat larger, and in one respect or another bad.
type generator struct {
	*rand.Rand
	schema *ast.Schema
	out    strings.Builder
	room   int                             // selections still to write
	faults float64                         // how often a name is spoilt
	same   float64                         // how often a field is written again and again
	alias  int                             // aliases still to write
	frags  int                             // fragments there are
	parts  int                             // parts of a value still to write
	args   map[*ast.FieldDefinition]string // what a field was given before
}

// Documents over the limit of 32 kB are refused by their size alone.
const maxDocument = 34_000

var schema = generated.NewExecutableSchema(generated.Config{}).Schema()

// generate makes the i-th request; all kinds take turns.
func generate(r *rand.Rand, i int) request {
	g := &generator{Rand: r, schema: schema, room: 20 + r.IntN(700), alias: r.IntN(40), args: map[*ast.FieldDefinition]string{}}
	kinds := []struct {
		name string
		make func() string
	}{
		{"valid selections", g.operation},
		{"selections with faults", func() string { g.faults = 0.02 + g.Float64()*0.5; return g.operation() }},
		{"repeated fields", func() string { g.same = g.Float64(); return g.operation() }},
		{"repeated fields with faults", func() string { g.same, g.faults = g.Float64(), g.Float64(); return g.operation() }},
		{"fragments", g.fragments},
		{"fragments of repeated fields", func() string { g.same = g.Float64(); return g.fragments() }},
		{"fragments with faults", func() string { g.faults = g.Float64() * 0.3; return g.fragments() }},
		{"values", g.values},
		{"tokens", g.tokens},
		{"damaged text", g.damaged},
		{"padding", g.padded},
	}
	if k := i % (len(kinds) + 1); k < len(kinds) {
		return asRequest(kinds[k].name, kinds[k].make())
	}
	return g.json()
}

func (g *generator) operation() string {
	g.out.WriteString("query Q")
	if g.faults > 0 && g.IntN(3) == 0 {
		g.out.WriteString("($a:Int,$b:[ID!]!,$c:ToolFilter)")
	}
	g.out.WriteString("{")
	for range 1 + g.IntN(20) {
		g.field(g.schema.Query, 1)
	}
	g.out.WriteString("}")
	return g.out.String()
}

func (g *generator) field(on *ast.Definition, depth int) {
	g.room--
	f := on.Fields[g.IntN(len(on.Fields))]
	if strings.HasPrefix(f.Name, "__") {
		f = on.Fields[0]
	}
	times := 1
	if g.Float64() < g.same {
		times = 1 + g.IntN(64)
	}
	start := g.out.Len()
	if g.alias > 0 && g.IntN(8) == 0 {
		g.alias--
		fmt.Fprintf(&g.out, "a%d:", g.alias)
	}
	g.name(f.Name)
	g.arguments(f)
	if target := g.schema.Types[f.Type.Name()]; target.IsCompositeType() {
		g.out.WriteString("{")
		g.set(target, depth+1)
		g.out.WriteString("}")
	}
	g.out.WriteString(" ")
	text := g.out.String()[start:]
	for i := 1; i < times && g.room > 0 && g.out.Len()+len(text) < maxDocument; i++ {
		g.room--
		g.out.WriteString(text)
	}
}

func (g *generator) set(on *ast.Definition, depth int) {
	g.out.WriteString("__typename ")
	for n := 1 + g.IntN(12); n > 0 && g.room > 0 && g.out.Len() < maxDocument; n-- {
		switch {
		case g.frags > 0 && g.IntN(4) == 0:
			fmt.Fprintf(&g.out, "...F%d ", g.IntN(g.frags))
		case g.IntN(12) == 0:
			types := g.schema.GetPossibleTypes(on)
			of := types[g.IntN(len(types))]
			g.out.WriteString("...on ")
			g.name(of.Name)
			g.out.WriteString("{")
			g.room--
			g.set(of, depth)
			g.out.WriteString("}")
		case len(on.Fields) > 0 && depth < 3+g.IntN(10):
			g.field(on, depth)
		}
	}
}

func (g *generator) name(name string) {
	if g.Float64() < g.faults {
		at := g.IntN(len(name))
		name = name[:at] + string(rune('a'+g.IntN(26))) + name[at:]
		if g.IntN(10) == 0 {
			name = strings.Repeat(name, 1+g.IntN(128/len(name)))
		}
	}
	g.out.WriteString(name)
}

// arguments are mostly the same for all places of a field, which then merge.
func (g *generator) arguments(f *ast.FieldDefinition) {
	if before, known := g.args[f]; known && g.Float64() >= g.faults {
		g.out.WriteString(before)
		return
	}
	start := g.out.Len()
	for _, a := range f.Arguments {
		if a.Type.NonNull || g.IntN(4) == 0 {
			g.out.WriteString(map[bool]string{true: "(", false: " "}[g.out.Len() == start])
			g.name(a.Name)
			g.out.WriteString(":")
			g.parts = g.IntN(30)
			g.value(a.Type, 0)
		}
	}
	if g.out.Len() > start {
		g.out.WriteString(")")
	}
	g.args[f] = g.out.String()[start:]
}

func (g *generator) value(t *ast.Type, depth int) {
	g.parts--
	if g.Float64() < g.faults {
		g.out.WriteString([]string{"NONE", `"text"`, "1", "null", "[[1]]", "{a:1}", "$a", "1.5e9"}[g.IntN(8)])
		return
	}
	if t.Elem != nil {
		g.out.WriteString("[")
		for n := g.IntN(6); n >= 0 && depth < 12 && g.parts > 0; n-- {
			g.value(t.Elem, depth+1)
			g.out.WriteString(" ")
		}
		g.out.WriteString("]")
		return
	}
	def := g.schema.Types[t.NamedType]
	switch def.Kind {
	case ast.Enum:
		g.name(def.EnumValues[g.IntN(len(def.EnumValues))].Name)
	case ast.InputObject:
		g.out.WriteString("{")
		chance := g.IntN(5)
		for _, f := range def.Fields {
			if !f.Type.NonNull && (g.IntN(len(def.Fields)) >= chance || depth >= 12 || g.parts <= 0) {
				continue
			}
			g.name(f.Name)
			g.out.WriteString(":")
			g.value(f.Type, depth+1)
			g.out.WriteString(" ")
		}
		g.out.WriteString("}")
	default:
		g.out.WriteString(map[string]string{"Int": fmt.Sprint(g.IntN(600)), "Boolean": "true"}[t.NamedType])
		if t.NamedType != "Int" && t.NamedType != "Boolean" {
			fmt.Fprintf(&g.out, "%q", strings.Repeat("x", g.IntN(40)))
		}
	}
}

// fragments use each other at random: some in circles, some by twos.
func (g *generator) fragments() string {
	g.frags = 1 + g.IntN(55)
	var all strings.Builder
	all.WriteString("{node(id:1){...F0 ")
	g.set(g.schema.Types["Node"], 2)
	all.WriteString(g.out.String() + "}}")
	circles := g.faults > 0 && g.IntN(4) == 0
	on := []string{"Node"}
	if g.faults > 0 {
		on = []string{"Node", "Tool", "Action", "ToolConnection"}
	}
	for i := range g.frags {
		g.out = strings.Builder{}
		g.room = 1 + g.IntN(700/g.frags+1)
		of := g.schema.Types[on[g.IntN(1+i%len(on))]]
		g.out.WriteString("__typename ")
		total := g.frags
		g.frags = 0
		g.set(of, 3)
		g.frags = total
		for range g.IntN(6) {
			to := g.IntN(g.frags)
			if !circles {
				if i+1 >= g.frags {
					break
				}
				to = i + 1 + g.IntN(g.frags-i-1)
			}
			fmt.Fprintf(&g.out, "...F%d ", to)
		}
		if g.faults == 0 && i+1 < g.frags {
			fmt.Fprintf(&g.out, "...F%d ", i+1) // so that all are used
		}
		fmt.Fprintf(&all, "fragment F%d on %s{%s}", i, of.Name, g.out.String())
	}
	return all.String()
}

// values fill arguments with literals.
func (g *generator) values() string {
	g.faults = g.Float64() * 0.3
	g.out.WriteString("{")
	for range 1 + g.IntN(19) {
		f := g.schema.Query.Fields[g.IntN(len(g.schema.Query.Fields))]
		if where := f.Arguments.ForName("where"); where != nil {
			g.out.WriteString(f.Name + "(where:")
			g.parts = g.IntN(300)
			g.value(where.Type, g.IntN(4))
			g.out.WriteString("){totalCount}")
		}
	}
	g.out.WriteString("__typename}")
	return g.out.String()
}

func (g *generator) tokens() string {
	words := []string{"{", "}", "(", ")", "[", "]", ":", "!", "$", "@", "...", "=", "|", "query", "fragment", "on", "a", "b", "1", "-", `"s"`, `"""b"""`, "#c\n", ",", "null", "\ufeff", "é"}
	for range g.IntN(2000) {
		g.out.WriteString(words[g.IntN(len(words))] + " ")
	}
	return g.out.String()
}

func (g *generator) damaged() string {
	text := []byte(g.operation())
	for range 1 + g.IntN(5) {
		at := g.IntN(len(text))
		switch g.IntN(3) {
		case 0:
			text[at] = byte(32 + g.IntN(95))
		case 1:
			text = slices.Delete(text, at, min(len(text), at+1+g.IntN(50)))
		default:
			piece := slices.Clone(text[at:min(len(text), at+1+g.IntN(3000))])
			text = slices.Insert(text, at, piece...)
		}
		if len(text) == 0 {
			return ""
		}
	}
	return string(text)
}

func (g *generator) padded() string {
	pads := []string{",", " ", "\n", "\r\n", "\t", "\ufeff", "#\n", "# é\n", "#" + strings.Repeat("x", 50) + "\n"}
	pad := pads[g.IntN(len(pads))]
	return strings.Repeat(pad, g.IntN(40_000)/len(pad)) + g.operation() + strings.Repeat(pad, g.IntN(20_000)/len(pad))
}

// json is a sound document whose variables are not.
func (g *generator) json() request {
	documents := []string{
		"query($a:ToolFilter){tools(where:$a){totalCount}}",
		"query($a:[ID!]!){nodes(ids:$a){id}}",
		"query($a:[ToolOrder!]){tools(orderBy:$a first:500){totalCount nodes{name actions{nodes{name}}}}}",
	}
	values := 1 << g.IntN(17)
	var grow func(depth int) any
	grow = func(depth int) any {
		if values--; values <= 0 || depth > 40 {
			return g.IntN(10)
		}
		n := g.IntN(60)
		switch g.IntN(5) {
		case 0, 1:
			list := make([]any, n)
			for i := range list {
				list[i] = grow(depth + 1)
			}
			return list
		case 2, 3:
			members := map[string]any{}
			names := []string{"and", "or", "not", "name", "in", "eq", "kind", "field", "direction", "contains", "some", "actions"}
			for range min(n, len(names)) {
				members[names[g.IntN(len(names))]] = grow(depth + 1)
			}
			return members
		}
		return strings.Repeat("N", g.IntN(100))
	}
	body, err := json.Marshal(map[string]any{"query": documents[g.IntN(len(documents))], "variables": map[string]any{"a": grow(0)}})
	if err != nil {
		panic(err)
	}
	return request{"variables", string(body)}
}
