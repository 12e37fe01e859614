package memstore_test

import (
	"context"
	"testing"

	"go.uber.org/goleak"

	"ecpgraph/internal/kg"
	"ecpgraph/internal/store"
	"ecpgraph/internal/store/memstore"
	"ecpgraph/internal/store/storetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestStore(t *testing.T) { storetest.Run(t, fresh) }

func BenchmarkStore(b *testing.B) { storetest.Bench(b, fresh) }

func fresh(testing.TB) storetest.Open {
	engine := memstore.New()
	return func() (kg.Store, error) { return store.Open(context.Background(), engine) }
}
