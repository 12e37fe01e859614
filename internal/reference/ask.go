package reference

import (
	"context"
	"fmt"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/query"
	"ecpgraph/internal/records"
)

// Ask puts the question to the view.
func Ask(v records.View, q Question) (Answer, error) {
	args := query.Args{First: q.First, Last: q.Last, Where: q.Where, OrderBy: q.OrderBy}
	if q.After != nil {
		args.After = &q.After.Cursor
	}
	if q.Before != nil {
		args.Before = &q.Before.Cursor
	}
	ctx, t := context.Background(), v.Index.Ontology().NodeType(q.Type)
	if q.Node == "" {
		var page query.Page[index.Node]
		s, err := query.Select(ctx, v.Index, t, args)
		if err == nil {
			err = s.Nodes(&page)
		}
		if err != nil {
			return Answer{}, err
		}
		return answer(v, &page, writeNodes)
	}
	n, found := v.Index.Node(q.Node)
	if !found {
		return Answer{}, fmt.Errorf("the index has no node %s", q.Node)
	}
	end := t.End(q.Field)
	args.Links, args.Relation = q.Links, end.Relation
	var page query.Page[index.Edge]
	s, err := query.Select(ctx, v.Index, end.Far().Single(), args)
	if err == nil {
		err = s.Links(&page, n, end)
	}
	if err != nil {
		return Answer{}, err
	}
	return answer(v, &page, func(v records.View, edges []index.Edge) ([]kg.ID, []string, error) {
		links := make([]index.Link, len(edges))
		for i, e := range edges {
			links[i] = e.Link
			if from, to := v.Index.LinkEnds(e.Link); from == n && to != e.Far || from != n && from != e.Far {
				return nil, nil, fmt.Errorf("%s: the index puts its far end at node %d", v.Index.LinkID(e.Link), e.Far)
			}
		}
		return writeLinks(v, links)
	})
}

func answer[E query.Element](v records.View, p *query.Page[E], write func(records.View, []E) ([]kg.ID, []string, error)) (a Answer, err error) {
	if a.Total, err = p.Total(); err != nil {
		return a, err
	}
	if a.HasPrevious, err = p.HasPrevious(); err != nil {
		return a, err
	}
	if a.HasNext, err = p.HasNext(); err != nil {
		return a, err
	}
	for i := range p.Elements {
		a.Marks = append(a.Marks, &Mark{Cursor: p.Cursor(i)})
	}
	a.IDs, a.Elements, err = write(v, p.Elements)
	return a, err
}

// writeNodes returns the ids of the nodes, and the nodes written out as their
// records say. What the index says of them too must be the same.
func writeNodes(v records.View, nodes []index.Node) (ids []kg.ID, texts []string, err error) {
	ix := v.Index
	list, err := v.Records.Nodes(context.Background(), ix, nodes)
	if err != nil {
		return nil, nil, err
	}
	for i, n := range list {
		number := nodes[i]
		if ix.NodeID(number) != n.ID || ix.NodeName(number) != n.Name || ix.NodeType(number).Name != n.Type {
			return nil, nil, fmt.Errorf("node %d: the index has %s %q of type %s, its record %+v",
				number, ix.NodeID(number), ix.NodeName(number), ix.NodeType(number).Name, n)
		}
		ids, texts = append(ids, n.ID), append(texts, writeNode(n, ix.NodeRef(number).Revision))
	}
	return ids, texts, nil
}

// writeLinks does for links what writeNodes does for nodes.
func writeLinks(v records.View, links []index.Link) (ids []kg.ID, texts []string, err error) {
	ix := v.Index
	list, err := v.Records.Links(context.Background(), ix, links)
	if err != nil {
		return nil, nil, err
	}
	for i, l := range list {
		number := links[i]
		from, to := ix.LinkEnds(number)
		if ix.LinkID(number) != l.ID || ix.LinkRelation(number).Name != l.Relation || ix.NodeID(from) != l.From || ix.NodeID(to) != l.To ||
			ix.LinkBasis(number) != l.Basis || ix.LinkModality(number) != l.Modality {
			return nil, nil, fmt.Errorf("link %d: the index has %s of relation %s from %s to %s, %s %s, its record %+v", number, ix.LinkID(number),
				ix.LinkRelation(number).Name, ix.NodeID(from), ix.NodeID(to), ix.LinkBasis(number), ix.LinkModality(number), l)
		}
		ids, texts = append(ids, l.ID), append(texts, writeLink(l, ix.LinkRef(number).Revision))
	}
	return ids, texts, nil
}

// Compare puts the question to both and returns their answer, with marks that
// either side understands, or how they differ.
func Compare(g *Graph, v records.View, q Question) (Answer, error) {
	want := g.Answer(q)
	got, err := Ask(v, q)
	if err != nil {
		return Answer{}, fmt.Errorf("%v: %w", q, err)
	}
	if got.String() != want.String() || len(got.Marks) != len(want.Marks) {
		return Answer{}, fmt.Errorf("%v\nthe index answers %v\nthe reference %v", q, got, want)
	}
	for i, m := range want.Marks {
		m.Cursor = got.Marks[i].Cursor
	}
	return want, nil
}
