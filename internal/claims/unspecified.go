package claims

import (
	"cmp"
	"context"
	"slices"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
	"ecpgraph/internal/records"
)

// Open is an actor or time that a source leaves open, carried by what the node
// cites, or by a link.
type Open struct {
	Of      string // ontology.Actor or ontology.Time
	Node    index.Node
	Link    index.Link // at whose start the node stands
	ByLink  bool
	Field   string // the property that says so, or would hold the date: "timeframe.kind"
	Wording string // the words of the source; "" where it has none
}

// Opens are what was found: actors first, then by node, link and property.
type Opens struct {
	List      []Open
	Truncated bool // whether a bound was met, and some may be missing
}

// Unspecified finds what sources leave open of these sorts, all without any, on
// nodes of the types, and on links that start at them; no type stands for all. The
// error is that of the context, or of reading a record.
func Unspecified(ctx context.Context, view records.View, of []string, types []*ontology.NodeType) (*Opens, error) {
	u := &unspecified{look: newLook(ctx, view)}
	wanted := func(t *ontology.NodeType) bool { return len(types) == 0 || slices.Contains(types, t) }
	for _, t := range u.ix.Ontology().NodeTypes {
		if wanted(t) && leavesOpen(t.Fields) {
			u.nodesOf(t)
		}
	}
	for _, r := range u.ix.Ontology().Relations {
		if leavesOpen(r.Fields) {
			u.linksOf(r, wanted)
		}
	}
	list := u.list[:0]
	for _, o := range u.list {
		if len(of) == 0 || slices.Contains(of, o.Of) {
			list = append(list, o)
		}
	}
	slices.SortStableFunc(list, func(a, b Open) int {
		return cmp.Or(cmp.Compare(a.Of, b.Of), u.ix.CompareNodes(a.Node, b.Node), cmp.Compare(u.linkID(a), u.linkID(b)), cmp.Compare(a.Field, b.Field))
	})
	return &Opens{list, u.truncated}, u.err
}

type unspecified struct {
	*look
	list []Open
}

func (u *unspecified) linkID(o Open) kg.ID {
	if !o.ByLink {
		return ""
	}
	return u.ix.LinkID(o.Link)
}

// leavesOpen reports whether some value of the fields may leave something open.
func leavesOpen(fields []*ontology.Field) bool {
	return slices.ContainsFunc(fields, func(f *ontology.Field) bool {
		switch {
		case f.Unspecified.Of != "":
			return true
		case f.List:
			return false
		case f.Kind == ontology.EnumKind:
			return slices.ContainsFunc(f.Enum.Values, func(v ontology.EnumValue) bool { return v.Unspecified.Of != "" })
		}
		return f.Kind == ontology.ValueKind && leavesOpen(f.Value.Fields)
	})
}

func (u *unspecified) nodesOf(t *ontology.NodeType) {
	var all []index.Node
	for n := range u.ix.NodesOf(t).From(0) {
		if !u.goesOn(1) {
			return
		}
		all = append(all, n)
	}
	u.nodes(all, func(n index.Node, node *kg.Node) {
		u.add(t.Fields, node.Props, node.Name, Open{Node: n})
	})
}

func (u *unspecified) linksOf(r *ontology.Relation, wanted func(*ontology.NodeType) bool) {
	var all []index.Link
	u.look.linksOf(r, func(from, _ index.Node, link index.Link) {
		if wanted(u.ix.NodeType(from)) {
			all = append(all, link)
		}
	})
	u.links(all, func(n index.Link, link *kg.Link) {
		from, _ := u.ix.LinkEnds(n)
		wording, _ := link.Props[kg.PropWording].(string)
		u.add(r.Fields, link.Props, wording, Open{Node: from, Link: n, ByLink: true})
	})
}

// add adds what the properties leave open. Name is what stands for a word of an
// enum that does.
func (u *unspecified) add(fields []*ontology.Field, props kg.Props, name string, at Open) {
	for _, f := range fields {
		found := at
		found.Field = f.Name
		value := props[f.Name]
		text, isText := value.(string)
		switch {
		case f.Unspecified.Of != "" && f.Kind == ontology.String && isText:
			found.Of, found.Wording = f.Unspecified.Of, text
		case f.Unspecified.Of != "" && f.Kind == ontology.PartialDate && !isText:
			found.Of = f.Unspecified.Of
			found.Wording, _ = props[f.Unspecified.Wording].(string)
		case f.Kind == ontology.EnumKind && isText:
			found.Of, found.Wording = left(f, text), name
		case f.Kind == ontology.ValueKind && !f.List:
			group, _ := value.(kg.Props)
			found.Of, found.Field, found.Wording = leftBy(f, group)
		}
		if found.Of != "" {
			u.list = append(u.list, found)
		}
	}
}

// left is what the word of the field's enum leaves open.
func left(f *ontology.Field, word string) string {
	for _, v := range f.Enum.Values {
		if v.Name == word {
			return v.Unspecified.Of
		}
	}
	return ""
}

// leftBy is what the value leaves open: what its word does, unless it has a date
// all the same.
func leftBy(f *ontology.Field, value kg.Props) (of, field, wording string) {
	for _, inner := range f.Value.Fields {
		text, isText := value[inner.Name].(string)
		switch {
		case inner.Kind == ontology.PartialDate && isText:
			return "", "", ""
		case inner.Kind == ontology.EnumKind && isText && of == "":
			of, field = left(inner, text), f.Name+"."+inner.Name
		}
	}
	wording, _ = value[kg.PropWording].(string)
	return of, field, wording
}
