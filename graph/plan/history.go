package plan

import (
	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"ecpgraph/internal/history"
	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/query"
	"ecpgraph/internal/records"
)

// recordListing are the sizes of pages whose elements are read from the log.
var recordListing = listingSizes{query.DefaultPage, query.MaxPage}

// versionParts is what a selection takes of versions that only the log has.
type versionParts struct{ commits, changes bool }

func (p *versionParts) read(r *run, versions []*history.Version) error {
	if p.commits {
		if err := history.ReadCommits(r.context, r.view.Log, versions); err != nil {
			return err
		}
	}
	if p.changes {
		return history.ReadChanges(r.context, r.view.Log, versions)
	}
	return nil
}

// versions is the field for the history of an id. What the log says of all
// versions of a level is read together.
func versions[V any](c *compiler, g *group, idOf func(*run, V) kg.ID) field[V] {
	var parts versionParts
	f, step := newField[V](g), c.nextStep()
	child := listOf(c, g, func(selections ast.SelectionSet) composite[*history.Version] { return c.version(selections, &parts) }, nil)
	f.gather = func(r *run, values []V) {
		made := make([]outcome[*listPage[*history.Version]], len(values))
		pages := make([]*listPage[*history.Version], 0, len(values))
		var shown []*history.Version
		for i, v := range values {
			m := &made[i]
			if m.value, m.err = versionPage(r, g.field, idOf(r, v)); m.err == nil {
				pages = append(pages, m.value)
				shown = append(shown, m.value.elements...)
			}
		}
		if err := parts.read(r, shown); err != nil {
			for i := range made {
				made[i].err = err
			}
			pages = nil
		}
		r.results(step).computed = made
		if child.gathers() {
			child.gather(r, pages)
		}
	}
	f.write = func(r *run, _ V) bool {
		m := nextComputed[*listPage[*history.Version]](r, step)
		if m.err != nil {
			r.fault(g.field.Position, m.err)
			return false
		}
		return child.write(r, m.value)
	}
	return f
}

// versionPage is the page of the id's versions that the field asks for. Versions
// are ranked by how many came before, which later ones do not change.
func versionPage(r *run, f *ast.Field, id kg.ID) (*listPage[*history.Version], error) {
	h := r.index.NodeHistory(id)
	if h.Len() == 0 {
		h = r.index.LinkHistory(id)
	}
	newest := h.Len() - 1
	return pageOf(r, f, ranked[*history.Version]{
		size: h.Len(), made: string(id), pages: recordListing,
		at: func(i int) *history.Version {
			v := history.VersionAt(id, &h, newest-i)
			return &v
		},
		rank: func(i int) rank { return rank{value: float64(newest - i)} },
	})
}

func (c *compiler) version(selections ast.SelectionSet, parts *versionParts) *object[*history.Version] {
	return compile(c, c.schema.Types["Version"], selections, func(g *group) field[*history.Version] {
		switch g.field.Name {
		case "revision":
			return count(g, func(_ *run, v *history.Version) uint64 { return uint64(v.Ref.Revision) })
		case "change":
			return text(g, func(_ *run, v *history.Version) string { return v.Change.String() })
		case "changes":
			parts.changes = true
			return changes(c, g, func(v *history.Version) []history.Change { return v.Changes })
		case "committedAt":
			parts.commits = true
			return text(g, func(_ *run, v *history.Version) string { return v.Commit.Time.UTC().Format(kg.TimeLayout) })
		case "author":
			parts.commits = true
			return text(g, func(_ *run, v *history.Version) string { return v.Commit.Author })
		case "message":
			parts.commits = true
			return textOrNull(g, func(_ *run, v *history.Version) string { return v.Commit.Reason })
		}
		return unknown[*history.Version](g)
	})
}

// changes is a field for what differs, property by property.
func changes[V any](c *compiler, g *group, of func(V) []history.Change) field[V] {
	side := func(g *group, of func(history.Change) *string) field[history.Change] {
		return scalar(g, func(_ *run, b []byte, change history.Change) ([]byte, bool) {
			s := of(change)
			if s == nil {
				return b, false
			}
			return records.AppendString(b, *s), true
		})
	}
	child := compile(c, c.schema.Types["PropertyChange"], g.selections, func(g *group) field[history.Change] {
		switch g.field.Name {
		case "property":
			return text(g, func(_ *run, change history.Change) string { return change.Property })
		case "before":
			return side(g, func(change history.Change) *string { return change.Before })
		case "after":
			return side(g, func(change history.Change) *string { return change.After })
		}
		return unknown[history.Change](g)
	})
	return members(g, child, of)
}

// diff is the field for what differs between two revisions.
func (c *compiler) diff(g *group) field[root] {
	changed := false
	child := listOf(c, g, func(selections ast.SelectionSet) composite[*history.Item] { return c.diffItem(selections, &changed) },
		func(g *group) field[*listPage[*history.Item]] {
			of := func(p *listPage[*history.Item]) *history.Diff { return p.owner.(*history.Diff) }
			switch g.field.Name {
			case "counts":
				return members(g, c.diffCount(g.selections), func(p *listPage[*history.Item]) []history.Count { return of(p).Counts })
			case "truncated":
				return truth(g, func(_ *run, p *listPage[*history.Item]) bool { return of(p).Truncated })
			}
			return unknown[*listPage[*history.Item]](g)
		})
	return computed(c, g, child, func(r *run, _ root) (*listPage[*history.Item], bool, error) {
		args := r.arguments(g.field)
		scope, err := args.scope(r)
		if err != nil {
			return nil, false, err
		}
		d, err := history.Compare(r.context, r.view, scope)
		if err != nil {
			return nil, false, err
		}
		p, err := pageOf(r, g.field, ranked[*history.Item]{
			size: len(d.Items), at: func(i int) *history.Item { return &d.Items[i] },
			rank: func(i int) rank { return rank{value: -float64(d.Items[i].Kind), ids: [2]kg.ID{d.Items[i].ID}} },
			made: args.made(), owner: d, pages: recordListing,
		})
		if err == nil && changed {
			err = history.ReadItems(r.context, r.view.Log, p.elements)
		}
		return p, err == nil, err
	})
}

// scope reads the arguments of diff.
func (a arguments) scope(r *run) (s history.Scope, err error) {
	if err := a.named("types", "relations"); err != nil {
		return s, err
	}
	for name, to := range map[string]*kg.Revision{"from": &s.From, "to": &s.To} {
		n, err := graphql.UnmarshalInt(a[name])
		if err != nil {
			return s, err
		}
		if n < 0 {
			return s, kg.Invalidf("%s: %d is no revision: they count from 1, and 0 is the empty graph", name, n)
		}
		*to = kg.Revision(n)
	}
	s.Types, s.Relations = a.types(r.index.Ontology()), a.relations(r.index.Ontology())
	return s, nil
}

func (c *compiler) diffItem(selections ast.SelectionSet, changed *bool) *object[*history.Item] {
	return compile(c, c.schema.Types["DiffItem"], selections, func(g *group) field[*history.Item] {
		switch g.field.Name {
		case "change":
			return text(g, func(_ *run, i *history.Item) string { return i.Effect.String() })
		case "id":
			return text(g, func(_ *run, i *history.Item) string { return string(i.ID) })
		case "type", "relation":
			return kindName(g, func(i *history.Item) (history.Kind, string) { return i.Kind, i.Type })
		case "name":
			return textOrNull(g, func(_ *run, i *history.Item) string { return i.Name })
		case "node":
			return computed(c, g, c.node(nil, g.selections), func(r *run, i *history.Item) (*node, bool, error) {
				number, ok := r.index.Node(i.ID)
				return r.nodeAt(number), ok && i.Kind == history.Node, nil
			})
		case "link":
			return linkFrom(c, g, func(r *run, i *history.Item) (index.Link, bool) {
				number, ok := r.index.Link(i.ID)
				return number, ok && i.Kind == history.Link
			})
		case "changes":
			*changed = true
			return changes(c, g, func(i *history.Item) []history.Change { return i.Changes })
		}
		return unknown[*history.Item](g)
	})
}

// kindName is the field type or relation of what differs, of which one is null.
func kindName[V any](g *group, of func(V) (history.Kind, string)) field[V] {
	return scalar(g, func(_ *run, b []byte, v V) ([]byte, bool) {
		kind, name := of(v)
		if (kind == history.Node) != (g.field.Name == "type") {
			return b, false
		}
		if kind == history.Link {
			name = kg.UpperSnake(name)
		}
		return records.AppendString(b, name), true
	})
}

func (c *compiler) diffCount(selections ast.SelectionSet) *object[history.Count] {
	return compile(c, c.schema.Types["DiffCount"], selections, func(g *group) field[history.Count] {
		switch g.field.Name {
		case "type", "relation":
			return kindName(g, func(n history.Count) (history.Kind, string) { return n.Kind, n.Type })
		case "added":
			return count(g, func(_ *run, n history.Count) int { return n.Added })
		case "removed":
			return count(g, func(_ *run, n history.Count) int { return n.Removed })
		case "changed":
			return count(g, func(_ *run, n history.Count) int { return n.Changed })
		}
		return unknown[history.Count](g)
	})
}
