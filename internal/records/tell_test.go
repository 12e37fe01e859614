package records

import (
	"fmt"
	"strings"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
)

// The tellers write all that there is as text, from the data and from a Record
// alike.

func tellScalar(w *strings.Builder, v any) {
	if s, ok := v.(string); ok {
		w.Write(appendByBytes(nil, s))
		return
	}
	fmt.Fprint(w, v)
}

func tellProps(w *strings.Builder, fields []*ontology.Field, props kg.Props, implicit string) {
	if implicit != "" {
		if v, ok := props[implicit]; ok {
			fmt.Fprintf(w, "%s=", implicit)
			tellScalar(w, v)
			w.WriteByte(';')
		}
	}
	for _, f := range fields {
		v, ok := props[f.Name]
		list, isList := v.([]any)
		if !ok || f.List && f.Kind == ontology.ValueKind && len(list) == 0 {
			continue // an empty list of values cannot be told from an absent one
		}
		fmt.Fprintf(w, "%s=", f.Name)
		switch {
		case f.Kind == ontology.ValueKind && isList:
			for _, e := range list {
				w.WriteByte('{')
				tellProps(w, f.Value.Fields, e.(kg.Props), "")
				w.WriteByte('}')
			}
		case f.Kind == ontology.ValueKind:
			w.WriteByte('{')
			tellProps(w, f.Value.Fields, v.(kg.Props), "")
			w.WriteByte('}')
		case isList:
			w.WriteByte('[')
			for i, e := range list {
				if i > 0 {
					w.WriteByte(',')
				}
				tellScalar(w, e)
			}
			w.WriteByte(']')
		default:
			tellScalar(w, v)
		}
		w.WriteByte(';')
	}
}

func tellRecord(w *strings.Builder, fields []*ontology.Field, r Record, implicit string) {
	place := 0
	if implicit != "" {
		if json := r.JSON(0); json != nil {
			fmt.Fprintf(w, "%s=%s;", implicit, json)
		}
		place = 1
	}
	for i, f := range fields {
		i += place
		switch {
		case f.Kind == ontology.ValueKind && f.List:
			values := r.Values(i)
			first := true
			for v, ok := values.Next(); ok; v, ok = values.Next() {
				if first {
					fmt.Fprintf(w, "%s=", f.Name)
					first = false
				}
				w.WriteByte('{')
				tellRecord(w, f.Value.Fields, v, "")
				w.WriteByte('}')
			}
			if !first {
				w.WriteByte(';')
			}
		case f.Kind == ontology.ValueKind:
			if v := r.Value(i); v != nil {
				fmt.Fprintf(w, "%s={", f.Name)
				tellRecord(w, f.Value.Fields, v, "")
				w.WriteString("};")
			}
		default:
			if json := r.JSON(i); json != nil {
				fmt.Fprintf(w, "%s=%s;", f.Name, json)
			}
		}
	}
}

type resolver func(kg.ID) (index.Node, bool)

func (resolve resolver) tell(w *strings.Builder, citations []kg.Citation) {
	for _, c := range citations {
		n, _ := resolve(c.Document)
		fmt.Fprintf(w, "(%d %s", n, appendByBytes(nil, c.Locator))
		if c.Checksum != "" {
			fmt.Fprintf(w, " %s", appendByBytes(nil, c.Checksum))
		}
		w.WriteByte(')')
	}
}

func tellCitations(w *strings.Builder, citations Citations) {
	for c, ok := citations.Next(); ok; c, ok = citations.Next() {
		fmt.Fprintf(w, "(%d %s", c.Document, c.Locator)
		if c.Checksum != nil {
			fmt.Fprintf(w, " %s", c.Checksum)
		}
		w.WriteByte(')')
	}
}

func (resolve resolver) node(t *ontology.NodeType, n *kg.Node) string {
	var w strings.Builder
	tellProps(&w, t.Fields, n.Props, kg.PropDescription)
	resolve.tell(&w, n.Citations)
	fmt.Fprintf(&w, "in %q", n.Language)
	for _, a := range n.Aliases {
		fmt.Fprintf(&w, "alias %s in %q %v", appendByBytes(nil, a.Name), a.Language, a.Label)
		resolve.tell(&w, a.Citations)
	}
	return w.String()
}

func tellNode(t *ontology.NodeType, r Record) string {
	var w strings.Builder
	tellRecord(&w, t.Fields, r, kg.PropDescription)
	tellCitations(&w, r.Citations())
	fmt.Fprintf(&w, "in %q", r.Language())
	aliases := r.Aliases()
	for a, ok := aliases.Next(); ok; a, ok = aliases.Next() {
		fmt.Fprintf(&w, "alias %s in %q %v", a.Name, a.Language, a.Label)
		tellCitations(&w, a.Citations)
	}
	return w.String()
}

func (resolve resolver) link(r *ontology.Relation, l *kg.Link) string {
	var w strings.Builder
	tellProps(&w, r.Fields, l.Props, kg.PropWording)
	resolve.tell(&w, l.Citations)
	fmt.Fprint(&w, l.Premises)
	return w.String()
}

func tellLink(rel *ontology.Relation, r Record) string {
	var w strings.Builder
	tellRecord(&w, rel.Fields, r, kg.PropWording)
	tellCitations(&w, r.Citations())
	var ids []kg.ID
	premises := r.Premises()
	for id, ok := premises.Next(); ok; id, ok = premises.Next() {
		ids = append(ids, id)
	}
	fmt.Fprint(&w, ids)
	return w.String()
}
