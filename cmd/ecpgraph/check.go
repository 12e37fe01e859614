package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"ecpgraph/internal/ontology"
	"ecpgraph/internal/seed"
	"ecpgraph/seeds"
)

type checkCommand struct {
	Path string `arg:"" optional:"" help:"Seed folder, file of JSON Lines, or - for JSON Lines from standard input (default: the embedded seeds)."`

	Sources string `placeholder:"DIR" setting:"" help:"Folder of the source documents: check every locator and checksum against them."`
	Update  bool   `help:"Write the checksums of the passages into passages.yaml of the seed folder first."`
	outputFlag
}

func (checkCommand) Help() string {
	return `Checks the seeds against the ontology: types, fields, values, ids, links, citations. With --sources it
also cuts the documents into passages, compares checksums, and prints for each passage whether its
text is the one that was cited, and what cites it. Faults go to standard error, with exit code 4.

Examples:

	ecpgraph check
	ecpgraph check --sources ../sources
	ecpgraph check seeds/ecp --sources ../sources --update
	ecpgraph export | ecpgraph check - --sources ../sources`
}

// checkResult is what check found. Its JSON form is part of the program's
// interface.
type checkResult struct {
	Seeds     string       `json:"seeds"`
	Nodes     int          `json:"nodes"`
	Links     int          `json:"links"`
	Documents int          `json:"documents"`
	Passages  int          `json:"passages"`
	Faults    []string     `json:"faults"`
	Coverage  *seed.Report `json:"coverage,omitempty"` // with --sources
}

func (c *checkCommand) Run(ctx context.Context, s *session) error {
	o, err := readOntology()
	if err != nil {
		return err
	}
	if err := c.prepare(); err != nil {
		return err
	}
	result := checkResult{Seeds: setName(c.Path), Faults: []string{}}
	if c.Path == "" {
		result.Seeds = "the embedded seeds"
	}
	fault := c.check(ctx, s, o, &result)
	if fault != nil && exitCode(fault) != exitInvalid {
		return fault
	}
	if fault != nil {
		result.Faults = faultsIn(fault)
		fault = faultList(exitInvalid, fault, result.Seeds)
	}
	if c.json() {
		if err := writeJSON(s.stdout, result); err != nil {
			return err
		}
		return fault
	}
	if err := result.writeText(s.stdout); err != nil {
		return err
	}
	return fault
}

// prepare checks the flags and writes the checksums when asked to.
func (c *checkCommand) prepare() error {
	if c.Sources != "" {
		if err := wantFolder(c.Sources); err != nil {
			return err
		}
	}
	if !c.Update {
		return nil
	}
	if c.Path == "" || c.Sources == "" {
		return failf(exitUsage, "--update needs a FOLDER to write to and the --sources\nSee ecpgraph check --help")
	}
	if err := wantFolder(c.Path); err != nil {
		return err
	}
	if err := seed.UpdateChecksums(c.Path, os.DirFS(c.Sources)); err != nil {
		if exitCode(err) == exitInvalid {
			return faultList(exitInvalid, err, "no checksum is written")
		}
		return err
	}
	return nil
}

func wantFolder(path string) error {
	switch info, err := os.Stat(path); {
	case err != nil:
		return notThere(err, path)
	case !info.IsDir():
		return failf(exitUsage, "%s is not a folder", path)
	}
	return nil
}

// check fills the result as far as it comes. Its error joins all faults.
func (c *checkCommand) check(ctx context.Context, s *session, o *ontology.Ontology, result *checkResult) error {
	var set *seed.Set
	var err error
	if c.Path == "" {
		set, err = seed.ReadFolder(seeds.Files, seeds.ECP, o)
	} else {
		p := s.progress()
		set, err = readSet(ctx, s, p, c.Path, o, nil)
		p.done()
	}
	if err != nil {
		return err
	}
	result.Nodes, result.Links, result.Documents = len(set.Nodes), len(set.Links), len(set.Outlines)
	for _, outline := range set.Outlines {
		result.Passages += len(outline.Passages)
	}
	if c.Sources == "" {
		return nil
	}
	result.Coverage, err = seed.CheckSources(set, os.DirFS(c.Sources))
	return err
}

func (r checkResult) writeText(w io.Writer) error {
	if r.Coverage != nil {
		if err := r.Coverage.WriteTable(w); err != nil {
			return err
		}
	}
	if len(r.Faults) > 0 {
		return nil // told as the command's error
	}
	var err error
	if r.Coverage != nil {
		_, err = fmt.Fprintf(w, "\nNo fault: every locator and checksum in %s agrees with the sources.\n", r.Seeds)
	} else {
		_, err = fmt.Fprintf(w, "No fault in %s (nodes %d, links %d, documents %d, passages %d).\nThe source documents were not looked at; --sources DIR checks against them.\n",
			r.Seeds, r.Nodes, r.Links, r.Documents, r.Passages)
	}
	return err
}
