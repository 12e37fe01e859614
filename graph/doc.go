// Package graph is the GraphQL face of the graph. The schema is made of
// schema/base.graphqls, written by hand, and of schema/derived.graphqls, which
// internal/gen derives from the ontology; package generated is gqlgen's runtime
// for it, and package model holds the Go values behind its types. What is here
// joins them: root fields, errors, transports, limits.
//
// Every operation answers from one revision of the graph.
package graph
