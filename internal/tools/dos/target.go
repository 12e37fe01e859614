package main

import (
	"context"
	"net/http"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/executor"

	"ecpgraph/graph/generated"
	"ecpgraph/graph/limits"
	"ecpgraph/graph/transport"
)

// accepted is the answer to a request that nothing refuses. It stands for the
// execution, which is not what is measured.
const accepted = `"accepted":true`

// target is the served handler, from the body of a request up to the first
// resolver.
func target(settings limits.Settings) http.Handler {
	exec := executor.New(generated.NewExecutableSchema(generated.Config{}))
	limits.New(settings, nil).Limit(exec)
	exec.AroundOperations(func(context.Context, graphql.OperationHandler) graphql.ResponseHandler {
		return graphql.OneShot(&graphql.Response{Data: []byte("{" + accepted + "}")})
	})
	carried := transport.DefaultLimits()
	carried.Body, carried.Errors = int64(settings.BodyBytes), settings.Errors
	return transport.New(exec, transport.Options{Limits: carried, CheckJSON: settings.CheckJSON})
}
