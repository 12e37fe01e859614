// Package server is the HTTP side of ecpgraph: routes, request ids, the access
// log, protection against other origins, limits, health, and a stop that lets
// running requests finish. What GraphQL answers and what the pages show come in
// as handlers; the package knows neither.
//
//	/graphql         GraphQL
//	/schema.graphql  the schema
//	/examples.json   example queries by group, for the start page and GraphiQL
//	/export.jsonl    the graph of one revision as JSON Lines
//	/healthz         whether the process is alive
//	/readyz          whether it answers from a graph and is not about to stop
//	/version         build, revision and digest
//	/                pages, GraphiQL included
//
// Every response carries X-Request-Id. A refusal is JSON as GraphQL clients
// expect it: {"errors": [{"message": …, "extensions": {"code": …}}]}.
package server
