package buffer

import (
	"bytes"
	"testing"
)

func TestScope(t *testing.T) {
	var s Scope
	ctx := WithScope(t.Context(), &s)
	b := Take(ctx, 100)
	if b.Len() != 0 || b.Available() < 100 {
		t.Fatalf("took %d bytes with room for %d", b.Len(), b.Available())
	}
	data := append(b.AvailableBuffer(), bytes.Repeat([]byte("x"), 1000)...) // moves as it grows
	Hold(b, data)
	other := Take(ctx, 10)
	if other == b {
		t.Fatal("a buffer was lent twice")
	}
	Hold(other, append(other.AvailableBuffer(), "other"...))
	if got := b.String(); got != string(data) {
		t.Errorf("the buffer holds %.20q after another was taken", got)
	}
	s.Release()
	if len(s.owned) != 0 {
		t.Errorf("the scope owns %d buffers after its release", len(s.owned))
	}
	s.Release() // nothing is given back twice
	if a, b := Get(), Get(); a == b {
		t.Error("a buffer was given back twice")
	}
}

func TestTakeWithoutScope(t *testing.T) {
	b := Take(t.Context(), 10)
	Hold(b, append(b.AvailableBuffer(), "kept"...))
	for range 100 {
		Put(Get())
	}
	if b.String() != "kept" {
		t.Errorf("what belongs to nobody became %q", b)
	}
}

func TestLargeBuffersAreNotKept(t *testing.T) {
	b := Get()
	b.Grow(2 * mostKept)
	Put(b)
	for range 10 {
		if again := Get(); again.Cap() > mostKept {
			t.Fatalf("a buffer of %d bytes was kept", again.Cap())
		}
	}
}
