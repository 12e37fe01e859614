package records

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"
)

// appendByBytes is AppendString, one byte at a time.
func appendByBytes(b []byte, s string) []byte {
	b = append(b, '"')
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\t':
			b = append(b, `\t`...)
		case c == '\r':
			b = append(b, `\r`...)
		case c == '\n':
			b = append(b, `\n`...)
		case c == '\\' || c == '"':
			b = append(b, '\\', c)
		case c < 0x20:
			b = append(b, `\u00`...)
			b = append(b, hex[c>>4], hex[c&0xf])
		default:
			b = append(b, c)
		}
	}
	return append(b, '"')
}

func checkAppendString(t *testing.T, s string) {
	t.Helper()
	got := string(AppendString([]byte("x"), s))
	if want := string(appendByBytes([]byte("x"), s)); got != want {
		t.Fatalf("AppendString(%q) = %s, want %s", s, got, want)
	}
	if !utf8.ValidString(s) {
		return
	}
	var back string
	if err := json.Unmarshal([]byte(got[1:]), &back); err != nil || back != s {
		t.Fatalf("AppendString(%q) reads back as %q, %v", s, back, err)
	}
}

// TestAppendStringEveryByte puts each byte at each place of a word, beside all
// kinds of neighbours.
func TestAppendStringEveryByte(t *testing.T) {
	for c := range 256 {
		for _, filler := range []string{"a", "\x00", "\x1f", " ", "!", "\"", "#", "[", "\\", "]", "\x7f", "\x80", "\xff"} {
			for length := range 18 {
				for at := range length {
					checkAppendString(t, strings.Repeat(filler, at)+string([]byte{byte(c)})+strings.Repeat(filler, length-at-1))
				}
			}
		}
	}
}

func FuzzAppendString(f *testing.F) {
	for _, s := range []string{"", "tool:a", "a line\nand \"another\"\t\\", "Zürich \u2028 東京 \x00\x1f\x7f", strings.Repeat("plain text ", 20) + "\""} {
		f.Add(s)
	}
	f.Fuzz(checkAppendString)
}
