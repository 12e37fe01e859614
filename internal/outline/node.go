package outline

import (
	"errors"
	"fmt"
	"regexp"

	"ecpgraph/internal/kg"
)

// The properties of a Document node, and of the values in PropOutline, that
// hold its outline. Without PropOutline it has none.
const (
	PropFile    = "file"
	PropIgnore  = "ignore"
	PropOutline = "outline" // a list of values

	propLocator  = "locator"
	propKind     = "kind"
	propMatch    = "match"
	propChecksum = "checksum"
	propUncited  = "uncited"
)

// Props are the properties that hold the outline in the node of its document.
func (o *Outline) Props() kg.Props {
	passages := make([]any, len(o.Passages))
	for i := range o.Passages {
		p := &o.Passages[i]
		value := kg.Props{propLocator: p.Locator}
		if p.Match != nil {
			value[propMatch] = p.Match.String()
		}
		for name, text := range map[string]string{propKind: p.Kind, propChecksum: p.Checksum, propUncited: p.Uncited} {
			if text != "" {
				value[name] = text
			}
		}
		passages[i] = value
	}
	props := kg.Props{PropFile: o.File, PropOutline: passages}
	if len(o.Ignore) > 0 {
		patterns := make([]any, len(o.Ignore))
		for i, p := range o.Ignore {
			patterns[i] = p.String()
		}
		props[PropIgnore] = patterns
	}
	return props
}

// Of reads the outline that the node of a document holds; nil when it holds
// none. The error, of code Invalid, joins all faults: a pattern that is no
// regular expression, a checksum that is none, a locator given twice. The
// outline is whole but for what is faulty.
func Of(n *kg.Node) (*Outline, error) {
	list, ok := n.Props[PropOutline].([]any)
	if !ok {
		return nil, nil
	}
	o := &Outline{Document: n.ID}
	o.File, _ = n.Props[PropFile].(string)
	var faults []error
	fault := func(format string, args ...any) { faults = append(faults, fmt.Errorf(format, args...)) }
	pattern := func(about string, value any) *regexp.Regexp {
		text, _ := value.(string)
		compiled, err := regexp.Compile(text)
		if err != nil || text == "" {
			fault("%s: want a regular expression, not %q", about, text)
			return nil
		}
		return compiled
	}
	if o.File == "" {
		fault("%s: %s: want the name of the file that %s is of", n.ID, PropFile, PropOutline)
	}
	ignore, _ := n.Props[PropIgnore].([]any)
	for _, value := range ignore {
		if p := pattern(fmt.Sprintf("%s: %s", n.ID, PropIgnore), value); p != nil {
			o.Ignore = append(o.Ignore, p)
		}
	}
	for _, value := range list {
		props, _ := value.(kg.Props)
		text := func(name string) string { s, _ := props[name].(string); return s }
		p := Passage{Locator: text(propLocator), Kind: text(propKind), Checksum: text(propChecksum), Uncited: text(propUncited)}
		about := fmt.Sprintf("%s: %s: %q", n.ID, PropOutline, p.Locator)
		p.Match = pattern(about+": "+propMatch, props[propMatch])
		if p.Checksum != "" && !IsChecksum(p.Checksum) {
			fault("%s: %s: want 64 hex digits, not %q", about, propChecksum, p.Checksum)
		}
		if !o.Add(p) {
			fault("%s: the locator is given twice", about)
		}
	}
	if len(faults) > 0 {
		return o, kg.Invalidf("%w", errors.Join(faults...))
	}
	return o, nil
}
