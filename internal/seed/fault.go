package seed

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"ecpgraph/internal/kg"
)

// place is a line of a file, counted from 1; line 0 stands for the whole file.
type place struct {
	file string
	line int
}

func (p place) String() string {
	if p.line == 0 {
		return p.file
	}
	return p.file + ":" + strconv.Itoa(p.line)
}

// faults gathers all that is wrong with the input, so that an author mends it
// in one round.
type faults struct{ list []fault }

type fault struct {
	at   place
	text string
}

func (f *faults) addf(at place, format string, args ...any) {
	f.list = append(f.list, fault{at, fmt.Sprintf(format, args...)})
}

// addAll adds each of the errors joined in err by itself.
func (f *faults) addAll(at place, err error) {
	var joined interface{ Unwrap() []error }
	switch {
	case err == nil:
	case errors.As(err, &joined):
		for _, e := range joined.Unwrap() {
			f.addf(at, "%v", e)
		}
	default:
		f.addf(at, "%v", err)
	}
}

// err joins the faults by file and line, "file:line: what to mend", as one
// error of code Invalid; nil when there are none.
func (f *faults) err() error {
	if len(f.list) == 0 {
		return nil
	}
	slices.SortStableFunc(f.list, func(a, b fault) int {
		return cmp.Or(cmp.Compare(a.at.file, b.at.file), cmp.Compare(a.at.line, b.at.line))
	})
	list := make([]error, len(f.list))
	for i, fault := range f.list {
		list[i] = errors.New(fault.at.String() + ": " + fault.text)
	}
	return kg.Invalidf("%w", errors.Join(list...))
}
