package storetest

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"ecpgraph/internal/kg"
)

// Bench measures appends of one commit and of 64 in one call, and reads of 1
// and 100 records at random from 20,000 small commits and from one large one.
// A commit is four records of 500 bytes.
func Bench(b *testing.B, fresh func(t testing.TB) Open) {
	commit := Nodes(4, 430)
	for _, count := range []int{1, 64} {
		b.Run(fmt.Sprintf("Append%d", count), func(b *testing.B) {
			s, err := fresh(b)()
			if err != nil {
				b.Fatal(err)
			}
			defer s.Close()
			commits := make([]kg.Commit, count)
			for i := range commits {
				commits[i] = commit
			}
			var head kg.Head
			for b.Loop() {
				if head, err = s.Append(b.Context(), head, commits); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.N*count)/b.Elapsed().Seconds(), "commits/s")
		})
	}
	small := make([]kg.Commit, 20_000)
	for i := range small {
		small[i] = commit
	}
	for name, commits := range map[string][]kg.Commit{"Small": small, "Large": {Nodes(80_000, 430)}} {
		s, err := fresh(b)()
		if err != nil {
			b.Fatal(err)
		}
		if _, err := s.Append(b.Context(), kg.Head{}, commits); err != nil {
			b.Fatal(err)
		}
		for _, count := range []int{1, 100} {
			b.Run(fmt.Sprintf("Records%d%s", count, name), func(b *testing.B) {
				random := rand.New(rand.NewPCG(1, 1))
				refs := make([]kg.Ref, count)
				for b.Loop() {
					for i := range refs {
						c := random.IntN(len(commits))
						refs[i] = kg.Ref{Revision: kg.Revision(c + 1), Ordinal: uint32(random.IntN(len(commits[c].Records)))}
					}
					if _, err := s.Records(b.Context(), refs); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
		b.Run("Commits"+name, func(b *testing.B) {
			for b.Loop() {
				for _, err := range s.Commits(b.Context(), 0) {
					if err != nil {
						b.Fatal(err)
					}
				}
			}
			b.ReportMetric(float64(b.N*80_000)/b.Elapsed().Seconds(), "records/s")
		})
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
	}
}
