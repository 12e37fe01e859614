package structure

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
	"ecpgraph/internal/reference"
)

// graphOf is a graph of tools with PartOf links between them, by place.
func graphOf(t testing.TB, size int, links [][2]int) *index.Index {
	t.Helper()
	cite := []kg.Citation{{Document: "document:0", Locator: "title"}}
	c := kg.Commit{Revision: 1}
	for number := range size { // against the order of ids
		id := kg.NodeID("Tool", fmt.Sprintf("%06d", size-1-number))
		n := &kg.Node{ID: id, Type: "Tool", Name: "x", Props: kg.Props{"kind": "GUIDE"}, Citations: cite}
		c.Records = append(c.Records, kg.Record{Op: kg.PutNode, Number: uint32(number), Node: n})
	}
	for i, l := range links {
		from, to := kg.NodeID("Tool", fmt.Sprintf("%06d", l[0])), kg.NodeID("Tool", fmt.Sprintf("%06d", l[1]))
		basis := kg.Stated
		if i%5 == 4 {
			basis = kg.Derived
		}
		c.Records = append(c.Records, kg.Record{Op: kg.PutLink, Number: uint32(i), Link: &kg.Link{
			ID: kg.LinkID("PartOf", from, to, fmt.Sprint(i)), Relation: "PartOf", From: from, To: to,
			Basis: basis, Modality: kg.Asserted, Props: kg.Props{}, Citations: cite,
		}})
	}
	ix, err := index.New(reference.Ontology()).Apply(c)
	if err != nil {
		t.Fatal(err)
	}
	return ix
}

func network(t testing.TB, ix *index.Index, c Choice) *Network {
	t.Helper()
	n, err := New(t.Context(), ix, c)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func random(seed uint64) (size int, links [][2]int) {
	r := rand.New(rand.NewPCG(seed, 5))
	size = 1 + r.IntN(14)
	for range r.IntN(3 * size) {
		links = append(links, [2]int{r.IntN(size), r.IntN(size)})
	}
	return size, links
}

// TestAgainstBruteForce compares all measures of random graphs with what
// follows from their definitions alone. ECPGRAPH_TEST_SEED replays one seed.
func TestAgainstBruteForce(t *testing.T) {
	for _, seed := range reference.Seeds(t, 500) {
		size, links := random(seed)
		n := network(t, graphOf(t, size, links), Choice{})
		fatal := func(format string, args ...any) {
			t.Helper()
			t.Fatalf("ECPGRAPH_TEST_SEED=%d, %d nodes, links %v: %s", seed, size, links, fmt.Sprintf(format, args...))
		}
		degrees := make([]Degree, size)
		for _, l := range links {
			degrees[l[0]].Out++
			degrees[l[1]].In++
		}
		if got := n.Degrees(); !slices.Equal(got, degrees) || n.Links != len(links) {
			fatal("degrees %v of %d links", got, n.Links)
		}
		ranks, err := n.rank(t.Context())
		if err != nil {
			fatal("%v", err)
		}
		if off := residual(size, links, ranks); off > 1e-9 {
			fatal("PageRank %v is off by %g", ranks, off)
		}
		between, err := n.Betweenness(t.Context())
		if err != nil || between.Sources != size {
			fatal("betweenness from %d nodes, %v", between.Sources, err)
		}
		for i, want := range enumerated(size, links) {
			if math.Abs(between.Of[i]-want) > 1e-5 {
				fatal("betweenness of %d is %v, want %v", i, between.Of[i], want)
			}
		}
		components, err := n.Components(t.Context())
		if err != nil {
			fatal("%v", err)
		}
		checkPartition(t, components, united(size, links))
		communities, err := n.Communities(t.Context())
		if err != nil {
			fatal("%v", err)
		}
		if q := modularity(links, communities.Of); math.Abs(q-communities.Modularity) > 1e-5 {
			fatal("modularity %v, by its definition %v", communities.Modularity, q)
		}
		for _, l := range links {
			if a, b := communities.Of[l[0]], communities.Of[l[1]]; a == b && components.Of[l[0]] != components.Of[l[1]] {
				fatal("community %d spans components", a)
			}
		}
		single := make([]uint32, size)
		for i := range single {
			single[i] = uint32(i)
		}
		if q := modularity(links, single); communities.Modularity < q-1e-5 {
			fatal("modularity %v is less than %v with each node for itself", communities.Modularity, q)
		}
	}
}

// residual is how far the ranks are from what one more step makes of them.
func residual(size int, links [][2]int, ranks []float64) float64 {
	next, out, sum := make([]float64, size), make([]int, size), 0.0
	for _, l := range links {
		out[l[0]]++
	}
	for i, rank := range ranks {
		sum += rank
		for j := range next {
			if out[i] == 0 {
				next[j] += rank / float64(size)
			} else {
				next[j] += (1 - Damping) * rank / float64(size)
			}
		}
	}
	for _, l := range links {
		next[l[1]] += Damping * ranks[l[0]] / float64(out[l[0]])
	}
	off := math.Abs(sum - 1)
	for i := range next {
		off = max(off, math.Abs(next[i]-ranks[i]))
	}
	return off
}

// enumerated is betweenness by listing all shortest paths of all pairs.
func enumerated(size int, links [][2]int) []float64 {
	joined := make([][]bool, size)
	for i := range joined {
		joined[i] = make([]bool, size)
	}
	for _, l := range links {
		joined[l[0]][l[1]], joined[l[1]][l[0]] = true, true
	}
	values := make([]float64, size)
	for s := range size {
		for e := s + 1; e < size; e++ {
			paths := [][]int{{s}} // of one length, without repeats
			var found [][]int
			for len(paths) > 0 && len(found) == 0 {
				var longer [][]int
				for _, p := range paths {
					for to := range size {
						if joined[p[len(p)-1]][to] && !slices.Contains(p, to) {
							longer = append(longer, append(slices.Clone(p), to))
						}
					}
				}
				for _, p := range longer {
					if p[len(p)-1] == e {
						found = append(found, p)
					}
				}
				// Keep one level of a breadth-first search small: only paths
				// to nodes that no shorter one leads to.
				paths = shortest(joined, s, longer)
			}
			for _, p := range found {
				for _, inner := range p[1 : len(p)-1] {
					values[inner] += 1 / float64(len(found))
				}
			}
		}
	}
	if size > 2 {
		for i := range values {
			values[i] /= float64(size-1) * float64(size-2) / 2
		}
	}
	return values
}

// shortest keeps the paths that are as short as any to their ends.
func shortest(joined [][]bool, from int, paths [][]int) (kept [][]int) {
	distance := map[int]int{from: 0}
	for level := []int{from}; len(level) > 0; {
		var next []int
		for _, at := range level {
			for to := range joined {
				if _, known := distance[to]; joined[at][to] && !known {
					distance[to] = distance[at] + 1
					next = append(next, to)
				}
			}
		}
		level = next
	}
	for _, p := range paths {
		if len(p)-1 == distance[p[len(p)-1]] {
			kept = append(kept, p)
		}
	}
	return kept
}

// united labels components by union-find.
func united(size int, links [][2]int) []int {
	parent := make([]int, size)
	for i := range parent {
		parent[i] = i
	}
	var root func(int) int
	root = func(i int) int {
		if parent[i] != i {
			parent[i] = root(parent[i])
		}
		return parent[i]
	}
	for _, l := range links {
		parent[root(l[0])] = root(l[1])
	}
	labels := make([]int, size)
	for i := range labels {
		labels[i] = root(i)
	}
	return labels
}

// checkPartition compares groups, whatever their names, and their numbers.
func checkPartition(t *testing.T, p Partition, want []int) {
	t.Helper()
	for i := range want {
		for j := range want {
			if (p.Of[i] == p.Of[j]) != (want[i] == want[j]) {
				t.Fatalf("%d and %d: %v, want %v", i, j, p.Of, want)
			}
		}
	}
	sizes := make([]int, len(p.Sizes))
	first := make([]int, len(p.Sizes))
	for i := len(p.Of) - 1; i >= 0; i-- {
		sizes[p.Of[i]-1]++
		first[p.Of[i]-1] = i
	}
	for i := range sizes {
		if sizes[i] != p.Sizes[i] || i > 0 && (sizes[i] > sizes[i-1] || sizes[i] == sizes[i-1] && first[i] < first[i-1]) {
			t.Fatalf("groups %v of sizes %v, which start at %v", p.Of, p.Sizes, first)
		}
	}
}

// modularity by its definition: over all ordered pairs of nodes in one
// community, links between them less those to be expected.
func modularity(links [][2]int, groups []uint32) float64 {
	size := len(groups)
	weight, degree, total := make([][]float64, size), make([]float64, size), 0.0
	for i := range weight {
		weight[i] = make([]float64, size)
	}
	for _, l := range links {
		weight[l[0]][l[1]]++
		weight[l[1]][l[0]]++
		degree[l[0]]++
		degree[l[1]]++
		total += 2
	}
	if total == 0 {
		return 0
	}
	q := 0.0
	for i := range groups {
		for j := range groups {
			if groups[i] == groups[j] {
				q += (weight[i][j] - degree[i]*degree[j]/total) / total
			}
		}
	}
	return q
}

// TestCommunitiesOfCliques: two cliques with one link between them are the two
// communities.
func TestCommunitiesOfCliques(t *testing.T) {
	var links [][2]int
	for side := range 2 {
		for i := range 6 {
			for j := range i {
				links = append(links, [2]int{2*i + side, 2*j + side})
			}
		}
	}
	links = append(links, [2]int{0, 1})
	p, err := network(t, graphOf(t, 12, links), Choice{}).Communities(t.Context())
	if err != nil || len(p.Sizes) != 2 {
		t.Fatalf("%v, %v", p, err)
	}
	for i, group := range p.Of {
		if int(group) != i%2+1 {
			t.Errorf("node %d is in community %d", i, group)
		}
	}
}

// TestSampledBetweenness: the estimate from some nodes is near to the measure
// from all, and says from how many it is.
func TestSampledBetweenness(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 3))
	var links [][2]int
	for i := 1; i < 400; i++ {
		links = append(links, [2]int{i, r.IntN(i)})
	}
	n := network(t, graphOf(t, 400, links), Choice{})
	whole, err := n.between(t.Context(), 400)
	if err != nil {
		t.Fatal(err)
	}
	some, err := n.between(t.Context(), 100)
	if err != nil {
		t.Fatal(err)
	}
	for i := range whole {
		if math.Abs(whole[i]-some[i]) > 0.1 {
			t.Errorf("node %d: %v estimated as %v", i, whole[i], some[i])
		}
	}
	if slices.Equal(whole, some) {
		t.Error("the estimate is the measure: it is of all nodes")
	}
}

// TestChoice: only the chosen nodes and links are measured.
func TestChoice(t *testing.T) {
	ix := graphOf(t, 6, [][2]int{{0, 1}, {1, 2}, {2, 3}, {3, 4}, {4, 5}}) // the last is derived
	o := ix.Ontology()
	for name, c := range map[string]struct {
		choice       Choice
		nodes, links int
	}{
		"everything":      {Choice{}, 6, 5},
		"stated":          {func() Choice { c := Choice{}; c.Basis = []kg.Basis{kg.Stated}; return c }(), 6, 4},
		"a relation":      {Choice{Relations: []*ontology.Relation{o.Relation("PartOf")}}, 6, 5},
		"another":         {Choice{Relations: []*ontology.Relation{o.Relation("RunBy")}}, 6, 0},
		"a type":          {Choice{Types: []*ontology.NodeType{o.NodeType("Tool")}}, 6, 5},
		"an absent type":  {Choice{Types: []*ontology.NodeType{o.NodeType("Goal")}}, 0, 0},
		"planned is none": {func() Choice { c := Choice{}; c.Modality = []kg.Modality{kg.Planned}; return c }(), 6, 0},
	} {
		n := network(t, ix, c.choice)
		if len(n.Nodes) != c.nodes || n.Links != c.links {
			t.Errorf("%s: %d nodes, %d links", name, len(n.Nodes), n.Links)
		}
		for _, err := range []error{
			second(n.PageRank(t.Context())), second(n.Betweenness(t.Context())), second(n.Components(t.Context())), second(n.Communities(t.Context())),
		} {
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		if node, found := ix.Node("tool:000001"); found && c.nodes > 0 {
			place, in := n.Place(node)
			relations, err := n.ByRelation(t.Context(), ix, place)
			sum := Degree{}
			for _, r := range relations {
				sum.Out, sum.In = sum.Out+r.Out, sum.In+r.In
			}
			if !in || err != nil || sum != n.Degrees()[place] {
				t.Errorf("%s: degrees %v by relation are not %v; %v", name, relations, n.Degrees()[place], err)
			}
		}
	}
}

func second[T any](_ T, err error) error { return err }

// TestOnce: however many ask at once, one measures; when it gives up, another
// takes its place; and progress is told.
func TestOnce(t *testing.T) {
	var l lazy[int]
	var finds atomic.Int32
	started := make(chan struct{})
	given, cancel := context.WithCancel(t.Context())
	var all sync.WaitGroup
	all.Go(func() {
		_, err := l.get(given, func() (int, error) {
			finds.Add(1)
			close(started)
			<-given.Done()
			return 0, given.Err()
		})
		if !errors.Is(err, context.Canceled) {
			t.Errorf("who gave up got %v", err)
		}
	})
	<-started
	for range 10 {
		all.Go(func() {
			v, err := l.get(t.Context(), func() (int, error) { finds.Add(1); return 7, nil })
			if v != 7 || err != nil {
				t.Errorf("%d, %v", v, err)
			}
		})
	}
	all.Go(func() {
		short, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		if _, err := l.get(short, func() (int, error) { finds.Add(1); return 7, nil }); err != nil && !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("who waited too long got %v", err)
		}
	})
	time.Sleep(5 * time.Millisecond)
	cancel()
	all.Wait()
	if n := finds.Load(); n != 2 {
		t.Errorf("found %d times", n)
	}

	told := map[string]float64{}
	ctx := WithProgress(t.Context(), func(what string, share float64) { told[what] = max(told[what], share) })
	n, err := New(ctx, graphOf(t, 30, [][2]int{{0, 1}, {1, 2}, {2, 0}, {3, 4}}), Choice{})
	if err == nil {
		err = errors.Join(second(n.PageRank(ctx)), second(n.Betweenness(ctx)), second(n.Communities(ctx)))
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, what := range []string{"reading links", "PageRank", "betweenness", "communities"} {
		if share, ok := told[what]; !ok || share < 0 || share > 1 {
			t.Errorf("%s told %v", what, share)
		}
	}
	ended, stop := context.WithCancel(t.Context())
	stop()
	fresh := network(t, graphOf(t, 30, nil), Choice{})
	for what, err := range map[string]error{
		"new": second(New(ended, graphOf(t, 3, nil), Choice{})), "rank": second(fresh.PageRank(ended)),
		"betweenness": second(fresh.Betweenness(ended)), "communities": second(fresh.Communities(ended)), "components": second(fresh.Components(ended)),
	} {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%s after the end of its context: %v", what, err)
		}
	}
}

// TestTooLarge: a network over the bounds is an error that says what to do.
func TestTooLarge(t *testing.T) {
	n := &Network{Nodes: make([]index.Node, MaxNodes)}
	n.near.starts, n.near.targets = make([]uint32, MaxNodes+1), make([]uint32, 2*MaxLinks)
	n.out.starts = n.near.starts
	if _, err := n.Betweenness(t.Context()); kg.CodeOf(err) != kg.Limit || !strings.Contains(err.Error(), "choose types") {
		t.Errorf("%v", err)
	}
}

func TestRounded(t *testing.T) {
	for v, want := range map[float64]float64{0: 0, 1: 1, 1.0 / 3: 0.333333, 123456789: 123457000, 1e-9 / 3: 3.33333e-10} {
		if got := rounded(v); got != want {
			t.Errorf("%v is rounded to %v", v, got)
		}
	}
}
