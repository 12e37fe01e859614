package claims

import (
	"context"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/records"
)

// What one question looks at, at most. What is beyond is left out, and said to
// be.
const (
	MaxLooked  = 5_000_000 // nodes, links and passages of the index
	MaxRead    = 50_000    // records
	readAtOnce = 1000
)

// bounds are what one question looks at and reads; tests lower them.
var bounds = struct{ looked, read int }{MaxLooked, MaxRead}

// look is a bounded look at a graph. What it finds is true also when a bound was
// met: what was seen in part is left out.
type look struct {
	ctx       context.Context
	view      records.View
	ix        *index.Index
	looked    int
	read      int
	truncated bool // a bound was met
	err       error
}

func newLook(ctx context.Context, view records.View) *look {
	return &look{ctx: ctx, view: view, ix: view.Index}
}

// whole reports whether all of the index was seen that was looked for so far.
func (l *look) whole() bool { return l.err == nil && l.looked <= bounds.looked }

// goesOn counts so many more that are looked at, and reports whether to go on.
func (l *look) goesOn(more int) bool {
	before := l.looked
	l.looked += more
	switch {
	case l.err != nil:
		return false
	case l.looked > bounds.looked:
		l.truncated = true
		return false
	case l.looked>>12 != before>>12 || before == 0:
		l.err = l.ctx.Err()
	}
	return l.err == nil
}

// nodes visits the nodes as they were written; of many, as many as may be read.
func (l *look) nodes(list []index.Node, visit func(index.Node, *kg.Node)) {
	eachRead(l, list, l.view.Records.Nodes, visit)
}

// links visits the links as they were written; of many, as many as may be read.
func (l *look) links(list []index.Link, visit func(index.Link, *kg.Link)) {
	eachRead(l, list, l.view.Records.Links, visit)
}

func eachRead[N, R any](l *look, list []N, read func(context.Context, *index.Index, []N) ([]R, error), visit func(N, R)) {
	if over := l.read + len(list) - bounds.read; over > 0 {
		list, l.truncated = list[:len(list)-over], true
	}
	l.read += len(list)
	for len(list) > 0 && l.err == nil {
		some := list[:min(len(list), readAtOnce)]
		list = list[len(some):]
		var found []R
		if found, l.err = read(l.ctx, l.ix, some); l.err != nil {
			return
		}
		for i, r := range found {
			visit(some[i], r)
		}
	}
}
