package timeline

import (
	"cmp"
	"context"
	"slices"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
)

// MaxNodes is how many nodes a timeline looks at.
const MaxNodes = 200_000

// Question is what a timeline is about.
type Question struct {
	Types    []*ontology.NodeType // nil for all that have a date
	From, To kg.PartialDate       // the range, a side "" for no bound
}

// Timeline is what is dated, in the order of time.
type Timeline struct {
	Entries   []Entry      // by Order
	Unbounded []Entry      // open at both ends, by node and property
	Undated   []index.Node // that nothing dates, by id
	Truncated bool         // there are more than MaxNodes nodes: it is of the first by type and id
}

// Entry is one property that dates a node.
type Entry struct {
	Node   index.Node
	Dating *Dating
	Span   Span
	place  int64
}

// Place orders entries: by the last day of At, of dates that end together the
// longer first.
func (e *Entry) Place() int64 { return e.place }

// compare orders entries by place, then by id and property.
func compare(ix *index.Index, a, b *Entry) int {
	return cmp.Or(cmp.Compare(a.place, b.place), ix.CompareNodes(a.Node, b.Node), cmp.Compare(a.Dating.Property, b.Dating.Property))
}

func placeOf(date kg.PartialDate) int64 {
	const secondsADay = 24 * 60 * 60
	return date.Last().Unix()/secondsADay*16 + int64(len(date))
}

// Draw makes the timeline. The error is the context's.
func Draw(ctx context.Context, ix *index.Index, q Question) (*Timeline, error) {
	return draw(ctx, ix, q, MaxNodes)
}

// draw looks at so many nodes at most.
func draw(ctx context.Context, ix *index.Index, q Question, most int) (*Timeline, error) {
	types := slices.Clone(q.Types)
	slices.SortFunc(types, func(a, b *ontology.NodeType) int { return cmp.Compare(a.Name, b.Name) })
	types = slices.Compact(types)
	if q.Types == nil {
		types = slices.DeleteFunc(slices.Clone(ix.Ontology().NodeTypes), func(t *ontology.NodeType) bool { return len(DatingsOf(ix, t)) == 0 })
	}
	line := &Timeline{}
	looked := 0
	for _, t := range types {
		datings := DatingsOf(ix, t)
		for n := range ix.NodesOf(t).From(0) {
			if looked == most {
				line.Truncated = true
				break
			}
			if looked++; looked%4096 == 0 && ctx.Err() != nil {
				return nil, ctx.Err()
			}
			line.add(ix, q, n, datings)
		}
	}
	slices.SortFunc(line.Entries, func(a, b Entry) int { return compare(ix, &a, &b) })
	slices.SortFunc(line.Unbounded, func(a, b Entry) int { return compare(ix, &a, &b) })
	slices.SortFunc(line.Undated, ix.CompareNodes)
	return line, ctx.Err()
}

// add adds the entries of the node.
func (l *Timeline) add(ix *index.Index, q Question, n index.Node, datings []Dating) {
	dated := false
	for i := range datings {
		e := Entry{Node: n, Dating: &datings[i], Span: datings[i].Of(ix, n)}
		if !e.Span.Dated() {
			continue
		}
		dated = true
		switch {
		case e.Span.Unbounded():
			l.Unbounded = append(l.Unbounded, e)
		case e.Span.Overlaps(q.From, q.To):
			e.place = placeOf(e.Span.At())
			l.Entries = append(l.Entries, e)
		}
	}
	if !dated {
		l.Undated = append(l.Undated, n)
	}
}
