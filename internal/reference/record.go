package reference

import (
	"encoding/json"
	"fmt"
	"strings"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
	"ecpgraph/internal/records"
)

// Records and what they should hold are written out in one form: property by
// property in the order of the ontology, scalars as JSON.

func describeNodeRecord(ix *index.Index, t *ontology.NodeType, r records.Record) string {
	text := describeFields(t.Fields, r, 1, kg.PropDescription) + describeCited(ix, r.Citations()) + " in " + r.Language().Tag()
	for aliases := r.Aliases(); ; {
		a, more := aliases.Next()
		if !more {
			return text
		}
		text += fmt.Sprintf(" alias %s in %s %v%s", a.Name, a.Language.Tag(), a.Label, describeCited(ix, a.Citations))
	}
}

func expectNodeRecord(t *ontology.NodeType, n *kg.Node) string {
	text := expectFields(t.Fields, n.Props, kg.PropDescription) + expectCited(n.Citations) + " in " + n.Language.Tag()
	for _, a := range n.Aliases {
		text += fmt.Sprintf(" alias %s in %s %v%s", toJSON(a.Name), a.Language.Tag(), a.Label, expectCited(a.Citations))
	}
	return text
}

func describeLinkRecord(ix *index.Index, rel *ontology.Relation, r records.Record) string {
	text := describeFields(rel.Fields, r, 1, kg.PropWording) + describeCited(ix, r.Citations())
	for premises := r.Premises(); ; {
		id, more := premises.Next()
		if !more {
			return text
		}
		text += fmt.Sprintf(" follows from %s", id)
	}
}

func expectLinkRecord(rel *ontology.Relation, l *kg.Link) string {
	text := expectFields(rel.Fields, l.Props, kg.PropWording) + expectCited(l.Citations)
	for _, id := range l.Premises {
		text += fmt.Sprintf(" follows from %s", id)
	}
	return text
}

// describeFields writes the fields that start at the place, after the property
// at place 0 when it has a name.
func describeFields(fields []*ontology.Field, r records.Record, place int, first string) string {
	text := ""
	if first != "" {
		text = fmt.Sprintf(" %s: %s", first, r.JSON(0))
	}
	for i, f := range fields {
		text += fmt.Sprintf(" %s: ", f.Name)
		switch {
		case f.Kind != ontology.ValueKind:
			text += string(r.JSON(place + i))
		case !f.List:
			if value := r.Value(place + i); value != nil {
				text += "{" + describeFields(f.Value.Fields, value, 0, "") + "}"
			}
		default:
			values := r.Values(place + i)
			for value, more := values.Next(); more; value, more = values.Next() {
				text += "{" + describeFields(f.Value.Fields, value, 0, "") + "}"
			}
		}
	}
	return text
}

func expectFields(fields []*ontology.Field, props kg.Props, first string) string {
	text := ""
	if first != "" {
		text = fmt.Sprintf(" %s: %s", first, toJSON(props[first]))
	}
	for _, f := range fields {
		text += fmt.Sprintf(" %s: ", f.Name)
		switch value := props[f.Name].(type) {
		case kg.Props:
			text += "{" + expectFields(f.Value.Fields, value, "") + "}"
		case []any:
			if f.Kind != ontology.ValueKind {
				text += toJSON(append([]any{}, value...))
				continue
			}
			for _, element := range value {
				text += "{" + expectFields(f.Value.Fields, element.(kg.Props), "") + "}"
			}
		default:
			text += toJSON(value)
		}
	}
	return text
}

func describeCited(ix *index.Index, citations records.Citations) string {
	text := " cites"
	for c, more := citations.Next(); more; c, more = citations.Next() {
		text += fmt.Sprintf(" (%s %s %s)", ix.NodeID(c.Document), c.Locator, c.Checksum)
	}
	return text
}

func expectCited(citations []kg.Citation) string {
	text := " cites"
	for _, c := range citations {
		checksum := ""
		if c.Checksum != "" {
			checksum = toJSON(c.Checksum)
		}
		text += fmt.Sprintf(" (%s %s %s)", c.Document, toJSON(c.Locator), checksum)
	}
	return text
}

// toJSON is the value as JSON, nothing for nil.
func toJSON(value any) string {
	if value == nil {
		return ""
	}
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		panic(err)
	}
	return strings.TrimSpace(b.String())
}
