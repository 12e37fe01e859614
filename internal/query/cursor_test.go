package query_test

import (
	"encoding/base64"
	"errors"
	"strings"
	"testing"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/query"
)

var byRank = []map[string]any{{"field": "RANK"}, {"field": "PERIOD_END", "direction": "DESC"}, {"field": "OPEN"}}

func cursorGraph(t testing.TB) *index.Index {
	return indexOf(t, []*kg.Node{
		tool("a", "A", kg.Props{"rank": int64(1), "open": true, "period": kg.Props{"end": "2018-07"}}),
		tool("b", "B <&>\u2028", nil),
	}, partOf("tool:a", "tool:b", ""), partOf("tool:b", "tool:b", ""))
}

// cursors are those of all tools in the order.
func cursors(t testing.TB, ix *index.Index, orderBy []map[string]any) []string {
	page, err := nodesPage(ix, ix.Ontology().NodeType("Tool"), query.Args{OrderBy: orderBy})
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for i := range page.Elements {
		list = append(list, page.Cursor(i))
	}
	return list
}

func encoded(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }

func TestCursorFaults(t *testing.T) {
	ix := cursorGraph(t)
	tools := ix.Ontology().NodeType("Tool")
	own := cursors(t, ix, byRank)[0]
	text, err := base64.RawURLEncoding.DecodeString(own)
	if err != nil {
		t.Fatal(err)
	}
	links, err := linksPage(ix, "tool:a", tools.End("wholes"), query.Args{})
	if err != nil {
		t.Fatal(err)
	}
	const malformed, other = "is not a cursor", "another list or another order"
	for name, test := range map[string]struct{ cursor, says string }{
		"empty":                {"", malformed},
		"no base64":            {"!!", malformed},
		"no JSON":              {encoded("{"), malformed},
		"no list":              {encoded(`{"a":1}`), malformed},
		"an empty list":        {encoded("[]"), malformed},
		"no fingerprint":       {encoded("[1,2]"), malformed},
		"a list in the list":   {encoded("[[1],2]"), malformed},
		"something after it":   {encoded(string(text) + "[]"), malformed},
		"too short":            {encoded(strings.Replace(string(text), `,""`, "", 1)), malformed},
		"a key of other kind":  {encoded(strings.Replace(string(text), ",1,", `,"1",`, 1)), malformed},
		"a date that is none":  {encoded(strings.Replace(string(text), "2018-07", "2018-77", 1)), malformed},
		"an id that is null":   {encoded(strings.Replace(string(text), `"tool:a"`, "null", 1)), malformed},
		"another order":        {cursors(t, ix, nil)[0], other},
		"another direction":    {cursors(t, ix, []map[string]any{{"field": "RANK", "direction": "DESC"}, byRank[1], byRank[2]})[0], other},
		"of a relation field":  {links.Cursor(0), other},
		"of some other server": {encoded(`["abcdefgh",1,"2018-07",true,"tool:a",""]`), other},
	} {
		for place, args := range map[string]query.Args{"after": {After: &test.cursor, OrderBy: byRank}, "before": {Before: &test.cursor, OrderBy: byRank}} {
			_, err := nodesPage(ix, tools, args)
			if !errors.Is(err, kg.ErrInvalid) || !strings.HasPrefix(err.Error(), place+": ") || !strings.Contains(err.Error(), test.says) {
				t.Errorf("%s, %s: %v; want an error of code %s that says %q", name, place, err, kg.Invalid, test.says)
			}
		}
	}
	elsewhere := links.Cursor(0)
	if _, err := linksPage(ix, "tool:b", tools.End("wholes"), query.Args{After: &elsewhere}); !errors.Is(err, kg.ErrInvalid) {
		t.Errorf("the cursor of another node: %v", err)
	}
	if _, err := nodesPage(ix, tools, query.Args{After: &own, OrderBy: byRank}); err != nil {
		t.Errorf("its own cursor: %v", err)
	}
}

// FuzzCursor: no text makes a page panic, and what is refused is refused with
// code Invalid.
func FuzzCursor(f *testing.F) {
	ix := cursorGraph(f)
	own := cursors(f, ix, byRank)
	for _, c := range own {
		text, err := base64.RawURLEncoding.DecodeString(c)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text))
	}
	fingerprint := newFingerprint(f, own[0])
	for _, keys := range []string{"", ",null,null,null,\"\",\"\"", ",1e400,\"2018\",true,\"\",\"\"", ",[],{},1,\"\",\"\"", ",1.5,\"0000\",false,\"\\ud800\",\"\""} {
		f.Add(`["` + fingerprint + `"` + keys + "]")
	}
	tools := ix.Ontology().NodeType("Tool")
	f.Fuzz(func(t *testing.T, text string) {
		for _, cursor := range []string{text, encoded(text)} {
			page, err := nodesPage(ix, tools, query.Args{After: &cursor, OrderBy: byRank})
			if err != nil {
				if !errors.Is(err, kg.ErrInvalid) {
					t.Errorf("%q: %v", text, err)
				}
				continue
			}
			if a := aroundOf(t, page); a.total != 2 || a.next {
				t.Errorf("%q: %+v", text, a)
			}
		}
	})
}

// newFingerprint is the first element of a cursor.
func newFingerprint(t testing.TB, cursor string) string {
	text, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(string(text), `"`)[1]
}
