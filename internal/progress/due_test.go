package progress

import (
	"testing"

	"ecpgraph/internal/kg"
)

func TestStateOf(t *testing.T) {
	byDate := func(end kg.PartialDate) Timeframe { return Timeframe{Kind: "BY_DATE", End: end} }
	window := Timeframe{Kind: "WINDOW", Start: "2017-04", End: "2017-07"}
	says := func(part Part, status string, date kg.PartialDate) Evidence {
		return Evidence{Part: part, Thing: "tool:a", Status: status, Asserted: true, Date: date}
	}
	on := func(e Evidence, thing kg.ID) Evidence { e.Thing = thing; return e }
	planned := func(e Evidence) Evidence { e.Asserted = false; return e }
	for _, test := range []struct {
		name       string
		asOf       kg.PartialDate
		timeframe  Timeframe
		statements []Evidence
		want       DueState
	}{
		{"no date", "", byDate("2017-07"), nil, ""},
		{"no date, continuous", "", Timeframe{Kind: "CONTINUOUS"}, nil, ""},
		{"continuous", "2017", Timeframe{Kind: "CONTINUOUS"}, []Evidence{says(Itself, "CONCLUDED", "")}, Continuous},
		{"recurring", "2017", Timeframe{Kind: "RECURRING"}, nil, Recurring},
		{"unspecified", "2017", Timeframe{Kind: "UNSPECIFIED"}, nil, Unspecified},
		{"unspecified, with a date all the same", "2017", Timeframe{Kind: "UNSPECIFIED", End: "2016"}, nil, Unspecified},
		{"unspecified but done", "2017", Timeframe{Kind: "UNSPECIFIED"}, []Evidence{says(Itself, "CONCLUDED", "2016")}, ReportedDone},

		{"a month before", "2017-06", byDate("2017-07"), nil, DueLater},
		{"the day before", "2017-06-30", byDate("2017-07"), nil, DueLater},
		{"in the month", "2017-07-15", byDate("2017-07"), nil, DueNow},
		{"the month", "2017-07", byDate("2017-07"), nil, DueNow},
		{"the year of the month", "2017", byDate("2017-07"), nil, DueNow},
		{"the day after", "2017-08-01", byDate("2017-07"), nil, Past},
		{"the year after", "2018", byDate("2017-07"), nil, Past},
		{"due by the end of a year, within it", "2018-03", byDate("2018"), nil, DueNow},

		{"before the window", "2017-03", window, nil, NotBegun},
		{"in the window", "2017-05", window, nil, DueLater},
		{"at its end", "2017-07", window, nil, DueNow},
		{"after the window", "2017-08", window, nil, Past},
		{"a window without end, before it", "2016", Timeframe{Kind: "WINDOW", Start: "2017"}, nil, NotBegun},
		{"a window without end, in it", "2017", Timeframe{Kind: "WINDOW", Start: "2017"}, nil, Unspecified},

		{"itself done", "2017-09", byDate("2017-07"), []Evidence{says(Itself, "CONCLUDED", "2017-06")}, ReportedDone},
		{"itself done ahead of time", "2017-06", byDate("2017-07"), []Evidence{says(Itself, "CONCLUDED", "2017-05")}, ReportedDone},
		{"itself done, undated", "2017-09", byDate("2017-07"), []Evidence{says(Itself, "CONCLUDED", "")}, ReportedDone},
		{"itself done, but later than asked", "2017-09", byDate("2017-07"), []Evidence{says(Itself, "CONCLUDED", "2017-10")}, Past},
		{"itself to be done", "2017-09", byDate("2017-07"), []Evidence{planned(says(Itself, "CONCLUDED", "2017-08"))}, Past},

		{"result there", "2017-09", byDate("2017-07"), []Evidence{says(Result, "PUBLISHED", "2017-08")}, PastResultReported},
		{"result there, but not yet due", "2017-06", byDate("2017-07"), []Evidence{says(Result, "PUBLISHED", "2017-05")}, DueLater},
		{"discussed thing there", "2017-09", byDate("2017-07"), []Evidence{says(Discussed, "DRAFT", "2017-08"), says(Discussed, "ENDORSED", "")}, PastResultReported},
		{"used thing there", "2017-09", byDate("2017-07"), []Evidence{says(Used, "PUBLISHED", "2016")}, Past},
		{"changed thing there, as before", "2017-09", byDate("2017-07"), []Evidence{says(Changed, "PUBLISHED", "2011")}, Past},

		{"unfinished before the due date", "2017-09", byDate("2017-07"), []Evidence{says(Result, "IN_PROGRESS", "2017-07")}, Past},
		{"unfinished after it", "2017-09", byDate("2017-07"), []Evidence{says(Result, "IN_PROGRESS", "2017-08")}, Overdue},
		{"unfinished in the year of it", "2018", byDate("2017-07"), []Evidence{says(Result, "IN_PROGRESS", "2017")}, Past},
		{"unfinished, undated", "2017-09", byDate("2017-07"), []Evidence{says(Result, "IN_PROGRESS", "")}, Past},
		{"unfinished, later than asked", "2017-09", byDate("2017-07"), []Evidence{says(Result, "IN_PROGRESS", "2017-10")}, Past},
		{"planned after it", "2017-09", byDate("2017-07"), []Evidence{planned(says(Result, "ENVISAGED", "2017-08"))}, Overdue},
		{"change unfinished after it", "2017-09", byDate("2017-07"), []Evidence{says(Changed, "IN_PROGRESS", "2017-08")}, Overdue},
		{"discussed thing unfinished after it", "2017-09", byDate("2017-07"), []Evidence{says(Discussed, "IN_PROGRESS", "2017-08")}, Past},
		{"used thing unfinished after it", "2017-09", byDate("2017-07"), []Evidence{says(Used, "IN_PROGRESS", "2017-08")}, Past},
		{"one there, the other not", "2017-09", byDate("2017-07"), []Evidence{says(Result, "PUBLISHED", "2017-06"), on(says(Result, "ENVISAGED", "2017-08"), "event:b")}, Overdue},
		{"there, and worked on again", "2017-09", byDate("2017-07"), []Evidence{says(Result, "PUBLISHED", "2017-06"), says(Result, "IN_PROGRESS", "2017-08")}, PastResultReported},
		{"goes on", "2017-09", byDate("2017-07"), []Evidence{says(Result, "ONGOING", "2017-08")}, Past},
	} {
		if got := StateOf(test.asOf, test.timeframe, test.statements); got != test.want {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
}

func TestPartOf(t *testing.T) {
	for _, test := range []struct {
		relation, task string
		want           Part
	}{
		{"ActsOnTool", "DEVELOP", Result},
		{"ActsOnToolGroup", "PUBLISH", Result},
		{"ActsOnEvent", "", Result},
		{"ActsOnTool", "UPDATE_OR_REVIEW", Changed},
		{"ActsOnWorkProgramme", "UPDATE_AND_IMPLEMENT", Changed},
		{"ActsOnTool", "DISCUSS", Discussed},
		{"ActsOnTool", "BUILD_ON", Used},
		{"ActsOnToolGroup", "PROMOTE", Used},
		{"ActsOnProgramme", "", Used},
		{"ActsOnTool", "", Used},
	} {
		if got := PartOf(test.relation, test.task); got != test.want {
			t.Errorf("%s %s: %v, want %v", test.relation, test.task, got, test.want)
		}
	}
}
