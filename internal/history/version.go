package history

import (
	"context"
	"fmt"
	"slices"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/records"
)

// Version is a version of a node or link, or its deletion.
type Version struct {
	ID kg.ID
	index.Version
	Before kg.Ref // the version before it; zero for none

	Commit  kg.CommitHead // by ReadCommits
	Changes []Change      // against the version before, by ReadChanges
}

// VersionAt is the i-th version of the id's history, from 0, the oldest first,
// without what the log says of it.
func VersionAt(id kg.ID, h *index.History, i int) Version {
	v := Version{ID: id, Version: h.At(i)}
	if i > 0 && v.Change != index.Created {
		v.Before = h.At(i - 1).Ref
	}
	return v
}

// ReadCommits reads the commits of the versions.
func ReadCommits(ctx context.Context, log records.Log, versions []*Version) error {
	var revisions []kg.Revision
	for _, v := range versions {
		revisions = append(revisions, v.Ref.Revision)
	}
	slices.Sort(revisions)
	revisions = slices.Compact(revisions)
	heads, err := log.CommitHeads(ctx, revisions)
	if err != nil {
		return fmt.Errorf("reading %d commits: %w", len(revisions), err)
	}
	commits := make(map[kg.Revision]kg.CommitHead, len(heads))
	for _, h := range heads {
		commits[h.Revision] = h
	}
	for _, v := range versions {
		v.Commit = commits[v.Ref.Revision]
	}
	return nil
}

// ReadChanges finds out what changed in the versions, by one call of the log.
func ReadChanges(ctx context.Context, log records.Log, versions []*Version) error {
	pairs := make([]pair, len(versions))
	for i, v := range versions {
		pairs[i] = pair{v.ID, v.Before, v.Ref}
	}
	return readPairs(ctx, log, pairs, func(i int, before, after kg.Record) {
		versions[i].Changes = Changes(before, after)
	})
}

// pair is two versions of one id; a zero ref is none.
type pair struct {
	id            kg.ID
	before, after kg.Ref
}

// readPairs reads the versions by one call of the log and gives them to the
// function, in order; a zero Record for none.
func readPairs(ctx context.Context, log records.Log, pairs []pair, take func(i int, before, after kg.Record)) error {
	refs := make([]kg.Ref, 0, 2*len(pairs))
	for _, p := range pairs {
		refs = append(refs, p.before, p.after)
	}
	refs = slices.DeleteFunc(refs, func(r kg.Ref) bool { return r == kg.Ref{} })
	if len(refs) == 0 {
		return nil
	}
	read, err := log.Records(ctx, refs)
	if err != nil {
		return fmt.Errorf("reading %d versions: %w", len(refs), err)
	}
	if len(read) != len(refs) {
		return kg.Errorf(kg.Internal, "the store gave %d records for %d", len(read), len(refs))
	}
	for i, p := range pairs {
		var found [2]kg.Record
		for j, ref := range [2]kg.Ref{p.before, p.after} {
			if ref == (kg.Ref{}) {
				continue
			}
			found[j], read = read[0], read[1:]
			if idOf(&found[j]) != p.id {
				return kg.Errorf(kg.Corrupt, "record %d of %v is not a version of %s, which the index expects there: restart the server to derive the index anew",
					ref.Ordinal, ref.Revision, p.id)
			}
		}
		take(i, found[0], found[1])
	}
	return nil
}

// idOf is the id of what the record writes or deletes.
func idOf(r *kg.Record) kg.ID {
	switch {
	case r.Node != nil:
		return r.Node.ID
	case r.Link != nil:
		return r.Link.ID
	}
	return r.ID
}
