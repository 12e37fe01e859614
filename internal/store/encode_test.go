package store

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"ecpgraph/internal/kg"
)

// A commit of several runs reads back, and its first fault is the one reported.
func TestPackingInRuns(t *testing.T) {
	commit := kg.Commit{Time: time.UnixMilli(0).UTC()}
	for i := range 2*runRecords + 100 {
		commit.Records = append(commit.Records, kg.Record{Op: kg.PutNode, Number: uint32(i), Node: &kg.Node{
			ID: kg.NodeID("Tool", fmt.Sprint(i)), Type: "Tool", Props: kg.Props{kg.PropDescription: strings.Repeat("x", i%300)},
		}})
	}
	packed, head, err := pack(kg.Head{}, &commit)
	if err != nil {
		t.Fatal(err)
	}
	got, _, err := unpack(kg.Digest{}, &packed)
	if err != nil {
		t.Fatal(err)
	}
	want := commit
	want.Revision, want.Digest = head.Revision, head.Digest
	if !reflect.DeepEqual(got, want) {
		t.Error("the commit does not read back")
	}
	for _, i := range []int{2*runRecords + 50, runRecords + 7, runRecords + 6} { // from the end
		commit.Records[i].Node.Props = kg.Props{"x": 1.5}
		_, _, err := pack(kg.Head{}, &commit)
		if want := fmt.Sprintf(`node "tool:%d"`, i); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want one about %s", err, want)
		}
	}
}
