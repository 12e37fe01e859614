package plan

import (
	"strconv"
	"strings"

	"ecpgraph/internal/kg"
	"ecpgraph/internal/query"
)

// An operation that is as of a revision pins its cursors to it: each has the
// sign and the number of the revision behind it. So a walk that began at a
// revision goes on there or is refused, and never mixes two.
const pinSign = "@"

// pin is the cursor as the operation gives it.
func (r *run) pin(cursor string) string {
	if !r.view.Pinned {
		return cursor
	}
	return cursor + pinSign + strconv.FormatUint(uint64(r.index.Head().Revision), 10)
}

// unpin is the cursor that was given as the argument, without its pin. The error
// is of code Invalid where it is pinned to another revision than this operation.
func (r *run) unpin(argument, cursor string) (string, error) {
	plain, pin, pinned := strings.Cut(cursor, pinSign)
	if !pinned {
		return cursor, nil
	}
	revision, err := strconv.ParseUint(pin, 10, 63)
	switch {
	case err != nil:
		return "", kg.Invalidf("%s: %.80q is not a cursor: give back one that a connection returned", argument, cursor)
	case !r.view.Pinned || kg.Revision(revision) != r.index.Head().Revision:
		return "", kg.Invalidf("%s: the cursor was given as of revision %d: ask with @asOf(revision: %d) on the operation, as its walk began",
			argument, revision, revision)
	}
	return plain, nil
}

// unpinWindow takes the pins from the cursors among the arguments.
func (r *run) unpinWindow(args *query.Args) error {
	for i, cursor := range []**string{&args.After, &args.Before} {
		if *cursor == nil {
			continue
		}
		plain, err := r.unpin([]string{"after", "before"}[i], **cursor)
		if err != nil {
			return err
		}
		*cursor = &plain
	}
	return nil
}
