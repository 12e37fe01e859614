package search

import (
	"strings"
	"unicode/utf8"
)

// Typos is how many letters of a word, which is folded, may be wrong for it to
// be taken for another: none of up to 3 letters, 1 of up to 7, else 2.
func Typos(word string) int {
	switch n := utf8.RuneCountInString(word); {
	case n <= 3:
		return 0
	case n <= 7:
		return 1
	}
	return 2
}

// Near holds words against one word. Two words are as far apart as the fewest
// letters that must be put in, left out or replaced, or neighbours swapped, to
// make one of the other (optimal string alignment). What words share with the
// one before is not looked at again, so words come best in order, and many can
// be skipped: Schulz and Mihov, "Fast string correction with Levenshtein
// automata" (2002), walk a dictionary so.
type Near struct {
	word []rune
	most int

	last    []rune  // the word looked at last, as far as it was
	rows    [][]int // of the table of distances, by letters of last; rows[0] is of none
	nearest []int   // the least of each row
}

// NewNear is for words that are at most so far from the word.
func NewNear(word string, most int) *Near {
	n := &Near{word: []rune(word), most: most}
	first := make([]int, len(n.word)+1)
	for i := range first {
		first[i] = i
	}
	n.rows, n.nearest = append(n.rows, first), append(n.nearest, 0)
	return n
}

// Distance is how far the other word is, and whether that is near. When it is
// not, apart may be how many of its first bytes no near word begins with; it is 0
// when that is not known.
func (n *Near) Distance(other string) (distance int, near bool, apart int) {
	depth, at := 0, 0
	shared := true
	for at < len(other) {
		r, size := utf8.DecodeRuneInString(other[at:])
		at += size
		if shared && depth < len(n.last) && n.last[depth] == r {
			depth++
		} else {
			if shared {
				n.last, shared = n.last[:depth], false
			}
			n.last = append(n.last, r)
			depth++
			n.row(depth)
		}
		// A swap leads from the row before the last.
		if n.nearest[depth] > n.most && n.nearest[depth-1] >= n.most {
			return 0, false, at
		}
	}
	distance = n.rows[depth][len(n.word)]
	return distance, distance <= n.most, 0
}

// row makes the row of that many letters of last.
func (n *Near) row(depth int) {
	if depth == len(n.rows) {
		n.rows, n.nearest = append(n.rows, make([]int, len(n.word)+1)), append(n.nearest, 0)
	}
	above, row, r := n.rows[depth-1], n.rows[depth], n.last[depth-1]
	row[0] = depth
	least := depth
	for j := 1; j < len(row); j++ {
		replaced := above[j-1]
		if n.word[j-1] != r {
			replaced++
		}
		d := min(replaced, above[j]+1, row[j-1]+1)
		if depth > 1 && j > 1 && n.word[j-1] == n.last[depth-2] && n.word[j-2] == r {
			d = min(d, n.rows[depth-2][j-2]+1)
		}
		row[j] = d
		least = min(least, d)
	}
	n.nearest[depth] = least
}

// IsContraction reports whether the short word, of three letters or more, may
// stand for the long one: it has its first and its last letter, and leaves out
// some of those between, as "natl" does for "national" and "govt" for
// "government".
func IsContraction(short, long string) bool {
	if len(long) <= len(short) || utf8.RuneCountInString(short) < 3 {
		return false
	}
	_, size := utf8.DecodeLastRuneInString(short)
	if !strings.HasSuffix(long, short[len(short)-size:]) {
		return false
	}
	first := true
	for _, r := range short {
		at := strings.IndexRune(long, r)
		if at < 0 || first && at > 0 {
			return false
		}
		long, first = long[at+utf8.RuneLen(r):], false
	}
	return true
}

// Initial is the first letter of the word.
func Initial(word string) string {
	_, size := utf8.DecodeRuneInString(word)
	return word[:size]
}
