package sources

import (
	"context"
	"io/fs"
	"slices"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
	"ecpgraph/internal/outline"
	"ecpgraph/internal/records"
)

// Attached says how the text of one document compares with what was cited.
type Attached struct {
	Document kg.ID
	File     string
	Missing  bool            // the folder has no such file
	Verified int             // passages whose text is the one that was cited
	Differs  []Difference    // the passages of which it is not, in order
	Faults   []outline.Fault // what of the text is in no passage, beside that
}

// Difference is a passage whose text is not the one that was cited.
type Difference struct {
	Locator string
	Line    int // where it starts in the file; 0 when it was not found
	Nodes   int // how many cite it
	Links   int
}

// batch is how many documents are read from the store at once.
const batch = 1000

// Attach reads the texts of the documents of the view from the folder and
// compares each passage with its checksum. A document without a text is
// reported as missing. The error is of code NotFound for a folder that cannot be
// read or that has no text at all, Invalid for a file that is of no document or
// is not text, and for an outline that cannot be used.
func Attach(ctx context.Context, view records.View, folder fs.FS) (*Texts, []Attached, error) {
	ix := view.Index
	var outlines []*outline.Outline
	var names []string
	documents := slices.Collect(ix.NodesOf(ix.Ontology().NodeType(ontology.DocumentType)).From(0))
	slices.SortFunc(documents, ix.CompareNodes)
	for some := range slices.Chunk(documents, batch) {
		nodes, err := view.Records.Nodes(ctx, ix, some)
		if err != nil {
			return nil, nil, err
		}
		for _, n := range nodes {
			o, err := outline.Of(n)
			if err != nil {
				return nil, nil, err
			}
			if o != nil {
				outlines, names = append(outlines, o), append(names, o.File)
			}
		}
	}
	texts, err := read(folder, names)
	if err != nil {
		return nil, nil, err
	}
	report := make([]Attached, len(outlines))
	for i, o := range outlines {
		if err := ctx.Err(); err != nil {
			return nil, nil, err
		}
		n, _ := ix.Node(o.Document)
		report[i] = compare(ix, n, o, texts.cut(o))
	}
	return texts, report, nil
}

func compare(ix *index.Index, document index.Node, o *outline.Outline, c *Cut) Attached {
	a := Attached{Document: o.Document, File: o.File, Missing: c == nil}
	if c == nil {
		return a
	}
	for i, p := range o.Passages {
		switch {
		case p.Checksum == "":
		case !c.pieces[i].Lost && outline.Checksum(c.pieces[i].Text) == p.Checksum:
			a.Verified++
		default:
			d := Difference{Locator: p.Locator, Line: c.pieces[i].Line}
			if cited, ok := ix.Passage(document, p.Locator); ok {
				d.Nodes, d.Links = ix.CitingNodes(cited).Len(), ix.CitingLinks(cited).Len()
			}
			a.Differs = append(a.Differs, d)
		}
	}
	for _, f := range c.faults {
		if f.Passage < 0 {
			a.Faults = append(a.Faults, f)
		}
	}
	return a
}
