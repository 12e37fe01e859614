package model

import (
	"context"
	"encoding/json"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/outline"
	"ecpgraph/internal/query"
	"ecpgraph/internal/records"
	"ecpgraph/internal/sources"
)

// Passage is the Go side of the GraphQL type.
type Passage struct {
	document *Document
	outline  *outline.Outline
	place    int // in the outline; -1 where it does not have the passage
	locator  string
}

// FindPassage returns the passage, or nil where the outline of the document does
// not have it and nothing cites it.
func FindPassage(ctx context.Context, document, locator string) (*Passage, error) {
	r := read(ctx)
	n, err := query.FindDocument(r.Index, kg.ID(document))
	if err != nil {
		return nil, err
	}
	d := newDocument(r.base(n))
	o := d.readOutline()
	if place, ok := o.Place(locator); ok {
		return d.passage(o, place), nil
	}
	if _, cited := r.Index.Passage(n, locator); cited {
		return &Passage{d, o, -1, locator}, nil
	}
	return nil, nil
}

// readOutline is the document's outline, empty where it has none.
func (n *Document) readOutline() *outline.Outline {
	if o, _ := outline.Of(n.node.Node); o != nil {
		return o
	}
	return &outline.Outline{}
}

// passage is the one at that place of the outline, nil where none is.
func (n *Document) passage(o *outline.Outline, place int) *Passage {
	if place < 0 || place >= len(o.Passages) {
		return nil
	}
	return &Passage{n, o, place, o.Passages[place].Locator}
}

// Passages are those of the outline, up to the limit, after the one at that
// place.
func (n *Document) Passages(limit int, after *string) ([]*Passage, error) {
	return stretch(n.passages(n.readOutline()), func(p *Passage) string { return p.locator }, limit, after)
}

// Document is the document.
func (p *Passage) Document() *Document { return p.document }

// Locator is the place in it.
func (p *Passage) Locator() string { return p.locator }

// outlined is what the outline says of it.
func (p *Passage) outlined() outline.Passage {
	if p.place < 0 {
		return outline.Passage{}
	}
	return p.outline.Passages[p.place]
}

// Kind is what kind of passage it is.
func (p *Passage) Kind() *PassageKind {
	if kind := p.outlined().Kind; kind != "" {
		word := PassageKind(kind)
		return &word
	}
	return nil
}

// Checksum is that of its text, nil when it was not taken.
func (p *Passage) Checksum() *string { return orNil(p.outlined().Checksum) }

// Uncited is the reason why nothing cites it.
func (p *Passage) Uncited() *string { return orNil(p.outlined().Uncited) }

func orNil(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

// Previous is the passage before it.
func (p *Passage) Previous() *Passage { return p.document.passage(p.outline, p.place-1) }

// Next is the passage after it.
func (p *Passage) Next() *Passage {
	if p.place < 0 {
		return nil
	}
	return p.document.passage(p.outline, p.place+1)
}

func (p *Passage) compare() (quote *string, verified *bool, err error) {
	return p.document.reader.compare(p.document.node.number, p.locator, p.outlined().Checksum)
}

// Quote is its text, where it is the one that was cited.
func (p *Passage) Quote() (*string, error) { quote, _, err := p.compare(); return quote, err }

// Verified tells whether its text is the one that was cited.
func (p *Passage) Verified() (*bool, error) { _, verified, err := p.compare(); return verified, err }

// Nodes is a page of the nodes that cite the passage.
func (p *Passage) Nodes(first *int, after *string, last *int, before *string) (*NodeConnection, error) {
	r := p.document.reader
	page, err := r.nodePage(nil, args(first, after, last, before, nil, nil),
		func(s *query.Selector, page *query.Page[index.Node]) error {
			return s.CitingNodes(page, query.PassageAt(r.Index, p.document.node.number, p.locator))
		})
	if err != nil {
		return nil, err
	}
	return &NodeConnection{page}, nil
}

// Links is a page of the links that cite the passage.
func (p *Passage) Links(first *int, after *string, last *int, before *string) (*LinkPage, error) {
	r := p.document.reader
	s, err := query.Select(r.ctx, r.Index, nil, args(first, after, last, before, nil, nil))
	if err != nil {
		return nil, err
	}
	var selected query.Page[index.Link]
	if err := s.CitingLinks(&selected, query.PassageAt(r.Index, p.document.node.number, p.locator)); err != nil {
		return nil, err
	}
	page := &LinkPage{items: r.asLinks(selected.Elements)}
	if page.info, err = whole(&selected, len(page.items)); err != nil {
		return nil, err
	}
	return page, nil
}

// compare compares the passage with the text that is attached: nil for what
// cannot be said.
func (r *reader) compare(document index.Node, locator, checksum string) (quote *string, verified *bool, err error) {
	cut, err := sources.From(r.ctx).Cut(r.ctx, r.View, document)
	if err != nil || checksum == "" {
		return nil, nil, err
	}
	text, known := cut.Compare(records.AppendString(nil, locator), records.AppendString(nil, checksum))
	if !known {
		return nil, nil, nil
	}
	stands := text != nil
	if stands {
		quote = new(string)
		err = json.Unmarshal(text, quote)
	}
	return quote, &stands, err
}
