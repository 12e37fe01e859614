package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"

	"ecpgraph/internal/records"
	"ecpgraph/internal/sources"
)

// textsFlag is for commands that answer queries themselves.
type textsFlag struct {
	Sources string `placeholder:"DIR" setting:"" help:"Folder of the source documents: compare every citation with their text, and quote it. The texts stay in memory."`
}

// attach reads the texts, nil without the flag, and logs each passage that is
// not what was cited.
func (f textsFlag) attach(ctx context.Context, view records.View, logger *slog.Logger) (*sources.Texts, error) {
	if f.Sources == "" {
		return nil, nil
	}
	if err := wantFolder(f.Sources); err != nil {
		return nil, err
	}
	texts, report, err := sources.Attach(ctx, view, os.DirFS(f.Sources))
	if err != nil {
		return nil, fmt.Errorf("--sources %s: %w", f.Sources, err)
	}
	documents, verified, different := 0, 0, 0
	for _, d := range report {
		log := logger.With("document", string(d.Document), "file", d.File)
		if d.Missing {
			log.Warn("the sources have no text of this document: its citations are not compared")
			continue
		}
		documents, verified, different = documents+1, verified+d.Verified, different+len(d.Differs)
		for _, p := range d.Differs {
			log.Warn("the text of a passage is not the one that was cited: what cites it is not verified", "locator", p.Locator, "line", p.Line, "nodes", p.Nodes, "links", p.Links)
		}
		for _, fault := range d.Faults {
			log.Warn("text that belongs to no passage", "fault", fault.Text)
		}
	}
	logger.Info("attached the sources", "folder", f.Sources, "documents", documents, "verified", verified, "different", different)
	return texts, nil
}
