package plan

import (
	"context"
	"fmt"
	"strconv"
	"sync"

	"github.com/vektah/gqlparser/v2/ast"

	"ecpgraph/graph/cache"
	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/structure"
)

// networks keeps the networks that were measured last. It may be used by many
// goroutines.
type networks struct {
	kept *cache.LRU[string, *structure.Network]

	mu      sync.Mutex
	waiting map[string]chan struct{} // by key: closed when the network is taken, or not
}

// networkBytes is what kept networks may take in memory.
const networkBytes = 512 << 20

func newNetworks() *networks {
	return &networks{
		kept:    cache.NewLRU(networkBytes, func(key string, n *structure.Network) int { return len(key) + n.Bytes() }),
		waiting: map[string]chan struct{}{},
	}
}

// get returns the network under the key, taken once for all that ask for it at
// a time. Whoever waits for one that gives up takes it itself.
func (s *networks) get(ctx context.Context, key string, take func() (*structure.Network, error)) (*structure.Network, error) {
	for {
		s.mu.Lock()
		if n, ok := s.kept.Get(key); ok {
			s.mu.Unlock()
			return n, nil
		}
		taken := s.waiting[key]
		if taken == nil {
			taken = make(chan struct{})
			s.waiting[key] = taken
			s.mu.Unlock()
			defer func() {
				s.mu.Lock()
				delete(s.waiting, key)
				s.mu.Unlock()
				close(taken)
			}()
			n, err := take()
			if err == nil {
				s.kept.Add(key, n)
			}
			return n, err
		}
		s.mu.Unlock()
		select {
		case <-taken:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// network takes the part of the graph that the arguments choose.
func (c *compiler) network(r *run, args arguments) (*structure.Network, error) {
	if err := args.named("types", "relations", "basis", "modality"); err != nil {
		return nil, err
	}
	choice := structure.Choice{Ground: args.ground(), Types: args.types(c.ontology), Relations: args.relations(c.ontology)}
	ix, err := inferred(r.index, args["inference"])
	if err != nil {
		return nil, err
	}
	head := ix.Head()
	_, links := ix.Size() // tells graphs of one revision apart
	key := fmt.Sprintf("%d %x %d %s", head.Revision, head.Digest, links, args.made("id", "orderBy"))
	return c.networks.get(r.context, key, func() (*structure.Network, error) {
		return structure.New(r.context, ix, choice)
	})
}

// measured is a network with what the operation asks to be measured of it.
type measured struct {
	*structure.Network
	args        arguments
	degrees     []structure.Degree
	pageRank    []float64
	betweenness structure.Betweenness
	components  structure.Partition
	communities structure.Partition
}

// wants says what is to be measured.
type wants struct{ degree, pageRank, betweenness, components, communities bool }

func (w wants) measure(ctx context.Context, n *structure.Network, args arguments) (m *measured, err error) {
	m = &measured{Network: n, args: args}
	if w.degree {
		m.degrees = n.Degrees()
	}
	if w.pageRank {
		if m.pageRank, err = n.PageRank(ctx); err != nil {
			return nil, err
		}
	}
	if w.betweenness {
		if m.betweenness, err = n.Betweenness(ctx); err != nil {
			return nil, err
		}
	}
	if w.components {
		if m.components, err = n.Components(ctx); err != nil {
			return nil, err
		}
	}
	if w.communities {
		if m.communities, err = n.Communities(ctx); err != nil {
			return nil, err
		}
	}
	return m, nil
}

// standing is one node of a network.
type standing struct {
	*measured
	place uint32
}

// metrics is the field for all nodes that are measured.
func (c *compiler) metrics(g *group) field[root] {
	var w wants
	child := func(selections ast.SelectionSet) composite[standing] { return c.standing(selections, &w) }
	more := func(g *group) field[*listPage[standing]] { return c.together(g, &w) }
	return listed(c, g, child, more, func(r *run, _ root) (ranked[standing], error) {
		args := r.arguments(g.field)
		n, err := c.network(r, args)
		if err != nil {
			return ranked[standing]{}, err
		}
		by := args.word("orderBy")
		w := w
		switch by {
		case "DEGREE":
			w.degree = true
		case "PAGE_RANK":
			w.pageRank = true
		case "BETWEENNESS":
			w.betweenness = true
		case "COMPONENT":
			w.components = true
		case "COMMUNITY":
			w.communities = true
		}
		m, err := w.measure(r.context, n, args)
		if err != nil {
			return ranked[standing]{}, err
		}
		return m.sorted(r.index, by), nil
	})
}

// sorted lists the nodes by the measure of that name.
func (m *measured) sorted(ix *index.Index, by string) ranked[standing] {
	value := map[string]func(place uint32) float64{
		"DEGREE":      func(i uint32) float64 { return float64(m.degrees[i].Out + m.degrees[i].In) },
		"PAGE_RANK":   func(i uint32) float64 { return m.pageRank[i] },
		"BETWEENNESS": func(i uint32) float64 { return m.betweenness.Of[i] },
		"COMPONENT":   func(i uint32) float64 { return -float64(m.components.Of[i]) },
		"COMMUNITY":   func(i uint32) float64 { return -float64(m.communities.Of[i]) },
	}[by]
	order := m.Ranking(value)
	return ranked[standing]{
		size: len(order), at: func(i int) standing { return standing{m, order[i]} },
		rank: func(i int) rank { return rank{value(order[i]), [2]kg.ID{ix.NodeID(m.Nodes[order[i]])}} },
		made: m.args.made(), owner: m,
	}
}

// together compiles a field about all nodes that are measured.
func (c *compiler) together(g *group, w *wants) field[*listPage[standing]] {
	of := func(p *listPage[standing]) *measured { return p.owner.(*measured) }
	type measures = *listPage[standing]
	switch g.field.Name {
	case "links":
		return count(g, func(_ *run, p measures) int { return of(p).Links })
	case "revision":
		return scalar(g, func(_ *run, b []byte, p measures) ([]byte, bool) {
			return strconv.AppendUint(b, uint64(of(p).Head.Revision), 10), true
		})
	case "components":
		w.components = true
		return count(g, func(_ *run, p measures) int { return len(of(p).components.Sizes) })
	case "communities":
		w.communities = true
		return count(g, func(_ *run, p measures) int { return len(of(p).communities.Sizes) })
	case "modularity":
		w.communities = true
		return number(g, func(_ *run, p measures) float64 { return of(p).communities.Modularity })
	case "approximate":
		w.betweenness = true
		return truth(g, func(_ *run, p measures) bool { return of(p).betweenness.Sources < len(of(p).Nodes) })
	}
	return unknown[measures](g)
}

// nodeMetrics is the field for one node that is measured.
func (c *compiler) nodeMetrics(g *group) field[root] {
	var w wants
	child := c.standing(g.selections, &w)
	return computed(c, g, child, func(r *run, _ root) (s standing, present bool, err error) {
		args := r.arguments(g.field)
		n, found := r.index.Node(r.arguments(g.field).id("id"))
		if !found {
			return s, false, nil
		}
		network, err := c.network(r, args)
		if err != nil {
			return s, false, err
		}
		place, in := network.Place(n)
		if !in {
			return s, false, nil
		}
		m, err := w.measure(r.context, network, args)
		return standing{m, place}, err == nil, err
	})
}

// standing compiles what is asked of a node that is measured, and notes what
// that takes.
func (c *compiler) standing(selections ast.SelectionSet, w *wants) composite[standing] {
	return compile(c, c.schema.Types["NodeMetrics"], selections, func(g *group) field[standing] {
		switch g.field.Name {
		case "node":
			return far(c, g, nil, func(_ *run, s standing) index.Node { return s.Nodes[s.place] })
		case "degree":
			w.degree = true
			return one(g, c.degree(g), func(_ *run, s standing) (standing, bool) { return s, true })
		case "pageRank":
			w.pageRank = true
			return number(g, func(_ *run, s standing) float64 { return s.pageRank[s.place] })
		case "betweenness":
			w.betweenness = true
			return number(g, func(_ *run, s standing) float64 { return s.betweenness.Of[s.place] })
		case "component":
			w.components = true
			return count(g, func(_ *run, s standing) int { return int(s.components.Of[s.place]) })
		case "community":
			w.communities = true
			return count(g, func(_ *run, s standing) int { return int(s.communities.Of[s.place]) })
		}
		return unknown[standing](g)
	})
}

func (c *compiler) degree(g *group) *object[standing] {
	return compile(c, c.schema.Types["Degree"], g.selections, func(g *group) field[standing] {
		switch g.field.Name {
		case "total":
			return count(g, func(_ *run, s standing) int { d := s.degrees[s.place]; return d.Out + d.In })
		case "out":
			return count(g, func(_ *run, s standing) int { return s.degrees[s.place].Out })
		case "in":
			return count(g, func(_ *run, s standing) int { return s.degrees[s.place].In })
		case "relations":
			return computedList(c, g, c.relationDegree(g), func(r *run, s standing) ([]structure.RelationDegree, error) {
				ix, err := inferred(r.index, s.args["inference"])
				if err != nil {
					return nil, err
				}
				return s.ByRelation(r.context, ix, s.place)
			})
		}
		return unknown[standing](g)
	})
}

func (c *compiler) relationDegree(g *group) *object[structure.RelationDegree] {
	return compile(c, c.schema.Types["RelationDegree"], g.selections, func(g *group) field[structure.RelationDegree] {
		switch g.field.Name {
		case "relation":
			return text(g, func(_ *run, d structure.RelationDegree) string { return d.Relation.EnumName() })
		case "out":
			return count(g, func(_ *run, d structure.RelationDegree) int { return d.Out })
		case "in":
			return count(g, func(_ *run, d structure.RelationDegree) int { return d.In })
		}
		return unknown[structure.RelationDegree](g)
	})
}
