package search

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func TestWords(t *testing.T) {
	for text, want := range map[string][]string{
		"":                         nil,
		" - !":                     nil,
		"Transit Guidelines":       {"transit", "guidelines"},
		"the Guide to it":          {"guide"},
		"The RKC's AEOs":           {"rkc|RKC", "aeos|AEO"},
		"IT and WHO, R2D":          {"|IT", "who|WHO", "r2d|R2D"},
		"a SAFE 2015 3rd":          {"safe|SAFE", "2015", "3rd"},
		"Member's Members' d’État": {"member", "members", "d", "etat"},
		"e\u0301lan E\u0301LAN":    {"elan", "elan|ELAN"},
		"Straße Øre Łódź Ⅲ":        {"strasse", "ore", "lodz", "iii"},
		"關務 guide":                 {"關", "務", "guide"},
		"pre-arrival/duty":         {"pre", "arrival", "duty"},
		"Ελλάς":                    {"ελλασ"},
		"it's":                     nil,
		"x's":                      {"x"},
		"x'sy":                     {"x", "sy"},
	} {
		var got []string
		for _, w := range Words(nil, text) {
			word := w.Text
			if w.Acronym != "" {
				word += "|" + w.Acronym
			}
			got = append(got, word)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
	long := strings.Repeat("é", 50) + strings.Repeat("Σ", 50)
	if w := Words(nil, long)[0]; len(w.Text) > MaxWord || !utf8.ValidString(w.Text) || w.End != len(long) {
		t.Errorf("a long word: %+v", w)
	}
}

// TestWordsOfAnything: words of any bytes lie in the text in order, and folding
// what is folded changes nothing.
func TestWordsOfAnything(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 1))
	pieces := []string{"a", "B", "é", "İ", "ß", "'", "’s", "s", " ", "\xff", "\u0301", "關", "Ⅲ", "½", "-", "Σ", "ﬁ", "ǅ", "９"}
	for range 20_000 {
		text := ""
		for range r.IntN(12) {
			text += pieces[r.IntN(len(pieces))]
		}
		at := 0
		for _, w := range Words(nil, text) {
			if w.Start < at || w.End <= w.Start || w.End > len(text) || w.Text == "" && w.Acronym == "" {
				t.Fatalf("%q: %+v", text, w)
			}
			at = w.End
			if Fold(w.Text) != w.Text {
				t.Fatalf("%q: %q folds to %q", text, w.Text, Fold(w.Text))
			}
			if w.Text != "" {
				if again := Words(nil, w.Text); len(again) > 0 && again[0].Text != w.Text && !strings.ContainsAny(w.Text, "⁄") {
					t.Fatalf("%q: %q is read as %+v", text, w.Text, again)
				}
			}
		}
	}
}

// TestStem holds stems against those that the description of the algorithm
// shows, and the spellings that are brought together first.
func TestStem(t *testing.T) {
	for word, want := range map[string]string{
		"consign": "consign", "consigned": "consign", "consigning": "consign", "consignment": "consign", "consist": "consist",
		"consistency": "consist", "consistently": "consist", "consolation": "consol", "console": "consol", "knack": "knack", "knackeries": "knackeri",
		"knavish": "knavish", "knees": "knee", "knightly": "knight", "knots": "knot", "skies": "sky", "dying": "die", "news": "news", "innings": "inning",
		"succeeded": "succeed", "facilitate": "facilit", "facilitation": "facilit", "hopping": "hop", "hoped": "hope", "ties": "tie", "cries": "cri",
		"gas": "gas", "gaps": "gap", "kiwis": "kiwi", "generously": "generous", "communism": "communism", "by": "by", "say": "say", "cry": "cri",
		"agreed": "agre", "relational": "relat", "adjustable": "adjust", "élan": "élan", "r2d": "r2d",
	} {
		if got := Stem(word); got != want {
			t.Errorf("%s: %s, want %s", word, got, want)
		}
	}
	for _, same := range [][]string{
		{"harmonise", "harmonize", "harmonisation", "harmonizations", "harmonised", "harmonizing"},
		{"programme", "programs", "programmes"}, {"centre", "centers"}, {"labour", "labor"}, {"guide", "guides", "guided", "guiding"},
	} {
		for _, word := range same {
			if Stem(word) != Stem(same[0]) {
				t.Errorf("%s is %s, %s is %s", word, Stem(word), same[0], Stem(same[0]))
			}
		}
	}
}

// TestNear: distances are right whatever words come in what order, and no word
// that is near begins as was said that none does.
func TestNear(t *testing.T) {
	for _, d := range []struct {
		word, other string
		want        int
	}{{"abc", "abc", 0}, {"abc", "acb", 1}, {"abc", "ab", 1}, {"abc", "abxc", 1}, {"ab", "ba", 1}, {"abcd", "badc", 2}, {"ca", "abc", 3}, {"é", "", 1}} {
		if got, near, _ := NewNear(d.word, 5).Distance(d.other); got != d.want || !near {
			t.Errorf("%s to %s: %d, want %d", d.word, d.other, got, d.want)
		}
	}
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 1))
	random := func() string {
		word := ""
		for range r.IntN(9) {
			word += []string{"a", "b", "c", "é"}[r.IntN(4)]
		}
		return word
	}
	for range 300 {
		word, most := random(), r.IntN(4)
		near := NewNear(word, most)
		var words []string
		for range 200 {
			words = append(words, random())
		}
		slices.Sort(words)
		barred := map[string]bool{}
		for _, other := range words {
			want, _, _ := NewNear(word, 99).Distance(other)
			got, isNear, apart := near.Distance(other)
			if isNear != (want <= most) || isNear && got != want {
				t.Fatalf("%q to %q, at most %d: %d, %v, want %d", word, other, most, got, isNear, want)
			}
			if apart > 0 {
				barred[other[:apart]] = true
			}
			for start := range barred {
				if isNear && strings.HasPrefix(other, start) {
					t.Fatalf("%q is near %q, where no word was to begin with %q", other, word, start)
				}
			}
		}
	}
}

func TestIsContraction(t *testing.T) {
	for _, c := range []struct {
		short, long string
		want        bool
	}{
		{"natl", "national", true}, {"govt", "government", true}, {"intl", "international", true}, {"nat", "national", false},
		{"nl", "national", false}, {"natl", "natl", false}, {"atl", "national", false}, {"nlal", "national", false}, {"élé", "élégé", true}, {"aaa", "aba", false},
	} {
		if got := IsContraction(c.short, c.long); got != c.want {
			t.Errorf("%s for %s: %v", c.short, c.long, got)
		}
	}
}

func TestKey(t *testing.T) {
	key := func(text string) string { return Key(Words(nil, text)) }
	if a, b := key("The Transit-Guidelines"), key("transit GUIDELINES"); a != b {
		t.Errorf("%q is not %q", a, b)
	}
	if a, b := key("IT guide"), key("guide"); a == b {
		t.Errorf("both are %q", a)
	}
}

func BenchmarkWords(b *testing.B) {
	text := "The humid waterfall across quarry repairs the silver thicket and lantern over otter at last. The WCO's naïve guidelines."
	var words []Word
	for b.Loop() {
		words = Words(words[:0], text)
	}
	b.SetBytes(int64(len(text)))
}

func BenchmarkStem(b *testing.B) {
	for b.Loop() {
		Stem("facilitations")
	}
}
