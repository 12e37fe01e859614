package seed

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"regexp"
	"slices"

	"ecpgraph/internal/kg"
)

// The forms of a line, in the order of their keys. What is empty is not
// written, nor is a modality of ASSERTED, nor the citations of an alias that
// are those of its node, nor English as a language.
type nodeLine struct {
	Kind           string                    `json:"kind"`
	ID             kg.ID                     `json:"id"`
	Type           string                    `json:"type"`
	Name           string                    `json:"name"`
	Language       kg.Language               `json:"language,omitempty"`
	Aliases        []any                     `json:"aliases,omitempty"` // names, or an aliasLine each
	AliasCitations map[string][]citationLine `json:"aliasCitations,omitempty"`
	Props          kg.Props                  `json:"props,omitempty"`
	Citations      []citationLine            `json:"citations,omitempty"`
}

// aliasLine is an alias that is a label or not in English.
type aliasLine struct {
	Name      string         `json:"name"`
	Language  kg.Language    `json:"language,omitempty"`
	Label     bool           `json:"label,omitempty"`
	Citations []citationLine `json:"citations,omitempty"`
}

type linkLine struct {
	Kind      string         `json:"kind"`
	ID        kg.ID          `json:"id"`
	Rel       string         `json:"rel"`
	From      kg.ID          `json:"from"`
	To        kg.ID          `json:"to"`
	Basis     kg.Basis       `json:"basis"`
	Modality  kg.Modality    `json:"modality,omitempty"`
	Premises  []kg.ID        `json:"premises,omitempty"`
	Props     kg.Props       `json:"props,omitempty"`
	Citations []citationLine `json:"citations,omitempty"`
}

type citationLine struct {
	Document kg.ID  `json:"document"`
	Locator  string `json:"locator"`
	Checksum string `json:"checksum,omitempty"`
}

// WriteLines writes the nodes and then the links as JSON Lines, each sorted by
// id, so that equal graphs give equal bytes. Its errors are those of LineWriter.
func WriteLines(w io.Writer, nodes []*kg.Node, links []*kg.Link) error {
	lines := NewLineWriter(w)
	for _, n := range slices.SortedFunc(slices.Values(nodes), byNodeID) {
		if err := lines.Node(n); err != nil {
			return err
		}
	}
	for _, l := range slices.SortedFunc(slices.Values(links), byLinkID) {
		if err := lines.Link(l); err != nil {
			return err
		}
	}
	return lines.Flush()
}

// LineWriter writes nodes and links as JSON Lines in UTF-8, one object a line,
// in the order in which they come. Its errors are those of the writer below, or
// of code Invalid for what ReadLines would not give back: text that is not
// UTF-8, an alias given twice, a line longer than MaxLine.
type LineWriter struct {
	out     *bufio.Writer
	line    bytes.Buffer
	encoder *json.Encoder
}

// NewLineWriter returns a writer that must be flushed at the end.
func NewLineWriter(w io.Writer) *LineWriter {
	lines := &LineWriter{out: bufio.NewWriter(w)}
	lines.encoder = json.NewEncoder(&lines.line)
	lines.encoder.SetEscapeHTML(false)
	return lines
}

// Node writes the node.
func (w *LineWriter) Node(n *kg.Node) error {
	line, err := lineOfNode(n)
	if err != nil {
		return err
	}
	return w.write(n.ID, line)
}

// Link writes the link.
func (w *LineWriter) Link(l *kg.Link) error { return w.write(l.ID, lineOfLink(l)) }

// Flush hands on what is still held back.
func (w *LineWriter) Flush() error { return w.out.Flush() }

// altered finds the escape that encoding/json writes in place of bytes that are
// not UTF-8; the character U+FFFD of a valid text it writes as it is.
var altered = regexp.MustCompile(`(^|[^\\])(\\\\)*\\ufffd`)

func (w *LineWriter) write(id kg.ID, value any) error {
	w.line.Reset()
	if err := w.encoder.Encode(value); err != nil {
		return kg.Errorf(kg.Internal, "%s: %w", id, err)
	}
	if line := w.line.Bytes(); bytes.Contains(line, []byte(`\ufffd`)) && altered.Match(line) {
		return kg.Invalidf("%s: a text of it is not valid UTF-8: %.200q", id, w.line.Bytes())
	}
	if w.line.Len()-1 > MaxLine {
		return kg.Invalidf("%s: as a line it has %d bytes, more than the %d allowed", id, w.line.Len()-1, MaxLine)
	}
	_, err := w.line.WriteTo(w.out)
	return err
}

func lineOfNode(n *kg.Node) (*nodeLine, error) {
	line := &nodeLine{
		Kind: "node", ID: n.ID, Type: n.Type, Name: n.Name, Language: n.Language, Props: n.Props,
		Citations: lineOfCitations(n.Citations),
	}
	for i, a := range n.Aliases {
		if sameAlias(n.Aliases[:i], a) {
			return nil, kg.Invalidf("%s: the alias %q is given twice: cite all its places at one", n.ID, a.Name)
		}
		own := len(a.Citations) > 0 && !slices.Equal(a.Citations, n.Citations)
		if a.Language != kg.English || a.Label {
			wide := aliasLine{Name: a.Name, Language: a.Language, Label: a.Label}
			if own {
				wide.Citations = lineOfCitations(a.Citations)
			}
			line.Aliases = append(line.Aliases, wide)
			continue
		}
		line.Aliases = append(line.Aliases, a.Name)
		if !own {
			continue
		}
		if line.AliasCitations == nil {
			line.AliasCitations = map[string][]citationLine{}
		}
		line.AliasCitations[a.Name] = lineOfCitations(a.Citations)
	}
	return line, nil
}

func lineOfLink(l *kg.Link) *linkLine {
	line := &linkLine{
		Kind: "link", ID: l.ID, Rel: kg.UpperSnake(l.Relation), From: l.From, To: l.To,
		Basis: l.Basis, Modality: l.Modality, Premises: l.Premises, Props: l.Props,
		Citations: lineOfCitations(l.Citations),
	}
	if line.Modality == kg.Asserted {
		line.Modality = ""
	}
	return line
}

func lineOfCitations(citations []kg.Citation) []citationLine {
	var list []citationLine
	for _, c := range citations {
		list = append(list, citationLine(c))
	}
	return list
}
