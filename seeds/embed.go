// Package seeds embeds the data of the graph, so that a server starts with it
// from the binary alone.
package seeds

import "embed"

// Files holds the seed folder ECP: its YAML files, and below queries/ the
// example queries.
//
//go:embed ecp
var Files embed.FS

// ECP is the seed folder of the World Customs Organization's Economic
// Competitiveness Package in Files, and Queries that of its example queries.
const (
	ECP     = "ecp"
	Queries = "ecp/queries"
)
