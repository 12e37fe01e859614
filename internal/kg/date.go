package kg

import (
	"strings"
	"time"
)

// PartialDate is a date as precise as its source: a year "2017", a month
// "2017-07" or a day "2016-09-19" (levels 0 of ISO 8601-2, EDTF). As strings,
// equal precision sorts by time; Compare orders all precisions.
type PartialDate string

// The layouts of the three precisions, by length.
var dateLayouts = map[int]string{4: "2006", 7: "2006-01", 10: "2006-01-02"}

// ParsePartialDate checks that the text is a year, month or day that exists.
func ParsePartialDate(text string) (PartialDate, error) {
	layout, ok := dateLayouts[len(text)]
	if ok {
		if _, err := time.Parse(layout, text); err == nil {
			return PartialDate(text), nil
		}
	}
	return "", Invalidf("%q is not a date: write a year (2017), a month (2017-07) or a day (2017-07-31)", text)
}

// First is the first day that the date covers, in UTC; the zero time when the
// date is not well formed.
func (d PartialDate) First() time.Time {
	t, err := time.Parse(dateLayouts[len(d)], string(d))
	if err != nil {
		return time.Time{}
	}
	return t
}

// Last is the last day that the date covers, in UTC.
func (d PartialDate) Last() time.Time {
	first := d.First()
	switch len(d) {
	case 4:
		return first.AddDate(1, 0, -1)
	case 7:
		return first.AddDate(0, 1, -1)
	}
	return first
}

// Compare orders dates by their last day, so that something due in "2018" sorts
// after "2018-07", and of dates that end together puts the longer span first:
// "2018", then "2018-12", then "2018-12-31". It returns -1, 0 or 1.
func (d PartialDate) Compare(other PartialDate) int {
	if c := d.Last().Compare(other.Last()); c != 0 {
		return c
	}
	return strings.Compare(string(d), string(other))
}
