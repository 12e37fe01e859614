package plan

import (
	"slices"
	"strconv"

	"github.com/vektah/gqlparser/v2/ast"

	"ecpgraph/internal/claims"
	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
	"ecpgraph/internal/records"
)

// conflict is one that the answer shows.
type conflict struct {
	*claims.Conflict
	record records.Record // of the link that compares, where there is one and the selection needs it
}

// conflicts is the field for where sources differ.
func (c *compiler) conflicts(g *group) field[root] {
	return listed(c, g, c.conflict, truncated[*conflict], func(r *run, _ root) (ranked[*conflict], error) {
		args := r.arguments(g.field)
		if err := args.named("on"); err != nil {
			return ranked[*conflict]{}, err
		}
		found, err := claims.Find(r.context, r.view, words[claims.Kind](args, "on"))
		if err != nil {
			return ranked[*conflict]{}, err
		}
		var list []*conflict
		subject, onSubject := args["subject"].(string)
		development, onDevelopment := args["development"].(bool)
		for i := range found.List {
			of := &found.List[i]
			if (!onSubject || r.index.NodeID(of.Subject) == kg.ID(subject)) && (!onDevelopment || of.Development == development) {
				list = append(list, &conflict{Conflict: of})
			}
		}
		return ranked[*conflict]{
			size: len(list), at: func(i int) *conflict { return list[i] }, rank: func(i int) rank { return r.rankOf(list[i]) },
			made: args.made(), owner: found.Truncated,
		}, nil
	})
}

// rankOf is the place of the conflict among all.
func (r *run) rankOf(c *conflict) rank {
	return rank{ids: [2]kg.ID{kg.ID(c.Kind+"\x00") + r.index.NodeID(c.Subject), c.Key(r.index)}}
}

// truncated is the field of a page that tells whether a bound was met; the page
// has the answer as its owner.
func truncated[E any](g *group) field[*listPage[E]] {
	if g.field.Name == "truncated" {
		return truth(g, func(_ *run, p *listPage[E]) bool { return p.owner.(bool) })
	}
	return unknown[*listPage[E]](g)
}

func (c *compiler) conflict(selections ast.SelectionSet) composite[*conflict] {
	o := compile(c, c.schema.Types["Conflict"], selections, func(g *group) field[*conflict] {
		switch g.field.Name {
		case "kind":
			return text(g, func(_ *run, v *conflict) string { return string(v.Kind) })
		case "subject":
			return far(c, g, nil, func(_ *run, v *conflict) index.Node { return v.Subject })
		case "about":
			return text(g, func(_ *run, v *conflict) string { return v.About })
		case "other":
			return computed(c, g, c.node(nil, g.selections), func(r *run, v *conflict) (*node, bool, error) {
				return r.nodeAt(v.Other), v.IsCompared, nil
			})
		case "link":
			return linkFrom(c, g, func(_ *run, v *conflict) (index.Link, bool) { return v.Compared, v.IsCompared })
		case "note":
			f := scalar(g, func(r *run, b []byte, v *conflict) ([]byte, bool) {
				if !v.IsCompared {
					return b, false
				}
				relation := r.index.LinkRelation(v.Compared)
				note := v.record.JSON(fieldAt(relation.Fields, relation.Claim.Value.Name) + 1)
				return append(b, note...), note != nil
			})
			f.reads = true
			return f
		case "development":
			return truth(g, func(_ *run, v *conflict) bool { return v.Development })
		case "claims":
			return computedList(c, g, c.claim(g.selections), func(_ *run, v *conflict) ([]*claim, error) {
				list := make([]*claim, len(v.Claims))
				for i := range v.Claims {
					list[i] = &claim{Claim: &v.Claims[i]}
				}
				return list, nil
			})
		}
		return unknown[*conflict](g)
	})
	return o.reading(func(r *run, v *conflict) {
		if v.IsCompared {
			r.records.Link(v.Compared, &v.record)
		}
	})
}

// readCarrier asks for the record of what carries a claim: a link, or a node.
func (r *run) readCarrier(l index.Link, byLink bool, n index.Node, to *records.Record) {
	if byLink {
		r.records.Link(l, to)
	} else {
		r.records.Node(n, to)
	}
}

// claim is one that the answer shows.
type claim struct {
	*claims.Claim
	record records.Record // of what carries it
}

func (c *compiler) claim(selections ast.SelectionSet) composite[*claim] {
	o := compile(c, c.schema.Types["Claim"], selections, func(g *group) field[*claim] {
		switch g.field.Name {
		case "value":
			return text(g, func(_ *run, v *claim) string { return v.Value })
		case "node":
			return far(c, g, nil, func(_ *run, v *claim) index.Node { return v.Node })
		case "link":
			return linkFrom(c, g, func(_ *run, v *claim) (index.Link, bool) { return v.Link, v.ByLink })
		case "modality":
			return scalar(g, func(r *run, b []byte, v *claim) ([]byte, bool) {
				if !v.ByLink {
					return b, false
				}
				return records.AppendString(b, string(r.index.LinkModality(v.Link))), true
			})
		case "wording":
			f := scalar(g, func(_ *run, b []byte, v *claim) ([]byte, bool) { return v.appendWording(b) })
			f.reads = true
			return f
		case "date":
			return textOrNull(g, func(_ *run, v *claim) string { return string(v.Date) })
		case "dated":
			return textOrNull(g, func(_ *run, v *claim) string { return string(v.Dated) })
		case "citations":
			return recordsFirst(cited(c, g, (*claim).citations))
		}
		return unknown[*claim](g)
	})
	return o.reading(func(r *run, v *claim) { r.readCarrier(v.Link, v.ByLink, v.Node, &v.record) })
}

// appendWording appends the words of the source: of a name, the name itself; of a
// property of a node there are none.
func (v *claim) appendWording(b []byte) ([]byte, bool) {
	switch {
	case v.ByLink:
		wording := v.record.JSON(0)
		return append(b, wording...), wording != nil
	case v.Alias >= 0:
		return records.AppendString(b, v.Value), true
	}
	return b, false
}

func (v *claim) citations() records.Citations {
	if v.ByLink || v.Alias < 0 {
		return v.record.Citations()
	}
	aliases := v.record.Aliases()
	for range v.Alias {
		aliases.Next()
	}
	a, _ := aliases.Next()
	return a.Citations
}

// open is an actor or time left open that the answer shows.
type open struct {
	*claims.Open
	record records.Record // of what carries it
}

// unspecified is the field for what sources leave open.
func (c *compiler) unspecified(g *group) field[root] {
	return listed(c, g, c.open, truncated[*open], func(r *run, _ root) (ranked[*open], error) {
		args := r.arguments(g.field)
		if err := args.named("of", "types"); err != nil {
			return ranked[*open]{}, err
		}
		found, err := claims.Unspecified(r.context, r.view, words[string](args, "of"), args.types(c.ontology))
		if err != nil {
			return ranked[*open]{}, err
		}
		list := make([]*open, len(found.List))
		for i := range found.List {
			list[i] = &open{Open: &found.List[i]}
		}
		return ranked[*open]{
			size: len(list), at: func(i int) *open { return list[i] },
			rank: func(i int) rank {
				o, link := list[i], kg.ID("")
				if o.ByLink {
					link = r.index.LinkID(o.Link)
				}
				return rank{ids: [2]kg.ID{kg.ID(o.Of+"\x00") + r.index.NodeID(o.Node), link + kg.ID("\x00"+o.Field)}}
			},
			made: args.made(), owner: found.Truncated,
		}, nil
	})
}

func (c *compiler) open(selections ast.SelectionSet) composite[*open] {
	o := compile(c, c.schema.Types["Unspecified"], selections, func(g *group) field[*open] {
		switch g.field.Name {
		case "kind":
			return text(g, func(_ *run, v *open) string { return v.Of })
		case "node":
			return far(c, g, nil, func(_ *run, v *open) index.Node { return v.Node })
		case "link":
			return linkFrom(c, g, func(_ *run, v *open) (index.Link, bool) { return v.Link, v.ByLink })
		case "field":
			return text(g, func(_ *run, v *open) string { return v.Field })
		case "wording":
			return textOrNull(g, func(_ *run, v *open) string { return v.Wording })
		case "citations":
			return citations(c, g, func(v *open) records.Record { return v.record })
		}
		return unknown[*open](g)
	})
	return o.reading(func(r *run, v *open) { r.readCarrier(v.Link, v.ByLink, v.Node, &v.record) })
}

// gap is one that the answer shows.
type gap struct {
	*claims.Gap
	made string // what decides its nodes
}

// gaps is the field for what is missing.
func (c *compiler) gaps(g *group) field[root] {
	return listed(c, g, c.gap, truncated[*gap], func(r *run, _ root) (ranked[*gap], error) {
		args := r.arguments(g.field)
		if err := args.named("names"); err != nil {
			return ranked[*gap]{}, err
		}
		found, err := claims.Missing(r.context, r.view, words[string](args, "names"))
		if err != nil {
			return ranked[*gap]{}, err
		}
		list := make([]*gap, len(found.List))
		for i := range found.List {
			of := &found.List[i]
			list[i] = &gap{of, of.Name}
			if of.IsSilence {
				list[i].made += " " + string(r.index.NodeID(of.Source))
			}
		}
		return ranked[*gap]{
			size: len(list), at: func(i int) *gap { return list[i] },
			rank: func(i int) rank { return rank{value: -float64(i), ids: [2]kg.ID{kg.ID(list[i].made)}} },
			made: args.made(), owner: found.Truncated,
		}, nil
	})
}

func (c *compiler) gap(selections ast.SelectionSet) composite[*gap] {
	return compile(c, c.schema.Types["Gap"], selections, func(g *group) field[*gap] {
		switch g.field.Name {
		case "name":
			return text(g, func(_ *run, v *gap) string { return v.Name })
		case "description":
			return text(g, func(_ *run, v *gap) string { return v.Description })
		case "type":
			return scalar(g, func(_ *run, b []byte, v *gap) ([]byte, bool) {
				if v.Type == nil {
					return b, false
				}
				return strconv.AppendQuote(b, kg.UpperSnake(v.Type.Name)), true
			})
		case "source":
			return computed(c, g, c.node(c.ontology.NodeType(ontology.DocumentType), g.selections), func(r *run, v *gap) (*node, bool, error) {
				return r.nodeAt(v.Source), v.IsSilence, nil
			})
		case "nodes":
			return listedNodes(c, g, func(r *run, v *gap) ([]index.Node, string) {
				args := r.arguments(g.field)
				return r.ofTypes(v.Nodes, args.types(c.ontology)), v.made + args.made()
			})
		}
		return unknown[*gap](g)
	})
}

// ofTypes are the nodes of the types; all without any.
func (r *run) ofTypes(nodes []index.Node, types []*ontology.NodeType) []index.Node {
	if len(types) == 0 {
		return nodes
	}
	var list []index.Node
	for _, n := range nodes {
		if slices.Contains(types, r.index.NodeType(n)) {
			list = append(list, n)
		}
	}
	return list
}
