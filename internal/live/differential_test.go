package live

import (
	"context"
	"path/filepath"
	"slices"
	"testing"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/records"
	"ecpgraph/internal/reference"
)

// TestAgainstReference makes random changes and asks random questions, of the
// graph over each engine and of the naive graph: everything must be equal,
// also after the store was closed and opened again, with and without a snapshot
// of the index, with records cached and evicted, and for views kept from before.
func TestAgainstReference(t *testing.T) {
	runs := map[string]struct{ seeds, changes int }{"memstore": {10, 120}, "badgerstore": {3, 100}}
	for name, engine := range engines {
		for _, seed := range reference.Seeds(t, runs[name].seeds) {
			t.Logf("%s, ECPGRAPH_TEST_SEED=%d", name, seed)
			open := engine(t)
			options := Options{RecordCache: []int64{tiny, 1 << 20, 0}[seed%3]}
			if seed%2 == 1 {
				options.Snapshot = filepath.Join(t.TempDir(), "index.snapshot")
			}
			d := &differ{
				t: t, Generator: reference.NewGenerator(seed), seed: seed, options: options,
				graph: openWith(t, open(), options), want: reference.New(reference.Ontology()),
				nodeNumbers: map[uint32]kg.ID{}, linkNumbers: map[uint32]kg.ID{},
			}
			d.changes(runs[name].changes)
			d.reopen(open)
			d.changes(runs[name].changes / 4)
			d.reopen(open) // with a snapshot of what grew on a snapshot
			d.keptViews()
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
	seed    uint64
	options Options
	graph   *Graph
	want    *reference.Graph

	nodeNumbers, linkNumbers    map[uint32]kg.ID // all that were ever given
	kept                        []keptView
	asked, made, empty, refused int
	mostNodes, mostLinks        int
}

// keptView is a view with what it was asked when it was new.
type keptView struct {
	view      records.View
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
		c := d.Change(d.want)
		if d.options.RecordCache == tiny {
			c = fat(c)
		}
		d.change(c)
		questions := d.questions(3)
		if i%10 == 0 {
			d.all()
			view := d.graph.View()
			d.kept = append(d.kept, keptView{view, d.want, reference.Dump(view), questions})
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
		want := Outcome{after.Revision, effect.Created, effect.Updated, effect.Deleted, effect.Same, effect.Derived}
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
		now, _ := after.Node(p.ID)
		if old, found := before.Node(p.ID); !found {
			given(d.nodeNumbers, p.ID, uint32(now), nextNode)
		} else if old != now {
			d.fatalf("%s had number %d and has %d", p.ID, old, now)
		}
	}
	for _, p := range c.PutLinks {
		now, _ := after.Link(p.ID)
		if old, found := before.Link(p.ID); !found {
			given(d.linkNumbers, p.ID, uint32(now), nextLink)
		} else if old != now {
			d.fatalf("%s had number %d and has %d", p.ID, old, now)
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
			answer := d.ask(d.graph.View(), d.want, q)
			seen = append(seen, answer.Marks...)
			asked = append(asked, q)
			q = d.Next(q, seen)
		}
	}
	return asked
}

func (d *differ) ask(view records.View, want *reference.Graph, q reference.Question) reference.Answer {
	d.asked++
	answer, err := reference.Compare(want, view, q)
	if err != nil {
		d.fatalf("%v", err)
	}
	return answer
}

func (d *differ) all() {
	d.mostNodes, d.mostLinks = max(d.mostNodes, len(d.want.Nodes)), max(d.mostLinks, len(d.want.Links))
	if err := reference.CompareAll(d.want, d.graph.View()); err != nil {
		d.fatalf("%v", err)
	}
}

// reopen closes the graph and opens it over the same store: what is derived
// from the log must be what grew commit by commit.
func (d *differ) reopen(open func() kg.Store) {
	before := reference.Dump(d.graph.View())
	closeGraph(d.t, d.graph)
	d.graph = openWith(d.t, open(), d.options)
	if after := reference.Dump(d.graph.View()); after != before {
		d.fatalf("before closing:\n%s\nafter:\n%s", before, after)
	}
	for i := range d.kept { // their records are read from the store that is open now
		d.kept[i].view.Records = d.graph.View().Records
	}
	d.all()
	d.questions(20)
	var everything kg.Change
	for _, n := range d.want.Nodes {
		everything.PutNodes = append(everything.PutNodes, n.Node)
	}
	for _, l := range d.want.Links {
		if l.Basis == kg.Stated {
			everything.PutLinks = append(everything.PutLinks, l.Link)
		}
	}
	outcome := must(d.t, d.graph, everything)
	if want := (Outcome{Revision: d.want.Revision, Same: len(everything.PutNodes) + len(everything.PutLinks)}); outcome != want {
		d.fatalf("loading everything again: %+v, want %+v", outcome, want)
	}
}

// keptViews asks the kept views what they were asked before.
func (d *differ) keptViews() {
	for _, k := range d.kept {
		if dump := reference.Dump(k.view); dump != k.dump {
			d.fatalf("the view of %v has become\n%s\nit was\n%s", k.want.Revision, dump, k.dump)
		}
		if err := reference.CompareAll(k.want, k.view); err != nil {
			d.fatalf("the view of %v: %v", k.want.Revision, err)
		}
		for _, q := range k.questions {
			d.ask(k.view, k.want, q)
		}
	}
}

// TestReplayInBatches: the batches in which a log is read do not show.
func TestReplayInBatches(t *testing.T) {
	open, ctx := engines["memstore"](t), context.Background()
	dump := grown(t, open(), "", 2)
	s := open()
	defer s.Close()
	for _, size := range []int{1, 2, 7, 1 << 30} {
		empty := index.New(reference.Ontology())
		ix, count, err := replay(ctx, s, empty, newest, size)
		if err != nil {
			t.Fatal(err)
		}
		if got := reference.Dump(records.View{Index: ix, Records: records.New(s, 0), Log: s}); got != dump || count < 100 {
			t.Errorf("%d records in batches of %d:\n%s\nwant\n%s", count, size, got, dump)
		}
		if nodes, _ := empty.Size(); nodes != 0 {
			t.Error("the empty graph has changed")
		}
	}
}

// records checks that every node and link has the record that its Ref names.
func (d *differ) records() {
	root := d.graph.Root()
	var refs []kg.Ref
	for id := range d.want.Nodes {
		n, _ := root.Node(id)
		refs = append(refs, root.NodeRef(n))
	}
	for id := range d.want.Links {
		l, _ := root.Link(id)
		refs = append(refs, root.LinkRef(l))
	}
	slices.SortFunc(refs, func(a, b kg.Ref) int { return int(a.Revision) - int(b.Revision) })
	records, err := d.graph.store.Records(context.Background(), refs)
	if err != nil {
		d.fatalf("%v", err)
	}
	for i, r := range records {
		switch r.Op {
		case kg.PutNode:
			if n, _ := root.Node(r.Node.ID); root.NodeRef(n) != refs[i] || uint32(n) != r.Number || !d.want.Nodes[r.Node.ID].Equal(r.Node) {
				d.fatalf("the record at %v is %+v, the node %d %+v", refs[i], r, n, d.want.Nodes[r.Node.ID])
			}
		case kg.PutLink:
			if l, _ := root.Link(r.Link.ID); root.LinkRef(l) != refs[i] || uint32(l) != r.Number || !d.want.Links[r.Link.ID].Equal(r.Link) {
				d.fatalf("the record at %v is %+v, the link %d %+v", refs[i], r, l, d.want.Links[r.Link.ID])
			}
		default:
			d.fatalf("the record at %v deletes %s", refs[i], r.ID)
		}
	}
}
