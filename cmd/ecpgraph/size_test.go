package main

import "testing"

func TestByteSize(t *testing.T) {
	for text, want := range map[string]int{
		"0": 0, "0B": 0, "67108864": 64 << 20, "64MiB": 64 << 20, "64 MB": 64e6, "1.5KiB": 1536, "2kB": 2000, "1GiB": 1 << 30,
	} {
		var got byteSize
		if err := got.UnmarshalText([]byte(text)); err != nil || int(got) != want {
			t.Errorf("%q: %d, %v; want %d", text, got, err, want)
		}
	}
	for _, text := range []string{"", "MiB", "-1", "64M", "64 apples", "NaN", "1e300GiB", "Inf"} {
		var got byteSize
		if err := got.UnmarshalText([]byte(text)); err == nil {
			t.Errorf("%q is taken for %d bytes", text, got)
		}
	}
}
