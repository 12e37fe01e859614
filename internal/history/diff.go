package history

import (
	"cmp"
	"context"
	"iter"
	"slices"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
	"ecpgraph/internal/records"
)

// MaxDiff is how many nodes and links that were written between two revisions
// a difference looks at.
const MaxDiff = 50_000

// diffBatch is how many of them are read at once.
const diffBatch = 1000

// Kind tells nodes from links.
type Kind uint8

// The two kinds, in the order of a Diff.
const (
	Node Kind = iota
	Link
)

// String is the kind in capitals.
func (k Kind) String() string { return [...]string{"NODE", "LINK"}[k] }

// Effect is what became of a node or link from one revision to another.
type Effect uint8

// The effects there are.
const (
	Added Effect = iota
	Removed
	Changed
)

// String is the effect in capitals.
func (e Effect) String() string { return [...]string{"ADDED", "REMOVED", "CHANGED"}[e] }

// Scope is what a Diff looks at.
type Scope struct {
	From, To  kg.Revision
	Types     []*ontology.NodeType // of nodes; nil for all
	Relations []*ontology.Relation // of links; nil for all
}

// Diff is the difference of two revisions in effect: what was written in
// between and is in the end as it was is not in it.
type Diff struct {
	Items  []Item // nodes before links, each by id
	Counts []Count
	// Truncated: more than MaxDiff nodes and links were written in between. Each
	// item is right, but others are missing.
	Truncated bool
}

// Item is a node or link that differs.
type Item struct {
	Kind   Kind
	ID     kg.ID
	Type   string // of a node, or the relation of a link, as the ontology has it
	Name   string // of a node, at the later one of the asked revisions that has it
	Effect Effect

	before, after kg.Ref
	Changes       []Change // by ReadItems
}

// Count is how many nodes of a type or links of a relation differ.
type Count struct {
	Kind                    Kind
	Type                    string
	Added, Removed, Changed int
}

// Compare finds the difference. From may be after To: the difference is then
// the inverse. A revision that the graph has not reached is an error of code
// NotFound.
func Compare(ctx context.Context, view records.View, s Scope) (*Diff, error) {
	head := view.Index.Head().Revision
	for _, r := range []kg.Revision{s.From, s.To} {
		if r > head {
			return nil, kg.Errorf(kg.NotFound, "there is no revision %d: this answer comes from revision %d, the newest it knows", uint64(r), uint64(head))
		}
	}
	d := &differ{view: view, scope: s, diff: &Diff{}, seen: map[kg.ID]bool{}}
	older, newer := min(s.From, s.To), max(s.From, s.To)
	if s.wantsNodes() {
		if err := d.look(ctx, Node, view.Index.TouchedNodes(older, newer), view.Index.NodeHistory); err != nil {
			return nil, err
		}
	}
	if s.wantsLinks() {
		clear(d.seen)
		if err := d.look(ctx, Link, view.Index.TouchedLinks(older, newer), view.Index.LinkHistory); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(d.diff.Items, func(a, b Item) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.ID, b.ID))
	})
	d.diff.Counts = countsOf(d.diff.Items)
	return d.diff, nil
}

// Naming types alone asks for nodes alone, naming relations alone for links
// alone.
func (s *Scope) wantsNodes() bool { return s.Types != nil || s.Relations == nil }
func (s *Scope) wantsLinks() bool { return s.Relations != nil || s.Types == nil }

type differ struct {
	view    records.View
	scope   Scope
	diff    *Diff
	seen    map[kg.ID]bool
	looked  int
	waiting []pair
}

// look takes the ids of one kind that were touched.
func (d *differ) look(ctx context.Context, kind Kind, ids iter.Seq[kg.ID], historyOf func(kg.ID) index.History) error {
	for id := range ids {
		if d.seen[id] {
			continue // it has had several numbers
		}
		d.seen[id] = true
		h := historyOf(id)
		p := pair{id, asOf(&h, d.scope.From), asOf(&h, d.scope.To)}
		if p.before == p.after {
			continue
		}
		if d.looked == MaxDiff {
			d.diff.Truncated = true
			break
		}
		d.looked++
		if d.waiting = append(d.waiting, p); len(d.waiting) == diffBatch {
			if err := d.read(ctx, kind); err != nil {
				return err
			}
		}
	}
	return d.read(ctx, kind)
}

// asOf is the version at the revision; zero when there is none or it is gone.
func asOf(h *index.History, r kg.Revision) kg.Ref {
	if v, ok := h.AsOf(r); ok && v.Change != index.Deleted {
		return v.Ref
	}
	return kg.Ref{}
}

// read adds those of the waiting pairs that differ.
func (d *differ) read(ctx context.Context, kind Kind) error {
	defer func() { d.waiting = d.waiting[:0] }()
	return readPairs(ctx, d.view.Log, d.waiting, func(i int, before, after kg.Record) {
		if equal(&before, &after) {
			return
		}
		p := d.waiting[i]
		item := Item{Kind: kind, ID: p.id, Effect: Changed, before: p.before, after: p.after}
		shown := &after
		switch {
		case p.before == kg.Ref{}:
			item.Effect = Added
		case p.after == kg.Ref{}:
			item.Effect = Removed
			shown = &before
		case d.scope.From > d.scope.To:
			shown = &before
		}
		if shown.Node != nil {
			item.Type, item.Name = shown.Node.Type, shown.Node.Name
		} else {
			item.Type = shown.Link.Relation
		}
		if d.scope.has(kind, item.Type) {
			d.diff.Items = append(d.diff.Items, item)
		}
	})
}

func (s *Scope) has(kind Kind, name string) bool {
	if kind == Node {
		return s.Types == nil || slices.ContainsFunc(s.Types, func(t *ontology.NodeType) bool { return t.Name == name })
	}
	return s.Relations == nil || slices.ContainsFunc(s.Relations, func(r *ontology.Relation) bool { return r.Name == name })
}

// equal reports whether both versions are there and say the same.
func equal(a, b *kg.Record) bool {
	switch {
	case a.Node != nil && b.Node != nil:
		return a.Node.Equal(b.Node)
	case a.Link != nil && b.Link != nil:
		return a.Link.Equal(b.Link)
	}
	return false
}

// countsOf counts the items, which are sorted by kind, by kind and name.
func countsOf(items []Item) []Count {
	var list []Count
	places := map[Count]int{}
	for _, item := range items {
		key := Count{Kind: item.Kind, Type: item.Type}
		i, ok := places[key]
		if !ok {
			i = len(list)
			places[key], list = i, append(list, key)
		}
		switch item.Effect {
		case Added:
			list[i].Added++
		case Removed:
			list[i].Removed++
		case Changed:
			list[i].Changed++
		}
	}
	slices.SortFunc(list, func(a, b Count) int { return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Type, b.Type)) })
	return list
}

// ReadItems finds out what changed in the items of a Diff, by one call of the
// log.
func ReadItems(ctx context.Context, log records.Log, items []*Item) error {
	pairs := make([]pair, len(items))
	for i, item := range items {
		pairs[i] = pair{item.ID, item.before, item.after}
	}
	return readPairs(ctx, log, pairs, func(i int, before, after kg.Record) {
		items[i].Changes = Changes(before, after)
	})
}
