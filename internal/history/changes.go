package history

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"

	"ecpgraph/internal/kg"
)

// Change is one property that differs between two versions. Text is as it is,
// and so are words and dates; all else is JSON. Nil is absence.
type Change struct {
	// Property is its name; inside a value the names on the way to it, with
	// dots, as filters have them: "timeframe.end".
	Property      string
	Before, After *string
}

// Changes lists what differs between two versions of one node or link: first
// what every one has, then its properties by name, then citations. A zero
// Record, or that of a deletion, says nothing, so that all of the other version
// differs from it.
func Changes(before, after kg.Record) []Change {
	old, now := say(before), say(after)
	names := map[string]bool{}
	for name := range old {
		names[name] = true
	}
	for name := range now {
		names[name] = true
	}
	var list []Change
	for _, name := range slices.SortedFunc(maps.Keys(names), comparePlaces) {
		c := Change{Property: name}
		if text, ok := old[name]; ok {
			c.Before = &text
		}
		if text, ok := now[name]; ok {
			c.After = &text
		}
		if c.Before == nil || c.After == nil || *c.Before != *c.After {
			list = append(list, c)
		}
	}
	return list
}

// The properties that stand before and after those of the ontology, in their
// order.
var (
	first = []string{"type", "relation", "from", "to", "name", "language", "aliases", kg.PropDescription, "basis", "modality", kg.PropWording}
	last  = []string{"premises", "citations"}
)

func comparePlaces(a, b string) int {
	place := func(name string) int {
		if i := slices.Index(first, name); i >= 0 {
			return i - len(first)
		}
		return slices.Index(last, name) + 1
	}
	if p, q := place(a), place(b); p != q {
		return p - q
	}
	return bytes.Compare([]byte(a), []byte(b))
}

// say is all that a version says, by property.
func say(r kg.Record) map[string]string {
	said := map[string]string{}
	word := func(name, text string) {
		if text != "" {
			said[name] = text
		}
	}
	switch {
	case r.Node != nil:
		n := r.Node
		word("type", n.Type)
		said["name"] = n.Name
		word("language", string(n.Language))
		if len(n.Aliases) > 0 {
			aliases := make([]alias, len(n.Aliases))
			for i, a := range n.Aliases {
				aliases[i] = alias{a.Name, a.Language, a.Label, citations(a.Citations)}
			}
			said["aliases"] = text(aliases)
		}
		sayProps(said, "", n.Props)
		sayCitations(said, n.Citations)
	case r.Link != nil:
		l := r.Link
		word("relation", kg.UpperSnake(l.Relation))
		word("from", string(l.From))
		word("to", string(l.To))
		word("basis", string(l.Basis))
		word("modality", string(l.Modality))
		if len(l.Premises) > 0 {
			said["premises"] = text(l.Premises)
		}
		sayProps(said, "", l.Props)
		sayCitations(said, l.Citations)
	}
	return said
}

func sayProps(said map[string]string, within string, props kg.Props) {
	for name, value := range props {
		if inner, ok := value.(kg.Props); ok && len(inner) > 0 {
			sayProps(said, within+name+".", inner)
			continue
		}
		said[within+name] = text(value)
	}
}

func sayCitations(said map[string]string, list []kg.Citation) {
	if len(list) > 0 {
		said["citations"] = text(citations(list))
	}
}

// alias and citation are the forms that they have in JSON.
type alias struct {
	Name      string      `json:"name"`
	Language  kg.Language `json:"language,omitempty"` // not told when English
	Label     bool        `json:"label,omitempty"`
	Citations []citation  `json:"citations,omitempty"`
}

type citation struct {
	Document kg.ID  `json:"document"`
	Locator  string `json:"locator"`
	Checksum string `json:"checksum,omitempty"`
}

func citations(list []kg.Citation) []citation {
	forms := make([]citation, len(list))
	for i, c := range list {
		forms[i] = citation(c)
	}
	return forms
}

// text is the value as a Change shows it.
func text(value any) string {
	if s, ok := value.(string); ok {
		return s
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(value); err != nil {
		panic("history: properties are JSON values: " + err.Error())
	}
	return string(bytes.TrimSuffix(b.Bytes(), []byte("\n")))
}
