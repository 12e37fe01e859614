package seed

import (
	"io/fs"
	"path"

	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
)

// ReadRules reads the rules of one data file by itself, by id. The error joins
// all faults, each with its line; what is no rule, or cites a document, is one
// of them.
func ReadRules(fsys fs.FS, name string, o *ontology.Ontology) ([]*kg.Node, error) {
	r := &folderReader{
		fsys: fsys, dir: path.Dir(name), ontology: o,
		set:    &Set{places: map[kg.ID]place{}},
		shorts: map[string]kg.ID{}, documentAt: map[string]place{}, outlines: map[string]*Outline{},
		ends: map[kg.ID]linkPlaces{},
	}
	r.decoder = &decoder{faults: &r.faults, yaml: true}
	if err := r.readData(name); err != nil {
		return nil, err
	}
	for _, n := range r.set.Nodes {
		if n.Type != ontology.RuleType {
			r.faults.addf(r.set.places[n.ID], "%s: only rules are wanted here", n.ID)
		}
	}
	if err := r.faults.err(); err != nil {
		return nil, err
	}
	r.set.sort()
	return r.set.Nodes, nil
}
