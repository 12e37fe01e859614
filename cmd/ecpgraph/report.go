package main

import (
	"context"
	"encoding/json"
	"io"

	"ecpgraph/internal/kg"
	"ecpgraph/internal/report"
)

type reportCommand struct {
	Progress progressCommand `cmd:"" help:"How a plan stands: its actions, due dates and what documents report."`
}

type progressCommand struct {
	Plan   string `required:"" placeholder:"ID" help:"The plan, such as action-plan:ecp-3."`
	AsOf   string `placeholder:"DATE" help:"Say how due dates lie to this date: 2017, 2017-08 or 2017-08-31."`
	Format string `enum:"markdown,html" default:"markdown" placeholder:"FORMAT" help:"markdown or html, one file that needs no other (default: markdown)."`
	Out    string `placeholder:"FILE" help:"Write this file, whole or not at all, instead of standard output."`
	sourceFlags
}

func (progressCommand) Help() string {
	return `The report lists each section and action of the plan with the bodies that answer for it, its timeframe
in the words of the plan, and what documents report of the action and of what it acts on. Each passage
is a footnote. Without --as-of no action has a due state: the date of today is never assumed.

Examples:

	ecpgraph report progress --plan action-plan:ecp-3 --as-of 2017-08
	ecpgraph report progress --plan action-plan:ecp-3 --as-of 2017-08-31 --format html --out progress.html
	ecpgraph report progress --plan action-plan:ecp-3 --server http://127.0.0.1:8080`
}

func (c *progressCommand) Run(ctx context.Context, s *session) error {
	if c.AsOf != "" {
		if _, err := kg.ParsePartialDate(c.AsOf); err != nil {
			return failf(exitUsage, "--as-of: %w", err)
		}
	}
	made, err := c.progress(ctx, s)
	if err != nil {
		return err
	}
	write := func(w io.Writer) error {
		if c.Format == "html" {
			return report.HTML(w, made)
		}
		return report.Markdown(w, made)
	}
	if c.Out == "" {
		return write(s.stdout)
	}
	return replaceFile(c.Out, write)
}

// progress asks for what the report is made of.
func (c *progressCommand) progress(ctx context.Context, s *session) (*report.Progress, error) {
	request := graphQLRequest{Query: report.ProgressQuery, Variables: map[string]any{"plan": c.Plan, "asOf": nil}}
	if c.AsOf != "" {
		request.Variables["asOf"] = c.AsOf
	}
	var data json.RawMessage
	if err := c.askFor(ctx, s, request, &data); err != nil {
		return nil, err
	}
	made, err := report.ReadProgress(data)
	if kg.CodeOf(err) == kg.NotFound {
		return nil, failf(exitNotFound, "--plan %s: %w", c.Plan, err)
	}
	return made, err
}
