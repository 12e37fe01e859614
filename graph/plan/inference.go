package plan

import (
	"github.com/99designs/gqlgen/graphql"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/records"
)

// inferred is the index with the links that the inference names, a word of the
// enum Inference.
func inferred(ix *index.Index, inference any) (*index.Index, error) {
	switch inference {
	case "EXCLUDE":
		return ix.Narrowed(kg.Stated)
	case "ONLY":
		return ix.Narrowed(kg.Derived)
	}
	return ix, nil
}

// Inferred is the view that the operation asks to see by @inference.
func Inferred(operation *graphql.OperationContext, view records.View) (records.View, error) {
	asked := operation.Operation.Directives.ForName("inference")
	if asked == nil {
		return view, nil
	}
	var err error
	view.Index, err = inferred(view.Index, asked.ArgumentMap(operation.Variables)["mode"])
	return view, err
}
