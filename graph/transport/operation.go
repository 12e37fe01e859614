package transport

import (
	"bytes"
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"ecpgraph/graph/buffer"
)

// operation is one that runs on a socket. It speaks as long as it is the one
// that the socket knows under its id: after `error`, or `complete` of either
// side, nothing more comes from it.
type operation struct {
	*socket
	id     string
	ctx    context.Context
	cancel context.CancelFunc
}

func (o *operation) run(params *graphql.RawParams) {
	defer o.cancel()
	var lent buffer.Scope // what a response lies in until it is sent
	defer lent.Release()
	ctx := buffer.WithScope(graphql.StartOperationTrace(o.ctx), &lent)
	defer func() {
		if fault := recover(); fault != nil {
			o.fail(&graphql.Response{Errors: gqlerror.List{gqlerror.Wrap(o.exec.PresentRecoveredError(ctx, fault))}})
		}
	}()
	operation, faults := o.exec.CreateOperationContext(ctx, params)
	if faults != nil {
		o.fail(o.Handler.fail(graphql.WithOperationContext(ctx, operation), faults))
		return
	}
	responses, ctx := o.exec.DispatchOperation(ctx, withoutDefer(operation))
	for {
		r := responses(ctx)
		if r == nil {
			break
		}
		if len(r.Data) == 0 { // refused, not executed
			o.fail(r)
			return
		}
		b := buffer.Get()
		o.answer(b, r, nil)
		heard := o.say(message{Type: "next", Payload: b.Bytes()}, false)
		buffer.Put(b)
		if !heard {
			return
		}
		if operation.Operation.Operation != ast.Subscription {
			break
		}
	}
	if o.ctx.Err() == nil {
		o.say(message{Type: "complete"}, true)
	}
}

// say sends a message of the operation, which may be its last; false tells that
// the operation has ended before.
func (o *operation) say(m message, last bool) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.operations[o.id] != o {
		return false
	}
	if last {
		delete(o.operations, o.id)
	}
	m.ID = o.id
	o.write(m)
	return true
}

// fail ends the operation with the errors of the response.
func (o *operation) fail(r *graphql.Response) {
	o.say(message{Type: "error", Payload: o.faults(r)}, true)
}

func (h *Handler) faults(r *graphql.Response) []byte {
	var b bytes.Buffer
	writeValue(&b, h.cut(r.Errors))
	return b.Bytes()
}
