package outline

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
)

// Piece is the text of a passage as it was cut.
type Piece struct {
	Text string // without the ignored lines, trimmed; "" when nothing is left for it
	Line int    // where it starts, from 1; 0 when nothing is left for it
	// Lost tells that no line matches where the passage should start. Its text is
	// then what the passages around it, as their checksums tell, leave over.
	Lost bool
}

// Fault is what keeps a text from falling into the passages of its outline.
type Fault struct {
	Passage int    // its place in Passages, -1 for the text as a whole
	Text    string // what is wrong
}

// Cut returns the piece of each passage, in order, and all faults: a passage
// that is not found, or found only before the one that precedes it, and text
// that belongs to no passage.
func (o *Outline) Cut(text string) ([]Piece, []Fault) {
	c := cutter{Outline: o, lines: strings.Split(text, "\n"), pieces: make([]Piece, len(o.Passages))}
	for i, line := range c.lines {
		c.lines[i] = strings.TrimSuffix(line, "\r")
		if strings.TrimSpace(line) != "" && !o.ignores(c.lines[i]) {
			c.candidates = append(c.candidates, i)
		}
	}
	// A group is a passage that was found and those after it that were not: they
	// share the lines up to the next that was found.
	first, begun := 0, 0
	for p, at := range c.align() {
		if at < 0 {
			c.pieces[p].Lost = true
			continue
		}
		c.share(first, p, c.candidates[begun:at])
		first, begun = p, at
	}
	c.share(first, len(o.Passages), c.candidates[begun:])
	return c.pieces, c.faults
}

func (o *Outline) ignores(line string) bool {
	for _, pattern := range o.Ignore {
		if pattern.MatchString(line) {
			return true
		}
	}
	return false
}

// cutter cuts one text.
type cutter struct {
	*Outline
	lines      []string
	candidates []int // the lines that a passage can hold
	pieces     []Piece
	faults     []Fault
}

func (c *cutter) faultf(passage int, format string, args ...any) {
	c.faults = append(c.faults, Fault{passage, fmt.Sprintf(format, args...)})
}

// align returns the place in candidates where each passage starts, -1 after
// noting a fault. As many are found as can be in the order of the outline, so
// that a start which changed does not hide those behind it.
func (c *cutter) align() []int {
	starts, lost := c.leftmost(nil)
	if lost == 0 {
		return starts
	}
	matches := make([][]int, len(c.Passages))
	for p := range c.Passages {
		for i := range c.candidates {
			if c.startsAt(p, i) {
				matches[p] = append(matches[p], i)
			}
		}
	}
	found := longest(matches)
	starts, _ = c.leftmost(found)
	for p, at := range starts {
		passage := &c.Passages[p]
		switch {
		case at >= 0 || passage.Match == nil: // of one without a pattern was told when it was read
		case len(matches[p]) == 0:
			c.faultf(p, "no line matches %s, where %q starts", passage.Match, passage.Locator)
		default:
			c.faultf(p, "%q is found at line %d, not between the passages around it: mend the order or the pattern", passage.Locator, c.candidates[matches[p][0]]+1)
		}
	}
	return starts
}

// leftmost gives each passage the first line that it can start at, after that of
// the one before it; only those that are wanted, nil for all. Lost counts those
// without one.
func (c *cutter) leftmost(wanted []bool) (starts []int, lost int) {
	starts = make([]int, len(c.Passages))
	next := 0
	for p := range c.Passages {
		starts[p] = -1
		if wanted == nil || wanted[p] {
			for i := next; i < len(c.candidates); i++ {
				if c.startsAt(p, i) {
					starts[p], next = i, i+1
					break
				}
			}
		}
		if starts[p] < 0 {
			lost++
		}
	}
	return starts, lost
}

func (c *cutter) startsAt(p, candidate int) bool {
	match := c.Passages[p].Match
	return match != nil && match.MatchString(c.lines[c.candidates[candidate]])
}

// longest tells which passages are in a longest sequence of starts that rises,
// one of each passage at most (after Hunt and Szymanski, "A fast algorithm for
// computing longest common subsequences", 1977).
func longest(matches [][]int) []bool {
	type start struct {
		passage, line int
		before        *start
	}
	var tails []*start // by length: the end of such a sequence that leaves most room
	for p := range matches {
		for _, line := range slices.Backward(matches[p]) {
			at, _ := slices.BinarySearchFunc(tails, line, func(s *start, line int) int { return cmp.Compare(s.line, line) })
			s := &start{passage: p, line: line}
			if at > 0 {
				s.before = tails[at-1]
			}
			switch {
			case at == len(tails):
				tails = append(tails, s)
			case line < tails[at].line:
				tails[at] = s
			}
		}
	}
	in := make([]bool, len(matches))
	if len(tails) > 0 {
		for s := tails[len(tails)-1]; s != nil; s = s.before {
			in[s.passage] = true
		}
	}
	return in
}

// share gives the lines to the passages from first up to end, of which at most
// the first was found. Each but the last takes what its checksum was taken of,
// or else all that is left.
func (c *cutter) share(first, end int, lines []int) {
	for p := first; p < end; p++ {
		size := len(lines)
		if p < end-1 {
			size = c.cited(p, lines)
		}
		if size > 0 {
			c.pieces[p].Text, c.pieces[p].Line = c.join(lines[:size]), lines[0]+1
		}
		lines = lines[size:]
	}
	for _, line := range lines {
		c.faultf(-1, "line %d is before the first passage; let a passage or an ignore pattern take it", line+1)
	}
}

// cited is how many of the lines have the checksum of the passage together; all
// where no number has.
func (c *cutter) cited(p int, lines []int) int {
	hash, blank := sha256.New(), ""
	for i, line := range lines {
		for word := range strings.FieldsSeq(c.lines[line]) {
			hash.Write([]byte(blank + word))
			blank = " "
		}
		if hex.EncodeToString(hash.Sum(nil)) == c.Passages[p].Checksum {
			return i + 1
		}
	}
	return len(lines)
}

func (c *cutter) join(lines []int) string {
	held := make([]string, len(lines))
	for i, line := range lines {
		held[i] = c.lines[line]
	}
	return strings.TrimSpace(strings.Join(held, "\n"))
}
