package index

import (
	"math"
	"slices"
	"testing"

	"ecpgraph/internal/kg"
)

func columnOf(t *testing.T, typ, name string) *Column {
	t.Helper()
	o := testOntology(t)
	for _, c := range ColumnsOf(o, o.NodeType(typ)) {
		if c.Name == name {
			return c
		}
	}
	t.Fatalf("%s has no column %s", typ, name)
	return nil
}

// TestColumns: each type has its columns in the order of the ontology.
func TestColumns(t *testing.T) {
	o := testOntology(t)
	ix := New(o)
	for typ, want := range map[string][]string{
		"":     {"id", "name", "type"},
		"Body": {"id", "name"},
		"Tool": {"id", "name", "kind", "rank", "open", "code", "page", "period.start", "period.weeks"},
	} {
		var got []string
		for _, c := range ix.Columns(o.NodeType(typ)) {
			got = append(got, c.Name)
			if c.Type != o.NodeType(typ) {
				t.Errorf("%s.%s is of type %v", typ, c.Name, c.Type)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("columns of %q: %v, want %v", typ, got, want)
		}
	}
}

// TestValues: values come back as they went in, and are in order.
func TestValues(t *testing.T) {
	for _, test := range []struct {
		column  string
		ordered []any // absence comes last by itself
		written []string
		wrong   []any
	}{
		{"kind", []any{"GUIDE", "MODEL", "TABLE"}, []string{"GUIDE", "MODEL", "TABLE"}, []any{"SHIP", "", int64(1), true, nil, []any{"GUIDE"}}},
		{
			"rank", []any{int64(math.MinInt64 + 1), int64(math.MinInt32), int64(-1), int64(0), int64(1), int64(math.MaxInt32), int64(math.MaxInt64)},
			[]string{"-9223372036854775807", "-2147483648", "-1", "0", "1", "2147483647", "9223372036854775807"}, []any{"1", 1, 1.5, false, nil},
		},
		{"open", []any{false, true}, []string{"false", "true"}, []any{"true", int64(0), nil}},
		{"code", []any{"", "A", "a", "ab", "b", "é"}, []string{"", "A", "a", "ab", "b", "é"}, []any{int64(1), true, nil}},
		{"page", []any{"https://a.example", "https://b.example"}, []string{"https://a.example", "https://b.example"}, []any{int64(1)}},
		{
			"period.start",
			[]any{"0000-01", "0000", "0001-01-01", "1969", "1970", "2016-02", "2016-02-29", "2017-11-30", "2017", "2017-12", "2017-12-31", "2018-01-01", "9999", "9999-12", "9999-12-31"},
			nil, []any{"", "2017-13", "2017-02-29", "x", int64(2017), nil},
		},
		{"name", []any{"", "a"}, []string{"", "a"}, []any{nil}},
	} {
		c := columnOf(t, "Tool", test.column)
		var values []Value
		for i, plain := range test.ordered {
			v, err := c.Value(plain)
			if err != nil || c.Plain(v) != plain || v.Absent() {
				t.Errorf("%s: %v becomes %v: %v", c.Name, plain, c.Plain(v), err)
			}
			want := ""
			if test.written != nil {
				want = test.written[i]
			} else {
				want = plain.(string)
			}
			if got := string(c.AppendText(nil, v)); got != want {
				t.Errorf("%s: %v is written %q", c.Name, plain, got)
			}
			values = append(values, v)
		}
		values = append(values, Value{})
		if c.Plain(Value{}) != nil || len(c.AppendText(nil, Value{})) > 0 {
			t.Errorf("%s: absence is something", c.Name)
		}
		for i, v := range values {
			for j, w := range values {
				if got, want := v.Compare(w), compareInts(i, j); got != want {
					t.Errorf("%s: comparing values %d and %d gives %d", c.Name, i, j, got)
				}
			}
		}
		for _, plain := range test.wrong {
			if v, err := c.Value(plain); kg.CodeOf(err) != kg.Invalid || err == nil {
				t.Errorf("%s: %v becomes %v: %v", c.Name, plain, v, err)
			}
		}
	}
}

func compareInts(i, j int) int { return max(-1, min(1, i-j)) }

// TestDates: any two dates compare as kg compares them.
func TestDates(t *testing.T) {
	r := seeded(t)
	c := columnOf(t, "Tool", "period.start")
	draw := func() kg.PartialDate {
		for {
			text := []byte("2016-02-28")
			for _, at := range []int{2, 3, 6, 8, 9} {
				if r.IntN(3) == 0 {
					text[at] = byte('0' + r.IntN(10))
				}
			}
			if d, err := kg.ParsePartialDate(string(text[:4+3*r.IntN(3)])); err == nil {
				return d
			}
		}
	}
	for range 20_000 {
		a, b := draw(), draw()
		v, err := c.Value(string(a))
		w, err2 := c.Value(string(b))
		if err != nil || err2 != nil || c.Plain(v) != string(a) || v.Compare(w) != a.Compare(b) {
			t.Fatalf("%s is %v, %s is %v, compared: %d; %v %v", a, c.Plain(v), b, c.Plain(w), v.Compare(w), err, err2)
		}
	}
}
