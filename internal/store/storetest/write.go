package storetest

import (
	"errors"
	"math"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"ecpgraph/internal/kg"
	"ecpgraph/internal/store"
	"ecpgraph/internal/store/memstore"
)

func testEmpty(h *harness) {
	if head := h.head(); head != (kg.Head{}) {
		h.Errorf("head %v of an empty log", head)
	}
	h.wantLog(nil)
	h.wantWalk(nil, 7)
	_, err := h.Append(h.ctx, kg.Head{}, nil)
	h.wantCode(err, kg.Invalid)
}

func testAppendAndRead(h *harness) {
	commits := Sample(1, 40)
	h.append(commits[0])
	h.append(commits[1:7]...)
	for _, c := range commits[7:] {
		h.append(c)
	}
	h.wantLog(commits)
}

func testEveryOp(h *harness) {
	cite := []kg.Citation{{Document: "document:d", Locator: "para 6", Checksum: strings.Repeat("0a", 32)}}
	commit := kg.Commit{Time: time.UnixMilli(1).UTC(), Author: "a", Reason: "r", Records: []kg.Record{
		{Op: kg.PutNode, Number: 7, Node: &kg.Node{
			ID: "tool:a", Type: "Tool", Name: "A",
			Aliases: []kg.Alias{{Name: "B", Citations: cite}}, Props: kg.Props{"year": int64(2017)}, Citations: cite,
		}},
		{Op: kg.PutLink, Number: math.MaxUint32, Link: &kg.Link{
			ID: "supports:tool:a>goal:b", Relation: "Supports", From: "tool:a", To: "goal:b",
			Basis: kg.Derived, Modality: kg.Planned, Premises: []kg.ID{"p:1", "p:2"},
			Props: kg.Props{"wording": "so"}, Citations: cite,
		}},
		{Op: kg.DeleteLink, Number: math.MaxUint32, ID: "supports:tool:a>goal:b"},
		{Op: kg.DeleteNode, Number: 7, ID: "tool:a"},
	}}
	// A commit without records is kept too, and revision and digest are the store's to set.
	empty := kg.Commit{Time: time.UnixMilli(2).UTC(), Revision: 99, Digest: kg.Digest{1}}
	h.append(commit, empty)
	h.wantLog([]kg.Commit{commit, empty})
}

func testValues(h *harness) {
	deep := any("bottom")
	for i := range store.MaxDepth - 1 {
		if i%2 == 0 {
			deep = []any{deep}
		} else {
			deep = kg.Props{"d": deep}
		}
	}
	props := kg.Props{
		"": "empty name", "empty": "", "zero": int64(0), "min": int64(math.MinInt64), "max": int64(math.MaxInt64),
		"edges": []any{int64(-33), int64(-32), int64(-1), int64(127), int64(128), int64(255), int64(256), int64(65536), int64(1 << 32)},
		"true":  true, "false": false, "unicode": "關務 é e\u0301 🧭 \u202e", "bytes": "a\x00b\xff",
		"list": []any{}, "map": kg.Props{}, "mixed": []any{"a", int64(1), true, kg.Props{"k": []any{}}}, "deep": deep,
	}
	commit := kg.Commit{
		Time: time.Date(2024, 2, 29, 23, 59, 59, 999_000_000, time.UTC), Author: "關務", Reason: "é",
		Records: []kg.Record{{Op: kg.PutNode, Node: &kg.Node{ID: "tool:a", Props: props}}},
	}
	early := kg.Commit{Records: []kg.Record{{Op: kg.DeleteNode, ID: "tool:a"}}} // the zero time
	h.append(commit, early)
	h.wantLog([]kg.Commit{commit, early})

	zone := time.FixedZone("", 3600)
	h.append(kg.Commit{Time: time.Date(2024, 1, 1, 0, 0, 0, 1_999_999, zone)})
	h.wantLog([]kg.Commit{commit, early, {Time: time.Date(2023, 12, 31, 23, 0, 0, 1_000_000, time.UTC)}})
}

func testEmptyIsAbsent(h *harness) {
	h.append(kg.Commit{Records: []kg.Record{
		{Op: kg.PutNode, Node: &kg.Node{ID: "tool:a", Aliases: []kg.Alias{}, Props: kg.Props{}, Citations: []kg.Citation{}}},
		{Op: kg.PutLink, Link: &kg.Link{ID: "s:a", Premises: []kg.ID{}, Props: kg.Props{}, Citations: []kg.Citation{}}},
	}})
	h.wantLog([]kg.Commit{{Records: []kg.Record{
		{Op: kg.PutNode, Node: &kg.Node{ID: "tool:a"}},
		{Op: kg.PutLink, Link: &kg.Link{ID: "s:a"}},
	}}})
}

func testBadRecords(h *harness) {
	node := func(v any) kg.Record {
		return kg.Record{Op: kg.PutNode, Node: &kg.Node{ID: "tool:a", Props: kg.Props{"p": v}}}
	}
	deep := any("bottom")
	for range store.MaxDepth {
		deep = []any{deep}
	}
	for name, bad := range map[string]kg.Record{
		"no operation": {}, "unknown operation": {Op: 5, ID: "tool:a"},
		"no node": {Op: kg.PutNode}, "no link": {Op: kg.PutLink},
		"node and id":    {Op: kg.PutNode, Node: &kg.Node{}, ID: "tool:a"},
		"link and node":  {Op: kg.PutLink, Link: &kg.Link{}, Node: &kg.Node{}},
		"delete of node": {Op: kg.DeleteNode, Node: &kg.Node{}, ID: "tool:a"},
		"nil":            node(nil), "int": node(1), "float": node(1.5), "plain map": node(map[string]any{}),
		"strings": node([]string{"a"}), "in a list": node([]any{nil}), "in props": node(kg.Props{"q": 1}), "deep": node(deep),
	} {
		good := Sample(2, 1)[0]
		if _, err := h.Append(h.ctx, kg.Head{}, []kg.Commit{good, {Records: []kg.Record{bad}}}); !errors.Is(err, kg.ErrInvalid) {
			h.Errorf("%s: error %v, want code %s", name, err, kg.Invalid)
		}
	}
	_, err := h.Append(h.ctx, kg.Head{}, []kg.Commit{{Time: time.Date(12024, 1, 1, 0, 0, 0, 0, time.UTC)}})
	h.wantCode(err, kg.Invalid)
	h.wantLog(nil)
}

func testLimits(h *harness) {
	for name, bad := range map[string]kg.Commit{
		"record": Nodes(1, store.MaxRecord),
		"author": {Author: strings.Repeat("a", store.MaxAuthor+1)},
		"reason": {Reason: strings.Repeat("a", store.MaxReason+1)},
	} {
		if _, err := h.Append(h.ctx, kg.Head{}, []kg.Commit{Sample(3, 1)[0], bad}); !errors.Is(err, kg.ErrLimit) {
			h.Errorf("%s: error %v, want code %s", name, err, kg.Limit)
		}
	}
	h.wantLog(nil)
	most := Nodes(1, store.MaxRecord-200)
	most.Author, most.Reason = strings.Repeat("a", store.MaxAuthor), strings.Repeat("é", store.MaxReason/2)
	h.append(most)
	h.wantLog([]kg.Commit{most})
}

func testLargeValues(h *harness) {
	// Two neighbours of 400 kB do not fit in one chunk; the small ones must not suffer.
	mixed := Nodes(40, 100)
	for _, i := range []int{0, 1, 17, 39} {
		mixed.Records[i].Node.Props["large"] = strings.Repeat("關", 400<<10/3)
	}
	commits := []kg.Commit{mixed, Nodes(16, 400<<10), Nodes(3, 10)}
	h.append(commits...)
	h.wantLog(commits)
	h.reopen()
	h.wantLog(commits)
}

func testBigCommit(h *harness) {
	commits := []kg.Commit{Nodes(3, 50), Nodes(20_000, 300), Nodes(3, 50)}
	for _, c := range commits {
		h.append(c)
	}
	h.wantLog(commits)
	h.reopen()
	h.wantLog(commits)
	got, err := h.Records(h.ctx, []kg.Ref{{Revision: 2, Ordinal: 19_999}, {Revision: 3, Ordinal: 2}, {Revision: 2, Ordinal: 0}})
	h.must(err)
	if got[0].Node.ID != "tool:19999" || got[1].Node.ID != "tool:2" || got[2].Node.ID != "tool:0" {
		h.Errorf("wrong records %v", got)
	}
}

func testManyCommits(h *harness) {
	commits := make([]kg.Commit, 3000)
	for i := range commits {
		commits[i] = Nodes(1+i%3, i%700)
	}
	h.append(commits...)
	h.wantLog(commits)
	h.wantWalk(commits, 2990)
}

func testPackingBorders(h *harness) {
	var commits []kg.Commit
	for _, count := range []int{1, 15, 16, 17, 31, 32, 33, 63, 64, 65, 96, 100} {
		for _, size := range []int{1, 200, 1000} {
			commits = append(commits, Nodes(count, size))
		}
	}
	h.append(commits...)
	h.wantLog(commits)
}

func testAllOrNothing(h *harness) {
	commits := Sample(4, 3)
	h.append(commits...)
	bad := append(Sample(5, 30), kg.Commit{Records: []kg.Record{{Op: kg.PutNode}}})
	_, err := h.Append(h.ctx, h.head(), bad)
	h.wantCode(err, kg.Invalid)
	h.wantLog(commits)
	h.reopen()
	h.wantLog(commits)
	next := Sample(6, 2)
	h.append(next...)
	h.wantLog(append(commits, next...))
}

func testConflict(h *harness) {
	commits := Sample(7, 3)
	first := h.append(commits[0])
	head := h.append(commits[1:]...)
	wrong := head
	wrong.Digest[31] ^= 1
	for _, parent := range []kg.Head{{}, first, wrong, {Revision: head.Revision}, {Revision: head.Revision + 1, Digest: head.Digest}, {Revision: 1 << 60}} {
		_, err := h.Append(h.ctx, parent, Sample(8, 2))
		h.wantCode(err, kg.Conflict)
	}
	if now := h.head(); now != head {
		h.Errorf("head %v after conflicts, want %v", now, head)
	}
	h.wantLog(commits)
}

func testConcurrentAppenders(h *harness) {
	const appenders, rounds = 8, 12
	var wins, losses atomic.Int64
	for range rounds {
		parent := h.head()
		won := wins.Load()
		var group sync.WaitGroup
		for i := range appenders {
			group.Go(func() {
				_, err := h.Append(h.ctx, parent, []kg.Commit{Nodes(1+i, 10), Nodes(1+i, 20)})
				switch {
				case err == nil:
					wins.Add(1)
				case errors.Is(err, kg.ErrConflict):
					losses.Add(1)
				default:
					h.Error(err)
				}
			})
		}
		group.Wait()
		if wins.Load() != won+1 {
			h.Fatalf("%d of %d appenders won over one parent", wins.Load()-won, appenders)
		}
	}
	if head := h.head(); head.Revision != 2*rounds || losses.Load() != rounds*(appenders-1) {
		h.Errorf("%v after %d wins and %d losses", head.Revision, wins.Load(), losses.Load())
	}
	for c, err := range h.Commits(h.ctx, 0) {
		h.must(err)
		if size := len(c.Records[0].Node.Props[kg.PropDescription].(string)); size != 20-10*int(c.Revision%2) {
			h.Fatalf("%v is not where its append put it", c.Revision)
		}
	}
}

func testReadersBesideWriter(h *harness) {
	commits := Sample(9, 60)
	var group sync.WaitGroup
	for range 3 {
		group.Go(func() {
			for seen := kg.Revision(0); seen < kg.Revision(len(commits)); {
				if err := h.Follow(h.ctx, seen); err != nil {
					h.Error(err)
					return
				}
				for c, err := range h.Commits(h.ctx, seen) {
					if err != nil || !sameCommit(c, commits[c.Revision-1]) || c.Revision != seen+1 {
						h.Errorf("after %v came %v, err %v", seen, c.Revision, err)
						return
					}
					seen = c.Revision
				}
			}
		})
	}
	for _, c := range commits {
		h.append(c)
	}
	group.Wait()
}

func testSameDigests(h *harness) {
	memory, err := store.Open(h.ctx, memstore.New())
	h.must(err)
	defer memory.Close()
	commits := Sample(10, 30)
	var parent kg.Head
	for i := 0; i < len(commits); i += 3 {
		got := h.append(commits[i : i+3]...)
		for _, c := range commits[i : i+3] { // one by one here, three at a time there
			parent, err = memory.Append(h.ctx, parent, []kg.Commit{c})
			h.must(err)
		}
		if got != parent {
			h.Fatalf("head %v, in memory %v", got, parent)
		}
	}
}
