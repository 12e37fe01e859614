package limits

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"ecpgraph/internal/kg"
)

func TestCheckJSON(t *testing.T) {
	s := Defaults()
	s.Values, s.ValueDepth = 10, 3
	for _, c := range []struct {
		text string
		ok   bool
	}{
		{``, true},
		{`[1,2,3,4,5,6,7,8,9,10]`, true},
		{`[1,2,3,4,5,6,7,8,9,10,11]`, false},
		{`[[[]]]`, true},
		{`[[[[]]]]`, false},
		{`{"a":{"b":{"c":1}}}`, true},
		{`{"a":{"b":{"c":[]}}}`, false},
		{`["[[[[[,,,,,,,,,,,,,,"]`, true},
		{`["\"[[[[[\\","[\""]`, true},
		{`["\\",[[[1]]]]`, false},
		{strings.Repeat("]", 100), true}, // not JSON: the decoder says so
	} {
		if fault := s.CheckJSON([]byte(c.text)); (fault == nil) != c.ok || fault != nil && !errors.Is(fault, kg.ErrLimit) {
			t.Errorf("%s: %v", c.text, fault)
		}
	}
}

// FuzzJSON: what passes undecoded has, decoded, no more values and levels than
// were allowed.
func FuzzJSON(f *testing.F) {
	for _, text := range []string{`{"a":[1,{"b":"\"["}]}`, `[[[[]]]]`, `"\\"`, `[1,2,3]`} {
		f.Add(text)
	}
	s := Defaults()
	s.Values, s.ValueDepth = 10, 3
	f.Fuzz(func(t *testing.T, text string) {
		var value any
		if s.CheckJSON([]byte(text)) != nil || json.Unmarshal([]byte(text), &value) != nil {
			return
		}
		// Each list and each element after the first was counted; at most as
		// many again are first elements.
		decoded := jsonBounds{settings: &Settings{Values: 2*s.Values + 1, ValueDepth: s.ValueDepth, VariableBytes: len(text)*4 + 1}}
		if fault := decoded.check(value, 0); fault != nil {
			t.Errorf("%q passed undecoded: %v", text, fault)
		}
	})
}
