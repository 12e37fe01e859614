// Package limits refuses GraphQL requests that cost too much, before they do.
//
// A request passes four gates. The JSON that carries it is bounded before it is
// decoded (Settings.CheckJSON). Its document is bounded by one pass over the
// text and one over the parsed document, in which a fragment is expanded once a
// selection set (document.go). Validation stops at the first few faults
// (rules.go), because gqlparser goes on and looks for a suggestion for each. What
// the operation may answer is counted with its page sizes and variables, before
// anything runs (cost.go). A deadline bounds what runs then.
//
// Limiter puts all of it, and the caches of documents, into a gqlgen server.
package limits
