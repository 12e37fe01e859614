package kg

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"testing"
)

func TestIDs(t *testing.T) {
	for name, want := range map[string]string{
		"Tool": "tool", "WorkingBody": "working-body", "StrategicGoal": "strategic-goal",
		"RKCRule": "rkc-rule", "issuedIn": "issued-in",
	} {
		if got := Kebab(name); got != want {
			t.Errorf("Kebab(%s) = %s, want %s", name, got, want)
		}
	}
	if got := UpperSnake("issuedInYear"); got != "ISSUED_IN_YEAR" {
		t.Errorf("UpperSnake = %s", got)
	}
	if got := NodeID("WorkingBody", "ptc"); got != "working-body:ptc" || got.Prefix() != "working-body" {
		t.Errorf("NodeID = %s", got)
	}
	if got := LinkID("ResponsibleFor", "working-body:ptc", "action:ecp-3/9", "a"); got != "responsible-for:working-body:ptc>action:ecp-3/9#a" {
		t.Errorf("LinkID = %s", got)
	}
	for _, good := range []ID{"tool:a", "action:ecp-3/16"} {
		if err := good.Validate(); err != nil {
			t.Error(err)
		}
	}
	for _, bad := range []ID{"", "tool", "tool:", ":a", "tool:a b", "tool:\x00", "tool:\xff", ID("tool:" + string(make([]byte, 600)))} {
		if err := bad.Validate(); !errors.Is(err, ErrInvalid) {
			t.Errorf("%q: %v, want an error of code %s", bad, err, Invalid)
		}
	}
}

func TestPartialDate(t *testing.T) {
	for _, bad := range []string{"", "17", "2017-7", "2017-13", "2017-02-30", "July 2017", "2017-02-3x"} {
		if _, err := ParsePartialDate(bad); !errors.Is(err, ErrInvalid) {
			t.Errorf("%q: %v, want an error of code %s", bad, err, Invalid)
		}
	}
	dates := []PartialDate{"2019", "2018-12-31", "2018-07", "2018", "2017-02", "2018-07-31", "2018-12", "2018-07-01"}
	slices.SortFunc(dates, PartialDate.Compare)
	want := []PartialDate{"2017-02", "2018-07-01", "2018-07", "2018-07-31", "2018", "2018-12", "2018-12-31", "2019"}
	if !slices.Equal(dates, want) {
		t.Errorf("sorted: %v, want %v", dates, want)
	}
	if last := PartialDate("2016-02").Last().Day(); last != 29 {
		t.Errorf("last day of 2016-02 is %d", last)
	}
}

func TestErrors(t *testing.T) {
	err := fmt.Errorf("loading: %w", Errorf(Corrupt, "record 3: %w", io.ErrUnexpectedEOF))
	if !errors.Is(err, ErrCorrupt) || errors.Is(err, ErrNotFound) || !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("%v: wrong codes", err)
	}
	if CodeOf(err) != Corrupt || CodeOf(io.EOF) != Internal {
		t.Error("CodeOf is wrong")
	}
	if want := "loading: record 3: unexpected EOF"; err.Error() != want {
		t.Errorf("message %q, want %q", err, want)
	}
}
