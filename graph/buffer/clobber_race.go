//go:build race

package buffer

import "bytes"

// clobber overwrites what is given back, so that tests under the race detector
// see who still reads it, also in the same goroutine.
func clobber(b *bytes.Buffer) {
	all := b.Bytes()
	all = all[:cap(all)]
	for i := range all {
		all[i] = 0xa5
	}
}
