package seed

import (
	"slices"
	"strings"
	"unicode/utf8"

	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
	"ecpgraph/internal/outline"
)

// lineDecoder turns lines into nodes and links. Of texts that recur it keeps
// one copy, and none of them holds on to the text of the line.
type lineDecoder struct {
	name     string // of the stream
	ontology *ontology.Ontology
	named    pool                        // the ids that lines name beside their own
	texts    pool                        // other texts that recur
	cited    map[kg.Citation]kg.Citation // the citations without faults
	decoder  *decoder
	parser   jsonParser

	// Of the block.
	faults  faults
	records []lineRecord
}

func newLineDecoder(name string, o *ontology.Ontology) *lineDecoder {
	d := &lineDecoder{name: name, ontology: o, named: pool{}, texts: pool{}, cited: map[kg.Citation]kg.Citation{}}
	d.decoder = &decoder{faults: &d.faults}
	return d
}

// pool holds one copy of each text.
type pool map[string]string

// own returns the copy of the text.
func (p pool) own(text string) string {
	own, ok := p[text]
	if !ok {
		own = strings.Clone(text)
		p[own] = own
	}
	return own
}

// missing reports whether one of the texts is an id that does not exist.
func (p pool) missing(exists func(kg.ID) bool) bool {
	for id := range p {
		if !exists(kg.ID(id)) {
			return true
		}
	}
	return false
}

// subject names what a fault is about.
type subject struct {
	id   string
	part string // of the node or link, the way down to it; "" for the whole
}

// at is the subject inside this one.
func (s subject) at(part string) subject {
	if s.part != "" {
		part = s.part + ": " + part
	}
	return subject{s.id, part}
}

func (s subject) String() string {
	if s.part == "" {
		return s.id
	}
	return s.id + ": " + s.part
}

// decode sets the records of the block and adds its faults.
func (d *lineDecoder) decode(b *block) {
	d.faults = b.faults
	d.records = make([]lineRecord, 0, strings.Count(b.text, "\n")+1)
	line := b.first
	for text := range strings.Lines(b.text) {
		if text = strings.TrimSpace(text); text != "" {
			d.line(place{d.name, line}, text)
		}
		line++
	}
	b.text, b.faults, b.records = "", d.faults, d.records
}

func (d *lineDecoder) line(at place, text string) {
	if !utf8.ValidString(text) {
		d.faults.addf(at, "the line is not valid UTF-8")
		return
	}
	it, err := d.parser.parse(at, text)
	if err != nil {
		d.faults.addf(at, "%v", err)
		return
	}
	if it.kind != objectItem {
		d.faults.addf(at, "want one object, not %s", it.kind)
		return
	}
	kind := it.get("kind")
	switch {
	case kind == nil:
		d.faults.addf(at, `kind is required: "node" or "link"`)
	case kind.kind == textItem && kind.text == "node":
		d.node(&it)
	case kind.kind == textItem && kind.text == "link":
		d.link(&it)
	default:
		d.faults.addf(at, `kind is "node" or "link", not %s`, kind.describe())
	}
}

var nodeKeys = []string{"kind", "id", "type", "name", "language", "aliases", "aliasCitations", "props", "citations"}

func (d *lineDecoder) node(it *item) {
	before := len(d.faults.list)
	n := &kg.Node{}
	n.ID = kg.ID(strings.Clone(d.required(it, subject{id: "node"}, "id")))
	about := subject{id: string(n.ID)}
	d.keys(it, about, nodeKeys)
	n.Type = d.texts.own(d.required(it, about, "type"))
	n.Name = strings.Clone(d.required(it, about, "name"))
	n.Language = d.language(it, about)
	n.Citations = d.citations(it.get("citations"), about.at("citations"))
	t := d.ontology.NodeType(n.Type)
	if it.get("citations") == nil && (t == nil || !t.Uncited) {
		d.faults.addf(it.at, "%s: citations is required: name the passages that say so", about)
	}
	n.Aliases = d.aliases(it, about, n.Citations)
	if t != nil {
		n.Props = d.props(it, schema{about: about.id, fields: t.Fields, field: t.Field, implicit: kg.PropDescription})
	}
	record := lineRecord{line: it.at.line, node: n, faulty: len(d.faults.list) > before}
	if !record.faulty {
		record.fault = d.ontology.CheckNode(n)
	}
	d.records = append(d.records, record)
}

var linkKeys = []string{"kind", "id", "rel", "from", "to", "basis", "modality", "premises", "props", "citations"}

func (d *lineDecoder) link(it *item) {
	before := len(d.faults.list)
	l := &kg.Link{Modality: kg.Asserted}
	l.ID = kg.ID(strings.Clone(d.required(it, subject{id: "link"}, "id")))
	about := subject{id: string(l.ID)}
	d.keys(it, about, linkKeys)
	l.Relation = d.required(it, about, "rel")
	l.From, l.To = kg.ID(d.named.own(d.required(it, about, "from"))), kg.ID(d.named.own(d.required(it, about, "to")))
	l.Basis = kg.Basis(d.texts.own(d.required(it, about, "basis")))
	if modality := it.get("modality"); modality != nil {
		l.Modality = kg.Modality(d.texts.own(d.text(modality, about, "modality")))
	}
	for _, id := range d.textList(it.get("premises"), about, "premises") {
		l.Premises = append(l.Premises, kg.ID(d.named.own(id)))
	}
	l.Citations = d.citations(it.get("citations"), about.at("citations"))
	if l.Basis == kg.Stated && it.get("citations") == nil {
		d.faults.addf(it.at, "%s: citations is required: name the passages that say so", about)
	}
	if relation := d.ontology.Relation(l.Relation); relation == nil {
		d.faults.addf(it.at, "%s: no relation %q%s", about, l.Relation, ontology.DidYouMean(l.Relation, relationNames(d.ontology)))
	} else {
		l.Relation = relation.Name
		l.Props = d.props(it, schema{about: about.id, fields: relation.Fields, field: relation.Field, implicit: kg.PropWording})
	}
	record := lineRecord{line: it.at.line, link: l, faulty: len(d.faults.list) > before}
	if !record.faulty {
		record.fault = d.ontology.CheckLink(l)
	}
	d.records = append(d.records, record)
}

func (d *lineDecoder) keys(it *item, about subject, allowed []string) {
	for i := range it.members {
		if m := &it.members[i]; !slices.Contains(allowed, m.key) {
			d.faults.addf(m.at, "%s: no key %q%s", about, m.key, ontology.DidYouMean(m.key, allowed))
		}
	}
}

// required returns the text of the key, which still belongs to the line.
func (d *lineDecoder) required(it *item, about subject, key string) string {
	value := it.get(key)
	if value == nil {
		d.faults.addf(it.at, "%s: %s is required", about, key)
		return ""
	}
	return d.text(value, about, key)
}

func (d *lineDecoder) text(it *item, about subject, key string) string {
	if it.kind != textItem {
		d.faults.addf(it.at, "%s: %s: want a text, not %s", about, key, it.describe())
		return ""
	}
	return it.text
}

func (d *lineDecoder) props(it *item, s schema) kg.Props {
	props := it.get("props")
	if props == nil {
		props = &item{at: it.at, kind: objectItem}
	}
	if props.kind != objectItem {
		d.faults.addf(it.at, "%s: props: want an object, not %s", s.about, props.kind)
		return nil
	}
	return d.decoder.fields(props, s)
}

func (d *lineDecoder) textList(it *item, about subject, key string) []string {
	if it == nil {
		return nil
	}
	if it.kind != listItem {
		d.faults.addf(it.at, "%s: %s: want a list, not %s", about, key, it.kind)
	}
	var list []string
	for i := range it.list {
		list = append(list, d.text(&it.list[i], about, key))
	}
	return list
}

var citationKeys = []string{"document", "locator", "checksum"}

// citations reads the list of them that the part of the node or link holds.
func (d *lineDecoder) citations(it *item, about subject) []kg.Citation {
	if it == nil {
		return nil
	}
	if it.kind != listItem {
		d.faults.addf(it.at, "%s: want a list, not %s", about, it.kind)
	}
	if len(it.list) == 0 {
		return nil
	}
	list := make([]kg.Citation, 0, len(it.list))
	for i := range it.list {
		entry := &it.list[i]
		if entry.kind != objectItem {
			d.faults.addf(entry.at, "%s: want an object with document and locator, not %s", about, entry.kind)
			continue
		}
		list = append(list, d.citation(entry, about))
	}
	return list
}

func (d *lineDecoder) citation(it *item, about subject) kg.Citation {
	before := len(d.faults.list)
	d.keys(it, about, citationKeys)
	c := kg.Citation{Document: kg.ID(d.required(it, about, "document")), Locator: d.required(it, about, "locator")}
	checksum := it.get("checksum")
	if checksum != nil {
		c.Checksum = d.text(checksum, about, "checksum")
	}
	if own, ok := d.cited[c]; ok && (checksum == nil || c.Checksum != "") {
		return own
	}
	if checksum != nil && !outline.IsChecksum(c.Checksum) {
		d.faults.addf(it.at, "%s: checksum: want 64 hex digits, not %s", about, checksum.describe())
	}
	c.Document, c.Locator = kg.ID(d.named.own(string(c.Document))), d.texts.own(c.Locator)
	c.Checksum = strings.Clone(c.Checksum)
	if len(d.faults.list) == before {
		d.cited[c] = c
	}
	return c
}

func (d *lineDecoder) aliases(it *item, about subject, ofNode []kg.Citation) []kg.Alias {
	var list []kg.Alias
	own := it.get("aliasCitations")
	entries := it.get("aliases")
	if entries == nil {
		entries = &item{at: it.at, kind: listItem}
	}
	if entries.kind != listItem {
		d.faults.addf(it.at, "%s: aliases: want a list, not %s", about, entries.kind)
	}
	for i := range entries.list {
		entry := &entries.list[i]
		alias := kg.Alias{Citations: ofNode}
		if entry.kind == objectItem {
			d.alias(entry, about.at("aliases"), &alias)
		} else {
			alias.Name = strings.Clone(d.text(entry, about, "aliases"))
			if own != nil {
				if citations := own.get(alias.Name); citations != nil {
					alias.Citations = d.citations(citations, about.at("aliasCitations").at(alias.Name))
				}
			}
		}
		if sameAlias(list, alias) {
			d.faults.addf(it.at, "%s: aliases: %q is given twice", about, alias.Name)
		}
		list = append(list, alias)
	}
	if own == nil {
		return list
	}
	if own.kind != objectItem {
		d.faults.addf(it.at, "%s: aliasCitations: want an object with lists of citations, not %s", about, own.kind)
	}
	for _, m := range own.members {
		if !slices.ContainsFunc(list, func(a kg.Alias) bool { return a.Name == m.key }) {
			d.faults.addf(it.at, "%s: aliasCitations: no alias %q%s", about, m.key, ontology.DidYouMean(m.key, aliasNames(list)))
		}
	}
	return list
}

var aliasKeys = []string{"name", "language", "label", "citations"}

// alias reads one that is an object.
func (d *lineDecoder) alias(it *item, about subject, alias *kg.Alias) {
	d.keys(it, about, aliasKeys)
	alias.Name = strings.Clone(d.required(it, about, "name"))
	alias.Language = d.language(it, about)
	if label := it.get("label"); label != nil {
		alias.Label = d.decoder.truth(label, about.at("label").String())
	}
	if citations := it.get("citations"); citations != nil {
		alias.Citations = d.citations(citations, about.at("citations"))
	}
}

// language is the value of the key language, English when it is not there.
func (d *lineDecoder) language(it *item, about subject) kg.Language {
	language := it.get("language")
	if language == nil {
		return kg.English
	}
	return d.decoder.language(language, about.at("language").String())
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
