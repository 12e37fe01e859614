package plan

import (
	"context"

	"ecpgraph/internal/query"
)

// Explained is how pages of a connection were found.
type Explained struct {
	Connection string `json:"connection"` // type and response key: "WorkingBody.actions"
	Plan       string `json:"plan"`       // what was read, tested and sorted
}

// explained gathers how the pages of a run were found: each way of a connection
// once.
type explained struct {
	list  []Explained
	known map[Explained]bool
}

type explainKey struct{}

// WithExplain returns a context in which a request may ask how it was answered,
// by `"extensions": {"plan": true}`; the answer then has the list of Explained in
// its own.
func WithExplain(ctx context.Context) context.Context {
	return context.WithValue(ctx, explainKey{}, true)
}

func explains(ctx context.Context) bool { return ctx.Value(explainKey{}) == true }

// explain notes how the last page of the connection was found.
func (r *run) explain(g *group, s *query.Selector) {
	if r.explained == nil {
		return
	}
	e := Explained{g.field.ObjectDefinition.Name + "." + g.key, s.Explain()}
	if !r.explained.known[e] {
		r.explained.known[e] = true
		r.explained.list = append(r.explained.list, e)
	}
}
