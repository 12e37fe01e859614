package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"ecpgraph/internal/kg"
	"ecpgraph/internal/live"
	"ecpgraph/internal/reference"
	"ecpgraph/internal/seed"
	"ecpgraph/internal/store"
	"ecpgraph/internal/store/memstore"
)

// counted is a store that notes how many records are read at once at most.
type counted struct {
	kg.Store
	most int
}

func (s *counted) Records(ctx context.Context, refs []kg.Ref) ([]kg.Record, error) {
	s.most = max(s.most, len(refs))
	return s.Store.Records(ctx, refs)
}

// TestExportIsSorted: an export has the bytes of all nodes and links sorted by
// id, with ids that are prefixes of each other and ids of links of odd forms.
func TestExportIsSorted(t *testing.T) {
	ctx := t.Context()
	log, err := store.Open(ctx, memstore.New())
	if err != nil {
		t.Fatal(err)
	}
	s := &counted{Store: log}
	g, err := live.Open(ctx, s, reference.Ontology(), live.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer g.Close()

	cites := []kg.Citation{{Document: "document:d", Locator: "title"}}
	change := kg.Change{PutNodes: []*kg.Node{{ID: "document:d", Type: "Document", Name: "D", Citations: cites}}}
	var tools, goals []kg.ID
	for _, key := range []string{"1", "1!", "1-a", "1~", "1>", "1#a", "é"} {
		for i := range 5 {
			tools = append(tools, kg.NodeID("Tool", key+strings.Repeat("0", i)))
			goals = append(goals, kg.NodeID("Goal", key+strings.Repeat("-", i)))
		}
	}
	for _, id := range tools {
		change.PutNodes = append(change.PutNodes, &kg.Node{ID: id, Type: "Tool", Name: "T", Props: kg.Props{"kind": "GUIDE"}, Citations: cites})
	}
	for _, id := range goals {
		change.PutNodes = append(change.PutNodes, &kg.Node{ID: id, Type: "Goal", Name: "G", Citations: cites})
	}
	link := func(relation string, id, from, to kg.ID) {
		change.PutLinks = append(change.PutLinks, &kg.Link{
			ID: id, Relation: relation, From: from, To: to, Basis: kg.Stated, Modality: kg.Asserted, Citations: cites,
		})
	}
	for i, from := range tools {
		for k, to := range goals {
			key := []string{"", "b", "!"}[(i+k)%3]
			link("Serves", kg.LinkID("Serves", from, to, key), from, to)
			if k%10 == 0 { // of another form than kg.LinkID makes
				link("Serves", kg.ID(fmt.Sprintf("serves:%d-%d", k, i)), from, to)
			}
		}
		link("PartOf", kg.LinkID("PartOf", from, tools[0], ""), from, tools[0])
	}
	if _, err := g.Commit(ctx, change); err != nil {
		t.Fatal(err)
	}
	var got, want bytes.Buffer
	if err := exportLines(ctx, &got, g.View()); err != nil {
		t.Fatal(err)
	}
	if err := seed.WriteLines(&want, change.PutNodes, change.PutLinks); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got.Bytes(), want.Bytes()) {
		t.Errorf("the export is not what sorting gives: %d bytes, want %d", got.Len(), want.Len())
	}
	if len(change.PutLinks) < exportBatch+300 || s.most != exportBatch {
		t.Errorf("%d links were read up to %d at once, want %d", len(change.PutLinks), s.most, exportBatch)
	}

	ended, cancel := context.WithCancel(ctx)
	cancel()
	if err := exportLines(ended, io.Discard, g.View()); !errors.Is(err, context.Canceled) {
		t.Errorf("with an ended context: %v", err)
	}
}
