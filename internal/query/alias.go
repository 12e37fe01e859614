package query

import (
	"ecpgraph/internal/index"
	"ecpgraph/internal/ontology"
)

// aliasColumn is what the other names of a node are called.
var aliasColumn = &index.Column{Name: "aliases", Kind: ontology.String}

func textValue(text string) index.Value {
	v, _ := aliasColumn.Value(text) // which is text
	return v
}

// aliased matches nodes with an alias that meets the condition, and nodes
// without any if absence does.
type aliased struct{ names *field }

func (p parser) aliases(operators map[string]any) (condition, error) {
	f, err := p.operators(nil, aliasColumn, operators)
	if err != nil {
		return nil, err
	}
	if simple := f.simple(); simple != condition(f) {
		return simple, nil
	}
	return &aliased{f}, nil
}

func (a *aliased) holds(s *Selector, n index.Node) bool {
	none := true
	for name := range s.ix.Aliases(n) {
		if a.names.has(s, textValue(name)) {
			return true
		}
		none = false
	}
	return none && a.names.has(s, index.Value{})
}

func (a *aliased) estimate(*Selector) estimate {
	e := estimate{share: 0.05, reads: infinite, cost: infinite, test: valueCost}
	if a.names.set.has(index.Value{}) {
		e.share = 0.95
	}
	return e
}

func (a *aliased) read(*Selector) []index.Node { panic("query: no index leads to aliases") }
func (a *aliased) source() string              { return aliasColumn.Name }
func (a *aliased) weight() int                 { return 3 }
