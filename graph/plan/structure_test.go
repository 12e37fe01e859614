package plan

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"

	"ecpgraph/internal/structure"
)

// TestNetworksAreTakenOnce: of many that ask for a network at once, one takes
// it; when that one fails, another does; and what is kept is not taken again.
func TestNetworksAreTakenOnce(t *testing.T) {
	s := newNetworks()
	var takes atomic.Int32
	started, release := make(chan struct{}), make(chan struct{})
	failure := errors.New("gave up")
	var all sync.WaitGroup
	all.Go(func() {
		_, err := s.get(t.Context(), "key", func() (*structure.Network, error) {
			takes.Add(1)
			close(started)
			<-release
			return nil, failure
		})
		if !errors.Is(err, failure) {
			t.Errorf("who failed got %v", err)
		}
	})
	<-started
	network := new(structure.Network)
	take := func() (*structure.Network, error) { takes.Add(1); return network, nil }
	for range 10 {
		all.Go(func() {
			if n, err := s.get(t.Context(), "key", take); n != network || err != nil {
				t.Errorf("%p, %v", n, err)
			}
		})
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.get(ended, "key", take); !errors.Is(err, context.Canceled) {
		t.Errorf("who did not wait got %v", err)
	}
	close(release)
	all.Wait()
	if n := takes.Load(); n != 2 {
		t.Errorf("taken %d times", n)
	}
	if len(s.waiting) > 0 {
		t.Errorf("%d still wait", len(s.waiting))
	}
}
