package plan

import (
	"context"
	"slices"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"ecpgraph/internal/index"
)

// run is one execution of a plan.
type run struct {
	// context ends the run: what is not gathered by then is an error.
	context   context.Context
	index     *index.Index
	variables map[string]any
	gathered  []results // by step
	buffer    []byte
	path      ast.Path
	faults    []*gqlerror.Error
}

// results are the pages of one step, one for each of its parents, in order.
type results struct {
	pages []page
	taken int
}

// keep stores what the step gathered.
func (r *run) keep(step int, pages []page) {
	if step >= len(r.gathered) {
		r.gathered = append(r.gathered, make([]results, step+1-len(r.gathered))...)
	}
	r.gathered[step] = results{pages: pages}
}

// take returns the step's next page.
func (r *run) take(step int) *page {
	s := &r.gathered[step]
	s.taken++
	return &s.pages[s.taken-1]
}

func (r *run) enter(key string) { r.path = append(r.path, ast.PathName(key)) }
func (r *run) enterIndex(i int) { r.path = append(r.path, ast.PathIndex(i)) }
func (r *run) leave()           { r.path = r.path[:len(r.path)-1] }
func (r *run) fault(at *ast.Position, err error) {
	fault := gqlerror.WrapPath(slices.Clone(r.path), err)
	fault.Locations = []gqlerror.Location{{Line: at.Line, Column: at.Column}}
	r.faults = append(r.faults, fault)
}

const hex = "0123456789ABCDEF"

// appendString appends the text as a JSON string.
func appendString(b []byte, s string) []byte {
	b = append(b, '"')
	start := 0
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c >= 0x20 && c != '\\' && c != '"' {
			continue
		}
		b = append(b, s[start:i]...)
		switch c {
		case '\t':
			b = append(b, `\t`...)
		case '\r':
			b = append(b, `\r`...)
		case '\n':
			b = append(b, `\n`...)
		case '\\', '"':
			b = append(b, '\\', c)
		default:
			b = append(b, `\u00`...)
			b = append(b, hex[c>>4], hex[c&0xf])
		}
		start = i + 1
	}
	b = append(b, s[start:]...)
	return append(b, '"')
}
