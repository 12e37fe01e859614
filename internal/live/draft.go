package live

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
)

// draft is the graph that a change is planned on: what the store holds, and
// commits of earlier changes of the batch, which it does not hold yet.
type draft struct {
	store   kg.Store
	written kg.Revision  // the newest in the store
	commits []kg.Commit  // what follows it
	index   *index.Index // after all of them
	rules   *ruleBook
}

// add puts the commit on top.
func (d *draft) add(c kg.Commit) error {
	after, err := d.index.Apply(c)
	if err != nil {
		return err
	}
	d.index, d.commits = after, append(d.commits, c)
	return nil
}

// records reads the records at the refs, in the order asked for, by one call of
// the store at most.
func (d *draft) records(ctx context.Context, refs []kg.Ref) ([]kg.Record, error) {
	list := make([]kg.Record, len(refs))
	var stored []kg.Ref
	var places []int
	for i, ref := range refs {
		if ref.Revision > d.written {
			list[i] = d.commits[ref.Revision-d.written-1].Records[ref.Ordinal]
			continue
		}
		stored, places = append(stored, ref), append(places, i)
	}
	if len(stored) == 0 {
		return list, nil
	}
	found, err := d.store.Records(ctx, stored)
	if err != nil {
		return nil, fmt.Errorf("reading what is there: %w", err)
	}
	for i, r := range found {
		list[places[i]] = r
	}
	return list, nil
}

// links reads links of the draft's index, in the order asked for.
func (d *draft) links(ctx context.Context, links []index.Link) ([]*kg.Link, error) {
	refs := make([]kg.Ref, len(links))
	for i, l := range links {
		refs[i] = d.index.LinkRef(l)
	}
	records, err := d.records(ctx, refs)
	if err != nil {
		return nil, err
	}
	list := make([]*kg.Link, len(links))
	for i, r := range records {
		if r.Link == nil {
			return nil, mistaken(refs[i])
		}
		list[i] = r.Link
	}
	return list, nil
}

// mistaken is the fault of an index that does not go with the log.
func mistaken(ref kg.Ref) error {
	return kg.Errorf(kg.Corrupt, "record %d of %v is not what the index takes it for: remove the index snapshot and start again", ref.Ordinal, ref.Revision)
}

// oldVersions is how many old versions are held at once.
const oldVersions = 10_000

// unchanged finds out which nodes and links are in the graph just as they are
// given, by their places in the lists.
func (d *draft) unchanged(ctx context.Context, nodes []*kg.Node, links []*kg.Link) (sameNodes, sameLinks []bool, err error) {
	type check struct {
		ref  kg.Ref
		node *kg.Node // or link
		link *kg.Link
		same *bool
	}
	sameNodes, sameLinks = make([]bool, len(nodes)), make([]bool, len(links))
	var checks []check
	for i, n := range nodes {
		if old, found := d.index.Node(n.ID); found {
			checks = append(checks, check{ref: d.index.NodeRef(old), node: n, same: &sameNodes[i]})
		}
	}
	for i, l := range links {
		if old, found := d.index.Link(l.ID); found {
			checks = append(checks, check{ref: d.index.LinkRef(old), link: l, same: &sameLinks[i]})
		}
	}
	// What lies together in the log is read together.
	slices.SortFunc(checks, func(a, b check) int {
		return cmp.Or(cmp.Compare(a.ref.Revision, b.ref.Revision), cmp.Compare(a.ref.Ordinal, b.ref.Ordinal))
	})
	refs := make([]kg.Ref, 0, min(len(checks), oldVersions))
	for some := range slices.Chunk(checks, oldVersions) {
		refs = refs[:0]
		for _, c := range some {
			refs = append(refs, c.ref)
		}
		old, err := d.records(ctx, refs)
		if err != nil {
			return nil, nil, err
		}
		for i, c := range some {
			switch r := old[i]; {
			case c.node != nil && r.Node != nil && r.Node.ID == c.node.ID:
				*c.same = r.Node.Equal(c.node)
			case c.link != nil && r.Link != nil && r.Link.ID == c.link.ID:
				*c.same = r.Link.Equal(c.link)
			default:
				return nil, nil, mistaken(c.ref)
			}
		}
	}
	return sameNodes, sameLinks, nil
}
