package timeline

import (
	"cmp"
	"fmt"
	"slices"

	"ecpgraph/internal/kg"
)

// Unit is a length of time to group by.
type Unit string

// The units.
const (
	Decade  Unit = "DECADE"
	Year    Unit = "YEAR"
	Quarter Unit = "QUARTER"
	Month   Unit = "MONTH"
	Day     Unit = "DAY"
)

// Group is the entries that stand in one span of time.
type Group struct {
	Key        string // "2017", "2017-Q2", "2017-07", "2010s"
	Start, End kg.PartialDate
	Entries    []int // their places among the entries of the timeline, ascending
}

// Groups divides the entries by where they stand, in the order of time. A date
// that is less exact than the unit is a group of its own.
func (l *Timeline) Groups(u Unit) []Group {
	byKey := map[string]int{}
	var list []Group
	for i := range l.Entries {
		g := groupOf(l.Entries[i].Span.At(), u)
		at, known := byKey[g.Key]
		if !known {
			at = len(list)
			byKey[g.Key] = at
			list = append(list, g)
		}
		list[at].Entries = append(list[at].Entries, i)
	}
	slices.SortFunc(list, func(a, b Group) int {
		return cmp.Or(a.End.Last().Compare(b.End.Last()), a.Start.First().Compare(b.Start.First()))
	})
	return list
}

// The lengths of dates that are a year or a month.
const (
	yearLength  = len("2017")
	monthLength = len("2017-07")
)

// groupOf is the group of a date, without entries.
func groupOf(at kg.PartialDate, u Unit) Group {
	switch {
	case u == Decade:
		return Group{Key: string(at[:3]) + "0s", Start: at[:3] + "0", End: at[:3] + "9"}
	case u == Year:
		at = at[:yearLength]
	case u == Month && len(at) > monthLength:
		at = at[:monthLength]
	case u == Quarter && len(at) >= monthLength:
		first := at.First()
		quarter := (int(first.Month()) - 1) / 3
		month := func(m int) kg.PartialDate { return kg.PartialDate(fmt.Sprintf("%s-%02d", at[:yearLength], m)) }
		return Group{Key: fmt.Sprintf("%s-Q%d", at[:yearLength], quarter+1), Start: month(3*quarter + 1), End: month(3*quarter + 3)}
	}
	return Group{Key: string(at), Start: at, End: at}
}
