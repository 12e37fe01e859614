// Command gen derives from the ontology what the GraphQL server needs besides:
// the SDL of all nodes, connections, filters, orders and root fields, and the
// Go types behind it. `go generate ./...` runs it before gqlgen.
//
// Derivation is a plain function of the ontology; testdata holds a small one
// with all that is derived from it.
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"ecpgraph/internal/ontology"
)

func main() {
	root := "."
	if len(os.Args) > 1 {
		root = os.Args[1]
	}
	if err := run(root); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

// run reads the ontology below the module's root and writes the derived files.
func run(root string) error {
	o, err := ontology.Read(os.DirFS(root), "graph/schema/ontology")
	if err != nil {
		return err
	}
	files, err := derive(o)
	if err != nil {
		return err
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(root, name), text, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// derive makes all derived files, by their path below the module's root.
func derive(o *ontology.Ontology) (map[string][]byte, error) {
	files := map[string][]byte{"graph/schema/derived.graphqls": deriveSDL(o)}
	for name, write := range map[string]func(*ontology.Ontology) ([]byte, error){
		"graph/model/nodes_gen.go":     deriveNodes,
		"graph/model/relations_gen.go": deriveRelations,
		"graph/query_gen.go":           deriveQueries,
	} {
		text, err := write(o)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		files[name] = text
	}
	return files, nil
}
