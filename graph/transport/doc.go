// Package transport speaks GraphQL with clients: over POST and GET as the
// GraphQL-over-HTTP draft has it, as server-sent events (graphql-sse, distinct
// connections), over WebSocket (graphql-transport-ws), and in parts for clients
// that take @defer (multipart/mixed, deferSpec 20220824). What executes an
// operation comes in as an Executor.
//
// Queries that are answered in one piece of JSON come from package cache where
// it has them, under entity tags.
//
// What a request has to look like is said here and nowhere else: method, media
// types, encodings, sizes, times. Faults that the package finds itself are
// kg.Error values and go through the executor's error presenter like all
// others.
package transport
