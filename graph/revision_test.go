package graph_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"ecpgraph/internal/kg"
)

// TestOneRevisionARequest renames two nodes together, again and again, while
// others ask for both: an answer never shows the name of one revision beside
// that of another, nor another revision's number.
func TestOneRevisionARequest(t *testing.T) {
	g, at := serve(t)
	const rounds = 200
	write := func(number int) {
		change := kg.Change{Author: "test"}
		for _, id := range []kg.ID{"tool:transit-handbook", "action:ecp-3/1"} {
			n := nodeOf(t, g, id)
			n.Name = fmt.Sprint(number)
			change.PutNodes = append(change.PutNodes, &n)
		}
		if _, err := g.Commit(context.Background(), change); err != nil {
			t.Error(err)
		}
	}
	write(2) // revision 2 is named 2, and so on

	var readers sync.WaitGroup
	done := make(chan struct{})
	answers := make([]int, 4)
	for i := range answers {
		readers.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				_, a := post(t, at, map[string]any{"query": `{
					tool(id: "tool:transit-handbook") { name }
					revision { number }
					actions(where: {number: {eq: 1}}) { edges { node { name } } }
				}`})
				names := []string{fmt.Sprint(a.Data["tool"]), fmt.Sprint(a.Data["revision"]), fmt.Sprint(a.Data["actions"])}
				number := a.Data["revision"].(map[string]any)["number"]
				want := []string{
					fmt.Sprintf("map[name:%v]", number), fmt.Sprintf("map[number:%v]", number),
					fmt.Sprintf("map[edges:[map[node:map[name:%v]]]]", number),
				}
				if fmt.Sprint(names) != fmt.Sprint(want) {
					t.Errorf("one answer from several revisions: %v", names)
					return
				}
				answers[i]++
			}
		})
	}
	for number := 3; number < rounds; number++ {
		write(number)
	}
	close(done)
	readers.Wait()
	for i, n := range answers {
		if n == 0 {
			t.Errorf("reader %d got no answer", i)
		}
	}
}
