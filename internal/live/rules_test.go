package live

import (
	"context"
	"testing"

	"ecpgraph/internal/kg"
	"ecpgraph/internal/reference"
)

// TestConclusionsKeepStep: after each of 1,000 random changes the derived links
// are those that the reference concludes from nothing, with their proofs, and
// every premise is there.
func TestConclusionsKeepStep(t *testing.T) {
	const changes = 1000
	made, most, derived := 0, 0, 0
	for _, seed := range reference.Seeds(t, 4) {
		t.Logf("ECPGRAPH_TEST_SEED=%d", seed)
		g := openGraph(t, engines["memstore"](t)())
		r, want := reference.NewGenerator(seed), reference.New(reference.Ontology())
		for range changes / 4 {
			c := r.Change(want)
			after, effect, refusal := want.Apply(c)
			outcome, err := g.Commit(context.Background(), c)
			if (err != nil) != (refusal != nil) || outcome.Derived != effect.Derived {
				t.Fatalf("seed %d: %+v\n%+v, %v; want %+v, %v", seed, c, outcome, err, effect, refusal)
			}
			want = after
			made++
			derived += effect.Derived
			if err := reference.CompareAll(want, g.View()); err != nil {
				t.Fatalf("seed %d: %+v\n%v", seed, c, err)
			}
			count := 0
			for id, l := range want.Links {
				if l.Basis == kg.Stated {
					continue
				}
				count++
				for _, premise := range l.Premises {
					if want.Links[premise] == nil {
						t.Fatalf("seed %d: %s follows from %s, which is not there", seed, id, premise)
					}
				}
			}
			most = max(most, count)
		}
	}
	t.Logf("%d changes, %d conclusions written or taken back, %d at a time at most", made, derived, most)
	if most < 20 || derived < made/2 {
		t.Error("too little was concluded for a test")
	}
}
