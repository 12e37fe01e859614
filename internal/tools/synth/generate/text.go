package generate

import (
	"strconv"
	"strings"
)

// The words of the synthetic texts: everyday English that belongs to no field.
// qualifiers and subjects also make ids, so they are lower case and plain.
var (
	qualifiers = []string{
		"alpine", "amber", "ancient", "annual", "autumn", "bright", "broad", "calm", "central", "coastal", "common",
		"copper", "daily", "deep", "distant", "early", "eastern", "fertile", "fine", "frozen", "gentle", "golden",
		"granite", "green", "hidden", "humid", "inner", "iron", "large", "late", "little", "local", "lower", "lunar",
		"marine", "mild", "modern", "mossy", "narrow", "northern", "open", "outer", "pale", "paper", "pine", "quiet",
		"rapid", "rural", "sandy", "seasonal", "shady", "silver", "slow", "small", "solar", "southern", "spare", "spring",
		"steady", "stone", "summer", "tidal", "upper", "urban", "velvet", "warm", "western", "wide", "wild", "winter",
	}
	subjects = []string{
		"archive", "barley", "basin", "beacon", "bakery", "bridge", "canal", "cedar", "cellar", "chapel", "choir", "clock",
		"cottage", "cotton", "courtyard", "creek", "dairy", "dune", "estuary", "farm", "ferry", "festival", "fountain",
		"gallery", "garden", "glacier", "grove", "harvest", "heron", "hillside", "island", "kitchen", "lagoon", "lantern",
		"library", "lighthouse", "loom", "meadow", "mill", "mountain", "museum", "orchard", "otter", "pasture", "pavilion",
		"pebble", "piano", "plateau", "pottery", "quarry", "railway", "rainfall", "reef", "reservoir", "river", "school",
		"shore", "sparrow", "stadium", "studio", "telescope", "terrace", "theatre", "thicket", "trail", "tunnel", "valley",
		"village", "vineyard", "waterfall", "weather", "willow", "windmill", "workshop",
	}
	verbs = []string{
		"covers", "describes", "follows", "gathers", "improves", "keeps", "links", "lists", "measures", "opens", "orders",
		"protects", "repairs", "replaces", "shapes", "shows", "sorts", "surveys", "traces", "widens",
	}
	linkers = []string{"across", "along", "and", "behind", "beside", "beyond", "for", "from", "in", "near", "of", "over", "under", "with"}
	adverbs = []string{"again", "at first", "at last", "by hand", "every year", "in part", "later", "mostly", "often", "since then", "slowly", "together"}
	signs   = []string{"é", "ß", "–", "“quoted”", "№ 7", "naïve", "Ω"}
)

func (c chance) of(words []string) string { return words[c.IntN(len(words))] }

// phrase is two to six words.
func (c chance) phrase() string {
	text := c.of(qualifiers) + " " + c.of(subjects)
	for range c.IntN(3) {
		text += " " + c.of(linkers) + " " + c.of(subjects)
	}
	return text
}

// sentences are so many sentences; a few hold characters beyond ASCII or that
// JSON escapes.
func (c chance) sentences(count int) string {
	var b strings.Builder
	for i := range count {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString("The " + c.phrase() + " " + c.of(verbs) + " the " + c.phrase() + " " + c.of(adverbs))
		switch c.IntN(20) {
		case 0:
			b.WriteString(" " + c.of(signs))
		case 1:
			b.WriteString(` "as it was"`)
		}
		b.WriteByte('.')
	}
	return b.String()
}

// title names a node: its own two words, more of them, at times a year.
func (c chance) title(first, second, typeName string) string {
	text := first + " " + second
	for range c.IntN(3) {
		text += " " + c.of(linkers) + " " + c.of(qualifiers) + " " + c.of(subjects)
	}
	text = strings.ToUpper(text[:1]) + text[1:]
	switch c.IntN(8) {
	case 0:
		return typeName + " " + strconv.Itoa(1+c.skewed(200)) + ": " + text
	case 1:
		return text + " (" + strconv.Itoa(1990+c.IntN(40)) + ")"
	}
	return text
}

// initials is the abbreviation of the name.
func initials(name string) string {
	var b strings.Builder
	for _, word := range strings.Fields(name) {
		b.WriteString(strings.ToUpper(word[:1]))
	}
	return strings.Trim(b.String(), "(")
}
