package main

import (
	"context"
	"fmt"

	"ecpgraph/internal/kg"
)

type explainCommand struct {
	Link string `arg:"" help:"Id of the link, or of the node that it starts from."`
	To   string `arg:"" optional:"" help:"Id of the node that it leads to: then all that is derived between the two is shown."`

	Proofs int `default:"5" placeholder:"N" help:"How many proofs of each link, up to 100 (default: 5)."`
	sourceFlags
	outputFlag
}

func (explainCommand) Help() string {
	return `Each proof names its rule and the links that the rule was applied to. Links that documents state are
shown with their passages; links that are derived are followed further down.

Examples:

	ecpgraph rules explain tool:study-report-on-customs-brokers strategic-goal:1
	ecpgraph rules explain 'serves-goal:action:ecp-3/1>strategic-goal:1#derived' --proofs 1
	ecpgraph rules explain tool:trs-guide strategic-goal:1 --server http://127.0.0.1:8080`
}

// explained is a link with its proofs. Its JSON form is part of the program's
// interface.
type explained struct {
	ID          kg.ID         `json:"id"`
	Relation    string        `json:"relation"`
	From        explainedNode `json:"from"`
	To          explainedNode `json:"to"`
	Basis       kg.Basis      `json:"basis"`
	Modality    kg.Modality   `json:"modality"`
	Wording     *string       `json:"wording,omitempty"`
	Citations   []citedPlace  `json:"citations,omitempty"`
	Derivations struct {
		Truncated bool    `json:"truncated"`
		Items     []proof `json:"items"`
	} `json:"derivations"`
}

type explainedNode struct {
	ID   kg.ID  `json:"id"`
	Name string `json:"name"`
}

type citedPlace struct {
	Document struct {
		Name string `json:"name"`
	} `json:"document"`
	Locator string `json:"locator"`
}

type proof struct {
	Rule     explainedNode `json:"rule"`
	Depth    int           `json:"depth"`
	Premises []*explained  `json:"premises"`
}

// A premise is asked for by itself, as it may be derived, to any depth.
const (
	explainLink = `query($id: ID!, $proofs: Int!) { link(id: $id) {
		id relation from { id name } to { id name } basis modality wording
		citations { document { name } locator }
		derivations(limit: $proofs) { truncated items { rule { id name } depth premises { id } } }
	} }`
	derivedBetween = `query($from: ID!, $to: ID!) { paths(from: $from, to: $to, maxHops: 1, k: 20, inference: ONLY) {
		paths { hops { direction links { id } } } } }`
)

func (c *explainCommand) Run(ctx context.Context, s *session) error {
	ids := []kg.ID{kg.ID(c.Link)}
	if c.To != "" {
		var err error
		if ids, err = c.between(ctx, s); err != nil {
			return err
		}
		if len(ids) == 0 {
			return failf(exitNotFound, "nothing is derived from %s to %s", c.Link, c.To)
		}
	}
	e := explainer{command: c, session: s, known: map[kg.ID]*explained{}}
	var links []*explained
	for _, id := range ids {
		l, err := e.explain(ctx, id, c.Proofs)
		if err != nil {
			return err
		}
		links = append(links, l)
	}
	if c.json() {
		return writeJSON(s.stdout, links)
	}
	out := &lineWriter{w: s.stdout}
	for i, l := range links {
		if i > 0 {
			out.linef("")
		}
		l.write(out, "")
	}
	return out.err
}

// between lists the derived links from the one node to the other.
func (c *explainCommand) between(ctx context.Context, s *session) (ids []kg.ID, err error) {
	var found struct {
		Paths struct {
			Paths []struct {
				Hops []struct {
					Direction string
					Links     []struct{ ID kg.ID }
				}
			}
		}
	}
	request := graphQLRequest{Query: derivedBetween, Variables: map[string]any{"from": c.Link, "to": c.To}}
	if err := c.askFor(ctx, s, request, &found); err != nil {
		return nil, err
	}
	for _, p := range found.Paths.Paths {
		for _, hop := range p.Hops {
			for _, l := range hop.Links {
				if hop.Direction == "OUT" {
					ids = append(ids, l.ID)
				}
			}
		}
	}
	return ids, nil
}

// explainer follows proofs down, each link once.
type explainer struct {
	command *explainCommand
	session *session
	known   map[kg.ID]*explained
}

func (e *explainer) explain(ctx context.Context, id kg.ID, proofs int) (*explained, error) {
	if l := e.known[id]; l != nil {
		return l, nil
	}
	var found struct{ Link *explained }
	request := graphQLRequest{Query: explainLink, Variables: map[string]any{"id": string(id), "proofs": proofs}}
	if err := e.command.askFor(ctx, e.session, request, &found); err != nil {
		return nil, err
	}
	if found.Link == nil {
		return nil, failf(exitNotFound, "%s: there is no such link", id)
	}
	e.known[id] = found.Link
	for _, p := range found.Link.Derivations.Items {
		for i, premise := range p.Premises {
			var err error
			if p.Premises[i], err = e.explain(ctx, premise.ID, 1); err != nil {
				return nil, err
			}
		}
	}
	return found.Link, nil
}

func (l *explained) write(out *lineWriter, indent string) {
	wording := "" // stands in one of the passages, so it is not put to each
	if l.Wording != nil {
		wording = fmt.Sprintf("  “%s”", *l.Wording)
	}
	out.linef("%s%s  %s > %s  %s%s", indent, l.Relation, l.From.Name, l.To.Name, l.Modality, wording)
	if l.Basis == kg.Stated {
		for _, c := range l.Citations {
			out.linef("%s  %s, %s", indent, c.Document.Name, c.Locator)
		}
		return
	}
	for i, p := range l.Derivations.Items {
		number := ""
		if len(l.Derivations.Items) > 1 {
			number = fmt.Sprintf("%d. ", i+1)
		}
		out.linef("%s  %sby %s (%s)", indent, number, p.Rule.Name, p.Rule.ID)
		for _, premise := range p.Premises {
			premise.write(out, indent+"    ")
		}
	}
	if l.Derivations.Truncated && indent == "" {
		out.linef("  … there are more proofs (--proofs)")
	}
}
