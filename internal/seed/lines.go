package seed

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"unicode/utf8"

	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
)

// MaxLine is how many bytes a line of JSON Lines may have, its end not counted.
const MaxLine = 1 << 20

// ReadLines reads nodes and links as JSON Lines, one object a line, in any
// order (https://jsonlines.org); blank lines are skipped. WriteLines shows the
// form. name stands for the stream in messages.
//
// A line may name nodes and links that the stream does not hold where known
// reports that they exist already; nil knows none. The error joins all faults,
// each as "name:line: what to mend", and has code Invalid; when reading fails
// it is that error.
func ReadLines(r io.Reader, name string, o *ontology.Ontology, known func(kg.ID) bool) (*Set, error) {
	lr := &lineReader{ontology: o, set: &Set{Name: name, places: map[kg.ID]place{}}}
	lr.decoder = &decoder{faults: &lr.faults}
	in := bufio.NewReaderSize(r, 1<<16)
	for line := 1; ; line++ {
		at := place{name, line}
		text, err := readLine(in)
		switch {
		case errors.Is(err, errLongLine):
			lr.faults.addf(at, "the line has more than the %d bytes allowed", MaxLine)
			continue
		case err != nil && !errors.Is(err, io.EOF):
			return nil, fmt.Errorf("%s: %w", at, err)
		}
		if text = bytes.TrimSpace(text); len(text) > 0 {
			lr.line(at, text)
		}
		if err != nil {
			break
		}
	}
	lr.checkEnds(known)
	if err := lr.faults.err(); err != nil {
		return nil, err
	}
	lr.set.sort()
	return lr.set, nil
}

var errLongLine = errors.New("line too long")

// readLine reads up to the next line end; io.EOF comes with the last line. A
// line that is too long is skipped and reported as errLongLine.
func readLine(in *bufio.Reader) ([]byte, error) {
	var line []byte
	long := false
	for {
		part, err := in.ReadSlice('\n')
		if !long {
			line = append(line, part...)
			long = len(bytes.TrimSuffix(line, []byte("\n"))) > MaxLine
		}
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
		case err != nil && !errors.Is(err, io.EOF):
			return nil, err
		case long:
			// At the end of the input the next call returns io.EOF again.
			return nil, errLongLine
		default:
			return line, err
		}
	}
}

type lineReader struct {
	ontology *ontology.Ontology
	set      *Set
	faults   faults
	decoder  *decoder
	parser   jsonParser
}

func (r *lineReader) line(at place, text []byte) {
	if !utf8.Valid(text) {
		r.faults.addf(at, "the line is not valid UTF-8")
		return
	}
	it, err := r.parser.parse(at, string(text))
	if err != nil {
		r.faults.addf(at, "%v", err)
		return
	}
	if it.kind != objectItem {
		r.faults.addf(at, "want one object, not %s", it.kind)
		return
	}
	kind := it.get("kind")
	switch {
	case kind == nil:
		r.faults.addf(at, `kind is required: "node" or "link"`)
	case kind.kind == textItem && kind.text == "node":
		r.node(&it)
	case kind.kind == textItem && kind.text == "link":
		r.link(&it)
	default:
		r.faults.addf(at, `kind is "node" or "link", not %s`, kind.describe())
	}
}

var nodeKeys = []string{"kind", "id", "type", "name", "aliases", "aliasCitations", "props", "citations"}

func (r *lineReader) node(it *item) {
	before := len(r.faults.list)
	n := &kg.Node{}
	n.ID = kg.ID(r.required(it, "node", "id"))
	about := string(n.ID)
	r.keys(it, about, nodeKeys)
	n.Type = r.required(it, about, "type")
	n.Name = r.required(it, about, "name")
	n.Citations = r.citations(it.get("citations"), about+": citations")
	if it.get("citations") == nil {
		r.faults.addf(it.at, "%s: citations is required: name the passages that say so", about)
	}
	n.Aliases = r.aliases(it, about, n.Citations)
	if t := r.ontology.NodeType(n.Type); t != nil {
		n.Props = r.props(it, schema{about: about, fields: t.Fields, field: t.Field, implicit: kg.PropDescription})
	}
	if r.add(n.ID, it.at) && len(r.faults.list) == before {
		r.faults.addAll(it.at, r.ontology.CheckNode(n))
		r.set.Nodes = append(r.set.Nodes, n)
	}
}

var linkKeys = []string{"kind", "id", "rel", "from", "to", "basis", "modality", "premises", "props", "citations"}

func (r *lineReader) link(it *item) {
	before := len(r.faults.list)
	l := &kg.Link{Modality: kg.Asserted}
	l.ID = kg.ID(r.required(it, "link", "id"))
	about := string(l.ID)
	r.keys(it, about, linkKeys)
	l.Relation = r.required(it, about, "rel")
	l.From, l.To = kg.ID(r.required(it, about, "from")), kg.ID(r.required(it, about, "to"))
	l.Basis = kg.Basis(r.required(it, about, "basis"))
	if modality := it.get("modality"); modality != nil {
		text, _ := r.decoder.text(modality, about+": modality")
		l.Modality = kg.Modality(text)
	}
	for _, id := range r.texts(it.get("premises"), about+": premises") {
		l.Premises = append(l.Premises, kg.ID(id))
	}
	l.Citations = r.citations(it.get("citations"), about+": citations")
	if l.Basis == kg.Stated && it.get("citations") == nil {
		r.faults.addf(it.at, "%s: citations is required: name the passages that say so", about)
	}
	if relation := r.ontology.Relation(l.Relation); relation == nil {
		r.faults.addf(it.at, "%s: no relation %q%s", about, l.Relation, ontology.DidYouMean(l.Relation, relationNames(r.ontology)))
	} else {
		l.Relation = relation.Name
		l.Props = r.props(it, schema{about: about, fields: relation.Fields, field: relation.Field, implicit: kg.PropWording})
	}
	if r.add(l.ID, it.at) && len(r.faults.list) == before {
		r.faults.addAll(it.at, r.ontology.CheckLink(l))
		r.set.Links = append(r.set.Links, l)
	}
}

// add notes where the id is written; false for one that is there already.
func (r *lineReader) add(id kg.ID, at place) bool {
	if first, ok := r.set.places[id]; ok {
		r.faults.addf(at, "%s is given twice, first at %s", id, first)
		return false
	}
	r.set.places[id] = at
	return true
}

func (r *lineReader) keys(it *item, about string, allowed []string) {
	for _, m := range it.members {
		if !slices.Contains(allowed, m.key) {
			r.faults.addf(m.at, "%s: no key %q%s", about, m.key, ontology.DidYouMean(m.key, allowed))
		}
	}
}

func (r *lineReader) required(it *item, about, key string) string {
	value := it.get(key)
	if value == nil {
		r.faults.addf(it.at, "%s: %s is required", about, key)
		return ""
	}
	text, _ := r.decoder.text(value, about+": "+key)
	return text
}

func (r *lineReader) props(it *item, s schema) kg.Props {
	props := it.get("props")
	if props == nil {
		props = &item{at: it.at, kind: objectItem}
	}
	if props.kind != objectItem {
		r.faults.addf(it.at, "%s: props: want an object, not %s", s.about, props.kind)
		return nil
	}
	return r.decoder.fields(props, s)
}

func (r *lineReader) texts(it *item, about string) []string {
	if it == nil {
		return nil
	}
	var list []string
	for i := range r.decoder.list(it, about) {
		text, _ := r.decoder.text(&it.list[i], about)
		list = append(list, text)
	}
	return list
}

func (r *lineReader) citations(it *item, about string) []kg.Citation {
	if it == nil {
		return nil
	}
	var list []kg.Citation
	for i := range r.decoder.list(it, about) {
		var c kg.Citation
		entry := &it.list[i]
		if entry.kind != objectItem {
			r.faults.addf(entry.at, "%s: want an object with document and locator, not %s", about, entry.kind)
			continue
		}
		r.keys(entry, about, []string{"document", "locator", "checksum"})
		c.Document, c.Locator = kg.ID(r.required(entry, about, "document")), r.required(entry, about, "locator")
		if checksum := entry.get("checksum"); checksum != nil {
			if c.Checksum, _ = r.decoder.text(checksum, about+": checksum"); !checksumForm.MatchString(c.Checksum) {
				r.faults.addf(entry.at, "%s: checksum: want 64 hex digits, not %s", about, checksum.describe())
			}
		}
		list = append(list, c)
	}
	return list
}

func (r *lineReader) aliases(it *item, about string, ofNode []kg.Citation) []kg.Alias {
	var list []kg.Alias
	own := it.get("aliasCitations")
	for _, name := range r.texts(it.get("aliases"), about+": aliases") {
		if slices.ContainsFunc(list, func(a kg.Alias) bool { return a.Name == name }) {
			r.faults.addf(it.at, "%s: aliases: %q is given twice", about, name)
		}
		alias := kg.Alias{Name: name, Citations: ofNode}
		if own != nil {
			if citations := own.get(name); citations != nil {
				alias.Citations = r.citations(citations, about+": aliasCitations: "+name)
			}
		}
		list = append(list, alias)
	}
	if own == nil {
		return list
	}
	if own.kind != objectItem {
		r.faults.addf(it.at, "%s: aliasCitations: want an object with lists of citations, not %s", about, own.kind)
	}
	for _, m := range own.members {
		if !slices.ContainsFunc(list, func(a kg.Alias) bool { return a.Name == m.key }) {
			r.faults.addf(it.at, "%s: aliasCitations: no alias %q%s", about, m.key, ontology.DidYouMean(m.key, aliasNames(list)))
		}
	}
	return list
}

func aliasNames(aliases []kg.Alias) []string {
	names := make([]string, len(aliases))
	for i, a := range aliases {
		names[i] = a.Name
	}
	return names
}

func relationNames(o *ontology.Ontology) []string {
	names := make([]string, len(o.Relations))
	for i, r := range o.Relations {
		names[i] = r.EnumName()
	}
	return names
}

// checkEnds reports what names a node or link that neither the stream holds nor
// the caller knows.
func (r *lineReader) checkEnds(known func(kg.ID) bool) {
	exists := func(id kg.ID) bool {
		_, ok := r.set.places[id]
		return ok || known != nil && known(id)
	}
	cited := func(at place, about kg.ID, citations []kg.Citation) {
		for _, c := range citations {
			if !exists(c.Document) {
				r.faults.addf(at, "%s: cites %q, which no line defines", about, c.Document)
			}
		}
	}
	for _, n := range r.set.Nodes {
		at := r.set.places[n.ID]
		cited(at, n.ID, n.Citations)
		for _, a := range n.Aliases {
			if !slices.Equal(a.Citations, n.Citations) {
				cited(at, n.ID, a.Citations)
			}
		}
	}
	for _, l := range r.set.Links {
		at := r.set.places[l.ID]
		for _, id := range append([]kg.ID{l.From, l.To}, l.Premises...) {
			if !exists(id) {
				r.faults.addf(at, "%s: no line defines %q", l.ID, id)
			}
		}
		cited(at, l.ID, l.Citations)
	}
}
