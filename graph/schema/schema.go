// Package schema embeds the SDL: the ontology, which people write, and the
// GraphQL schema made of the base by hand and what is derived from the ontology.
package schema

import "embed"

// Files holds ontology/*.graphqls, base.graphqls and derived.graphqls.
//
//go:embed *.graphqls ontology/*.graphqls
var Files embed.FS

// OntologyDir is the folder of the ontology in Files.
const OntologyDir = "ontology"
