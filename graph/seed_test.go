package graph_test

import (
	"context"
	"io"
	"log/slog"
	"os"
	"testing"

	"ecpgraph/graph/schema"
	"ecpgraph/internal/live"
	"ecpgraph/internal/ontology"
	"ecpgraph/internal/seed"
	"ecpgraph/internal/store"
	"ecpgraph/internal/store/memstore"
)

var quiet = slog.New(slog.NewTextHandler(io.Discard, nil))

// served parses the ontology that is served.
func served(t testing.TB) *ontology.Ontology {
	t.Helper()
	o, err := ontology.Read(schema.Files, schema.OntologyDir)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// seeded is the graph of seeds/ecp over a store in memory.
func seeded(t testing.TB) *live.Graph {
	t.Helper()
	return seededWith(t, live.Options{})
}

func seededWith(t testing.TB, options live.Options) *live.Graph {
	t.Helper()
	ctx := context.Background()
	o := served(t)
	set, err := seed.ReadFolder(os.DirFS("../seeds"), "ecp", o)
	if err != nil {
		t.Fatal(err)
	}
	log, err := store.Open(ctx, memstore.New())
	if err != nil {
		t.Fatal(err)
	}
	g, err := live.Open(ctx, log, o, options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := g.Close(); err != nil {
			t.Error(err)
		}
	})
	if _, err := g.Commit(ctx, set.Change("test", "seeds")); err != nil {
		t.Fatal(err)
	}
	return g
}
