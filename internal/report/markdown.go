package report

import (
	"bytes"
	"fmt"
	"io"
	"strings"
)

// Markdown writes the report as plain Markdown, with footnotes as many readers of
// it have them: [^1].
func Markdown(w io.Writer, p *Progress) error {
	m := &markdown{}
	m.page(newPage(p))
	_, err := w.Write(m.Bytes())
	return err
}

type markdown struct{ bytes.Buffer }

func (m *markdown) linef(format string, args ...any) { fmt.Fprintf(m, format+"\n", args...) }

func (m *markdown) page(p *page) {
	m.linef("# %s\n", escape(p.Title))
	m.linef("- Plan: %s", escape(p.Plan))
	if p.Period != "" {
		m.linef("- Period: %s", escape(p.Period))
	}
	if p.AsOf != "" {
		m.linef("- As of: %s", p.AsOf)
	} else {
		m.linef("- As of: no date was asked for, so actions have no due state")
	}
	m.linef("- Graph: revision %s, digest %s", p.Revision, p.Digest)
	m.linef("- Actions: %d", p.Actions)
	if p.Truncated {
		m.linef("- This report is cut off: there is more than it holds.")
	}
	if len(p.Legend) > 0 {
		m.linef("\n## Due states as of %s\n", p.AsOf)
		for _, s := range p.Legend {
			m.linef("- %s: %d. %s.", s.Name, s.Count, upper(s.Meaning))
		}
	}
	if len(p.Reported) > 0 {
		m.linef("\n## What documents report of the plan\n")
		m.lines(p.Reported, "")
	}
	for _, s := range p.Sections {
		m.linef("\n## %s%s", escape(s.Heading), marks(s.Notes))
		if s.Version != "" {
			m.linef("\nIn: %s", escape(s.Version))
		}
		if len(s.Reported) > 0 {
			m.linef("")
			m.lines(s.Reported, "")
		}
		for _, a := range s.Actions {
			m.action(a, p.AsOf)
		}
	}
	m.linef("\n## Sources\n")
	for i, text := range p.Footnotes {
		m.linef("[^%d]: %s", i+1, escape(text))
	}
}

func (m *markdown) action(a pageAction, asOf string) {
	m.linef("\n### Action %d: %s%s\n", a.Number, escape(a.Name), marks(a.Notes))
	var bodies []string
	for _, b := range a.Bodies {
		text := escape(b.Name)
		if b.Modality != "" {
			text += " (" + b.Modality + ")"
		}
		bodies = append(bodies, text+marks(b.Notes))
	}
	if a.Unnamed != "" {
		bodies = append(bodies, "“"+escape(a.Unnamed)+"”")
	}
	m.linef("- Responsible: %s", orNone(strings.Join(bodies, ", ")))
	timeframe := "none given"
	if a.Timeframe != "" {
		timeframe = "“" + escape(a.Timeframe) + "”, " + a.Kind
	}
	if a.Due != "" {
		timeframe += ", due " + a.Due
	}
	m.linef("- Timeframe: %s", timeframe)
	if a.State != "" {
		m.linef("- As of %s: %s", asOf, a.State)
	}
	if len(a.Reported) == 0 {
		m.linef("- Reported: no state of the action, nor of what it acts on")
		return
	}
	m.linef("- Reported:")
	m.lines(a.Reported, "  ")
}

func (m *markdown) lines(list []line, indent string) {
	for _, l := range list {
		text := ""
		if l.About != "" {
			text = escape(l.About)
			if l.Task != "" {
				text += " (" + l.Task + ")"
			}
			if l.Near != "" {
				text += " (to compare with " + escape(l.Near) + "; no document says that they are one" + marks(l.NearNote) + ")"
			}
			text += ": "
		}
		text += l.Status
		if l.Modality != "" {
			text += " (" + l.Modality + ")"
		}
		if l.Wording != "" {
			text += ", “" + escape(l.Wording) + "”"
		}
		m.linef("%s- %s; %s%s", indent, text, escape(l.Source)+l.When, marks(l.Notes))
	}
}

func orNone(text string) string {
	if text == "" {
		return "none given"
	}
	return text
}

func upper(text string) string { return strings.ToUpper(text[:1]) + text[1:] }

// marks are the references to footnotes.
func marks(notes []int) string {
	text := ""
	for _, n := range notes {
		text += fmt.Sprintf("[^%d]", n)
	}
	return text
}

var escapes = strings.NewReplacer(
	`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`, "<", `\<`, ">", `\>`, "|", `\|`, "\n", " ", "\r", " ",
)

// escape makes text of the data stand for itself.
func escape(text string) string { return escapes.Replace(text) }
