package graph

import (
	"context"
	"encoding/json"
	"strconv"
	"sync/atomic"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"ecpgraph/graph/model"
	"ecpgraph/internal/kg"
)

// state tells with each answer to a query the revision that it comes from and
// its digest, in its extensions. It keeps them ready for the revision that was
// asked for last, which nearly all answers have in common.
type state struct{ last atomic.Pointer[stated] }

type stated struct {
	head             kg.Head
	revision, digest any // json.RawMessage
}

func (s *state) of(head kg.Head) *stated {
	last := s.last.Load()
	if last == nil || last.head != head {
		last = &stated{
			head:     head,
			revision: json.RawMessage(strconv.FormatUint(uint64(head.Revision), 10)),
			digest:   json.RawMessage(`"` + head.Digest.String() + `"`),
		}
		s.last.Store(last)
	}
	return last
}

// tell is a graphql.ResponseMiddleware.
func (s *state) tell(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
	if view, held := model.Held(ctx); held && graphql.GetOperationContext(ctx).Operation.Operation == ast.Query {
		now := s.of(view.Index.Head())
		graphql.RegisterExtension(ctx, "revision", now.revision)
		graphql.RegisterExtension(ctx, "digest", now.digest)
	}
	return next(ctx)
}
