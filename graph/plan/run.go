package plan

import (
	"bytes"
	"context"
	"encoding/json"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"ecpgraph/graph/buffer"
	"ecpgraph/internal/index"
	"ecpgraph/internal/language"
	"ecpgraph/internal/query"
	"ecpgraph/internal/records"
	"ecpgraph/internal/rules"
	"ecpgraph/internal/sources"
)

// run is one execution of a plan. It goes over the plan twice: gather finds
// what the answer shows, level by level, and write appends the answer. In
// between, and only there, records are fetched.
type run struct {
	// context ends the run: what is not gathered by then is an error.
	context   context.Context
	view      records.View // that the answer comes from
	index     *index.Index // that of the view
	records   *records.Batch
	cache     *records.Cache // that of records
	variables map[string]any
	texts     *sources.Texts
	cuts      map[index.Node]*sources.Cut // of the documents that compared fields look at

	introspected map[string]json.RawMessage // by response key
	gathered     []results                  // by step
	later        []func()                   // gathers that look at records, for when they are there
	lent         *bytes.Buffer              // holds buffer until the answer is sent
	buffer       []byte
	path         []place
	faults       []*gqlerror.Error

	nodes     slab[node]
	links     slab[link]
	pages     slab[page]
	nodePages slab[query.Page[index.Node]]
	edgePages slab[query.Page[index.Edge]]
	linkPages slab[query.Page[index.Link]]

	ahead   []index.Node  // to be touched soon
	touched uint32        // see index.Touch
	finder  *rules.Finder // of proofs; nil until it is needed

	ended error // what ended the run while it wrote

	explained *explained // how pages were found; nil when nobody asks
}

// goesOn reports whether there is no error. One ends the run: the answer has no
// data.
func (r *run) goesOn(err error) bool {
	if err != nil && r.ended == nil {
		r.ended = err
	}
	return err == nil
}

// node is a node that the answer shows.
type node struct {
	number index.Node
	record records.Record // only where the selection needs it
}

// link is a link that the answer shows.
type link struct {
	number index.Link
	record records.Record // only where the selection needs it
}

// nodeAt is the node as the answer shows it.
func (r *run) nodeAt(n index.Node) *node {
	shown := &r.nodes.take(1)[0]
	shown.number = n
	return shown
}

// linkAt is the link as the answer shows it.
func (r *run) linkAt(l index.Link) *link {
	shown := &r.links.take(1)[0]
	shown.number = l
	return shown
}

// linksAt are the links as the answer shows them.
func (r *run) linksAt(numbers []index.Link) []*link {
	links, list := r.links.take(len(numbers)), make([]*link, len(numbers))
	for i, l := range numbers {
		links[i].number, list[i] = l, &links[i]
	}
	return list
}

// start makes the run ready for an execution.
func (r *run) start(ctx context.Context, view records.View, variables map[string]any, size int) {
	r.context, r.view, r.index, r.variables = ctx, view, view.Index, variables
	if r.records == nil || r.cache != view.Records {
		r.cache, r.records = view.Records, view.Records.Batch(view.Index)
	} else {
		r.records.Reset(view.Index)
	}
	r.texts = sources.From(ctx)
	r.lent = buffer.Take(ctx, size)
	r.buffer = r.lent.AvailableBuffer()
}

// end lets go of everything but room for the next execution.
func (r *run) end() {
	buffer.Hold(r.lent, r.buffer)
	r.records.Reset(nil)
	for _, s := range []interface{ reset() }{&r.nodes, &r.links, &r.pages, &r.nodePages, &r.edgePages, &r.linkPages} {
		s.reset()
	}
	clear(r.gathered)
	r.context, r.view, r.index, r.variables = nil, records.View{}, nil, nil
	r.introspected, r.lent, r.buffer, r.ended, r.explained = nil, nil, nil, nil, nil
	r.later, r.path, r.faults, r.finder, r.texts, r.cuts = nil, r.path[:0], nil, nil, nil, nil
}

// results are what one step gathered, in the order in which write takes it.
type results struct {
	pages  []page
	nodes  []node
	links  []link
	absent []bool          // of nodes, which of them are not there
	wanted language.Wanted // of a label; read is set when it is there
	read   bool
	err    error
	taken  int

	computed any // []outcome, of a computed field
}

// results returns those of the step.
func (r *run) results(step int) *results {
	if step >= len(r.gathered) {
		r.gathered = append(r.gathered, make([]results, step+1-len(r.gathered))...)
	}
	return &r.gathered[step]
}

func (s *results) next() int { s.taken++; return s.taken - 1 }

// afterFetch runs the gather once the records that were asked for are there.
func (r *run) afterFetch(gather func()) { r.later = append(r.later, gather) }

// gather finds all that the root's selections show.
func (r *run) gather(o *object[root]) error {
	o.gather(r, []root{{}})
	for {
		if err := r.records.Fetch(r.context); err != nil {
			return err
		}
		if len(r.later) == 0 {
			return nil
		}
		next := r.later
		r.later = nil
		for _, gather := range next {
			gather()
		}
	}
}

// place is a step of the path to what is written.
type place struct {
	key   string // of an object; empty in a list
	index int
}

func (r *run) enter(key string) { r.path = append(r.path, place{key: key}) }
func (r *run) leave()           { r.path = r.path[:len(r.path)-1] }

func (r *run) fault(at *ast.Position, err error) {
	path := make(ast.Path, len(r.path))
	for i, p := range r.path {
		if p.key != "" {
			path[i] = ast.PathName(p.key)
		} else {
			path[i] = ast.PathIndex(p.index)
		}
	}
	fault := gqlerror.WrapPath(path, err)
	fault.Locations = []gqlerror.Location{{Line: at.Line, Column: at.Column}}
	r.faults = append(r.faults, fault)
}

// list writes a list of what may not be null.
type list struct {
	run   *run
	start int
	count int
	whole bool
}

func (r *run) startList() list {
	l := list{run: r, start: len(r.buffer), whole: true}
	r.buffer = append(r.buffer, '[')
	r.path = append(r.path, place{})
	return l
}

// next goes to the next element, which the caller writes.
func (l *list) next() {
	if l.count > 0 {
		l.run.buffer = append(l.run.buffer, ',')
	}
	l.run.path[len(l.run.path)-1].index = l.count
	l.count++
}

// keep tells whether the element could be written.
func (l *list) keep(written bool) { l.whole = l.whole && written }

// end reports false, with the buffer as it was, when the list is null.
func (l *list) end() bool {
	l.run.leave()
	if !l.whole {
		l.run.buffer = l.run.buffer[:l.start]
		return false
	}
	l.run.buffer = append(l.run.buffer, ']')
	return true
}

// slab hands out values that live as long as the run, many from one
// allocation.
type slab[T any] struct {
	chunk []T
	used  int
}

// keepValues is how many a pooled run keeps room for.
const keepValues = 1 << 12

func (s *slab[T]) take(n int) []T {
	if s.used+n > len(s.chunk) {
		s.chunk, s.used = make([]T, max(n, 2*len(s.chunk), 4)), 0
	}
	taken := s.chunk[s.used : s.used+n : s.used+n]
	s.used += n
	return taken
}

// reset takes all values back.
func (s *slab[T]) reset() {
	if len(s.chunk) > keepValues {
		*s = slab[T]{}
		return
	}
	clear(s.chunk[:s.used])
	s.used = 0
}
