package records

import "math/bits"

const hex = "0123456789ABCDEF"

// AppendString appends the text as a JSON string. Quotes, backslashes and
// control characters are escaped, all other bytes are copied as they are.
func AppendString(b []byte, s string) []byte {
	b = append(b, '"')
	start := 0
	for i := plain(s, 0); i < len(s); i = plain(s, start) {
		b = append(b, s[start:i]...)
		switch c := s[i]; c {
		case '\t':
			b = append(b, '\\', 't')
		case '\r':
			b = append(b, '\\', 'r')
		case '\n':
			b = append(b, '\\', 'n')
		case '\\', '"':
			b = append(b, '\\', c)
		default:
			b = append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&0xf])
		}
		start = i + 1
	}
	b = append(b, s[start:]...)
	return append(b, '"')
}

// The bytes of a word, all of one value.
const (
	ones   = 0x0101010101010101
	blanks = ones * 0x20
	quotes = ones * '"'
	slants = ones * '\\'
	tops   = ones * 0x80
)

// plain is the position from i on of the first byte that must be escaped, len(s)
// when there is none. It looks at eight bytes at a time: x-n borrows into the
// top bit of a byte below n, so that the lowest top bit that is set, where x
// itself has none, marks the first such byte ("Bit Twiddling Hacks", S. E.
// Anderson, "Determine if a word has a byte less than n").
func plain(s string, i int) int {
	for ; i+8 <= len(s); i += 8 {
		w := s[i : i+8]
		x := uint64(w[0]) | uint64(w[1])<<8 | uint64(w[2])<<16 | uint64(w[3])<<24 |
			uint64(w[4])<<32 | uint64(w[5])<<40 | uint64(w[6])<<48 | uint64(w[7])<<56
		q, s := x^quotes, x^slants
		found := ((x-blanks)&^x | (q-ones)&^q | (s-ones)&^s) & tops
		if found != 0 {
			return i + bits.TrailingZeros64(found)/8
		}
	}
	for ; i < len(s); i++ {
		if c := s[i]; c < 0x20 || c == '"' || c == '\\' {
			return i
		}
	}
	return i
}
