package paths_test

import (
	"flag"
	"math/rand/v2"
	"os"
	"testing"
	"time"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
	"ecpgraph/internal/paths"
	"ecpgraph/internal/tools/synth/generate"
)

var benchNodes = flag.Int("nodes", 20_000, "the nodes of the graph for benchmarks, with ten times as many links")

// synthetic is the index of a synthetic graph over the ontology of the product,
// and the ids of its nodes.
func synthetic(t testing.TB, nodes int) (*index.Index, []kg.ID) {
	t.Helper()
	o, err := ontology.Read(os.DirFS("../../graph/schema"), "ontology")
	if err != nil {
		t.Fatal(err)
	}
	g, err := generate.New(o, generate.Options{Nodes: nodes, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	var ids []kg.ID
	c := kg.Commit{Revision: 1}
	for n := range g.Nodes() {
		c.Records = append(c.Records, kg.Record{Op: kg.PutNode, Number: uint32(len(ids)), Node: n})
		ids = append(ids, n.ID)
	}
	number := uint32(0)
	for l := range g.Links() {
		c.Records = append(c.Records, kg.Record{Op: kg.PutLink, Number: number, Link: l})
		number++
	}
	ix, err := index.New(o).Apply(c)
	if err != nil {
		t.Fatal(err)
	}
	return ix, ids
}

// TestReachabilityIsFast: all that can be reached within 5 hops in a graph of
// 2,500 nodes is found in 50 ms, and in far less.
func TestReachabilityIsFast(t *testing.T) {
	ix, ids := synthetic(t, 2500)
	best, all := time.Hour, 0
	for i := range 10 {
		start := time.Now()
		page, err := paths.Reachable(t.Context(), ix, paths.Reach{From: ids[i*200], MaxHops: 5, First: 500, Counted: true})
		if err != nil {
			t.Fatal(err)
		}
		total, _ := page.Total()
		best, all = min(best, time.Since(start)), max(all, total)
	}
	t.Logf("%d nodes in %v", all, best)
	if all < 2000 || best > 50*time.Millisecond {
		t.Errorf("%d nodes in %v", all, best)
	}
}

func BenchmarkWalks(b *testing.B) {
	ix, ids := synthetic(b, *benchNodes)
	r := rand.New(rand.NewPCG(1, 1))
	id := func() kg.ID { return ids[r.IntN(len(ids))] }
	shortest := func(k int) func() (int, error) {
		return func() (int, error) {
			p, err := paths.Shortest(b.Context(), ix, paths.Between{From: id(), To: id(), K: k, MaxHops: 6})
			if err != nil {
				return 0, err
			}
			return p.Explored, nil
		}
	}
	for _, test := range []struct {
		name string
		ask  func() (count int, err error)
	}{
		{"paths/1", shortest(1)},
		{"paths/5", shortest(5)},
		{"paths/20", shortest(20)},
		{"neighborhood", func() (int, error) {
			s, err := paths.Surroundings(b.Context(), ix, paths.Around{IDs: []kg.ID{id()}, Hops: 2, Limit: 200, Linked: true})
			if err != nil {
				return 0, err
			}
			return len(s.Links), nil
		}},
		{"reachable", func() (int, error) {
			page, err := paths.Reachable(b.Context(), ix, paths.Reach{From: id(), MaxHops: 5, First: 50, Counted: true})
			if err != nil {
				return 0, err
			}
			return page.Total()
		}},
	} {
		b.Run(test.name, func(b *testing.B) {
			b.ReportAllocs()
			sum, asked := 0, 0
			for b.Loop() {
				n, err := test.ask()
				if err != nil {
					b.Fatal(err)
				}
				sum += n
				asked++
			}
			b.ReportMetric(float64(sum)/float64(asked), "found/op")
		})
	}
}
