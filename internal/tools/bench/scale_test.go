package main

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"testing"
)

func answersOf(sizes ...int) []*exchange {
	var list []*exchange
	for _, size := range sizes {
		list = append(list, &exchange{answer: make([]byte, size)})
	}
	return list
}

func sizesOf(list []*exchange) []int {
	var sizes []int
	for _, e := range list {
		sizes = append(sizes, len(e.answer))
	}
	return sizes
}

func TestPairs(t *testing.T) {
	for _, test := range []struct {
		small, large []int
		most         int
		wantA, wantB []int
	}{
		{[]int{100, 200, 300}, []int{310, 95, 1000}, 9, []int{100, 300}, []int{95, 310}},
		{[]int{100}, []int{94}, 9, nil, nil},
		{[]int{100, 100}, []int{100}, 9, []int{100}, []int{100}},
		{[]int{1000, 10}, []int{20, 500}, 9, nil, nil},
		{[]int{10, 20, 30, 40, 50, 60}, []int{10, 20, 30, 40, 50, 60}, 3, []int{10, 30, 50}, []int{10, 30, 50}},
		{nil, []int{1}, 9, nil, nil},
	} {
		a, b := pairs(answersOf(test.small...), answersOf(test.large...), test.most)
		if got, want := fmt.Sprint(sizesOf(a), sizesOf(b)), fmt.Sprint(test.wantA, test.wantB); got != want {
			t.Errorf("%v and %v: %s, want %s", test.small, test.large, got, want)
		}
	}
}

// TestPairsCountAlike: answers that count different numbers are no pair, however
// many bytes they have.
func TestPairsCountAlike(t *testing.T) {
	of := func(counts ...int) (list []*exchange) {
		for _, n := range counts {
			e := newExchange(nil)
			e.answer = fmt.Appendf(nil, `{"data":{"search":{"totalCount":%-6d}}}`, n)
			e.answer = bytes.ReplaceAll(e.answer, []byte(" "), nil)
			e.answer = append(e.answer, make([]byte, 100-len(e.answer))...)
			list = append(list, e)
		}
		return list
	}
	a, b := pairs(of(10, 100, 1000), of(1010, 9000, 10), 9)
	got := ""
	for i := range a {
		got += fmt.Sprint(a[i].counted(), " ", b[i].counted(), ";")
	}
	if want := "10 10;1000 1010;"; got != want {
		t.Errorf("pairs %s, want %s", got, want)
	}
}

// TestPairsOfRandomSizes: every pair is of one size, nothing is used twice.
func TestPairsOfRandomSizes(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 1))
	for range 200 {
		var lists [2][]*exchange
		for i := range lists {
			for range random.IntN(60) {
				lists[i] = append(lists[i], answersOf(1+random.IntN(400))...)
			}
		}
		most := 1 + random.IntN(60)
		a, b := pairs(lists[0], lists[1], most)
		if len(a) != len(b) || len(a) > most {
			t.Fatalf("%d and %d of at most %d", len(a), len(b), most)
		}
		used := map[*exchange]bool{}
		for i := range a {
			x, y := float64(len(a[i].answer)), float64(len(b[i].answer))
			if max(x, y)*(1-sameSize) > min(x, y)+1e-9 {
				t.Errorf("%v beside %v", x, y)
			}
			if used[a[i]] || used[b[i]] {
				t.Errorf("used twice: %v, %v", x, y)
			}
			used[a[i]], used[b[i]] = true, true
		}
	}
}

func TestGrowthMarkdown(t *testing.T) {
	g := &growth{nodes: [2]int{500, 100_000}, page: 40, rows: []growthRow{
		{question: question{name: "q1", about: "tool"}, pairs: 64, bytes: [2]int{400, 402}, cpu: [2]float64{30, 36.2}, ratio: ratio{1.2, 1.1, 1.3}},
		{question: question{name: "q3", about: "goal"}, bytes: [2]int{1000, 4000}, cpu: [2]float64{100, 500}, ratio: ratio{5, 4, 6}},
	}}
	want := `| 500 and 100000 nodes, pages of 40 | answers compared | bytes | CPU µs | ratio (of rounds), at most 1.5 | ratio a byte |
|---|---|--:|--:|--:|--:|
| q1 tool | 64 pairs of one size | 400, 402 | 30.0, 36.2 | 1.20 (1.10 to 1.30) | 1.19 |
| q3 goal | of all sizes | 1000, 4000 | 100, 500 | 5.00 (4.00 to 6.00) | 1.25 |
`
	if got := g.markdown(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
