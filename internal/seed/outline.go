package seed

import (
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"strings"

	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
)

// Outline says how the text of a document falls into passages that can be cited.
type Outline struct {
	Document kg.ID  // the node that stands for the document
	Short    string // its short name in citations of this seed folder: "A"
	File     string // its file name among the sources
	// Ignore are patterns of lines that belong to no passage, such as the
	// header of a table.
	Ignore   []*regexp.Regexp
	Passages []Passage // in the order of the document

	at       place
	locators map[string]int
}

// Passage is a piece of a document that a citation can point to. It starts at
// the first line that matches, after the line where the passage before it
// starts, and ends where the next one starts.
type Passage struct {
	Locator string // "para 6", "action row 16"
	Match   *regexp.Regexp
	Uncited string // the reason why nothing cites it, or ""
	SHA256  string // Checksum of its text, or "" when not taken yet

	at place
}

// Passage returns the passage of that locator, or nil.
func (o *Outline) Passage(locator string) *Passage {
	if i, ok := o.locators[locator]; ok {
		return &o.Passages[i]
	}
	return nil
}

func (o *Outline) locatorNames() []string {
	names := make([]string, len(o.Passages))
	for i := range o.Passages {
		names[i] = o.Passages[i].Locator
	}
	return names
}

// Checksum is the SHA-256 in hex of a passage's text, in which every run of
// white space counts as one blank and the ends are trimmed.
func Checksum(text string) string {
	sum := sha256.Sum256([]byte(fold(text)))
	return hex.EncodeToString(sum[:])
}

// Cut returns the text of each passage, in order, without the ignored lines and
// trimmed. The error joins all faults, each with its line in passages.yaml: a
// passage that is not found, or found only before the one that precedes it, and
// text that belongs to no passage.
func (o *Outline) Cut(text string) ([]string, error) {
	var f faults
	cut := o.cut(text, &f)
	return cut, f.err()
}

func (o *Outline) cut(text string, f *faults) []string {
	lines := strings.Split(text, "\n")
	var candidates []int // the lines that a passage can hold
	for i, line := range lines {
		lines[i] = strings.TrimSuffix(line, "\r")
		if strings.TrimSpace(line) != "" && !o.ignores(lines[i]) {
			candidates = append(candidates, i)
		}
	}
	starts := make([]int, len(o.Passages)) // places in candidates; -1 when not found
	next := 0
	for p := range o.Passages {
		starts[p] = o.find(p, lines, candidates, next, f)
		if starts[p] >= 0 {
			next = starts[p] + 1
		}
	}
	texts := make([]string, len(o.Passages))
	end, first := len(candidates), len(candidates)
	for p := len(o.Passages) - 1; p >= 0; p-- {
		if starts[p] < 0 {
			continue
		}
		var held []string
		for _, line := range candidates[starts[p]:end] {
			held = append(held, lines[line])
		}
		texts[p] = strings.TrimSpace(strings.Join(held, "\n"))
		end, first = starts[p], starts[p]
	}
	for _, line := range candidates[:first] {
		f.addf(o.at, "%s: line %d is before the first passage; let a passage or an ignore pattern take it", o.File, line+1)
	}
	return texts
}

func (o *Outline) ignores(line string) bool {
	for _, pattern := range o.Ignore {
		if pattern.MatchString(line) {
			return true
		}
	}
	return false
}

// find returns the place of the passage's first line among the candidates, from
// next on, or -1 after noting a fault.
func (o *Outline) find(p int, lines []string, candidates []int, next int, f *faults) int {
	passage := &o.Passages[p]
	if passage.Match == nil {
		return -1 // a fault noted when the outline was read
	}
	before := -1
	for i, line := range candidates {
		if !passage.Match.MatchString(lines[line]) {
			continue
		}
		if i >= next {
			return i
		}
		before = line
	}
	if before >= 0 {
		f.addf(passage.at, "%s: %q is found at line %d only, not after the passage before it: mend the order or the pattern", o.File, passage.Locator, before+1)
	} else {
		f.addf(passage.at, "%s: no line matches %s, where %q starts", o.File, passage.Match, passage.Locator)
	}
	return -1
}

// isChecksum reports whether the text is a SHA-256 in lower-case hex.
func isChecksum(text string) bool {
	for i := range len(text) {
		if c := text[i]; (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return len(text) == 64
}

// readOutlines reads passages.yaml; documents gives the node of each short name.
func readOutlines(root *item, documents map[string]kg.ID, f *faults) []*Outline {
	d := &decoder{faults: f, yaml: true}
	var outlines []*Outline
	for _, m := range root.members {
		if _, ok := documents[m.key]; !ok {
			f.addf(m.at, "seed.yaml names no document %q%s", m.key, ontology.DidYouMean(m.key, sortedKeys(documents)))
		}
		if m.value.kind != objectItem {
			f.addf(m.at, "%s: want the keys file, ignore and passages, not %s", m.key, m.value.kind)
			continue
		}
		o := &Outline{Document: documents[m.key], Short: m.key, at: m.at, locators: map[string]int{}}
		d.read(&m.value, m.key, []string{"file", "passages"}, map[string]func(*item, string){
			"file": func(it *item, about string) { o.File, _ = d.text(it, about) },
			"ignore": func(it *item, about string) {
				for i := range d.list(it, about) {
					if pattern := d.pattern(&it.list[i], about); pattern != nil {
						o.Ignore = append(o.Ignore, pattern)
					}
				}
			},
			"passages": func(it *item, about string) {
				for i := range d.list(it, about) {
					o.addPassage(d, &it.list[i])
				}
			},
		})
		outlines = append(outlines, o)
	}
	return outlines
}

func (o *Outline) addPassage(d *decoder, it *item) {
	p := Passage{at: it.at}
	d.read(it, o.Short+": passage", []string{"locator", "match"}, map[string]func(*item, string){
		"locator": func(it *item, about string) { p.Locator, _ = d.text(it, about) },
		"match":   func(it *item, about string) { p.Match = d.pattern(it, about) },
		"uncited": func(it *item, about string) { p.Uncited, _ = d.text(it, about) },
		"sha256": func(it *item, about string) {
			if p.SHA256 = it.text; !isChecksum(p.SHA256) {
				d.faults.addf(it.at, "%s: want 64 hex digits, as the program fills in", about)
			}
		},
	})
	if i, ok := o.locators[p.Locator]; ok && p.Locator != "" {
		d.faults.addf(p.at, "%s: the locator %q is given twice, first at %s", o.Short, p.Locator, o.Passages[i].at)
		return
	}
	o.locators[p.Locator] = len(o.Passages)
	o.Passages = append(o.Passages, p)
}

// read hands each key of an object to its reader; other keys, missing required
// ones and an item that is no object are faults.
func (d *decoder) read(it *item, about string, required []string, readers map[string]func(*item, string)) {
	if it.kind != objectItem {
		d.faults.addf(it.at, "%s: want keys and values, not %s", about, it.kind)
		return
	}
	for i := range it.members {
		m := &it.members[i]
		if reader := readers[m.key]; reader != nil {
			reader(&m.value, about+": "+m.key)
			continue
		}
		d.faults.addf(m.at, "%s: no key %q%s", about, m.key, ontology.DidYouMean(m.key, sortedKeys(readers)))
	}
	for _, key := range required {
		if it.member(key) == nil {
			d.faults.addf(it.at, "%s: %s is required", about, key)
		}
	}
}

func (d *decoder) list(it *item, about string) []item {
	if it.kind != listItem {
		d.faults.addf(it.at, "%s: want a list, not %s", about, it.kind)
	}
	return it.list
}

// pattern reads a regular expression, as it is written: white space counts.
func (d *decoder) pattern(it *item, about string) *regexp.Regexp {
	if it.kind != textItem && it.kind != plainItem || it.text == "" {
		d.faults.addf(it.at, "%s: want a regular expression, not %s", about, it.describe())
		return nil
	}
	pattern, err := regexp.Compile(it.text)
	if err != nil {
		d.faults.addf(it.at, "%s: %v", about, err)
		return nil
	}
	return pattern
}
