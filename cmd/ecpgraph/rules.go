package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
	"ecpgraph/internal/records"
	"ecpgraph/internal/seed"
)

type rulesCommand struct {
	Explain explainCommand `cmd:"" help:"Show how a derived link follows, down to the passages."`
	Preview previewCommand `cmd:"" help:"Show what rules would conclude, before they are loaded."`
}

type previewCommand struct {
	File  string `arg:"" help:"YAML file with rules, written as in seeds/ecp/rules.yaml."`
	Limit int    `default:"20" placeholder:"N" help:"How many links of each kind are listed (default: 20)."`
	dataFlag
	outputFlag
}

func (previewCommand) Help() string {
	return `The rules are tried on a copy of the graph in memory; nothing is written. Rules of the file take the
place of those that have the same ids, all others stay. Listed is what would be concluded anew, what
would be put otherwise, and what would no longer follow.

Examples:

	ecpgraph rules preview my-rules.yaml
	ecpgraph rules preview my-rules.yaml --limit 1000 --output json`
}

// preview is what rules would change. Its JSON form is part of the program's
// interface.
type preview struct {
	File    string      `json:"file"`
	Rules   []kg.ID     `json:"rules"`
	Derived int         `json:"derived"` // links that would be derived in all
	Added   []concluded `json:"added"`
	Changed []concluded `json:"changed"`
	Removed []concluded `json:"removed"`
}

// concluded is a derived link, as it would be or was.
type concluded struct {
	ID       kg.ID       `json:"id"`
	Relation string      `json:"relation"`
	From     kg.ID       `json:"from"`
	To       kg.ID       `json:"to"`
	Modality kg.Modality `json:"modality"`
	Before   kg.Modality `json:"before,omitempty"` // of what would change
	Premises []kg.ID     `json:"premises"`
}

func (c *previewCommand) Run(ctx context.Context, s *session) error {
	o, err := readOntology()
	if err != nil {
		return err
	}
	if _, err := os.Stat(c.File); err != nil {
		return notThere(err, c.File)
	}
	rules, err := seed.ReadRules(os.DirFS(filepath.Dir(c.File)), filepath.Base(c.File), o)
	if err != nil {
		return faultList(exitInvalid, err, c.File)
	}
	found, err := c.preview(ctx, s, o, rules)
	if err != nil {
		return err
	}
	if c.json() {
		return writeJSON(s.stdout, found)
	}
	return found.writeText(s.stdout, c.Limit)
}

func (c *previewCommand) preview(ctx context.Context, s *session, o *ontology.Ontology, rules []*kg.Node) (*preview, error) {
	db, err := openExisting(ctx, c.Data, 0, s.logger)
	if err != nil {
		return nil, err
	}
	defer db.Close()
	before, err := derivedLinks(ctx, db.View())
	if err != nil {
		return nil, err
	}
	trial, err := rehearsal(ctx, db, o)
	if err != nil {
		return nil, err
	}
	defer trial.Close()
	if _, err := trial.Commit(ctx, kg.Change{Author: "preview", PutNodes: rules}); err != nil {
		if code := kg.CodeOf(err); code == kg.Invalid || code == kg.Limit {
			return nil, faultList(exitInvalid, err, c.File)
		}
		return nil, err
	}
	after, err := derivedLinks(ctx, trial.View())
	if err != nil {
		return nil, err
	}
	found := &preview{File: c.File, Derived: len(after), Added: []concluded{}, Changed: []concluded{}, Removed: []concluded{}}
	for _, r := range rules {
		found.Rules = append(found.Rules, r.ID)
	}
	for id, l := range after {
		switch old := before[id]; {
		case old == nil:
			found.Added = append(found.Added, asConcluded(l, ""))
		case !old.Equal(l):
			found.Changed = append(found.Changed, asConcluded(l, old.Modality))
		}
	}
	for id, l := range before {
		if after[id] == nil {
			found.Removed = append(found.Removed, asConcluded(l, ""))
		}
	}
	for _, list := range [][]concluded{found.Added, found.Changed, found.Removed} {
		slices.SortFunc(list, func(a, b concluded) int { return cmp.Compare(a.ID, b.ID) })
	}
	return found, nil
}

func asConcluded(l *kg.Link, before kg.Modality) concluded {
	return concluded{l.ID, kg.UpperSnake(l.Relation), l.From, l.To, l.Modality, before, l.Premises}
}

// derivedLinks reads the derived links of the view.
func derivedLinks(ctx context.Context, v records.View) (map[kg.ID]*kg.Link, error) {
	derived, err := v.Index.Narrowed(kg.Derived)
	if err != nil {
		return nil, err
	}
	var numbers []index.Link
	for _, t := range derived.Ontology().NodeTypes {
		for n := range derived.NodesOf(t).From(0) {
			for _, a := range derived.AppendAdjacency(nil, n) {
				if a.Step.Direction() == ontology.Out {
					for e := range a.Edges.From(0) {
						numbers = append(numbers, e.Link)
					}
				}
			}
		}
	}
	list, err := v.Records.Links(ctx, derived, numbers)
	if err != nil {
		return nil, err
	}
	links := map[kg.ID]*kg.Link{}
	for _, l := range list {
		links[l.ID] = l
	}
	return links, nil
}

func (p *preview) writeText(w io.Writer, limit int) error {
	out := &lineWriter{w: w}
	rules := "1 rule"
	if len(p.Rules) != 1 {
		rules = fmt.Sprintf("%d rules", len(p.Rules))
	}
	out.linef("%s: %s. %d links would be derived: %d anew, %d put otherwise, %d no longer.",
		p.File, rules, p.Derived, len(p.Added), len(p.Changed), len(p.Removed))
	for _, part := range []struct {
		title string
		list  []concluded
	}{{"Anew", p.Added}, {"Put otherwise", p.Changed}, {"No longer", p.Removed}} {
		if len(part.list) == 0 {
			continue
		}
		out.linef("\n%s", part.title)
		for i, l := range part.list {
			if i == limit {
				out.linef("  … and %d more (--limit)", len(part.list)-limit)
				break
			}
			firmness := string(l.Modality)
			if l.Before != "" && l.Before != l.Modality {
				firmness = fmt.Sprintf("%s, was %s", l.Modality, l.Before)
			}
			out.linef("  %s  %s > %s  %s", l.Relation, l.From, l.To, firmness)
			for _, premise := range l.Premises {
				out.linef("    from %s", premise)
			}
		}
	}
	return out.err
}
