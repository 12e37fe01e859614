// Package model holds the Go values behind the types of the GraphQL schema.
// Every node type and relation comes down to the few generic values written
// here by hand: NodeBase, LinkBase, and the two connections. The *_gen.go files
// give each GraphQL type its name and its fields, one line a field, and are
// made by internal/gen from the ontology.
//
// All values of one request look at one revision of the graph.
package model
