package limits

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql/introspection"

	"ecpgraph/graph/generated"
	"ecpgraph/internal/kg"
)

var schema = generated.NewExecutableSchema(generated.Config{}).Schema()

// times repeats text, with # for the number of each.
func times(n int, text string) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.ReplaceAll(text, "#", fmt.Sprint(i)))
	}
	return b.String()
}

// TestLimits takes each limit, and one more.
func TestLimits(t *testing.T) {
	for _, c := range []struct {
		setting  string
		limit    int
		document func(n int) string
	}{
		{"limit-document-bytes", 32768, func(n int) string { return "{__typename}" + strings.Repeat(" ", n-12) }},
		{"limit-tokens", 1500, func(n int) string {
			return "query($a:[Int]=[" + strings.Repeat("1 ", n-15) + "]){__typename}"
		}},
		{"limit-tokens", 1500, func(n int) string { return "{__typename}" + strings.Repeat("#\n", n-3) }},
		{"limit-name-bytes", 128, func(n int) string { return "{" + strings.Repeat("a", n) + "}" }},
		{"limit-nesting", 64, func(n int) string { return "{a(b:" + times(n-2, "[") + times(n-2, "]") + ")}" }},
		{"limit-depth", 12, func(n int) string { return times(n, "{a") + times(n, "}") }},
		{"limit-depth", 12, func(n int) string { // a level a fragment
			return "{...F1}" + fragments(n-1, "fragment F%d on A{a{...F%d}}") + fmt.Sprintf("fragment F%d on A{a}", n)
		}},
		{"limit-introspection-depth", 20, func(n int) string { return "{__schema" + times(n-1, "{a") + times(n, "}") }},
		{"limit-aliases", 30, func(n int) string { return "{a{" + times(n, "a#:b ") + "}}" }},
		{"limit-root-fields", 20, func(n int) string { return "{" + times(n, "a# ") + "}" }},
		{"limit-root-fields", 20, func(n int) string { return "{...F}fragment F on Query{" + times(n, "a# ") + "}" }},
		{"limit-directives", 20, func(n int) string { return "{a " + times(n, "@skip(if:false) ") + "}" }},
		{"limit-variables", 100, func(n int) string { return "query(" + times(n, "$a#:Int ") + "){a}" }},
		{"limit-repeats", 64, func(n int) string { return "{" + times(n, "a ") + "}" }},
		{"limit-repeats", 64, func(n int) string { // merged from two places and a fragment
			return "{a{" + times(n-2, "b ") + "}a{b ...F}}fragment F on A{b}"
		}},
		{"limit-repeats", 64, func(n int) string { // in a second fragment of the name, which validation looks at too
			return "{...F}fragment F on A{a}fragment F on A{" + times(n, "b ") + "}"
		}},
		{"limit-fragments", 50, func(n int) string { return "{a}" + times(n, "fragment F# on A{a}") }},
		{"limit-spreads", 200, func(n int) string { return "{" + spreads(n) + "}" }},
	} {
		t.Run(fmt.Sprint(c.setting, len(c.document(c.limit))), func(t *testing.T) {
			s := Defaults()
			if fault := s.refusal(c.document(c.limit)); fault != nil {
				t.Errorf("at the limit: %v", fault)
			}
			fault := s.refusal(c.document(c.limit + 1))
			if !errors.Is(fault, kg.ErrLimit) || !strings.Contains(fault.Error(), "(setting "+c.setting+")") || !strings.Contains(fault.Error(), fmt.Sprint(c.limit)) {
				t.Errorf("over the limit: %v", fault)
			}
		})
	}
}

func fragments(n int, format string) string {
	var b strings.Builder
	for i := 1; i <= n; i++ {
		fmt.Fprintf(&b, format, i, i+1)
	}
	return b.String()
}

// spreads is n inline fragments, none of which repeats a field too often.
func spreads(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "...on A{a%d} ", i%20)
	}
	return b.String()
}

// refusal is what the limits say of a document, without validation.
func (s *Settings) refusal(text string) error {
	l := New(*s, nil)
	if fault := l.checkDocument(text); fault != nil {
		return fault
	}
	return nil
}

// TestExpansionIsBounded: fragments that use each other twice a level.
func TestExpansionIsBounded(t *testing.T) {
	s := Defaults()
	s.Aliases, s.Depth = 1000, 1000
	below := "{...F1}" + fragments(24, "fragment F%d on A{a:x{...F%[2]d}b:x{...F%[2]d}}") + "fragment F25 on A{id}"
	if fault := s.refusal(below); !errors.Is(fault, kg.ErrLimit) || !strings.Contains(fault.Error(), "limit-selections") {
		t.Errorf("doubled below: %v", fault)
	}
	beside := "{...F1}" + fragments(24, "fragment F%d on A{...F%[2]d ...F%[2]d}") + "fragment F25 on A{id}"
	if fault := s.refusal(beside); fault != nil {
		t.Errorf("doubled beside, which merges: %v", fault)
	}
}

func TestCircle(t *testing.T) {
	s := Defaults()
	fault := s.refusal("{...A}fragment A on Q{...B}fragment B on Q{b{...A}}")
	if fault == nil || !strings.Contains(fault.Error(), "within itself") {
		t.Errorf("a circle of fragments: %v", fault)
	}
}

// TestToolsPass: what tools and the project's own pages ask.
func TestToolsPass(t *testing.T) {
	s := Defaults()
	documents := map[string]string{
		"gqlgen's introspection":     introspection.Query,
		"graphql-js's introspection": introspectionQuery(9),
		"older introspection":        introspectionQuery(7),
	}
	examples, err := filepath.Glob("../../seeds/ecp/queries/*.graphql")
	if err != nil || len(examples) == 0 {
		t.Fatalf("no examples: %v", err)
	}
	for _, name := range examples {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		documents[name] = string(text)
	}
	for name, text := range documents {
		if err := s.check(schema, text); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// introspectionQuery asks all that the schema tells of itself, through that many
// wrappers of a type.
func introspectionQuery(wrappers int) string {
	return `query IntrospectionQuery { __schema { description
  queryType { name kind } mutationType { name kind } subscriptionType { name kind }
  types { ...FullType }
  directives { name description isRepeatable locations args(includeDeprecated: true) { ...InputValue } } } }
fragment FullType on __Type { kind name description specifiedByURL isOneOf
  fields(includeDeprecated: true) { name description args(includeDeprecated: true) { ...InputValue }
    type { ...TypeRef } isDeprecated deprecationReason }
  inputFields(includeDeprecated: true) { ...InputValue } interfaces { ...TypeRef }
  enumValues(includeDeprecated: true) { name description isDeprecated deprecationReason }
  possibleTypes { ...TypeRef } }
fragment InputValue on __InputValue { name description type { ...TypeRef } defaultValue isDeprecated deprecationReason }
fragment TypeRef on __Type { kind name ` + times(wrappers, "ofType { kind name ") + times(wrappers, "} ") + "}"
}

// FuzzDocument: no text makes the checks panic or find more than they should.
func FuzzDocument(f *testing.F) {
	for _, text := range []string{introspection.Query, "{...A}fragment A on Q{...A}", "{a(b:[{c:$d}])@skip(if:true)}", "subscription{a}", `{a(b:"""x""")}#`} {
		f.Add(text)
	}
	s := Defaults()
	f.Fuzz(func(t *testing.T, text string) {
		_ = s.check(schema, text)
	})
}
