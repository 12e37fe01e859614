package seed

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"ecpgraph/internal/kg"
	"ecpgraph/internal/language"
	"ecpgraph/internal/ontology"
)

// item is a value of a YAML or JSON file before it is known what it should be.
// Scalars keep their raw text, so that 2017-07 stays what the author wrote.
type item struct {
	at      place
	kind    itemKind
	text    string   // of a scalar
	list    []item   // of listItem
	members []member // of objectItem, in the order of the file
}

// member is one key of an object, with its value.
type member struct {
	key   string
	at    place
	value item
}

type itemKind uint8

const (
	nullItem  itemKind = iota
	plainItem          // number, true, false; in YAML also unquoted text
	textItem           // quoted
	listItem
	objectItem
)

// String names the kind in messages.
func (k itemKind) String() string {
	return [...]string{"nothing", "an unquoted word or number", "a text", "a list", "an object"}[k]
}

// member returns the member of that key, or nil.
func (it *item) member(key string) *member {
	for i := range it.members {
		if it.members[i].key == key {
			return &it.members[i]
		}
	}
	return nil
}

// get returns the value of the key, or nil.
func (it *item) get(key string) *item {
	if m := it.member(key); m != nil {
		return &m.value
	}
	return nil
}

// decoder turns items into the values of the ontology, noting every fault.
type decoder struct {
	faults *faults
	// yaml takes unquoted words as text, folds white space in text, and refuses
	// empty text, which in a file for people is a value forgotten.
	yaml bool
}

// schema says which keys an object may have.
type schema struct {
	about    string // what the object is, for messages
	fields   []*ontology.Field
	field    func(name string) *ontology.Field
	implicit string   // the one text property that needs no declaration, or ""
	others   []string // keys that the caller reads itself
}

// fields decodes the members that are properties.
func (d *decoder) fields(it *item, s schema) kg.Props {
	var props kg.Props
	for i := range it.members {
		m := &it.members[i]
		name := s.implicit // or that of the field: the key may belong to a larger text
		var value any
		var ok bool
		switch f := s.field(m.key); {
		case slices.Contains(s.others, m.key):
			continue
		case s.implicit != "" && m.key == s.implicit:
			value, ok = d.text(&m.value, s.about+": "+m.key)
		case f == nil:
			d.faults.addf(m.at, "%s: no property or key %q%s", s.about, m.key, ontology.DidYouMean(m.key, s.names()))
			continue
		default:
			name = f.Name
			value, ok = d.value(&m.value, s.about+": "+m.key, f)
		}
		if ok {
			if props == nil {
				props = kg.Props{}
			}
			props[name] = value
		}
	}
	for _, f := range s.fields {
		if f.Required && it.member(f.Name) == nil {
			d.faults.addf(it.at, "%s: %s is required", s.about, f.Name)
		}
	}
	return props
}

func (s schema) names() []string {
	names := slices.Clone(s.others)
	for _, f := range s.fields {
		names = append(names, f.Name)
	}
	if s.implicit != "" {
		names = append(names, s.implicit)
	}
	return names
}

// value decodes the item as the field says; false after a fault.
func (d *decoder) value(it *item, about string, f *ontology.Field) (any, bool) {
	if !f.List {
		return d.one(it, about, f)
	}
	if it.kind != listItem {
		d.faults.addf(it.at, "%s: want a list of %s, not %s", about, f.TypeName(), it.kind)
		return nil, false
	}
	list, good := make([]any, 0, len(it.list)), true
	for i := range it.list {
		value, ok := d.one(&it.list[i], about, f)
		list, good = append(list, value), good && ok
	}
	return list, good
}

func (d *decoder) one(it *item, about string, f *ontology.Field) (any, bool) {
	var value any
	switch f.Kind {
	case ontology.ValueKind:
		if it.kind != objectItem {
			d.faults.addf(it.at, "%s: want a %s with keys and values, not %s", about, f.TypeName(), it.kind)
			return nil, false
		}
		before := len(d.faults.list)
		props := d.fields(it, schema{about: about, fields: f.Value.Fields, field: f.Value.Field})
		if props == nil {
			props = kg.Props{}
		}
		return props, len(d.faults.list) == before
	case ontology.Int:
		n, err := strconv.ParseInt(it.text, 10, 64)
		if it.kind != plainItem || err != nil {
			d.faults.addf(it.at, "%s: want a whole number, not %s", about, it.describe())
			return nil, false
		}
		value = n
	case ontology.Boolean:
		if it.kind != plainItem || it.text != "true" && it.text != "false" {
			d.faults.addf(it.at, "%s: want true or false, not %s", about, it.describe())
			return nil, false
		}
		value = it.text == "true"
	default:
		text, ok := d.text(it, about)
		if !ok {
			return nil, false
		}
		value = text
	}
	if err := checkElement(f, value); err != nil {
		// The field's own message starts with its name, which about ends with.
		d.faults.addf(it.at, "%s: %s", about, strings.TrimPrefix(err.Error(), f.Name+": "))
		return nil, false
	}
	return value, true
}

func checkElement(f *ontology.Field, value any) error {
	if f.List {
		return f.Check([]any{value})
	}
	return f.Check(value)
}

// text decodes a text, into memory of its own.
// language reads the tag of one; English when it is none, which is a fault.
func (d *decoder) language(it *item, about string) kg.Language {
	tag, ok := d.text(it, about)
	if !ok {
		return kg.English
	}
	l, err := language.Parse(tag)
	if err != nil {
		d.faults.addf(it.at, "%s: %v", about, err)
	}
	return l
}

// truth reads true or false; false when it is neither, which is a fault.
func (d *decoder) truth(it *item, about string) bool {
	value, _ := d.one(it, about, &ontology.Field{Kind: ontology.Boolean})
	is, _ := value.(bool)
	return is
}

func (d *decoder) text(it *item, about string) (string, bool) {
	if it.kind != textItem && (it.kind != plainItem || !d.yaml) {
		d.faults.addf(it.at, "%s: want a text, not %s", about, it.describe())
		return "", false
	}
	if !d.yaml {
		return strings.Clone(it.text), true
	}
	text := fold(it.text)
	if text == "" {
		d.faults.addf(it.at, "%s: the text is empty: write it, or leave the key out", about)
		return "", false
	}
	return text, true
}

// describe names the item in messages: its text, if it has one, or its kind.
func (it *item) describe() string {
	switch it.kind {
	case plainItem:
		return it.text
	case textItem:
		return fmt.Sprintf("the text %q", it.text)
	}
	return it.kind.String()
}

// fold makes every run of white space one blank, and trims the ends.
func fold(text string) string { return strings.Join(strings.Fields(text), " ") }
