package seed

import (
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
	"text/tabwriter"

	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
	"ecpgraph/internal/outline"
)

// Report says how far the citations of a Set cover its source documents. Its
// JSON form is part of the command line's contract.
type Report struct {
	Documents []DocumentCoverage `json:"documents"` // in the order of passages.yaml
	Total     Totals             `json:"total"`
}

// DocumentCoverage is the coverage of one document.
type DocumentCoverage struct {
	Document kg.ID             `json:"document"`
	Short    string            `json:"short"`
	File     string            `json:"file"`
	Passages []PassageCoverage `json:"passages"` // in the order of the document
	Total    Totals            `json:"total"`
}

// PassageCoverage counts what cites one passage.
type PassageCoverage struct {
	Locator string    `json:"locator"`
	Text    TextState `json:"text"`
	Nodes   int       `json:"nodes"` // nodes that cite it, for themselves or for an alias
	Links   int       `json:"links"`
	Uncited string    `json:"uncited,omitempty"` // the reason why nothing cites it
}

// TextState is how the text of a passage compares with what was cited.
type TextState string

// The states there are.
const (
	Same      TextState = "same"      // its checksum is that of the passage
	Changed   TextState = "changed"   // it is not, or the passage was not found
	Unchecked TextState = "unchecked" // there is no text, or no checksum was taken
)

// Totals sum up passages. A node or link that cites several passages counts
// once.
type Totals struct {
	Passages int `json:"passages"`
	Cited    int `json:"cited"`   // passages that something cites
	Excused  int `json:"excused"` // passages that nothing cites, with a reason
	Nodes    int `json:"nodes"`
	Links    int `json:"links"`
}

// CheckSources checks the set against the files of its documents: that each
// document cuts into the passages of its outline, that the checksum of each
// passage and of each citation is that of the text, that each citation's
// passage exists, that aliases and wordings are words of the passages that they
// cite, and that a passage is either cited or has a reason for being uncited,
// not both. The error joins all faults; the Report is complete in any
// case.
func CheckSources(set *Set, sources fs.FS) (*Report, error) {
	c := &sourceCheck{
		set: set, passages: map[passageKey]*PassageCoverage{},
		total: newTally(), documents: map[kg.ID]*tally{}, words: words{},
	}
	report := &Report{Documents: []DocumentCoverage{}}
	for _, o := range set.Outlines {
		report.Documents = append(report.Documents, c.document(o, sources))
	}
	for i, o := range set.Outlines {
		for j := range o.Passages {
			c.passages[passageKey{o.Document, o.Passages[j].Locator}] = &report.Documents[i].Passages[j]
		}
		c.documents[o.Document] = newTally()
	}
	c.count()
	c.checkWords()
	for i, o := range set.Outlines {
		document := &report.Documents[i]
		document.Total = c.documents[o.Document].totals()
		for j := range o.Passages {
			c.coverage(o, j, document.Passages[j], &document.Total)
		}
		report.Total.Passages += document.Total.Passages
		report.Total.Cited += document.Total.Cited
		report.Total.Excused += document.Total.Excused
	}
	all := c.total.totals()
	report.Total.Nodes, report.Total.Links = all.Nodes, all.Links
	return report, c.faults.err()
}

type passageKey struct {
	document kg.ID
	locator  string
}

// tally holds the ids that cite a document, each once.
type tally struct{ nodes, links map[kg.ID]bool }

func newTally() *tally { return &tally{map[kg.ID]bool{}, map[kg.ID]bool{}} }

func (t *tally) totals() Totals { return Totals{Nodes: len(t.nodes), Links: len(t.links)} }

type sourceCheck struct {
	set       *Set
	faults    faults
	passages  map[passageKey]*PassageCoverage
	documents map[kg.ID]*tally
	total     *tally
	words     words
}

// at is where the node or link is written.
func (c *sourceCheck) at(id kg.ID) place {
	if at, ok := c.set.places[id]; ok {
		return at
	}
	return place{file: string(id)}
}

// document checks the passages of one document against its file.
func (c *sourceCheck) document(o *Outline, sources fs.FS) DocumentCoverage {
	coverage := DocumentCoverage{Document: o.Document, Short: o.Short, File: o.File, Passages: []PassageCoverage{}}
	for i := range o.Passages {
		p := &o.Passages[i]
		coverage.Passages = append(coverage.Passages, PassageCoverage{Locator: p.Locator, Text: Unchecked, Uncited: p.Uncited})
	}
	text, err := fs.ReadFile(sources, o.File)
	if err != nil {
		c.faults.addf(o.at, "the source of document %s cannot be read: %v", o.Short, err)
		return coverage
	}
	for i, cut := range o.cut(string(text), &c.faults) {
		passage, state := &o.Passages[i], &coverage.Passages[i].Text
		c.words.add(o.Document, passage.Locator, cut.Text)
		sum := outline.Checksum(cut.Text)
		switch {
		case cut.Lost: // a fault noted by cut
			*state = Changed
		case passage.Checksum == "":
			c.faults.addf(o.places[i], "%s: %q has no checksum yet: update the checksums", o.File, passage.Locator)
		case passage.Checksum != sum:
			*state = Changed
			c.faults.addf(o.places[i], "%s: the text of %q is not the one that was cited: its checksum is %.12s… and not %.12s…; read it again, then update the checksums", o.File, passage.Locator, sum, passage.Checksum)
		default:
			*state = Same
		}
	}
	return coverage
}

// count goes over all citations.
func (c *sourceCheck) count() {
	for _, n := range c.set.Nodes {
		citations := slices.Clone(n.Citations)
		for _, a := range n.Aliases {
			citations = append(citations, a.Citations...)
		}
		for passage := range c.cited(n.ID, citations) {
			passage.Nodes++
		}
		for _, citation := range citations {
			if t := c.documents[citation.Document]; t != nil {
				t.nodes[n.ID], c.total.nodes[n.ID] = true, true
			}
		}
	}
	for _, l := range c.set.Links {
		for passage := range c.cited(l.ID, l.Citations) {
			passage.Links++
		}
		for _, citation := range l.Citations {
			if t := c.documents[citation.Document]; t != nil {
				t.links[l.ID], c.total.links[l.ID] = true, true
			}
		}
	}
}

// cited checks the citations of a node or link and returns their passages.
func (c *sourceCheck) cited(id kg.ID, citations []kg.Citation) map[*PassageCoverage]bool {
	passages := map[*PassageCoverage]bool{}
	at := c.at(id)
	seen := map[kg.Citation]bool{}
	for _, citation := range citations {
		if seen[citation] {
			continue
		}
		seen[citation] = true
		o := c.set.Outline(citation.Document)
		if o == nil {
			c.faults.addf(at, "%s: cites %q, which has no outline", id, citation.Document)
			continue
		}
		passage := o.Passage(citation.Locator)
		if passage == nil {
			c.faults.addf(at, "%s: document %s has no passage %q%s", id, o.Short, citation.Locator, ontology.DidYouMean(citation.Locator, o.Locators()))
			continue
		}
		if citation.Checksum != passage.Checksum {
			c.faults.addf(at, "%s: the checksum of its citation of %s %s is not that of the passage: read the passage again", id, o.Short, citation.Locator)
		}
		passages[c.passages[passageKey{citation.Document, citation.Locator}]] = true
	}
	return passages
}

// coverage adds the passage to the totals and reports one that is neither cited
// nor excused, or both.
func (c *sourceCheck) coverage(o *Outline, passage int, p PassageCoverage, total *Totals) {
	total.Passages++
	switch cited := p.Nodes+p.Links > 0; {
	case cited && p.Uncited != "":
		c.faults.addf(o.places[passage], "%s: %q is cited (%d nodes, %d links): take its uncited reason out", o.Short, p.Locator, p.Nodes, p.Links)
		total.Cited++
	case cited:
		total.Cited++
	case p.Uncited != "":
		total.Excused++
	default:
		c.faults.addf(o.places[passage], "%s: nothing cites %q: write down what it says, or why there is nothing (uncited)", o.Short, p.Locator)
	}
}

// WriteTable writes the report as a table for people: a line a passage, then
// the totals of the document, then those of all. A passage that is neither
// cited nor excused is OPEN.
func (r *Report) WriteTable(w io.Writer) error {
	out := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, d := range r.Documents {
		fmt.Fprintf(out, "%s  %s\n", d.Short, d.File)
		fmt.Fprintln(out, "PASSAGE\tTEXT\tNODES\tLINKS\tNOT CITED BECAUSE")
		for _, p := range d.Passages {
			reason := p.Uncited
			if reason == "" && p.Nodes+p.Links == 0 {
				reason = "OPEN"
			}
			fmt.Fprintln(out, strings.TrimRight(fmt.Sprintf("%s\t%s\t%d\t%d\t%s", p.Locator, p.Text, p.Nodes, p.Links, reason), "\t"))
		}
		fmt.Fprintf(out, "\n%s\n\n", d.Total)
	}
	fmt.Fprintf(out, "All documents: %s\n", r.Total)
	return out.Flush()
}

// String tells the totals in words.
func (t Totals) String() string {
	text := fmt.Sprintf("%d passages: %d cited, %d not cited for a reason", t.Passages, t.Cited, t.Excused)
	if open := t.Passages - t.Cited - t.Excused; open > 0 {
		text += fmt.Sprintf(", %d OPEN", open)
	}
	return text + fmt.Sprintf("; %d nodes and %d links cite", t.Nodes, t.Links)
}
