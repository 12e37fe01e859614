package seed

import (
	"slices"
	"strings"

	"ecpgraph/internal/kg"
)

// words holds the passages' texts in a form in which words of a document can be
// looked for.
type words map[passageKey]string

// plainer takes out what differs between a document and those who quote it:
// kinds of quotation marks and hyphens, marks of emphasis, and the blank that a
// line break leaves after a hyphen.
var plainer = strings.NewReplacer("‘", "'", "’", "'", "“", `"`, "”", `"`, "–", "-", "*", "", "- ", "-")

func plain(text string) string {
	return strings.ToLower(plainer.Replace(fold(text)))
}

func (w words) add(document kg.ID, locator, text string) {
	w[passageKey{document, locator}] = plain(text)
}

// hold reports whether the phrase stands in the passage; also where the passage
// is not at hand, which is another fault.
func (w words) hold(c kg.Citation, phrase string) bool {
	text, ok := w[passageKey{c.Document, c.Locator}]
	return !ok || strings.Contains(text, plain(phrase))
}

// checkWords reports words that are not the documents': an alias must stand in
// each passage that it cites, the wording of a link in one of those it cites.
func (c *sourceCheck) checkWords() {
	for _, n := range c.set.Nodes {
		for _, a := range n.Aliases {
			for _, citation := range a.Citations {
				if !c.words.hold(citation, a.Name) {
					c.faults.addf(c.at(n.ID), "%s: the alias %q does not stand in %s of %s", n.ID, a.Name, citation.Locator, citation.Document)
				}
			}
		}
	}
	for _, l := range c.set.Links {
		wording, ok := l.Props[kg.PropWording].(string)
		if ok && !slices.ContainsFunc(l.Citations, func(citation kg.Citation) bool { return c.words.hold(citation, wording) }) {
			c.faults.addf(c.at(l.ID), "%s: the wording %q stands in no passage that the link cites", l.ID, wording)
		}
	}
}
