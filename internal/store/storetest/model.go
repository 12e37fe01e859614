package storetest

import (
	"errors"
	"reflect"

	"pgregory.net/rapid"

	"ecpgraph/internal/kg"
)

// testModel compares random calls with a plain list of commits. On failure
// rapid prints the seed that repeats it.
func testModel(h *harness) {
	rapid.Check(h.t, func(t *rapid.T) {
		m := harness{failer: t, ctx: h.ctx, open: h.fresh(h.t)}
		m.reopen()
		defer func() { m.must(m.Close()) }()
		var log []kg.Commit
		heads := []kg.Head{{}}
		t.Repeat(map[string]func(*rapid.T){
			"append": func(t *rapid.T) {
				commits := Sample(rapid.Uint64().Draw(t, "seed"), rapid.IntRange(1, 5).Draw(t, "count"))
				for _, c := range commits {
					head, err := m.Append(m.ctx, heads[len(heads)-1], []kg.Commit{c})
					if err != nil {
						t.Fatal(err)
					}
					heads = append(heads, head)
				}
				log = append(log, commits...)
			},
			"appendStale": func(t *rapid.T) {
				if len(heads) < 2 {
					t.Skip("there is no stale head")
				}
				parent := rapid.SampledFrom(heads[:len(heads)-1]).Draw(t, "parent")
				if _, err := m.Append(m.ctx, parent, Sample(1, 2)); !errors.Is(err, kg.ErrConflict) {
					t.Fatalf("error %v, want a conflict", err)
				}
			},
			"records": func(t *rapid.T) {
				var refs []kg.Ref
				absent := false
				var want []kg.Record
				for range rapid.IntRange(0, 20).Draw(t, "refs") {
					ref := kg.Ref{
						Revision: kg.Revision(rapid.IntRange(1, len(log)+1).Draw(t, "revision")),
						Ordinal:  uint32(rapid.IntRange(0, 6).Draw(t, "ordinal")),
					}
					refs = append(refs, ref)
					if int(ref.Revision) > len(log) || int(ref.Ordinal) >= len(log[ref.Revision-1].Records) {
						absent = true
						continue
					}
					want = append(want, log[ref.Revision-1].Records[ref.Ordinal])
				}
				got, err := m.Records(m.ctx, refs)
				if absent && !errors.Is(err, kg.ErrNotFound) || !absent && (err != nil || len(got) != len(want) || len(got) > 0 && !reflect.DeepEqual(got, want)) {
					t.Fatalf("records %v: %v, %v", refs, got, err)
				}
			},
			"walk": func(t *rapid.T) {
				m.wantWalk(log, kg.Revision(rapid.IntRange(0, len(log)+1).Draw(t, "after")))
			},
			"reopen": func(t *rapid.T) { m.reopen() },
			"": func(t *rapid.T) {
				if head := m.head(); head != heads[len(heads)-1] {
					t.Fatalf("head %v, want %v", head, heads[len(heads)-1])
				}
			},
		})
		m.wantLog(log)
	})
}
