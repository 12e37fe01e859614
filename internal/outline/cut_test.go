package outline

import (
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// almanac is an outline without checksums, and its text.
func almanac() (*Outline, string) {
	o := &Outline{Document: "document:almanac", File: "almanac.txt", Ignore: []*regexp.Regexp{regexp.MustCompile(`^\* \* \*$`)}}
	for _, p := range [][2]string{
		{"title", "^The Garden"}, {"para 1", `^1\. `}, {"para 2", `^2\. `}, {"appendix", "^Appendix$"}, {"row 1", "^1\t"}, {"section 1", `^1\. All`},
	} {
		o.Add(Passage{Locator: p[0], Match: regexp.MustCompile(p[1])})
	}
	return o, "\nThe Garden Almanac\nedition of 2017\n* * *\n1. The spade was  made\n   in July.\n\n2. The club keeps it.\nAppendix\n1\tspade\tspring\n1. All tools\nare here.\n"
}

// taken is the outline with the checksums of the text.
func taken(o *Outline, text string) {
	pieces, _ := o.Cut(text)
	for i := range pieces {
		o.Passages[i].Checksum = Checksum(pieces[i].Text)
	}
}

func TestCut(t *testing.T) {
	o, text := almanac()
	want := []Piece{
		{Text: "The Garden Almanac\nedition of 2017", Line: 2},
		{Text: "1. The spade was  made\n   in July.", Line: 5},
		{Text: "2. The club keeps it.", Line: 8},
		{Text: "Appendix", Line: 9},
		{Text: "1\tspade\tspring", Line: 10},
		{Text: "1. All tools\nare here.", Line: 11},
	}
	for _, text := range []string{text, strings.ReplaceAll(text, "\n", "\r\n")} {
		pieces, faults := o.Cut(text)
		if diff := cmp.Diff(want, pieces); diff != "" || faults != nil {
			t.Errorf("passages (-want +got), faults %v:\n%s", faults, diff)
		}
	}
}

func TestCutFaults(t *testing.T) {
	o, text := almanac()
	for name, test := range map[string]struct {
		text string
		want []Fault
	}{
		"nothing": {"", []Fault{
			{0, `no line matches ^The Garden, where "title" starts`}, {1, `no line matches ^1\. , where "para 1" starts`},
			{2, `no line matches ^2\. , where "para 2" starts`}, {3, `no line matches ^Appendix$, where "appendix" starts`},
			{4, "no line matches ^1\t, where \"row 1\" starts"}, {5, `no line matches ^1\. All, where "section 1" starts`},
		}},
		"out of order": {"The Garden\n2. b\n1. a\nAppendix\n1\trow\n1. All\n", []Fault{
			{1, `"para 1" is found at line 3, not between the passages around it: mend the order or the pattern`},
		}},
		"before the first": {"\n x\n" + text, []Fault{
			{-1, "line 2 is before the first passage; let a passage or an ignore pattern take it"},
		}},
	} {
		if _, faults := o.Cut(test.text); !slices.Equal(faults, test.want) {
			t.Errorf("%s: %v", name, faults)
		}
	}
}

// TestCutChanged: after one word is changed, also one that a passage starts
// with, the pieces of all other passages are what they were.
func TestCutChanged(t *testing.T) {
	o, text := almanac()
	taken(o, text)
	before, _ := o.Cut(text)
	words := regexp.MustCompile(`\S+`).FindAllStringIndex(text, -1)
	for _, at := range words {
		if text[at[0]] == '*' {
			continue // in no passage
		}
		line := 1 + strings.Count(text[:at[0]], "\n")
		changed := len(before) - 1
		for before[changed].Line > line {
			changed--
		}
		after, _ := o.Cut(text[:at[0]] + "other" + text[at[1]:])
		for i := range after {
			if same := after[i].Text == before[i].Text; same == (i == changed) {
				t.Errorf("%q changed in %q: %q is %q", text[at[0]:at[1]], o.Passages[changed].Locator, o.Passages[i].Locator, after[i].Text)
			}
		}
	}
}

// TestLongest compares with trying all ways. The seed is printed.
func TestLongest(t *testing.T) {
	for seed := range uint64(2000) {
		r := rand.New(rand.NewPCG(seed, 0))
		matches := make([][]int, 1+r.IntN(6))
		for p := range matches {
			for line := range 7 {
				if r.IntN(3) == 0 {
					matches[p] = append(matches[p], line)
				}
			}
		}
		var most func(p, next int) int
		most = func(p, next int) int {
			if p == len(matches) {
				return 0
			}
			best := most(p+1, next)
			for _, line := range matches[p] {
				if line >= next {
					best = max(best, 1+most(p+1, line+1))
				}
			}
			return best
		}
		in, next, count := longest(matches), 0, 0
		for p, wanted := range in {
			if !wanted {
				continue
			}
			i := slices.IndexFunc(matches[p], func(line int) bool { return line >= next })
			if i < 0 {
				t.Fatalf("seed %d: %v of %v do not rise", seed, in, matches)
			}
			next, count = matches[p][i]+1, count+1
		}
		if want := most(0, 0); count != want {
			t.Fatalf("seed %d: %d of %v, want %d", seed, count, matches, want)
		}
	}
}

func TestChecksum(t *testing.T) {
	// printf 'a b é' | sha256sum
	const want = "cd6deffd25a7502452ae1a9c966b078672f3cf8c89edbfa67e8bd04849400fab"
	if got := Checksum("\n a \t\r\n b\u00a0é  "); got != want || !IsChecksum(got) || IsChecksum(got[1:]) || IsChecksum(strings.ToUpper(got)) {
		t.Errorf("checksum %s, want %s", got, want)
	}
}
