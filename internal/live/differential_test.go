package live

import (
	"context"
	"slices"
	"testing"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/reference"
)

// TestAgainstReference makes random changes and asks random questions, of the
// graph over each engine and of the naive graph: everything must be equal,
// also after the store was closed and opened again, and for roots kept from
// before.
func TestAgainstReference(t *testing.T) {
	runs := map[string]struct{ seeds, changes int }{"memstore": {10, 120}, "badgerstore": {3, 100}}
	for name, engine := range engines {
		for _, seed := range reference.Seeds(t, runs[name].seeds) {
			t.Logf("%s, ECPGRAPH_TEST_SEED=%d", name, seed)
			open := engine(t)
			d := &differ{
				t: t, Generator: reference.NewGenerator(seed), seed: seed,
				graph: openGraph(t, open()), want: reference.New(reference.Ontology()),
				nodeNumbers: map[uint32]kg.ID{}, linkNumbers: map[uint32]kg.ID{},
			}
			d.changes(runs[name].changes)
			d.reopen(open)
			d.changes(runs[name].changes / 4)
			d.oldRoots()
			d.records()
			t.Logf("%s: %d questions, %d changes made, %d without effect, %d refused, %d nodes, %d links",
				name, d.asked, d.made, d.empty, d.refused, len(d.want.Nodes), len(d.want.Links))
			if min(d.made, d.empty, d.refused, d.mostNodes, d.mostLinks) < 2 {
				t.Error("the changes are too much alike to be a test")
			}
			closeGraph(t, d.graph)
		}
	}
}

type differ struct {
	t *testing.T
	reference.Generator
	seed  uint64
	graph *Graph
	want  *reference.Graph

	nodeNumbers, linkNumbers    map[uint32]kg.ID // all that were ever given
	kept                        []keptRoot
	asked, made, empty, refused int
	mostNodes, mostLinks        int
}

// keptRoot is a root with what it was asked when it was new.
type keptRoot struct {
	root      *index.Index
	want      *reference.Graph
	dump      string
	questions []reference.Question
}

func (d *differ) fatalf(format string, args ...any) {
	d.t.Helper()
	d.t.Fatalf("ECPGRAPH_TEST_SEED=%d, %v: "+format, append([]any{d.seed, d.want.Revision}, args...)...)
}

func (d *differ) changes(count int) {
	for i := range count {
		d.change(d.Change(d.want))
		questions := d.questions(3)
		if i%10 == 0 {
			d.all()
			root := d.graph.Root()
			d.kept = append(d.kept, keptRoot{root, d.want, reference.Dump(root), questions})
		}
	}
	d.all()
}

func (d *differ) change(c kg.Change) {
	before := d.graph.Root()
	after, effect, refusal := d.want.Apply(c)
	outcome, err := d.graph.Commit(context.Background(), c)
	switch {
	case (err != nil) != (refusal != nil):
		d.fatalf("change %+v\nanswered %v\nthe reference finds %+v", c, err, refusal)
	case refusal != nil:
		d.refused++
		if !refusal.Codes[kg.CodeOf(err)] {
			d.fatalf("refused with %v; the reference finds %v", err, refusal.Faults)
		}
	default:
		want := Outcome{after.Revision, effect.Created, effect.Updated, effect.Deleted, effect.Same}
		if outcome != want {
			d.fatalf("outcome %+v, want %+v", outcome, want)
		}
		if outcome.Changed() {
			d.made++
		} else {
			d.empty++
		}
	}
	root := d.graph.Root()
	if (refusal != nil || !outcome.Changed()) && root != before {
		d.fatalf("a change without effect moved the root")
	}
	d.want = after
	d.numbers(before, root, c)
	if refusal == nil {
		if again, err := d.graph.Commit(context.Background(), kg.Change{PutNodes: c.PutNodes, PutLinks: c.PutLinks}); err != nil || again.Changed() {
			d.fatalf("the same once more: %+v, %v", again, err)
		}
	}
}

// numbers checks that what stayed kept its number and what is new got one that
// nothing had before.
func (d *differ) numbers(before, after *index.Index, c kg.Change) {
	if before == after {
		return
	}
	given := func(all map[uint32]kg.ID, id kg.ID, number uint32, next uint32) {
		if old, ok := all[number]; ok || number >= next {
			d.fatalf("%s has number %d of %s; the next is %d", id, number, old, next)
		}
		all[number] = id
	}
	nextNode, nextLink := after.NextNumbers()
	for _, p := range c.PutNodes {
		now := after.Node(p.ID)
		if old := before.Node(p.ID); old == nil {
			given(d.nodeNumbers, p.ID, now.Number, nextNode)
		} else if old.Number != now.Number {
			d.fatalf("%s had number %d and has %d", p.ID, old.Number, now.Number)
		}
	}
	for _, p := range c.PutLinks {
		now := after.Link(p.ID)
		if old := before.Link(p.ID); old == nil {
			given(d.linkNumbers, p.ID, now.Number, nextLink)
		} else if old.Number != now.Number {
			d.fatalf("%s had number %d and has %d", p.ID, old.Number, now.Number)
		}
	}
}

// questions asks some, and further pages of each.
func (d *differ) questions(count int) []reference.Question {
	var asked []reference.Question
	for range count {
		q := d.Question(d.want)
		var seen []*reference.Mark
		for range 3 {
			answer := d.ask(d.graph.Root(), d.want, q)
			seen = append(seen, answer.Marks...)
			asked = append(asked, q)
			q = d.Next(q, seen)
		}
	}
	return asked
}

func (d *differ) ask(root *index.Index, want *reference.Graph, q reference.Question) reference.Answer {
	d.asked++
	answer, err := reference.Compare(want, root, q)
	if err != nil {
		d.fatalf("%v", err)
	}
	return answer
}

func (d *differ) all() {
	d.mostNodes, d.mostLinks = max(d.mostNodes, len(d.want.Nodes)), max(d.mostLinks, len(d.want.Links))
	if err := reference.CompareAll(d.want, d.graph.Root()); err != nil {
		d.fatalf("%v", err)
	}
}

// reopen closes the graph and opens it over the same store: what is derived
// from the log must be what grew commit by commit.
func (d *differ) reopen(open func() kg.Store) {
	before := reference.Dump(d.graph.Root())
	closeGraph(d.t, d.graph)
	d.graph = openGraph(d.t, open())
	if after := reference.Dump(d.graph.Root()); after != before {
		d.fatalf("before closing:\n%s\nafter:\n%s", before, after)
	}
	d.all()
	d.questions(20)
	var everything kg.Change
	for _, n := range d.want.Nodes {
		everything.PutNodes = append(everything.PutNodes, n.Node)
	}
	for _, l := range d.want.Links {
		everything.PutLinks = append(everything.PutLinks, l.Link)
	}
	outcome := must(d.t, d.graph, everything)
	if want := (Outcome{Revision: d.want.Revision, Same: len(d.want.Nodes) + len(d.want.Links)}); outcome != want {
		d.fatalf("loading everything again: %+v, want %+v", outcome, want)
	}
}

// oldRoots asks the kept roots what they were asked before.
func (d *differ) oldRoots() {
	for _, k := range d.kept {
		if dump := reference.Dump(k.root); dump != k.dump {
			d.fatalf("the root of %v has become\n%s\nit was\n%s", k.want.Revision, dump, k.dump)
		}
		for _, q := range k.questions {
			d.ask(k.root, k.want, q)
		}
	}
}

// records checks that every node and link has the record that its Ref names.
func (d *differ) records() {
	root := d.graph.Root()
	var refs []kg.Ref
	for id := range d.want.Nodes {
		refs = append(refs, root.Node(id).Ref)
	}
	for id := range d.want.Links {
		refs = append(refs, root.Link(id).Ref)
	}
	slices.SortFunc(refs, func(a, b kg.Ref) int { return int(a.Revision) - int(b.Revision) })
	records, err := d.graph.store.Records(context.Background(), refs)
	if err != nil {
		d.fatalf("%v", err)
	}
	for i, r := range records {
		switch r.Op {
		case kg.PutNode:
			if n := root.Node(r.Node.ID); n.Ref != refs[i] || n.Number != r.Number || !n.Node.Equal(r.Node) {
				d.fatalf("the record at %v is %+v, the node %+v", refs[i], r, n)
			}
		case kg.PutLink:
			if l := root.Link(r.Link.ID); l.Ref != refs[i] || l.Number != r.Number || !l.Link.Equal(r.Link) {
				d.fatalf("the record at %v is %+v, the link %+v", refs[i], r, l)
			}
		default:
			d.fatalf("the record at %v deletes %s", refs[i], r.ID)
		}
	}
}
