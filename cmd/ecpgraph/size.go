package main

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// byteSize is an amount of memory, written as bytes or with a unit: 67108864,
// 64MiB, 64MB. The units with an i are powers of 1024, the others of 1000.
type byteSize int

var byteUnits = []struct {
	name  string
	bytes float64
}{
	{"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30},
	{"kB", 1e3}, {"KB", 1e3}, {"MB", 1e6}, {"GB", 1e9}, {"B", 1},
}

// UnmarshalText implements encoding.TextUnmarshaler.
func (s *byteSize) UnmarshalText(text []byte) error {
	number, factor := strings.TrimSpace(string(text)), 1.0
	for _, unit := range byteUnits {
		if rest, found := strings.CutSuffix(number, unit.name); found {
			number, factor = strings.TrimSpace(rest), unit.bytes
			break
		}
	}
	amount, err := strconv.ParseFloat(number, 64)
	if bytes := amount * factor; err == nil && bytes >= 0 && bytes <= math.MaxInt/2 {
		*s = byteSize(bytes)
		return nil
	}
	return fmt.Errorf("%q is no size: write bytes, such as 67108864, or a unit, such as 64MiB", text)
}
