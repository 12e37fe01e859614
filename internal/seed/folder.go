package seed

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
)

// The two files of a seed folder that are not data.
const (
	manifestFile = "seed.yaml"
	passagesFile = "passages.yaml"
)

// ReadFolder reads the seed folder dir and checks it against the ontology. The
// error joins all faults, in the order of files and lines, each as
// "file:line: what to mend", and has code Invalid; a folder that cannot be read
// is that error instead.
//
// White space in names, descriptions and other text is folded. Every citation
// gets the checksum that passages.yaml holds for its passage.
func ReadFolder(fsys fs.FS, dir string, o *ontology.Ontology) (*Set, error) {
	r := &folderReader{
		fsys: fsys, dir: dir, ontology: o,
		set:    &Set{places: map[kg.ID]place{}},
		shorts: map[string]kg.ID{}, documentAt: map[string]place{}, outlines: map[string]*Outline{},
		ends: map[kg.ID]linkPlaces{},
	}
	r.decoder = &decoder{faults: &r.faults, yaml: true}
	names, err := fs.Glob(fsys, path.Join(dir, "*.yaml"))
	if err != nil {
		return nil, err
	}
	if err := r.readManifest(); err != nil {
		return nil, err
	}
	if err := r.readPassages(); err != nil {
		return nil, err
	}
	for _, name := range names {
		if base := path.Base(name); base == manifestFile || base == passagesFile {
			continue
		}
		if err := r.readData(name); err != nil {
			return nil, err
		}
	}
	r.checkEnds()
	if len(r.faults.list) == 0 {
		r.outlineDocuments()
	}
	if err := r.faults.err(); err != nil {
		return nil, err
	}
	r.set.sort()
	return r.set, nil
}

type folderReader struct {
	fsys     fs.FS
	dir      string
	ontology *ontology.Ontology
	set      *Set
	faults   faults
	decoder  *decoder

	shorts     map[string]kg.ID // documents by short name
	documentAt map[string]place
	outlines   map[string]*Outline  // by short name
	ends       map[kg.ID]linkPlaces // by link
}

func (r *folderReader) parse(name string) (*item, error) {
	text, err := fs.ReadFile(r.fsys, name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, kg.Errorf(kg.NotFound, "seed: %w", err)
	}
	if err != nil {
		return nil, fmt.Errorf("seed: %w", err)
	}
	return parseYAML(name, text, &r.faults), nil
}

func (r *folderReader) readManifest() error {
	root, err := r.parse(path.Join(r.dir, manifestFile))
	if err != nil {
		return err
	}
	if root == nil { // without the short names, every citation would be a fault
		return r.faults.err()
	}
	d := r.decoder
	d.read(root, "manifest", []string{"name", "documents"}, map[string]func(*item, string){
		"name":        func(it *item, about string) { r.set.Name, _ = d.text(it, about) },
		"description": func(it *item, about string) { r.set.Description, _ = d.text(it, about) },
		"documents": func(it *item, about string) {
			if it.kind != objectItem {
				d.faults.addf(it.at, "%s: want short names and document ids, such as A: document:plan, not %s", about, it.kind)
			}
			for i := range it.members {
				m := &it.members[i]
				id, ok := d.text(&m.value, about+": "+m.key)
				for _, other := range it.members[:i] {
					if ok && r.shorts[other.key] == kg.ID(id) {
						d.faults.addf(m.at, "%s: %s has the short name %s already", about, id, other.key)
						break
					}
				}
				r.shorts[m.key], r.documentAt[m.key] = kg.ID(id), m.at
			}
		},
	})
	return nil
}

func (r *folderReader) readPassages() error {
	name := path.Join(r.dir, passagesFile)
	root, err := r.parse(name)
	if errors.Is(err, fs.ErrNotExist) {
		r.faults.addf(place{file: name}, "the file is missing: it holds the outline of each document that is cited")
		return nil
	}
	if err != nil || root == nil {
		return err
	}
	r.set.Outlines = readOutlines(root, r.shorts, &r.faults)
	for _, o := range r.set.Outlines {
		r.outlines[o.Short] = o
	}
	for _, short := range sortedKeys(r.documentAt) {
		if r.outlines[short] == nil {
			r.faults.addf(r.documentAt[short], "document %q has no outline in %s", short, passagesFile)
		}
	}
	return nil
}

func (r *folderReader) readData(name string) error {
	root, err := r.parse(name)
	if err != nil || root == nil {
		return err
	}
	for i := range root.members {
		m := &root.members[i]
		t := r.ontology.NodeType(m.key)
		if t == nil {
			r.faults.addf(m.at, "no node type %q%s", m.key, ontology.DidYouMean(m.key, typeNames(r.ontology)))
			continue
		}
		if m.value.kind != objectItem {
			r.faults.addf(m.at, "%s: want ids with a node below each, not %s", t.Name, m.value.kind)
			continue
		}
		for j := range m.value.members {
			r.readNode(t, &m.value.members[j])
		}
	}
	return nil
}

func (r *folderReader) readNode(t *ontology.NodeType, m *member) {
	n := &kg.Node{ID: kg.NodeID(t.Name, m.key), Type: t.Name}
	about := string(n.ID)
	if first, ok := r.set.places[n.ID]; ok {
		r.faults.addf(m.at, "%s is defined twice, first at %s", n.ID, first)
		return
	}
	r.set.places[n.ID] = m.at
	r.set.Nodes = append(r.set.Nodes, n)
	if m.value.kind != objectItem {
		r.faults.addf(m.at, "%s: want keys such as name and cite, not %s", about, m.value.kind)
		return
	}
	before := len(r.faults.list)
	it := m.value
	it.at = m.at
	n.Props = r.decoder.fields(&it, schema{
		about: about, fields: t.Fields, field: t.Field, implicit: kg.PropDescription,
		others: []string{"name", "language", "cite", "aliases", "links"},
	})
	if name := it.get("name"); name != nil {
		n.Name, _ = r.decoder.text(name, about+": name")
	} else {
		r.faults.addf(it.at, "%s: name is required", about)
	}
	if language := it.get("language"); language != nil {
		n.Language = r.decoder.language(language, about+": language")
	}
	if !t.Uncited || it.get("cite") != nil {
		n.Citations = r.citations(&it, about)
	}
	if aliases := it.get("aliases"); aliases != nil {
		n.Aliases = r.aliases(aliases, about+": aliases")
	}
	if len(r.faults.list) == before {
		r.faults.addAll(m.at, r.ontology.CheckNode(n))
	}
	if links := it.get("links"); links != nil {
		r.readLinks(t, n.ID, links)
	}
}

func (r *folderReader) aliases(it *item, about string) []kg.Alias {
	var list []kg.Alias
	for i := range r.decoder.list(it, about) {
		entry := &it.list[i]
		var alias kg.Alias
		r.decoder.read(entry, about, []string{"name"}, map[string]func(*item, string){
			"name":     func(it *item, about string) { alias.Name, _ = r.decoder.text(it, about) },
			"language": func(it *item, about string) { alias.Language = r.decoder.language(it, about) },
			"label":    func(it *item, about string) { alias.Label = r.decoder.truth(it, about) },
			"cite":     func(*item, string) {},
		})
		if entry.kind != objectItem {
			continue
		}
		if sameAlias(list, alias) {
			r.faults.addf(entry.at, "%s: %q is given twice: cite all its places at one", about, alias.Name)
		}
		alias.Citations = r.citations(entry, about+": "+alias.Name)
		list = append(list, alias)
	}
	return list
}

// sameAlias reports whether the list has an alias of the same name in the same
// language.
func sameAlias(list []kg.Alias, alias kg.Alias) bool {
	return slices.ContainsFunc(list, func(a kg.Alias) bool { return a.Name == alias.Name && a.Language == alias.Language })
}

// citations reads the cite key of a node, alias or link: one short citation
// such as "A para 6", or a list of them.
func (r *folderReader) citations(owner *item, about string) []kg.Citation {
	it := owner.get("cite")
	if it == nil {
		r.faults.addf(owner.at, "%s: cite is required: name the passage that says so", about)
		return nil
	}
	entries := it.list
	if it.kind != listItem {
		entries = []item{*it}
	} else if len(entries) == 0 {
		r.faults.addf(it.at, "%s: cite is an empty list: name the passage that says so", about)
	}
	var list []kg.Citation
	for i := range entries {
		text, ok := r.decoder.text(&entries[i], about+": cite")
		if !ok {
			continue
		}
		c, ok := r.citation(text, entries[i].at, about)
		switch {
		case !ok:
		case slices.Contains(list, c):
			r.faults.addf(entries[i].at, "%s: cites %q twice", about, text)
		default:
			list = append(list, c)
		}
	}
	return list
}

func (r *folderReader) citation(text string, at place, about string) (kg.Citation, bool) {
	short, locator, _ := strings.Cut(text, " ")
	document, ok := r.shorts[short]
	if !ok {
		r.faults.addf(at, "%s: cite %q: seed.yaml names no document %q (a citation with a comma is put in quotes)%s", about, text, short, ontology.DidYouMean(short, sortedKeys(r.shorts)))
		return kg.Citation{}, false
	}
	outline := r.outlines[short]
	if outline == nil { // a fault noted with the outlines
		return kg.Citation{Document: document, Locator: locator}, true
	}
	passage := outline.Passage(locator)
	if passage == nil {
		r.faults.addf(at, "%s: cite %q: document %s has no passage %q%s", about, text, short, locator, ontology.DidYouMean(locator, outline.Locators()))
		return kg.Citation{}, false
	}
	return kg.Citation{Document: document, Locator: locator, Checksum: passage.Checksum}, true
}

func typeNames(o *ontology.Ontology) []string {
	names := make([]string, len(o.NodeTypes))
	for i, t := range o.NodeTypes {
		names[i] = t.Name
	}
	return names
}

// sortedKeys lists the keys of a map in order, so that messages are stable.
func sortedKeys[K ~string, V any](m map[K]V) []string {
	names := make([]string, 0, len(m))
	for _, key := range slices.Sorted(maps.Keys(m)) {
		names = append(names, string(key))
	}
	return names
}
