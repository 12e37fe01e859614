package seed

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
	"ecpgraph/internal/outline"
)

// Outline is an outline as a seed folder or a Document node gives it.
type Outline struct {
	outline.Outline
	Short string // the document's short name in citations of the seed folder: "A"

	at     place
	places []place // of the passages
}

// cut returns the piece of each passage, in order, noting all faults.
func (o *Outline) cut(text string, f *faults) []outline.Piece {
	pieces, found := o.Cut(text)
	for _, fault := range found {
		at := o.at
		if fault.Passage >= 0 {
			at = o.places[fault.Passage]
		}
		f.addf(at, "%s: %s", o.File, fault.Text)
	}
	return pieces
}

// kindOf is what kind of passage a locator names by our rules of writing them,
// "" where it follows none.
func kindOf(locator string) string {
	words := strings.Fields(locator)
	switch first, last := words[0], words[len(words)-1]; {
	case first == "heading":
		return "HEADING"
	case first == "para":
		return "PARAGRAPH"
	case first == "section":
		return "SECTION"
	case last == "title":
		return "TITLE"
	case len(words) > 1 && words[len(words)-2] == "row":
		return "TABLE_ROW"
	}
	return ""
}

// outlineDocuments puts each outline, which is without faults, into the node of
// its document.
func (r *folderReader) outlineDocuments() {
	for _, o := range r.set.Outlines {
		// It is there, or there was a fault.
		n := r.set.Nodes[slices.IndexFunc(r.set.Nodes, func(n *kg.Node) bool { return n.ID == o.Document })]
		props := o.Props()
		for _, name := range sortedKeys(props) {
			if _, given := n.Props[name]; given {
				r.faults.addf(r.set.places[n.ID], "%s: %s comes from %s: take it out here", n.ID, name, passagesFile)
			}
		}
		if n.Props == nil {
			n.Props = kg.Props{}
		}
		maps.Copy(n.Props, props)
		r.faults.addAll(o.at, r.ontology.CheckNode(n))
	}
}

// outlineOf is the outline that a line gives the document, nil where it gives
// none.
func outlineOf(n *kg.Node, at place, f *faults) *Outline {
	read, err := outline.Of(n)
	f.addAll(at, err)
	if read == nil {
		return nil
	}
	o := &Outline{Outline: *read, Short: string(n.ID), at: at}
	for range o.Passages {
		o.places = append(o.places, at)
	}
	return o
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
		o := &Outline{Outline: outline.Outline{Document: documents[m.key]}, Short: m.key, at: m.at}
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
	var p outline.Passage
	d.read(it, o.Short+": passage", []string{"locator", "match"}, map[string]func(*item, string){
		"locator": func(it *item, about string) {
			if text, ok := d.text(it, about); ok {
				p.Locator, p.Kind = text, kindOf(text)
			}
		},
		"match":   func(it *item, about string) { p.Match = d.pattern(it, about) },
		"uncited": func(it *item, about string) { p.Uncited, _ = d.text(it, about) },
		"sha256": func(it *item, about string) {
			if p.Checksum = it.text; !outline.IsChecksum(p.Checksum) {
				d.faults.addf(it.at, "%s: want 64 hex digits, as the program fills in", about)
			}
		},
	})
	if i, ok := o.Place(p.Locator); ok {
		if p.Locator != "" {
			d.faults.addf(it.at, "%s: the locator %q is given twice, first at %s", o.Short, p.Locator, o.places[i])
		}
		return
	}
	o.Add(p)
	o.places = append(o.places, it.at)
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
