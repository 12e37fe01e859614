package badgerstore

import (
	"context"
	"flag"
	"os"
	"testing"

	"go.uber.org/goleak"

	"ecpgraph/internal/kg"
	"ecpgraph/internal/store"
	"ecpgraph/internal/store/storetest"
)

func TestMain(m *testing.M) {
	flag.Parse()
	if dir := os.Getenv(crashDirVar); dir != "" {
		crashChild(dir)
		return
	}
	os.Exit(m.Run())
}

// noLeaks checks at the end of the test that its goroutines have ended. It is
// not for tests in which Badger itself fails to open: Badger then leaves some
// of its own running, which nobody outside can stop.
func noLeaks(t *testing.T) {
	running := goleak.IgnoreCurrent()
	t.Cleanup(func() { goleak.VerifyNone(t, running) })
}

func TestStore(t *testing.T) {
	noLeaks(t)
	storetest.Run(t, fresh)
}

func BenchmarkStore(b *testing.B) { storetest.Bench(b, fresh) }

// BenchmarkOpen opens and closes an empty store.
func BenchmarkOpen(b *testing.B) {
	dir := b.TempDir()
	for b.Loop() {
		s, err := openStore(dir, Options{})
		if err != nil {
			b.Fatal(err)
		}
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

func fresh(t testing.TB) storetest.Open {
	dir := t.TempDir()
	return func() (kg.Store, error) { return openStore(dir, Options{}) }
}

// openStore opens a directory as a store.
func openStore(dir string, o Options) (kg.Store, error) {
	e, err := Open(context.Background(), dir, o)
	if err != nil {
		return nil, err
	}
	l, err := store.Open(context.Background(), e)
	if err != nil {
		return nil, err
	}
	return l, nil
}
