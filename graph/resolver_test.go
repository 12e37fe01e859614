package graph

import (
	"reflect"
	"strings"
	"testing"

	"ecpgraph/graph/generated"
)

// TestOnlyInputsAreLeftOpen: the resolvers that resolver does not have are
// those of input fields, which gqlgen asks for and never calls. Anything else
// here is a field of the schema that no Go method answers.
func TestOnlyInputsAreLeftOpen(t *testing.T) {
	root := reflect.TypeFor[generated.ResolverRoot]()
	for i := range root.NumMethod() {
		name := root.Method(i).Name
		switch {
		case name == "Query", name == "Subscription", strings.HasSuffix(name, "Filter"), strings.HasSuffix(name, "Links"), strings.HasSuffix(name, "Order"):
		default:
			t.Errorf("nothing answers some fields of %s: give its Go type in graph/model a method for each", name)
		}
	}
}
