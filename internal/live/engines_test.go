package live

import (
	"context"
	"fmt"
	"os"
	"testing"

	"go.uber.org/goleak"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/records"
	"ecpgraph/internal/reference"
	"ecpgraph/internal/store"
	"ecpgraph/internal/store/badgerstore"
	"ecpgraph/internal/store/memstore"
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(killedDir); dir != "" {
		fmt.Fprintln(os.Stderr, saveUntilKilled(dir))
		os.Exit(1)
	}
	// A first badger.Open that fails, as on the empty log file of a killed
	// process, leaves two goroutines; three more where it is the log of a memory
	// table, as Badger then cleans up nothing. A database left open leaves others.
	goleak.VerifyTestMain(m,
		goleak.IgnoreTopFunction("github.com/dgraph-io/badger/v4.(*DB).monitorCache"),
		goleak.IgnoreTopFunction("github.com/dgraph-io/ristretto/v2/z.(*AllocatorPool).freeupAllocators"),
		goleak.IgnoreTopFunction("github.com/dgraph-io/badger/v4.(*DB).updateSize"),
		goleak.IgnoreTopFunction("github.com/dgraph-io/badger/v4/y.(*WaterMark).process"))
}

// engines open a store, and the same one again once it is closed.
var engines = map[string]func(t testing.TB) (open func() kg.Store){
	"memstore": func(t testing.TB) func() kg.Store {
		engine := memstore.New()
		return func() kg.Store { return openStore(t, engine) }
	},
	"badgerstore": func(t testing.TB) func() kg.Store {
		dir := t.TempDir()
		return func() kg.Store {
			engine, err := badgerstore.Open(context.Background(), dir, badgerstore.Options{})
			if err != nil {
				t.Fatal(err)
			}
			return openStore(t, engine)
		}
	},
}

func openStore(t testing.TB, engine store.Engine) kg.Store {
	t.Helper()
	log, err := store.Open(context.Background(), engine)
	if err != nil {
		t.Fatal(err)
	}
	return log
}

// openGraph opens a graph that ends with the test at the latest.
func openGraph(t testing.TB, s kg.Store) *Graph {
	t.Helper()
	return openWith(t, s, Options{RecordCache: 1 << 20})
}

func openWith(t testing.TB, s kg.Store, o Options) *Graph {
	t.Helper()
	g, err := Open(context.Background(), s, reference.Ontology(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closeGraph(t, g) })
	return g
}

func closeGraph(t testing.TB, g *Graph) {
	t.Helper()
	if err := g.Close(); err != nil {
		t.Error(err)
	}
}

// holds reports whether the graph has a node of that id.
func holds(ix *index.Index, id kg.ID) bool {
	_, found := ix.Node(id)
	return found
}

// node reads the node as the view has it.
func node(t testing.TB, v records.View, id kg.ID) *kg.Node {
	t.Helper()
	n, found := v.Index.Node(id)
	if !found {
		t.Fatalf("there is no node %s at %v", id, v.Index.Head().Revision)
	}
	list, err := v.Records.Nodes(context.Background(), v.Index, []index.Node{n})
	if err != nil {
		t.Fatal(err)
	}
	return list[0]
}

// paper is a document that cites itself, so that it can be the first node.
func paper(key string) *kg.Node {
	id := kg.NodeID("Document", key)
	return &kg.Node{ID: id, Type: "Document", Name: key, Citations: cite(id, "title")}
}

func body(key string) *kg.Node {
	return &kg.Node{ID: kg.NodeID("Body", key), Type: "Body", Name: key, Citations: cite("document:d", "title")}
}

func goal(key string, rank int) *kg.Node {
	return &kg.Node{ID: kg.NodeID("Goal", key), Type: "Goal", Name: key, Props: kg.Props{"rank": int64(rank)}, Citations: cite("document:d", "title")}
}

func serves(from, to kg.ID, key string) *kg.Link {
	return &kg.Link{
		ID: kg.LinkID("Serves", from, to, key), Relation: "Serves", From: from, To: to,
		Basis: kg.Stated, Modality: kg.Asserted, Citations: cite("document:d", "para 1"),
	}
}

func cite(document kg.ID, locator string) []kg.Citation {
	return []kg.Citation{{Document: document, Locator: locator}}
}

func putNodes(nodes ...*kg.Node) kg.Change { return kg.Change{Author: "ada", PutNodes: nodes} }

// must makes the change and fails the test where it cannot be made.
func must(t testing.TB, g *Graph, c kg.Change) Outcome {
	t.Helper()
	outcome, err := g.Commit(context.Background(), c)
	if err != nil {
		t.Fatal(err)
	}
	return outcome
}
