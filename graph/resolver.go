package graph

import (
	"context"

	"ecpgraph/graph/generated"
	"ecpgraph/graph/model"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/live"
)

// resolver is the root of all resolvers. gqlgen also asks for resolvers of the
// fields of inputs, which it never calls: model.Where and model.OrderBy take an
// input as a whole. The embedded interface stands for those.
type resolver struct {
	generated.ResolverRoot
	live *live.Graph // nil where there are no subscriptions
}

func (r resolver) Query() generated.QueryResolver               { return queryResolver{} }
func (r resolver) Subscription() generated.SubscriptionResolver { return subscriptionResolver{r.live} }

// queryResolver resolves the fields of nodes and links, for tests to compare
// the plans with. Queries run by plans, so the embedded interface stands for
// all others.
type queryResolver struct{ generated.QueryResolver }

func (queryResolver) Node(ctx context.Context, id string) (model.Node, error) {
	return model.FindNode(ctx, id), nil
}

func (queryResolver) Nodes(ctx context.Context, ids []string) ([]model.Node, error) {
	return model.FindNodes(ctx, ids)
}

func (queryResolver) Link(ctx context.Context, id string) (*model.Link, error) {
	return model.FindLink(ctx, id), nil
}

func (queryResolver) Passage(ctx context.Context, document, locator string) (*model.Passage, error) {
	return model.FindPassage(ctx, document, locator)
}

func (queryResolver) Revision(ctx context.Context, number *int) (*model.Revision, error) {
	if number == nil {
		return model.NewRevision(model.View(ctx)), nil
	}
	return model.FindRevision(ctx, model.View(ctx), *number)
}

type subscriptionResolver struct{ live *live.Graph }

func (r subscriptionResolver) Revision(ctx context.Context) (<-chan *model.Revision, error) {
	if r.live == nil {
		return nil, kg.Errorf(kg.Unavailable, "subscriptions need a server: start `ecpgraph serve`")
	}
	revisions := make(chan *model.Revision)
	go func() {
		defer close(revisions)
		for {
			view := r.live.View()
			select {
			case revisions <- model.NewRevision(view):
			case <-ctx.Done():
				return
			}
			if r.live.Follow(ctx, view.Index.Head().Revision) != nil {
				return
			}
		}
	}()
	return revisions, nil
}
